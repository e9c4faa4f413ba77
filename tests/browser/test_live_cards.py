"""Cards that follow the state of their assets, and what their buttons do."""

from __future__ import annotations

import re

import pytest
from front_ends import in_lab, in_notebook
from sample_notebooks import BUSY, GATE, SHOP, SHOP_OUTPUTS, penguins, slow, small
from views import Card, Lineage, all_live
from waiting import becomes, eventually


@pytest.fixture
def shop(user, tmp_path):
    """The shop, run from top to bottom."""
    notebook = user.open(small(tmp_path, SHOP))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    return notebook


def test_the_penguins_run_and_every_output_is_live(user, tmp_path):
    notebook = user.open(penguins(tmp_path))
    notebook.run_all()
    all_live(notebook, 15)
    assert Card(notebook, "model").state == "fresh"
    Lineage(notebook).becomes("confusion", "fresh")
    for cell in ("penguins", "confusion", "lineage", "assets"):
        user.screenshot(f"penguins_{cell}", notebook.cell(cell))


def test_cards_downstream_of_an_edit_turn_stale_at_once_and_say_why(user, tmp_path):
    notebook = user.open(penguins(tmp_path))
    notebook.run_all()
    becomes(lambda: Card(notebook, "bills").state, "fresh")
    notebook.edit("penguins", "%%asset penguins group=data kinds=pandas\nraw.dropna()")
    Card(notebook, "features").becomes("stale")
    Card(notebook, "features").says("upstream penguins has a new value")
    Lineage(notebook).becomes("bills", "stale")
    user.screenshot("stale", notebook.cell("features"))
    user.screenshot("stale_lineage", notebook.cell("lineage"))


def test_materialize_brings_a_card_up_to_date_without_its_cell(user, shop):
    shop.edit("rate", "rate = 0.5")
    total = Card(shop, "total")
    total.becomes("stale")
    number = shop.number("total")
    total.materialize()
    total.becomes("fresh")
    total.says("total = 90.0")
    Card(shop, "taxed").says("[15.0, 30.0, 45.0]")
    assert shop.number("total") == number
    user.screenshot("materialized", shop.cell("total"))


@in_lab
def test_a_fresh_card_runs_again_by_force_and_its_downstream_by_a_button(shop):
    shop.edit("rate", "rate = 0.5")
    taxed, total = Card(shop, "taxed"), Card(shop, "total")
    total.becomes("stale")
    taxed.press("Materialize downstream of taxed, and taxed too")
    total.becomes("fresh")
    total.says("total = 90.0")


@in_lab
def test_a_run_shows_what_waits_and_what_runs_and_can_be_taken_back(user, tmp_path):
    cells = {"gate": GATE, "a": slow("a", "len(version)"), "b": "%%asset b\na + 1", "lineage": "%lineage"}
    (tmp_path / "go").touch()
    notebook = user.open(small(tmp_path, {"version": "version = 'x'", **cells}))
    notebook.run_all()
    all_live(notebook, 3)
    (tmp_path / "go").unlink()
    notebook.edit("version", "version = 'xy'")
    Card(notebook, "b").becomes("stale")
    Card(notebook, "b").materialize()
    Card(notebook, "a").becomes("running")
    Lineage(notebook).becomes("a", "running")
    Card(notebook, "b").becomes("queued")
    user.screenshot("running", notebook.cell("a"))
    user.screenshot("running_lineage", notebook.cell("lineage"))
    (tmp_path / "go").touch()
    Card(notebook, "b").becomes("fresh")
    Card(notebook, "b").says("b = 3")


