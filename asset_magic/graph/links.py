"""What definitions refer to, before a graph says what that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asset_magic.model.definitions import AssetsDefinition
from asset_magic.model.keys import AssetKey


@dataclass(frozen=True, slots=True)
class Links:
    """What a definition refers to: variable names that its code reads, and the keys that each of its assets states."""

    names: frozenset[str]
    stated: Mapping[AssetKey, tuple[AssetKey, ...]]

    @classmethod
    def of(cls, definition: AssetsDefinition, names: frozenset[str]) -> Links:
        """The references of ``definition``, whose code (helpers included) reads ``names``."""
        return cls(names, {key: definition.deps_of(key) for key in definition.keys})

    @property
    def references(self) -> frozenset[str]:
        """All names and keys."""
        return self.names.union(*self.stated.values())


def upstream_first(definitions: Sequence[AssetsDefinition]) -> Sequence[AssetsDefinition]:
    """``definitions`` in an order in which none has to be connected again when what it refers to appears.

    Those that are in such an order already stay as they are; those that make a circle come last.
    """
    maker: dict[str, AssetsDefinition] = {key: definition for definition in definitions for key in definition.keys}
    needs = {
        definition: {maker[key] for key in Links.of(definition, frozenset()).references if key in maker} - {definition}
        for definition in definitions
    }
    place = {definition: n for n, definition in enumerate(definitions)}
    if all(place[need] < place[definition] for definition in definitions for need in needs[definition]):
        return definitions
    readers: defaultdict[AssetsDefinition, list[AssetsDefinition]] = defaultdict(list)
    for definition in definitions:
        for need in needs[definition]:
            readers[need].append(definition)
    waiting = {definition: len(needs[definition]) for definition in definitions}
    ready = [definition for definition in definitions if not waiting[definition]]
    for definition in ready:
        for reader in readers[definition]:
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    return [*ready, *(definition for definition in definitions if waiting[definition])]
