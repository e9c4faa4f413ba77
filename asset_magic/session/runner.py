"""The session's side of a run: what keeps bodies from running, and what becomes of what they give."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asset_magic.model.definitions import AssetCheck, AssetsDefinition
from asset_magic.model.errors import AssetValueMissing
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import CapturedOutput, FailureRecord, Materialization, RunRecord
from asset_magic.model.results import NO_VALUE
from asset_magic.run.capture import Capture, Outputs
from asset_magic.run.context import RunInfo
from asset_magic.run.execute import execute
from asset_magic.run.host import Finished
from asset_magic.run.opened import is_users_file
from asset_magic.run.plan import Step, plan
from asset_magic.run.report import Progress, RunReport, new_run, one_line
from asset_magic.run.versions import data_version
from asset_magic.session.checks import Checks
from asset_magic.session.files import stamp
from asset_magic.session.lending import Lending
from asset_magic.session.session import Session
from asset_magic.session.summary import summary
from asset_magic.session.unnamed import kept_to_itself

if TYPE_CHECKING:
    from asset_magic.session.progress import Watch


class Runner:
    """Runs the assets of a session; the `Host` of its runs.

    Args:
        session: the session.
        capture: keeps what is printed and displayed meanwhile.
        replay: shows again what was kept.

    Attributes:
        watch: follows the runs, where somebody looks on.
    """

    def __init__(
        self,
        session: Session,
        capture: Callable[[], AbstractContextManager[Outputs]] = Capture,
        replay: Callable[[Sequence[CapturedOutput]], None] = lambda outputs: None,
    ) -> None:
        self.session = session
        self.graph = session.graph
        self.capture = capture
        self.watch: Watch | None = None
        self._run_id = ""
        self._replay = replay
        self.checks = Checks(session)
        self.lending = Lending(session)
        self.scope = self.lending.scope
        self.load = self.lending.load
        self.due_checks = self.checks.due
        self.record_check = self.checks.record
        self.abstain_check = self.checks.abstain
        self.check_inputs = self.checks.inputs
        self.check_lacks = self.checks.lacks
        self.needs_run = session.needs_run

    # Runs

    def plan(self, keys: Iterable[AssetKey], *, force: bool = False, only: bool = False) -> list[Step]:
        """The steps that bring ``keys`` up to date.

        The values that they will be handed are looked at: what was changed in place for good is made again.
        """
        keys = list(keys)
        self.session.refresh(keys)
        while True:
            steps = plan(self.graph, keys, self.session.is_up, force=force, only=only)
            if not self.session.values.find_lost(partial(self._handed, keys, steps)):
                return steps

    def _handed(self, keys: Iterable[AssetKey], steps: Iterable[Step]) -> set[AssetKey]:
        """What will be handed on, or called up to date, without being made before."""
        made = {key for step in steps for key in step.keys}
        return {up for key in (*keys, *made) for up in (key, *self.graph.upstream(key))} - made

    async def materialize(
        self,
        keys: Iterable[AssetKey],
        *,
        force: bool = False,
        only: bool = False,
        tags: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> RunReport:
        """Bring ``keys`` and their stale upstream up to date."""
        keys = list(keys)
        steps = self.plan(keys, force=force, only=only)
        stepped = {key for step in steps for key in step.keys}
        self.unchanged([key for key in keys if key not in stepped and self.session.is_fresh(key)])
        checked = self.graph.checks.keys() & self.graph.ancestors(keys) if self.graph.checks else set()
        checks = [check for key in self.graph.topological(checked - stepped) for check in self.due_checks(key)]
        watch = self.watch if steps and progress is None else None
        if watch is None:
            report = await self._execute(steps, new_run(tags), progress, checks)
        else:
            with watch.following(steps) as told:
                report = await self._execute(steps, new_run(tags), told, checks)
        evaluated = {verdict.asset_check_key for verdict in report.evaluations}
        failed = self.graph.ancestors(keys) & set(self.session.store.ever_failed()) if checked else ()
        report.standing = [
            verdict
            for key in self.graph.topological(failed)
            for check in self.graph.checks.get(key, {}).values()
            if check.spec.key not in evaluated and (verdict := self.checks.verdict(check)) and not verdict.passed
        ]
        return report

    async def _execute(
        self, steps: list[Step], run: RunInfo, progress: Progress | None, checks: Iterable[AssetCheck]
    ) -> RunReport:
        """Execute ``steps``, and write down how that ended."""
        self._run_id, begin = run.run_id, time.time()
        outcomes: Mapping[str, int] = {"interrupted": 1}
        try:
            report = await execute(self, steps, run, progress, checks)
            outcomes = Counter(outcome.state for outcome in report.outcomes.values())
        finally:
            if outcomes.keys() - {"reused", "fresh"}:  # else nothing was done that could be looked up later
                ended = RunRecord(
                    run_id=run.run_id,
                    timestamp=begin,
                    duration=time.time() - begin,
                    outcomes=outcomes,
                    tags=run.tags,
                )
                self.session.store.record_run(ended)
        return report

    @contextmanager
    def off_stage(self, capture: Callable[[], AbstractContextManager[Outputs]]) -> Iterator[None]:
        """Let ``capture`` keep what bodies print and display meanwhile, and show nothing again."""
        before = self.capture, self._replay
        self.capture, self._replay = capture, lambda outputs: None
        try:
            yield
        finally:
            self.capture, self._replay = before

    def awaits(self, steps: Iterable[Step]) -> bool:
        """Whether running ``steps`` needs an event loop."""
        definitions = [step.definition for step in steps]
        codes = [d.code for d in definitions] + [
            check.code for d in definitions for key in d.keys for check in self.graph.checks.get(key, {}).values()
        ]
        return any(code is not None and code.awaits for code in codes)

    def has_value(self, key: AssetKey) -> bool:
        """Whether there is a current value of ``key``."""
        return self.session.values.get(key) is not None

    def took(self, key: AssetKey) -> float | None:
        """How many seconds ``key`` took the last time; None if it never ran."""
        history = self.session.store.history(key, 1)
        return history[0].duration if history else None

    def any_waits(self) -> bool:
        """Whether any asset or check needs an event loop."""
        return bool(self.session.following.waiting)

    # What keeps them from running

    def hindrance(self, definition: AssetsDefinition, keys: Sequence[AssetKey]) -> str:
        """Why the code cannot make ``keys`` now, or ""."""
        missing = self.session.closure(definition.code).missing
        if missing:
            where = kept_to_itself(missing[0], self.graph) or self.session.elsewhere.knows(missing[0])
            return (
                where
                or f"{missing[0]} is not defined: it is neither an asset nor a variable{self._nearest(missing[0])}"
            )
        for key in keys:
            for up in self.graph.upstream(key):
                if up not in self.graph:
                    return f"upstream {up} is not defined yet"
                current = self.session.values.get(up)
                if current is not None and current.record.has_value and not current.unreadable:
                    continue
                if self._passes_value(definition, up):
                    return self._lacks(up)
        return self._blocked(keys)

    def _lacks(self, up: AssetKey) -> str:
        current = self.session.values.get(up)
        if current is not None and current.unreadable:
            return f"upstream {up} cannot be read{self.session.elsewhere.mend(up)}: {current.unreadable}"
        return f"upstream {up} has no value{_as_dep(up) if current is not None else ''}"

    def _nearest(self, name: str) -> str:
        import difflib

        names = [*self.graph.variables, *(other for other in self.session.namespace.variables if other[:1] != "_")]
        near = difflib.get_close_matches(name, names, 1, cutoff=0.75)
        return f"; did you mean {near[0]}?" if near else ""

    def _blocked(self, keys: Sequence[AssetKey]) -> str:
        """Which blocking check upstream, at any distance, did not pass."""
        failures = {key: name for key in self.session.store.ever_failed() if (name := self._blocking_failure(key))}
        if not failures:
            return ""
        for key in sorted(self.graph.ancestors(keys).difference(keys)):
            if key in failures:
                return f"upstream {key}: its blocking check {failures[key]} did not pass"
        return ""

    def _passes_value(self, definition: AssetsDefinition, up: AssetKey) -> bool:
        code = definition.code
        if code is None:
            return False
        return up in code.parameters.values() or self.graph.spec(up).variable in self.session.closure(code).assets

    def _blocking_failure(self, key: AssetKey) -> str:
        for name, check in self.graph.checks.get(key, {}).items():
            if check.spec.blocking:
                verdict = self.checks.verdict(check)
                if verdict is not None and verdict.blocks:
                    return name
        return ""

    # What becomes of what they give

    def take_back(self, definition: AssetsDefinition, keys: Sequence[AssetKey]) -> bool:
        """Make kept materializations of the present provenance current, if there is one for each key."""
        session = self.session
        found: list[tuple[Materialization, Any]] = []
        for key in keys:
            current = session.values.get(key)
            if current is not None and not session.needs_run(key):
                continue
            for record in session.kept(key):
                try:
                    value = session.store.load(record)
                except AssetValueMissing:
                    continue
                if session.values.is_sound(value, record):
                    found.append((record, value))
                    break
            else:
                return False
        for record, value in found:
            session.store.stand(record)
            self.make_current(record, value)
        if found:
            self._replay(found[0][0].outputs)
        return True

    def started(self, keys: Sequence[AssetKey]) -> None:
        """Mark ``keys`` as running."""
        self.session.changes.note(keys)
        self.session.last_run.update(dict.fromkeys(keys, "running"))

    def record(self, definition: AssetsDefinition, finished: Finished, run: RunInfo) -> None:
        """Write down what a body made, and make it current."""
        self.session.following.follow_imports(definition)
        files = self._files_read(definition, finished)
        keys = self.graph.unit(definition)
        for key in self.graph.topological(keys) if len(keys) > 1 else keys:
            if key not in finished.made:
                continue
            made = finished.made[key]
            value = None if made.value is NO_VALUE else made.value
            version, unstable = data_version(value, made.data_version)
            read = files
            if isinstance(value, Path) and value.exists():  # the file may be changed by others later
                read = {**files, os.path.abspath(value): self.session.files.version(value)}
            record = Materialization(
                key=key,
                run_id=run.run_id,
                timestamp=time.time(),
                duration=finished.duration,
                data_version=version,
                provenance=self.session.provenance(key, read),
                unstable=unstable,
                metadata=made.metadata,
                tags={**run.tags, **made.tags},
                outputs=finished.outputs.merged(),
                cell=definition.code.cell if definition.code is not None else None,
                has_value=made.value is not NO_VALUE,
                stated=made.data_version is not None,
                summary=summary(value),
                observed=definition.external,
            )
            self.session.store.record(record, value)
            self.make_current(record, value)

    def unchanged(self, keys: Sequence[AssetKey]) -> None:
        """Note that the current values still hold; an earlier failure has been mended."""
        for key in keys:
            self._succeeded(key)

    def failed(self, keys: Sequence[AssetKey], error: BaseException) -> None:
        """Note that a body failed; the last good values stay."""
        self.session.changes.note(keys)
        for key in keys:
            self.session.last_run[key] = "failed"
            self.session.errors[key] = error
            failure = FailureRecord(run_id=self._run_id, timestamp=time.time(), error=one_line(error))
            self.session.store.record_failure(key, failure)
            self.session.withheld.discard(key)

    def skipped(self, keys: Sequence[AssetKey], reason: str, *, intended: bool = False) -> None:
        """Note that there is no new value, because of something upstream, or as the code meant it."""
        self.session.changes.note(keys)
        for key in keys:
            self.session.last_run[key] = "skipped"
            self.session.errors[key] = reason
            if intended:
                self.session.withheld.add(key)
            else:
                self.session.withheld.discard(key)

    def make_current(self, record: Materialization, value: Any) -> None:
        """Let the asset stand at ``record`` from now on."""
        variable = self.session.variable_of(record.key)
        before = self.session.version(record.key)
        self.session.values.set(record, value, variable)
        if variable is not None:
            self.session.variables.unbound([variable])
        self._succeeded(record.key)
        self.session.changed(record.key, moved=self.session.version(record.key) != before)

    def _succeeded(self, key: AssetKey) -> None:
        self.session.changes.note((key,))
        self.session.last_run[key] = "success"
        self.session.errors.pop(key, None)
        self.session.withheld.discard(key)

    def _files_read(self, definition: AssetsDefinition, finished: Finished) -> dict[str, str]:
        """The versions of the files that the body opened or names, sources that are assets left aside."""
        code = definition.code
        named = (*code.file_names, *self.session.closure(code).strings) if code is not None else ()
        if not (named or finished.files):
            return {}
        paths = dict.fromkeys(path for path, written in finished.files.items() if not written and is_users_file(path))
        paths |= dict.fromkeys(os.path.abspath(name) for name in named if name and "\0" not in name)
        found = {}
        if paths:
            declared = self._declared_paths()
            for path in paths:
                at = stamp(path)
                older = at is not None and at[0] < finished.started * 1e9 and os.path.isfile(path)
                if older and not finished.files.get(path, False) and declared.isdisjoint((path, *_folders_of(path))):
                    found[path] = self.session.files.version(path)
        return found

    def _declared_paths(self) -> set[str]:
        currents = (self.session.values.get(key) for key in self.graph.definitions)
        return {os.path.abspath(c.held) for c in currents if c is not None and isinstance(c.held, Path)}


def _as_dep(key: AssetKey) -> str:
    return f": its code gave a result without one, so depend on it with deps=[{str(key)!r}] instead of taking it"


def _folders_of(path: str) -> Iterator[str]:
    """The folders that a file stands in, the nearest first."""
    return map(str, Path(path).parents)
