"""A store over another one that is only read: a teacher's results beneath a student's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from asset_magic.model.errors import AssetValueMissing
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, Materialization, Provenance
from asset_magic.store.memory import MemoryStore
from asset_magic.store.protocol import Standing, Store
from asset_magic.store.trusting import Trusted


class LayeredStore:
    """Writes into one store, and reads what that one lacks from another.

    Args:
        upper: written and read.
        lower: only read.
    """

    def __init__(self, upper: Store, lower: Store) -> None:
        self.upper = upper
        self.lower = lower
        self.notebook = upper.notebook
        self.record = upper.record
        self.record_check = upper.record_check
        self.record_failure = upper.record_failure
        self.record_run = upper.record_run
        self.failures = upper.failures
        self.stand = upper.stand
        self.limit = upper.limit
        self.clear = upper.clear

    def history(self, key: AssetKey, limit: int | None = None) -> Sequence[Materialization]:
        """The materializations in both, the newest of the upper store first; see `Store.history`."""
        found = [*self.upper.history(key, limit), *self.lower.history(key, limit)]
        return found[:limit]

    def find(self, key: AssetKey, provenance: Provenance) -> Iterable[Materialization]:
        """The kept materializations with this provenance, those of the upper store first; see `Store.find`."""
        return chain(self.upper.find(key, provenance), self.lower.find(key, provenance))

    def load(self, materialization: Materialization) -> Any:
        """The value as it was recorded; see `Store.load`."""
        try:
            return self.upper.load(materialization)
        except AssetValueMissing:
            if not self.lower.holds(materialization):
                raise
        return self.lower.load(materialization)

    def holds(self, materialization: Materialization) -> bool:
        """Whether the value outlives the memory of this kernel."""
        return self.upper.holds(materialization) or self.lower.holds(materialization)

    def unstored(self, materialization: Materialization) -> str:
        """Why a value that should outlive this kernel does not, in words, or ""."""
        return "" if self.lower.holds(materialization) else self.upper.unstored(materialization)

    def checks(self, key: AssetKey) -> Sequence[AssetCheckEvaluation]:
        """The verdicts in both, those of the upper store first."""
        return [*self.upper.checks(key), *self.lower.checks(key)]

    def ever_failed(self) -> Collection[AssetKey]:
        """The assets of which some verdict in either is a failure."""
        below = self.lower.ever_failed()
        return {*self.upper.ever_failed(), *below} if below else self.upper.ever_failed()

    def standings(self, key: AssetKey) -> Sequence[Standing]:
        """Where ``key`` stands in both, the upper store's last."""
        return [*(replace(one, beneath=True) for one in self.lower.standings(key)), *self.upper.standings(key)]

    def stands_at(self, key: AssetKey, standing: Standing) -> Materialization | None:
        """The materialization of ``key`` that a standing is about."""
        return (self.lower if standing.beneath else self.upper).stands_at(key, standing)

    def moved(self) -> bool:
        """Whether another kernel has written into either since this was asked last."""
        upper, lower = self.upper.moved(), self.lower.moved()
        return upper or lower

    def trust(self) -> Trusted:
        """Trust all that the two stores hold now; see `Store.trust`."""
        below = self.lower.trust()
        if isinstance(self.upper, MemoryStore):
            return below
        above = self.upper.trust()
        return Trusted(dict(Counter(above.values) + Counter(below.values)), above.outputs + below.outputs)

    def close(self) -> None:
        """Let go of both folders."""
        self.upper.close()
        self.lower.close()
