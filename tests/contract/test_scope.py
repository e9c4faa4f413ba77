"""Section 2, scope: what a body reads is a dependency, what it binds stays inside, what it does not name is not there.

The rules of Python's names are a table in `tests/reading/test_names.py`; here the same names are followed at run time.
"""

from __future__ import annotations

import sys

import pytest

from asset_magic.model.errors import UpstreamError

NOTEBOOK = {
    "x": "5", "y": "7", "k": "3", "flag": "True", "xs": "[1, 2, 3]", "rows": "[[1, 2], [3, 4]]", "word": "'hello'",
    "items": "{'a': 1, 'b': 2}", "h": "lambda v: v * 2",
}  # fmt: skip
OTHERS = {"flag": "False", "word": "'bye'", "h": "lambda v: v * 3", "items": "{'a': 5, 'b': 6}"}

# A body, what it gives, and what it reads of the notebook.
BODIES = [
    ("def f():\n    def g(): return x + y\n    return g()\nf()", 12, "x y"),
    ("def f(a=x, *, b=y): return a + b\nf()", 12, "x y"),
    ("(lambda a=x: a + k)()", 8, "x k"),
    ("sum(a * k for a in xs for k in (y,))", 42, "xs y"),
    ("[[b * x for b in a] for a in rows]", [[5, 10], [15, 20]], "rows x"),
    ("[(z := a * x) for a in xs]\nz", 15, "xs x"),
    ("class C:\n    v = x\n    w = [y for _ in (1,)]\n    def m(self): return k + self.v\nC().m() + sum(C.w)",
     15, "x y k"),
    ("class M(type):\n    def __new__(m, n, b, d, by): return super().__new__(m, n, b, d)\n"
     "class C(metaclass=M, by=y):\n    z: int = x\n    def m(self): return __class__.z\nC().m()", 5, "x y"),
    ("match rows:\n    case [[a, *rest], [b, c]] if a < k: out = a, rest, b, c\nout", (1, [2], 3, 4), "rows k"),
    ("match items:\n    case {'a': one, **rest}: out = one, rest\nout", (1, {"b": 2}), "items"),
    ("match x:\n    case int(v) | float(v): out = v * y\nout", 35, "x y"),
    ("try: 1 / 0\nexcept ZeroDivisionError as e: m = f'{e} {x}'\nm", "division by zero 5", "x"),
    ("try: raise ExceptionGroup('g', [ValueError(x)])\nexcept* ValueError as e: n = len(e.exceptions)\nn", 1, "x"),
    ("from contextlib import nullcontext as n\nwith n(x) as a, n(a + y) as b: c = a + b\nc", 17, "x y"),
    ("t = x\ndel t\n[y]", [7], "x y"),
    ("def f():\n    global own\n    own = x\nf()\nown", 5, "x"),
    ("def f():\n    global x\n    x += 1\n    return x\nf()", 6, "x"),
    ("def f():\n    c = 0\n    def g():\n        nonlocal c\n        c += k\n    g()\n    return c\nf()", 3, "k"),
    ("import functools\n@functools.lru_cache\ndef f(a): return a + y\nf(1)", 8, "y"),
    ("f'{x:>{k}} {word!r} {y=}' + f'{(lambda q: q + x)(2)}'", "  5 'hello' y=77", "x k word y"),
    ("from math import *\nfloor(sqrt(x)) + k", 5, "x k"),
    ("a: int = x\ndef f(p: 'Nothing' = y) -> 'Nothing': return p\na + f()", 12, "x y"),
    ("from __future__ import annotations\ndef f(p: Nothing) -> Nothing: return x\nf(1)", 5, "x"),
    ("try: import nothing_of_the_kind as m\nexcept ImportError: m = k\nm", 3, "k"),
    ("if flag: import json as m\nelse: m = None\nm.dumps(x)", "5", "flag x"),
    ("import asyncio\nawait asyncio.sleep(0, x)", 5, "x"),
    ("async def g():\n    for i in xs: yield i * k\n[i async for i in g()]", [3, 6, 9], "xs k"),
    ("async def g():\n    for i in xs: yield i * k\nasync for i in g(): last = i\nlast", 9, "xs k"),
    ("class C:\n    async def __aenter__(self): return x\n    async def __aexit__(self, *e): pass\n"
     "async with C() as v: out = v\nout", 5, "x"),
    ("first, *rest = xs\n[*rest, *range(k)], {**items, 'z': y}",
     ([2, 3, 0, 1, 2], {"a": 1, "b": 2, "z": 7}), "xs k items y"),
    ("x += 1\nx", 6, "x"),
    ("x = x + 1\nx", 6, "x"),
    ("for x in xs: pass\nx", 3, "xs x"),  # there may be nothing to loop over
    ("while (x := x - 1) > k: last = x\nlast", 4, "x k"),
    ("try: v = x\nfinally: w = y\nv + w", 12, "x y"),
    ("later = 2\nf = lambda: later * x\nf()", 10, "x"),
    ("xs.copy().pop() + h(x)", 13, "xs h x"),
    ("from dataclasses import dataclass\n@dataclass\nclass D:\n    a: int = x\n    def m(s): return s.a * k\nD().m()",
     15, "x k"),
    ("%time z = x + 1\nz", 6, "x"),
    ("%timeit -n1 -r1 -q x + y\n1", 1, "x y"),
    ("%%time\nz = x\nz", 5, "x"),
    ("%%capture out\nprint(x)\nz = y", None, "x y"),
    ("%%capture out\nprint(x)\ny + 1", 8, "x y"),
    ("%%capture out\n%%time\nprint(x)\ny + 1", 8, "x y"),
    ("out = !echo {x + k} $word\nlist(out)", ["8 hello"], "x k word"),
    ("out = %sx echo {items['a']}\nlist(out)", ["1"], "items"),
    ("def f(v):\n    out = !echo {v} $y\n    return list(out)\nf(4)", ["4 7"], "y"),
    ("import asyncio\nown = 4\nawait asyncio.sleep(0)\nout = !echo {own} {x}\nlist(out)", ["4 5"], "x"),
    ("for i in xs:\n    %time last = i * k\nlast", 9, "xs k"),
    ("%matplotlib agg\nx", 5, "x"),
    ("h?\nx", 5, "x h"),
    ("!exit {k}\n_exit_code", 3, "k"),
    ("%run -i {script}\nscript_made", 11, ""),
    ("exec('made = 1')\nmade", 1, ""),
]  # fmt: skip


