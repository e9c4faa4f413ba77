"""The session: the one owner of a kernel's graph, current values and freshness."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from asset_magic.graph.graph import Graph
from asset_magic.graph.staleness import Freshness
from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition, Computation
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetStatus
from asset_magic.session.cells import Cells, Made
from asset_magic.session.changes import Changes
from asset_magic.session.closures import Closure
from asset_magic.session.current import Current
from asset_magic.session.elsewhere import Elsewhere
from asset_magic.session.files import Files
from asset_magic.session.following import Following, names_of
from asset_magic.session.left import Left
from asset_magic.session.namespace import Namespace
from asset_magic.session.present import Present
from asset_magic.session.rivals import Rivals
from asset_magic.session.sources import observe_path
from asset_magic.session.suspects import Suspects
from asset_magic.session.values import Values
from asset_magic.store.memory import MemoryStore
from asset_magic.store.protocol import Store

if TYPE_CHECKING:
    from asset_magic.graph.causes import StaleCause


def say(text: str) -> None:
    """Tell the reader a sentence, on their own page."""
    print(f"asset_magic: {text}", file=sys.stderr)  # noqa: T201 - the reader's own page


class Session:
    """What one kernel knows of its assets.

    Args:
        variables: the notebook's variables.
        store: where materializations are kept.
        binds: values are bound to variables, as in a notebook.
        hidden: names that belong to the shell.
        notify: says a sentence to the reader; may be replaced while another page asks.
        left: what an earlier session of the same notebook left.

    Attributes:
        lock: guards all of this; whoever comes from another thread takes it.
        suspects: which code ran when.
        changes: which assets may look different from when a page last drew them.
        last_run: how the last run left an asset: ``"success"``, ``"failed"``, ``"skipped"`` or ``"running"``.
        errors: the failure of the last run, by asset.
        withheld: assets whose last run gave them no value on purpose.
        asked_for: assets whose value the plain cell that runs got from the registry, and not from a variable.
        present: what each asset would be made from now; its methods are at hand here, too.
        elsewhere: what other notebooks made in the same store.
        following: what the code of each definition reads from the notebook.
        rivals: tells of names that several plain cells bind.
    """

    def __init__(
        self,
        variables: dict[str, Any],
        *,
        store: Store | None = None,
        binds: bool = True,
        hidden: Callable[[], Collection[str]] = tuple,
        notify: Callable[[str], None] = say,
        left: Left | None = None,
    ) -> None:
        self.lock = threading.RLock()
        self.changes = Changes()
        self.graph = Graph(binds=binds)
        self.store: Store = store if store is not None else MemoryStore()
        left = left or Left()
        left.unbind(variables)
        self.variables = left.origins
        self.namespace = Namespace(variables, hidden, self._bound_by)
        self.files = Files()
        self.notify = notify
        self.suspects = Suspects()
        self.values = Values(
            self.namespace,
            self.store,
            self._say,
            self.suspects,
            self.variables.derived_from,
            self.changed,
            self._not_readable,
        )
        self.cells = Cells(self.retire)
        self.last_run: dict[AssetKey, str] = {}
        self.errors: dict[AssetKey, BaseException | str] = {}
        self.withheld: set[AssetKey] = set()
        self.asked_for: set[AssetKey] = set()
        self.following = Following(
            self.graph, self.namespace, self.variables, self._outdated, self.changes.note_reasons, self._say
        )
        self.elsewhere = Elsewhere(self)
        self.present = Present(self.graph, self.values, self.files, self.closure, lambda: self.store)
        self.version = self.present.version
        self.provenance = self.present.provenance
        self.matches = self.present.matches
        self.kept = self.present.kept
        self.rivals = Rivals(self.variables, self.following.readers, self._say)
        self._freshness = Freshness(self._holds, self._supports, self._dependents, self.changes.note)
        self._outdated_keys: set[AssetKey] = set()
        self._looked = -1
        self._still = False

    # Definitions

    def define(self, definition: AssetsDefinition) -> None:
        """Register ``definition``.

        Raises:
            CycleError, DefinitionError: it cannot be part of the graph, which stays as it was.
        """
        self.refresh(())
        closure = self.following.follow(definition.code)
        known = self.graph.definitions
        before = known.get(definition.keys[0])
        if before is not None and self._is_again(definition, before, closure):
            self.graph.define_again(definition, before)
            self.following.untrack(before)
            self.following.track(definition, closure)
            self.changes.note(definition.keys)
            return
        old = {key: known[key] for key in definition.keys if key in known}
        gone = {key: one.spec(key).variable for key, one in old.items()}
        self.graph.define(definition, names_of(definition, closure))
        for key, variable in gone.items():
            current = self.values.get(key)
            if current is not None and current.variable not in (None, definition.spec(key).variable):
                self.values.rename(key, variable, definition.spec(key).variable)
        for one in set(old.values()):
            if not self.graph.unit(one):
                self.following.untrack(one)
        self.following.track(definition, closure)
        readers = [down for key in definition.keys for down in self.graph.downstream(key)]
        if readers:
            self.following.follow_again(readers)
        self.changes.note(definition.keys)
        self.elsewhere.defined(definition)
        self._freshness.update([*definition.keys, *self._all_dependents(definition.keys)])

    def _is_again(self, definition: AssetsDefinition, before: AssetsDefinition, closure: Closure) -> bool:
        """Whether ``definition`` only comes again, so that nothing about the graph or freshness can have changed."""
        return (
            definition.is_again(before)
            and self.graph.unit(before) == before.keys
            and self.following.closure(before.code) == closure
        )

    def add_checks(self, definition: AssetChecksDefinition) -> None:
        """Register the checks of ``definition``.

        Raises:
            UnknownAssetError: there is no such asset to check.
            DefinitionError: the code of the asset evaluates a check of that name.
        """
        for spec in definition.specs:
            checks = self.graph.checks.get(self.known(spec.asset_key), {})
            if spec.name in checks and checks[spec.name].code is None:
                raise DefinitionError(
                    f"{spec.asset_key} evaluates the check {spec.name} itself, by check_specs: give one another name"
                )
        self.graph.add_checks(definition)
        self.changes.note(self.known(spec.asset_key) for spec in definition.specs)
        if definition.code.awaits:
            self.following.waiting.add(definition.code)

    def retire(self, *made: Made) -> None:
        """Take assets (and their variables) and checks out of the graph."""
        for check in made:
            if isinstance(check, tuple):
                self.graph.remove_check(*check)
                self.changes.note(check[:1])
        self._retire_assets([key for key in made if not isinstance(key, tuple) and key in self.graph])
        for each in made:
            self.cells.forget(each)

    def forget(self, *keys: AssetKey) -> None:
        """Take assets out of the graph with all of their checks, as the reader asked."""
        self.retire(*keys, *(check.spec.key for key in keys for check in self.graph.checks.get(key, {}).values()))

    def _retire_assets(self, keys: Sequence[AssetKey]) -> None:
        definitions = {self.graph.definitions[key]: None for key in keys}
        readers = dict.fromkeys(down for key in keys for down in self.graph.downstream(key))
        self.graph.remove(*keys)
        for key in keys:
            self.values.drop(key)
            self.last_run.pop(key, None)
            self.errors.pop(key, None)
            self.withheld.discard(key)
        for definition in definitions:
            if not self.graph.unit(definition):
                self.following.untrack(definition)
        for key in keys:
            self._freshness.discard(key)
        left = [key for key in readers if key in self.graph]
        self.changes.note((*keys, *left))
        self.following.follow_again(left)
        self._freshness.update(left)

    def known(self, key: AssetKey | str) -> AssetKey:
        """The key of the asset called ``key``; its variable will do too.

        Raises:
            UnknownAssetError: there is none.
        """
        return self.graph.known(key)

    def keep_in(self, store: Store) -> None:
        """Keep results in another store from now on; there must be none yet."""
        self.store = store
        self.values.keep_in(store)

    def look_in_store_again(self) -> None:
        """Look for what the store would not give so far."""
        self.values.try_again()
        self.elsewhere.look()
        self._freshness.update(list(self.graph.definitions))

    def variable_of(self, key: AssetKey) -> str | None:
        """The variable that the value of ``key`` is bound to; None where it is bound to none, as with functions."""
        definition = self.graph.definitions[key]
        code = definition.code
        binds = code is None or (code.isolated and code.namespace is not None)
        return definition.spec(key).variable if binds else None

    def end(self) -> Left:
        """What the next session of this notebook must know; values stay in their variables."""
        current = [(key, one) for key in self.graph.definitions if (one := self.values.get(key)) is not None]
        bound = {one.variable: one.held for key, one in current if one.variable and not self.values.rebound(key)}
        return Left(self.variables, bound)

    # State

    def status(self, key: AssetKey) -> AssetStatus:
        """How ``key`` stands now."""
        self.refresh((key,))
        has_value = self.values.get(key) is not None
        if has_value:
            self.values.verify(key)
        if key in self._freshness:
            return AssetStatus.FRESH
        return AssetStatus.STALE if has_value else AssetStatus.MISSING

    def is_fresh(self, key: AssetKey) -> bool:
        """Whether ``key`` was fresh when the session last looked at the world."""
        return key in self._freshness

    def is_up(self, key: AssetKey) -> bool:
        """Whether ``key`` is fresh, and was brought up in this kernel: what is only stored is not bound yet."""
        current = self.values.get(key)
        return key in self._freshness and (current is None or current.up or self.graph.code(key) is None)

    def needs_run(self, key: AssetKey) -> bool:
        """Whether running ``key`` would make something other than its current value, or bring up a stored one."""
        current = self.values.get(key)
        return current is None or not current.up or not self._stands(key, current)

    def _stands(self, key: AssetKey, current: Current) -> bool:
        return not current.lost and self.matches(key, current.record.provenance)

    def causes(self, key: AssetKey) -> tuple[StaleCause, ...]:
        """Why ``key`` is not fresh; empty if it is."""
        if self.status(key) is AssetStatus.FRESH:
            return ()
        from asset_magic.session.explain import explain  # not needed while all is fresh

        return explain(self, key, self.causes)

    def problems(self, key: AssetKey) -> list[str]:
        """What only the reader can mend: plain variables that no longer follow from their cells."""
        found: dict[str, None] = {}
        for name in self.closure(self.graph.code(key)).globals:
            problem = self.problem(name)
            if problem:
                found[problem] = None
        return list(found)

    def problem(self, name: str) -> str:
        """Why the plain variable ``name`` no longer follows from the cell that bound it, or ""."""
        return self._problem(name, self._freshness.__contains__)

    def tell_rivals(self, keys: Iterable[AssetKey]) -> None:
        """Tell of names that ``keys`` read and plain cells disagree on."""
        for key in keys:
            self.rivals.tell_readers(key, self.closure(self.graph.code(key)).globals)

    def closure(self, code: Computation | None) -> Closure:
        """What ``code`` reads from the notebook, as last looked at."""
        return self.following.closure(code)

    def look_again(self) -> None:
        """Tell that a cell asks while it runs, so that what it bound before counts already."""
        if self.cells.current is not None:
            self.namespace.advance()
            self.suspects.ran(str(self.cells.current.ref))

    def refresh(self, keys: Collection[AssetKey] | None = None) -> None:
        """Look at the world: notebook variables after plain cells, files whenever asked.

        Args:
            keys: the assets that are asked for, by default all. What only others read waits if looking takes long.
        """
        if self._still:
            return
        if keys is None or keys:
            self.elsewhere.moved()
        if self._looked != self.namespace.epoch or (self.following.unseen and keys != ()):
            self._looked = self.namespace.epoch
            dirty = self.following.changed(keys)
            self.following.follow_again(key for definition in dirty for key in self.graph.unit(definition))
            # What was outdated may have become so through an asset, unseen by the states of the variables.
            outdated = list(self._outdated_keys)
            self._freshness.update([*outdated, *(key for definition in dirty for key in self.graph.unit(definition))])
        for readers in self.files.changed():
            self._observe_paths(readers)
            self._freshness.update([key for key in readers if key in self.graph])

    def catch_up(self) -> bool:
        """Look at something that has been left out so far. Returns whether there was anything."""
        left = next(iter(self.following.unseen), None)
        if left is not None:
            self.refresh(self.following.readers(left))
        return left is not None

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Look at the world once for all that is asked meanwhile; nothing may run."""
        self.refresh()
        before, self._still = self._still, True
        try:
            yield
        finally:
            self._still = before

    def bind(self, keys: Iterable[AssetKey]) -> None:
        """Bind current values to their variables again, as running their cell does."""
        for key in keys:
            self.values.bind(key)
            self.variables.unbound([self.graph.spec(key).variable])

    def changed(self, key: AssetKey, *, moved: bool = True) -> None:
        """Tell that ``key`` stands at another materialization now; ``moved`` off if at the same data version."""
        record = self.values.get(key)
        for path in record.record.provenance.files if record is not None else ():
            self.files.watch(path, key)
        self.changes.note((key,))
        if moved and self.changes.wanted:
            self.changes.note_reasons(self._all_dependents((key,)))
        self._freshness.update([key, *self._all_dependents((key,))] if moved else [key])

    def _observe_paths(self, keys: Iterable[AssetKey]) -> None:
        for key in keys:
            if key in self.graph and self.graph.definitions[key].path is not None:
                observe_path(self, key)

    # How things hang together

    def _holds(self, key: AssetKey) -> bool:
        definition = self.graph.definitions.get(key)
        if definition is None:
            self._outdated_keys.discard(key)
            return False
        if self.present.is_unobserved(key):
            return True
        closure = self.closure(definition.code)
        if any(map(self._outdated, closure.globals)):
            self._outdated_keys.add(key)
            return False
        self._outdated_keys.discard(key)
        current = self.values.get(key) or self._recall(key)
        return current is not None and self._stands(key, current) and not closure.missing

    def _recall(self, key: AssetKey) -> Current | None:
        """Let ``key`` stand where another kernel has left it, if it did."""
        record = self.present.recalled(key)
        if record is not None:
            self.values.shelve(record, self.variable_of(key))
        return self.values.get(key)

    def _outdated(self, name: str) -> str:
        """What is wrong with a variable in itself; that an asset behind it is stale is for `_supports` to say."""
        return self._problem(name, lambda key: True)

    def _problem(self, name: str, is_fresh: Callable[[AssetKey], bool]) -> str:
        problem = self.variables.problem(name, self.values.version, is_fresh)
        if not problem and (module := self.namespace.superseded(name)):
            return f"{name} is from an earlier {module}; run {self.variables.cell_of(name)}"
        return problem or self.namespace.outdated(name)

    def _supports(self, key: AssetKey) -> Sequence[AssetKey]:
        watched = self.following.watched.get(key)
        return (*self.graph.upstream(key), *watched) if watched else self.graph.upstream(key)

    def _dependents(self, key: AssetKey) -> Sequence[AssetKey]:
        watchers = self.following.watchers.get(key)
        return (*self.graph.downstream(key), *watchers) if watchers else self.graph.downstream(key)

    def _all_dependents(self, keys: Iterable[AssetKey]) -> list[AssetKey]:
        return [down for key in keys for down in self._dependents(key)]

    def _not_readable(self, key: AssetKey) -> None:
        """A value that cannot be read counts as missing; one of another notebook stays the version that it is."""
        if not self.present.is_unobserved(key):
            self.values.drop(key)
        self.changed(key)

    def _say(self, text: str) -> None:
        self.notify(text)

    def _bound_by(self, name: str) -> str:
        binding = self.variables.bindings.get(name)
        return binding.version if binding is not None else "unknown"
