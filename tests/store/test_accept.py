"""`%accept`: a value is taken for the one that the present code and data would give, visibly by hand."""

from __future__ import annotations

import re

import pytest
from book import asset_cell

BY_HAND = "accepted by hand: its value was not made by the present code and data"


@pytest.fixture
def stale(book):
    """A notebook of which `a` and what comes of it are stale, since `rate` was changed."""
    book.play("rate = 1", asset_cell("a", "[rate]"), asset_cell("b", "a + [0]"))
    book.nb.edit("c0", "rate = 2")
    assert book.nb.statuses() == {"a": "stale", "b": "stale"}
    return book


def test_an_accepted_value_is_fresh_and_nothing_runs(stale):
    """What is downstream of it is fresh again, too."""
    said = stale.nb.run("%accept a")
    assert "1 asset accepted by hand: a" in said.text
    assert stale.nb.statuses() == {"a": "fresh", "b": "fresh"}
    assert stale.nb.here("a") == [1]
    assert stale.ran == {"a": 1, "b": 1}


def test_it_is_visible_wherever_the_asset_is_shown(stale):
    """In its flags, the table, its details, its history, and below its cell."""
    stale.nb.run("%accept a")
    assert re.search(r"^a +fresh +accepted by hand", stale.nb.run("%assets").text, re.MULTILINE)
    assert BY_HAND in stale.nb.flags("a")
    assert BY_HAND in stale.nb.run("%asset a").text
    assert "accepted by hand" in stale.nb.run("%asset a --history").text
    assert BY_HAND in stale.nb.rerun("c1").text
    assert [one.accepted for one in stale.nb.assets["a"].history] == [True, False]


def test_it_is_there_after_a_restart(stale):
    """The value is reused as any other, and still says that it was accepted."""
    stale.nb.run("%accept a")
    nb = stale.again()
    assert nb.here("a") == [1]
    assert stale.ran == {}
    assert BY_HAND in stale.shown[1].text
    assert BY_HAND in nb.flags("a")


def test_making_it_takes_its_place(stale):
    """A materialization is no acceptance any more."""
    stale.nb.run("%accept a")
    stale.nb.materialize("--force a")
    assert stale.nb.here("a") == [2]
    assert BY_HAND not in stale.nb.flags("a")
    nb = stale.again()
    assert nb.here("a") == [2]
    assert BY_HAND not in nb.flags("a")


def test_it_holds_for_one_provenance_only(stale):
    """The next change makes it stale, and what it was really made of gives it back without the mark."""
    stale.nb.run("%accept a")
    stale.nb.edit("c0", "rate = 3")
    assert stale.nb.status("a") == "stale"
    stale.nb.edit("c0", "rate = 1")
    stale.nb.rerun("c1")
    assert stale.nb.here("a") == [1]
    assert BY_HAND not in stale.nb.flags("a")


def test_a_stale_value_of_an_earlier_kernel_can_be_accepted(book):
    """After a restart, too, and without running anything."""
    book.play(asset_cell("a", "[1]", "defer"), "%materialize")
    nb = book.restart()
    nb.edit("c0", asset_cell("a", "list((1,))", "defer"))
    assert nb.status("a") == "stale"
    nb.run("%accept a")
    assert nb.status("a") == "fresh"
    assert nb.value("a") == [1]
    assert book.ran == {}


def test_a_selection_is_accepted_upstream_first(stale):
    """All of it at once; what is fresh stays as it is."""
    stale.nb.edit("c2", asset_cell("b", "a + [1]", "defer"))
    said = stale.nb.run("%accept +b")
    assert "2 assets accepted by hand: a, b" in said.text
    assert stale.nb.statuses() == {"a": "fresh", "b": "fresh"}
    assert "0 assets accepted" in stale.nb.run("%accept +b").text
    assert [one.accepted for one in stale.nb.assets["a"].history] == [True, False]


def test_in_python(stale):
    """`assets["a"].accept()` does the same."""
    stale.nb.run("from asset_magic import assets\nassets['a'].accept()")
    assert stale.nb.status("a") == "fresh"
    assert BY_HAND in stale.nb.flags("a")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["%accept"], "%accept needs a name or a selection"),
        (["%accept nobody"], "no asset is called 'nobody'"),
        ([asset_cell("x", "1", "defer"), "%accept x"], "it has no value yet"),
        ([asset_cell("x", "1 / 0"), "%accept x"], "it has no value yet"),
        (["%source_asset x path=in.csv", "%accept x"], "it is made elsewhere"),
        (["k = 1", asset_cell("x", "k"), "del k", "%accept x"], "k is not defined"),
        ([asset_cell("x", "1"), asset_cell("y", "x"), "%forget x", "%accept y"], "x is not defined"),
    ],
)
def test_what_cannot_be_accepted(book, cells, why):
    """It is an error that says why, and nothing changes."""
    (book.folder / "in.csv").write_text("1")
    book.play(*cells[:-1])
    before = book.nb.statuses()
    assert why in book.nb.run(cells[-1]).message
    assert book.nb.statuses() == before


def test_one_that_cannot_be_accepted_keeps_all_of_them_as_they_are(stale):
    """A selection is accepted as a whole or not at all."""
    stale.nb.run(asset_cell("x", "len(b)", "defer"))
    assert "x cannot be accepted" in stale.nb.run("%accept a+").message
    assert stale.nb.status("a") == "stale"


def test_a_value_changed_in_place_for_good_cannot_be_accepted(book):
    """What is at hand is not what was made."""
    book.play("import numpy as np", asset_cell("x", "np.zeros(50_000)"))
    for path in (book.folder / ".asset_magic" / "values").rglob("*"):
        if path.is_file():
            path.unlink()
    book.nb.run("x[0] = 1")
    assert book.nb.status("x") == "stale"
    assert "its value was changed in place" in book.nb.run("%accept x").message


def test_accepting_a_secret_change_writes_no_secret_down(book):
    """The provenance of what was accepted names the variable, not its value."""
    book.play("token = 'hunter1hunter1'", asset_cell("x", "len(token)"))
    book.nb.edit("c0", "token = 'hunter2hunter2'")
    book.nb.run("%accept x")
    assert book.nb.status("x") == "fresh"
    book.nb.close()
    assert b"hunter" not in b"".join(
        path.read_bytes() for path in (book.folder / ".asset_magic").rglob("*") if path.is_file()
    )
