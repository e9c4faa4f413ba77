"""A chain of 2,000 asset cells through a real shell: nothing recurses, and nothing takes more than seconds."""

from __future__ import annotations

import os

import pytest
from notebook_user import Notebook

LENGTH = 2_000
LAST = f"a{LENGTH - 1}"


def cell(number, options="", name="a"):
    body = "0" if number == 0 else f"{name}{number - 1} + 1"
    return f"%%asset {name}{number} {options}\n{body}"


@pytest.fixture(scope="module")
def deferred(tmp_path_factory):
    """The chain, registered and not run."""
    before = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("chain"))
    with Notebook() as notebook:
        for number in range(LENGTH):
            ran = notebook.run(cell(number, "defer"), f"a{number}")
            assert ran.ok, ran.message
        yield notebook
    os.chdir(before)


@pytest.fixture
def chain(deferred):
    """The chain, all fresh, with 0 at its root."""
    assert deferred.edit("a0", cell(0)).ok
    assert deferred.materialize().ok
    return deferred


@pytest.fixture
def stale(chain):
    """The chain after an edit at its root."""
    assert chain.edit("a0", "%%asset a0\n100").ok
    return chain


def test_registered(deferred):
    """Each cell is registered, and has its edge."""
    assert len(deferred.assets) == LENGTH
    assert len(deferred.edges()) == LENGTH - 1


def test_materialize(chain):
    """``%materialize`` brings the whole chain up to date."""
    assert chain.value(LAST) == LENGTH - 1
    assert set(chain.statuses().values()) == {"fresh"}


def test_cells_run_again(chain):
    """Running every cell again reuses every value."""
    runs = {key: len(handle.history) for key, handle in chain.assets.items()}
    for number in range(LENGTH):
        assert chain.edit(f"a{number}", cell(number)).ok
    assert {key: len(handle.history) for key, handle in chain.assets.items()} == runs


def test_cells_run_one_by_one(deferred):
    """Cells that run as they are written, in the order of the notebook."""
    for number in range(LENGTH):
        assert deferred.run(cell(number, name="b"), f"b{number}").ok
    assert deferred.value(f"b{LENGTH - 1}") == LENGTH - 1
    assert deferred.run("%forget " + " ".join(f"b{number}" for number in range(LENGTH))).ok
    assert len(deferred.assets) == LENGTH


def test_statuses(stale):
    """After an edit at the root all but the root are stale."""
    statuses = stale.statuses()
    assert statuses.pop("a0") == "fresh"
    assert set(statuses.values()) == {"stale"}


def test_early_cutoff(stale):
    """An equal value at the second makes all the others fresh at once."""
    assert stale.edit("a1", "%%asset a1\na0 * 0 + 1").ok
    assert stale.status(LAST) == "fresh"
    assert stale.edit("a1", cell(1)).ok


def test_causes_lead_to_the_root(stale):
    """The causes of the last one lead through all the others to the root, each worked out when asked for."""
    causes, reasons = stale.assets[LAST].stale_causes, []
    while causes:
        assert len(causes) == 1
        reasons.append(causes[0].reason)
        causes = causes[0].children
    assert len(reasons) == LENGTH - 1
    assert reasons[-1] == "upstream a0 has a new value"


def test_cause_can_be_printed_hashed_and_compared(stale):
    """A cause at the end of a long chain is an ordinary object."""
    (cause,) = stale.assets[LAST].stale_causes
    assert len(repr(cause)) < 500
    assert hash(cause) == hash(stale.assets[LAST].stale_causes[0])
    assert cause == stale.assets[LAST].stale_causes[0]


def test_stale_magic(stale):
    """``%stale`` tells of the whole chain in a page that can be read."""
    ran = stale.run("%stale", "scratch")
    assert ran.ok, ran.message
    assert "upstream a0 has a new value" in ran.text
    assert len(ran.text) < 1_000_000


@pytest.mark.parametrize(
    "magic", ["%assets", f"%asset {LAST}", "%lineage", f"%lineage +{LAST}", "%materialize --dry-run"]
)
def test_magics_that_show(stale, magic):
    """The magics that show the graph work on a long chain."""
    ran = stale.run(magic, "scratch")
    assert ran.ok, ran.message
    assert LAST in str(ran.displays) or "more" in ran.text


@pytest.mark.parametrize(
    ("selection", "count"),
    [(f"+{LAST}", LENGTH), ("a0+", LENGTH), ("status:stale", LENGTH - 1), ("a0+1000", 1001), ("sinks(*)", 1)],
)
def test_selections(stale, selection, count):
    """Selections along the whole chain."""
    assert len(stale.assets.select(selection)) == count


def test_last_cell_refreshes_the_chain(stale):
    """Running the last cell brings all that it needs up to date."""
    ran = stale.edit(LAST, cell(LENGTH - 1))
    assert ran.ok, ran.message
    assert stale.value(LAST) == LENGTH + 99
    assert set(stale.statuses().values()) == {"fresh"}


def test_graph(chain):
    """The networkx graph of the chain."""
    assert chain.assets.graph.number_of_edges() == LENGTH - 1


def test_cycle_through_the_chain(chain):
    """A circle through the whole chain is refused with a message that can be read, and the graph stays."""
    ran = chain.edit("a0", f"%%asset a0\n{LAST}")
    assert type(ran.error).__name__ == "CycleError"
    assert "a0 -> " in ran.message
    assert len(ran.message) < 2_000
    assert chain.status(LAST) == "fresh"


def test_failure_at_the_root(chain):
    """A failure at the root skips all the others, with a summary that can be read."""
    chain.edit("a0", "%%asset a0 defer\n1 / 0")
    ran = chain.materialize()
    assert type(ran.error).__name__ == "MaterializationError"
    assert "1 failed" in ran.message
    assert f"{LENGTH - 1} skipped" in ran.message.replace(",", "")
    assert len(ran.message) < 1_000_000


def test_forget_in_the_middle(chain):
    """Forgetting one of them, and bringing it back."""
    middle = LENGTH // 2
    assert chain.run(f"%forget a{middle}", "scratch").ok
    assert chain.status(f"a{middle + 1}") != "fresh"
    assert chain.status(f"a{middle - 1}") == "fresh"
    assert chain.edit(f"a{middle}", cell(middle)).ok
    assert chain.materialize().ok
    assert chain.value(LAST) == LENGTH - 1
