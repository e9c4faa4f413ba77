"""Bad input: each a short clear error in the user's words, nothing lost, the graph unchanged."""

from __future__ import annotations

import pytest


@pytest.fixture
def graph(nb):
    """rate -> a -> b -> c, a check on b, and z in a namespace; all fresh."""
    nb.run("rate = 2", "rate")
    nb.asset("a", "rate")
    nb.asset("b", "a + 1")
    nb.asset("c", "b + 1")
    nb.asset("space/z", "[1]")
    nb.check("b", "b > 0", name="positive")
    assert set(nb.statuses().values()) == {"fresh"}
    return nb


def state(nb):
    """All that a user holds: statuses, edges, values, checks, variables, and how often each body ran."""
    return {
        "statuses": nb.statuses(),
        "edges": nb.edges(),
        "values": {key: nb.value(key) for key in nb.statuses()},
        "checks": nb.checks("b"),
        "variables": {name: nb.here(name) for name in "abcz"},
        "counts": dict(nb.counts),
    }


def assert_clear(ran, *words):
    """Whether the cell ended with an error of ours that is short and names each of ``words``."""
    from asset_magic.model.errors import AssetMagicError

    assert isinstance(ran.error, AssetMagicError), f"{type(ran.error).__name__}: {ran.error}\n{ran.text}"
    assert 0 < len(ran.message.strip().splitlines()) <= 5
    assert "Traceback" not in ran.message
    for word in words:
        assert word in ran.message


BAD_CELLS = [
    # unknown options: the argument is named, and the nearest one suggested
    pytest.param("%%asset d dep=a\n1", ["dep", "deps"], id="option misspelt"),
    pytest.param("%%asset d grop=raw\n1", ["grop", "group"], id="another option misspelt"),
    pytest.param("%%asset d frobnicate=1\n1", ["frobnicate"], id="unknown option"),
    pytest.param("%%asset d --forse\n1", ["forse", "force"], id="flag misspelt"),
    pytest.param("%%asset_check b blokking\nTrue", ["blokking", "blocking"], id="flag of a check misspelt"),
    pytest.param("%%multi_asset d e dep=a\nd = e = 1", ["dep", "deps"], id="option of a multi-asset"),
    pytest.param("%source_asset d pth=x.csv", ["pth", "path"], id="option of a source"),
    pytest.param("%materialize --forse", ["forse", "force"], id="flag of materialize misspelt"),
    pytest.param('%%asset d description="Orders\n1', ["quot"], id="quotation not closed"),
    pytest.param("%%asset_check b severity=fatal\nTrue", ["fatal"], id="unknown severity"),
    # missing names
    pytest.param("%%asset\n1", ["name"], id="no name"),
    pytest.param("%%asset deps=a\n1", ["name"], id="no name but an option"),
    pytest.param("%%multi_asset\nd = 1", ["name"], id="multi-asset without names"),
    pytest.param("%%asset_check\nTrue", ["asset"], id="check without an asset"),
    pytest.param("%source_asset", ["name"], id="source without a name"),
    pytest.param("%forget", ["name"], id="forget without a name"),
    # names that are not identifiers
    pytest.param("%%asset 2x\n1", ["2x"], id="name starting with a digit"),
    pytest.param("%%asset class\n1", ["class"], id="keyword as a name"),
    pytest.param("%%asset my-asset\n1", ["my-asset"], id="name with a dash"),
    pytest.param('%%asset "my asset"\n1', ["my asset"], id="name with a space"),
    pytest.param("%%asset a//b\n1", ["a//b"], id="empty part"),
    pytest.param("%%asset d key_prefix=2x\n1", ["2x"], id="prefix that is no identifier"),
    pytest.param("%%asset d deps=a-b\n1", ["a-b"], id="dependency that is no identifier"),
    pytest.param("%%asset d bind=2x\n1", ["2x"], id="variable that is no identifier"),
    pytest.param("%%asset d e\n1", ["e"], id="two names"),
    pytest.param("%%multi_asset d d\nd = 1", ["d"], id="one name twice"),
    # self-reference
    pytest.param("%%asset d\nd + 1", ["d"], id="body that reads its own asset"),
    pytest.param("%%asset d deps=d\n1", ["d"], id="own name in deps"),
    # syntax errors, empty bodies
    pytest.param("%%asset d\nx = 1\nx +", ["line 3"], id="syntax error"),
    pytest.param("%%asset d\nreturn 1", ["return"], id="return"),
    pytest.param("%%asset d\n  x = 1\n y = 2", [], id="indentation"),
    pytest.param("%%asset_check b\nb >", ["line 2"], id="syntax error in a check"),
    pytest.param("%%asset d", ["d"], id="no body"),
    pytest.param("%%asset d\n\n   \n", ["d"], id="blank body"),
    pytest.param("%%asset d\n# later", ["d"], id="body of comments"),
    pytest.param("%%asset_check b", ["b"], id="check without a body"),
    pytest.param("%%multi_asset d e\n", ["d"], id="multi-asset without a body"),
    # unknown assets and selections
    pytest.param("%%asset_check nosuch\nTrue", ["nosuch"], id="check for an unknown asset"),
    pytest.param("%materialize nosuch", ["nosuch"], id="selection of an unknown asset"),
    pytest.param("%materialize group:nosuch", ["group:nosuch"], id="selection that matches nothing"),
    pytest.param("%materialize a and not a", ["a and not a"], id="selection that matches nothing left"),
    pytest.param("%forget nosuch", ["nosuch"], id="forget an unknown asset"),
    pytest.param("%asset nosuch", ["nosuch"], id="detail of an unknown asset"),
    pytest.param("%lineage nosuch+", ["nosuch"], id="lineage of an unknown asset"),
    # two keys with one last part
    pytest.param("%%asset other/z\n1", ["space/z", "other/z", "bind"], id="two keys with one last part"),
    pytest.param("%%asset z\n1", ["space/z", "bind"], id="a name that is another key's last part"),
    pytest.param("%%multi_asset one/d two/d\n1", ["one/d", "two/d"], id="two keys with one last part in one cell"),
]


