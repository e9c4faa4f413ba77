"""The content of polars' values, by way of Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint import arrow_

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher


def feed_frame(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A data frame: its columns."""
    stream.update(b"%d,%d" % value.shape)
    for column in value.get_columns():
        feed_series(hasher, stream, column)


def feed_series(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A series: its name, its dtype and its elements."""
    import polars as pl

    dtype = value.dtype
    hasher.feed_items(stream, (value.name, repr(dtype)))
    if dtype == pl.Enum:
        hasher.feed_items(stream, dtype.categories.to_list())
    if dtype in (pl.Categorical, pl.Enum):
        # The codes of a categorical depend on what else the process has seen.
        value = value.cast(pl.String)
    if dtype == pl.Object:
        hasher.feed_items(stream, value.to_list())
    else:
        arrow_.feed_array(hasher, stream, value.to_arrow())
