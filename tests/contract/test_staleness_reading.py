"""The staleness table, rows on what is no change: reading, drawing from the generators of the process, and its cost."""

from __future__ import annotations

import pytest

MEMO = """
class Table:
    def __init__(self, rows):
        self.rows = rows
        self._total = None
    @property
    def total(self):
        if self._total is None:
            self._total = sum(self.rows)
        return self._total
"""

# attributes that reading fills in -> no change


@pytest.mark.parametrize(
    "memo",
    [
        MEMO,
        MEMO.replace("self._total is None", "not hasattr(self, '_total')").replace("        self._total = None\n", ""),
        MEMO.replace("        self._total = None\n", "").replace("class Table:", "class Table:\n    _total = None"),
    ],
    ids=["None at first", "not there at first", "None in the class"],
)
def test_private_attribute_that_a_method_fills_in(nb, memo):
    """A private attribute that is empty at first, and that only methods of ``self`` fill in -> no change."""
    nb.run(memo)
    nb.asset("a", "Table([1, 2])")
    read = nb.run("a.total")
    assert "changed" not in read.text
    assert "changed" not in nb.asset("b", "a.total").text
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}


@pytest.mark.parametrize(
    "method",
    [
        "def fill(self, total):\n        if self._total is None:\n            self._total = total",
        "def fill(self, total=7):\n        self._total = total",
        "def fill(self, *_):\n        self._total = 7",
    ],
    ids=["from an argument", "from a default", "whatever it was"],
)
def test_private_attribute_that_is_set_otherwise(nb, method):
    """An attribute that an argument decides, or that is set where it was not empty -> a change, which is put back."""
    nb.run(f"{MEMO}\n    {method}")
    nb.asset("a", "Table([1, 2])")
    assert "changed a in place" in nb.run("a.fill(7)").text
    nb.asset("b", "a._total")
    assert nb.value("b") is None


def test_what_reading_filled_in_is_changed(nb):
    """What a cached property gave, changed in place -> put back like the rest of the value."""
    nb.run(
        "from functools import cached_property\nclass T:\n    @cached_property\n    def rows(self):\n        return [1]"
    )
    nb.asset("a", "T()")
    nb.asset("b", "sum(a.rows)")
    assert "changed a in place" in nb.run("a.rows.append(9)").text
    nb.asset("c", "sum(a.rows) + 0")
    assert nb.value("c") == 1


LIBRARIES = [
    pytest.param(
        "sklearn.neighbors",
        "from sklearn.neighbors import KNeighborsClassifier",
        "KNeighborsClassifier(1).fit([[1], [2]], [0, 1])",
        "a.predict([[1]]), a.kneighbors([[2]])",
        id="nearest neighbours",
    ),
    pytest.param(
        "statsmodels.api",
        "import statsmodels.api as sm",
        "sm.OLS([1.0, 2, 4, 5], sm.add_constant([1.0, 2, 3, 4])).fit()",
        "a.summary(), a.resid",
        id="regression",
    ),
    pytest.param(
        "statsmodels.formula.api",
        "import pandas as pd, statsmodels.formula.api as smf",
        "smf.ols('y ~ x', pd.DataFrame({'y': [1.0, 2, 4, 5], 'x': [1, 2, 3, 4]})).fit()",
        "a.summary(), a.predict()",
        id="regression by a formula",
    ),
    pytest.param("networkx", "import networkx as nx", "nx.path_graph(3)", "a.adj, nx.pagerank(a)", id="graph"),
    pytest.param("scipy.stats", "from scipy import stats", "stats.norm(1, 2)", "a.rvs(2), a.cdf(1)", id="distribution"),
    pytest.param(
        "scipy.spatial",
        "from scipy.spatial import Delaunay",
        "Delaunay([[0, 0], [0, 1], [1, 0], [1, 1]])",
        "a.find_simplex([[0.1, 0.2]]), a.vertex_to_simplex",
        id="triangulation",
    ),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("library", "imports", "body", "read"), LIBRARIES)
