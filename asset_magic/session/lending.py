"""What code is given while it runs: values of assets, copies of variables, and its helpers' surroundings."""

from __future__ import annotations

import contextlib
import io
import sys
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, TypeVar

from asset_magic.fingerprint import Uncopyable, private_copy, size_hint
from asset_magic.model.definitions import Computation
from asset_magic.model.errors import UnknownAssetError, ValueUnusable
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import GlobalVersion
from asset_magic.reading.helpers import is_local
from asset_magic.run.outputs import read_once
from asset_magic.session.closures import Closure
from asset_magic.session.cost import changeable
from asset_magic.session.keeping import State
from asset_magic.session.session import Session
from asset_magic.session.unnamed import mentioned, tell, withheld

LARGE = 256 * 2**20  # bytes; a larger variable is lent to a body as it is, not as a copy
_ABSENT = object()
_AS_IT_IS = nullcontext()
_BOUND = (MethodType, BuiltinMethodType, partial)
_K = TypeVar("_K")


class Lending:
    """Lends values to code, and sees afterwards that they are as they were.

    Args:
        session: whose values and variables they are.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.graph = session.graph
        self._running: Computation | None = None
        self._loaded: set[AssetKey] = set()
        self._spoiled: dict[str, tuple[object, str]] = {}  # variables that a body has changed for good, and who it was
        self._cached_from: dict[str, object] = {}

    def load(self, key: AssetKey) -> Any:
        """The value of ``key``, for the code that asks for it while it runs."""
        self._loaded.add(key)
        return self.session.values.given(key)

    def asked_for(self, key: AssetKey) -> Any:
        """The value of ``key``, for whoever asks the registry for it: code that runs is given what it depends on.

        Raises:
            UnknownAssetError: the code that runs does not depend on it, so nothing would follow its changes.
            AssetValueMissing: it has no value.
        """
        self.allow(key)
        if self._running is not None:
            return self.load(key)
        self.session.asked_for.add(key)
        return self.session.values.value(key)

    def allow(self, key: AssetKey) -> None:
        """Let code that runs ask the registry for values of ``key`` if it depends on it.

        Raises:
            UnknownAssetError: it does not.
        """
        code = self._running
        if code is None:
            return
        units = [k for k, definition in self.graph.definitions.items() if definition.code is code]
        allowed = {up for each in units for up in self.graph.upstream(each)}
        for check in (check for checks in self.graph.checks.values() for check in checks.values()):
            if check.code is code:
                allowed |= {check.spec.asset_key, *map(self.graph.key_of, code.parameters.values())}
                allowed |= {self.graph.variables[name] for name in self.session.closure(code).assets}
        if key not in allowed:
            raise UnknownAssetError(f"{key} is not among the dependencies here: declare it, as in deps={key}")

    @contextmanager
    def scope(self, code: Computation) -> Iterator[Mapping[str, Any]]:
        """The values of the names that ``code`` reads, and on leaving a look at what it changed in place.

        Raises:
            AssetValueMissing: an input has no value.
        """
        session = self.session
        outer = self._running, self._loaded  # code may materialize others in the middle
        self._running, self._loaded = code, set()
        inputs = {name: self.graph.key_of(key) for name, key in code.parameters.items()}
        taken = list(inputs.values())
        values = {name: session.values.value(key) for name, key in inputs.items()}
        who = f"the code of {code.cell}" if code.cell is not None else "the code of an asset"
        try:
            if code.reads or code.mentions:
                with self._surroundings(code, values, who) as surrounding:
                    taken += surrounding.values()
                    yield values
            else:
                try:
                    yield values
                except Exception as error:
                    self._tell(error, code, frozenset(), frozenset())
                    raise
        finally:
            taken += self._loaded
            self._running, self._loaded = outer
            session.suspects.ran(who)
            for key in dict.fromkeys(taken):
                session.values.verify(key, culprit=who)

    @contextmanager
    def _surroundings(self, code: Computation, values: dict[str, Any], who: str) -> Iterator[Mapping[str, AssetKey]]:
        """Add to ``values`` what ``code`` reads from the notebook. Gives the assets among it."""
        session = self.session
        closure = session.closure(code)
        variables = session.namespace.variables
        for name in closure.globals:
            _refuse_consumable(name, variables.get(name))
        inputs = {name: session.graph.variables[name] for name in closure.assets}
        kept = self._kept(closure)
        changeable = self._changeable(closure.globals)
        copies = self._private(changeable, closure.globals, [state for _, state in kept])
        shared = {name: value for name, value in changeable.items() if name not in copies}
        self._refuse_spoiled(shared)
        found = {name: session.values.value(key) for name, key in inputs.items()} | copies
        words = mentioned(code, closure, (*values.values(), *found.values()))
        for name, key in self._offered(code, words - inputs.keys()):
            inputs[name], found[name] = key, session.values.value(key)
        values |= {name: value for name, value in found.items() if name not in values}
        aside = session.namespace.aside
        if code.isolated:
            held = ChainMap(variables, aside)
            values |= {name: held[name] for name in code.reads if name not in values and name in held}
        behind = closure.indirect | closure.writes | words if code.isolated else found.keys() | closure.writes
        lent = {name: found[name] for name in behind if name in found and self._lends(name)}
        if aside:  # what the body around this one does not name
            lent = {name: aside[name] for name in closure.names if name in aside} | lent
        self._forget_old_results(closure)
        given = closure.names | inputs.keys()
        apart = withheld(closure, words, given, session.namespace)
        changed: list[str] = []
        try:
            with (
                session.namespace.without(apart) if apart else _AS_IT_IS,
                _bound(variables, lent, closure.writes) if lent or closure.writes else _AS_IT_IS,
            ):
                yield inputs
        except Exception as error:
            self._tell(error, code, words, given)
            raise
        finally:
            changed += [name for name, state in kept if state.give_back()]
        changed += [name for name, copy in copies.items() if not self._is_still(name, copy, closure.globals[name])]
        for name in dict.fromkeys(changed):
            session.notify(f"{who} changes {name} in place; each run begins from what its plain cell made of it")
        for name, value in shared.items():
            if not self._is_still(name, value, closure.globals[name]):
                self._spoil(name, value, who)

    def _spoil(self, name: str, value: Any, who: str) -> None:
        """Note that a body has changed a variable of which no copy could be made: no other may begin from that."""
        session = self.session
        cell = session.variables.cell_of(name) or "its cell"
        self._spoiled[name] = value, f"{who} changed {name} in place, and no copy of it could be kept: run {cell} again"
        session.namespace.forget(name)
        session.notify(self._spoiled[name][1])

    def _refuse_spoiled(self, shared: Mapping[str, Any]) -> None:
        """Refuse variables that are not as their plain cells left them.

        Raises:
            ValueUnusable: a body has changed one of them.
        """
        for name, value in shared.items():
            if name in self._spoiled and self._spoiled[name][0] is value:
                raise ValueUnusable(self._spoiled[name][1])

    def _tell(self, error: Exception, code: Computation, words: frozenset[str], given: Collection[str]) -> None:
        names = {*self.graph.variables, *self.session.namespace.names()}
        tell(error, code, words, names.difference(given), self.graph)

    def _offered(self, code: Computation, words: Collection[str]) -> Iterator[tuple[str, AssetKey]]:
        """The assets with a value, by name, that ``code`` only depends on, and yet mentions."""
        for name in code.offered.intersection(words):
            key = self.graph.variables.get(name)
            current = self.session.values.get(key) if key is not None else None
            if key is not None and current is not None and current.record.has_value:
                yield name, key

    def _kept(self, closure: Closure) -> list[tuple[str, State]]:
        """What the helpers that are met keep between calls, by the name that each was met under."""
        found: dict[int, tuple[str, Any]] = {}
        for name in closure.globals:
            value = self.session.namespace.variables.get(name)
            keepers = self.session.namespace.named(name).keepers
            for keeper in (value,) if isinstance(value, FunctionType) and not keepers else keepers:
                found.setdefault(id(keeper), (name, keeper))
        return [(name, State(keeper)) for name, keeper in found.values()]

    def _forget_old_results(self, closure: Closure) -> None:
        """Clear the caches of caching helpers when something that they or their helpers read has changed."""
        for name in closure.globals:
            caches: list[Any] = [
                keeper
                for keeper in self.session.namespace.named(name).keepers
                if hasattr(keeper, "cache_clear") and not _is_installed(keeper)
            ]
            if caches:
                behind = self.session.namespace.closure([name], self.graph.variables.__contains__)
                inputs = [(up, self.session.version(self.graph.variables[up])) for up in sorted(behind.assets)]
                state = (tuple(map(id, caches)), tuple(v.digest for v in behind.globals.values()), tuple(inputs))
                if self._cached_from.get(name) != state:
                    for cache in caches:
                        cache.cache_clear()
                    self._cached_from[name] = state

    def _lends(self, name: str) -> bool:
        key = self.session.graph.variables.get(name)
        current = self.session.values.get(key) if key is not None else None
        return key is None or (current is not None and current.variable is not None)

    def _changeable(self, names: Mapping[str, GlobalVersion]) -> dict[str, Any]:
        variables = self.session.namespace.variables
        return {
            name: variables[name]
            for name, version in names.items()
            if name in variables and _may_change(variables[name], version)
        }

    def _private(
        self, variables: Mapping[str, Any], names: Mapping[str, GlobalVersion], kept: Iterable[State]
    ) -> dict[str, Any]:
        """Copies of the variables that a body might change; what they share, their copies share too.

        Of what helpers keep, copies are lent to the helpers.
        """
        changeable = {name: value for name, value in variables.items() if _may_be_copied(value)}
        inside = {id(value): value for state in kept for value in state.changeable if _may_be_copied(value)}
        if not changeable and not inside:
            return {}
        try:
            copies, lent = private_copy((changeable, inside))  # type: ignore[misc]
        except Uncopyable:
            copies, lent = _copied_singly(changeable), _copied_singly(inside)
        for state in kept:
            state.lend({place: (inside[place], copy) for place, copy in lent.items()})
        return {name: copy for name, copy in copies.items() if self._is_still(name, copy, names[name])}

    def _is_still(self, name: str, value: Any, version: GlobalVersion) -> bool:
        return self.session.namespace.digest_of(name, value) == version.digest


def _refuse_consumable(name: str, value: Any) -> None:
    """Refuse a variable that the first body to read it would use up."""
    writes_only = isinstance(value, io.IOBase) and (value.closed or not value.readable())
    what = "" if writes_only else read_once(value)
    if what:
        raise ValueUnusable(
            f"the variable {name} is {what}, which can be read only once: bind its content in the plain cell, "
            "as in list(...) or f.read()"
        )


def _is_installed(code: Any) -> bool:
    module = sys.modules.get(getattr(code, "__module__", None) or "")
    return module is not None and not is_local(module)


def _copied_singly(values: dict[_K, Any]) -> dict[_K, Any]:
    copies = {}
    for key, value in values.items():
        with contextlib.suppress(Uncopyable):
            copies[key] = private_copy(value)
    return copies


def _may_change(value: Any, version: GlobalVersion) -> bool:
    """Whether a body may change a variable in place; what functions keep is lent to them by itself."""
    return changeable(value) if version.kind == "value" else version.kind == "helper" and isinstance(value, _BOUND)


def _may_be_copied(value: Any) -> bool:
    """Whether a body gets a copy: not of what is too large, nor of what others wait on."""
    return type(value).__module__.partition(".")[0] not in ("asyncio", "threading") and size_hint(value) <= LARGE


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
