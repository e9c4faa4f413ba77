"""What definitions refer to, before a graph says what that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
        return cls(names, definition.stated)

    @property
    def references(self) -> frozenset[str]:
        """All names and keys."""
        return self.names.union(*self.stated.values())


def _is_upstream_first(definitions: Sequence[AssetsDefinition], made: Collection[AssetKey]) -> bool:
    before: set[AssetKey] = set()
    for definition in definitions:
        before.update(definition.keys)
        if any(key in made and key not in before for deps in definition.stated.values() for key in deps):
            return False
    return True


def upstream_first(definitions: Sequence[AssetsDefinition]) -> Sequence[AssetsDefinition]:
    """``definitions`` in an order in which none has to be connected again when what it refers to appears.

    Those that are in such an order already stay as they are; those that make a circle come last.
    """
    maker = {key: definition for definition in definitions for key in definition.keys}
    if _is_upstream_first(definitions, maker):
        return definitions
    needs = {
        definition: {maker[key] for deps in definition.stated.values() for key in deps if key in maker} - {definition}
        for definition in definitions
    }
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
