"""The staleness table, rows on what is upstream: values, versions, and the dependencies themselves."""

from __future__ import annotations

# upstream ran again with an equal value -> FRESH (early cutoff), through any number of levels and diamonds


def test_upstream_ran_again_with_an_equal_value(nb):
    """Upstream ran again with an equal value -> FRESH (early cutoff)."""
    nb.asset("a", "[1 + 1]")
    nb.asset("b", "a + [3]")
    nb.asset("a", "[2]")
    assert nb.count("a") == 2
    assert nb.status("b") == "fresh"
    nb.rerun("b")
    assert nb.count("b") == 1


def test_early_cutoff_through_a_chain(nb):
    """... through any number of levels."""
    nb.run("k = 5", "k")
    nb.asset("a", "k")
    nb.asset("b", "a > 0")
    nb.asset("c", "[b]")
    nb.asset("d", "[c]")
    nb.edit("k", "k = 6")
    assert nb.statuses() == {"a": "stale", "b": "stale", "c": "stale", "d": "stale"}
    assert nb.materialize().ok
    assert nb.statuses() == {"a": "fresh", "b": "fresh", "c": "fresh", "d": "fresh"}
    assert [nb.count(name) for name in "abcd"] == [2, 2, 1, 1]


def test_early_cutoff_through_a_diamond(nb):
    """... and diamonds."""
    nb.run("k = 5", "k")
    nb.asset("a", "k")
    nb.asset("left", "a > 0")
    nb.asset("right", "a % 2 > 5")
    nb.asset("d", "(left, right)")
    nb.edit("k", "k = 7")
    assert nb.materialize().ok
    assert nb.status("d") == "fresh"
    assert [nb.count(name) for name in ("a", "left", "right", "d")] == [2, 2, 2, 1]


def test_one_side_of_a_diamond_changed(nb):
    """Upstream ran again with another value on one side -> the join runs once."""
    nb.run("k = 5", "k")
    nb.asset("a", "k")
    nb.asset("left", "a > 0")
    nb.asset("right", "a + 1")
    nb.asset("d", "(left, right)")
    nb.edit("k", "k = 7")
    nb.materialize()
    assert nb.value("d") == (True, 8)
    assert nb.count("d") == 2


def test_running_a_cell_with_early_cutoff_above_it(nb):
    """Running a cell brings its asset up to date: what it needs runs, and it need not run itself."""
    nb.run("k = 5", "k")
    nb.asset("a", "k")
    nb.asset("b", "a > 0")
    nb.asset("c", "[b]")
    nb.edit("k", "k = 6")
    nb.rerun("c")
    assert nb.status("c") == "fresh"
    assert [nb.count(name) for name in "abc"] == [2, 2, 1]


# upstream ran again with another value -> STALE data


def test_upstream_ran_again_with_another_value(nb):
    """Upstream ran again with another value -> STALE data."""
    nb.asset("a", "[1]")
    nb.asset("b", "a + [3]")
    nb.asset("a", "[2]")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"data"}
    assert any("a" in reason.split() for reason in nb.causes("b"))
    nb.rerun("b")
    assert nb.value("b") == [2, 3]


def test_upstream_set_back(nb):
    """Any kept materialization is reused: with the old upstream the old value returns without running."""
    nb.asset("a", "[1]")
    nb.asset("b", "a + [3]")
    nb.asset("a", "[2]")
    nb.rerun("b")
    nb.asset("a", "[1]")
    nb.rerun("b")
    assert nb.value("b") == nb.here("b") == [1, 3]
    assert (nb.count("a"), nb.count("b")) == (2, 2)


def test_dependency_that_passes_no_value_ran_again_with_another_value(nb):
    """`deps=` adds dependencies that pass no value but count in provenance -> STALE data."""
    nb.asset("a", "[1]")
    nb.asset("b", "3", "deps=a")
    nb.asset("a", "[2]")
    assert nb.categories("b") == {"data"}


# upstream's value is None, without a DataVersion -> each run is a new version


def test_upstream_without_a_value_ran_again(nb):
    """Upstream's value is None -> each run is a new version."""
    nb.asset("load", "pass")
    nb.asset("b", "3", "deps=load")
    assert nb.status("b") == "fresh"
    nb.materialize("load --force")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"data"}


