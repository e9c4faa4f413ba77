"""Which names code reads and binds, as a table: source, what it reads, what it binds."""

from __future__ import annotations

import ast
import sys

import pytest

from asset_magic.reading.names import names_in, strings_in

TABLE = """
x = 1; y = x                                      |             | x y
df = df.dropna()                                  | df          | df
x += 1                                            | x           | x
x = x                                             | x           | x
a.b = c                                           | a c         |
a[i] = c                                          | a i c       |
a, (b, *c) = d                                    | d           | a b c
x: int = 3                                        | int         | x
x: int                                            | int         |
x = y = z                                         | z           | x y
(x := y) + x                                      | y           | x
f"{x!r:>{w}} {y=}"                                | x w y       |
del x                                             | x           |
x = 1; del x                                      |             |
x = 1; del x; x                                   | x           |
x = 1; del x; x = 2; x                            |             | x
if c: x = 1                                       | c           | x
if c: x = 1\\nx                                   | c x         | x
if c: x = 1\\nelse: x = 2\\nx                     | c           | x
if c: x = 1\\nelif d: x = 2\\nelse: x = 3\\nx     | c d         | x
if c: x = 1\\nelse: raise E\\nx                   | c E         | x
if c: del x                                       | c x         |
x = 1\\nif c: del x\\nx                           | c x         | x
a if c else b                                     | a b c       |
c and (x := 1); x                                 | c x         | x
(x := c) and d; x                                 | c d         | x
a < (x := b) < c; x                               | a b c       | x
for i in xs: t = i\\nt                            | xs t        | i t
for i in xs:\\n t = i\\n u = t                    | xs          | i t u
for i in i: pass                                  | i           | i
for i in xs: pass\\nelse: t = 1\\nt               | xs          | i t
for i in xs:\\n if c: continue\\n t = 1\\n t      | xs c        | i t
x = 1\\nfor i in xs:\\n x\\n del x                | xs x        | i x
while c: x = 1\\nx                                | c x         | x
while True:\\n x = f()\\n if x: break\\nx         | f           | x
while (x := f()): pass\\nx                        | f           | x
try: x = f()\\nexcept E: x = 1\\nx                | f E         | x
try: x = f()\\nexcept E: pass\\nx                 | f E x       | x
try: x = f()\\nexcept E: raise\\nx                | f E         | x
try: x = f()\\nexcept E as e: x = e\\nx           | f E         | x
try: pass\\nexcept E as e: pass\\ne               | E e         |
try: x = f()\\nfinally: g(x)                      | f g x       | x
try:\\n x = 1\\n f()\\n del x\\nexcept E: pass          | f E         | x
try: f()\\nfinally: x = 1\\nx                     | f           | x
with open(p) as h: x = h.read()\\nx               | open p      | h x
with suppress(E): x = f()\\nx                     | suppress E f x | x
with a as b, c(b) as d: pass                      | a c         | b d
match s:\\n case [a, *b]: r = a\\n case _: r = 0\\nr | s           | a b r
match s:\\n case P(x, y=Q.z) if x: r = x\\nr      | s P Q r     | x r
match s:\\n case {"k": v, **rest}: v, rest        | s           | v rest
match s:\\n case 1 | 2 as n: n                    | s           | n
[x for x in xs]                                   | xs          |
[x for x in x]                                    | x           |
[x * k for x in xs for y in x if y]               | xs k        |
[y for x in xs if (y := f(x))]                    | xs f        | y
[y := f(x) for x in xs]; y                        | xs f y      | y
{k: v for k, v in items}                          | items       |
(x for x in xs)                                   | xs          |
g = (x + k for x in xs); k = 1                    | xs k        | g k
f = lambda x, y=d: x + y + z                      | d z         | f
f = lambda *a, **k: (a, k)                        |             | f
import a                                          |             | a
import a.b                                        |             | a
import a.b as c                                   |             | c
from a import b, c as d                           |             | b d
def f(): return z                                 | z           | f
def f(): return z\\nz = 1                         |             | f z
def f(): return z\\nq = f()\\nz = 1               | z           | f q z
def f(): return g()\\ndef g(): return 1\\nf()     |             | f g
def f(): return g()\\nf()\\ndef g(): return 1     | g           | f g
def f(): return g()\\ndef g(): return z\\nf()\\nz = 1 | z           | f g z
def f(): return g()\\ndef g(): return f()\\nf()   |             | f g
def f(): return z\\ng = f\\nz = 1\\ng()           | z           | f g z
def f(n): return n + m                            | m           | f
def f(): x = 1; return x                          |             | f
def f():\\n print(x)\\n x = 1                     | print       | f
def f():\\n global x\\n x = 1                     |             | f x
def f():\\n global x\\n x += 1                    | x           | f x
def f():\\n x = 1\\n def g():\\n  nonlocal x\\n  x = y\\n return x | y           | f
def f():\\n def g(): return z\\n return g         | z           | f
def f():\\n x: T = 1                              |             | f
def f(a: T = d) -> R: pass                        | T d R       | f
from __future__ import annotations\\ndef f(a: T) -> R: x\\ny: S = 1 | x | annotations f y
@dec(k)\\ndef f(): pass                           | dec k       | f
@dec\\ndef f(): return z\\nz = 1                  | dec z       | f z
async def f(): await g()                          | g           | f
class A: x = y                                    | y           | A
class A:\\n x = 1\\n y = x                        |             | A
class A:\\n y = x\\n x = 1                        | x           | A
class A:\\n x = 1\\n def m(self): return x        | x           | A
class A:\\n x = [1]\\n y = [x for _ in x]         | x           | A
class A(B, metaclass=M, k=v): pass                | B M v       | A
class A:\\n def m(self): return z\\nz = 1         |             | A z
class A:\\n def m(self): return z\\nA()\\nz = 1   | z           | A z
class A(B):\\n def m(self): return z\\nz = 1      | B z         | A z
class A:\\n def m(self): return super().m(__class__) | super       | A
class A:\\n def m(self): return z\\n k = m(1)\\nz = 1 | z           | A z
class A:\\n global x\\n x = 1                     |             | A x
class A:\\n def m(self): return A                 |             | A
def f():\\n class A:\\n  x = y\\n  def m(self): return x | x y         | f
raise X from y                                    | X y         |
assert a, b                                       | a b         |
"""