@in_lab
def test_a_click_while_a_cell_runs_is_queued_and_can_be_taken_back(user, tmp_path):
    notebook = user.open(small(tmp_path, {**SHOP, "gate": GATE, "busy": BUSY}))
    for cell in ("load", *SHOP, "gate"):
        notebook.run(cell)
    notebook.edit("rate", "rate = 0.5")
    total = Card(notebook, "total")
    total.becomes("stale")
    notebook.run("busy", wait=False)
    total.materialize()
    total.becomes("queued")
    user.screenshot("queued", notebook.cell("total"))
    total.press("Take back total from the queue")
    total.becomes("stale")
    (tmp_path / "go").touch()
    eventually(lambda: notebook.number("busy"), bool)
    Card(notebook, "taxed").materialize()
    Card(notebook, "taxed").becomes("fresh")
    assert total.state == "stale"


@in_notebook
def test_a_click_while_a_cell_runs_is_served_after_it(user, tmp_path):
    notebook = user.open(small(tmp_path, {**SHOP, "gate": GATE, "busy": BUSY}))
    for cell in ("load", *SHOP, "gate"):
        notebook.run(cell)
    notebook.edit("rate", "rate = 0.5")
    total = Card(notebook, "total")
    total.becomes("stale")
    notebook.run("busy", wait=False)
    total.materialize()
    total.becomes("queued")
    (tmp_path / "go").touch()
    total.becomes("fresh")
    total.says("total = 90.0")


def test_interrupt_stops_a_run_that_a_button_started(user, tmp_path):
    cells = {"gate": GATE, "a": slow("a", "len(version)"), "b": "%%asset b\na + 1"}
    (tmp_path / "go").touch()
    notebook = user.open(small(tmp_path, {"version": "version = 'x'", **cells}))
    notebook.run_all()
    (tmp_path / "go").unlink()
    notebook.edit("version", "version = 'xy'")
    Card(notebook, "b").becomes("stale")
    Card(notebook, "b").materialize()
    Card(notebook, "a").becomes("running")
    notebook.interrupt()
    eventually(lambda: Card(notebook, "a").state, lambda state: state in ("stale", "failed"))
    notebook.page.wait_for_timeout(0)
    Card(notebook, "b").says("interrupted")
    user.screenshot("interrupted", notebook.cell("b"))
    (tmp_path / "go").touch()
    Card(notebook, "b").materialize()
    Card(notebook, "b").becomes("fresh")


@in_lab
def test_a_body_that_fails_says_so_in_place_and_keeps_the_last_good_value(user, tmp_path):
    cells = {"n": "n = 1", "a": "%%asset a\nprint('computing')\n10 / n", "b": "%%asset b\na + 1"}
    notebook = user.open(small(tmp_path, cells))
    notebook.run_all()
    notebook.edit("n", "n = 0")
    Card(notebook, "a").becomes("stale")
    Card(notebook, "b").materialize()
    Card(notebook, "a").becomes("failed")
    Card(notebook, "a").says("ZeroDivisionError")
    Card(notebook, "a").says("a = 10.0")
    Card(notebook, "b").says("a")
    user.screenshot("failed", notebook.cell("a"))
    user.screenshot("failed_downstream", notebook.cell("b"))


@in_lab
def test_a_failed_check_stands_in_place_with_what_it_found_and_what_it_blocks(user, tmp_path):
    notebook = user.open(penguins(tmp_path))
    notebook.run_all()
    becomes(lambda: Card(notebook, "bills").state, "fresh")
    notebook.replace("plausible", "between(2000, 7000)", "between(2000, 6000)")
    notebook.cell("plausible").locator(".asset-magic[data-view=check]").wait_for()
    Card(notebook, "features").materialize()
    Card(notebook, "features").says("plausible")
    Card(notebook, "penguins").says("✗ plausible")
    Card(notebook, "penguins").says("blocks features")
    for cell in ("penguins", "plausible", "features", "complete"):
        user.screenshot(f"check_{cell}", notebook.cell(cell))


