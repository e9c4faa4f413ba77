"""What cells and runs put on the page. Nothing here depends on what had to run and what was reused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from asset_magic.model.definitions import AssetCheck
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetStatus
from asset_magic.notebook.shell import Shell
from asset_magic.page.card import card, check_card, print_of
from asset_magic.page.text import plural, steady
from asset_magic.run.plan import Step
from asset_magic.run.report import RunReport
from asset_magic.session import inspect
from asset_magic.session.inspect import failed_view, result_view
from asset_magic.session.runner import Runner

_FAILURES = 5  # that a history tells, the newest
_ERROR = {"error": ""}  # what a card says to stand below it
_PLAIN = (int, float, bool, str, complex, bytes)
_PLAIN_TEXT = "text/plain"
_WIDGET = "application/vnd.jupyter.widget-view+json"  # stored, it has a random id and shows nothing without its kernel


def show_asset(shell: Shell, runner: Runner, key: AssetKey) -> str:
    """The card of an asset, then its value as the value shows itself.

    Returns:
        The print of what is shown.
    """
    current = runner.session.values.get(key)
    value = current.value if current is not None and current.up else None
    preview, rich, metadata = preview_of(shell, value)
    shown = card(result_view(runner, key), preview, below=rich)
    shell.display(shown)
    if rich:
        shell.display(rich, metadata)
    return print_of(shown)


def show_failed(shell: Shell, runner: Runner, key: AssetKey) -> str:
    """The card of an asset that has no new value; the error comes below it.

    Returns:
        The print of what is shown.
    """
    shown = card(failed_view(runner, key), below=_ERROR)
    shell.display(shown)
    return print_of(shown)


def show_outputs_again(shell: Shell, runner: Runner, key: AssetKey) -> None:
    """What the body of an asset printed and displayed when it ran."""
    current = runner.session.values.get(key)
    if current is not None:
        shell.replay(current.record.outputs)


def show_run(shell: Shell, runner: Runner, keys: tuple[AssetKey, ...], done: RunReport) -> None:
    """How the assets that a run was asked for stand after it; what went wrong in it is told by its error."""
    runnable = [key for key in keys if not runner.graph.is_external(key)]
    with runner.session.at_one_moment():
        fresh = sum(runner.session.status(key) is AssetStatus.FRESH for key in runnable)
        lines = [f"{plural(fresh, 'asset')} up to date"] if fresh or done.success else []
        lines += still_stale(runner, runnable, done)
    if lines:
        shell.display({"text/plain": "\n".join(lines)})


def still_stale(runner: Runner, keys: Iterable[AssetKey], done: RunReport) -> list[str]:
    """What a run has left stale without a failure, and why, a line each."""
    session = runner.session
    lines = []
    with session.at_one_moment():
        for key in keys:
            status, outcome = session.status(key), done.outcomes.get(key)
            told = outcome is not None and not outcome.ok and not outcome.intended
            if status is not AssetStatus.FRESH and not told and not runner.graph.is_external(key):
                reasons = session.problems(key) or [cause.reason for cause in session.causes(key)]
                lines.append(f"{key} is still {status}: {'; '.join(reasons)}")
    return lines


def show_accepted(shell: Shell, runner: Runner, keys: Iterable[AssetKey], accepted: Collection[AssetKey]) -> None:
    """Which values now count as made by the present code and data, and what is stale all the same."""
    lines = [f"{plural(len(accepted), 'asset')} accepted by hand{': ' if accepted else ''}{', '.join(accepted)}"]
    with runner.session.at_one_moment():
        for key in keys:
            if runner.session.status(key) is not AssetStatus.FRESH:
                lines.append(f"{key} is still stale: {'; '.join(c.reason for c in runner.session.causes(key))}")
    shell.display({"text/plain": "\n".join(lines)})


def show_plan(shell: Shell, runner: Runner, steps: list[Step]) -> None:
    """What a run would do, and why."""
    from asset_magic.page.table import plan_table  # not needed before somebody asks

    rows = []
    for step in steps:
        for key in step.keys:
            causes = runner.session.causes(key)
            why = "forced" if step.force and not causes else causes[0].reason if causes else ""
            took = runner.took(key)
            last = f"{took:.2f} s" if took is not None else ""
            rows.append((str(key), "run", why, last))
    shell.display(plan_table(rows))


def preview_of(shell: Shell, value: Any) -> tuple[dict[str, str] | None, dict[str, Any], dict[str, Any]]:
    """Text that goes into the card, or else a bundle that is shown beneath it."""
    if value is None or isinstance(value, Path):
        return None, {}, {}
    if type(value) in _PLAIN:
        return {"text/plain": repr(value)}, {}, {}
    data, metadata = shell.format(value)
    data.pop(_WIDGET, None)
    if _PLAIN_TEXT in data:
        data[_PLAIN_TEXT] = steady(data[_PLAIN_TEXT])
    if data.keys() - {_PLAIN_TEXT}:
        return None, data, metadata
    return data or None, {}, {}


def show_history(shell: Shell, runner: Runner, key: AssetKey) -> None:
    """Where it was defined and when the kept materializations were made, newest first.

    This is the one place that shows times, and numbers of cells, which nbval does not count.
    """
    from asset_magic.page.history import failures_text, history_text  # not needed before somebody asks

    code = runner.graph.code(key)
    lines = [f"defined in {code.cell}"] if code is not None and code.cell else []
    runs = inspect.history(runner, key)
    lines.append(history_text(runs) if runs else f"{key} has not been materialized")
    lines += failures_text(runner.session.store.failures(key, _FAILURES))
    shell.display({"text/plain": "\n".join(lines)})


def show_check(shell: Shell, runner: Runner, check: AssetCheck, *, failed: bool = False) -> None:
    """The verdict of one check; ``failed`` if an error comes below it."""
    shell.display(check_card(inspect.check_view(runner, check), below=failed))