@pytest.mark.parametrize(("source", "words"), BAD_CELLS)
def test_bad_cell(graph, source, words):
    """A short clear error in the user's words; nothing lost, the graph unchanged."""
    before = state(graph)
    assert_clear(graph.run(source, "bad"), *words)
    assert state(graph) == before
    assert graph.materialize().ok
    assert state(graph) == before


@pytest.mark.parametrize(
    ("source", "words"), [case for case in BAD_CELLS if case.values[0].startswith(("%%asset ", "%%asset\n"))]
)
def test_bad_edit_of_a_good_cell(graph, source, words):
    """An edit that cannot be registered leaves the last good graph, values and statuses."""
    before = state(graph)
    good = graph.cells["c"]
    assert_clear(graph.edit("c", source), *words)
    assert state(graph) == before
    assert graph.edit("c", good).ok
    assert state(graph) == before


# cycles


@pytest.mark.parametrize(
    "source", ["%%asset a\nc + 1", "%%asset a deps=c\n1", "%%asset a uses=c\neval('c')"], ids=["body", "deps", "uses"]
)
def test_cycle(graph, source):
    """Cycles (the path is named: a -> c -> b -> a)."""
    before = state(graph)
    assert_clear(graph.edit("a", source), "a -> c -> b -> a")
    assert state(graph) == before
    assert graph.materialize().ok
    assert state(graph) == before


def test_cycle_through_a_helper(graph):
    """Cycles are found where a helper reads the asset, too."""
    graph.run("def h():\n    return c", "h")
    before = state(graph)
    assert_clear(graph.edit("a", "%%asset a\nh()"), "a -> c -> b -> a")
    assert state(graph) == before


