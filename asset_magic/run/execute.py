"""Running a plan: one body at a time, in order, with failures kept to what is downstream of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, TypeVar

from asset_magic.model.definitions import AssetCheck, Computation
from asset_magic.model.errors import AssetMagicError, ValueUnusable
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation
from asset_magic.run.call import call
from asset_magic.run.capture import Outputs
from asset_magic.run.context import AssetCheckExecutionContext, AssetExecutionContext, RunInfo
from asset_magic.run.host import Finished, Host
from asset_magic.run.opened import watch_files
from asset_magic.run.outputs import Made, made_by, verdicts_given
from asset_magic.run.plan import Step
from asset_magic.run.report import Outcome, Progress, RunReport, one_line

T = TypeVar("T")


def drive(work: Coroutine[Any, Any, T], *, awaits: bool, alone: bool = False) -> T:
    """Run ``work`` to its end from code that is not asynchronous.

    Args:
        work: the run.
        awaits: whether a body in it waits for an event loop.
        alone: it shares nothing with a session, so it may wait in a thread of its own while the loop here is busy.

    Raises:
        AssetMagicError: it has to wait, an event loop is running already, and it is not alone.
    """
    if not awaits:
        try:
            work.send(None)
        except StopIteration as done:
            result: T = done.value
            return result
        work.close()
        raise AssetMagicError(
            "an asset gave something to await: write `await` in its body, or make it an async function"
        )
    import asyncio  # slow to import, and seldom needed

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    if alone:
        return _in_a_thread(work)
    work.close()
    raise AssetMagicError("an asset here uses await: run it with %materialize, or by its own cell")


def _in_a_thread(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    waiting = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        return waiting.result()
    finally:
        waiting.cancel()  # of use after an interrupt only
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def execute(
    host: Host,
    steps: list[Step],
    run: RunInfo,
    progress: Progress | None = None,
    checks: Iterable[AssetCheck] = (),
) -> RunReport:
    """Bring each step up to date, in order, and evaluate the checks of what was made.

    A failure keeps the last good value and skips what is downstream; the rest goes on. KeyboardInterrupt and the like
    stop the run at once; what is finished stays finished.

    Args:
        host: the session.
        steps: the plan.
        run: its id and tags.
        progress: told of each step before and after it.
        checks: checks to evaluate beside those of the steps.
    """
    report = RunReport(run)
    left = {key for step in steps for key in step.keys}
    waiting = await _evaluate_ready(host, list(checks), left, report)
    for number, step in enumerate(steps, 1):
        if progress is not None:
            progress(step.keys[0], None, number, len(steps))
        outcomes = await _bring_up(host, step, report)
        report.outcomes.update(outcomes)
        left.difference_update(step.keys)
        waiting += [check for key in step.keys if outcomes[key].ok for check in host.due_checks(key)]
        if waiting:
            waiting = await _evaluate_ready(host, waiting, left, report)
        if progress is not None:
            progress(step.keys[0], outcomes[step.keys[0]], number, len(steps))
    return report


async def _bring_up(host: Host, step: Step, report: RunReport) -> dict[AssetKey, Outcome]:
    skipped = _skipped_upstream(host, step, report.outcomes)
    if skipped is None and (reason := host.hindrance(step.definition, step.keys)):
        skipped = Outcome("skipped", reason)
    if skipped is not None:
        host.skipped(step.keys, skipped.reason, intended=skipped.intended)
        return dict.fromkeys(step.keys, skipped)
    if not step.force:
        if not any(host.needs_run(key) for key in step.keys):
            host.unchanged(step.keys)
            return dict.fromkeys(step.keys, Outcome("fresh"))
        if host.take_back(step.definition, step.keys):
            return dict.fromkeys(step.keys, Outcome("reused"))
    return await _run_code(host, step, report)


def _skipped_upstream(host: Host, step: Step, outcomes: Mapping[AssetKey, Outcome]) -> Outcome | None:
    for key in step.keys:
        for up in host.graph.upstream(key):
            outcome = outcomes.get(up)
            if outcome is not None and not outcome.ok:
                return Outcome("skipped", _because_of(up, outcome), intended=outcome.intended)
    return None


def _because_of(up: AssetKey, outcome: Outcome) -> str:
    if outcome.state == "skipped" and outcome.reason.startswith("upstream "):
        return outcome.reason
    return f"upstream {up} {'gave no value' if outcome.intended else f'{outcome.state} ({outcome.reason})'}"


async def _run_code(host: Host, step: Step, report: RunReport) -> dict[AssetKey, Outcome]:
    definition, keys = step.definition, step.keys
    code = definition.code
    if code is None:
        return dict.fromkeys(keys, Outcome("fresh"))
    context = AssetExecutionContext(report.run, definition, keys, host.load)
    host.started(keys)
    started = time.time()
    begin = time.perf_counter()
    try:
        with host.capture() as outputs, watch_files() as files:
            given = await call(host, code, context)
        made, verdicts = made_by(definition, given, keys)
        made = {key: _as_said(one, *context.said_of(key)) for key, one in made.items()}
        finished = Finished(made, time.perf_counter() - begin, outputs, files, started)
        host.record(definition, finished, report.run)
    except Exception as error:
        host.failed(keys, error)
        failed = Outcome("failed", one_line(error), error, time.perf_counter() - begin, retries=context.retry_number)
        return dict.fromkeys(keys, failed)
    except BaseException as stop:
        host.failed(keys, stop)
        raise
    checks = host.graph.checks
    report.evaluations += [host.record_check(checks[of][name], v, Outputs()) for (of, name), v in verdicts.items()]
    return _outcomes(host, keys, finished, context.retry_number)


def _outcomes(host: Host, keys: Iterable[AssetKey], finished: Finished, retries: int) -> dict[AssetKey, Outcome]:
    ran = Outcome("ran", duration=finished.duration, retries=retries)
    outcomes = {key: ran for key in keys if key in finished.made}
    withheld = tuple(key for key in keys if key not in finished.made)
    if withheld:
        none = Outcome("skipped", "its code gave no value", duration=finished.duration, intended=True)
        host.skipped(withheld, none.reason, intended=True)
        outcomes |= dict.fromkeys(withheld, none)
    return outcomes


def _as_said(made: Made, metadata: Mapping[str, Any], data_version: Any) -> Made:
    """What was made, with what the code told its context: its facts count before the result's, its version after."""
    if not metadata and data_version is None:
        return made
    return Made(made.value, made.data_version or data_version, {**made.metadata, **metadata}, made.tags)


