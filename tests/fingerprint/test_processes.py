"""Fingerprints are the same in every process, whatever its hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def printed(program: str, seed: str) -> str:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)]),
    }
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_a_process_with_another_hash_seed_gives_the_same_fingerprints():
    """Sets, nested frozensets, classes, frames, models and all the rest."""
    program = """
import sample_values
from asset_magic.fingerprint import fingerprint
for name, value in sample_values.all_values().items():
    print(name, fingerprint(value))
"""
    first, second = printed(program, "0"), printed(program, "1")
    assert len(first.splitlines()) > 50
    assert first.splitlines() == second.splitlines()


def test_classes_of_the_notebook_have_the_same_fingerprint_in_every_process():
    """Whatever of it refers to itself: an enumeration, a dataclass, a method with super()."""
    program = """
import dataclasses, enum
from asset_magic.fingerprint import fingerprint
class Color(enum.Enum): RED = 1; BLUE = 2
@dataclasses.dataclass
class Order:
    lines: list = dataclasses.field(default_factory=list)
    def __post_init__(self): super().__init__()
print(fingerprint([Color, Order, {Color.RED, Color.BLUE}, Order([1]), lambda x: x in {"a", "b"}]))
"""
    assert len({printed(program, seed) for seed in "012"}) == 1


def test_importing_the_package_imports_no_heavy_library():
    program = """
import sys
import asset_magic.fingerprint as f
f.fingerprint([1, {"a": object()}]), f.is_immutable([1]), f.size_hint([1]), f.private_copy([1])
heavy = {"numpy", "pandas", "pyarrow", "polars", "torch", "matplotlib", "networkx", "scipy", "IPython"}
print(heavy & set(sys.modules))
"""
    assert printed(program, "0").strip() == "set()"


def test_text_columns_need_no_pyarrow():
    """The same text has the same fingerprint, whether pandas keeps it by Arrow or without."""
    program = """
import sys
if {blocked}: sys.modules["pyarrow"] = None
import pandas as pd
from asset_magic.fingerprint import fingerprint
print(fingerprint(pd.DataFrame({{"a": pd.Series(["x", "gr\\u00fcn", None, ""], dtype="string")}})))
print(fingerprint(pd.DataFrame({{"a": ["x", "gr\\u00fcn", None, ""]}})))
"""
    assert printed(program.format(blocked=True), "0") == printed(program.format(blocked=False), "0")


def test_another_version_of_python_gives_the_same_fingerprints():
    """What the standard library defines is the same date, number or container in each of them."""
    program = """
import collections, datetime, decimal, sys
from asset_magic.run.versions import version_of
sys.version_info = {}
for value in (datetime.date(2020, 1, 2), decimal.Decimal("1.5"), collections.Counter("aab"), datetime.timedelta(1)):
    print(version_of([value]))
"""
    present = printed(program.format("sys.version_info"), "0")
    assert len(present.split()) == 4
    assert printed(program.format("(3, 99, 0, 'final', 0)"), "0") == present
