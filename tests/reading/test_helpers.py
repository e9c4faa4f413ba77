"""What the code in notebook variables is made of: every edit that matters is seen, and nothing else."""

from __future__ import annotations

import functools
import linecache
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from reading_cells import digest, notebook, read, run, version_of

from asset_magic.reading.helpers import code_of

IMPORTS = "import abc, collections, contextlib, dataclasses, enum, functools, typing"


def differs(name: str, source: str, old: str, new: str, *, known: bool = True) -> bool:
    assert old in source
    before = digest(name, IMPORTS, source, known=known)
    return before != digest(name, IMPORTS, source.replace(old, new), known=known)


@pytest.mark.parametrize("value", [1, "text", [1], None, object(), {"a": 1}, sys])
def test_values_are_no_code(value):
    assert code_of(value, {}, version_of) is None


def test_instances_of_notebook_classes_are_no_code():
    cells = notebook("class A: pass\na = A()")
    assert code_of(cells["a"], cells, version_of) is None


def test_a_function_reads_the_names_it_looks_up():
    cells = notebook("def f(x):\n    def g(): return z\n    return x + y + len(g())")
    assert read("f", cells).reads == {"y", "z", "len"}


def test_a_function_that_rebinds_names_says_so():
    cells = notebook("def f():\n    global n\n    n = 1")
    assert read("f", cells).writes == {"n"}


def test_the_source_is_given_as_written():
    cells = notebook(
        IMPORTS, "x = 1\n@functools.cache\ndef f(x):\n    return x  # why\n\nclass A:\n    def m(self): pass"
    )
    assert read("f", cells).text == "@functools.cache\ndef f(x):\n    return x  # why"
    assert read("A", cells).text == "class A:\n    def m(self): pass"


