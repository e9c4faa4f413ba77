"""Everything can be done without a mouse."""

from __future__ import annotations

import pytest
from front_ends import in_lab
from sample_notebooks import SHOP, SHOP_OUTPUTS, small
from views import Card, Lineage, all_live
from waiting import becomes, eventually


@pytest.fixture
def shop(user, tmp_path):
    """The shop, of which two assets are stale."""
    notebook = user.open(small(tmp_path, SHOP))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    notebook.edit("rate", "rate = 0.5")
    Card(notebook, "total").becomes("stale")
    return notebook


def focused(notebook):
    """What has the focus, as a screen reader would name it."""
    return notebook.page.evaluate("() => document.activeElement.getAttribute('aria-label') ?? ''")


def tab_to(notebook, start, name):
    """Press Tab, from a cell on, until the element of that name has the focus."""
    notebook.command("notebook:enter-command-mode", start)
    notebook.cell(start).focus()
    for _ in range(60):
        if focused(notebook) == name:
            return
        notebook.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name!r}, but to {focused(notebook)!r}")


def test_tab_leads_to_a_button_and_enter_presses_it(user, shop):
    tab_to(shop, "taxed", "Materialize taxed")
    ring = "() => (look => [look.outlineStyle, look.outlineOffset])(getComputedStyle(document.activeElement))"
    assert shop.page.evaluate(ring) == ["solid", "2px"], "the ring cannot be told from a button of its colour"
    user.screenshot("keyboard_button", shop.cell("taxed"))
    shop.page.keyboard.press("Enter")
    Card(shop, "taxed").becomes("fresh")
    Card(shop, "total").becomes("stale")


def test_keys_on_a_button_do_not_reach_the_notebook(shop):
    tab_to(shop, "taxed", "Materialize taxed")
    before = shop.kinds
    for key in ("a", "b", "d", "d", "x", "m", "ArrowUp", "ArrowRight", "ArrowDown"):
        shop.page.keyboard.press(key)
    assert focused(shop) == "Materialize taxed"
    assert shop.kinds == before


def test_arrows_walk_the_lineage_and_enter_opens_what_is_known_of_an_asset(user, shop):
    lineage = Lineage(shop)
    lineage.node("prices").focus()
    shop.page.keyboard.press("ArrowRight")
    becomes(lambda: lineage.focused, "taxed")
    shop.page.keyboard.press("ArrowRight")
    becomes(lambda: lineage.focused, "total")
    shop.page.keyboard.press("ArrowLeft")
    becomes(lambda: lineage.focused, "taxed")
    shop.page.keyboard.press("Enter")
    lineage.details.says("rate 0.2 -> 0.5")
    user.screenshot("keyboard_details", shop.cell("lineage"))
    shop.page.keyboard.press("Escape")
    becomes(lineage.details.box.count, 0)
    becomes(lambda: lineage.focused, "taxed")
    shop.page.keyboard.press("m")
    lineage.becomes("taxed", "fresh")


@in_lab
def test_search_finds_an_asset_in_the_lineage(shop):
    lineage = Lineage(shop)
    lineage.node("prices").focus()
    shop.page.keyboard.press("/")
    shop.page.keyboard.type("tot")
    shop.page.keyboard.press("Enter")
    shop.page.keyboard.press("Escape")
    shop.page.keyboard.press("Escape")
    becomes(lambda: lineage.focused, "total")


@in_lab
def test_the_lineage_is_one_stop_of_the_tab_key(shop):
    lineage = Lineage(shop)
    stops = lineage.box.locator(".am-live svg.am-lineage [tabindex='0']")
    eventually(stops.count, lambda count: count == 1)
