"""The content of what libraries of statistics keep, where pickling would not tell it or tells too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher

_COUNTERS = slice(7, 11)  # of nodes trimmed, leaves, splits and calls: each query counts on


def feed_tree(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A search tree of scikit-learn: its data and nodes, without the counts of what was asked of it."""
    state = list(value.__getstate__())
    del state[_COUNTERS]
    hasher.feed_items(stream, state)


def feed_design(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """What patsy made of a formula, which it does not pickle: the formula and the columns that came of it."""
    hasher.feed_items(stream, [value.describe(), *value.column_names])