def test_strings_that_may_name_files_are_given():
    cells = notebook('def f(p="a.csv"):\n    "Docs of b.csv"\n    return open("c.csv"), [open(x) for x in ("d.csv",)]')
    assert read("f", cells).strings == ("c.csv", "d.csv")


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("name", "source", "old", "new"),
    [
        ("f", "def f(x): return x + 1", "+ 1", "+ 2"),
        ("f", "def f(x): return x + y", "y", "z"),
        ("f", "def f(x): return x.a", ".a", ".b"),
        ("f", "def f(x, y=1): return x", "y=1", "y=2"),
        ("f", "def f(x, *, y=1): return x", "y=1", "y=2"),
        ("f", "def f(x): return {1, 2} if x in {3, 4} else 1", "4", "5"),
        ("f", "k = 1\ndef f(x, y=k): return x", "k = 1", "k = 2"),
        ("f", "f = lambda x: x + 1", "+ 1", "+ 2"),
        ("f", "f = [lambda x: 1, lambda x: 2][0]", "1,", "3,"),
        ("f", "def f(x):\n def g(): return 1\n return g", "1", "2"),
        ("f", "def m(k):\n def f(): return k\n return f\nf = m(1)", "m(1)", "m(2)"),
        ("f", "def m(g):\n def f(): return g()\n return f\nf = m(lambda: 1)", "1", "2"),
        ("f", "def d(g):\n return lambda: g() + 1\n@d\ndef f(): return 0", "+ 1", "+ 2"),
        ("f", "def d(g):\n return lambda: g() + 1\n@d\ndef f(): return 0", "return 0", "return 9"),
        ("f", "def d(g):\n @functools.wraps(g)\n def w(): return g()\n return w\n@d\ndef f(): return 0", "0", "1"),
        ("f", "def d(g): return g\n@functools.cache\ndef f(): return 0", "return 0", "return 1"),
        ("f", "@functools.lru_cache(maxsize=1)\ndef f(): return 0", "maxsize=1", "maxsize=2"),
        ("f", "def g(x): return x + 1\nf = functools.partial(g, 2)", "+ 1", "+ 2"),
        ("f", "def g(x): return x\nf = functools.partial(g, 2)", "g, 2", "g, 3"),
        ("f", "def g(x): return x\nf = functools.partial(g, x=2)", "x=2", "x=3"),
        ("f", "@contextlib.contextmanager\ndef f(): yield 1", "1", "2"),
        ("f", "@functools.singledispatch\ndef f(x): pass\n@f.register(int)\ndef _(x): return 1", "1", "2"),
        ("f", "def f(): pass\nf.rate = 1", "1", "2"),
        ("f", "class A:\n def m(self): return 1\n n = 2\nf = A.m", "return 1", "return 2"),
        ("A", "class A:\n def m(self): return 1", "1", "2"),
        ("A", "class A:\n x = 1", "1", "2"),
        ("A", "class A:\n x = {'a': 1}", "1", "2"),
        ("A", "class A:\n x = {'a': [len, lambda: 1]}", "1", "2"),
        ("A", "class A:\n @property\n def m(self): return 1", "1", "2"),
        ("A", "class A:\n @property\n def m(self): pass\n @m.setter\n def m(self, v): self.v = 1", "1", "2"),
        ("A", "class A:\n @functools.cached_property\n def m(self): return 1", "1", "2"),
        ("A", "class A:\n @staticmethod\n def m(): return 1", "1", "2"),
        ("A", "class A:\n @classmethod\n def m(cls): return 1", "1", "2"),
        ("A", "class A:\n @staticmethod\n def m(cls): return 1", "static", "class"),
        ("A", "class A:\n class B:\n  def m(self): return 1", "1", "2"),
        ("A", "class B:\n def m(self): return 1\nclass A(B): pass", "1", "2"),
        ("A", "class M(type):\n def m(cls): return 1\nclass A(metaclass=M): pass", "1", "2"),
        ("A", "class A:\n __slots__ = ('a',)", "'a'", "'b'"),
        ("A", "class A(abc.ABC):\n @abc.abstractmethod\n def m(self): return 1", "1", "2"),
        ("A", "@dataclasses.dataclass\nclass A:\n x: int = 1", "1", "2"),
        ("A", "@dataclasses.dataclass\nclass A:\n x: int = 1", "int", "float"),
        ("A", "@dataclasses.dataclass\nclass A:\n x: list = dataclasses.field(default_factory=lambda: [1])", "1", "2"),
        ("A", "@dataclasses.dataclass(order=False)\nclass A:\n x: int", "False", "True"),
        ("A", "class A(enum.Enum):\n X = 1", "1", "2"),
        ("A", "class A(enum.Enum):\n X = 1\n def m(self): return 'a'", "'a'", "'b'"),
        ("A", "A = collections.namedtuple('A', 'x y')", "x y", "x z"),
        ("A", "class A(typing.NamedTuple):\n x: int = 1", "1", "2"),
    ],
)
def test_an_edit_is_seen(name, source, old, new, known):
    assert differs(name, source, old, new, known=known)


