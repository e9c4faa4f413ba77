"""Which assets are fresh, kept up to date by small steps.

An asset is fresh if its own provenance holds and everything that supports it is fresh. `Freshness` never asks about
more assets than a change can reach: losing freshness spreads downstream and stops at what was not fresh, gaining it
spreads to what waits for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from asset_magic.model.keys import AssetKey

Neighbours = Callable[[AssetKey], Sequence[AssetKey]]


class Freshness:
    """The set of fresh assets.

    Args:
        holds: whether an asset's own provenance equals the present one (its upstream left aside).
        supports: what must be fresh for an asset to be fresh.
        dependents: the reverse of ``supports``.
        moved: told of assets that have become fresh, or are no longer.
    """

    def __init__(
        self,
        holds: Callable[[AssetKey], bool],
        supports: Neighbours,
        dependents: Neighbours,
        moved: Callable[[Iterable[AssetKey]], None] = lambda keys: None,
    ) -> None:
        self._holds = holds
        self._moved = moved
        self._supports = supports
        self._dependents = dependents
        self._own: dict[AssetKey, bool] = {}
        self._fresh: set[AssetKey] = set()

    def __contains__(self, key: object) -> bool:
        return key in self._fresh

    def holds(self, key: AssetKey) -> bool:
        """Whether the provenance of ``key`` itself held when it was last looked at."""
        return self._own.get(key, False)

    def update(self, keys: Iterable[AssetKey]) -> None:
        """Look at ``keys`` again, because something that they follow from may have changed."""
        keys = list(keys)
        for key in keys:
            self._own[key] = self._holds(key)
        self._lower(keys)
        self._raise(keys)

    def discard(self, key: AssetKey) -> None:
        """Forget ``key``; what it supported is no longer fresh on its account."""
        self._own.pop(key, None)
        self._lower([key])

    def _ready(self, key: AssetKey) -> bool:
        # Runs go from the first to the last, so that looking from the last on tells at once while there is one to come.
        return self._own.get(key, False) and self._fresh.issuperset(reversed(self._supports(key)))

    def _lower(self, keys: Iterable[AssetKey]) -> None:
        fresh, dependents = self._fresh, self._dependents
        work = [key for key in keys if key in fresh and not self._ready(key)]
        if not work:
            return
        fresh.difference_update(work)
        lowered = list(work)
        while work:
            for down in dependents(work.pop()):
                if down in fresh:
                    fresh.discard(down)
                    work.append(down)
                    lowered.append(down)
        self._moved(lowered)

    def _raise(self, keys: Iterable[AssetKey]) -> None:
        work = [key for key in keys if key not in self._fresh]
        raised = []
        for key in work:  # in this order, what waits for many is looked at when all of them have been
            if key not in self._fresh and self._ready(key):
                self._fresh.add(key)
                raised.append(key)
                work.extend(self._dependents(key))
        if raised:
            self._moved(raised)
