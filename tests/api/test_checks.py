"""Asset checks of functions."""

from __future__ import annotations

import pytest
from sample_assets import broken, numbers

from asset_magic import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetKey,
    AssetMagicError,
    asset,
    asset_check,
    materialize,
)


def checked(passed, **options):
    """An asset, something below it, and a check."""

    @asset
    def rows():
        return [1]

    @asset
    def below(rows):
        return len(rows)

    @asset_check(asset=rows, **options)
    def good(rows):
        return passed(rows) if callable(passed) else passed

    return [rows, below, good]


def test_check_result_and_metadata():
    """A check gives an ``AssetCheckResult`` with metadata."""
    result = materialize(checked(lambda rows: AssetCheckResult(passed=True, metadata={"rows": len(rows)})))
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.asset_key, evaluation.check_name, evaluation.passed) == (AssetKey("rows"), "good", True)
    assert evaluation.metadata["rows"] == 1


def test_check_that_gives_a_bool():
    """A bare bool is a verdict."""
    (evaluation,) = materialize(checked(False)).get_asset_check_evaluations()
    assert evaluation.passed is False


def test_check_that_gives_neither_a_bool_nor_a_result():
    """Anything else is an error that says what a check gives."""
    with pytest.raises(AssetMagicError, match="gave a str: a check gives a bool or an AssetCheckResult"):
        materialize(checked("yes"))


def test_failed_check_does_not_block():
    """A failed check is reported; what is downstream runs, and the run is a success."""
    result = materialize(checked(False))
    assert result.success
    assert result.asset_value("below") == 1


def test_blocking_check_that_fails():
    """A failed blocking check keeps the value, skips what is downstream, and the run is no success."""
    result = materialize(checked(False, blocking=True), raise_on_error=False)
    assert result.success is False
    assert result.asset_value("rows") == [1]
    assert result.asset_materializations_for_node("below") == []
    assert [e.passed for e in result.get_asset_check_evaluations()] == [False]


def test_blocking_check_that_fails_raises():
    """As in Dagster, a failed blocking check is raised, and the message names it."""
    with pytest.raises(AssetMagicError, match="good"):
        materialize(checked(False, blocking=True))


def test_blocking_check_that_passes():
    """A blocking check that passes lets everything run."""
    assert materialize(checked(True, blocking=True)).asset_value("below") == 1


def test_blocking_check_that_warns():
    """A failure of severity WARN does not block."""
    warning = AssetCheckResult(passed=False, severity=AssetCheckSeverity.WARN)
    result = materialize(checked(warning, blocking=True))
    assert result.asset_value("below") == 1
    assert result.get_asset_check_evaluations()[0].severity is AssetCheckSeverity.WARN


@pytest.mark.parametrize("given", [None, 1, "yes"], ids=repr)
def test_check_that_gives_something_else(given):
    """A check that gives neither a bool nor a result has not passed, and the evaluation says why."""
    (evaluation,) = materialize(checked(given), raise_on_error=False).get_asset_check_evaluations()
    assert evaluation.passed is False
    assert "AssetCheckResult" in evaluation.error


def test_check_by_key_and_with_a_name():
    """A check names its asset by key, and may have a name of its own."""

    @asset_check(asset="numbers", name="three", description="There are three.")
    def function(numbers):
        return len(numbers) == 3

    (evaluation,) = materialize([numbers, function]).get_asset_check_evaluations()
    assert (evaluation.check_name, evaluation.description) == ("three", "There are three.")


def test_check_without_parameters():
    """A check need not take the value."""

    @asset_check(asset=numbers)
    def always():
        return True

    assert materialize([numbers, always]).get_asset_check_evaluations()[0].passed


def test_check_of_an_asset_that_failed():
    """A check of an asset that was not made is not evaluated."""

    @asset_check(asset=broken)
    def never(broken):
        return True

    result = materialize([numbers, broken, never], raise_on_error=False)
    assert result.get_asset_check_evaluations() == []


def test_check_of_an_asset_that_is_not_given():
    """A check whose asset is not among the definitions is a short error that names it."""

    @asset_check(asset="nosuch")
    def check():
        return True

    with pytest.raises(AssetMagicError, match="nosuch"):
        materialize([numbers, check])


def test_selection_does_not_evaluate_other_checks():
    """The checks of what was not selected are not evaluated."""
    rows, below, good = checked(True)
    assert materialize([rows, below, good], selection="rows").get_asset_check_evaluations()
    assert not materialize([numbers, rows, below, good], selection="numbers").get_asset_check_evaluations()
