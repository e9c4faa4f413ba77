"""What a failed check does: WARN and ERROR, blocking and not."""

import pytest
from runs import materialized, verdicts

from asset_magic import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetOut,
    MaterializeResult,
    Output,
    asset,
    asset_check,
    materialize,
    multi_asset,
    multi_asset_check,
)


@asset
def orders():
    return [1, 2]


@asset
def below(orders):
    return len(orders)


@asset
def further(below):
    return below + 1


@asset
def beside():
    return 1


def judged(*, blocking, **result):
    @asset_check(asset=orders, blocking=blocking)
    def judge(orders):
        return AssetCheckResult(**result)

    return judge


def test_the_severities():
    assert [severity.value for severity in AssetCheckSeverity] == ["WARN", "ERROR"]
    assert AssetCheckSeverity("WARN") is AssetCheckSeverity.WARN


def test_a_failed_check_that_does_not_block_lets_the_run_succeed():
    result = materialize([orders, below, judged(blocking=False, passed=False)])
    assert result.success
    assert materialized(result) == ["orders", "below"]
    assert verdicts(result) == {"orders:judge": False}


def test_a_blocking_check_that_passes_lets_everything_run():
    result = materialize([orders, below, judged(blocking=True, passed=True)])
    assert materialized(result) == ["orders", "below"]


def test_a_failed_blocking_check_stops_what_is_downstream():
    result = materialize([orders, below, further, beside, judged(blocking=True, passed=False)], raise_on_error=False)
    assert not result.success
    assert sorted(materialized(result)) == ["beside", "orders"]
    assert verdicts(result) == {"orders:judge": False}


def test_a_failed_blocking_check_keeps_the_value():
    result = materialize([orders, below, judged(blocking=True, passed=False)], raise_on_error=False)
    assert result.asset_value("orders") == [1, 2]


def test_a_failed_blocking_check_raises(unavailable):
    with unavailable("judge"):
        materialize([orders, below, judged(blocking=True, passed=False)])


def test_a_failed_blocking_check_stops_a_mere_dep():
    @asset(deps=[orders])
    def after():
        raise AssertionError("must not run")

    result = materialize([orders, after, judged(blocking=True, passed=False)], raise_on_error=False)
    assert materialized(result) == ["orders"]


def test_a_blocking_check_that_fails_as_a_warning_stops_nothing():
    judge = judged(blocking=True, passed=False, severity=AssetCheckSeverity.WARN)
    result = materialize([orders, below, judge])
    assert result.success
    assert materialized(result) == ["orders", "below"]
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.severity) == (False, AssetCheckSeverity.WARN)
    assert evaluation.blocking is True


def test_a_check_runs_before_what_it_may_block():
    ran = []

    @asset
    def a_below(orders):
        ran.append("below")

    @asset_check(asset=orders, blocking=True)
    def z_judge(orders):
        ran.append("check")
        return AssetCheckResult(passed=True)

    materialize([a_below, z_judge, orders])
    assert ran == ["check", "below"]


def test_a_check_that_raises_fails_the_run_but_stops_nothing():
    @asset_check(asset=orders)
    def judge(orders):
        raise LookupError("no such column")

    result = materialize([orders, below, judge], raise_on_error=False)
    assert not result.success
    assert materialized(result) == ["orders", "below"]
    assert not any(verdicts(result).values())


def test_a_blocking_check_that_raises_stops_what_is_downstream():
    @asset_check(asset=orders, blocking=True)
    def judge(orders):
        raise LookupError("no such column")

    result = materialize([orders, below, judge], raise_on_error=False)
    assert not result.success
    assert materialized(result) == ["orders"]


def test_one_of_two_blocking_checks_is_enough():
    @asset_check(asset=orders, blocking=True)
    def fine(orders):
        return AssetCheckResult(passed=True)

    result = materialize([orders, below, fine, judged(blocking=True, passed=False)], raise_on_error=False)
    assert materialized(result) == ["orders"]
    assert verdicts(result) == {"orders:fine": True, "orders:judge": False}


@pytest.mark.parametrize("first", ["output", "check"])
def test_a_blocking_check_spec_stops_what_is_downstream(first):
    @asset(check_specs=[AssetCheckSpec("judge", asset="sales", blocking=True)])
    def sales():
        given = [Output([1]), AssetCheckResult(passed=False)]
        yield from given if first == "output" else reversed(given)

    @asset
    def under(sales):
        raise AssertionError("must not run")

    result = materialize([sales, under], raise_on_error=False)
    assert not result.success
    assert materialized(result) == ["sales"]
    assert result.asset_value("sales") == [1]
    assert verdicts(result) == {"sales:judge": False}


def test_a_blocking_check_spec_that_warns_stops_nothing():
    @asset(check_specs=[AssetCheckSpec("judge", asset="sales", blocking=True)])
    def sales():
        return MaterializeResult(
            value=[1], check_results=[AssetCheckResult(passed=False, severity=AssetCheckSeverity.WARN)]
        )

    @asset
    def under(sales):
        return len(sales)

    result = materialize([sales, under])
    assert result.asset_value("under") == 1


def test_a_check_spec_that_does_not_block_stops_nothing():
    @asset(check_specs=[AssetCheckSpec("judge", asset="sales")])
    def sales():
        return MaterializeResult(value=[1], check_results=[AssetCheckResult(passed=False)])

    @asset
    def under(sales):
        return len(sales)

    assert materialize([sales, under]).asset_value("under") == 1


def test_a_blocking_check_spec_of_a_multi_asset():
    @multi_asset(
        outs={"low": AssetOut(), "high": AssetOut()},
        check_specs=[AssetCheckSpec("judge", asset="low", blocking=True)],
    )
    def split():
        yield Output(1, "low")
        yield Output(2, "high")
        yield AssetCheckResult(passed=False)

    @asset
    def under_low(low):
        raise AssertionError("must not run")

    result = materialize([split, under_low], raise_on_error=False)
    assert not result.success
    assert materialized(result) == ["low", "high"]


def test_a_blocking_check_among_several_at_once():
    @multi_asset_check(
        specs=[AssetCheckSpec("judge", asset="orders", blocking=True), AssetCheckSpec("fine", asset="beside")]
    )
    def look():
        yield AssetCheckResult(passed=False, check_name="judge", asset_key="orders")
        yield AssetCheckResult(passed=True, check_name="fine", asset_key="beside")

    result = materialize([orders, below, beside, look], raise_on_error=False)
    assert not result.success
    assert sorted(materialized(result)) == ["beside", "orders"]
    assert verdicts(result) == {"orders:judge": False, "beside:fine": True}


def test_a_warning_is_a_verdict_of_the_result_and_not_of_the_check():
    result = materialize([orders, judged(blocking=False, passed=True, severity=AssetCheckSeverity.WARN)])
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.severity) == (True, AssetCheckSeverity.WARN)
