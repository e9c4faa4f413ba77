"""Section 2 and 4: asset checks, when they run, and what their verdict does."""

from __future__ import annotations

import pytest


def test_check_passes(nb):
    """`%%asset_check orders name=not_empty`: the verdict of the last expression."""
    nb.asset("orders", "[1]")
    assert nb.check("orders", "len(orders) > 0", name="not_empty").ok
    assert nb.checks("orders") == {"not_empty": True}


def test_check_written_as_in_the_readme(nb):
    """`%%asset_check orders blocking severity=error name=not_empty`."""
    nb.asset("orders", "[1]")
    assert nb.run("%%asset_check orders blocking severity=error name=not_empty\nlen(orders) > 0").ok
    assert nb.checks("orders") == {"not_empty": True}


@pytest.mark.parametrize(
    "body", ["import numpy as np\n(np.array([1, 2]) > 0).all()", "import pandas as pd\npd.Series([1]).gt(0).all()"]
)
def test_verdict_of_a_library_is_a_bool(nb, body):
    """A numpy boolean is a bool to users."""
    nb.asset("orders", "[1]")
    assert nb.check("orders", body).ok
    assert nb.checks("orders") == {"ok": True}


def test_check_may_return_a_result(nb):
    """A check may return an `AssetCheckResult`, with metadata."""
    nb.asset("orders", "[1]")
    nb.run("from asset_magic import AssetCheckResult", "import")
    nb.check("orders", "AssetCheckResult(passed=len(orders) > 5, metadata={'rows': len(orders)})")
    assert nb.checks("orders") == {"ok": False}


@pytest.mark.parametrize("body", ["len(orders)", "None", "'yes'", "x = True"])
def test_check_that_returns_something_else(nb, body):
    """A check that returns neither bool nor AssetCheckResult is an error."""
    nb.asset("orders", "[1]")
    ran = nb.check("orders", body)
    assert not ran.ok
    assert "ok" in ran.message
    assert nb.checks("orders").get("ok") is not True


def test_failed_check_that_is_not_blocking(nb):
    """A failed check that is not blocking is shown, and is no error of the cell; downstream runs."""
    nb.asset("orders", "[]")
    ran = nb.check("orders", "len(orders) > 0", name="not_empty")
    assert ran.ok
    assert "not_empty" in ran.text
    assert nb.checks("orders") == {"not_empty": False}
    assert nb.status("orders") == "fresh"
    assert nb.asset("n", "len(orders)").ok
    assert nb.value("n") == 0


def test_failed_check_of_severity_warn(nb):
    """`severity=warn` is shown."""
    nb.asset("orders", "[]")
    assert nb.check("orders", "len(orders) > 0", "severity=warn").ok
    assert nb.checks("orders") == {"ok": False}


def test_check_runs_after_its_asset(nb):
    """A check is evaluated after its asset."""
    nb.run("rows = [1]", "rows")
    nb.asset("orders", "list(rows)")
    nb.check("orders", "len(orders) > 0")
    nb.edit("rows", "rows = []")
    nb.materialize()
    assert nb.checks("orders") == {"ok": False}
    nb.edit("rows", "rows = [1, 2]")
    nb.rerun("orders")
    assert nb.checks("orders") == {"ok": True}
    assert nb.count("check orders ok") == 3


def test_check_is_not_run_again(nb):
    """Its provenance is the data version, its own code and its globals; it is not run again while they stay."""
    nb.run("k = 1", "k")
    nb.asset("orders", "[k // 10]")
    nb.check("orders", "len(orders) > 0")
    nb.rerun("orders.ok")
    nb.rerun("orders")
    nb.edit("k", "k = 2")
    nb.materialize()
    assert nb.count("orders") == 2
    assert nb.count("check orders ok") == 1


def test_check_whose_code_changed(nb):
    """Its provenance is ... its own code."""
    nb.asset("orders", "[1]")
    nb.check("orders", "len(orders) > 0")
    nb.check("orders", "len(orders) > 1")
    assert nb.checks("orders") == {"ok": False}
    assert nb.count("orders") == 1


def test_check_whose_global_changed(nb):
    """Its provenance is ... its globals."""
    nb.run("least = 1", "least")
    nb.asset("orders", "[1]")
    nb.check("orders", "len(orders) >= least")
    nb.edit("least", "least = 2")
    nb.materialize()
    assert nb.checks("orders") == {"ok": False}
    assert nb.count("orders") == 1


def test_check_that_raises(nb):
    """A check that raises has not passed, and is an error of the cell; the asset keeps its value."""
    nb.asset("orders", "[1]")
    ran = nb.check("orders", "1 / 0")
    assert not ran.ok
    assert "ZeroDivisionError" in ran.text
    assert nb.checks("orders").get("ok") is not True
    assert nb.value("orders") == [1]


def test_two_checks_of_one_asset(nb):
    """An asset may have several checks, known by their names."""
    nb.asset("orders", "[1]")
    nb.check("orders", "len(orders) > 0", name="not_empty")
    nb.check("orders", "len(orders) > 5", name="many")
    assert nb.checks("orders") == {"not_empty": True, "many": False}


