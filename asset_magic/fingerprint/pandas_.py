"""The content of pandas' values. How columns are put together into blocks does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xxhash import xxh3_128, xxh3_128_digest

from asset_magic.fingerprint.columns import Column, clear_nulls
from asset_magic.fingerprint.numpy_ import feed_elements
from asset_magic.fingerprint.objects import feed_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asset_magic.fingerprint.structural import Hasher

_SCRATCH = 1 << 18


def feed_frame(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A data frame: its index, its columns with their dtypes and elements, and its attributes."""
    _feed_labels(hasher, stream, value)
    hasher.feed(stream, value.columns)
    digests: list[bytes] = [b""] * value.shape[1]
    for place, digest in _column_digests(hasher, value):
        digests[place] = digest
    stream.update(b"".join(digests))


def feed_series(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A series: its index, its name, its dtype and elements, and its attributes."""
    _feed_labels(hasher, stream, value)
    hasher.feed_items(stream, (value.name,))
    stream.update(_column_digest(hasher, value.array))


def _feed_labels(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    hasher.feed(stream, value.index, value.attrs)
    stream.update(b"%d" % value.flags.allows_duplicate_labels)
    own = own_names(value)
    if own:
        hasher.feed_attributes(stream, {name: getattr(value, name) for name in own})
    if not type(value).__module__.startswith("pandas"):
        # What a subclass keeps beside the data, by pandas' own rule for subclasses.
        names = [name for name in type(value)._metadata if name != "_name"]
        hasher.feed_items(stream, [getattr(value, name, None) for name in names])


def own_names(value: Any) -> list[str]:
    """What somebody has set on a frame or series as on any other object; pandas' own attributes are private."""
    own = [name for name in vars(value) if name[:1] != "_"]
    return [name for name in own if name not in type(value)._metadata] if own else own


def feed_index(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """An index: its names, its dtype and elements, and its frequency if it has one."""
    import pandas as pd

    hasher.feed_items(stream, list(value.names))
    if isinstance(value, pd.RangeIndex):
        hasher.feed_items(stream, (value.start, value.step, len(value)))
        return
    hasher.feed_items(stream, (getattr(value, "freqstr", None),))
    for level in range(value.nlevels):
        part = value.get_level_values(level) if value.nlevels > 1 else value
        stream.update(_column_digest(hasher, part.array))


def feed_extension_array(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """One of pandas' arrays: its dtype and elements."""
    stream.update(_column_digest(hasher, value))


def _column_digests(hasher: Hasher, frame: Any) -> Iterator[tuple[int, bytes]]:
    """The digest of each column, with its place. Blocks are read as they are, which is many times quicker."""
    try:
        blocks = [(block.mgr_locs.as_array.tolist(), block.values) for block in frame._mgr.blocks]
    except AttributeError:
        # Blocks are no public interface of pandas; columns are.
        blocks = [([place], frame.iloc[:, place].array) for place in range(frame.shape[1])]
    for places, values in blocks:
        array = _as_numpy(values)
        if array is not None and array.ndim == 2 and not array.dtype.hasobject:
            yield from zip(places, _row_digests(array), strict=True)
        elif getattr(values, "ndim", 1) == 2:
            for place, row in zip(places, values, strict=True):
                yield place, _column_digest(hasher, row)
        else:
            yield places[0], _column_digest(hasher, values)


def _row_digests(block: Any) -> Iterator[bytes]:
    """The digests of the rows of a block, which are the columns of the frame."""
    import numpy as np

    head = _head(block.dtype, block.shape[1])
    if block.strides[1] == block.itemsize or block.shape[1] <= 1:
        for row in block:
            yield xxh3_128_digest(head + xxh3_128_digest(np.ascontiguousarray(row).view(np.uint8)))
        return
    # Rows of the frame lie together: go along them by pieces that stay in the cache.
    streams = [xxh3_128() for _ in block]
    length = max(1, _SCRATCH // (block.itemsize * len(block)))
    for start in range(0, block.shape[1], length):
        piece = np.ascontiguousarray(block[:, start : start + length]).view(np.uint8)
        for stream, row in zip(streams, piece, strict=True):
            stream.update(row)
    for stream in streams:
        yield xxh3_128_digest(head + stream.digest())


def _column_digest(hasher: Hasher, values: Any) -> bytes:
    """The digest of a column: the same, however the frame that it is in keeps it."""
    array = _as_numpy(values)
    if array is not None:
        if not array.dtype.hasobject:
            return next(_row_digests(array.reshape(1, -1)))
        stream = xxh3_128(_head(array.dtype, len(array)))
        hasher.feed_items(stream, array.tolist())
        return stream.digest()
    stream = xxh3_128(_head(values.dtype, len(values)))
    _feed_extension(hasher, stream, values)
    return stream.digest()


def _feed_extension(hasher: Hasher, stream: xxh3_128, values: Any) -> None:
    import pandas as pd

    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        stream.update(b"%d" % bool(values.ordered))
        hasher.feed(stream, values.categories)
        feed_elements(hasher, stream, values.codes)
    elif isinstance(dtype, (pd.DatetimeTZDtype, pd.PeriodDtype)):
        feed_elements(hasher, stream, values.asi8)
    elif isinstance(dtype, pd.IntervalDtype):
        stream.update(values.closed.encode())
        hasher.feed(stream, values.left, values.right)
    elif isinstance(dtype, pd.StringDtype):
        _feed_strings(stream, values)
    elif isinstance(dtype, pd.SparseDtype):
        hasher.feed_items(stream, (values.fill_value,))
        feed_elements(hasher, stream, values.sp_index.indices)
        feed_elements(hasher, stream, values.sp_values)
    elif isinstance(dtype, pd.ArrowDtype):
        from asset_magic.fingerprint import arrow_

        arrow_.feed_chunked(hasher, stream, values._pa_array)
    elif hasattr(values, "_mask") and hasattr(values, "_data"):
        feed_elements(hasher, stream, values._mask)
        feed_elements(hasher, stream, clear_nulls(values._data, ~values._mask))
    else:
        feed_object(hasher, stream, values)


def _feed_strings(stream: xxh3_128, values: Any) -> None:
    """Strings: the same, whether Arrow or NumPy holds them."""
    import numpy as np

    chunks = getattr(values, "_pa_array", None)
    if chunks is not None:
        from asset_magic.fingerprint import arrow_

        arrow_.feed_text(stream, chunks.chunks)
        return
    column, missing = Column(), values.isna()
    if missing.any():
        column.filled.update((~missing).view(np.uint8))
    strings = values.to_numpy(dtype=object, na_value="").tolist()
    column.add_strings(strings)
    column.write(stream)


def _as_numpy(values: Any) -> Any:
    """The NumPy array that tells all of a column, or None if there is more to it."""
    import numpy as np
    import pandas as pd

    if type(values) is pd.arrays.NumpyExtensionArray:
        return values.to_numpy()
    if isinstance(values.dtype, np.dtype):
        return getattr(values, "_ndarray", values)
    return None


def _head(dtype: Any, length: int) -> bytes:
    # Extension dtypes have a `str`, too, but it leaves out time zones.
    text = dtype.str if type(dtype).__module__.startswith("numpy") else str(dtype)
    return f"{text}:{length};".encode()