@pytest.fixture
def full(nb, tmp_path):
    """A notebook with some variables, each in a cell of its own."""
    nb.shell.enable_gui = lambda gui=None: None
    for name, value in NOTEBOOK.items():
        nb.run(f"{name} = {value}", name)
    (tmp_path / "script.py").write_text("script_made = 11")
    nb.shell.user_ns["script"] = str(tmp_path / "script.py")
    return nb


@pytest.mark.parametrize(("body", "value", "reads"), BODIES, ids=[body for body, _, _ in BODIES])
def test_names_of_a_body(full, body, value, reads):
    """A body gives what it would as plain code, depends on what it reads and on nothing else, and leaves nothing."""
    if "matplotlib" in body:
        pytest.importorskip("matplotlib")
    before = dict(full.shell.user_ns)
    ran = full.run(f"%%asset result\n{body}", "result")
    assert ran.ok, ran.text
    assert full.value("result") == value
    bound = {name for name in full.shell.user_ns.keys() - before.keys() if not name.startswith("_")}
    assert bound == {"result"}
    assert all(full.here(name) is before[name] for name in NOTEBOOK)
    for name in NOTEBOOK:
        full.edit(name, f"{name} = {OTHERS.get(name, '[7]' if name in ('xs', 'rows') else '11')}")
        assert full.status("result") == ("stale" if name in reads.split() else "fresh"), name
        full.edit(name, f"{name} = {NOTEBOOK[name]}")
        assert full.status("result") == "fresh", name


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
@pytest.mark.parametrize(
    ("body", "value", "reads"),
    [
        ("def f[T: int](a: T) -> T: return a + x\nf(1)", 6, "x"),
        ("class C[T]:\n    v: T = x\nC().v", 5, "x"),
        ("type A[T] = dict[T, str] | h\nx", 5, "x h"),
        ("f'{f'{x}'} {items['a']}'", "5 1", "x items"),
    ],
)
def test_names_of_newer_syntax(full, body, value, reads):
    """Type parameters are the body's own; what a type alias names, it may look up."""
    test_names_of_a_body(full, body, value, reads)


# names that are met only in strings