def test_unchanged_upstream_without_a_value(nb):
    """Unchanged cell run again -> FRESH, reused, nothing runs, also where its value is None."""
    nb.asset("load", "pass")
    nb.asset("b", "3", "deps=load")
    nb.rerun("load")
    assert nb.count("load") == 1
    assert nb.statuses() == {"load": "fresh", "b": "fresh"}


def test_upstream_without_a_value_but_with_a_data_version(nb):
    """Upstream's value is None, with a DataVersion -> that is its version."""
    body = """
        from asset_magic import DataVersion, MaterializeResult
        MaterializeResult(data_version=DataVersion("7"))
    """
    nb.asset("load", body)
    nb.asset("b", "3", "deps=load")
    nb.materialize("load --force")
    assert nb.count("load") == 2
    assert nb.status("b") == "fresh"


def test_upstream_is_a_path_to_the_same_content(nb):
    """Upstream's value is a Path -> the content of the file is its version."""
    nb.asset("a", "from pathlib import Path\np = Path('a.txt')\np.write_text('same')\np")
    nb.asset("b", "a.read_text()")
    nb.materialize("a --force")
    assert nb.count("a") == 2
    assert nb.status("b") == "fresh"


def test_upstream_is_a_path_to_other_content(nb):
    """Upstream's value is a Path -> the content of the file is its version."""
    nb.run("text = 'one'", "text")
    nb.asset("a", "from pathlib import Path\np = Path('a.txt')\np.write_text(text)\np")
    nb.asset("b", "a.read_text()")
    nb.edit("text", "text = 'two'")
    nb.rerun("a")
    assert nb.categories("b") == {"data"}
    nb.rerun("b")
    assert nb.value("b") == "two"


# upstream is itself stale -> STALE data: "upstream a is stale"


def test_upstream_is_stale(nb):
    """Upstream is itself stale -> STALE data: "upstream a is stale"."""
    nb.run("k = 1", "k")
    nb.asset("a", "k")
    nb.asset("b", "a + 1")
    nb.edit("k", "k = 2")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"data"}
    assert nb.causes("b") == ["upstream a is stale"]


def test_causes_lead_to_the_root(nb):
    """Upstream is itself stale: the children of a cause tell why."""
    nb.run("k = 1", "k")
    nb.asset("a", "k")
    nb.asset("b", "a + 1")
    nb.asset("c", "b + 1")
    nb.edit("k", "k = 2")
    assert nb.all_causes("c") == ["upstream b is stale", "upstream a is stale", "k 1 -> 2"]


def test_everything_below_is_stale_at_once(nb):
    """Upstream is itself stale -> STALE, at any depth and through every edge."""
    nb.run("k = 1", "k")
    nb.asset("a", "k")
    nb.asset("left", "a + 1")
    nb.asset("right", "1", "deps=a")
    nb.asset("d", "left + right")
    nb.asset("apart", "5")
    nb.edit("k", "k = 2")
    assert nb.statuses() == {"a": "stale", "left": "stale", "right": "stale", "d": "stale", "apart": "fresh"}


def test_stale_upstream_is_refreshed_first(nb):
    """Running a cell: what it needs upstream is refreshed first, then the cell runs."""
    nb.run("k = 1", "k")
    nb.asset("a", "k")
    nb.asset("b", "a + 1")
    nb.asset("apart", "k")
    nb.edit("k", "k = 2")
    nb.rerun("b")
    assert nb.value("b") == nb.here("b") == 3
    assert nb.here("a") == 2
    assert nb.statuses() == {"a": "fresh", "b": "fresh", "apart": "stale"}


def test_a_chain_of_two_thousand(nb):
    """Chains of 2,000 asset cells: register, status, causes, materialize without recursion."""
    last = 1999
    nb.run("k = 1", "k")
    nb.run("%%asset a0\nk", "a0")
    for i in range(1, last + 1):
        nb.run(f"%%asset a{i}\na{i - 1} + 1", f"a{i}")
    assert nb.value(f"a{last}") == last + 1
    nb.edit("k", "k = 2")
    assert set(nb.statuses().values()) == {"stale"}
    causes = nb.all_causes(f"a{last}")
    assert len(causes) == last + 1
    assert causes[-1] == "k 1 -> 2"
    assert nb.materialize().ok
    assert nb.value(f"a{last}") == last + 2
    assert set(nb.statuses().values()) == {"fresh"}
    assert nb.run("%lineage").ok


