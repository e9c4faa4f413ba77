"""What an asset would be made from now, and what the store has that was made from just that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import eq

from asset_magic.graph.graph import Graph
from asset_magic.model.definitions import Computation
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import Materialization, Provenance
from asset_magic.session.closures import Closure
from asset_magic.session.files import Files
from asset_magic.session.values import Values
from asset_magic.store.protocol import Store


class Present:
    """The present provenance of each asset.

    Args:
        graph: the assets and their code.
        values: at which versions they stand.
        files: the present versions of files.
        closure: what code reads from the notebook, as last looked at.
        store: what is kept, asked for each time.
    """

    def __init__(
        self,
        graph: Graph,
        values: Values,
        files: Files,
        closure: Callable[[Computation | None], Closure],
        store: Callable[[], Store],
    ) -> None:
        self._graph = graph
        self._values = values
        self._files = files
        self._closure = closure
        self._store = store

    def matches(self, key: AssetKey, recorded: Provenance) -> bool:
        """Whether ``recorded`` is the present provenance of ``key``."""
        definition = self._graph.definitions[key]
        deps, upstream = recorded.deps, self._graph.upstream(key)
        return (
            recorded.code_version == definition.code_version(key)
            and len(deps) == len(upstream)
            # This ends at the first that differs: what reads thousands is asked after each of them has run.
            and all(map(eq, map(deps.get, upstream), map(self.version, upstream)))
            and recorded.globals == self._closure(definition.code).globals
            and self._has_files(recorded)
        )

    def kept(self, key: AssetKey) -> Iterator[Materialization]:
        """The kept materializations of the present provenance, newest first."""
        found = self._store().find(key, self.provenance(key))
        return (one for one in found if self._values.is_readable(one) and self._has_files(one.provenance))

    def _has_files(self, recorded: Provenance) -> bool:
        return all(self._files.version(path) == version for path, version in recorded.files.items())

    def provenance(self, key: AssetKey, files: Mapping[str, str] | None = None) -> Provenance:
        """What ``key`` would be made from now; ``files`` are the versions of the files that it read."""
        definition = self._graph.definitions[key]
        return Provenance(
            definition.code_version(key),
            {up: self.version(up) for up in self._graph.upstream(key)},
            self._closure(definition.code).globals,
            files or {},
            definition.code.source if definition.code is not None else "",
        )

    def version(self, key: AssetKey) -> str:
        """The data version that ``key`` stands at."""
        return self._values.version(key) or ("external" if self.is_unobserved(key) else "none")

    def recalled(self, key: AssetKey) -> Materialization | None:
        """What the store has of ``key`` from another kernel: what holds for the present code and data, else the newest
        that this notebook made.
        """
        store, definition = self._store(), self._graph.definitions[key]
        if definition.code is None or definition.external or not (standings := store.standings(key)):
            return None
        if (found := next(self.kept(key), None)) is not None:
            return found
        mine = next((one for one in standings if one.notebook == store.notebook and not one.beneath), None)
        older = store.stands_at(key, mine) if mine is not None else None
        return older if older is not None and store.holds(older) and self._values.is_readable(older) else None

    def is_unobserved(self, key: AssetKey) -> bool:
        """Whether ``key`` is made elsewhere, and nothing here can look at it."""
        definition = self._graph.definitions.get(key)
        return definition is not None and definition.external and definition.code is None and definition.path is None
