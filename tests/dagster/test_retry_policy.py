"""Trying again: `RetryPolicy`, `RetryRequested` and `Failure`."""

import time

import pytest
from runs import materialized, metadata_of, verdicts

from asset_magic import (
    AssetCheckResult,
    AssetOut,
    Backoff,
    Failure,
    Jitter,
    Output,
    RetryPolicy,
    RetryRequested,
    asset,
    asset_check,
    materialize,
    multi_asset,
)


def failing(times, tries, **options):
    """An asset that fails so many times and then gives the number of its tries."""

    @asset(**options)
    def flaky(context):
        tries.append(context.retry_number)
        if len(tries) <= times:
            raise LookupError("not yet")
        return len(tries)

    return flaky


def test_no_policy_no_retry():
    tries = []
    assert not materialize([failing(1, tries)], raise_on_error=False).success
    assert tries == [0]


def test_a_policy_tries_again_until_it_works():
    tries = []
    result = materialize([failing(2, tries, retry_policy=RetryPolicy(max_retries=3))])
    assert result.output_for_node("flaky") == 3
    assert tries == [0, 1, 2]


def test_a_policy_gives_up_after_max_retries():
    tries = []
    result = materialize([failing(9, tries, retry_policy=RetryPolicy(max_retries=2))], raise_on_error=False)
    assert not result.success
    assert tries == [0, 1, 2]


def test_a_retry_that_works_is_one_materialization():
    result = materialize([failing(1, [], retry_policy=RetryPolicy())])
    assert materialized(result) == ["flaky"]


def test_what_is_downstream_runs_once_after_the_retries():
    ran = []

    @asset
    def below(flaky):
        ran.append(flaky)

    assert materialize([failing(1, [], retry_policy=RetryPolicy(max_retries=1)), below]).success
    assert ran == [2]


def test_giving_up_raises():
    with pytest.raises(Exception, match="not yet|max_retries"):  # noqa: RUF043
        materialize([failing(9, [], retry_policy=RetryPolicy(max_retries=1))])


def test_the_policy_of_a_multi_asset():
    tries = []

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()}, retry_policy=RetryPolicy(max_retries=1))
    def split(context):
        tries.append(context.retry_number)
        if len(tries) == 1:
            raise LookupError
        return 1, 2

    assert materialize([split]).asset_value("high") == 2
    assert tries == [0, 1]


def test_the_policy_of_a_check():
    tries = []

    @asset
    def orders():
        return [1]

    @asset_check(asset=orders, retry_policy=RetryPolicy(max_retries=1))
    def not_empty(context, orders):
        tries.append(context.retry_number)
        if len(tries) == 1:
            raise LookupError
        return AssetCheckResult(passed=True)

    assert verdicts(materialize([orders, not_empty])) == {"orders:not_empty": True}
    assert tries == [0, 1]


def test_an_async_asset_is_tried_again():
    tries = []

    @asset(retry_policy=RetryPolicy(max_retries=1))
    async def flaky():
        tries.append(1)
        if len(tries) == 1:
            raise LookupError
        return 5

    assert materialize([flaky]).output_for_node("flaky") == 5


def test_a_generator_is_tried_again_from_its_beginning():
    tries = []

    @asset(retry_policy=RetryPolicy(max_retries=1))
    def flaky():
        tries.append(1)
        yield Output(len(tries))
        if len(tries) == 1:
            raise LookupError

    assert materialize([flaky]).output_for_node("flaky") == 2


def test_what_a_failed_try_said_is_forgotten():
    @asset(retry_policy=RetryPolicy(max_retries=1))
    def flaky(context):
        context.add_output_metadata({f"try {context.retry_number}": 1})
        if context.retry_number == 0:
            raise LookupError
        return 1

    found = metadata_of(materialize([flaky]), "flaky")
    assert "try 1" in found
    assert "try 0" not in found


def test_a_missing_output_is_no_reason_to_try_again():
    tries = []

    @asset(retry_policy=RetryPolicy(max_retries=3))
    def silent():
        tries.append(1)
        if False:
            yield Output(1)

    assert not materialize([silent], raise_on_error=False).success
    assert tries == [1]


