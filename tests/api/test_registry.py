"""``assets``, the live registry of a notebook's kernel."""

from __future__ import annotations

from collections.abc import Mapping

import networkx
import pytest

import asset_magic
from asset_magic import AssetKey, AssetMagicError, AssetStatus, AssetValueMissing, StaleCause


@pytest.fixture
def chain(nb):
    """raw/a -> b -> c, and d in a group of its own; c is not run, the others are."""
    nb.asset("raw/a", "[3, 1, 2]", "group=ingestion")
    nb.asset("b", "sorted(a)")
    nb.asset("c", "b[0]", "defer")
    nb.asset("d", "4", "group=other")
    return nb


def test_it_is_a_mapping(chain):
    """The registry is a Mapping of the kernel's assets, upstream first."""
    assets = asset_magic.assets
    assert isinstance(assets, Mapping)
    assert len(assets) == 4
    assert sorted(assets) == ["b", "c", "d", "raw/a"]
    assert [key for key in assets if key != "d"] == ["raw/a", "b", "c"]
    assert list(assets.keys()) == list(assets)
    assert {str(key) for key, handle in assets.items() if handle.status == "fresh"} == {"raw/a", "b", "d"}
    assert all(isinstance(key, AssetKey) for key in assets)


@pytest.mark.parametrize("key", ["raw/a", AssetKey("raw/a"), AssetKey(["raw", "a"]), ["raw", "a"], "a"], ids=repr)
def test_keys(chain, key):
    """A key may be text, an AssetKey, its parts, or the variable's name."""
    assert chain.assets[key].value == [3, 1, 2]


@pytest.mark.parametrize("key", ["raw/a", AssetKey("raw/a")], ids=repr)
def test_contains(chain, key):
    """``in`` knows keys as text and as AssetKey."""
    assert key in chain.assets


@pytest.mark.parametrize("key", ["nosuch", 3, None, ("no", "such")], ids=repr)
def test_does_not_contain(chain, key):
    """``in`` and ``get`` take anything, and say no."""
    assert key not in chain.assets


def test_get_of_an_unknown_key(chain):
    """``get`` gives the default."""
    assert chain.assets.get("nosuch") is None
    assert chain.assets.get("nosuch", 3) == 3


def test_contains_agrees_with_getitem(chain):
    """What can be looked up is contained, as for every Mapping."""
    for key in ("raw/a", "a", AssetKey("raw/a"), ["raw", "a"], "nosuch"):
        try:
            found = chain.assets[key] is not None
        except KeyError:
            found = False
        assert (key in chain.assets) is found, key


def test_unknown_key_is_a_key_error(chain):
    """An unknown key is a KeyError of ours with a suggestion."""
    with pytest.raises(KeyError) as caught:
        chain.assets["rwa/a"]
    assert isinstance(caught.value, AssetMagicError)
    assert "did you mean raw/a" in str(caught.value)


def test_it_is_live(chain):
    """A handle follows its asset."""
    handle = chain.assets["c"]
    assert handle.status == "missing"
    chain.materialize()
    assert handle.status == "fresh"
    chain.asset("b", "sorted(a)[::-1]")
    assert handle.status == "stale"


def test_status_is_a_string_enum(chain):
    """A status is an AssetStatus and a string."""
    status = chain.assets["b"].status
    assert status is AssetStatus.FRESH
    assert status == "fresh"
    assert f"{status}" == "fresh"
    assert chain.assets["c"].status is AssetStatus.MISSING


def test_value(chain):
    """The current value, or AssetValueMissing."""
    assert chain.assets["b"].value == [1, 2, 3]
    with pytest.raises(AssetValueMissing, match="c"):
        _ = chain.assets["c"].value


def test_value_of_a_stale_asset_is_the_last_one(chain):
    """A stale asset still has its last value."""
    chain.asset("raw/a", "[9]", "group=ingestion")
    assert chain.assets["b"].status == "stale"
    assert chain.assets["b"].value == [1, 2, 3]


