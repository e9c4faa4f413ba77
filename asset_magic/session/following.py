"""What the code of each definition reads from the notebook, through helpers too, and who reads what."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from asset_magic.graph.graph import Graph
from asset_magic.model.definitions import AssetsDefinition, Computation
from asset_magic.model.errors import CycleError, DefinitionError
from asset_magic.model.keys import AssetKey
from asset_magic.reading.helpers import IMPORT
from asset_magic.session.closures import Closure
from asset_magic.session.cost import VARIABLES, Budget
from asset_magic.session.namespace import Namespace
from asset_magic.session.variables import Binding, Variables

_NOTHING = Closure()
_State = tuple[object, "Binding | None", str, frozenset[AssetKey]]


class Following:
    """Follows the names that definitions read; the edges of the graph go with them.

    Args:
        graph: the definitions.
        namespace: the notebook's variables.
        variables: what plain variables were bound from.
        outdated: what is wrong with a variable in itself, or "".
        noticed: told of assets whose code has been followed anew.
        say: says a sentence to the reader.

    Attributes:
        waiting: the code that needs an event loop.
        watched: the assets that plain variables which an asset reads were computed from.
        watchers: the reverse of it.
        unseen: names that were left out when this last looked for changes.
    """

    def __init__(
        self,
        graph: Graph,
        namespace: Namespace,
        variables: Variables,
        outdated: Callable[[str], str],
        noticed: Callable[[Iterable[AssetKey]], None],
        say: Callable[[str], None],
    ) -> None:
        self._graph = graph
        self._namespace = namespace
        self._variables = variables
        self._outdated = outdated
        self._noticed = noticed
        self._say = say
        self.waiting: set[Computation] = set()
        self.watched: dict[AssetKey, set[AssetKey]] = {}
        self.unseen: dict[str, None] = {}
        self.watchers: defaultdict[AssetKey, dict[AssetKey, None]] = defaultdict(dict)
        self._closures: dict[Computation, Closure] = {}
        self._readers: defaultdict[str, dict[AssetsDefinition, None]] = defaultdict(dict)
        self._waiting_for: defaultdict[str, dict[AssetsDefinition, None]] = defaultdict(dict)
        self._states: dict[str, _State] = {}

    def closure(self, code: Computation | None) -> Closure:
        """What ``code`` reads, as last looked at."""
        if code is None:
            return _NOTHING
        known = self._closures.get(code)
        return known if known is not None else self.follow(code)

    def follow(self, code: Computation | None) -> Closure:
        """What ``code`` reads now."""
        if code is None or code.namespace is not self._namespace.variables:
            return _NOTHING
        reads = code.reads.union(f"{IMPORT}{module}" for module in code.imports) if code.imports else code.reads
        return self._namespace.closure(reads, self._graph.variables.__contains__, code.binds, code.dotted)

    def follow_again(self, keys: Iterable[AssetKey]) -> None:
        """Follow the code of ``keys`` anew."""
        for definition in {self._graph.definitions[key]: None for key in keys if key in self._graph}:
            closure = self.follow(definition.code)
            names = names_of(definition, closure)
            self._noticed(definition.keys)
            if names != self._graph.names(definition):
                try:
                    self._graph.set_names(definition, names)
                except (CycleError, DefinitionError) as error:
                    self._say(f"a helper of {definition.name} cannot be followed: {error}")
                    continue
            self.track(definition, closure)

    def follow_imports(self, definition: AssetsDefinition) -> None:
        """Look at the modules that the code of ``definition``, or a helper of it, has imported while it ran."""
        closure = self.closure(definition.code)
        if closure.pending and any(module in sys.modules for module in closure.pending):
            for name in closure.globals:
                self._namespace.forget(name)
            self.follow_again(definition.keys)

    def readers(self, name: str) -> list[AssetKey]:
        """The assets whose code reads the variable ``name``, through helpers too."""
        return [key for definition in self._readers.get(name, ()) for key in self._graph.unit(definition)]

    def changed(self, keys: Collection[AssetKey] | None = None) -> dict[AssetsDefinition, None]:
        """The definitions that read names which have changed, or have appeared, since this was asked.

        Args:
            keys: the assets that are of interest. What only others read is left unseen if looking at it takes long.
        """
        budget = Budget(VARIABLES)
        self.unseen = {} if keys is None else {name: None for name in self._readers if not self._affords(name, budget)}
        needed = self._read_by(keys) if keys and self.unseen else ()
        for name in needed:
            self.unseen.pop(name, None)
        found = {
            definition: None
            for name, readers in list(self._readers.items())
            if name not in self.unseen and self._state_changed(name)
            for definition in readers
        }
        for name in self._waiting_for.keys() & self._namespace.variables.keys():
            if self._namespace.defines(name):
                found.update(self._waiting_for[name])
        return found

    @property
    def variables(self) -> Collection[str]:
        """The names that any code reads."""
        return self._readers.keys()

    def _affords(self, name: str, budget: Budget) -> bool:
        cost = self._namespace.cost(name)
        affords = budget.affords(cost)
        if affords:
            budget.spend(cost)
        return affords

    def _read_by(self, keys: Iterable[AssetKey]) -> set[str]:
        """The names that the code behind ``keys`` reads, upstream all the way."""
        seen = dict.fromkeys(keys)
        found = set[str]()
        for key in (queue := list(seen)):
            found |= self.closure(self._graph.code(key)).names if key in self._graph else set()
            up = (*self._graph.upstream(key), *self.watched.get(key, ())) if key in self._graph else ()
            fresh = [other for other in up if other not in seen]
            seen.update(dict.fromkeys(fresh))
            queue += fresh
        return found

    def track(self, definition: AssetsDefinition, closure: Closure) -> None:
        """Note that ``definition`` reads ``closure``."""
        if definition.code is None:
            return
        before = self._closures.get(definition.code)
        if definition.code.awaits:
            self.waiting.add(definition.code)
        self._closures[definition.code] = closure
        for name in before.names if before is not None else ():
            if name not in closure.names:
                self._readers[name].pop(definition, None)
        for name in before.absent if before is not None else ():
            self._wait_no_more(name, definition)
        for name in closure.absent:
            self._waiting_for[name][definition] = None
        for name in _tracked(definition.code, closure):
            self._readers[name][definition] = None
            if name not in self._states:  # else a change that other readers have not heard of would be lost
                self._state_changed(name)
        watched = self._variables.assets_behind(closure.globals) - set(definition.keys) if closure.globals else set()
        for key in self._graph.unit(definition):
            self._unwatch(key)
            if watched:
                self.watched[key] = watched
                for up in watched:
                    self.watchers[up][key] = None

    def untrack(self, definition: AssetsDefinition) -> None:
        """Note that ``definition`` is gone."""
        if definition.code is None:
            return
        closure = self._closures.pop(definition.code, _NOTHING)
        self.waiting.discard(definition.code)
        for name in _tracked(definition.code, closure):
            self._readers[name].pop(definition, None)
        for name in closure.absent:
            self._wait_no_more(name, definition)
        for key in definition.keys:
            self._unwatch(key)

    def _wait_no_more(self, name: str, definition: AssetsDefinition) -> None:
        waiting = self._waiting_for[name]
        waiting.pop(definition, None)
        if not waiting:
            del self._waiting_for[name]

    def _unwatch(self, key: AssetKey) -> None:
        for old in self.watched.pop(key, ()):
            self.watchers[old].pop(key, None)

    def _state_changed(self, name: str) -> bool:
        version = self._namespace.named(name).version.digest if self._namespace.defines(name) else None
        behind = frozenset(self._variables.assets_behind([name]))
        state = (version, self._variables.bindings.get(name), self._outdated(name), behind)
        changed = self._states.get(name) != state
        self._states[name] = state
        return changed


def names_of(definition: AssetsDefinition, closure: Closure) -> frozenset[str]:
    """The names that may stand for assets which ``definition`` depends on."""
    code = definition.code
    soft = code.reads & code.binds if code is not None and code.binds else ()
    return closure.names.union(closure.absent, soft)


def _tracked(code: Computation, closure: Closure) -> tuple[str, ...]:
    return (*closure.globals, *(code.reads & code.binds))
