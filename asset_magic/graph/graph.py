"""The graph: which assets there are and what each is computed from.

One `Graph` belongs to one session. Every change is checked in full before anything is touched, so a definition
that is refused leaves the last good graph as it was.
"""

from __future__ import annotations

import graphlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from asset_magic.graph.links import Links
from asset_magic.model.definitions import AssetCheck, AssetChecksDefinition, AssetsDefinition, Computation
from asset_magic.model.errors import CycleError, DefinitionError, UnknownAssetError
from asset_magic.model.keys import AssetKey
from asset_magic.model.specs import AssetSpec

Upstream = Mapping[AssetKey, tuple[AssetKey, ...]]


class Graph:
    """Assets, checks, and the edges between them.

    Args:
        binds: values are bound to notebook variables, so each asset needs one of its own. Where none is bound, the last
            part of a key is only a short name, and means nothing where two keys share it.

    Attributes:
        definitions: the definition that makes each key.
        variables: the key behind each notebook variable.
        checks: the checks of each asset, by name.
    """

    def __init__(self, *, binds: bool = True) -> None:
        self._binds = binds
        self._shared: set[str] = set()
        self.definitions: dict[AssetKey, AssetsDefinition] = {}
        self.variables: dict[str, AssetKey] = {}
        self.checks: dict[AssetKey, dict[str, AssetCheck]] = {}
        self._links: dict[AssetsDefinition, Links] = {}
        self._upstream: dict[AssetKey, tuple[AssetKey, ...]] = {}
        self._downstream: defaultdict[AssetKey, dict[AssetKey, None]] = defaultdict(dict)
        self._readers: defaultdict[str, dict[AssetsDefinition, None]] = defaultdict(dict)

    def __contains__(self, key: object) -> bool:
        return key in self.definitions

    def __len__(self) -> int:
        return len(self.definitions)

    @property
    def keys(self) -> Iterator[AssetKey]:
        """All keys in topological order."""
        return iter(self.topological(self.definitions))

    def spec(self, key: AssetKey) -> AssetSpec:
        """What is said of ``key``."""
        return self.definitions[key].spec(key)

    def code(self, key: AssetKey) -> Computation | None:
        """The code behind ``key``, if it runs here."""
        return self.definitions[key].code

    def is_external(self, key: AssetKey) -> bool:
        """Whether ``key`` is made elsewhere."""
        return self.definitions[key].external

    def needed_with(self, key: AssetKey) -> tuple[AssetKey, ...]:
        """What cannot but be made when ``key`` is."""
        definition = self.definitions[key]
        return () if definition.can_subset else self.unit(definition)

    def upstream(self, key: AssetKey) -> tuple[AssetKey, ...]:
        """What ``key`` is computed from, directly; keys that are not defined (yet) included."""
        return self._upstream.get(key, ())

    def downstream(self, key: AssetKey) -> tuple[AssetKey, ...]:
        """What is computed from ``key``, directly."""
        return tuple(self._downstream.get(key, ()))

    def undefined(self) -> list[AssetKey]:
        """The keys that something is computed from, and that are not defined (yet)."""
        return [key for key, readers in self._downstream.items() if readers and key not in self.definitions]

    def key_of(self, reference: AssetKey) -> AssetKey:
        """The key that ``reference`` means: itself, or the asset whose variable is called so."""
        return reference if reference in self.definitions else self.variables.get(reference, reference)

    def known(self, name: str) -> AssetKey:
        """The key of the asset called ``name``; its variable will do too.

        Raises:
            UnknownAssetError: there is none.
        """
        if name in self.definitions:
            return AssetKey(name)
        if name in self.variables:
            return self.variables[name]
        import difflib

        near = difflib.get_close_matches(name, [*self.definitions, *self.variables], n=1)
        hint = f": did you mean {near[0]}?" if near else ""
        raise UnknownAssetError(f"there is no asset called {str(name)!r}{hint}")

    def names(self, definition: AssetsDefinition) -> frozenset[str]:
        """The variable names that the code of ``definition`` reads, through helpers too."""
        return self._links[definition].names

    def unit(self, definition: AssetsDefinition) -> tuple[AssetKey, ...]:
        """The keys that ``definition`` still makes (another definition may have taken one over)."""
        keys = definition.keys
        if len(keys) == 1:
            return keys if self.definitions.get(keys[0]) is definition else ()
        return tuple(key for key in keys if self.definitions.get(key) is definition)

    def define(self, definition: AssetsDefinition, names: frozenset[str]) -> None:
        """Add ``definition``, or put it in the place of what made the same keys.

        Args:
            definition: the new definition.
            names: the variables that its code reads, through helpers too.

        Raises:
            CycleError: an asset would depend on itself through others.
            DefinitionError: an asset reads itself, or two keys would bind one variable.
        """
        links = Links.of(definition, names)
        if self._binds:
            self._check_variables(definition)
        taken = {spec.variable: spec.key for spec in definition.specs}
        upstream = self._resolve(links, taken)
        self._check_itself(definition, links, upstream, taken)
        gained = self._would_read(definition)
        self._check_cycle(definition.keys, upstream, gained)
        replaced = {key: self.definitions[key] for key in definition.keys if key in self.definitions}
        lost = [
            reader
            for key, old in replaced.items()
            if old.spec(key).variable != definition.spec(key).variable
            for reader in self._references_to(key, old.spec(key).variable)
        ]
        for old in set(replaced.values()):
            self._drop_keys(old, definition.keys)
        self._links[definition] = links
        for spec in definition.specs:
            self.definitions[spec.key] = definition
            lost += self._name(spec)
        for reference in links.references:
            self._readers[reference][definition] = None
        for check in definition.check_specs:
            self.checks.setdefault(check.asset_key, {})[check.name] = AssetCheck(check, None)
        self._connect(definition, upstream)
        for reader in (*gained, *lost):
            self._reconnect(reader)

    def define_again(self, definition: AssetsDefinition, before: AssetsDefinition) -> None:
        """Put ``definition`` in the place of ``before``, which makes all of the same keys from the same upstream."""
        links = self._links[definition] = self._links.pop(before)
        for reference in links.references:
            self._readers[reference].pop(before)
            self._readers[reference][definition] = None
        for key in definition.keys:
            del self.definitions[key]  # it comes last then, as any cell that ran last
            self.definitions[key] = definition
        self._connect(definition, {key: self._upstream[key] for key in definition.keys})

    def _name(self, spec: AssetSpec) -> list[AssetsDefinition]:
        """Let a variable stand for its asset, and return what has read another asset by that name so far."""
        name = spec.variable
        other = self.variables.get(name)
        if name in self._shared or (other is not None and other != spec.key):
            self._shared.add(name)
            self.variables.pop(name, None)
            return list(self._readers.get(name, {}))
        self.variables[name] = spec.key
        return []

    def set_names(self, definition: AssetsDefinition, names: frozenset[str]) -> None:
        """Tell that the code of ``definition`` now reads ``names``, because a helper of it changed.

        Raises:
            CycleError: the helper reads an asset that is computed from ``definition``; nothing has changed.
        """
        old = self._links[definition]
        links = Links(names, old.stated)
        upstream = self._resolve(links, {})
        self._check_itself(definition, links, upstream, {})
        self._check_cycle(definition.keys, upstream, ())
        for name in old.names - names:
            self._readers[name].pop(definition, None)
        for name in names:
            self._readers[name][definition] = None
        self._links[definition] = links
        self._connect(definition, upstream)

    def remove(self, *keys: AssetKey) -> None:
        """Take ``keys`` out; what reads them is left with an upstream that is not defined.

        Checks with code of their own stay, for when there is an asset of that key again.
        """
        readers: dict[AssetsDefinition, None] = {}
        for key in keys:
            definition = self.definitions[key]
            self._drop_keys(definition, (key,))
            readers |= dict.fromkeys(self._references_to(key, definition.spec(key).variable))
        for reader in readers:
            self._reconnect(reader)

    def add_checks(self, definition: AssetChecksDefinition) -> None:
        """Add the checks of ``definition``, each in the place of the one with its name."""
        for check in definition.checks:
            self.checks.setdefault(check.spec.asset_key, {})[check.spec.name] = check

    def remove_check(self, asset: AssetKey, name: str) -> None:
        """Take a check out; an unknown one is no error."""
        self.checks.get(asset, {}).pop(name, None)

    def ancestors(self, keys: Iterable[AssetKey]) -> set[AssetKey]:
        """``keys`` and everything defined that they are computed from."""
        return self._reach(keys, self._upstream)

    def descendants(self, keys: Iterable[AssetKey]) -> set[AssetKey]:
        """``keys`` and everything computed from them."""
        return self._reach(keys, self._downstream)

    def topological(self, keys: Iterable[AssetKey]) -> list[AssetKey]:
        """``keys`` with upstream before downstream; otherwise in the order of ``keys``."""
        wanted = dict.fromkeys(keys)
        if len(wanted) < 2:
            return list(wanted)
        waiting = {key: sum(1 for up in self._upstream.get(key, ()) if up in wanted) for key in wanted}
        ready = [key for key, count in waiting.items() if not count]
        for key in ready:
            for down in self._downstream.get(key, ()):
                if down in waiting:
                    waiting[down] -= 1
                    if not waiting[down]:
                        ready.append(down)
        return ready

    def _reach(self, keys: Iterable[AssetKey], edges: Mapping[AssetKey, Iterable[AssetKey]]) -> set[AssetKey]:
        seen = {key for key in keys if key in self.definitions}
        work = list(seen)
        while work:
            for key in edges.get(work.pop(), ()):
                if key not in seen and key in self.definitions:
                    seen.add(key)
                    work.append(key)
        return seen

    def _resolve(self, links: Links, taken: Mapping[str, AssetKey]) -> Upstream:
        """What each key is computed from: the keys that it states, and those of the names that the code reads."""
        read = [key for name in sorted(links.names) if (key := self._by_name(name, taken)) is not None]
        return {
            key: tuple(dict.fromkeys([*[self._meant(reference, taken) for reference in stated], *read]))
            for key, stated in links.stated.items()
        }

    def _by_name(self, name: str, taken: Mapping[str, AssetKey]) -> AssetKey | None:
        return self.variables.get(name) or taken.get(name)

    def _meant(self, reference: AssetKey, taken: Mapping[str, AssetKey]) -> AssetKey:
        return reference if reference in self.definitions else self._by_name(reference, taken) or reference

    def _check_variables(self, definition: AssetsDefinition) -> None:
        mine: dict[str, AssetKey] = {}
        for spec in definition.specs:
            variable = spec.variable
            owner = mine.get(variable) or self.variables.get(variable)
            if owner is not None and owner != spec.key:
                raise DefinitionError(
                    f"{owner} and {spec.key} would both be the variable {variable}: "
                    f"give one of them another variable with bind="
                )
            mine[variable] = spec.key

    def _check_itself(
        self, definition: AssetsDefinition, links: Links, upstream: Upstream, taken: Mapping[str, AssetKey]
    ) -> None:
        """Refuse assets that read themselves; one of several made together may be said to depend on another."""
        own = set(definition.keys)
        if all(own.isdisjoint(ups) for ups in upstream.values()):
            return
        inside = {key: [up for up in ups if up in own] for key, ups in upstream.items()}
        code = definition.code
        read = {self._by_name(name, taken) for name in links.names}
        read |= {self._meant(key, taken) for key in code.parameters.values()} if code is not None else set()
        for key, ups in inside.items():
            if key in ups or not read.isdisjoint(ups):
                variable = definition.spec(key).variable
                raise DefinitionError(
                    f"{key} reads itself: {variable} is read before the body binds it. "
                    "Give the result or the input another name."
                )
        try:
            graphlib.TopologicalSorter(inside).prepare()
        except graphlib.CycleError as error:
            raise CycleError(tuple(reversed(error.args[1]))) from None

    def _references_to(self, key: AssetKey, variable: str) -> list[AssetsDefinition]:
        by_key = self._readers.get(key, {})
        return list(by_key if key == variable else {**by_key, **self._readers.get(variable, {})})

    def _would_read(self, definition: AssetsDefinition) -> list[AssetsDefinition]:
        """Definitions that refer to a key which appears only now."""
        return [
            reader
            for spec in definition.specs
            if self.variables.get(spec.variable) != spec.key or spec.key not in self.definitions
            for reader in self._references_to(spec.key, spec.variable)
            if not set(reader.keys) & set(definition.keys)
        ]

    def _check_cycle(self, keys: tuple[AssetKey, ...], upstream: Upstream, gained: Sequence[AssetsDefinition]) -> None:
        if not gained and not any(map(self._downstream.get, keys)):
            return  # nothing is computed from them
        goals = {up for ups in upstream.values() for up in ups if up in self.definitions}.difference(keys)
        if not goals or (
            not gained and all(set(ups) <= set(self._upstream.get(key, ())) for key, ups in upstream.items())
        ):
            return
        came: dict[AssetKey, AssetKey | None] = dict.fromkeys(keys)
        work: list[AssetKey] = []
        for reader in gained:
            for key in self.unit(reader):
                came.setdefault(key, keys[0])
                work.append(key)
        for key in keys:
            for down in self._downstream.get(key, ()):
                if down not in came:
                    came[down] = key
                    work.append(down)
        while work:
            key = work.pop()
            if key in goals:
                raise CycleError(_path(came, key, keys))
            for down in self._downstream.get(key, ()):
                if down not in came:
                    came[down] = key
                    work.append(down)

    def _connect(self, definition: AssetsDefinition, upstream: Upstream) -> None:
        for key in self.unit(definition):
            for old in self._upstream.get(key, ()):
                self._downstream[old].pop(key, None)
            self._upstream[key] = upstream[key]
            for up in upstream[key]:
                self._downstream[up][key] = None

    def _reconnect(self, definition: AssetsDefinition) -> None:
        if definition in self._links:
            self._connect(definition, self._resolve(self._links[definition], {}))

    def _drop_keys(self, definition: AssetsDefinition, keys: Iterable[AssetKey]) -> None:
        for key in keys:
            if self.definitions.get(key) is not definition:
                continue
            for up in self._upstream.pop(key, ()):
                self._downstream[up].pop(key, None)
            del self.definitions[key]
            for check in [check for check in self.checks.get(key, {}).values() if check.code is None]:
                self.remove_check(key, check.spec.name)
            self.variables.pop(definition.spec(key).variable, None)
        if not self.unit(definition):
            links = self._links.pop(definition)
            for reference in links.references:
                self._readers[reference].pop(definition, None)


def _path(came: Mapping[AssetKey, AssetKey | None], end: AssetKey, keys: tuple[AssetKey, ...]) -> tuple[str, ...]:
    """The circle as a reader follows it: each asset, then what it is computed from, back to the first."""
    steps: list[AssetKey] = [end]
    while (before := came[steps[-1]]) is not None:
        steps.append(before)
    first = steps[-1] if steps[-1] in keys else keys[0]
    return (first, *steps[:-1], first) if steps[-1] == first else (first, *steps, first)