def test_reading_a_value_of_a_library(nb, library, imports, body, read):
    """Attributes that reading fills in -> no change: `results.summary()`, `model.predict(...)`."""
    pytest.importorskip(library)
    nb.run(imports)
    nb.asset("a", body)
    told = nb.run(f"{read}; 1").text + nb.asset("b", f"{read}; 1").text + nb.run(f"{read}; 1").text
    assert "changed a" not in told
    assert nb.status("a") == "fresh"


def test_estimator_that_is_fitted(nb):
    """Fitting an estimator is a change; it is put back, so that each run fits it anew."""
    pytest.importorskip("sklearn.linear_model")
    nb.run("from sklearn.linear_model import LinearRegression")
    nb.asset("a", "LinearRegression()")
    assert "changed a in place" in nb.run("a.fit([[1], [2]], [1, 2])").text
    nb.asset("b", "hasattr(a, 'coef_')")
    assert nb.value("b") is False


def test_drawing_from_the_generator_of_the_process(nb):
    """Functions that draw from the process's own generators do not change by it."""
    nb.run("from random import shuffle, random\nfrom numpy.random import rand")
    nb.asset("a", "rows = [1, 2]\nshuffle(rows)\nsorted(rows)")
    nb.asset("b", "int(rand())")
    nb.run("random(), rand()")
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}


# global that the body changes -> each run sees it as its plain cell left it

GLOBALS = [
    pytest.param("g = [{'id': n} for n in range(30_000)]", "g.append({})\nlen(g)", 30_001, id="long list"),
    pytest.param("g = [lambda: 1, []]", "g[1].append(1)\nlen(g[1])", 1, id="list with a function"),
    pytest.param("g = {'add': lambda f=[]: f.append(1) or len(f)}", "g['add']()", 1, id="table"),
    pytest.param("class Rows(list): pass\ng = Rows()", "g.append(1)\nlen(g)", 1, id="list of the user's"),
    pytest.param("g = [].append", "g(1)\nlen(g.__self__)", 1, id="method of a list"),
    pytest.param("import functools as f\ng = f.partial(lambda x: x.append(1) or len(x), [])", "g()", 1, id="partial"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "body", "value"), GLOBALS)
def test_variable_that_the_body_changes(nb, plain, body, value):
    """Global that the body changes -> each run sees it as its plain cell left it, and it is left so."""
    nb.run(plain)
    nb.asset("a", body)
    nb.asset("b", body)
    nb.materialize("a --force")
    assert (nb.value("a"), nb.value("b")) == (value, value)
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}


def test_variable_of_which_no_copy_can_be_made(nb):
    """Changed for good: the cell to run is told, and until it has run no other body begins from that."""
    nb.run("class Odd(list):\n    def __deepcopy__(self, memo):\n        raise TypeError('no')")
    plain = nb.run("g = Odd([1])", "g")
    told = nb.asset("a", "g.append(1)\nlen(g)")
    assert f"run In[{plain.number}] again" in told.text
    refused = nb.asset("b", "len(g)")
    assert f"run In[{plain.number}] again" in refused.message
    nb.rerun("g")
    nb.asset("b", "len(g)")
    assert (nb.value("a"), nb.value("b")) == (2, 1)
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}


# what takes long to look at is looked at when it is asked for

SLOW = """
class Slow(list):
    def __reduce_ex__(self, protocol):
        import asset_probe, time
        asset_probe.ran("look")
        time.sleep(0.03)
        return super().__reduce_ex__(protocol)
"""


def test_variable_that_takes_long_is_looked_at_when_asked_for(nb):
    """A plain cell, and assets that do not read it, do not wait for a large variable; its own asset never skips it."""
    nb.run(SLOW)
    nb.run("slow = Slow([1])")
    nb.asset("a", "sum(slow)")
    nb.run("other = [slow]")
    nb.counts.clear()
    nb.run("print(len('word'))")
    nb.asset("b", "1 + 1")
    nb.run("b")
    assert nb.status("b") == "fresh"
    assert nb.count("look") == 0
    nb.run("other[0].append(9)")
    assert nb.status("a") == "stale"
