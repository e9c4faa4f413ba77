"""Section 4, "Materializing": failures, skips and interrupts."""

from __future__ import annotations

import pytest


@pytest.fixture
def branches(nb):
    """k -> a -> b -> c, and k -> z apart; `fail` makes the body of a raise. All fresh."""
    nb.run("k = 1\nfail = False", "k")
    nb.asset("a", "if fail:\n    raise ValueError('the tap is dry')\nk")
    nb.asset("b", "a + 1")
    nb.asset("c", "b + 1")
    nb.asset("z", "k * 100")
    return nb


def test_failure_keeps_the_last_good_value(branches):
    """A failure keeps the last good value."""
    branches.edit("k", "k = 2\nfail = True")
    branches.materialize()
    assert branches.status("a") == "stale"
    assert branches.value("a") == branches.here("a") == 1
    assert branches.last_run("a") == "failed"
    assert "the tap is dry" in str(branches.assets["a"].error)


def test_failure_skips_what_is_downstream(branches):
    """... skips what is downstream of it (reported as skipped, with the cause)."""
    branches.edit("k", "k = 2\nfail = True")
    ran = branches.materialize()
    assert (branches.last_run("b"), branches.last_run("c")) == ("skipped", "skipped")
    assert (branches.count("b"), branches.count("c")) == (1, 1)
    assert (branches.status("b"), branches.status("c")) == ("stale", "stale")
    assert branches.causes("b") == ["upstream a is stale"]
    assert "skipped" in ran.text


def test_failure_lets_the_rest_go_on(branches):
    """... and lets the rest go on."""
    branches.edit("k", "k = 2\nfail = True")
    branches.materialize()
    assert branches.status("z") == "fresh"
    assert branches.value("z") == branches.here("z") == 200


def test_materialize_raises_at_its_end_with_a_summary(branches):
    """`%materialize` raises at its end, with a summary."""
    from asset_magic.model.errors import MaterializationError

    branches.edit("k", "k = 2\nfail = True")
    ran = branches.materialize()
    assert isinstance(ran.error, MaterializationError)
    assert "the tap is dry" in ran.text
    for name in "abc":
        assert name in ran.message
    assert branches.count("z") == 2


def test_failure_is_tried_again(branches):
    """A failed asset is not fresh, so the next run tries it again; mended, all is fresh."""
    branches.edit("k", "k = 2\nfail = True")
    branches.materialize()
    branches.materialize()
    assert branches.count("a") == 3
    branches.edit("k", "k = 2\nfail = False")
    assert branches.materialize().ok
    assert set(branches.statuses().values()) == {"fresh"}
    assert branches.value("c") == 4


def test_failure_undone(branches):
    """Undo the change that made it fail, and the value returns without running."""
    branches.edit("k", "k = 1\nfail = True")
    branches.materialize()
    branches.edit("k", "k = 1\nfail = False")
    assert branches.materialize().ok
    assert set(branches.statuses().values()) == {"fresh"}
    assert branches.count("a") == 2
    assert branches.count("c") == 1


def test_failure_in_the_own_cell(nb):
    """A failed asset is an error of the cell that asked for it: the error is the body's own."""
    ran = nb.asset("a", "{}['key']")
    assert isinstance(ran.error, KeyError)
    assert nb.status("a") == "missing"
    assert nb.last_run("a") == "failed"
    assert nb.causes("a")


def test_failed_edit(nb):
    """A failure keeps the last good value, and the code that failed is what is STALE."""
    nb.asset("a", "1")
    nb.asset("b", "a + 1")
    nb.asset("a", "1 / 0")
    assert nb.status("a") == "stale"
    assert nb.categories("a") == {"code"}
    assert nb.value("a") == nb.here("a") == 1
    assert nb.causes("b") == ["upstream a is stale"]


def test_failure_of_an_upstream_is_an_error_of_the_cell_that_asked(branches):
    """A failed or skipped asset is an error of the cell that asked for it."""
    branches.edit("k", "k = 2\nfail = True")
    ran = branches.rerun("c")
    assert not ran.ok
    assert "the tap is dry" in ran.text
    assert branches.last_run("c") == "skipped"
    assert branches.value("c") == 3


def test_first_run_of_what_is_below_a_failure(nb):
    """What is downstream of a failure that never had a value is skipped, and MISSING."""
    nb.asset("a", "1 / 0")
    ran = nb.asset("b", "a + 1")
    assert not ran.ok
    assert nb.status("b") == "missing"
    assert nb.causes("b")
    assert nb.count("b") == 0


def test_failure_of_one_side_of_a_diamond(nb):
    """What needs both sides is skipped once; the good side is finished."""
    nb.asset("a", "1")
    nb.asset("left", "a / 0", "defer")
    nb.asset("right", "a + 1", "defer")
    nb.asset("d", "left + right", "defer")
    assert not nb.materialize().ok
    assert nb.statuses() == {"a": "fresh", "left": "missing", "right": "fresh", "d": "missing"}
    assert [nb.last_run(name) for name in ("a", "left", "right", "d")] == ["success", "failed", "success", "skipped"]


