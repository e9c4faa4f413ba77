"""Calling code with the values that it reads, and again where a retry policy says so."""

from __future__ import annotations

import inspect
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from asset_magic.model.definitions import Computation
from asset_magic.model.errors import ValueUnusable
from asset_magic.run.context import AssetCheckExecutionContext, AssetExecutionContext, as_current
from asset_magic.run.host import Host
from asset_magic.run.interrupt import interruptible
from asset_magic.run.report import one_line

if TYPE_CHECKING:
    from asset_magic.model.retries import RetryPolicy

Context = AssetExecutionContext | AssetCheckExecutionContext


async def call(host: Host, code: Computation, context: Context) -> Any:
    """What ``code`` gives.

    Raises:
        Exception: what the code raised, when it was tried as often as it may.
    """
    while True:
        try:
            return await _once(host, code, context)
        except Exception as error:
            from asset_magic.model.retries import RetryRequested  # not needed before something fails

            delay, most = _retry(code.retry_policy, error, context.retry_number + 1)
            if context.retry_number >= most:
                raise
            context.retry_number += 1
            context.forget()
            cause = error.__cause__ if isinstance(error, RetryRequested) and error.__cause__ else error
            when = f" in {delay:g} s" if delay and not _by_chance(code.retry_policy) else ""
            context.log.warning("%s: retry %s of %s%s", one_line(cause), context.retry_number, most, when)
        await _pause(delay, code)


async def _once(host: Host, code: Computation, context: Context) -> Any:
    with host.scope(code) as values, as_current(context):
        try:
            with nullcontext() if code.awaits else interruptible():
                given = code.call(values, context)
            if code.awaits or inspect.isawaitable(given):
                given = await given
        except StopIteration as error:  # a coroutine may not raise it
            raise ValueUnusable("the code raised StopIteration: next() met the end of an iterator") from error
    return given


def _retry(policy: RetryPolicy | None, error: Exception, attempt: int) -> tuple[float, int]:
    """Seconds to wait before the next try, and how many tries there are after the first."""
    from asset_magic.model.retries import Failure, RetryRequested

    if isinstance(error, RetryRequested):
        return error.seconds_to_wait or 0.0, error.max_retries
    if policy is None or (isinstance(error, Failure) and not error.allow_retries):
        return 0.0, 0
    return policy.calculate_delay(attempt), policy.max_retries


def _by_chance(policy: RetryPolicy | None) -> bool:
    """Whether each run waits another time, so that saying it would make two runs of a notebook differ."""
    return policy is not None and policy.jitter is not None


async def _pause(delay: float, code: Computation) -> None:
    if not delay:
        return
    if code.awaits:
        import asyncio  # slow to import, and loaded already where code awaits

        await asyncio.sleep(delay)
    else:
        with interruptible():
            time.sleep(delay)
