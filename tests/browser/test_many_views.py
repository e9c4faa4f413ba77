"""Several notebooks, copies and views in one page, and cells that come and go."""

from __future__ import annotations

import shutil

from front_ends import in_lab, in_notebook
from sample_notebooks import SHOP, SHOP_OUTPUTS, small
from views import Card, Lineage, all_live, none_live
from waiting import becomes


def test_two_notebooks_and_a_copy_in_one_page_do_not_touch_each_other(lab_user, tmp_path):
    first = small(tmp_path, SHOP, "first.ipynb")
    (tmp_path / "other").mkdir()
    files = [first, tmp_path / "copy.ipynb", tmp_path / "other" / "first.ipynb"]
    for copy in files[1:]:
        shutil.copy(first, copy)
    notebooks = [lab_user.open(first), *(lab_user.open_beside(file) for file in files[1:])]
    for notebook in notebooks:
        notebook.run_all()
    for number, notebook in enumerate(notebooks):
        all_live(notebook, SHOP_OUTPUTS)
        notebook.edit("rate", f"rate = {number + 1}")
        Card(notebook, "total").becomes("stale")
        Card(notebook, "total").materialize()
        Card(notebook, "total").says(f"total = {60 * (number + 2)}")
    lab_user.screenshot("three_notebooks")
    assert [f"total = {60 * (n + 2)}" in Card(one, "total").text for n, one in enumerate(notebooks)] == [True] * 3
    assert [Card(one, "total").state for one in notebooks] == ["fresh"] * 3


def test_a_copy_that_did_not_run_stays_a_picture_beside_the_live_one(lab_user, tmp_path):
    first = small(tmp_path, SHOP, "first.ipynb")
    notebook = lab_user.open(first)
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    notebook.save()
    copy = lab_user.open_beside(shutil.copy(first, tmp_path / "copy.ipynb"))
    becomes(copy.ours.count, SHOP_OUTPUTS)
    none_live(copy)
    Card(notebook, "total").press("Force total: run it even when fresh")
    all_live(notebook, SHOP_OUTPUTS)
    none_live(copy)


def test_two_pages_of_notebook_7_do_not_touch_each_other(servers, visit, tmp_path):
    users = [visit(servers("notebook")) for _ in range(2)]
    first = small(tmp_path, SHOP, "first.ipynb")
    files = [first, shutil.copy(first, tmp_path / "copy.ipynb")]
    notebooks = [user.open(file) for user, file in zip(users, files, strict=True)]
    for number, notebook in enumerate(notebooks):
        notebook.run_all()
        all_live(notebook, SHOP_OUTPUTS)
        notebook.edit("rate", f"rate = {number + 1}")
        Card(notebook, "total").becomes("stale")
    Card(notebooks[1], "total").materialize()
    Card(notebooks[1], "total").says("total = 180")
    assert Card(notebooks[0], "total").state == "stale"


def test_one_notebook_in_two_pages_is_live_in_both(servers, visit, tmp_path):
    """Two windows on one kernel: what one asks for, both see."""
    file = small(tmp_path, SHOP)
    first, second = visit(servers("notebook")), visit(servers("notebook"))
    here = first.open(file)
    here.run_all()
    all_live(here, SHOP_OUTPUTS)
    here.save()
    there = second.open(file)
    all_live(there, SHOP_OUTPUTS)
    here.edit("rate", "rate = 0.5")
    Card(there, "total").becomes("stale")
    Card(there, "total").materialize()
    Card(here, "total").becomes("fresh")
    Card(here, "total").says("total = 90.0")


