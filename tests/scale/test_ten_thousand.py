"""10,000 assets as a chain, as a fan and in layers: everything that looks at the whole graph works, in good time.

What should be found is worked out by networkx on the same edges.
"""

from __future__ import annotations

import os
import random

import networkx as nx
import pytest
from notebook_user import Notebook

from asset_magic import AssetSelection, asset, materialize

COUNT = 10_000
LAST = f"a{COUNT - 1}"
ROOT = "%%asset a0 group=g0\n1"


def upstream_in(shape):
    """For each asset the numbers of those that it is computed from."""
    drawn = random.Random(3)
    match shape:
        case "chain":
            return [[number - 1] if number else [] for number in range(COUNT)]
        case "fan":
            return [[], *([0] for _ in range(COUNT - 2)), list(range(1, COUNT - 1))]
    return [sorted(drawn.sample(range(n - 150, n - 50), 3)) if n >= 150 else [0][:n] for n in range(COUNT)]


def cell(number, upstream):
    inputs = ", ".join(f"a{up}" for up in upstream)
    return f"%%asset a{number} defer group=g{number % 10}\nsum([{inputs}]) % 7 + 1"


DEFINITIONS = """
from asset_magic import asset

def made(number, upstream):
    return asset(name=f"a{number}", deps=upstream, group_name=f"g{number % 10}")(lambda: number)

rest = [made(number, [f"a{up}" for up in upstream]) for number, upstream in enumerate(edges) if number]
"""


@pytest.fixture(scope="module", params=["chain", "fan", "layers"])
def registered(request, tmp_path_factory):
    """A notebook with all of them registered, the layers each by a cell, and their edges."""
    edges = upstream_in(request.param)
    before = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("large"))
    with Notebook() as notebook:
        assert notebook.run(ROOT, "a0").ok
        if request.param == "layers":
            for number in range(1, COUNT):
                ran = notebook.run(cell(number, edges[number]), f"a{number}")
                assert ran.ok, ran.message
        else:
            notebook.shell.user_ns["edges"] = edges
            ran = notebook.run(DEFINITIONS)
            assert ran.ok, ran.message
        graph = nx.DiGraph((f"a{up}", f"a{number}") for number, ups in enumerate(edges) for up in ups)
        yield notebook, graph
    os.chdir(before)


@pytest.fixture
def fresh(registered):
    """All of them up to date."""
    notebook, graph = registered
    assert notebook.edit("a0", ROOT).ok
    ran = notebook.materialize()
    assert ran.ok, ran.message
    return notebook, graph


@pytest.fixture
def stale(fresh):
    """All of them after an edit at the root."""
    notebook, graph = fresh
    assert notebook.edit("a0", ROOT.replace("1", "2")).ok
    return notebook, graph


def test_registered(registered):
    notebook, graph = registered

    assert len(notebook.assets) == COUNT
    assert notebook.edges() == set(graph.edges)
    order = {key: place for place, key in enumerate(notebook.assets)}
    assert all(order[up] < order[down] for up, down in graph.edges)


def test_run(fresh):
    notebook, _ = fresh

    assert set(notebook.statuses().values()) == {"fresh"}
    assert notebook.materialize().text == "10,000 assets up to date"


def test_status(stale):
    notebook, graph = stale

    below = nx.descendants(graph, "a0")
    assert {key for key, status in notebook.statuses().items() if status == "stale"} == below
    assert set(notebook.assets.select("status:stale")) == below


def test_select(stale):
    notebook, graph = stale
    select = notebook.assets.select
    above = nx.ancestors(graph, LAST) | {LAST}

    assert set(select(f"+{LAST}")) == set(select(f"{COUNT}+{LAST}")) == above
    assert set(select("sinks(*)")) == {key for key in graph if not graph.out_degree(key)}
    assert set(select("roots(*)")) == {key for key in graph if not graph.in_degree(key)}
    assert set(select(f"+{LAST} and not (group:g1 or a0)")) == {key for key in above if key[-1] != "1"} - {"a0"}
    assert set(select(" or ".join(sorted(graph)))) == set(select(sorted(graph))) == set(graph)
    assert set(select(AssetSelection.assets("a0").downstream(depth=2))) == set(
        nx.single_source_shortest_path_length(graph, "a0", 2)
    )


@pytest.mark.parametrize(
    "magic",
    ["%assets", "%stale", "%lineage", f"%lineage +{LAST}", "%materialize --dry-run", "%asset a0", f"%asset {LAST}"],
)
def test_draw(stale, magic):
    notebook, _ = stale
    ran = notebook.run(magic, "scratch")

    assert ran.ok, ran.message
    assert ran.displays
    assert len(ran.text) < 1_000_000


def test_run_what_one_needs(stale):
    notebook, graph = stale
    assert notebook.materialize(LAST).ok

    above = nx.ancestors(graph, LAST) | {LAST}
    assert all(notebook.status(key) == "fresh" for key in above)


def test_definitions_that_begin_with_the_last():
    edges = upstream_in("fan")

    def made(number):
        return asset(name=f"a{number}", deps=[f"a{up}" for up in edges[number]])(lambda: number)

    definitions = [made(number) for number in reversed(range(COUNT))]
    needed = AssetSelection.assets(LAST).upstream()
    result = materialize(definitions, selection=needed)

    assert result.success
    assert result.asset_value(LAST) == COUNT - 1
    assert needed.resolve(definitions) == {f"a{number}" for number in range(COUNT)}
