"""The page follows its kernel: what comes of it after a reload, a restart, a crash or a shutdown."""

from __future__ import annotations

import pytest
from front_ends import in_lab, in_notebook
from sample_notebooks import SHOP, SHOP_OUTPUTS, outputs_of, small
from views import Card, all_live, none_live
from waiting import becomes

NOT_LIVE = "Not live"
FROM_THE_SHOP = {
    "stock": "%%asset stock\nprint('asking the shop')\nprint('once', file=open('asked.txt', 'a'))\n[1, 2, 3]",
    "drawn": "%%asset drawn\nfrom matplotlib.figure import Figure\nf = Figure((2, 1))\nf.gca().plot(stock)\nf",
    "twice": "%%asset twice\n[2 * one for one in stock]",
    "lineage": "%lineage",
}


@pytest.fixture
def shop(user, tmp_path):
    """The shop, run, and materialized once by a button."""
    notebook = user.open(small(tmp_path, {**SHOP, "crash": "import os"}))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    return notebook


def live_again(notebook):
    """Run all, and see that a button works."""
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    assert NOT_LIVE not in notebook.panel.inner_text()
    notebook.edit("rate", "rate = 0.5")
    Card(notebook, "total").becomes("stale")
    Card(notebook, "total").materialize()
    Card(notebook, "total").says("total = 90.0")


def test_after_a_reload_the_page_is_live_again_and_knows_the_state(user, shop, tmp_path):
    shop.edit("rate", "rate = 0.5")
    Card(shop, "total").becomes("stale")
    Card(shop, "taxed").materialize()
    Card(shop, "taxed").becomes("fresh")
    shop.save()
    notebook = user.open(tmp_path / "small.ipynb")
    all_live(notebook, SHOP_OUTPUTS)
    Card(notebook, "total").becomes("stale")
    Card(notebook, "taxed").says("[15.0, 30.0, 45.0]")
    Card(notebook, "total").materialize()
    Card(notebook, "total").says("total = 90.0")


def test_a_restarted_kernel_leaves_pictures_that_say_so(user, shop):
    shop.restart()
    none_live(shop)
    Card(shop, "total").says(NOT_LIVE)
    user.screenshot("not_live", shop.cell("total"))
    user.screenshot("not_live_lineage", shop.cell("lineage"))
    live_again(shop)


def test_restart_and_run_all_finds_everything_and_shows_it_again(user, tmp_path):
    """What bodies printed and drew is shown as when they ran, and they do not run: the shop is asked once."""
    path = small(tmp_path, FROM_THE_SHOP)
    notebook = user.open(path)
    notebook.run_all()
    Card(notebook, "twice").becomes("fresh")
    notebook.save()
    before = outputs_of(path)
    notebook.restart()
    none_live(notebook)
    notebook.run_all()
    Card(notebook, "twice").becomes("fresh")
    Card(notebook, "drawn").becomes("fresh")
    user.screenshot("restarted", notebook.cell("twice"))
    assert notebook.cell("stock").inner_text().count("asking the shop") == 2  # in the source, and below it
    notebook.save()
    assert outputs_of(path) == before
    assert (tmp_path / "asked.txt").read_text() == "once\n"


def test_a_kernel_restarted_from_elsewhere_leaves_pictures_once_it_is_asked(user, shop):
    user.server.restart_kernel(shop.kernel)
    user.page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    none_live(shop)
    Card(shop, "total").says(NOT_LIVE)
    live_again(shop)


def test_a_kernel_that_crashes_leaves_pictures(user, shop):
    shop.write("crash", "import os; os._exit(1)")
    shop.run("crash", wait=False)
    none_live(shop)
    Card(shop, "total").says(NOT_LIVE)
    user.close_dialogs()
    shop.write("crash", "pass")
    user.page.evaluate("path => frontEnd.kernelReady(path)", shop.path)
    live_again(shop)


@in_notebook
def test_a_kernel_that_is_shut_down_leaves_pictures(user, shop):
    shop.shut_down()
    none_live(shop)
    Card(shop, "total").says(NOT_LIVE)


@in_lab
def test_reloading_the_extension_starts_anew_and_cells_bring_their_cards_back(user, shop):
    shop.edit("crash", "%reload_ext asset_magic")
    none_live(shop)
    Card(shop, "total").says(NOT_LIVE)
    for cell in SHOP:
        shop.run(cell)
    all_live(shop, SHOP_OUTPUTS)
    becomes(lambda: Card(shop, "total").state, "fresh")
    assert NOT_LIVE not in shop.panel.inner_text()
