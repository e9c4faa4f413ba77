"""Which assets may look different from when a page last drew them."""

from __future__ import annotations

from collections.abc import Iterable

from asset_magic.model.keys import AssetKey


class Changes:
    """Collects the keys of assets that have changed, while somebody wants to know.

    Attributes:
        wanted: whether they are collected at all.
    """

    def __init__(self) -> None:
        self.wanted = False
        self._keys: dict[AssetKey, None] = {}
        self._reasons: dict[AssetKey, None] = {}

    def note(self, keys: Iterable[AssetKey]) -> None:
        """Tell that ``keys`` have changed."""
        if self.wanted:
            self._keys |= dict.fromkeys(keys)

    def note_reasons(self, keys: Iterable[AssetKey]) -> None:
        """Tell that ``keys`` stand as before, but perhaps for another reason, which can wait for the end of a run."""
        if self.wanted:
            self._reasons |= dict.fromkeys(keys)

    def take(self, *, reasons: bool = True) -> list[AssetKey]:
        """What has changed since the last time, in order; ``reasons`` off leaves those for later."""
        found = self._keys
        self._keys = {}
        if reasons:
            found |= self._reasons
            self._reasons = {}
        return list(found)
