"""Each kind of helper that notebooks have, put through the same: defined again, edited at each depth, set back.

What an asset should give is found by running the cells as plain Python.
"""

from __future__ import annotations

import textwrap
from typing import NamedTuple

import pytest

IMPORTS = (
    "import abc, collections, contextlib, dataclasses, enum, functools, operator, re, threading, typing\n"
    "import numpy as np"
)


class Kind(NamedTuple):
    """Cells with helpers, what an asset does with them, and edits: the number of the cell, old text, new text."""

    cells: tuple[str, ...]
    body: str
    edits: tuple[tuple[int, str, str], ...]


def kind(name, *cells, body, edits):
    return pytest.param(Kind(tuple(textwrap.dedent(cell).strip() for cell in cells), body, tuple(edits)), id=name)


PLUS = "def h(x):\n    return x + 1"
MORE = (0, "+ 1", "+ 2")

KINDS = [
    kind(
        "functions three levels deep",
        PLUS,
        "def g(x):\n    return h(x)",
        "def f(x):\n    return g(x)",
        body="f(1)",
        edits=[MORE, (1, "h(x)", "-h(x)"), (2, "g(x)", "g(x) * 7")],
    ),
    kind(
        "recursion",
        "def f(n):\n    return 1 if n < 2 else n * f(n - 1)",
        body="f(4)",
        edits=[(0, "return 1", "return 3")],
    ),
    kind(
        "two lambdas of one line",
        "f, g = lambda x: x + 1, lambda x: x * 3",
        body="f(1), g(1)",
        edits=[(0, "x + 1", "x + 2"), (0, "x * 3", "x * 4")],
    ),
    kind(
        "inheritance",
        "class A:\n    k = 1\n    def m(self):\n        return self.k",
        "class B(A):\n    def n(self):\n        return self.m() + 1",
        body="B().n()",
        edits=[(0, "k = 1", "k = 2"), (0, "self.k", "-self.k"), (1, "+ 1", "+ 2")],
    ),
    kind(
        "metaclass",
        "class M(type):\n    def tag(cls):\n        return 1",
        "class A(metaclass=M):\n    pass",
        body="A.tag()",
        edits=[(0, "return 1", "return 2")],
    ),
    kind(
        "protocol",
        "class P(typing.Protocol):\n    def m(self): ...\n    def d(self):\n        return 1",
        "class A(P, abc.ABC):\n    def m(self):\n        return self.d()",
        body="A().m()",
        edits=[(0, "return 1", "return 2"), (1, "self.d()", "-self.d()")],
    ),
    kind(
        "dataclass with a factory",
        "def make():\n    return [1]",
        "@dataclasses.dataclass\nclass A:\n    x: list = dataclasses.field(default_factory=make)\n    y: int = 3",
        body="A().x + [A().y]",
        edits=[(0, "[1]", "[2]"), (1, "= 3", "= 4")],
    ),
    kind(
        "member of an enumeration",
        "class E(enum.Enum):\n    A = 1\n    def up(self):\n        return self.value + 1",
        "e = E.A",
        body="e.up()",
        edits=[MORE, (0, "A = 1", "A = 5")],
    ),
    kind(
        "named tuple",
        PLUS,
        "class P(typing.NamedTuple):\n    x: int = 1\n    def m(self):\n        return h(self.x)",
        "p = P()",
        body="p.m()",
        edits=[MORE, (1, "h(self.x)", "-h(self.x)"), (1, "= 1", "= 3")],
    ),
    kind(
        "instance",
        PLUS,
        "class A:\n    def __init__(self, k):\n        self.k = k\n    def m(self):\n        return h(self.k)",
        "a = A(1)",
        body="a.m()",
        edits=[MORE, (1, "h(self.k)", "-h(self.k)"), (2, "1", "3")],
    ),
    kind(
        "instance that has no fingerprint",
        "rate = 1",
        "class A:\n    def __init__(self):\n        self.k = threading.Lock()\n    def m(self):\n        return rate",
        "a = A()",
        body="a.m()",
        edits=[(0, "1", "2"), (1, "return rate", "return -rate")],
    ),
    kind(
        "object that can be called",
        PLUS,
        "class A:\n    def __call__(self):\n        return h(1)",
        "a = A()",
        body="a()",
        edits=[MORE, (1, "h(1)", "-h(1)")],
    ),
    kind(
        "object that holds functions",
        PLUS,
        """
        class Pipe:
            def __init__(self, *steps):
                self.steps = steps
            def __call__(self, x):
                for step in self.steps:
                    x = step(x)
                return x
        """,
        "pipe = Pipe(h, abs)",
        body="pipe(-5)",
        edits=[MORE, (1, "return x", "return x + 100"), (2, "h, abs", "abs, h")],
    ),
    kind(
        "object that wraps a function",
        PLUS,
        """
        class Twice:
            def __init__(self, f):
                functools.update_wrapper(self, f)
                self.f = f
            def __call__(self, x):
                return self.f(x) * 2
        """,
        "w = Twice(h)",
        body="w(1)",
        edits=[MORE, (1, "* 2", "* 3")],
    ),
    kind(
        "decorator with arguments",
        """
        def add(k):
            def decorate(f):
                @functools.wraps(f)
                def inner(*args):
                    return f(*args) + k
                return inner
            return decorate
        """,
        "@add(1)\ndef g(x):\n    return x",
        body="g(1)",
        edits=[(0, "+ k", "- k"), (1, "return x", "return -x"), (1, "add(1)", "add(5)")],
    ),
    kind(
        "stacked decorators",
        "def d(f):\n    return lambda x: f(x) + 1\ndef e(f):\n    return lambda x: f(x) * 2",
        "@d\n@e\ndef g(x):\n    return x",
        body="g(1)",
        edits=[(0, "+ 1", "+ 2"), (0, "* 2", "* 3"), (1, "@d\n@e", "@e\n@d")],
    ),
    kind(
        "context manager",
        "@contextlib.contextmanager\ndef cm():\n    yield 1",
        body="with cm() as v:\n    b = v\nb",
        edits=[(0, "yield 1", "yield 2")],
    ),
    kind(
        "single dispatch",
        "@functools.singledispatch\ndef f(x):\n    return 0",
        "@f.register\ndef _(x: int):\n    return 1\n@f.register(str)\ndef _(x):\n    return 2",
        body="f(1), f('a'), f(None)",
        edits=[(0, "return 0", "return 9"), (1, "return 1", "return 5"), (1, "return 2", "return 6")],
    ),
    kind(
        "partials of partials",
        "def g(k, x):\n    return k + x",
        "f = functools.partial(g, 1)",
        "q = functools.partial(functools.partial(f), 2)",
        body="q()",
        edits=[(0, "k + x", "k - x"), (1, "1", "7"), (2, "2", "9")],
    ),
    kind(
        "bound method",
        "class A:\n    def __init__(self, k):\n        self.k = k\n    def m(self):\n        return self.k + 1",
        "m = A(1).m",
        body="m()",
        edits=[MORE, (1, "A(1)", "A(3)")],
    ),
    kind(
        "closure over a helper",
        PLUS,
        "def make(f, n):\n    return lambda x: f(x) * n",
        "t = make(h, 2)",
        body="t(1)",
        edits=[MORE, (1, "* n", "- n"), (2, "2", "5")],
    ),
    kind(
        "table of functions",
        PLUS,
        "def g(x):\n    return h(x)",
        "table = {'a': {'b': {'c': {'d': [(g, 1), lambda x: x * 2]}}}}",
        body="table['a']['b']['c']['d'][0][0](1), table['a']['b']['c']['d'][1](2)",
        edits=[MORE, (1, "h(x)", "-h(x)"), (2, "* 2", "* 3")],
    ),
    kind("long list of functions", PLUS, "t = [h] * 1000", body="t[5](1)", edits=[MORE]),
    kind(
        "defaults",
        "K = 3",
        "def f(x, k=K, *, key=lambda v: v + 1, ok=frozenset({'a', 'b'}), sizes=[1, 2]):\n"
        "    return key(x + k), 'a' in ok, len(sizes)",
        body="f(1)",
        edits=[(0, "3", "4"), (1, "v + 1", "v + 2"), (1, "{'a', 'b'}", "{'b'}"), (1, "[1, 2]", "[1]")],
    ),
    kind(
        "cached function in a table",
        PLUS,
        "@functools.cache\ndef g(x):\n    return h(x)",
        "table = {'g': g}",
        body="g(1), table['g'](1)",
        edits=[MORE, (1, "h(x)", "-h(x)")],
    ),
    kind(
        "cached method and property",
        PLUS,
        """
        class A:
            @functools.lru_cache
            def m(self, x):
                return h(x)
            @functools.cached_property
            def p(self):
                return h(5)
        """,
        "a = A()",
        body="a.m(1), a.p",
        edits=[MORE, (1, "h(x)", "-h(x)"), (1, "h(5)", "-h(5)")],
    ),
    kind(
        "decorator that remembers results",
        PLUS,
        """
        def memoize(f):
            memo = {}
            def inner(x):
                if x not in memo:
                    memo[x] = f(x)
                return memo[x]
            return inner
        """,
        "@memoize\ndef g(x):\n    return h(x)",
        body="g(1)",
        edits=[MORE, (1, "memo[x] = f(x)", "memo[x] = -f(x)"), (2, "h(x)", "h(x) * 7")],
    ),
    kind(
        "counter in a closure",
        "def make():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1\n        return n\n    return f",
        "count = make()",
        body="count(), count()",
        edits=[(0, "n += 1", "n += 2")],
    ),
    kind(
        "counter in an attribute, a default value and a class",
        """
        def f(seen=[]):
            f.calls = getattr(f, "calls", 0) + 1
            seen.append(f.calls)
            return len(seen)
        class A:
            made, all = 0, set()
            def __init__(self):
                type(self).made += 1
                self.all.add(self.made)
        """,
        body="A(); A(); f(), f(), f.calls, A.made, len(A.all)",
        edits=[(0, "+= 1", "+= 2"), (0, "0) + 1", "0) + 5")],
    ),
    kind(
        "random generator in a closure and a default value",
        "def make(seed):\n    rng = np.random.default_rng(seed)\n    return lambda: int(rng.integers(1000))",
        "draw = make(1)\ndef roll(rng=np.random.default_rng(5)):\n    return int(rng.integers(1000))",
        body="draw(), draw(), roll()",
        edits=[(0, "1000", "5000"), (1, "make(1)", "make(2)"), (1, "(5)", "(6)")],
    ),
    kind(
        "NumPy's wrappers",
        PLUS,
        "v, u = np.vectorize(h), np.frompyfunc(h, 1, 1)\nadd = np.add",
        body="v([1, 2]).tolist(), list(u([1, 2])), int(add(1, 2))",
        edits=[MORE, (1, "np.add", "np.subtract")],
    ),
    kind(
        "operator and re",
        "get, up, real = operator.itemgetter(1), operator.methodcaller('upper'), operator.attrgetter('real')",
        "p = re.compile('a+')",
        body="get([1, 2]), up('aab'), real(3j), p.findall('aAb')",
        edits=[(0, "1", "0"), (0, "upper", "title"), (0, "real'", "imag'"), (1, "'a+'", "'a+', re.I")],
    ),
    kind("generator", "def gen(n):\n    for i in range(n):\n        yield i + 1", body="list(gen(3))", edits=[MORE]),
    kind(
        "function made by exec",
        "exec('def f(x):\\n    return x + 1')\nns = {}\nexec('def g(x):\\n    return x * 2', ns)\ng = ns['g']",
        body="f(1), g(1)",
        edits=[MORE, (0, "* 2", "* 3")],
    ),
    kind(
        "class made by a call",
        "A = type('A', (), {'m': lambda self: 1})\nB = dataclasses.make_dataclass('B', [('x', int, 2)])\n"
        "C = collections.namedtuple('C', 'x y', defaults=[3, 4])",
        body="A().m(), B().x, C().y",
        edits=[(0, "self: 1", "self: 5"), (0, "int, 2", "int, 6"), (0, "3, 4", "3, 7")],
    ),
    kind(
        "class changed by another cell",
        "class A:\n    v = 1\n    def m(self):\n        return 1\n    def n(self):\n        return 7",
        "A.v = 2\nA.m = lambda self: self.v + 1",
        body="A().m(), A().n(), A.v",
        edits=[(1, "A.v = 2", "A.v = 3"), (1, "+ 1", "+ 5"), (0, "7", "8")],
    ),
]


