"""Running a plan: one body at a time, in order, with failures kept to what is downstream of them."""

from __future__ import annotations

import inspect
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from asset_magic.model.definitions import AssetCheckDefinition, AssetsDefinition, Computation
from asset_magic.model.errors import AssetMagicError, ValueUnusable
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation
from asset_magic.model.results import AssetCheckResult
from asset_magic.run.capture import Outputs
from asset_magic.run.context import AssetExecutionContext, RunInfo
from asset_magic.run.host import Finished, Host
from asset_magic.run.interrupt import interruptible
from asset_magic.run.opened import watch_files
from asset_magic.run.outputs import Made, made_by
from asset_magic.run.plan import Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run left one asset.

    Attributes:
        state: ``"ran"``, ``"reused"`` (a kept value fits), ``"fresh"`` (nothing to do), ``"failed"`` or ``"skipped"``.
        reason: why it was skipped, or the failure in one line.
        error: the failure.
        duration: of the body, in seconds.
    """

    state: str
    reason: str = ""
    error: BaseException | None = None
    duration: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the asset has the value that was asked for."""
        return self.state in ("ran", "reused", "fresh")


@dataclass(slots=True)
class RunReport:
    """What a run did, in order."""

    run: RunInfo
    outcomes: dict[AssetKey, Outcome] = field(default_factory=dict)
    evaluations: list[AssetCheckEvaluation] = field(default_factory=list)

    @property
    def blocking_failures(self) -> list[AssetCheckEvaluation]:
        """The blocking checks that did not pass."""
        return [evaluation for evaluation in self.evaluations if evaluation.blocks]

    @property
    def success(self) -> bool:
        """Whether nothing failed or was skipped."""
        return all(outcome.ok for outcome in self.outcomes.values()) and not self.blocking_failures


Progress = Callable[[AssetKey, "Outcome | None", int, int], None]


def new_run(tags: Mapping[str, str] | None = None) -> RunInfo:
    """A run with an id of its own."""
    return RunInfo(secrets.token_hex(16), dict(tags or {}))