def test_cycle_closed_by_an_asset_that_was_missing(nb):
    """A cycle that the last of its assets closes is found when that one is registered."""
    nb.asset("b", "a + 1", "defer")
    nb.asset("c", "b + 1", "defer")
    assert_clear(nb.asset("a", "c + 1", "defer"), "a -> c -> b -> a")
    assert nb.edges() == {("b", "c")}


def test_good_edit_after_a_cycle(graph):
    """After a bad edit the next good one works as if the bad one had not been."""
    graph.edit("a", "%%asset a\nc + 1")
    assert graph.edit("a", "%%asset a\nrate * 10").ok
    assert graph.materialize().ok
    assert graph.value("c") == 22


# selections


@pytest.mark.parametrize("selection", ["a and (b", "a or", "and b", "a b", "grp:raw", "a ++ b", "sinks(a"])
def test_syntax_error_in_a_selection(graph, selection):
    """A syntax error points at the column with a caret."""
    before = state(graph)
    ran = graph.materialize(selection)
    assert_clear(ran)
    lines = ran.message.splitlines()
    caret = next(i for i, line in enumerate(lines) if line.strip().startswith("^"))
    assert selection in lines[caret - 1]
    assert state(graph) == before


def test_nearest_name_is_suggested(nb):
    """A mistake names the argument and suggests the nearest one."""
    nb.asset("customers", "1")
    assert_clear(nb.run("%materialize custmers"), "custmers", "customers")


# values that can be read only once


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("(i for i in [1, 2])", id="generator expression"),
        pytest.param("map(str, [1, 2])", id="map"),
        pytest.param("zip([1], [2])", id="zip"),
        pytest.param("iter([1])", id="iterator"),
        pytest.param("def f():\n    yield 1\nf()", id="generator"),
    ],
)
def test_value_that_can_be_read_only_once(graph, body):
    """A value that can be read only once is an error that says "make it a list"."""
    before = state(graph)
    assert_clear(graph.asset("d", body), "make it a list")
    assert graph.status("d") == "missing"
    graph.run("%forget d")
    del graph.counts["d"]
    assert state(graph) == before


def test_open_file_as_a_value(nb, folder):
    """A value that can be read only once (generator, open file) is an error."""
    (folder / "x.txt").write_text("x")
    nb.run("handles = []", "handles")
    assert_clear(nb.asset("d", "open('x.txt')"), "d")
    assert nb.status("d") == "missing"


def test_edit_to_a_value_that_can_be_read_only_once(graph):
    """... and the last good value is kept."""
    ran = graph.asset("b", "(i for i in [a])")
    assert_clear(ran, "make it a list")
    assert graph.status("b") == "stale"
    assert graph.value("b") == graph.here("b") == 3
    assert graph.value("c") == 4


# asking for what is not there


def test_unknown_asset_in_python(graph):
    """`assets["nosuch"]` is a KeyError of ours that names it."""
    ran = graph.run("from asset_magic import assets\nassets['nosuch']")
    assert isinstance(ran.error, KeyError)
    assert_clear(ran, "nosuch")


def test_value_of_a_missing_asset(nb):
    """`.value`: `AssetValueMissing` if there is none."""
    from asset_magic.model.errors import AssetValueMissing

    nb.asset("a", "1", "defer")
    ran = nb.run("from asset_magic import assets\nassets['a'].value")
    assert isinstance(ran.error, AssetValueMissing)
    assert_clear(ran, "a")


def test_upstream_that_is_not_defined(nb):
    """Running a body that reads a name that is not yet an asset is an error naming X."""
    assert_clear(nb.asset("b", "nowhere + 1"), "nowhere")


def test_dependency_that_is_not_defined(nb):
    """... also where X is named in `deps=`."""
    assert_clear(nb.asset("b", "1", "deps=nowhere"), "nowhere")
    assert nb.causes("b") == ["upstream nowhere is not defined yet"]
