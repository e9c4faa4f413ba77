"""How a difference is shown: as text in columns, as tables, and live with its pictures."""

from __future__ import annotations

import pytest

from asset_magic.model.keys import AssetKey
from asset_magic.page.diff import asset_diff, live_diff
from asset_magic.session.comparing import DiffTable, ValueDiff
from asset_magic.session.views import CauseView, DiffView

CELLS = DiffTable(
    head=("row", "before", "now"), rows=(("", ("a", "1", "2")), ("+", ("b", "", "3"))), more=4, noun="cell"
)
CHANGED = ValueDiff(before="list of 2", after="list of 3", said=("1 item added",), tables=(CELLS,), lines=("-x", "+y"))
CODE = CauseView(category="code", reason="its code changed", diff=("-1", "+2"))


def view(value=CHANGED, **more):
    return DiffView(key=AssetKey("shop/orders"), older=3, newer=0, value=value, **more)


def test_the_text_says_which_two_what_changed_and_what_it_was_made_from():
    assert asset_diff(view(causes=(CODE,)))["text/plain"].split("\n") == [
        "shop/orders from history[3] to history[0]: list of 2 -> list of 3",
        "  1 item added",
        "",
        "     row  before  now",
        "     a    1       2",
        "  +  b            3",
        "  … 4 more cells",
        "  -x",
        "  +y",
        "",
        "  made from",
        "    its code changed",
        "      -1",
        "      +2",
    ]


def test_a_kind_that_stayed_is_said_once():
    (head, *_) = asset_diff(view(ValueDiff(before="float", after="float", said=("1 -> 2",))))["text/plain"].split("\n")
    assert head == "shop/orders from history[3] to history[0]: float"


@pytest.mark.parametrize(
    ("unexplained", "said"), [("", "its code and what it read were the same"), ("it is the clock", "it is the clock")]
)
def test_where_nothing_else_differs_it_is_said(unexplained, said):
    shown = asset_diff(view(unexplained=unexplained))
    assert shown["text/plain"].split("\n")[-1] == f"    {said}"
    assert said in shown["text/html"]


def test_the_page_shows_it_all_as_tables_too():
    page = asset_diff(view(causes=(CODE,)))["text/html"]
    assert page.startswith('<div class="asset-magic" data-view="diff" data-keys="shop/orders">')
    for said in (
        "from history[3] to history[0]",
        "list of 2 -&gt; list of 3",
        "1 item added",
        "… 4 more cells",
        "its code changed",
    ):
        assert said in page


def test_pictures_are_shown_live_and_not_stored():
    """A picture is drawn a little otherwise on each machine."""
    shown = view(ValueDiff(said=("two pictures",), picture=b"\x89PNG"))
    assert 'src="data:image/png;base64,iVBORw=="' in live_diff(shown)
    assert "<img" not in asset_diff(shown)["text/html"]


def test_a_live_view_says_itself_of_which_asset_and_runs():
    assert "orders" not in live_diff(view())
    assert "history[" not in live_diff(view())