def test_a_split_view_is_live_on_both_sides_and_after_one_is_closed(lab_user, tmp_path):
    left = lab_user.open(small(tmp_path, SHOP))
    left.run_all()
    all_live(left, SHOP_OUTPUTS)
    right = left.split()
    all_live(right, SHOP_OUTPUTS)
    left.edit("rate", "rate = 0.5")
    Card(right, "total").becomes("stale")
    lab_user.screenshot("split_view")
    Card(right, "total").materialize()
    for side in (left, right):
        Card(side, "total").says("total = 90.0")
    left.close()
    remaining = lab_user.notebook(tmp_path / "small.ipynb")
    remaining.edit("rate", "rate = 1")
    Card(remaining, "total").becomes("stale")
    Card(remaining, "total").materialize()
    Card(remaining, "total").says("total = 120")


@in_lab
def test_cells_may_move_be_copied_and_be_deleted(user, tmp_path):
    notebook = user.open(small(tmp_path, SHOP))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    notebook.command("notebook:move-cell-down", "prices")
    all_live(notebook, SHOP_OUTPUTS)
    notebook.command("notebook:copy-cell", "total")
    notebook.command("notebook:paste-cell-below", "total")
    all_live(notebook, SHOP_OUTPUTS + 1)
    notebook.edit("rate", "rate = 0.5")
    for nth in range(2):
        Card(notebook, "total", nth).becomes("stale")
    notebook.command("notebook:delete-cell", "taxed")
    all_live(notebook, SHOP_OUTPUTS)
    Card(notebook, "total").materialize()
    for nth in range(2):
        Card(notebook, "total", nth).says("total = 90.0")


@in_notebook
def test_outputs_that_were_cleared_come_back_live(user, tmp_path):
    notebook = user.open(small(tmp_path, SHOP))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    notebook.command("notebook:clear-all-cell-outputs")
    becomes(notebook.ours.count, 0)
    notebook.run("taxed")
    notebook.run("lineage")
    all_live(notebook, 2)
    Lineage(notebook).becomes("total", "fresh")


def test_a_renamed_notebook_stays_live(user, tmp_path):
    notebook = user.open(small(tmp_path, SHOP))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    renamed = notebook.rename("renamed.ipynb")
    renamed.edit("rate", "rate = 0.5")
    Card(renamed, "total").becomes("stale")
    Card(renamed, "total").materialize()
    Card(renamed, "total").says("total = 90.0")
    all_live(renamed, SHOP_OUTPUTS)


def test_cards_that_scroll_out_of_a_windowed_notebook_are_live_when_they_return(servers, visit, tmp_path):
    settings = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "full"}}
    reader = visit(servers("lab", user="windowed", settings=settings))
    count = 60
    cells = {f"a{n}": f"%%asset a{n}\n{'rate' if n == 0 else 'a0 + ' + str(n)}" for n in range(count)}
    notebook = reader.open(small(tmp_path, {"rate": "rate = 1", **cells}))
    notebook.run_all()
    notebook.scroll_to("a0")
    Card(notebook, "a0").becomes("fresh")
    becomes(Card(notebook, "a40").box.is_visible, False)
    notebook.edit("rate", "rate = 2")
    for n in (20, 40, 59, 0):
        notebook.scroll_to(f"a{n}")
        Card(notebook, f"a{n}").becomes("stale")
    Card(notebook, "a0").materialize()
    notebook.scroll_to("a59")
    Card(notebook, "a59").says("upstream a0 has a new value")


@in_lab
def test_a_cell_that_leaves_the_page_and_returns_shows_what_happened_meanwhile(user, tmp_path):
    """As front ends do that keep only the cells in sight in the page."""
    notebook = user.open(small(tmp_path, SHOP))
    notebook.run_all()
    all_live(notebook, SHOP_OUTPUTS)
    away = notebook.cell("total").evaluate_handle("cell => ({ cell, parent: cell.parentNode, next: cell.nextSibling })")
    away.evaluate("({ cell }) => cell.remove()")
    notebook.edit("rate", "rate = 0.5")
    Card(notebook, "taxed").becomes("stale")
    away.evaluate("({ cell, parent, next }) => parent.insertBefore(cell, next)")
    Card(notebook, "total").becomes("stale")
    all_live(notebook, SHOP_OUTPUTS)
