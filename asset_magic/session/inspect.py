"""From the live session to the frozen views that are drawn."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from asset_magic.model.definitions import AssetCheck
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetStatus, Materialization
from asset_magic.run.report import one_line
from asset_magic.session.accepting import ACCEPTED
from asset_magic.session.runner import Runner
from asset_magic.session.views import AssetView, CheckView, LineageView, RunView

if TYPE_CHECKING:
    from asset_magic.graph.asset_selection import CoercibleToAssetSelection
    from asset_magic.session.explain import Causes

INTERRUPTED = "interrupted"
DEPTH = 6
"""Levels of causes that are told."""

_CODE = 8  # characters of a code version that tell one from another
_HINTS = 3  # files named, of those that are read and not declared


def selected(
    runner: Runner, selection: CoercibleToAssetSelection | None, *, allow_empty: bool = False
) -> tuple[AssetKey, ...]:
    """The assets that a selection stands for, in topological order; all of them for None.

    Raises:
        SelectionError: it cannot be read, or matches nothing and has to match something.
    """
    if selection is None:
        return tuple(runner.graph.keys)
    from asset_magic.graph.asset_selection import keys_of  # not needed before somebody selects

    session = runner.session

    def status(key: AssetKey) -> tuple[str, ...]:
        last = session.last_run.get(key)
        return (str(session.status(key)), *((last,) if last == "failed" else ()))

    with session.at_one_moment():
        return keys_of(selection, runner.graph, status, allow_empty=allow_empty)


def views(runner: Runner, keys: Iterable[AssetKey], *, explained: int = 0) -> list[AssetView]:
    """Assets as they stand; the first ``explained`` that are not fresh with what is behind their causes."""
    from asset_magic.session.explain import explainer  # not needed for the card of a cell

    causes = explainer(runner.session)
    found = []
    with runner.session.at_one_moment():
        for key in keys:
            found.append(view(runner, key, causes=causes, depth=DEPTH if explained > 0 else 0))
            explained -= found[-1].status != AssetStatus.FRESH
    return found


def view(
    runner: Runner, key: AssetKey, *, causes: Causes | None = None, depth: int = DEPTH, diffs: bool = False
) -> AssetView:
    """One asset as it stands; with ``diffs``, how its code and that of its helpers have changed."""
    from asset_magic.session.explain import cause_views

    session, graph = runner.session, runner.graph
    code = graph.code(key)
    error = session.errors.get(key, "")
    return replace(
        result_view(runner, key, live=True),
        status=str(session.status(key)),
        causes=cause_views(session, (causes or session.causes)(key), depth, diffs=diffs),
        flags=(*flags(runner, key), *(_unstored(runner, key) if diffs else ())),
        rebound=_rebound(runner, key),
        last_run=session.last_run.get(key),
        error=_said_of(error),
        upstream=graph.upstream(key),
        downstream=graph.downstream(key),
        globals=tuple(session.closure(code).globals),
        source=code.source if code is not None else "",
    )


def result_view(runner: Runner, key: AssetKey, *, live: bool = False) -> AssetView:
    """One asset as far as it stays true of its value, whatever changes later.

    Args:
        runner: the session's assets.
        key: the asset.
        live: with the checks that other cells define, and the names of what failed ones block, which a first run from
            top to bottom does not know yet.
    """
    definition, spec = runner.graph.definitions[key], runner.graph.spec(key)
    current = runner.session.values.get(key)
    if current is not None and not (current.up or definition.external):
        current = None  # a store knows the value, which this kernel was not asked for: a first run would not know it
    checks = [check for check in runner.graph.checks.get(key, {}).values() if live or check.code is None]
    return AssetView(
        key=key,
        kind="source" if definition.external else "asset",
        status="fresh",
        flags=tuple(flags(runner, key, status=False)),
        summary=current.record.summary if current is not None else "",
        group=spec.group_name,
        description=spec.description,
        tags=spec.tags,
        kinds=tuple(sorted(spec.kinds)),
        owners=spec.owners,
        metadata={**spec.metadata, **(current.record.metadata if current is not None else {})},
        checks=tuple([check_view(runner, check, live=live) for check in checks]) if checks else (),
        origin=runner.session.elsewhere.origin(key) if definition.external else "",
        code=definition.code_version(key)[:_CODE],
        accepted=current is not None and current.record.accepted,
    )


def failed_view(runner: Runner, key: AssetKey) -> AssetView:
    """One asset whose run has failed or was skipped: what its definition says. The error itself tells more."""
    stopped = _is_interrupt(runner.session.errors.get(key, ""))
    return replace(
        result_view(runner, key),
        flags=(),
        summary="",
        metadata=runner.graph.spec(key).metadata,
        checks=(),
        error=INTERRUPTED if stopped else runner.session.last_run.get(key) or "",
    )


def _unstored(runner: Runner, key: AssetKey) -> list[str]:
    """Why the value will not be there after a restart, where it should be."""
    current = runner.session.values.get(key)
    why = runner.session.store.unstored(current.record) if current is not None else ""
    return [f"its value is kept in memory only, and made again after a restart: {why}"] if why else []


def _said_of(error: BaseException | str) -> str:
    """A failure in one line; what the reader stopped has not failed."""
    if isinstance(error, BaseException):
        return INTERRUPTED if _is_interrupt(error) else one_line(error)
    return error


def _is_interrupt(error: BaseException | str) -> bool:
    return isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError"


def _rebound(runner: Runner, key: AssetKey) -> str:
    """What was done to the variable of ``key`` outside its cell, as a sentence, or ""."""
    session = runner.session
    current, change = session.values.get(key), session.values.rebound(key)
    if current is None or not change:
        return ""
    cell = session.variables.cell_of(current.variable or "")
    who = current.deleted_by if change == "deleted" else str(cell or "")
    where = f"by {who}" if who else "outside its cell"
    return f"the variable {current.variable} was {change} {where}; dependents read the recorded value"


def flags(runner: Runner, key: AssetKey, *, status: bool = True) -> list[str]:
    """What else the reader must know of ``key``, a sentence each; without ``status``, only what stays true."""
    session = runner.session
    current = session.values.get(key)
    found = []
    if key in session.withheld and not session.is_fresh(key):
        found.append(f"it has no {'new ' if current is not None else ''}value: {session.errors.get(key, '')}")
    if current is not None:
        code = runner.graph.code(key)
        if not current.record.summary and current.record.has_value and code is not None and code.ends_with:
            found.append(
                f"it is None: its cell ends by binding {code.ends_with}, not {runner.graph.spec(key).variable}"
            )
        if current.record.accepted:
            found.append(ACCEPTED)
        if current.record.unstable and current.record.summary:
            found.append(current.record.unstable)
        if not runner.graph.is_external(key):
            found += _undeclared(current.record.provenance.files)
    if status:
        found += [said] if (said := _rebound(runner, key)) else []
        names = session.closure(runner.graph.code(key)).globals
        newer = dict.fromkeys(file for name in names for file in session.namespace.newer_files(name))
        found += session.rivals.flags(names)
        found += [f"{file} on disk is newer than what this kernel holds" for file in newer]
    return found


def lineage(runner: Runner, keys: Iterable[AssetKey], *, statuses: bool = False) -> LineageView:
    """The part of the graph between ``keys``; with ``statuses``, as it stands now, else as far as that stays true."""
    shown = runner.graph.topological(keys)
    inside = set(shown)
    edges = tuple((up, key) for key in shown for up in runner.graph.upstream(key) if up in inside)
    if not statuses:
        return LineageView(assets=tuple(result_view(runner, key, live=True) for key in shown), edges=edges)
    with runner.session.at_one_moment():
        return LineageView(assets=tuple(_standing(runner, key) for key in shown), edges=edges)


def _standing(runner: Runner, key: AssetKey) -> AssetView:
    status, last_run = str(runner.session.status(key)), runner.session.last_run.get(key)
    return replace(result_view(runner, key, live=True), status=status, last_run=last_run)


def event_id(event: Materialization) -> str:
    """What a page calls a materialization."""
    return f"{event.run_id} {event.timestamp!r}"


def history(runner: Runner, key: AssetKey) -> tuple[RunView, ...]:
    """The kept materializations of ``key``, newest first."""
    current = runner.session.values.get(key)
    made = current.record.identity if current is not None else None
    return tuple(
        RunView(
            timestamp=event.timestamp,
            duration=event.duration,
            data_version=event.data_version,
            code_version=event.code_version,
            current=event.identity == made,
            accepted=event.accepted,
            id=event_id(event),
            printed=tuple((out.stream, out.text or str(out.data.get("text/plain", ""))) for out in event.outputs),
        )
        for event in runner.session.store.history(key)
    )


def _undeclared(paths: Iterable[str]) -> list[str]:
    """A hint for each file that is no source asset, or one for all of them if there are many."""
    hints = list(dict.fromkeys(_declare(path) for path in paths))
    if len(hints) <= _HINTS:
        return hints
    return [*hints[:_HINTS], f"reads {len(hints) - _HINTS} more files that are no source assets"]


def _declare(path: str) -> str:
    shown = os.path.relpath(path)
    shown = shown if not shown.startswith("..") else os.path.basename(path)
    stem = "".join(c if c.isalnum() else "_" for c in Path(path).name)
    stem = stem if stem.isidentifier() else f"file_{stem}"
    return f"reads the file {shown}: declare it with %source_asset {stem} path={shown}"


def check_view(runner: Runner, check: AssetCheck, *, live: bool = False) -> CheckView:
    """One check with its verdict on the present data; ``live`` with the names of what it blocks."""
    verdict = runner.checks.verdict(check)
    spec = check.spec
    code = check.code.code_version[:_CODE] if check.code is not None else ""
    if verdict is None:
        return CheckView(
            name=spec.name,
            asset=spec.asset_key,
            passed=None,
            severity=spec.severity.value,
            blocking=spec.blocking,
            description=spec.description,
            code=code,
        )
    return CheckView(
        name=spec.name,
        asset=spec.asset_key,
        passed=verdict.passed,
        severity=verdict.severity.value,
        blocking=verdict.blocking,
        description=verdict.description,
        metadata=verdict.metadata,
        error=verdict.error,
        blocks=_downstream(runner, spec.asset_key) if live and verdict.blocks else (),
        code=code,
    )


def _downstream(runner: Runner, key: AssetKey) -> tuple[AssetKey, ...]:
    """All that is computed from ``key``, through others too."""
    return tuple(runner.graph.topological(sorted(runner.graph.descendants([key]) - {key})))
