"""The session's side of a run: what bodies are given, and what becomes of what they give."""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from asset_magic.fingerprint import Uncopyable, Unfingerprintable, private_copy
from asset_magic.model.definitions import AssetsDefinition, Computation
from asset_magic.model.errors import AssetValueMissing, ValueUnusable
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import CapturedOutput, GlobalVersion, Materialization
from asset_magic.model.results import NO_VALUE
from asset_magic.run.capture import Capture, Outputs
from asset_magic.run.context import RunInfo
from asset_magic.run.execute import execute
from asset_magic.run.host import Finished
from asset_magic.run.opened import is_users_file
from asset_magic.run.outputs import read_once
from asset_magic.run.plan import Step, plan
from asset_magic.run.report import Progress, RunReport, new_run
from asset_magic.run.versions import data_version, version_of
from asset_magic.session.checks import Checks
from asset_magic.session.cost import affordable, changeable
from asset_magic.session.files import stamp
from asset_magic.session.namespace import Closure
from asset_magic.session.session import Session

LARGE = 256 * 2**20  # bytes; a larger variable is lent to a body as it is, not as a copy
_ABSENT = object()


class Runner:
    """Runs the assets of a session; the `Host` of its runs.

    Args:
        session: the session.
        capture: keeps what is printed and displayed meanwhile.
        replay: shows again what was kept.
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
        self._replay = replay
        self._cached_from: dict[str, object] = {}
        self.checks = Checks(session)
        self.due_checks = self.checks.due
        self.record_check = self.checks.record
        self.check_inputs = self.checks.inputs
        self.check_lacks = self.checks.lacks
        self._loaded: set[AssetKey] = set()
        self.needs_run = session.needs_run

    # Runs

    def plan(self, keys: Iterable[AssetKey], *, force: bool = False, only: bool = False) -> list[Step]:
        """The steps that bring ``keys`` up to date."""
        self.session.refresh()
        return plan(self.graph, keys, self.session.is_fresh, force=force, only=only)

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
        report = await execute(self, steps, new_run(tags), progress, checks)
        evaluated = {verdict.asset_check_key for verdict in report.evaluations}
        failed = self.graph.ancestors(keys) & set(self.session.store.ever_failed()) if checked else ()
        report.standing = [
            verdict
            for key in self.graph.topological(failed)
            for check in self.graph.checks.get(key, {}).values()
            if check.spec.key not in evaluated and (verdict := self.checks.verdict(check)) and not verdict.passed
        ]
        return report

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

    def any_waits(self) -> bool:
        """Whether any asset or check needs an event loop."""
        return bool(self.session.waiting)

    # What bodies are given

    def hindrance(self, definition: AssetsDefinition, keys: Sequence[AssetKey]) -> str:
        """Why the code cannot make ``keys`` now, or ""."""
        missing = self.session.closure(definition.code).missing
        if missing:
            return f"{missing[0]} is not defined: it is neither an asset nor a variable"
        for key in keys:
            for up in self.graph.upstream(key):
                if up not in self.graph:
                    return f"upstream {up} is not defined yet"
                current = self.session.values.get(up)
                if (current is None or not current.record.has_value) and self._passes_value(definition, up):
                    return f"upstream {up} has no value{_as_dep(up) if current is not None else ''}"
        return self._blocked(keys)

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

    def load(self, key: AssetKey) -> Any:
        """The value of ``key``, for the code that asks for it while it runs."""
        self._loaded.add(key)
        return self.session.values.given(key)

    @contextmanager
    def scope(self, code: Computation) -> Iterator[Mapping[str, Any]]:
        """The values of the names that ``code`` reads, and on leaving a look at what it changed in place.

        Raises:
            AssetValueMissing: an input has no value.
        """
        session = self.session
        self._loaded.clear()
        inputs = {name: self.graph.key_of(key) for name, key in code.parameters.items()}
        values = {name: session.values.value(key) for name, key in inputs.items()}
        who = f"the code of {code.cell}" if code.cell is not None else "the code of an asset"
        try:
            if code.reads:
                with self._surroundings(code, values, who) as surrounding:
                    inputs |= surrounding
                    yield values
            else:
                yield values
        finally:
            for key in dict.fromkeys((*inputs.values(), *self._loaded)):
                session.values.verify(key, culprit=who)

    @contextmanager
    def _surroundings(self, code: Computation, values: dict[str, Any], who: str) -> Iterator[Mapping[str, AssetKey]]:
        """Add to ``values`` what ``code`` reads from the notebook. Gives the assets among it."""
        session = self.session
        closure = session.closure(code)
        variables = session.namespace.variables
        for name in closure.globals:
            _refuse_consumable(name, variables.get(name))
        inputs = {name: session.graph.variables[name] for name in closure.assets if name not in values}
        copies = self._private(closure.globals)
        values |= {name: session.values.value(key) for name, key in inputs.items()}
        values |= {name: copy for name, copy in copies.items() if name not in values}
        if code.isolated:
            values |= {name: variables[name] for name in code.reads if name not in values and name in variables}
        behind = closure.indirect | closure.writes if code.isolated else closure.names | closure.writes
        lent = {name: values[name] for name in behind if name in values and self._lends(name)}
        self._forget_old_results(closure)
        with _bound(variables, lent, closure.writes) if lent or closure.writes else nullcontext():
            yield inputs
        for name, copy in copies.items():
            if not _is_still(copy, closure.globals[name].digest):
                session.notify(f"{who} changes {name} in place; each run begins from what its plain cell made of it")

    def _forget_old_results(self, closure: Closure) -> None:
        """Clear the caches of caching helpers when something that they or their helpers read has changed."""
        for name, version in closure.globals.items():
            helper: Any = self.session.namespace.variables.get(name) if version.kind == "helper" else None
            if hasattr(helper, "cache_clear") and getattr(helper, "__module__", None) == "__main__":
                behind = self.session.namespace.closure([name], self.graph.variables.__contains__)
                inputs = [(up, self.session.version(self.graph.variables[up])) for up in sorted(behind.assets)]
                state = (id(helper), tuple(v.digest for v in behind.globals.values()), tuple(inputs))
                if self._cached_from.get(name) != state:
                    helper.cache_clear()
                    self._cached_from[name] = state

    def _lends(self, name: str) -> bool:
        key = self.session.graph.variables.get(name)
        current = self.session.values.get(key) if key is not None else None
        return key is None or (current is not None and current.variable is not None)

    def _private(self, names: Mapping[str, GlobalVersion]) -> dict[str, Any]:
        """Copies of the variables that a body might change; what they share, their copies share too."""
        variables = self.session.namespace.variables
        changeable = {
            name: variables[name]
            for name, version in names.items()
            if version.kind == "value" and name in variables and _may_be_copied(variables[name])
        }
        if not changeable:
            return {}
        try:
            copies: dict[str, Any] = private_copy(changeable)  # type: ignore[assignment]
        except Uncopyable:
            copies = {}
            for name, value in changeable.items():
                with contextlib.suppress(Uncopyable):
                    copies[name] = private_copy(value)
        return {name: copy for name, copy in copies.items() if _is_still(copy, names[name].digest)}

    # What becomes of what they give

    def take_back(self, definition: AssetsDefinition, keys: Sequence[AssetKey]) -> bool:
        """Make kept materializations of the present provenance current, if there is one for each key."""
        session = self.session
        found: list[tuple[Materialization, Any]] = []
        for key in keys:
            current = session.values.get(key)
            if current is not None and not session.needs_run(key):
                continue
            for record in session.store.history(key):
                if session.matches(key, record.provenance):
                    try:
                        found.append((record, session.store.load(record)))
                    except AssetValueMissing:
                        continue
                    break
            else:
                return False
        for record, value in found:
            self._make_current(definition, record, value)
        if found:
            self._replay(found[0][0].outputs)
        return True

    def started(self, keys: Sequence[AssetKey]) -> None:
        """Mark ``keys`` as running."""
        self.session.last_run.update(dict.fromkeys(keys, "running"))

    def record(self, definition: AssetsDefinition, finished: Finished, run: RunInfo) -> None:
        """Write down what a body made, and make it current."""
        self.session.follow_imports(definition)
        files = self._files_read(definition, finished)
        for key in self.graph.topological(self.graph.unit(definition)):
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
            )
            self.session.store.record(record, value)
            self._make_current(definition, record, value)

    def unchanged(self, keys: Sequence[AssetKey]) -> None:
        """Note that the current values still hold; an earlier failure has been mended."""
        for key in keys:
            self._succeeded(key)

    def failed(self, keys: Sequence[AssetKey], error: BaseException) -> None:
        """Note that a body failed; the last good values stay."""
        for key in keys:
            self.session.last_run[key] = "failed"
            self.session.errors[key] = error
            self.session.withheld.discard(key)

    def skipped(self, keys: Sequence[AssetKey], reason: str, *, intended: bool = False) -> None:
        """Note that there is no new value, because of something upstream, or as the code meant it."""
        for key in keys:
            self.session.last_run[key] = "skipped"
            self.session.errors[key] = reason
            if intended:
                self.session.withheld.add(key)
            else:
                self.session.withheld.discard(key)

    def _make_current(self, definition: AssetsDefinition, record: Materialization, value: Any) -> None:
        spec = definition.spec(record.key)
        code = definition.code
        binds = code is None or (code.isolated and code.namespace is not None)
        before = self.session.version(record.key)
        self.session.values.set(record, value, spec.variable if binds else None)
        if binds:
            self.session.variables.unbound([spec.variable])
        self._succeeded(record.key)
        self.session.changed(record.key, moved=self.session.version(record.key) != before)

    def _succeeded(self, key: AssetKey) -> None:
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
        return {os.path.abspath(c.value) for c in currents if c is not None and isinstance(c.value, Path)}


def _as_dep(key: AssetKey) -> str:
    return f": its code gave a result without one, so depend on it with deps=[{str(key)!r}] instead of taking it"


def _refuse_consumable(name: str, value: Any) -> None:
    """Refuse a variable that the first body to read it would use up."""
    writes_only = isinstance(value, io.IOBase) and (value.closed or not value.readable())
    what = "" if writes_only else read_once(value)
    if what:
        raise ValueUnusable(
            f"the variable {name} is {what}, which can be read only once: bind its content in the plain cell, "
            "as in list(...) or f.read()"
        )


def _folders_of(path: str) -> Iterator[str]:
    """The folders that a file stands in, the nearest first."""
    return map(str, Path(path).parents)


def _may_be_copied(value: Any) -> bool:
    """Whether a body gets a copy: not of what cannot change or is too large."""
    if type(value).__module__.partition(".")[0] in ("asyncio", "threading"):
        return False  # these hold what waits on them
    return changeable(value) and affordable(value, size=LARGE, scalars=2_000_000, objects=20_000)


def _is_still(value: Any, digest: str) -> bool:
    try:
        return version_of(value) == digest
    except Unfingerprintable:
        return False


@contextmanager
def _bound(variables: dict[str, Any], lent: Mapping[str, Any], writes: Iterable[str]) -> Iterator[None]:
    """Bind ``lent`` in the notebook for the time of a body, since helpers look there; leave no trace."""
    before = {name: variables.get(name, _ABSENT) for name in (*lent, *writes)}
    variables.update(lent)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is _ABSENT:
                variables.pop(name, None)
            else:
                variables[name] = value