@pytest.mark.parametrize(
    ("name", "source", "old", "new"),
    [
        ("f", "def f(x):\n 'Docs.'\n return x", "Docs", "Other docs"),
        ("f", "def f(x):\n 'Docs.'\n return None", " 'Docs.'\n", ""),
        ("f", "x = 1\ndef f(x): return x", "x = 1\n", ""),
        ("A", "class A:\n 'Docs.'\n def m(self): return None", "Docs", "Other docs"),
        ("A", "class A:\n def m(self):\n  'Docs.'\n  return None", "  'Docs.'\n", ""),
        ("f", "g = 1\ndef f(x): return g", "g = 1", "g = 2"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_what_does_not_matter_is_not(name, source, old, new, known):
    assert not differs(name, source, old, new, known=known)


def test_comments_and_formatting_do_not_count():
    assert not differs("f", "def f(x): return [x, 1]", "[x, 1]", "[\n  x,  # first\n  1,\n]")


def test_a_helper_of_a_helper_is_met_by_its_name():
    cells = notebook("def h(x): return k\n@staticmethod\ndef g(x): return h(x)\ndef f(x): return g(x)")
    assert [read(name, cells).reads for name in "fgh"] == [{"g"}, {"h"}, {"k"}]


def test_names_read_by_wrapped_functions_and_methods_are_reported():
    cells = notebook(
        IMPORTS,
        "@functools.cache\ndef c(): return a1\np = functools.partial(c)\n"
        "class A:\n    t = {'f': lambda: a2}\n    def m(self): return a3\n    @property\n    def q(self): return a4\n"
        "class B(A):\n    pass\n"
        "def make(h):\n    def f(): return h() + a5\n    return f\nf = make(c)\nm = B().m",
    )
    assert read("p", cells).reads == {"a1"}
    assert read("B", cells).reads == {"a2", "a3", "a4"}
    assert read("f", cells).reads == {"a1", "a5"}
    assert "a3" in read("m", cells).reads


def test_circles_end():
    source = "class A:\n    def m(self): return super().m()\nA.me = A\nA.all = [A]\ndef f(): pass\nf.f = f"
    cells = notebook(source)
    assert read("A", cells).digest == digest("A", source)
    assert read("f", cells).digest == digest("f", source)


def test_values_without_a_version_count_by_their_type():
    cells = notebook("import threading\ndef f(lock=threading.Lock()): pass")
    other = notebook("import threading\ndef f(lock=threading.Lock()): pass")
    assert read("f", cells).digest == read("f", other).digest


def test_code_of_another_namespace_counts_with_the_values_it_reads():
    def made_in(body: str):
        cells, private = notebook("shared = 1"), notebook(body)
        cells["f"] = private["f"]
        return read("f", cells)

    body = "k = 1\ndef h(): return k\ndef f(): return h() + len('x')"
    assert made_in(body).reads == set()
    assert made_in(body).digest == made_in(body).digest
    assert made_in(body).digest != made_in(body.replace("k = 1", "k = 2")).digest
    assert made_in(body).digest != made_in(body.replace("return k", "return -k")).digest


@pytest.mark.parametrize("code", [len, "".join, functools.reduce, functools.partial, str.upper, Path, Path.exists, int])
def test_installed_code_is_known_by_name(code):
    found = code_of(code, {}, version_of)
    assert found is not None
    assert (found.reads, found.text) == (frozenset(), "")


def test_cells_that_begin_with_magics_are_found():
    cells: dict[str, object] = {}
    name = "<cell with magics>"
    text = "%%asset x\n%matplotlib inline\ndef f():\n    # why\n    return 1\n"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile("\n\n" + text.partition("inline\n")[2], name, "exec"), cells)
    assert read("f", cells).text == "def f():\n    # why\n    return 1"
    assert read("f", cells).digest == digest("f", "def f(): return 1")


def test_a_function_defined_again_is_read_again():
    cells = notebook("def f(): return 1")
    before = read("f", cells).digest
    run("def f(): return 2", cells)
    assert read("f", cells).digest != before


HELPERS = """
import functools, dataclasses, collections, enum
def make(k):
    def f(x): return x in {'a', 'b', 'c'} and k
    return f
f = make({'a': 1})
@dataclasses.dataclass(frozen=True, slots=True)
class A:
    x: int = 1
    def m(self): return {'p', 'q'} & self.s
class E(enum.Enum):
    X = 'x'
    Y = 'y'
P = collections.namedtuple('P', 'a b')
c = functools.cache(lambda x: f(x) in ('z', frozenset({'u', 'v'})))
"""


@pytest.mark.parametrize("known", [True, False])
def test_digests_are_equal_in_every_process(known):
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from reading_cells import notebook, read
cells = notebook({HELPERS!r}, known={known})
print([read(name, cells).digest for name in "fAEPc"])
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
