"""One run of a plain cell: what it read and bound, and what the reader must be told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from xxhash import xxh3_128_hexdigest

from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetStatus, Materialization
from asset_magic.reading.cells import CellReading
from asset_magic.session.closures import Named
from asset_magic.session.cost import LOOK, NAMED, VARIABLES, Budget, affordable, changeable
from asset_magic.session.session import Session
from asset_magic.session.variables import CellId, Reading

_ABSENT = object()
_CODE = (FunctionType, type, ModuleType)


class PlainCell:
    """A plain cell that runs.

    Args:
        session: what is told of it.
        ref: the cell, under the number of this run.
        identity: what tells it from other cells.
        raw: its text.
        read: what its text reads and binds.
        numbers: gives each result that is too large to be compared a version of its own.
    """

    def __init__(
        self,
        session: Session,
        ref: CellRef,
        identity: CellId,
        raw: str,
        read: CellReading,
        numbers: Iterator[int],
    ) -> None:
        self._session = session
        self._ref = ref
        self._identity = identity
        self._raw = raw
        self._read = read
        self._numbers = numbers
        self._timeless = read.timeless
        self._identities: dict[str, int] = {}
        self._before: dict[str, str] = {}
        self._around: dict[str, Named] = {}
        self._aside: dict[str, Any] = {}
        self._known: frozenset[str] | None = None
        self._stale: dict[AssetKey, Materialization] = {}

    def begin(self) -> None:
        """Look at what the cell may change, before it runs, and tell which stale assets it will show."""
        session, variables, names = self._session, self._session.namespace.variables, self._read.names
        session.asked_for.clear()
        follow = session.namespace.follow(self._read.now, session.graph.variables.__contains__)
        self._timeless -= follow.writes
        self._identities = {name: id(variables.get(name, _ABSENT)) for name in names.binds | follow.writes}
        if follow.assets:
            session.refresh([session.graph.variables[name] for name in follow.assets])
            self._stale = self._stale_among(follow.assets)
            if "materialize" not in self._raw:  # else the cell may bring them up to date before it shows them
                self._say_what_is_stale()
        self._say_what_is_outdated(follow.names)
        if names.opaque:
            self._known = frozenset(variables)
        else:
            self._put_aside(follow.names)
        for name in self._changeable(follow.names):
            session.namespace.forget(name)
            self._before[name] = session.namespace.named(name).version.digest
        for name in names.touches.union(self._read.patches) & follow.names:
            if session.namespace.defines(name) and session.namespace.holds_state(name):
                self._before[name] = session.namespace.named(name).version.digest
        self._around = self._look_around()

    def undo(self) -> None:
        """Nothing of the cell has run."""
        self._session.namespace.variables.update(self._aside)

    def end(self, *, failed: bool) -> None:
        """Note what the cell bound, and tell which stale assets it has shown."""
        self._note(failed=failed)
        self._stale |= self._stale_asked_for()
        self._say_what_is_stale()

    def _note(self, *, failed: bool) -> None:
        session, variables, names = self._session, self._session.namespace.variables, self._read.names
        session.namespace.advance()
        session.suspects.ran(str(self._ref), names.reads | names.binds)
        self._verify()  # first, since what is put back here has not changed
        bound = self._bound(failed=failed)
        session.variables.ran(self._identity, self._ref)
        around = self._changed_around(bound)
        bound |= around
        changed = around.union(name for name in self._before if name in bound)
        reading = self._reading(self._read.now.union(changed))
        versions = {name: self._version(name, reading) for name in sorted(bound)}
        perhaps = session.variables.bindings if names.opaque else names.reads | names.binds
        gone = [name for name in perhaps if name in session.variables.bindings and name not in variables]
        apart = {name: Reading(self._identity, self._read.code_version) for name in self._timeless}
        apart |= {name: self._patching(name) for name in self._read.patches if name in bound - names.binds}
        before = {name: session.variables.bindings.get(name) for name in versions}
        session.variables.bound(reading, versions, apart)
        session.variables.unbound(gone)
        session.namespace.imported(self._read.sources, bound)
        session.rivals.tell_taken_over(before)
        assets = session.graph.variables
        touched = assets if names.opaque else names.reads | names.binds
        remarked = [name for name in touched if name in assets and (name in names.binds or name not in variables)]
        session.changes.note(assets[name] for name in remarked)
        for name in remarked:
            session.values.named(assets[name], str(self._ref))
        for name in versions:
            session.namespace.forget(name)

    def _say_what_is_stale(self) -> None:
        """Tell, once for a cell, which assets it meets that are stale, those aside that it has brought up to date."""
        session = self._session
        for key, record in self._stale.items():
            current = session.values.get(key)
            if current is not None and current.record is record and session.status(key) is not AssetStatus.FRESH:
                causes = session.causes(key)
                why = f" ({causes[0].reason})" if causes else ""
                session.notify(f"{key} is stale{why}: this cell shows its older value")
        self._stale = {}

    def _say_what_is_outdated(self, names: Iterable[str]) -> None:
        """Tell which plain variables that the cell meets no longer follow from the cells that bound them."""
        session = self._session
        met = [name for name in names if name in session.variables.bindings and name not in session.graph.variables]
        behind = session.variables.assets_behind(met)
        if behind:
            session.refresh(behind)
        for problem in dict.fromkeys(filter(None, map(session.problem, sorted(met)))):
            session.notify(problem)

    def _stale_among(self, names: Iterable[str]) -> dict[AssetKey, Materialization]:
        """The assets behind variables that are stale, with the materialization that the variable holds."""
        session, found = self._session, {}
        for name in sorted(names):
            key = session.graph.variables[name]
            current = session.values.get(key)
            shown = current is not None and current.variable == name and not session.values.rebound(key)
            if current is not None and shown and not session.is_fresh(key):
                found[key] = current.record
        return found

    def _stale_asked_for(self) -> dict[AssetKey, Materialization]:
        """The stale assets that the cell got from the registry, and that it does not know by a variable."""
        session = self._session
        if not session.asked_for:
            return {}
        session.refresh(session.asked_for)
        currents = {key: session.values.get(key) for key in sorted(session.asked_for) if not session.is_fresh(key)}
        return {key: current.record for key, current in currents.items() if current is not None}

    def _put_aside(self, read: Collection[str]) -> None:
        """Take away what this cell bound in a branch when it ran before, to see whether it comes to that branch again.

        Only variables that nothing in the cell reads: it cannot tell the difference.
        """
        variables = self._session.namespace.variables
        for name in self._read.perhaps:
            binding = self._session.variables.bindings.get(name)
            own = binding is not None and binding.cell == self._identity
            if own and name in variables and name not in read and name not in self._session.graph.variables:
                self._aside[name] = variables.pop(name)

    def _changeable(self, names: Iterable[str]) -> Iterable[str]:
        """Variables among ``names``, or other names for their values, that a cell may change in place."""
        session, variables = self._session, self._session.namespace.variables
        values = {
            id(variables[name]): name
            for name in names
            if session.namespace.defines(name) and name not in session.graph.variables
            if changeable(variables[name]) and affordable(variables[name])
        }
        if not values:
            return ()
        others = (n for n in session.variables.bindings if id(variables.get(n, _ABSENT)) in values)
        return dict.fromkeys((*values.values(), *others))

    def _look_around(self) -> dict[str, Named]:
        """Variables that assets read and that the cell does not name, but may reach by another way."""
        session, variables = self._session, self._session.namespace.variables
        if not self._has_anything_in_hand():
            return {}
        found: dict[str, Named] = {}
        budget = Budget(VARIABLES)
        for name in session.following.variables:
            if name not in self._before and name in variables and name not in session.graph.variables:
                value = variables[name]
                if changeable(value) and affordable(value) and budget.affords(cost := session.namespace.cost(name)):
                    budget.spend(cost)
                    named = session.namespace.named(name)
                    if named.version.kind == "value":  # else its version is not that of its content alone
                        found[name] = named
        return found

    def _changed_around(self, bound: Collection[str]) -> set[str]:
        """Of those variables, the ones that the cell has changed in place; code in them changes with its definition."""
        variables = self._session.namespace.variables
        defines = self._read.patches or any(isinstance(variables.get(name), _CODE) for name in bound)
        return {
            name
            for name, now in self._look_around().items()
            if name not in bound and name in self._around and self._around[name].version.digest != now.version.digest
            if not (defines and (now.keepers or now.reads))
        }

    def _bound(self, *, failed: bool) -> set[str]:
        """The variables that the cell bound, or changed in place."""
        session, variables, names = self._session, self._session.namespace.variables, self._read.names
        rebound = {n for n, identity in self._identities.items() if n in variables and id(variables[n]) != identity}
        missed = {name for name in self._aside if name not in variables}
        variables.update({name: self._aside[name] for name in missed})
        reached = rebound if failed else names.binds | rebound  # a cell that failed need not have come to all
        reached = reached - missed
        self._let_go_of_own(reached)
        bound = {name for name in reached if session.namespace.defines(name)}
        if self._known is not None:
            before = session.variables.results(self._identity)  # a star import binds them again, where nobody sees it
            bound |= {
                name
                for name in variables
                if (name not in self._known or name in before) and session.namespace.defines(name)
            }
        for name, digest in self._before.items():
            if name in variables and name not in bound:
                session.namespace.forget(name)
                changed = session.namespace.named(name).version.digest != digest
                if changed or name in session.variables.results(self._identity):
                    bound.add(name)
        return bound - {name for name in bound if self._is_assets_own(name)}

    def _let_go_of_own(self, bound: Collection[str]) -> None:
        """Leave a variable to this cell if the cell was its asset's, and binds it itself now."""
        session = self._session
        for made in session.cells.made_by(self._ref.id):
            if isinstance(made, AssetKey) and made in session.graph and session.graph.spec(made).variable in bound:
                session.values.let_go(made)

    def _is_assets_own(self, name: str) -> bool:
        """Whether ``name`` holds what its asset bound there (a cell may name it without binding it)."""
        key = self._session.graph.variables.get(name)
        current = self._session.values.get(key) if key is not None else None
        return (
            key is not None
            and current is not None
            and current.variable == name
            and not self._session.values.rebound(key)
        )

    def _patching(self, name: str) -> Reading:
        """What the cell read to set parts of ``name``: that does not call what ``name`` reads when it is called."""
        reading = self._reading(self._read.now - {name})
        binding = self._session.variables.bindings.get(name)
        if binding is not None and name not in reading.variables:  # else a helper may have changed it, too
            reading.variables[name] = binding
            reading.parts = self._read.patches[name]
        return reading

    def _reading(self, names: Iterable[str]) -> Reading:
        """What the cell read by ``names``, helpers followed; the bindings are those from before it."""
        session = self._session
        follow = session.namespace.follow(names, session.graph.variables.__contains__)
        reading = Reading(self._identity, self._read.code_version)
        for name in sorted(follow.assets):
            key = session.graph.variables[name]
            current = session.values.get(key)
            if current is not None and (name in session.variables.bindings or current.variable is None):
                continue  # the variable is not the asset's value: rebound by a plain cell, or a definition
            if current is not None:
                reading.assets[key] = current.record.data_version
        for key in sorted(session.asked_for):
            current = session.values.get(key)
            if current is not None:
                reading.assets[key] = current.record.data_version
        for name in sorted(follow.names):
            binding = session.variables.bindings.get(name)
            if binding is not None:
                reading.variables[name] = binding
        return reading

    def _version(self, name: str, reading: Reading) -> str:
        session = self._session
        value = session.namespace.variables[name]
        if not affordable(value):
            return f"run:{next(self._numbers)}"
        version = session.namespace.named(name).version
        if version.kind != "opaque":
            return version.digest
        parts = [self._read.code_version, name]
        parts += [f"{key}={data}" for key, data in sorted(reading.assets.items())]
        parts += [f"{read}={binding.version}" for read, binding in sorted(reading.variables.items())]
        return xxh3_128_hexdigest("\n".join(parts).encode())

    def _verify(self) -> None:
        """Look at the values that the cell may have changed, as far as time allows: those that it names come first."""
        session, assets, names = self._session, self._session.graph.variables, self._read.names
        if not self._has_anything_in_hand():
            return
        named = (assets[name] for name in sorted(names.touches | names.reads) if name in assets)
        session.values.verify_some(named, Budget(NAMED))
        session.values.verify_some(None, Budget(LOOK))

    def _has_anything_in_hand(self) -> bool:
        """Whether the cell can reach any object that was there before it: by a name, or as something imported."""
        names = self._read.names
        return bool(names.reads) or names.opaque or "import" in self._raw