SETUP = """
import numpy as np, pandas as pd
df = pd.DataFrame({'a': [1, 2, 3], 'b': [1.0, 3.0, 2.0]})
"""
POLARS = "import polars as pl\n"
# What must be installed, the name, what it is, a body with the name in a string, and what that gives.
IN_STRINGS = {
    "eval": ("", "limit", "2", "eval('limit + 1')", 3),
    "eval of a function": ("", "limit", "2", "eval('lambda: limit + 1')()", 3),
    "exec": ("", "limit", "2", "out = {}\nexec('out[0] = limit')\nout[0]", 2),
    "globals": ("", "limit", "2", "globals()['limit']", 2),
    "format": ("", "limit", "2", "'{limit}'.format(**globals())", "2"),
    "percent": ("", "limit", "2", "'%(limit)s' % globals()", "2"),
    "template": ("", "limit", "2", "import string\nstring.Template('$limit').substitute(globals())", "2"),
    "the notebook as a module": ("", "limit", "2", "import __main__\n__main__.limit", 2),
    "an import from the notebook": ("", "limit", "2", "from __main__ import limit as it\nit", 2),
    "the shell's variables": ("", "limit", "2", "get_ipython().user_ns['limit']", 2),
    "the shell's eval": ("", "limit", "2", "get_ipython().ev('limit')", 2),
    "a frame": ("", "limit", "2", "import sys\nsys._getframe().f_globals['limit']", 2),
    "query": ("pandas", "limit", "2", "len(df.query('a < @limit'))", 1),
    "query in Python": ("pandas", "limit", "2", "len(df.query('a < @limit', engine='python'))", 1),
    "query by a function": ("pandas", "grow", "lambda v: v + 1", "len(df.query('a < @grow(1)'))", 1),
    "frame.eval": ("pandas", "limit", "2", "int(df.eval('a + @limit').sum())", 12),
    "pd.eval": ("pandas", "limit", "2", "int(pd.eval('limit + 1'))", 3),
    "numexpr": ("numexpr", "limit", "2", "import numexpr\nint(numexpr.evaluate('limit + 1'))", 3),
    "patsy": ("patsy", "grow", "lambda v: v * 2", "import patsy\npatsy.dmatrix('grow(a)', df).shape", (3, 2)),
    "statsmodels": (
        "statsmodels", "grow", "lambda v: v * 2",
        "import statsmodels.formula.api as smf\nsmf.ols('b ~ grow(a)', df).fit().nobs", 3.0,
    ),
    "formulaic": ("formulaic", "grow", "lambda v: v * 2",
                  "import formulaic\nformulaic.model_matrix('grow(a)', df).shape", (3, 2)),
    "duckdb": (
        "duckdb", "table_", "df.copy()", "import duckdb\nduckdb.sql('select sum(a) from table_').fetchall()", [(6,)],
    ),
    "duckdb by a connection": (
        "duckdb", "table_", "df.copy()",
        "import duckdb\ncon = duckdb.connect()\ncon.execute('select sum(a) from table_').fetchall()", [(6,)],
    ),
    "polars": ("polars", "table_", "__import__('polars').DataFrame({'a': [1, 2]})",
               POLARS + "pl.sql('select sum(a) from table_', eager=True).item()", 3),
    "polars, of all frames": (
        "polars", "table_", "__import__('polars').DataFrame({'a': [1, 2]})",
        POLARS + "pl.SQLContext(register_globals=True, eager=True).execute('select sum(a) from table_').item()", 3,
    ),
}  # fmt: skip


@pytest.fixture(params=IN_STRINGS.values(), ids=IN_STRINGS)
def in_string(nb, request):
    """A notebook with a variable that a body names in a string, and the body."""
    needs, name, value, body, gives = request.param
    if needs:
        pytest.importorskip(needs)
        pytest.importorskip("pandas")
        nb.run(SETUP, "setup")
    nb.run(f"{name} = {value}", name)
    return nb, name, body, gives


def line_of(name, body):
    """The line of a cell that first mentions ``name``, where the body begins on its second line."""
    return 2 + next(i for i, line in enumerate(body.split("\n")) if name in line)


def in_helper(body):
    """The body as a helper and a call of it."""
    *lines, last = body.split("\n")
    return "\n    ".join(["def helper():", *lines, f"return {last}"]), "helper()"


def test_a_name_in_a_string_must_be_declared(in_string):
    """A name met only in a string is an error at that line, which says how to name it; then it is a dependency."""
    nb, name, body, gives = in_string
    ran = nb.run(f"%%asset a\n{body}", "a")
    assert f"uses={name}" in ran.text
    assert f"In[{ran.number}], line {line_of(name, body)}" in ran.text
    assert nb.status("a") == "missing"
    assert nb.run(f"%%asset a uses={name}\n{body}", "a").ok
    assert nb.value("a") == gives
    nb.run(f"{name} = None", name)
    assert nb.status("a") == "stale"


