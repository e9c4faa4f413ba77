"""What a notebook defines is kept with the values that need it, and read again in another kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KERNEL = """
import linecache, os, sys
from pathlib import Path
from asset_magic.run.versions import version_of
from asset_magic.store.formats import decode, encode

def run_cell(number, text):
    name = f"/tmp/ipykernel_{os.getpid()}/{number}.py"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), globals())

def store(value):
    version = version_of(value)
    encoded = encode(value, lambda other: version_of(other) == version)
    Path("stored").write_bytes(b"".join(encoded.parts))
    Path("facts").write_text(f"{encoded.format} {version}")

def load():
    global value, equal
    format, version = Path("facts").read_text().split()
    value = decode(format, memoryview(bytearray(Path("stored").read_bytes())), Path())
    equal = version_of(value) == version
    return value
"""


@pytest.fixture
def kernel(tmp_path):
    """Runs cells in a new process, and gives back what they print."""

    def run(*cells):
        program = KERNEL + "".join(f"run_cell({number}, {cell!r})\n" for number, cell in enumerate(cells))
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


MODEL = """
class Base:
    kind = "linear"
class Model(Base):
    def __init__(self, slope):
        self.slope = slope
    def predict(self, x):
        return self.slope * x
"""
STEEPER = MODEL.replace("self.slope * x", "2 * self.slope * x")
COMMENTED = MODEL.replace("        return", "        # as ever\n        return")


@pytest.mark.parametrize("cell", [MODEL, COMMENTED, "\n\n" + MODEL])
def test_an_instance_is_one_of_the_class_that_the_notebook_defines(kernel, cell):
    kernel(MODEL, "store([Model(3)])")
    assert kernel(cell, "print(isinstance(load()[0], Model), value[0].predict(2), equal)") == "True 6 True"


def test_an_instance_brings_its_class_where_the_notebook_has_not_defined_it_yet(kernel):
    kernel(MODEL, "store(Model(3))")
    assert kernel("print(load().predict(2), value.kind, equal)") == "6 linear True"


def test_an_instance_brings_its_class_where_the_notebook_defines_another(kernel):
    kernel(MODEL, "store(Model(3))")
    shown = kernel(STEEPER, "print(load().predict(2), equal, Model(3).predict(2), isinstance(value, Model))")
    assert shown == "6 True 12 False"


def test_two_values_that_bring_a_class_bring_one_class(kernel):
    kernel(MODEL, "store(Model(3))")
    assert kernel("print(type(load()) is type(load()))") == "True"


def test_reading_an_old_value_leaves_a_class_as_it_is(kernel):
    program = """
store(Model(3))
Model.predict = lambda self, x: "mine"
print(load().predict(2), Model(3).predict(2))
"""
    assert kernel(MODEL, program) == "6 mine"


def test_equal_values_are_equal_bytes_in_every_process(kernel, tmp_path):
    kernel(MODEL, "store(Model(3))")
    first = (tmp_path / "stored").read_bytes()
    kernel(MODEL, "store(Model(3))")
    assert (tmp_path / "stored").read_bytes().count(b"predict") == first.count(b"predict")
    assert len((tmp_path / "stored").read_bytes()) == len(first)


@pytest.mark.parametrize(
    ("cell", "value", "shown"),
    [
        ("def double(x): return 2 * x", "double", "value(4)"),
        ("rate = 3\ndef taxed(x): return rate * x", "taxed", "value(4)"),
        ("def outer(n):\n    return lambda x: n * x", "outer(3)", "value(4)"),
        ("def outer(n):\n    def inner(x): return n * x\n    return inner", "[outer(3)]", "value[0](4)"),
        ("def fact(n): return 1 if n < 2 else n * fact(n - 1)", "fact", "value(4)"),
        ("import functools\ndef f(x, y): return x - y", "functools.partial(f, 9)", "value(4)"),
        ("import math\nroot = lambda x: math.sqrt(x)", "root", "value(4)"),
        ("import enum\nclass Color(enum.Enum):\n    RED = 1", "{Color.RED: 1}", "list(value)[0].name"),
        ("import dataclasses\n@dataclasses.dataclass\nclass Point:\n    x: int = 1", "Point(5)", "value.x"),
        ("from collections import namedtuple\nPair = namedtuple('Pair', 'a b')", "Pair(1, 2)", "value.a"),
        ("class Node:\n    pass\nnode = Node()\nnode.me = node", "node", "value.me is value"),
        ("class Outer:\n    class Inner:\n        x = 7", "Outer.Inner()", "value.x"),
        ("class Slotted:\n    __slots__ = ('x',)\ns = Slotted()\ns.x = 8", "s", "value.x"),
        ("class Kind:\n    def make(self): return Kind()", "Kind", "type(value().make()) is value"),
        (
            "class A:\n    def b(self): return B()\nclass B:\n    def a(self): return A()",
            "A()",
            "type(value.b().a()) is type(value)",
        ),
        ("class A: pass\nclass B(A): pass", "[A(), B()]", "isinstance(value[1], type(value[0]))"),
        ("def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n > 0 and even(n - 1)", "even", "value(10)"),
        ("class Words(list): pass", "Words('ab')", "value[1]"),
    ],
)
def test_functions_and_classes_of_every_kind_come_back(kernel, cell, value, shown):
    before = kernel(cell, f"value = {value}\nprint({shown})\nstore(value)")
    assert kernel(f"load()\nprint({shown}, equal)") == f"{before} True"
    assert kernel(cell, f"load()\nprint({shown}, equal)") == f"{before} True"


def test_many_functions_in_a_circle_are_soon_kept(kernel):
    cell = "\n".join(f"def f{number}(n): return n and f{(number + 1) % 40}(n - 1)" for number in range(40))
    kernel(cell, "store(f0)")
    assert kernel("print(load()(100), equal)") == "0 True"


def test_a_function_of_the_notebook_is_the_one_that_it_defines(kernel):
    kernel("def double(x): return 2 * x", "store({'f': double})")
    assert kernel("def double(x):\n    return (2 * x)", "print(load()['f'] is double)") == "True"


def test_a_traceback_through_a_function_that_was_read_shows_its_text(kernel):
    kernel("def broken(x):\n    return x / 0  # here", "store(broken)")
    shown = kernel("import traceback\nload()\ntry:\n    value(1)\nexcept Exception:\n    print(traceback.format_exc())")
    assert "return x / 0  # here" in shown


def test_a_class_that_holds_an_open_lock_can_be_kept(kernel):
    cell = "import threading\nclass Safe:\n    lock = None\n    def get(self): return 5"
    kernel(cell, "store(Safe())")
    assert kernel("print(load().get())") == "5"
