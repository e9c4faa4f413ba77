"""What the page shows where no kernel draws it: the pictures that the notebook file holds."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from sample_notebooks import PENGUINS, SHOP, SHOP_OUTPUTS, outputs_of, penguins, small
from views import Card, all_live
from waiting import becomes

OUTPUTS = 15  # what asset_magic shows in the penguins notebook


@pytest.fixture(scope="module")
def written(kind, servers, browser, tmp_path_factory):
    """The penguins notebook, run and saved by its writer."""
    from page_user import PageUser

    path = penguins(tmp_path_factory.mktemp("written"))
    writer = PageUser(browser, servers(kind), "written")
    notebook = writer.open(path)
    notebook.run_all()
    writer.screenshot("run_all")
    notebook.save()
    assert not writer.close()
    return path


def hidden(notebook):
    """Which of our outputs take no room on the page, or hold a picture that could not be drawn."""
    return notebook.ours.evaluate_all(
        """all => all.filter(el => el.getBoundingClientRect().height < 9
        || [...el.querySelectorAll("img")].some(img => !img.naturalWidth)).map(el => el.outerHTML.slice(0, 80))"""
    )


def test_the_writer_finds_the_pictures_again_in_a_new_server(kind, servers, visit, written):
    reader = visit(servers(kind, sitting=2))
    notebook = reader.open(written, kernel=False)
    becomes(notebook.panel.locator(".jp-mod-trusted .asset-magic").count, OUTPUTS)
    becomes(lambda: hidden(notebook), [])
    reader.screenshot("new_server_trusted")


def test_a_stranger_finds_the_pictures_in_a_notebook_that_is_not_trusted(kind, servers, visit, written, tmp_path):
    stranger = visit(servers(kind, user="stranger"))
    notebook = stranger.open(shutil.copy(written, tmp_path / "received.ipynb"), kernel=False)
    becomes(notebook.ours.count, OUTPUTS)
    assert notebook.panel.locator(".jp-mod-trusted .asset-magic").count() == 0
    becomes(lambda: hidden(notebook), [])
    stranger.screenshot("new_server_untrusted")


def test_what_is_stored_is_the_same_from_both_front_ends_and_from_none(servers, visit, tmp_path):
    """And a live view, a click and a run by a button leave no trace in the file."""
    files = {kind: small(tmp_path, SHOP, f"{kind}.ipynb") for kind in ("lab", "notebook", "none")}
    for kind in ("lab", "notebook"):
        notebook = visit(servers(kind)).open(files[kind])
        notebook.run_all()
        all_live(notebook, SHOP_OUTPUTS)
        notebook.edit("rate", "rate = 0.5")
        Card(notebook, "total").becomes("stale")
        Card(notebook, "total").materialize()
        Card(notebook, "total").says("total = 90.0")
        notebook.write("rate", SHOP["rate"])
        notebook.save()
    run = "import nbformat, sys; from nbclient import NotebookClient; f = sys.argv[1]; n = nbformat.read(f, 4); "
    run += "NotebookClient(n).execute(); nbformat.write(n, f)"
    subprocess.run([sys.executable, "-c", run, files["none"]], cwd=tmp_path, check=True, timeout=120)
    assert outputs_of(files["none"]) == outputs_of(files["lab"]) == outputs_of(files["notebook"])
    assert "widget" not in files["lab"].read_text() + files["notebook"].read_text()


def test_the_penguins_as_they_are_kept_are_what_a_front_end_stores(kind, written):
    assert outputs_of(written) == outputs_of(PENGUINS)
