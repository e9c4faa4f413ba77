"""Notebooks on one store: what one makes, others use, and hear of when it is made anew. Each has its own kernel."""

from __future__ import annotations

import pytest
from notebook_user import asset_cell
from other_kernels import Kernel

ONE = asset_cell("orders", "[1, 2, 3]")
TWO = asset_cell("orders", "[1, 2, 30]")


@pytest.fixture
def kernel(folder, monkeypatch):
    """Starts kernels of notebooks in one folder, by the name of the notebook."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter"))
    started = []

    def start(name, store=folder / ".asset_magic", **more):
        if name:
            (folder / name).touch()
        started.append(Kernel(store, folder / name if name else None, **more))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def ingest(kernel):
    """The notebook that makes `orders`."""
    one = kernel("ingest.ipynb")
    one.run(ONE, "orders")
    return one


@pytest.fixture
def model(kernel, ingest):
    """The notebook that computes `total` of it."""
    one = kernel("model.ipynb")
    one.run(asset_cell("total", "sum(orders)", "deps=orders"), "total")
    return one


def test_deps_finds_an_asset_of_another_notebook(model):
    """`deps=` gives the value that the other notebook made, as an external asset."""
    assert model.value("total") == 6
    assert model.statuses() == {"orders": "fresh", "total": "fresh"}
    assert model.count("orders") == 0


def test_a_bare_name_is_told_how_to_depend(kernel, ingest):
    """A body that only names such an asset is told which `deps=` it needs."""
    other = kernel("other.ipynb")
    said = other.run(asset_cell("n", "len(orders)"))
    assert "orders is an asset of ingest.ipynb: name it in deps=orders" in said.message


def test_once_declared_bare_names_do(model):
    """Other cells may just name it then."""
    model.run(asset_cell("n", "len(orders)"))
    assert model.value("n") == 3


def test_a_plain_cell_is_told_how_to_get_at_the_value(model):
    """An external asset binds no variable."""
    assert "use assets['orders'].value" in model.run("orders").text


def test_lineage_shows_where_it_comes_from(model):
    """The lineage names the other notebook."""
    assert "orders (from ingest.ipynb)" in model.run("%lineage").text


def test_another_value_makes_dependents_stale_while_both_kernels_run(ingest, model):
    """What the other notebook makes anew is seen at once, with the cause."""
    ingest.run(TWO, "orders")
    assert model.statuses() == {"orders": "fresh", "total": "stale"}
    assert model.causes("total") == ["source orders changed"]
    model.run("%materialize")
    assert model.value("total") == 33


def test_an_equal_value_changes_nothing(ingest, model):
    """Early cutoff holds across notebooks."""
    ingest.run(asset_cell("orders", "sorted([3, 2, 1])"), "orders")
    assert model.statuses()["total"] == "fresh"


def test_what_a_notebook_goes_back_to_is_followed(ingest, model):
    """A kept value that is taken back without running is where the asset stands, for other notebooks too."""
    ingest.run(TWO, "orders")
    model.run("%materialize")
    ingest.run(ONE, "orders")
    assert ingest.count("orders") == 2
    assert model.statuses()["total"] == "stale"
    model.run("%materialize")
    assert (model.value("total"), model.count("total")) == (6, 2)


def test_a_stale_or_failed_asset_stays_what_it_was(ingest, model):
    """Until the other notebook has made it, its last good value counts."""
    ingest.run(asset_cell("orders", "1 / 0"), "orders")
    assert model.statuses() == {"orders": "fresh", "total": "fresh"}


def test_a_forgotten_asset_stays_what_it_was(ingest, model):
    """`%forget` takes it out of one graph; what was made is still there for others."""
    ingest.run("%forget orders")
    model.run(asset_cell("n", "len(orders)"))
    assert model.value("n") == 3


def test_it_turns_up_later(kernel):
    """A dependency that nobody has made yet is undefined until its notebook makes it."""
    ingest, model = kernel("ingest.ipynb"), kernel("model.ipynb")
    model.run(asset_cell("total", "sum(orders)", "deps=orders"), "total")
    assert model.causes("total") == ["upstream orders is not defined yet"]
    ingest.run(ONE, "orders")
    model.run("%materialize")
    assert model.value("total") == 6


def test_both_kernels_are_restarted(kernel, ingest, model):
    """A new kernel finds both its own results and those of the other notebook, and runs nothing."""
    ingest.close()
    model.close()
    again = kernel("model.ipynb")
    again.run(asset_cell("total", "sum(orders)", "deps=orders"), "total")
    assert (again.value("total"), again.count("total")) == (6, 0)


def test_assets_load_reads_it_without_declaring_it(kernel, ingest):
    """`assets.load` gives where the asset stands."""
    ingest.run(TWO, "orders")
    ingest.run(ONE, "orders")
    other = kernel("other.ipynb")
    assert other.run("from asset_magic import assets\nassets.load('orders')").result == "[1, 2, 3]"
    assert "nothing is stored of nobody" in other.run("assets.load('nobody')").message


def test_prefixes_and_multi_assets(kernel, ingest):
    """Keys with a prefix, and the parts of a multi-asset, are found like any other."""
    ingest.run("%%multi_asset lo hi\nlo, hi = 1, 2")
    ingest.run("%%asset sales key_prefix=shop\n5")
    other = kernel("other.ipynb")
    other.run("%%asset all deps=lo,hi,shop/sales\nlo + hi + sales")
    assert other.value("all") == 8


def test_checks_of_an_asset_of_another_notebook(ingest, model):
    """It can be checked here, and a failed blocking check blocks what is downstream here."""
    said = model.run("%%asset_check orders name=small blocking\nmax(orders) < 10")
    assert "✓ small" in said.text
    ingest.run(TWO, "orders")
    said = model.run("%materialize")
    assert "blocking check small did not pass" in said.message


def test_the_value_of_another_notebook_is_not_changed_in_place(ingest, model):
    """A body that changes it spoils it for nobody."""
    model.run(asset_cell("spoiler", "orders.append(4)\nlen(orders)", "deps=orders"))
    model.run(asset_cell("n", "len(orders)"))
    assert model.value("n") == 3
    assert ingest.value("orders") == [1, 2, 3]


def test_none_counts_as_new_each_time(kernel, ingest):
    """An asset that only has an effect makes what depends on it stale whenever it runs."""
    ingest.run("%%asset written\nNone", "written")
    other = kernel("other.ipynb")
    other.run("%%asset after deps=written\n1")
    ingest.run("%%asset written force\nNone", "written")
    assert other.statuses()["after"] == "stale"


def test_a_value_that_could_not_be_stored_is_not_there_for_others(kernel, ingest):
    """Others are told why, and where it could be made."""
    ingest.run("%%asset lock\nimport threading\nthreading.Lock()")
    other = kernel("other.ipynb")
    said = other.run("%%asset held deps=lock\nlock")
    assert "upstream lock cannot be read (run it again in ingest.ipynb)" in said.message
    assert "a lock cannot be stored" in said.message


def test_a_damaged_value_of_another_notebook(folder, kernel, ingest):
    """It stays the version that it is, what needs its value is told why, and it is mended where it is made."""
    ingest.run("import numpy as np")
    ingest.run(asset_cell("big", "np.arange(50_000)"), "big")
    first = kernel("first.ipynb")
    first.run("%%asset n deps=big\nlen(big)", "n")
    first.close()
    for path in (folder / ".asset_magic" / "values").rglob("*"):
        if path.is_file():
            path.unlink()
    again = kernel("first.ipynb")
    again.run("%%asset n deps=big\nlen(big)", "n")
    assert again.statuses() == {"big": "fresh", "n": "fresh"}
    assert "run it again in ingest.ipynb" in again.run("%%asset m\nint(big[1])", "m").message
    ingest.run("%materialize --force big")
    again.run("%materialize")
    assert again.value("m") == 1


def test_two_notebooks_that_define_one_key_are_told(kernel, ingest):
    """Both are told, and each keeps its own."""
    rival = kernel("rival.ipynb")
    said = rival.run(asset_cell("orders", "[7]"), "orders")
    assert "orders is made by ingest.ipynb, too" in said.text
    assert "orders is made by rival.ipynb, too" in ingest.run("%stale").text
    assert (rival.value("orders"), ingest.value("orders")) == ([7], [1, 2, 3])
    rival.close()
    ingest.close()
    for name, cell, value in (("ingest.ipynb", ONE, [1, 2, 3]), ("rival.ipynb", asset_cell("orders", "[7]"), [7])):
        again = kernel(name)
        again.run(cell, "orders")
        assert (again.value("orders"), again.count("orders")) == (value, 0)


def test_who_depends_on_a_key_of_two_notebooks_gets_the_newest(kernel, ingest, model):
    """And is told that there are two."""
    rival = kernel("rival.ipynb")
    rival.run(asset_cell("orders", "[7]"), "orders")
    said = model.run("%materialize")
    assert "orders is made by ingest.ipynb and by rival.ipynb: the newest counts, of rival.ipynb" in said.text
    assert model.value("total") == 7


def test_a_copy_of_a_notebook_raises_no_alarm(kernel, ingest):
    """The same asset is no other one; once it is edited it is."""
    copy = kernel("ingest-Copy1.ipynb")
    assert "too" not in copy.run(ONE, "orders").text
    assert copy.count("orders") == 0
    assert "orders is made by ingest.ipynb, too" in copy.run(TWO, "orders").text


def test_a_renamed_notebook_finds_its_results_and_raises_no_alarm(folder, kernel, ingest):
    """A notebook that is no more is no rival."""
    ingest.close()
    (folder / "ingest.ipynb").rename(folder / "orders.ipynb")
    renamed = kernel("orders.ipynb")
    renamed.run(ONE, "orders")
    assert renamed.count("orders") == 0
    assert "too" not in renamed.run(TWO, "orders").text


def test_one_notebook_open_twice(kernel, ingest):
    """Two kernels of one notebook use what the other has made, and are no rivals."""
    twin = kernel("ingest.ipynb")
    assert "too" not in twin.run(ONE, "orders").text
    twin.run(TWO, "orders")
    said = ingest.run(TWO, "orders")
    assert "too" not in said.text
    assert (ingest.value("orders"), ingest.count("orders")) == ([1, 2, 30], 1)


def test_kernels_that_do_not_know_their_notebook(kernel):
    """Without a name they share results all the same; nobody can tell whether they are rivals."""
    one, other = kernel(None), kernel(None)
    one.run(ONE, "orders")
    other.run("%%asset total deps=orders\nsum(orders)", "total")
    assert other.value("total") == 6
    assert "too" not in other.run(TWO, "orders").text
    assert (one.value("orders"), other.value("orders")) == ([1, 2, 3], [1, 2, 30])


def test_entries_of_somebody_else(folder, kernel, ingest):
    """With another user's key only what cannot run code is loaded; all else is made again, until it is trusted."""
    thing = "class Thing:\n    n = 3"
    shows = "display({'text/html': '<b>x</b>', 'text/plain': 'plain x'}, raw=True)\nThing()"
    ingest.run(thing)
    ingest.run(asset_cell("thing", shows), "thing")
    mallory = {"JUPYTER_DATA_DIR": str(folder / "mallory")}
    other = kernel("ingest.ipynb", environ=mallory)
    other.run(thing)
    other.run(ONE, "orders")
    assert other.count("orders") == 0
    said = other.run(asset_cell("thing", shows), "thing")
    assert said.text.count("not loaded") == 1
    assert other.count("thing") == 1
    other.close()


