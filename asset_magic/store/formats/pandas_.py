"""Nodes for pandas' frames, series and indexes: blocks of columns as they lie, so that nothing is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint.pandas_ import own_names
from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.numpy_ import read_elements, write_elements
from asset_magic.store.formats.pandas_arrays import read_column, write_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asset_magic.store.formats.tree import Node, Reader, Writer


def write_frame(writer: Writer, value: Any) -> Node:
    """A data frame: its index and columns, its blocks, and what is set on it."""
    index, columns = writer.write(value.index), writer.write(value.columns)
    blocks = [[places, write_column(writer, values)] for places, values in _blocks(value)]
    return ["frame", index, columns, blocks, *_write_labels(writer, value)]


def read_frame(reader: Reader, index: Node, columns: Node, blocks: list[Node], *labels: Node) -> Any:
    """The data frame, over the buffers themselves."""
    index, columns = reader.read(index), reader.read(columns)
    read = [(places, read_column(reader, column)) for places, column in blocks]
    if sorted(place for places, _ in read for place in places) != list(range(len(columns))):
        raise ValueUnreadable("the stored frame does not have its columns")
    for places, values in read:
        if values.shape not in ((len(places), len(index)), (len(index),) * (len(places) == 1)):
            raise ValueUnreadable("the stored frame does not have its rows")
    return _read_labels(reader, _frame(read, index, columns), *labels)


def _blocks(frame: Any) -> Iterator[tuple[list[int], Any]]:
    """The values of columns that lie together, with the places of the columns."""
    try:
        blocks = [(block.mgr_locs.as_array.tolist(), block.values) for block in frame._mgr.blocks]
    except AttributeError:
        # Blocks are no public interface of pandas; columns are.
        blocks = [([place], frame.iloc[:, place].array) for place in range(frame.shape[1])]
    for places, values in blocks:
        if values.ndim == 2 and type(values.dtype).__module__.startswith("pandas"):
            yield from (([place], row) for place, row in zip(places, values, strict=True))
        else:
            yield places, values


def _frame(blocks: list[tuple[list[int], Any]], index: Any, columns: Any) -> Any:
    import numpy as np
    import pandas as pd

    try:
        from pandas.api.internals import create_dataframe_from_blocks
    except ImportError:  # pandas 2
        return _frame_of_columns(blocks, index, columns)
    if not blocks:
        return pd.DataFrame(index=index, columns=columns)
    lying = [(values if values.ndim == 2 else _row(values), np.array(places)) for places, values in blocks]
    return create_dataframe_from_blocks(lying, index, columns)


def _row(values: Any) -> Any:
    import numpy as np

    return values.reshape(1, -1) if isinstance(values, np.ndarray) else values


def _frame_of_columns(blocks: list[tuple[list[int], Any]], index: Any, columns: Any) -> Any:
    import pandas as pd

    if len(blocks) == 1 and blocks[0][0] == list(range(len(columns))) and blocks[0][1].ndim == 2:
        return pd.DataFrame(blocks[0][1].T, index, columns, copy=False)
    found = {
        place: row for places, values in blocks for place, row in zip(places, _rows(values, len(places)), strict=True)
    }
    frame = pd.DataFrame({place: found[place] for place in range(len(columns))}, index=index)
    frame.columns = columns
    return frame


def _rows(values: Any, count: int) -> Any:
    return values if values.ndim == 2 else [values] * count


def write_series(writer: Writer, value: Any) -> Node:
    """A series: its index, its name, its values, and what is set on it."""
    index, name = writer.write(value.index), writer.write(value.name)
    return ["series", index, name, write_column(writer, value.array), *_write_labels(writer, value)]


def read_series(reader: Reader, index: Node, name: Node, column: Node, *labels: Node) -> Any:
    """The series, over the buffer itself."""
    import pandas as pd

    index, name, values = reader.read(index), reader.read(name), read_column(reader, column)
    series = pd.Series(values, index, dtype=values.dtype, name=name, copy=False)
    return _read_labels(reader, series, *labels)


def _write_labels(writer: Writer, value: Any) -> Node:
    """What a frame or series has besides its data: ``attrs``, its flags, and attributes of the reader's."""
    own = {name: getattr(value, name) for name in own_names(value)}
    writer.certain &= not own
    return [writer.write(value.attrs), bool(value.flags.allows_duplicate_labels), writer.write(own)]


def _read_labels(reader: Reader, value: Any, attrs: Node, duplicates: bool, own: Node) -> Any:
    value.attrs = reader.read(attrs)
    if not duplicates:
        value.flags.allows_duplicate_labels = False
    for name, part in reader.read(own).items():
        if name.startswith("_") or hasattr(type(value), name):
            raise ValueUnreadable("the stored frame has an attribute that would hide one of pandas")
        object.__setattr__(value, name, part)
    return value


def write_index(writer: Writer, value: Any) -> Node:
    """An index: its names, its labels, and its frequency if it has one."""
    import pandas as pd

    names = writer.write(list(value.names))
    if type(value) is pd.RangeIndex:
        return ["range index", names, value.start, value.stop, value.step]
    if type(value) is pd.MultiIndex:
        writer.certain = False
        levels = [writer.write(level) for level in value.levels]
        return ["multi index", names, levels, [write_elements(writer, codes) for codes in value.codes]]
    frequency = getattr(value, "freqstr", None) if hasattr(value, "_with_freq") else None
    writer.certain &= frequency is None
    return ["index", names, type(value).__name__, write_column(writer, value.array), frequency]


def read_index(reader: Reader, names: Node, kind: str, column: Node, frequency: str | None) -> Any:
    """The index."""
    import pandas as pd

    names, values = reader.read(names), read_column(reader, column)
    index = pd.Index(values, dtype=values.dtype, copy=False, tupleize_cols=False)
    index.names = names
    if type(index).__name__ != kind:
        raise ValueUnreadable(f"the stored value has no {kind}, though it says so")
    if frequency is not None:
        index.freq = frequency
    return index


def read_range_index(reader: Reader, names: Node, start: int, stop: int, step: int) -> Any:
    """The index."""
    import pandas as pd

    (name,) = reader.read(names)
    return pd.RangeIndex(start, stop, step, name=name)


def read_multi_index(reader: Reader, names: Node, levels: list[Node], codes: list[Node]) -> Any:
    """The index."""
    import pandas as pd

    return pd.MultiIndex(
        levels=[reader.read(level) for level in levels],
        codes=[read_elements(reader, *part) for part in codes],
        names=reader.read(names),
    )