def rows():
    for line in TABLE.strip().splitlines():
        source, reads, binds = (part.strip() for part in line.rsplit("|", 2))
        yield pytest.param(source.replace("\\n", "\n"), set(reads.split()), set(binds.split()), id=source)


@pytest.mark.parametrize(("source", "reads", "binds"), list(rows()))
def test_names(source, reads, binds):
    names = names_in(ast.parse(source))
    assert (names.reads, names.binds) == (reads, binds)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are syntax of Python 3.12")
@pytest.mark.parametrize(
    ("source", "reads", "binds"),
    [
        ("def f[T: B](x: T) -> T: return x", {"B"}, {"f"}),
        ("class A[T](Base[T]): x: T", {"Base"}, {"A"}),
        ("type X[T] = list[T] | X", {"list"}, {"X"}),
    ],
)
def test_type_parameters_are_no_outside_names(source, reads, binds):
    names = names_in(ast.parse(source))
    assert (names.reads, names.binds) == (reads, binds)


@pytest.mark.parametrize(
    ("source", "touches"),
    [
        ("x.a = 1", {"x"}),
        ("x[0] = 1", {"x"}),
        ("x.a[0].b = 1", {"x"}),
        ("x += 1", {"x"}),
        ("x[0] += 1", {"x"}),
        ("del x[0]", {"x"}),
        ("x.append(1)", {"x"}),
        ("x.a.sort()", {"x"}),
        ("f(x)", {"x"}),
        ("f(k=x)", {"x"}),
        ("f([x, y.a], *z)", {"x", "y", "z"}),
        ("f(x if c else y)", {"x", "y"}),
        ("[v.pop() for v in x if y.pop()]", {"y"}),
        ("def f(v): x.append(v)", {"x"}),
        ("def f(x): x.append(1)", set()),
        ("x = []; x.append(1)", set()),
        ("y = x + 1", set()),
        ("x.a", set()),
    ],
)
def test_what_may_be_changed_in_place(source, touches):
    assert names_in(ast.parse(source)).touches == touches


@pytest.mark.parametrize(
    "source",
    [
        *("from a import *", "eval('x')", "exec(s)", "globals()['x']", "locals()", "vars()", "map(eval, xs)"),
        *("import __main__", "from __main__ import x", "def f(): return eval('x')", "ip = get_ipython()"),
        *("get_ipython().run_line_magic('run', 'x.py')", "get_ipython().run_cell_magic('strange', '', 'x')"),
        "get_ipython().user_ns['x']",
    ],
)
def test_code_that_hides_names_is_opaque(source):
    names = names_in(ast.parse(source))
    assert names.opaque
    assert "get_ipython" not in names.reads


@pytest.mark.parametrize("source", ["df.eval('a + b')", "vars(x)", "eval = 1; eval", "def f(): return locals()", "x"])
def test_other_code_is_not(source):
    assert not names_in(ast.parse(source)).opaque


@pytest.mark.parametrize(
    ("source", "awaits"),
    [
        ("await f()", True),
        ("async for x in y: pass", True),
        ("async with x: pass", True),
        ("[x async for x in y]", True),
        ("if a:\n  x = [await f()]", True),
        ("async def f(): await g()", False),
        ("for x in y: pass", False),
    ],
)
def test_awaiting_at_the_top_level(source, awaits):
    assert names_in(ast.parse(source)).awaits is awaits


def test_strings_that_may_name_files_are_found_in_order():
    source = """
def f():
    "A doc.string."
    return open("data/a.csv")
x = pd.read_csv("b.csv", sep=",", url="https://c.org/d.csv", text="one\\ntwo.", name="plain")
y = ["b.csv", f"{x}/e.csv", "./f", "." * 3]
"""
    assert strings_in(ast.parse(source)).files == ("data/a.csv", "b.csv", "./f")


def test_words_in_strings_are_found_but_not_in_docstrings():
    source = """
def f():
    "A docstring."
    return df.query("a < @limit").eval(f"{x} + {y:>{z}} rate")
x = {"k": ["one", r"tw\\o"]}
"""
    assert strings_in(ast.parse(source)).words == {"a", "limit", "rate", "k", "one", "tw", "o"}


@pytest.mark.parametrize(
    ("source", "binds"),
    [("from a import *", True), ("exec(s)", True), ("globals()['x'] = 1", True), ("eval(s)", False), ("x", False)],
)
def test_code_that_may_bind_names_unseen(source, binds):
    assert names_in(ast.parse(source)).binds_unseen is binds