def test_stale_causes(chain):
    """Causes have a category, the asset, a reason, and the causes behind them."""
    chain.materialize()
    assert chain.assets["c"].stale_causes == ()
    chain.asset("b", "sorted(a, reverse=True)", "defer")
    (cause,) = chain.assets["c"].stale_causes
    assert isinstance(cause, StaleCause)
    assert (cause.category, cause.key, cause.reason) == ("data", "c", "upstream b is stale")
    (behind,) = cause.children
    assert (behind.category, behind.key) == ("code", "b")
    assert behind.children == ()


def test_cause_of_what_is_missing(chain):
    """A missing asset has a cause, too."""
    (cause,) = chain.assets["c"].stale_causes
    assert cause.reason
    chain.asset("e", "nobody + 1", "defer")
    assert "upstream nobody is not defined yet" in [cause.reason for cause in chain.assets["e"].stale_causes]


def test_last_run_and_error(chain):
    """How the last run left an asset, and its error."""
    assert (chain.assets["b"].last_run, chain.assets["b"].error) == ("success", None)
    assert (chain.assets["c"].last_run, chain.assets["c"].error) == (None, None)
    chain.asset("b", "a[10]", "defer")
    chain.materialize()
    failed, skipped = chain.assets["b"], chain.assets["c"]
    assert failed.last_run == "failed"
    assert isinstance(failed.error, IndexError)
    assert skipped.last_run == "skipped"
    assert "b" in str(skipped.error)
    chain.asset("b", "sorted(a)")
    assert (failed.last_run, failed.error) == ("success", None)


def test_running(chain):
    """While a body runs, its asset's last run is ``running``."""
    chain.run("from asset_magic import assets\ndef state():\n    return assets['e'].last_run")
    chain.run("%%asset e\nstate()")
    assert chain.value("e") == "running"
    assert chain.last_run("e") == "success"


def test_upstream_and_downstream(chain):
    """Direct neighbours, as tuples of keys."""
    handle = chain.assets["b"]
    assert handle.upstream == (AssetKey("raw/a"),)
    assert handle.downstream == (AssetKey("c"),)
    assert chain.assets["d"].upstream == chain.assets["d"].downstream == ()


def test_history_is_newest_first(chain):
    """Each kept materialization, newest first."""
    chain.asset("d", "5", "group=other")
    chain.asset("d", "6", "group=other")
    history = chain.assets["d"].history
    assert [entry.load() for entry in history] == [6, 5, 4]
    assert [entry.timestamp for entry in history] == sorted((e.timestamp for e in history), reverse=True)


def test_history_fields(chain):
    """Run id, time, versions, duration and metadata of each materialization."""
    chain.run("%%asset e\nfrom asset_magic import Output\nOutput([1], metadata={'rows': 1})")
    (entry,) = chain.assets["e"].history
    assert isinstance(entry.run_id, str)
    assert entry.timestamp > 1.7e9
    assert entry.duration >= 0
    assert entry.metadata["rows"] == 1
    assert isinstance(entry.code_version, str)
    assert isinstance(entry.data_version, str)
    assert entry.load() == [1]


def test_history_tells_code_from_data(chain):
    """Other code with an equal value has another code version and the same data version."""
    chain.asset("d", "2 + 2", "group=other")
    new, old = chain.assets["d"].history
    assert new.code_version != old.code_version
    assert new.data_version == old.data_version
    assert new.run_id != old.run_id


def test_history_of_what_never_ran(chain):
    """No history is an empty one."""
    assert len(chain.assets["c"].history) == 0


def test_loaded_value_is_not_the_current_one(chain):
    """Changing what ``load`` gave changes no asset."""
    chain.assets["b"].history[0].load().append(99)
    assert chain.assets["b"].value == [1, 2, 3]
    assert chain.assets["b"].status == "fresh"
    assert chain.assets["b"].history[0].load() == [1, 2, 3]


def test_checks(chain):
    """The latest verdict of each check, with its metadata."""
    chain.check("b", "len(b) == 3", name="three")
    chain.run(
        "%%asset_check b name=known\nfrom asset_magic import AssetCheckResult\n"
        "AssetCheckResult(passed=False, metadata={'rows': len(b)})"
    )
    three, known = chain.assets["b"].checks
    assert (three.check_name, three.passed) == ("three", True)
    assert (known.check_name, known.passed, known.metadata["rows"]) == ("known", False, 3)
    assert chain.assets["d"].checks == ()


