"""The live lineage: what it shows, and what can be done on it."""

from __future__ import annotations

import pytest
from front_ends import in_lab, in_notebook
from sample_notebooks import SHOP, SHOP_OUTPUTS, penguins, small
from views import Card, Lineage, StatusLine, all_live
from waiting import becomes


@pytest.fixture
def shop(user, tmp_path):
    """The shop, with its table of assets, of which two are stale."""
    notebook = user.open(small(tmp_path, {**SHOP, "assets": "%assets"}))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS + 1)
    notebook.edit("rate", "rate = 0.5")
    Lineage(notebook).becomes("total", "stale")
    return notebook


@pytest.mark.parametrize("place", ["lineage", "assets"])
@in_lab
def test_one_button_materializes_all_that_is_stale(user, shop, place):
    line = StatusLine(shop, place)
    line.says("2 stale")
    user.screenshot(f"status_{place}", shop.cell(place))
    line.materialize_stale()
    line.says("3 fresh")
    becomes(lambda: Lineage(shop).statuses, {"prices": "fresh", "taxed": "fresh", "total": "fresh"})
    Card(shop, "total").says("total = 90.0")


@in_lab
def test_a_click_on_an_asset_opens_its_causes_and_a_button(user, shop):
    lineage = Lineage(shop)
    lineage.node("total").click()
    lineage.details.says("upstream taxed is stale")
    lineage.details.says("rate 0.2 -> 0.5")
    user.screenshot("details", shop.cell("lineage"))
    lineage.details.press("Materialize total")
    lineage.becomes("total", "fresh")


@in_notebook
def test_the_table_of_assets_follows(shop):
    table = StatusLine(shop, "assets")
    becomes(lambda: table.row("total").count("stale"), 1)
    table.materialize_stale()
    becomes(lambda: table.row("total").count("fresh"), 1)


@in_lab
def test_a_group_collapses_into_one_node_and_opens_again(user, tmp_path):
    notebook = user.open(penguins(tmp_path))
    notebook.run_all()
    lineage = Lineage(notebook)
    lineage.becomes("model", "fresh")
    lineage.box.get_by_text("Groups").click()
    lineage.box.get_by_role("checkbox", name="model").uncheck()
    becomes(lambda: "model" in lineage.statuses, False)
    user.screenshot("collapsed", notebook.cell("lineage"))
    lineage.box.get_by_role("checkbox", name="model").check()
    lineage.becomes("model", "fresh")


@in_notebook
def test_one_asset_with_its_upstream_alone(user, tmp_path):
    notebook = user.open(penguins(tmp_path))
    notebook.run_all()
    lineage = Lineage(notebook)
    lineage.becomes("bills", "fresh")
    lineage.node("train").click()
    lineage.press("Upstream: show only train and what is upstream of it")
    becomes(lambda: sorted(lineage.statuses), ["features", "penguins", "penguins_csv", "raw", "train"])
    user.screenshot("upstream", notebook.cell("lineage"))
    lineage.press("All: show the whole graph again")
    lineage.becomes("bills", "fresh")
