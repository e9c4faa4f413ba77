"""Local modules count by what they hold, installed ones by their versions."""

from __future__ import annotations

import importlib
import json
import sys
import types
from pathlib import Path

import hypothesis
import pytest
import xxhash

sys.path.insert(0, str(Path(__file__).parent))

from reading_cells import notebook, read, version_of

import asset_magic
from asset_magic.reading.helpers import file_of, is_local, local_module_of, module_version
from asset_magic.run import versions


@pytest.fixture
def write(folder, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(name: str, text: str) -> types.ModuleType:
        (folder / f"{name}.py").write_text(text)
        importlib.invalidate_caches()
        return importlib.reload(sys.modules[name]) if name in sys.modules else importlib.import_module(name)

    return write


def test_which_modules_are_local(write):
    module = write("utils_a", "x = 1")
    assert is_local(module)
    assert file_of(module).endswith("utils_a.py")
    assert is_local(types.ModuleType("__main__"))
    assert not any(map(is_local, (json, sys, hypothesis, xxhash, asset_magic, types.ModuleType("made"))))


def test_versions_are_cut_to_the_policy():
    exact = module_version(hypothesis, "exact").split()[1]
    assert module_version(hypothesis) == "hypothesis " + ".".join(exact.split(".")[:2])
    assert module_version(hypothesis, "off") == "hypothesis"
    assert module_version(importlib.import_module("json.decoder")).startswith("json.decoder 3.")


@pytest.mark.parametrize(
    ("old", "new"),
    [("+ 1", "+ 2"), ("rate = 1", "rate = 2"), ("return 'm'", "return 'n'"), ("def _h", "def _g")],
)
def test_an_edit_of_a_local_module_counts_when_it_is_reloaded(write, old, new):
    text = "import json\nrate = 1\ndef f(x): return x + 1\ndef _h(): pass\nclass A:\n    def m(self): return 'm'\n"
    before = local_module_of(write("utils_b", text), version_of).digest
    assert local_module_of(write("utils_b", text + "# more\n"), version_of).digest == before
    assert local_module_of(write("utils_b", text.replace(old, new)), version_of).digest != before


def test_a_local_module_that_another_one_names_counts(write):
    write("utils_inner", "def g(): return 1")
    outer = write("utils_outer", "import utils_inner\ndef f(): return utils_inner.g()")
    before = local_module_of(outer, version_of).digest
    write("utils_inner", "import utils_outer\ndef g(): return 2")
    assert local_module_of(outer, version_of).digest != before


def test_a_function_of_a_local_module_counts_with_the_helpers_and_values_it_reads(write):
    text = "rate = 1\nother = 1\ndef g(): return rate\ndef f(): return g()\n"

    def digest(text: str) -> str:
        write("utils_c", text)
        return read("f", notebook("from utils_c import f")).digest

    before = digest(text)
    assert digest(text.replace("other = 1", "other = 2")) == before
    assert digest(text.replace("rate = 1", "rate = 2")) != before
    assert digest(text.replace("return rate", "return -rate")) != before


def test_long_chains_of_functions_have_a_version(write):
    text = "def f0(): return 1\n" + "".join(f"def f{n}(): return f{n - 1}()\n" for n in range(1, 3000))
    module = write("utils_d", text)
    assert local_module_of(module, version_of).digest
    cells = notebook("from utils_d import f2999")
    assert read("f2999", cells).digest


def test_a_class_of_a_library_counts_the_same_before_its_module_is_loaded():
    """`numpy.recarray` says that it is from `numpy.rec`, which is loaded late or never."""
    kind = type("Late", (), {"__module__": "xxhash.late"})
    before = versions.version_of(kind)
    sys.modules["xxhash.late"] = late = types.ModuleType("xxhash.late")
    late.__file__, late.Late = xxhash.__file__, kind
    try:
        assert versions.version_of(kind) == before
    finally:
        del sys.modules["xxhash.late"]