def test_a_name_in_a_string_of_a_helper_must_be_declared(in_string):
    """So it is in a helper, which looks into the notebook itself: whatever it found there would not be followed."""
    nb, name, body, gives = in_string
    helper, call = in_helper(body)
    nb.run(helper)
    ran = nb.run(f"%%asset a\n{call}", "a")
    assert f"uses={name}" in ran.text
    assert f"In[{ran.number - 1}], line {line_of(name, body)}" in ran.text
    assert nb.bound(name)
    assert nb.run(f"%%asset a uses={name}\n{call}", "a").ok
    assert nb.value("a") == gives
    nb.run(f"{name} = None", name)
    assert nb.status("a") == "stale"


@pytest.mark.parametrize(
    ("helper", "gives"),
    [
        ("out = !echo {limit} $limit\n    return list(out)", ["2 2"]),
        ("limit2 = 4\n    out = !echo {limit} {limit2}\n    return list(out)", ["2 4"]),
        ("%time z = limit + 1\n    return limit + 1", 3),
    ],
)
def test_magics_in_a_helper_read_names(nb, helper, gives):
    """What a magic or `!` in a helper names is read, as in a body."""
    nb.run("limit = 2", "limit")
    nb.run(f"def helper():\n    {helper}")
    assert nb.run("%%asset a\nhelper()").ok
    assert nb.value("a") == gives
    nb.edit("limit", "limit = 3")
    assert nb.status("a") == "stale"


def test_an_asset_in_a_string_may_be_declared_by_deps(nb):
    """An asset named in a string is given to the body, and to its helpers, by `deps=` as well as by `uses=`."""
    nb.run("def helper(): return eval('up + 1')")
    nb.asset("up", "1")
    for body in ("eval('up + 1')", "helper()"):
        ran = nb.run(f"%%asset a\n{body}", "a")
        assert "deps=up" in ran.text or "uses=up" in ran.text
        for way in ("deps", "uses"):
            assert nb.run(f"%%asset a {way}=up\n{body}", "a").ok, (body, way)
            assert nb.value("a") == 2
            assert ("up", "a") in nb.edges()


def test_a_dependency_without_a_value_may_be_mentioned(nb):
    """A name in `deps=` that also is a word of a text demands no value."""
    nb.run("%%asset files\nfrom asset_magic import MaterializeResult\nMaterializeResult()")
    assert nb.run("%%asset a deps=files\n'all files written'").ok


@pytest.mark.parametrize(
    "text",
    ["sql = 'select * from limit'", "sql = ['limit']", "sql = {'limit': 1}"],
)
def test_a_name_in_a_string_that_is_handed_over(nb, text):
    """The string may come from a variable or an asset, and the code that looks the name up from a helper."""
    nb.run("limit = 2")
    nb.run(
        "def look(words): return [globals().get(w, 'not there') for w in str(words).split(chr(39)) for w in w.split()]"
    )
    nb.run(text)
    assert nb.run("%%asset a\nlook(sql)").ok
    assert 2 not in nb.value("a")
    nb.asset("said", text.partition("=")[2].strip())
    assert nb.run("%%asset b\nlook(said)").ok
    assert 2 not in nb.value("b")


def test_a_decorated_function_finds_no_name_of_its_strings(nb):
    """`@asset` functions run in the notebook, and find there only what they name."""
    nb.run("limit = 2", "limit")
    nb.run("from asset_magic import asset\n@asset\ndef a():\n    return eval('limit')", "a")
    assert "outside of a string" in nb.materialize().text
    nb.edit("a", "from asset_magic import asset\n@asset\ndef a():\n    limit\n    return eval('limit')")
    assert nb.materialize().ok
    nb.edit("limit", "limit = 3")
    assert nb.status("a") == "stale"


def test_a_check_and_a_source_declare_names_too(nb):
    """`uses=` is there for every body."""
    nb.run("limit = 2", "limit")
    nb.run("%%asset a\n1")
    assert "uses=limit" in nb.run("%%asset_check a name=c\neval('limit') > 1", "c").text
    assert nb.run("%%asset_check a name=c uses=limit\neval('limit') > 1", "c").ok
    assert "uses=limit" in nb.run("%%source_asset s\neval('limit')", "s").text
    assert nb.run("%%source_asset s uses=limit\neval('limit')", "s").ok


@pytest.mark.parametrize(
    "body",
    [
        "{'a': 1}['limit']",
        "pd.DataFrame({'a': [1]})['limit']",
        "pd.DataFrame({'a': [1]})[['limit']]",
        "raise ValueError('limit must not be negative')",
        "raise LookupError('column limit not found')",
    ],
)
def test_errors_that_mean_other_things_give_no_hint(nb, body):
    """A missing key or column that happens to be called like a variable is no variable."""
    pytest.importorskip("pandas")
    nb.run("import pandas as pd\nlimit = 2")
    assert "uses=" not in nb.run(f"%%asset a\npd\n{body}").text