def test_the_delay_is_waited():
    started = time.monotonic()
    assert materialize([failing(1, [], retry_policy=RetryPolicy(max_retries=1, delay=0.2))]).success
    assert time.monotonic() - started >= 0.2


def test_the_defaults_of_a_policy():
    policy = RetryPolicy()
    assert (policy.max_retries, policy.delay, policy.backoff, policy.jitter) == (1, None, None, None)


@pytest.mark.parametrize(
    ("backoff", "delays"),
    [(None, [2, 2, 2]), (Backoff.LINEAR, [2, 4, 6]), (Backoff.EXPONENTIAL, [2, 6, 14])],
)
def test_backoff(backoff, delays):
    policy = RetryPolicy(max_retries=3, delay=2, backoff=backoff)
    assert [policy.calculate_delay(attempt) for attempt in (1, 2, 3)] == delays


def test_full_jitter_is_between_nothing_and_the_delay():
    policy = RetryPolicy(delay=2, jitter=Jitter.FULL)
    delays = [policy.calculate_delay(1) for _ in range(200)]
    assert all(0 <= delay <= 2 for delay in delays)
    assert len(set(delays)) > 100


def test_plus_minus_jitter_is_around_the_delay():
    policy = RetryPolicy(delay=2, backoff=Backoff.LINEAR, jitter=Jitter.PLUS_MINUS)
    delays = [policy.calculate_delay(3) for _ in range(200)]
    assert all(4 <= delay <= 8 for delay in delays)
    assert min(delays) < 6 < max(delays)


def test_backoff_and_jitter_need_a_delay(refused):
    with refused("delay"):
        RetryPolicy(backoff=Backoff.LINEAR)
    with refused("delay"):
        RetryPolicy(jitter=Jitter.FULL)


# RetryRequested


def test_retry_requested_tries_again_without_a_policy():
    tries = []

    @asset
    def flaky(context):
        tries.append(context.retry_number)
        if len(tries) < 3:
            raise RetryRequested(max_retries=5)
        return 7

    assert materialize([flaky]).output_for_node("flaky") == 7
    assert tries == [0, 1, 2]


def test_retry_requested_gives_up_after_max_retries():
    tries = []

    @asset
    def flaky():
        tries.append(1)
        raise RetryRequested(max_retries=1)

    assert not materialize([flaky], raise_on_error=False).success
    assert tries == [1, 1]


def test_retry_requested_by_default_once():
    tries = []

    @asset
    def flaky():
        tries.append(1)
        raise RetryRequested

    assert not materialize([flaky], raise_on_error=False).success
    assert tries == [1, 1]


def test_retry_requested_waits():
    times = []

    @asset
    def flaky():
        times.append(time.monotonic())
        if len(times) == 1:
            raise RetryRequested(seconds_to_wait=0.2)

    assert materialize([flaky]).success
    assert times[1] - times[0] >= 0.2


def test_retry_requested_from_an_error():
    tries = []

    @asset
    def flaky():
        tries.append(1)
        try:
            raise LookupError("inner")
        except LookupError as error:
            if len(tries) == 1:
                raise RetryRequested from error
        return 4

    assert materialize([flaky]).output_for_node("flaky") == 4


# Failure


def test_failure_fails_with_its_description():
    @asset
    def orders():
        raise Failure("no rows", metadata={"rows": 0})

    with pytest.raises(Failure, match="no rows") as caught:
        materialize([orders])
    assert caught.value.description == "no rows"
    assert caught.value.metadata["rows"].value == 0


def test_failure_without_words():
    failure = Failure()
    assert (failure.description, dict(failure.metadata), failure.allow_retries) == (None, {}, True)


@pytest.mark.parametrize(("allow_retries", "expected"), [(True, 3), (False, 1)])
def test_failure_may_forbid_retries(allow_retries, expected):
    tries = []

    @asset(retry_policy=RetryPolicy(max_retries=2))
    def orders():
        tries.append(1)
        raise Failure("no rows", allow_retries=allow_retries)

    assert not materialize([orders], raise_on_error=False).success
    assert len(tries) == expected