async def _evaluate_ready(
    host: Host, checks: list[AssetCheck], left: set[AssetKey], report: RunReport
) -> list[AssetCheck]:
    """Evaluate the checks that wait for no step of ``left``, and return the others."""
    waiting: list[AssetCheck] = []
    ready: dict[Computation, AssetCheck] = {}
    for check in checks:
        if check.code is None or not left.isdisjoint(host.check_inputs(check)):
            waiting.append(check)
        else:
            ready.setdefault(check.code, check)
    for code, check in ready.items():
        report.evaluations += await _evaluate(host, code, check, report.run)
    return waiting


async def _evaluate(host: Host, code: Computation, check: AssetCheck, run: RunInfo) -> list[AssetCheckEvaluation]:
    """Evaluate all checks of one piece of code; an error in it is a verdict too: not passed."""
    outputs = Outputs()
    specs = check.together
    try:
        if lacking := host.check_lacks(check):
            raise ValueUnusable(lacking)
        with host.capture() as outputs:
            given = await call(host, code, AssetCheckExecutionContext(run, specs))
        verdicts: Mapping[Any, Any] = verdicts_given(specs, given, optional=check.optional)
    except Exception as error:
        verdicts = {spec.key: error for spec in specs}
    known = host.graph.checks
    mine = [
        found
        for spec in specs
        if (found := known.get(spec.asset_key, {}).get(spec.name)) and found.code is code
        if host.has_value(spec.asset_key)
    ]
    for one in mine:
        if one.spec.key not in verdicts:
            host.abstain_check(one)
    return [host.record_check(one, verdicts[one.spec.key], outputs) for one in mine if one.spec.key in verdicts]