def test_success_is_reported(branches):
    """`.last_run` is `"success"` after a run, and `.error` is empty."""
    assert branches.last_run("a") == "success"
    assert not branches.assets["a"].error


@pytest.mark.parametrize("error", ["SystemExit(1)", "BaseException('x')", "StopIteration(1)"])
def test_unusual_errors_are_failures(nb, error):
    """Whatever a body raises is an error of its cell, and nothing is recorded as done."""
    ran = nb.asset("a", f"raise {error}")
    assert not ran.ok
    assert nb.status("a") == "missing"
    assert nb.asset("b", "1").ok


# interrupts


@pytest.fixture
def interrupted(nb):
    """a -> b -> c and a -> d, where `b` is interrupted: as when Ctrl-C is pressed while it runs."""
    nb.run("stop = True", "stop")
    nb.asset("a", "1", "defer")
    nb.asset("b", "if stop:\n    raise KeyboardInterrupt\na + 1", "defer")
    nb.asset("c", "b + 1", "defer")
    nb.ran = nb.materialize()
    return nb


def test_interrupt_stops_the_run(interrupted):
    """Ctrl-C stops the run."""
    assert isinstance(interrupted.ran.error, KeyboardInterrupt)
    assert interrupted.count("c") == 0
    assert (interrupted.status("b"), interrupted.status("c")) == ("missing", "missing")
    assert interrupted.last_run("b") not in ("success", "running")


def test_interrupt_keeps_what_is_finished(interrupted):
    """... finished assets stay finished."""
    assert interrupted.status("a") == "fresh"
    assert interrupted.value("a") == interrupted.here("a") == 1


def test_run_after_an_interrupt(interrupted):
    """After an interrupt the next run takes up where it stopped."""
    interrupted.edit("stop", "stop = False")
    assert interrupted.materialize().ok
    assert interrupted.value("c") == 3
    assert interrupted.count("a") == 1


def test_interrupt_stops_what_is_independent_too(nb):
    """Ctrl-C stops the run, unlike a failure: what is independent is not started."""
    nb.asset("a", "raise KeyboardInterrupt", "defer")
    nb.asset("z", "raise KeyboardInterrupt", "defer")
    nb.materialize()
    assert nb.count("a") + nb.count("z") == 1


def test_interrupt_keeps_the_last_good_value(nb):
    """An interrupted asset keeps its last good value."""
    nb.run("stop = False\nk = 1", "k")
    nb.asset("a", "if stop:\n    raise KeyboardInterrupt\nk")
    nb.edit("k", "stop = True\nk = 2")
    ran = nb.rerun("a")
    assert isinstance(ran.error, KeyboardInterrupt)
    assert nb.status("a") == "stale"
    assert nb.value("a") == nb.here("a") == 1


def test_a_failed_cell_shows_the_card_of_its_asset(nb):
    nb.run("rate = 2")
    nb.run("%%asset broken group=sums\n1 / (rate - 2)", "broken")
    ran = nb.rerun("broken")
    (card,) = ran.displays
    assert card["text/plain"] == "broken\n  ✗ failed"
    assert 'data-view="card" data-keys="broken"' in card["text/html"]
    assert 'data-value="below"' in card["text/html"]


def test_the_card_of_a_failed_cell_does_not_show_an_earlier_value(nb):
    nb.run("rate = 1", "rate")
    nb.run("%%asset broken\n1 / (rate - 2)", "broken")
    nb.edit("rate", "rate = 2")
    (card,) = nb.rerun("broken").displays
    assert "-1.0" not in card["text/plain"] + card["text/html"]


def test_a_skipped_cell_shows_the_card_of_its_asset(nb):
    nb.run("%%asset broken\n1 / 0")
    ran = nb.run("%%asset after\nbroken + 1")
    (card,) = ran.displays
    assert card["text/plain"] == "after\n  ✗ skipped"


def test_a_check_that_cannot_be_evaluated_shows_its_card(nb):
    nb.run("%%asset broken\n1 / 0")
    ran = nb.run("%%asset_check broken\nbroken > 0")
    assert not ran.ok
    (card,) = ran.displays
    assert card["text/plain"] == "broken · ○ broken_check (not evaluated)"


def test_a_cell_may_give_its_asset_another_key_for_the_same_variable(nb):
    nb.run("%%asset sales\n1", "sales")
    nb.run("%%asset total\nsales + 1")
    ran = nb.edit("sales", "%%asset sales key_prefix=shop\n2")
    assert ran.ok, ran.message
    assert set(nb.assets) == {"shop/sales", "total"}
    assert nb.here("sales") == 2
    nb.run("%materialize")
    assert nb.assets["total"].value == 3


def test_a_refused_new_key_leaves_the_old_asset_and_its_value(nb):
    nb.run("%%asset sales\n1", "sales")
    nb.run("%%asset total\nsales + 1", "total")
    ran = nb.edit("sales", "%%asset sales key_prefix=shop\ntotal + 1")
    assert not ran.ok
    assert set(nb.assets) == {"sales", "total"}
    assert nb.assets["sales"].value == nb.here("sales") == 1
    assert [nb.assets[key].status for key in ("sales", "total")] == ["fresh", "fresh"]