def test_a_query_without_its_at_sign(nb):
    """Declared or not, pandas takes a bare word for a column: the hint says how a variable is written."""
    pytest.importorskip("pandas")
    nb.run(SETUP + "limit = 2")
    ran = nb.run("%%asset a\ndf.query('a < limit')")
    assert "uses=limit" in ran.message
    assert "@limit" in ran.message


def test_a_hint_is_part_of_why_an_asset_failed(nb):
    """`%stale` and the summary of a run repeat it."""
    nb.run("limit = 2")
    nb.run("%%asset a\nglobals()['limit']")
    assert "uses=limit" in nb.run("%materialize").message


def test_words_of_strings_are_back_after_the_run(nb):
    """While a body runs the notebook is without the names in its strings; then all is as it was, also if it fails."""
    nb.run("limit, other = 2, 3\ndef helper(word): return word in globals()")
    for end in ("", "\n1 / 0"):
        nb.run(f"%%asset a\nhere = helper('limit'){end}\nhere")
        assert (nb.here("limit"), nb.here("other")) == (2, 3)
    nb.run("%%asset a\nhelper('limit')")
    assert nb.value("a") is False


def test_a_run_inside_of_a_body_knows_all_variables(nb):
    """A body that mentions a name may run an asset that reads it."""
    nb.run("limit = 2\ndef helper(): return limit + 1", "limit")
    nb.run("from asset_magic import assets")
    nb.asset("up", "limit + helper()", "defer")
    assert nb.run("%%asset a\nassets.materialize('up')\nwords = 'limit helper'\nwords", "a").ok
    assert (nb.value("up"), nb.status("up"), nb.status("a")) == (5, "fresh", "fresh")
    assert nb.here("limit") == 2


def test_pickle_does_not_find_what_a_body_defines(nb):
    """A class or function of a body is not in the notebook, where pickle and process pools look: the error says so."""
    body = "import pickle\nclass Own: pass\npickle.dumps(Own())"
    assert "define it in a plain cell" in nb.run(f"%%asset a\n{body}").text
    nb.run("class Own: pass")
    assert nb.run("%%asset a\nimport pickle\nlen(pickle.dumps(Own())) > 0").ok


# names that a cell kept to itself


@pytest.mark.parametrize(
    "cell",
    [
        *("print(scratch)", "def f(): return scratch\nf()", "[scratch for _ in 'a']", "del scratch"),
        *("eval('scratch')", "globals()['scratch']", "'{scratch}'.format(**globals())"),
        "import pandas as pd\npd.DataFrame({'x': [1]}).query('x < @scratch')",
        "import duckdb\nduckdb.sql('select * from scratch')",
    ],
)
def test_a_plain_cell_is_told_where_a_name_stayed(nb, cell):
    """A name that an asset cell kept to itself gets a hint in a plain cell."""
    for needs in ("pandas", "duckdb"):
        if needs in cell:
            pytest.importorskip(needs)
    nb.run("%%asset a\nscratch = 1\nscratch + 1")
    ran = nb.run(cell)
    assert not ran.ok
    assert "bound in the cell of a" in ran.text
    assert "bound in the cell of a" in nb.run(f"%%asset b\n{cell}").text


@pytest.mark.parametrize("magic", ["%%asset b", "%%multi_asset b c", "%%source_asset b", "%%asset_check a name=c"])
def test_another_asset_cell_is_told_too(nb, magic):
    """And in the cell of another asset or check."""
    nb.run("%%asset a\nscratch = 1\nscratch + 1")
    ran = nb.run(f"{magic}\nscratch + 1")
    assert not ran.ok
    assert "bound in the cell of a" in ran.text


def test_a_helper_of_another_asset_cell_is_told_too(nb):
    """And where a helper looks for it."""
    nb.run("%%asset a\nscratch = 1\nscratch + 1")
    nb.run("def helper(): return scratch")
    assert "bound in the cell of a" in nb.run("%%asset b\nhelper()").text


def test_a_name_that_nobody_binds_is_an_error_of_ours(nb):
    """A body that names what is not there does not run, unless it may bind names that reading cannot see."""
    assert isinstance(nb.run("%%asset a\neval('1') + nothing").error, UpstreamError)
    assert isinstance(nb.run("%%asset b\nexec('1')\nnothing").error, NameError)