def test_a_body_that_awaits_runs_by_a_button(user, tmp_path):
    cells = {"io": "import asyncio", "n": "n = 1", "a": "%%asset a\nawait asyncio.sleep(0)\nn + 1"}
    notebook = user.open(small(tmp_path, cells))
    notebook.run_all()
    notebook.edit("n", "n = 2")
    Card(notebook, "a").becomes("stale")
    Card(notebook, "a").materialize()
    Card(notebook, "a").becomes("fresh")
    Card(notebook, "a").says("a = 3")


@in_notebook
def test_the_history_of_an_asset_opens_under_its_card(user, shop):
    taxed = Card(shop, "taxed")
    shop.edit("rate", "rate = 0.5")
    taxed.becomes("stale")
    taxed.materialize()
    taxed.becomes("fresh")
    taxed.press("History of taxed")
    eventually(lambda: taxed.box.locator(".am-drawer:not([hidden])").count(), bool)
    user.screenshot("history", shop.cell("taxed"))


SALES = {
    "rate": "rate = 0.2",
    "prices": "%%asset prices\nimport pandas as pd\n"
    "pd.DataFrame({'item': ['tea', 'jam', 'oil'], 'price': [2.5, 4.0, 9.0]})",
    "taxed": "%%asset taxed\nprices.assign(taxed=(prices.price * (1 + rate)).round(2))[prices.price < 30 * rate]",
}


def test_two_runs_of_an_asset_are_compared_under_its_card(user, tmp_path):
    notebook = user.open(small(tmp_path, SALES))
    notebook.run_all()
    taxed = Card(notebook, "taxed")
    for rate in (0.25, 0.5):
        notebook.edit("rate", f"rate = {rate}")
        taxed.becomes("stale")
        taxed.materialize()
        taxed.becomes("fresh")
    taxed.press("History of taxed")
    changes = taxed.box.get_by_role("button", name=re.compile("^Changes of taxed in the run of"))
    eventually(changes.count, lambda count: count == 2)
    changes.first.click()
    taxed.says("1 row added, 2 rows changed, matched by place")
    taxed.says("rate 0.25 -> 0.5")
    user.screenshot("compared", notebook.cell("taxed"))
    taxed.box.get_by_label("Compare from this run of taxed").select_option(index=2)
    taxed.says("rate 0.2 -> 0.5")
    notebook.edit("rate", "rate = 0.6")
    taxed.becomes("stale")
    taxed.materialize()
    eventually(changes.count, lambda count: count == 3)
    taxed.says("rate 0.2 -> 0.5")


@in_lab
def test_runs_are_compared_by_the_keyboard_alone_in_the_dark(user, tmp_path):
    cells = SALES | {
        "drawn": "%%asset drawn\nimport matplotlib.pyplot as plt\nfigure, axes = plt.subplots(figsize=(4, 3))\n"
        "axes.bar(['tea', 'jam'], [1, 1 + rate])\naxes.set_title(f'rate {rate}')\nfigure"
    }
    notebook = user.open(small(tmp_path, cells), theme="dark")
    notebook.run_all()
    drawn = Card(notebook, "drawn")
    notebook.edit("rate", "rate = 0.5")
    drawn.becomes("stale")
    drawn.materialize()
    drawn.becomes("fresh")
    drawn.button("History of drawn").focus()
    user.page.keyboard.press("Enter")
    drawn.button("Compare these runs of drawn").wait_for()
    drawn.button("History of drawn").focus()
    for _ in range(4):  # past the button of the row and the two lists
        user.page.keyboard.press("Tab")
    assert user.page.evaluate("document.activeElement.textContent") == "Compare"
    user.page.keyboard.press("Enter")
    drawn.says("axes 1, title")
    assert drawn.box.locator(".am-diff img").count() == 1
    user.screenshot("compared_dark", notebook.cell("drawn"))
    user.page.keyboard.press("Tab")
    user.page.keyboard.press("Enter")
    drawn.says_no("axes 1, title")
    assert user.page.evaluate("document.activeElement.textContent") == "Compare"