def test_trusting_entries_of_somebody_else(folder, kernel, ingest):
    """`%assets --trust` takes them for the reader's own: they load, and show what they showed."""
    ingest.run("class Thing:\n    n = 3")
    ingest.run(asset_cell("thing", "Thing()", "defer"), "thing")
    ingest.run("%materialize")
    other = kernel("ingest.ipynb", environ={"JUPYTER_DATA_DIR": str(folder / "other")})
    other.run("class Thing:\n    n = 3")
    other.run(asset_cell("thing", "Thing()", "defer"), "thing")
    other.run(asset_cell("n", "thing.n", "defer"), "n")
    assert "not" in other.run("from asset_magic import assets\nassets['thing'].value").message
    assert other.statuses()["thing"] == "missing"
    other.run("%assets --trust")
    assert other.statuses()["thing"] == "fresh"
    other.run("%materialize")
    assert (other.value("n"), other.count("thing")) == (3, 0)


def test_rich_outputs_of_somebody_else_are_shown_as_text(folder, kernel, ingest):
    """A value that loads without trust shows again what was printed, but nothing that a page would run."""
    body = "print('printed')\ndisplay({'text/html': '<script>', 'text/plain': 'plain'}, raw=True)\n[1]"
    ingest.run(asset_cell("shown", body), "shown")
    other = kernel("ingest.ipynb", environ={"JUPYTER_DATA_DIR": str(folder / "other")})
    said = other.run(asset_cell("shown", body), "shown")
    assert other.count("shown") == 0
    assert "printed" in said.text
    assert said.displays[0] == {"text/plain": "plain"}