def one_line(error: BaseException) -> str:
    r"""An error as one line: its type and the first line of its message.

    >>> one_line(ValueError("no rows\nat all"))
    'ValueError: no rows'
    """
    message = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def drive(work: Coroutine[Any, Any, T], *, awaits: bool) -> T:
    """Run ``work`` to its end from code that is not asynchronous.

    Args:
        work: the run.
        awaits: whether a body in it waits for an event loop.

    Raises:
        AssetMagicError: it has to wait, and an event loop is running already.
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
    work.close()
    raise AssetMagicError("an asset here uses await: run it with %materialize, or by its own cell")


async def execute(host: Host, steps: list[Step], run: RunInfo, progress: Progress | None = None) -> RunReport:
    """Bring each step up to date, in order.

    A failure keeps the last good value and skips what is downstream; the rest goes on. KeyboardInterrupt and the like
    stop the run at once; what is finished stays finished.
    """
    report = RunReport(run)
    for number, step in enumerate(steps, 1):
        if progress is not None:
            progress(step.keys[0], None, number, len(steps))
        outcome = await _bring_up(host, step, report)
        for key in step.keys:
            report.outcomes[key] = outcome
        if outcome.ok:
            for key in step.keys:
                report.evaluations += await evaluate_checks(host, host.due_checks(key))
        if progress is not None:
            progress(step.keys[0], outcome, number, len(steps))
    return report


async def _bring_up(host: Host, step: Step, report: RunReport) -> Outcome:
    reason = _failed_upstream(host, step, report.outcomes) or host.hindrance(step.definition)
    if reason:
        host.skipped(step.keys, reason)
        return Outcome("skipped", reason)
    if not step.force:
        if not any(host.needs_run(key) for key in step.keys):
            host.unchanged(step.keys)
            return Outcome("fresh")
        if host.take_back(step.definition):
            return Outcome("reused")
    return await _run_body(host, step.definition, step.keys, report)


def _failed_upstream(host: Host, step: Step, outcomes: Mapping[AssetKey, Outcome]) -> str:
    for key in step.keys:
        for up in host.graph.upstream(key):
            outcome = outcomes.get(up)
            if outcome is not None and not outcome.ok:
                root = outcome.state == "skipped" and outcome.reason.startswith("upstream ")
                return outcome.reason if root else f"upstream {up} {outcome.state} ({outcome.reason})"
    return ""


async def _run_body(host: Host, definition: AssetsDefinition, keys: tuple[AssetKey, ...], report: RunReport) -> Outcome:
    code = definition.code
    if code is None:
        return Outcome("fresh")
    context = AssetExecutionContext(definition.keys, report.run)
    host.started(keys)
    started = time.time()
    begin = time.perf_counter()
    try:
        with host.capture() as outputs, watch_files() as files:
            given = await _call(host, code, context)
        made, results = made_by(definition, given)
        finished = Finished(_with_metadata(made, context), time.perf_counter() - begin, outputs, files, started)
        host.record(definition, finished, report.run)
        report.evaluations += _stated_results(host, definition, results)
    except Exception as error:
        host.failed(keys, error)
        return Outcome("failed", one_line(error), error, time.perf_counter() - begin)
    except BaseException as stop:
        host.failed(keys, stop)
        raise
    return Outcome("ran", duration=finished.duration)


async def _call(host: Host, code: Computation, context: AssetExecutionContext) -> Any:
    with host.scope(code) as values:
        try:
            with nullcontext() if code.awaits else interruptible():
                given = code.call(values, context)
            if code.awaits or inspect.isawaitable(given):
                given = await given
        except StopIteration as error:  # a coroutine may not raise it
            raise ValueUnusable("the code raised StopIteration: next() met the end of an iterator") from error
    return given


def _with_metadata(made: dict[AssetKey, Made], context: AssetExecutionContext) -> dict[AssetKey, Made]:
    if not context.metadata:
        return made
    return {
        key: Made(m.value, m.data_version, {**m.metadata, **context.metadata.get(key.name, {})}, m.tags)
        for key, m in made.items()
    }


def _stated_results(
    host: Host, definition: AssetsDefinition, results: Iterable[AssetCheckResult]
) -> list[AssetCheckEvaluation]:
    """Record the verdicts that an asset's own code reached, for checks that are declared."""
    evaluations = []
    for result in results:
        asset = AssetKey(result.asset_key) if result.asset_key else definition.keys[0]
        check = host.graph.checks.get(asset, {}).get(result.check_name or "")
        if check is None:
            raise ValueUnusable(f"{result.check_name or 'a result without check_name'} is no check of {asset}")
        evaluations.append(host.record_check(check, result, Outputs()))
    return evaluations


async def evaluate_checks(host: Host, checks: Iterable[AssetCheckDefinition]) -> list[AssetCheckEvaluation]:
    """Evaluate each check; an error in its code is a verdict too: not passed."""
    evaluations = []
    for check in checks:
        context = AssetExecutionContext((check.spec.asset,), new_run())
        result: AssetCheckResult | Exception
        outputs = Outputs()
        try:
            with host.capture() as outputs:
                result = _verdict(check, await _call(host, check.code, context))
        except Exception as error:
            result = error
        evaluations.append(host.record_check(check, result, outputs))
    return evaluations


def _verdict(check: AssetCheckDefinition, given: Any) -> AssetCheckResult:
    if isinstance(given, AssetCheckResult):
        return given
    if isinstance(given, bool) or type(given).__name__ in ("bool_", "bool"):  # numpy's own booleans
        return AssetCheckResult(passed=bool(given))
    raise ValueUnusable(
        f"the check {check.spec.name} gave a {type(given).__name__}: its last expression must be True, False or an "
        "AssetCheckResult"
    )