def test_materialize_one(chain):
    """A handle brings its asset and what it needs up to date."""
    chain.asset("raw/a", "[7]", "defer group=ingestion")
    report = chain.assets["c"].materialize()
    assert report.success
    assert chain.value("c") == 7
    assert chain.statuses() == dict.fromkeys(["raw/a", "b", "c", "d"], "fresh")


def test_materialize_one_by_force(chain):
    """``force`` runs it although it is fresh, and not its upstream."""
    chain.assets["b"].materialize(force=True)
    assert (chain.count("a"), chain.count("b")) == (1, 2)


def test_materialize_one_only(chain):
    """``only`` runs exactly this asset."""
    chain.asset("raw/a", "[7]", "defer group=ingestion")
    chain.assets["b"].materialize(only=True)
    assert chain.count("a") == 1
    assert chain.status("raw/a") == "stale"


def test_materialize_one_that_fails(chain):
    """A failure is raised with the asset's name; the error of the body is its cause."""
    chain.asset("c", "b[10]", "defer")
    with pytest.raises(asset_magic.MaterializationError, match="c") as caught:
        chain.assets["c"].materialize()
    assert isinstance(caught.value.__cause__, IndexError)


def test_materialize_all(chain):
    """``assets.materialize()`` brings everything up to date."""
    chain.assets.materialize()
    assert set(chain.statuses().values()) == {"fresh"}
    assert chain.count("a") == chain.count("b") == chain.count("c") == 1


def test_materialize_a_selection(chain):
    """A selection as text, by position and by name, with force and only."""
    chain.assets.materialize("group:other", force=True)
    chain.assets.materialize(selection="group:other", force=True, only=True)
    assert (chain.count("a"), chain.count("d")) == (1, 3)
    assert chain.status("c") == "missing"


def test_materialize_all_of_nothing(nb):
    """With no assets there is nothing to do."""
    assert nb.assets.materialize().success


def test_observe(nb, folder):
    """``observe`` looks at a source again, and gives what is current."""
    file = folder / "orders.csv"
    file.write_text("1")
    nb.run("%source_asset orders path=orders.csv")
    before = nb.assets["orders"].observe().data_version
    file.write_text("12")
    assert nb.assets["orders"].observe().data_version != before


def test_del(chain):
    """``del assets[key]`` forgets the asset and unbinds its variable; what is below it says so."""
    del chain.assets["b"]
    assert list(chain.assets) == ["raw/a", "c", "d"]
    assert not chain.bound("b")
    assert "upstream b is not defined yet" in chain.causes("c")


def test_del_of_an_unknown_key(chain):
    """An unknown key is a KeyError, and nothing is lost."""
    with pytest.raises(KeyError):
        del chain.assets["nosuch"]
    assert len(chain.assets) == 4


def test_handle_of_a_forgotten_asset(chain):
    """A handle that outlives its asset has no status, and says so in a short error of ours."""
    handle = chain.assets["d"]
    del chain.assets["d"]
    for look in ("status", "stale_causes", "value", "flags"):
        with pytest.raises(AssetMagicError, match="d"):
            getattr(handle, look)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("+b", ["raw/a", "b"]),
        ("b+", ["b", "c"]),
        ("group:other or c", ["c", "d"]),
        ("+c and group:ingestion", ["raw/a"]),
        ("*", ["raw/a", "b", "c", "d"]),
        ("status:missing", ["c"]),
    ],
)
def test_select(chain, selection, expected):
    """Keys of a selection, in topological order."""
    found = chain.assets.select(selection)
    assert isinstance(found, tuple)
    order = {key: number for number, key in enumerate(expected)}
    assert sorted(found, key=order.__getitem__) == expected
    position = {key: number for number, key in enumerate(found)}
    edges = [edge for edge in chain.edges() if set(edge) <= set(position)]
    assert all(position[up] < position[down] for up, down in edges)


@pytest.mark.parametrize("selection", ["nosuch", "(b", "b and"])
def test_bad_selection(chain, selection):
    """A selection that cannot be read, or matches nothing, is a SelectionError."""
    with pytest.raises(AssetMagicError):
        chain.assets.select(selection)


