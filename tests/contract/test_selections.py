"""Selections in a notebook: every magic and every call that takes one takes it alike, and refuses it alike."""

from __future__ import annotations

import pytest

import asset_magic
from asset_magic import AssetKey, AssetSelection, SelectionError


@pytest.fixture
def shop(nb):
    """raw -> clean -> report, and train and test made from clean in one cell; all but raw are stale."""
    nb.run("%%asset raw group=ingestion tags=tier=raw\n[1, 2]", "raw")
    nb.run("%%asset clean group=shop\n[x for x in raw]", "clean")
    nb.run("%%multi_asset train test deps=clean\ntrain, test = 1, 2", "split")
    nb.run("%%asset report group=shop owners=team:data\nsum(clean)", "report")
    nb.edit("raw", "%%asset raw group=ingestion tags=tier=raw\n[1, 2, 3]")
    return nb


NAMES = {"raw", "clean", "train", "test", "report"}


def shown(text):
    """The assets that the lines of a table, a tree or a report begin with."""
    return {line.strip("└├│─ ").partition(" ")[0] for line in text.splitlines()} & NAMES


def by_magic(name):
    return lambda nb, text: nb.run(f"%{name} {text}", "scratch")


def by_call(call):
    def ask(nb, text):
        return nb.run(f"from asset_magic import *\n{call.format(repr(text))}", "scratch")

    return ask


ASKED = {
    "%materialize": by_magic("materialize"),
    "%materialize --dry-run": by_magic("materialize --dry-run"),
    "%lineage": by_magic("lineage"),
    "%assets": by_magic("assets"),
    "%stale": by_magic("stale"),
    "%forget": by_magic("forget"),
    "assets.select": by_call("assets.select({})"),
    "assets.materialize": by_call("assets.materialize({})"),
    "assets.lineage": by_call("assets.lineage({})"),
    "materialize": by_call("materialize([AssetSpec('clean')], selection={})"),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_a_syntax_error_is_told_with_a_caret_under_the_column(shop, ask):
    ran = ask(shop, "clean and (raw &")

    assert type(ran.error) is SelectionError
    assert ran.message == "unexpected '&': write 'and'\n  clean and (raw &\n                 ^"
    assert ran.text.strip().endswith(ran.message)  # nothing else moves the caret
    assert "Traceback" not in ran.text


ACTS = {name: ask for name, ask in ASKED.items() if name != "assets.select"}


@pytest.mark.parametrize("ask", ACTS.values(), ids=ACTS)
def test_a_selection_that_matches_nothing_says_so(shop, ask):
    ran = ask(shop, "group:nothing")

    assert type(ran.error) is SelectionError
    assert ran.message == "'group:nothing' matches no asset"
    assert len(shop.assets) == 5


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_an_unknown_name_suggests_the_nearest(shop, ask):
    ran = ask(shop, "+cleen or oen")

    assert type(ran.error) is SelectionError
    assert "no asset is called" in ran.message
    assert "did you mean " in ran.message
    assert len(shop.assets) == 5


@pytest.mark.parametrize("selection", ["group:nothing", "raw and report", "zzz*", "status:failed"])
def test_asking_what_matches_may_find_nothing(shop, selection):
    """`assets.select` is a question, and nothing is an answer."""
    assert shop.assets.select(selection) == ()


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_a_status_that_no_asset_has_is_no_mistake(shop, ask):
    """`%materialize status:stale` succeeds when nothing is stale."""
    assert ask(shop, "status:failed").ok
    assert ask(shop, "status:failed and group:shop").ok
    assert len(shop.assets) == 5


@pytest.mark.parametrize("name", [name for name in ACTS if name != "materialize"])
def test_there_is_nothing_to_select_before_there_are_assets(nb, name):
    ran = ASKED[name](nb, "group:a and not key:b*")

    assert type(ran.error) is SelectionError
    assert ran.message == "'group:a and not b*' matches no asset: there are no assets yet"


def test_materialize_runs_the_selection_and_what_it_needs(shop):
    shop.materialize("report or status:missing")

    assert shop.statuses() == {"raw": "fresh", "clean": "fresh", "report": "fresh", "train": "stale", "test": "stale"}


def test_assets_shows_the_selection(shop):
    assert shown(shop.run("%assets group:shop and not report").text) == {"clean"}
    assert shown(shop.run("%assets").text) == NAMES


def test_stale_tells_of_the_selection(shop):
    assert shown(shop.run("%stale train or raw").text) == {"train"}
    assert "Nothing of this is stale." in shop.run("%stale raw").text


def test_lineage_draws_the_selection(shop):
    assert shown(shop.run("%lineage +clean").text) == {"raw", "clean"}


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("report", "raw clean train test"),
        ("report train", "raw clean test"),
        ("report, train", "raw clean test"),
        ("report or train", "raw clean test"),
        ("tr* te*", "raw clean report"),
        ("group:shop and not clean", "raw clean train test"),
        ("clean+", "raw"),
        ("status:fresh", "clean train test report"),
        ("*", ""),
    ],
)
def test_forget_takes_a_list_of_names_or_a_selection(shop, line, left):
    ran = shop.run(f"%forget {line}", "scratch")

    assert ran.ok, ran.text
    assert set(shop.assets) == set(left.split())
    assert {name for name in NAMES if shop.bound(name)} == set(left.split())


def test_forget_leaves_all_where_one_name_is_wrong(shop):
    ran = shop.run("%forget report trian", "scratch")

    assert ran.message == "no asset is called 'trian': did you mean train?"
    assert len(shop.assets) == 5


def test_what_is_forgotten_in_the_middle_makes_its_readers_stale(shop):
    shop.materialize()
    shop.run("%forget clean train", "scratch")

    assert shop.statuses() == {"raw": "fresh", "test": "stale", "report": "stale"}
    assert "upstream clean is not defined yet" in shop.causes("report")


@pytest.mark.parametrize(
    ("selection", "keys"),
    [
        ("raw or report", "raw report"),
        (AssetSelection.groups("shop"), "clean report"),
        (AssetSelection.assets("clean").downstream(include_self=False), "train test report"),
        (AssetSelection.assets("train").required_multi_asset_neighbors(), "train test"),
        (AssetKey("clean"), "clean"),
        (["report", AssetKey("raw"), AssetSelection.assets("clean")], "raw clean report"),
        ({AssetKey("raw")}, "raw"),
        (None, "raw clean train test report"),
    ],
)
def test_the_registry_takes_whatever_can_say_a_selection(shop, selection, keys):
    assert set(asset_magic.assets.select(selection)) == set(keys.split())
    assert shown(repr(asset_magic.assets.lineage(selection))) == set(keys.split())


def test_the_registry_takes_its_own_handles(shop):
    handles = shop.assets

    assert handles.select(handles["raw"]) == ("raw",)
    assert handles.select([handles["raw"], handles["report"]]) == ("raw", "report")


def test_the_registry_materializes_a_selection_object(shop):
    shop.assets.materialize(AssetSelection.owner("team:data"))

    assert shop.status("report") == "fresh"
    assert shop.status("train") == "stale"


def test_a_value_is_no_selection(shop):
    with pytest.raises(SelectionError, match="a dict is no selection: give text, a key, a definition"):
        shop.assets.select({"raw": 1})
    with pytest.raises(SelectionError, match="the selection is empty"):
        shop.assets.select("")
