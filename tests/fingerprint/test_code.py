"""Functions, classes and modules inside values; attributes that reading fills in."""

from __future__ import annotations

import copy
import decimal
import functools
import math
import types

import networkx
import pytest
from scipy import sparse

from asset_magic.fingerprint import fingerprint


def written(source: str, name: str):
    """What a notebook would define by ``source``."""
    namespace = {"__name__": "__main__"}
    exec(source, namespace)
    return namespace[name]


def test_the_reader_of_code_that_is_passed_decides():
    def version(value):
        return versions[value.__name__]

    class Model:
        pass

    value = [Model(), len, math, lambda: 1]
    versions = {"Model": "1", "math": "1", "<lambda>": "1"}
    before = fingerprint(value, code=version)
    for name in versions:
        changed = {**versions, name: "2"}
        assert fingerprint(value, code=lambda value, changed=changed: changed[value.__name__]) != before
    assert fingerprint(value, code=version) == before


def test_what_can_be_imported_is_known_by_its_name():
    assert fingerprint(decimal.Decimal) != fingerprint(decimal.Context)
    assert fingerprint(math.sin) != fingerprint(math.cos)


@pytest.mark.parametrize(
    "changed",
    [
        "def f(x, y=2): return x + y",
        "def f(x, y=1): return x - y",
        "def f(x, y=1): return g(x) + y",
        "def f(x, y=1): return (lambda: x + y + 1)()",
    ],
)
def test_a_function_of_the_notebook_is_known_by_what_it_does(changed):
    source = "def f(x, y=1): return x + y"
    assert fingerprint(written(source, "f")) == fingerprint(written("\n\n" + source, "f"))
    assert fingerprint(written(source, "f")) != fingerprint(written(changed, "f"))


def test_what_a_closure_holds_counts():
    def make(limit):
        return lambda x: x > limit

    assert fingerprint(make(1)) == fingerprint(make(1))
    assert fingerprint(make(1)) != fingerprint(make(2))


@pytest.mark.parametrize(
    "changed",
    [
        "class C:\n  limit = {'a': 2}\n  def f(self): return 1",
        "class C:\n  limit = {'a': 1}\n  def f(self): return 2",
        "class C(list):\n  limit = {'a': 1}\n  def f(self): return 1",
        "class C:\n  limit = {'a': 1}\n  @property\n  def f(self): return 1",
    ],
)
def test_a_class_of_the_notebook_is_known_by_its_body(changed):
    source = "class C:\n  limit = {'a': 1}\n  def f(self): return 1"
    assert fingerprint(written(source, "C")()) == fingerprint(written(source, "C")())
    assert fingerprint(written(source, "C")()) != fingerprint(written(changed, "C")())


def test_a_lock_that_a_class_keeps_does_not_stand_in_the_way():
    source = "import threading\nclass C:\n  lock = threading.Lock()\n  limit = 1"
    assert fingerprint(written(source, "C")()) == fingerprint(written(source, "C")())
    assert fingerprint(written(source, "C")()) != fingerprint(written(source.replace("1", "2"), "C")())


def test_a_bound_method_is_the_function_and_the_object():
    assert fingerprint([1].append) == fingerprint([1].append)
    assert len({fingerprint(value) for value in ([1].append, [2].append, [1].extend)}) == 3


def test_an_lru_cache_is_the_function_and_not_what_it_remembers():
    double = functools.lru_cache(written("def double(x): return 2 * x", "double"))
    other = functools.lru_cache(written("def double(x): return 3 * x", "double"))
    before = fingerprint(double)
    double(3)
    assert fingerprint(double) == before
    assert fingerprint(other) != before


def test_reading_a_cached_property_changes_nothing():
    class Report:
        def __init__(self):
            self.rows = [1, 2]

        @functools.cached_property
        def total(self):
            return sum(self.rows)

    report = Report()
    before = fingerprint(report)
    assert report.total == 3
    assert "total" in vars(report)
    assert fingerprint(report) == before
    report.rows.append(3)
    assert fingerprint(report) != before


def test_using_a_class_of_the_notebook_changes_nothing():
    """Python caches the slots of a class once an instance is copied, and flags once they are combined."""
    kind = written("class C:\n  limit = 1", "C")
    before = fingerprint(kind)
    copy.copy(kind())
    assert "__slotnames__" in vars(kind)
    assert fingerprint(kind) == before
    flags = written("import enum\nclass F(enum.Flag):\n  A = 1\n  B = 2", "F")
    before = fingerprint(flags)
    _ = flags.A | flags.B
    assert fingerprint(flags) == before


def test_looking_at_a_graph_changes_nothing():
    graph = networkx.karate_club_graph()
    before = fingerprint(graph)
    _ = graph.nodes, graph.edges, graph.adj, graph.degree, networkx.pagerank(graph)
    graph.__networkx_cache__["backends"] = {"fast": object()}
    assert fingerprint(graph) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda graph: graph.add_edge(0, 3),
        lambda graph: graph.add_node(9),
        lambda graph: graph.nodes[0].update(color="red"),
        lambda graph: graph.edges[0, 1].update(weight=2),
        lambda graph: graph.graph.update(name="g"),
    ],
)
@pytest.mark.parametrize("kind", [networkx.Graph, networkx.DiGraph])
def test_a_change_of_a_graph_counts(kind, change):
    graph = networkx.path_graph(4, create_using=kind)
    before = fingerprint(graph)
    change(graph)
    assert fingerprint(graph) != before


def test_asking_a_sparse_matrix_about_its_order_changes_nothing():
    matrix = sparse.random(10, 10, 0.3, format="csr", random_state=0)
    before = fingerprint(matrix)
    _ = matrix.has_sorted_indices, matrix.has_canonical_format
    assert fingerprint(matrix) == before
    matrix.data[0] += 1
    assert fingerprint(matrix) != before


def test_a_module_is_known_by_name_and_version():
    first, second = types.ModuleType("tools"), types.ModuleType("tools")
    assert fingerprint(first) == fingerprint(second)
    second.__version__ = "2"
    assert fingerprint(first) != fingerprint(second)