def expected(kind, edit=None):
    """What the asset's body gives in plain Python."""
    namespace = {"__name__": "__main__"}
    exec(IMPORTS, namespace)
    for cell in cells_of(kind, edit):
        exec(cell, namespace)
    *statements, last = kind.body.split("\n") if "\n" in kind.body else kind.body.split("; ")
    exec("\n".join(statements), namespace)
    return eval(last, namespace)


def cells_of(kind, edit=None):
    """The cells, one of them edited."""
    if edit is None:
        return kind.cells
    number, old, new = edit
    assert old in kind.cells[number]
    return tuple(cell.replace(old, new) if n == number else cell for n, cell in enumerate(kind.cells))


def run_cells(nb, cells, first=0, *, ids=True):
    for number, cell in list(enumerate(cells))[first:]:
        assert nb.run(cell, f"cell {number}" if ids else None).ok


@pytest.fixture(params=[True, False], ids=["cells with ids", "cells without ids"])
def ids(request):
    """Whether the front end sends the ids of cells."""
    return request.param


@pytest.mark.parametrize("kind", KINDS)
def test_defined_again_with_equal_text(nb, kind, ids):
    """Unchanged cells run again -> FRESH, and the value is what plain Python gives."""
    nb.run(IMPORTS)
    run_cells(nb, kind.cells, ids=ids)
    nb.asset("b", kind.body)
    assert (nb.value("b"), nb.causes("b")) == (expected(kind), [])
    run_cells(nb, kind.cells, ids=ids)
    assert (nb.status("b"), nb.causes("b")) == ("fresh", [])
    nb.rerun("b")
    assert nb.count("b") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_edited_and_set_back(nb, kind, ids):
    """Helper changed -> STALE global; run again, it gives what plain Python gives; set back, nothing runs."""
    nb.run(IMPORTS)
    run_cells(nb, kind.cells, ids=ids)
    nb.asset("b", kind.body)
    for runs, edit in enumerate(kind.edits, 2):
        wanted = expected(kind, edit)
        assert wanted != expected(kind)
        run_cells(nb, cells_of(kind, edit), edit[0], ids=ids)
        assert (nb.status("b"), nb.categories("b")) == ("stale", {"global"})
        assert nb.materialize().ok
        assert (nb.value("b"), nb.status("b")) == (wanted, "fresh")
        run_cells(nb, kind.cells, edit[0], ids=ids)
        nb.materialize()
        assert (nb.value("b"), nb.status("b"), nb.count("b")) == (expected(kind), "fresh", runs)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if len(kind.values[0].cells) > 1])
def test_edited_without_running_the_cells_below(nb, kind):
    """What is FRESH equals what a new kernel gives: an edit above counts, also where the cells below keep what was."""
    nb.run(IMPORTS)
    run_cells(nb, kind.cells)
    nb.asset("b", kind.body)
    for edit in kind.edits:
        nb.edit(f"cell {edit[0]}", cells_of(kind, edit)[edit[0]])
        assert nb.status("b") == "stale"
        run_cells(nb, kind.cells, edit[0])
        assert nb.status("b") == "fresh"
