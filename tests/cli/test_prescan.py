"""A notebook read without running it: its graph, and what a selection leaves of its cells."""

from __future__ import annotations

import pytest

from asset_magic.cli.cell_text import deferred, loads_extension
from asset_magic.cli.prescan import Prescan


def edges(*cells: str) -> set[tuple[str, str]]:
    graph = Prescan(cells).graph
    return {(str(up), str(key)) for key in graph.keys for up in graph.upstream(key)}


def closure(select: str, *cells: str) -> set[str]:
    prescan = Prescan(cells)
    return {str(key) for key in prescan.closure(prescan.select(select))}


def left_out(select: str, *cells: str) -> list[int]:
    prescan = Prescan(cells)
    decisions = prescan.decide(prescan.closure(prescan.select(select)))
    return [number for number, decision in enumerate(decisions) if decision.text is None]


def test_asset_cells_are_linked_by_names_and_deps() -> None:
    cells = ("%%asset a\n1", "%%asset b deps=a\n2", "%%multi_asset c d\nc, d = b, b", "%source_asset raw path=x.csv")
    assert edges(*cells, "%%asset e ins=x=c\nx + len(raw.name)") == {
        ("a", "b"),
        ("b", "c"),
        ("b", "d"),
        ("c", "e"),
        ("raw", "e"),
    }


def test_helpers_are_followed() -> None:
    helpers = "def f(): return g()\ndef g(): return a\nclass K:\n    def m(self): return f()"
    assert edges(helpers, "%%asset a\n1", "%%asset b\nK().m()") == {("a", "b")}


def test_functions_that_are_assets() -> None:
    cell = """
from asset_magic import AssetDep, AssetKey, AssetOut, AssetSpec, SourceAsset, asset, multi_asset
raw = SourceAsset(key="raw")
@asset(deps=[raw, AssetDep("other"), AssetKey(["x", "y"])], key_prefix="p", group_name="g", tags={"t": "1"})
def one(context): ...
@asset
def two(other, limit=3): ...
@multi_asset(outs={"l": AssetOut(), "r": AssetOut(key="right")}, deps=[two])
def both(): ...
@multi_asset(specs=[AssetSpec("s", deps=["right"])])
def stated(): ...
"""
    assert edges(cell) == {
        ("raw", "p/one"),
        ("other", "p/one"),
        ("x/y", "p/one"),
        ("other", "two"),
        ("two", "l"),
        ("two", "right"),
        ("right", "s"),
    }
    assert {str(key) for key in Prescan([cell]).select("group:g and tag:t=1")} == {"p/one"}


def test_later_definition_of_a_name_wins_and_forgotten_assets_are_gone() -> None:
    assert edges("%%asset a\n1", "%%asset b\na", "%%asset b\n2") == set()
    assert {str(key) for key in Prescan(["%%asset a\n1", "%%asset b\na", "%forget b"]).graph.keys} == {"a"}


@pytest.mark.parametrize("cell", ["%%asset b\n1 +", "%%asset b depps=a\n1", "%%asset b\n", "x ="])
def test_cells_that_cannot_be_read_are_left_to_running(cell: str) -> None:
    assert left_out("a", "%%asset a\n1", cell) == []


def test_an_asset_needs_what_its_plain_variables_are_computed_from() -> None:
    """Otherwise the plain cell would be left out, and the asset would fail or see another value."""
    cells = ("%%asset a\n1", "n = a + 1", "%%asset b\nn", "%%asset c\n2")
    assert closure("b", *cells) == {"a", "b"}
    changed = ("%%asset a\n1", "n = []", "n.append(a)", "%%asset b\nn")
    assert closure("b", *changed) == {"a", "b"}


def test_scratch_names_are_those_bound_last_above() -> None:
    cells = ("%%asset a\n1", "%%asset c\n1", "n = a", "n = 5", "%%asset b\nn", "n = c")
    assert closure("b", *cells) == {"b"}
    assert left_out("b", *cells) == [2, 5]


def test_plain_cells_that_define_helpers_are_run() -> None:
    """Defining a function names nothing yet; calling it does."""
    cells = ("%%asset a\n1", "def f(): return a", "%%asset b\n2", "f()", "print(b)")
    assert left_out("b", *cells) == [3]


def test_assets_may_be_named_in_the_registry() -> None:
    cells = ("%%asset a\n1", "%%asset b\n2", "assets['a'].value", "assets.materialize('a')", "assets.materialize('b')")
    assert left_out("b", *cells) == [2, 3]


def test_checks_run_with_their_asset() -> None:
    checks = ("%%asset_check a\nTrue", "%%asset_check b\nTrue", "%%asset_check b name=both\nlen(a) == b")
    assert left_out("b", "%%asset a\n[]", "%%asset b\n0", *checks) == [2, 4]


def test_chains_of_thousands() -> None:
    cells = ["%%asset a0\n0", *(f"%%asset a{n}\na{n - 1} + 1" for n in range(1, 2000))]
    assert len(closure("a1999", *cells)) == 2000


def test_deferred_cells_keep_their_lines() -> None:
    assert deferred("%%asset a deps=b # why\nx\n  y") == "%%asset --defer a deps=b # why\nx\n  y"
    assert deferred("%%asset a defer\nx") == "%%asset a defer\nx"
    assert deferred("print(1)") is None


def test_loading_is_noticed() -> None:
    assert loads_extension("import x\n%load_ext asset_magic\n")
    assert loads_extension("get_ipython().run_line_magic('load_ext', 'asset_magic')")
    assert not loads_extension("# %load_ext asset_magic\nimport asset_magic")


@pytest.mark.parametrize("line", ["%forget b c", "%forget group:g", "%forget b+ and not a"])
def test_what_a_cell_forgets_is_not_there_to_select(line):
    cells = ["%%asset a\n1", "%%asset b group=g\na", "%%asset c group=g\nb", line]

    assert {str(key) for key in Prescan(cells).graph.keys} == {"a"}


def test_the_options_of_a_run_are_no_part_of_its_selection():
    (read,) = Prescan(["%materialize a --force"]).cells

    assert read.runs == ("a",)