def test_graph(chain):
    """The graph is a networkx.DiGraph of keys."""
    graph = chain.assets.graph
    assert isinstance(graph, networkx.DiGraph)
    assert set(graph) == {"raw/a", "b", "c", "d"}
    assert set(graph.edges) == {("raw/a", "b"), ("b", "c")}
    assert networkx.ancestors(graph, "c") == {"raw/a", "b"}


def test_graph_is_a_copy(chain):
    """Changing the graph changes no asset."""
    chain.assets.graph.remove_node("b")
    assert chain.assets["b"].downstream == ("c",)


def test_lineage_can_be_displayed(chain):
    """The lineage has a mime bundle with HTML and text, the same each time."""
    data = chain.assets.lineage("+c")._repr_mimebundle_()
    assert {"text/html", "text/plain"} <= set(data)
    assert "raw/a" in data["text/plain"]
    assert "d" not in data["text/plain"].replace("data", "").split()
    assert chain.assets.lineage("+c")._repr_mimebundle_() == data


def test_lineage_at_the_end_of_a_cell(chain):
    """At the end of a cell it is the cell's result."""
    ran = chain.run("from asset_magic import assets\nassets.lineage()")
    assert ran.ok, ran.text
    assert "raw/a" in ran.stdout or any("raw/a" in data["text/plain"] for data in ran.displays)


def test_load(chain):
    """A stored value by its key; AssetValueMissing where there is none."""
    assert chain.assets.load("b") == [1, 2, 3]
    assert chain.assets.load("raw/a") == [3, 1, 2]
    for key in ("c", "nosuch"):
        with pytest.raises(AssetValueMissing, match=key):
            chain.assets.load(key)


def test_load_after_forgetting(chain):
    """What was stored of an asset that is not defined any more can be loaded."""
    del chain.assets["d"]
    assert chain.assets.load("d") == 4


def test_registry_is_the_kernel_s(factory):
    """A new kernel begins with an empty registry."""
    factory().asset("a", "1")
    assert list(asset_magic.assets) == ["a"]
    factory()
    assert list(asset_magic.assets) == []


def test_registry_in_a_cell(nb):
    """Cells use the registry by importing it."""
    nb.asset("a", "1")
    ran = nb.run("from asset_magic import assets\nassets['a'].value, assets['a'].status")
    assert ran.result == (1, "fresh")


def test_registry_in_a_plain_cell_that_materializes(nb):
    """A plain cell may materialize, as a what-if loop does."""
    nb.run("rate = 1", "rate")
    nb.asset("a", "rate * 10")
    ran = nb.run(
        """
        from asset_magic import assets
        found = []
        for rate in (1, 2, 3):
            assets.materialize("a")
            found.append(assets["a"].value)
        found
        """
    )
    assert ran.ok, ran.text
    assert ran.result == [10, 20, 30]


@pytest.mark.parametrize(
    "look",
    ["%materialize", "from asset_magic import assets\nassets.materialize()", "assets['a'].materialize()"],
)
def test_variable_changed_in_the_cell_that_materializes(nb, look):
    """A cell that sets a variable and then materializes computes with what it has set."""
    nb.run("from asset_magic import assets\nrate = 1", "rate")
    nb.asset("a", "rate * 10")
    ran = nb.run(f"rate = 2\n{look}")
    assert ran.ok, ran.text
    assert nb.value("a") == 20


@pytest.mark.parametrize("look", ["%stale", "%assets", "%asset a"])
def test_variable_changed_in_the_cell_that_looks(nb, look):
    """A cell that sets a variable and then looks sees what has become stale."""
    nb.run("rate = 1", "rate")
    nb.asset("a", "rate * 10")
    ran = nb.run(f"rate = 2\n{look}")
    assert "rate 1 -> 2" in ran.text


def test_status_in_the_cell_that_changes_a_variable(nb):
    """The same for a program: the status follows the variable."""
    nb.run("rate = 1", "rate")
    nb.asset("a", "rate * 10")
    assert nb.run("from asset_magic import assets\nrate = 2\nassets['a'].status").result == "stale"


def test_reprs_are_short(chain):
    """The registry, its handles and its history print in a line."""
    handle = chain.assets["b"]
    for shown in (chain.assets, handle, handle.history[0], handle.stale_causes):
        assert len(repr(shown).splitlines()) == 1
    assert "b" in repr(handle)
    assert "fresh" in repr(handle)