# dependency added, removed or renamed -> STALE dependencies; no ghost edges


def test_dependency_added(nb):
    """Dependency added -> STALE dependencies."""
    nb.asset("a", "1")
    nb.asset("b", "2")
    nb.asset("b", "2", "deps=a defer")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"dependencies"}
    assert nb.edges() == {("a", "b")}
    nb.materialize()
    assert nb.status("b") == "fresh"


def test_dependency_removed(nb):
    """Dependency removed -> STALE dependencies; no ghost edges."""
    nb.asset("a", "1")
    nb.asset("b", "2", "deps=a")
    nb.asset("b", "2", "defer")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"dependencies"}
    assert nb.edges() == set()


def test_dependency_added_in_the_body(nb):
    """Dependency added by a name in the body -> STALE dependencies, and code."""
    nb.asset("a", "1")
    nb.asset("b", "2")
    nb.asset("b", "2 + a", "defer")
    assert "dependencies" in nb.categories("b")
    assert nb.edges() == {("a", "b")}


def test_dependency_removed_from_the_body(nb):
    """Dependency removed from the body -> STALE dependencies; no ghost edges: its changes no longer matter."""
    nb.run("k = 1", "k")
    nb.asset("a", "k")
    nb.asset("b", "2 + a")
    nb.asset("b", "2", "defer")
    assert "dependencies" in nb.categories("b")
    assert nb.edges() == set()
    nb.materialize("b")
    nb.edit("k", "k = 5")
    assert nb.status("b") == "fresh"


def test_dependency_renamed(nb):
    """Dependency renamed -> STALE dependencies; no ghost edges."""
    nb.asset("a", "1")
    nb.asset("b", "a + 1")
    nb.run("%%asset a2\n1", "a")
    assert "a" not in nb.assets
    assert nb.status("b") == "stale"
    assert "dependencies" in nb.categories("b")
    assert ("a", "b") not in nb.edges()


def test_dependency_renamed_and_followed(nb):
    """Dependency renamed, and the body edited to the new name -> one edge, and FRESH after a run."""
    nb.asset("a", "1")
    nb.asset("b", "a + 1")
    nb.run("%%asset a2\n5", "a")
    nb.asset("b", "a2 + 1")
    assert nb.edges() == {("a2", "b")}
    assert nb.value("b") == 6
    assert nb.statuses() == {"a2": "fresh", "b": "fresh"}


def test_dependency_renamed_and_renamed_back(nb):
    """Any kept materialization whose provenance equals the present one is reused."""
    nb.asset("a", "1")
    nb.asset("b", "a + 1")
    cell = nb.cells["a"]
    nb.run("%%asset a2\n5", "a")
    nb.run(cell, "a")
    assert "a2" not in nb.assets
    nb.rerun("b")
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1
    assert nb.edges() == {("a", "b")}


def test_helper_that_reads_another_asset_now(nb):
    """Dependency added through a helper -> STALE, with the edge that the helper makes."""
    nb.asset("a", "1")
    nb.asset("z", "2")
    nb.run("def h():\n    return a", "h")
    nb.asset("b", "h()")
    nb.edit("h", "def h():\n    return z")
    assert nb.status("b") == "stale"
    nb.materialize()
    assert nb.edges() == {("z", "b")}
    assert nb.value("b") == 2


# a body that reads a name that is not yet an asset


def test_upstream_not_defined_yet(nb):
    """A body that reads a name that is not there is registered; it is MISSING: "upstream X is not defined yet"."""
    ran = nb.asset("b", "a + 1")
    assert not ran.ok
    assert "a" in ran.message.split()
    assert nb.status("b") == "missing"
    assert nb.causes("b") == ["upstream a is not defined yet"]
    assert nb.count("b") == 0


def test_upstream_appears(nb):
    """... until X appears."""
    nb.asset("b", "a + 1", "defer")
    nb.asset("a", "1")
    assert nb.edges() == {("a", "b")}
    assert "upstream a is not defined yet" not in nb.causes("b")
    assert nb.materialize().ok
    assert nb.value("b") == 2


def test_variable_appears(nb):
    """... until X appears, also as a plain variable."""
    nb.asset("b", "a + 1", "defer")
    nb.run("a = 1", "a")
    assert nb.materialize().ok
    assert nb.value("b") == 2
    assert nb.edges() == set()