def test_check_replaced_by_its_cell(nb):
    """A check cell that now has another name retires its old check."""
    nb.asset("orders", "[1]")
    nb.run("%%asset_check orders name=one\nTrue", "check")
    nb.run("%%asset_check orders name=two\nTrue", "check")
    assert nb.checks("orders") == {"two": True}


def test_names_of_a_check_stay_inside(nb):
    """A check's body has a namespace of its own and binds nothing."""
    nb.asset("orders", "[1]")
    nb.check("orders", "rows = len(orders)\nrows > 0")
    assert not nb.bound("rows")
    assert not nb.bound("ok")


def test_check_may_not_change_its_asset(nb):
    """An asset's value changed in place by a check: dependents never compute from the changed value."""
    nb.asset("orders", "[1]")
    nb.check("orders", "orders.append(2)\nTrue")
    nb.asset("n", "len(orders)")
    assert nb.value("n") == 1


def test_check_is_no_asset(nb):
    """A check is no node of the graph, and does not make its asset stale."""
    nb.asset("orders", "[1]")
    nb.asset("n", "len(orders)")
    nb.check("orders", "n > 0 and len(orders) > 0")
    assert nb.statuses() == {"orders": "fresh", "n": "fresh"}
    assert nb.edges() == {("orders", "n")}


# blocking


@pytest.fixture
def guarded(nb):
    """orders <- rows, guarded by a blocking check that it is not empty; n and twice downstream; all fresh."""
    nb.run("rows = [1]", "rows")
    nb.asset("orders", "list(rows)")
    nb.check("orders", "len(orders) > 0", "blocking", name="not_empty")
    nb.asset("n", "len(orders)")
    nb.asset("twice", "2 * n")
    nb.asset("apart", "len(rows)")
    return nb


def test_failed_blocking_check_keeps_the_new_value_and_skips_downstream(guarded):
    """A failed *blocking* check keeps the new value and skips what is downstream."""
    guarded.edit("rows", "rows = []")
    ran = guarded.materialize()
    assert not ran.ok
    assert "not_empty" in ran.text
    assert guarded.value("orders") == guarded.here("orders") == []
    assert guarded.checks("orders") == {"not_empty": False}
    assert guarded.statuses() == {"orders": "fresh", "n": "stale", "twice": "stale", "apart": "fresh"}
    assert (guarded.last_run("n"), guarded.last_run("twice")) == ("skipped", "skipped")
    assert (guarded.count("n"), guarded.value("n")) == (1, 1)


def test_failed_blocking_check_blocks_later_runs(guarded):
    """... in later runs too until it passes."""
    guarded.edit("rows", "rows = []")
    guarded.materialize()
    again = guarded.materialize()
    assert not again.ok
    assert guarded.count("n") == 1
    assert guarded.count("orders") == 2
    cell = guarded.rerun("n")
    assert not cell.ok
    assert "not_empty" in cell.text
    assert guarded.count("n") == 1


def test_blocking_check_passes_again(guarded):
    """... until it passes."""
    guarded.edit("rows", "rows = []")
    guarded.materialize()
    guarded.edit("rows", "rows = [1, 2]")
    assert guarded.materialize().ok
    assert guarded.value("twice") == 4
    assert set(guarded.statuses().values()) == {"fresh"}


def test_blocking_check_that_is_mended(guarded):
    """... until it passes, also because the check itself was changed."""
    guarded.edit("rows", "rows = []")
    guarded.materialize()
    guarded.check("orders", "True", "blocking", name="not_empty")
    assert guarded.materialize().ok
    assert guarded.value("n") == 0
    assert guarded.count("orders") == 2


def test_failed_blocking_check_is_an_error_of_the_asset_s_cell(guarded):
    """A failed blocking check is an error of the cell that asked for it."""
    guarded.edit("rows", "rows = []")
    ran = guarded.rerun("orders")
    assert not ran.ok
    assert "not_empty" in ran.text
    assert guarded.value("orders") == []
    assert guarded.status("orders") == "fresh"


def test_failed_blocking_check_is_an_error_of_the_check_s_cell(nb):
    """... also when the check's own cell asked for it."""
    nb.asset("orders", "[]")
    ran = nb.check("orders", "len(orders) > 0", "blocking")
    assert not ran.ok
    assert nb.value("orders") == []


def test_blocking_check_that_only_warns_does_not_block(nb):
    """A failure of severity WARN is shown, and blocks nothing, as in Dagster."""
    nb.asset("orders", "[]")
    assert nb.check("orders", "len(orders) > 0", "blocking severity=warn").ok
    assert nb.asset("n", "len(orders)").ok


def test_the_card_of_an_asset_is_the_same_when_the_notebook_is_run_again_in_one_kernel(nb):
    """A first run from top to bottom does not know the checks of later cells yet."""
    nb.run("from asset_magic import AssetCheckResult")
    first = nb.run("%%asset total\n3", "total").displays
    nb.run("%%asset_check total name=small\nAssetCheckResult(passed=total < 5, metadata={'limit': 5})")
    assert nb.rerun("total").displays == first
