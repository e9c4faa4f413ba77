"""Notebooks that use one store: what one makes, another depends on, also while both kernels run."""

from __future__ import annotations

import pytest

from tests.kernel.page_user import PageUser

SHOP = ["rate = 2", "%%asset orders\nprint('asked the shop')\norders = [1, 2, 3 * rate]"]
REPORT = "%%asset report deps=orders\nsum(orders)"


@pytest.fixture
def opened(kernel_type, tmp_path, monkeypatch):
    """Opens a notebook by its name, with a kernel of its own and the extension loaded; all have one store."""
    monkeypatch.setenv("ASSET_MAGIC_HOME", str(tmp_path / "store"))
    running = []

    def open_notebook(name: str, *cells: str):
        monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / name))
        folder = tmp_path / f"kernel_{len(running)}"
        folder.mkdir()
        running.append(kernel_type(folder))
        for number, cell in enumerate(("%load_ext asset_magic", *cells)):
            answer = running[-1].run(cell, id=f"c{number}")
            assert answer.ok, answer.text
        return running[-1]

    yield open_notebook
    for user in running:
        user.close()


def status(kernel, name):
    return kernel.statuses()[name]


def test_an_asset_of_another_notebook_is_used_by_naming_it_in_deps(opened):
    opened("shop.ipynb", *SHOP)
    report = opened("report.ipynb", REPORT)
    assert report.evaluate("report") == 9
    assert "orders (from shop.ipynb)" in report.run("%lineage").text
    assert report.run("from asset_magic import assets\nassets.load('orders')").text.endswith("[1, 2, 6]")


def test_a_body_that_does_not_name_it_in_deps_is_told_to(opened):
    opened("shop.ipynb", *SHOP)
    answer = opened("report.ipynb").run("%%asset report\nsum(orders)", id="r")
    assert "name it in deps=orders" in answer.text


def test_what_is_made_anew_there_is_stale_here_while_both_kernels_run(opened):
    shop = opened("shop.ipynb", *SHOP)
    report = opened("report.ipynb", REPORT)
    assert status(report, "report") == "fresh"
    shop.run("rate = 3", id="c1")
    assert status(report, "report") == "fresh"  # nothing has been made yet
    shop.run("%materialize", id="go")
    assert status(report, "report") == "stale"
    assert "source orders changed" in report.run("%stale").text
    assert report.run(REPORT, id="c1").ok
    assert report.evaluate("report") == 12


def test_what_is_made_there_again_with_an_equal_value_changes_nothing_here(opened):
    shop = opened("shop.ipynb", *SHOP)
    report = opened("report.ipynb", REPORT)
    assert shop.run("%%asset orders\norders = [1, 2, rate * 3]", id="c2").ok
    assert status(report, "report") == "fresh"


def test_two_notebooks_that_make_one_asset_are_told_and_keep_their_own(opened):
    shop = opened("shop.ipynb", *SHOP)
    other = opened("other.ipynb")
    assert "shop.ipynb" in other.run("%%asset orders\n'mine'", id="o").text
    assert "other.ipynb" in shop.run("%assets").text + shop.run("print(orders)").text
    assert (shop.evaluate("orders"), other.evaluate("orders")) == ([1, 2, 6], "mine")
    again = opened("shop.ipynb", *SHOP)
    assert again.evaluate("orders") == [1, 2, 6]
    assert status(again, "orders") == "fresh"


def test_a_store_beneath_is_read_and_never_written(opened, tmp_path):
    opened("shop.ipynb", *SHOP)
    before = {
        path: path.read_bytes()
        for path in (tmp_path / "store").rglob("*")
        if path.is_file() and path.suffix != ".db-shm"
    }
    student = opened(
        "student.ipynb",
        f"%config AssetMagic.store = {str(tmp_path / 'own')!r}\n"
        f"%config AssetMagic.store_beneath = {str(tmp_path / 'store')!r}",
        SHOP[0],
    )
    assert student.run(SHOP[1], id="orders").ok
    assert not (tmp_path / "own").exists()  # it was found, so there was nothing to write
    assert student.run("%%asset mine\nmax(orders)", id="mine").ok
    assert {path: path.read_bytes() for path in before} == before
    assert (tmp_path / "own" / "events.db").exists()


def test_the_page_hears_of_it_while_no_cell_runs(opened):
    shop = opened("shop.ipynb", *SHOP)
    report = opened("report.ipynb", REPORT)
    page = PageUser(report)
    page.until(lambda: page.statuses().get("report") == "fresh")
    shop.run("rate = 3", id="c1")
    shop.run("%materialize", id="go")
    page.until(lambda: page.statuses()["report"] == "stale")
