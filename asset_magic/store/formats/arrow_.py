"""Nodes for Arrow's tables and arrays, in Arrow's own stream format, uncompressed and used where it lies."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.base import Unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asset_magic.store.formats.base import Buffer
    from asset_magic.store.formats.tree import Node, Reader, Writer

_PICKLED_TYPE = b"arrow.py_extension_type"


class _Pieces:
    """A file that keeps what is written to it as it was given, without copying."""

    closed = False

    def __init__(self) -> None:
        self.pieces: list[Buffer] = []
        self._size = 0

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.pieces.append(view)
        self._size += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def writable(self) -> bool:
        return True


def write_table(writer: Writer, value: Any) -> Node:
    """A table or a record batch: its schema with metadata, and its batches."""
    import pyarrow as pa

    if isinstance(value, pa.RecordBatch):
        return ["record batch", write_stream(writer, value.schema, [value])]
    batches = value.to_batches()
    if not batches:  # even without rows a dictionary has its values
        columns = [column.combine_chunks() for column in value.columns]
        batches = [pa.record_batch(columns, schema=value.schema)] if columns else []
    return ["table", write_stream(writer, value.schema, batches)]


def read_table(reader: Reader, place: int) -> Any:
    """The table."""
    return read_stream(reader.part(place))


def read_record_batch(reader: Reader, place: int) -> Any:
    """The record batch."""
    (batch,) = read_stream(reader.part(place)).to_batches()
    return batch


def write_array(writer: Writer, value: Any) -> Node:
    """An array, chunked or not: its type and its chunks."""
    import pyarrow as pa

    chunks = value.chunks if isinstance(value, pa.ChunkedArray) else [value]
    schema = pa.schema([pa.field("", value.type)])
    place = write_stream(writer, schema, [pa.record_batch([chunk], schema=schema) for chunk in chunks])
    return ["chunked array" if isinstance(value, pa.ChunkedArray) else "arrow array", place]


def read_chunked_array(reader: Reader, place: int) -> Any:
    """The chunked array."""
    return read_stream(reader.part(place)).column(0)


def read_array(reader: Reader, place: int) -> Any:
    """The array."""
    (chunk,) = read_chunked_array(reader, place).chunks
    return chunk


def write_stream(writer: Writer, schema: Any, batches: list[Any]) -> int:
    """The place of a stream of batches.

    Raises:
        Unfit: there are types in it that only a program knows.
    """
    import pyarrow as pa

    kinds = [kind for field in schema for kind in _kinds(field.type)]
    if any(isinstance(kind, pa.BaseExtensionType) for kind in kinds):
        raise Unfit  # what it is, is known only where its type is registered
    if any(pa.types.is_nested(kind) or pa.types.is_dictionary(kind) for kind in kinds):
        writer.certain = False
    pieces = _Pieces()
    with pa.ipc.new_stream(pa.PythonFile(pieces, mode="w"), schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    return writer.part(pieces.pieces)


def _kinds(kind: Any) -> Iterator[Any]:
    yield kind
    if hasattr(kind, "value_type"):
        yield from _kinds(kind.value_type)
    for place in range(kind.num_fields):
        yield from _kinds(kind.field(place).type)


def read_stream(data: memoryview) -> Any:
    """The table that a stream holds, checked to be sound."""
    import pyarrow as pa

    buffer = pa.py_buffer(data)
    for message in pa.ipc.MessageReader.open_stream(buffer):
        metadata = message.metadata.to_pybytes()
        if message.type == "schema" and _PICKLED_TYPE in metadata:
            raise ValueUnreadable("the stored value is of a type that would run code")
        if message.type != "schema" and _is_compressed(metadata, message.type):
            raise ValueUnreadable("the stored value is compressed, which hides how large it is")
    table = pa.ipc.open_stream(buffer).read_all()
    table.validate(full=True)
    return table


def _is_compressed(metadata: bytes, kind: str) -> bool:
    """Whether a message says that its buffers are to be unpacked: there its writer could promise any size.

    pyarrow does not tell, so this looks where Arrow's format has it: in the header of a message (field 2), which for
    a dictionary holds a record batch (field 1), field 3 of the record batch.
    """
    batch = _field(metadata, _follow(metadata, 0), 2)
    if kind == "dictionary":
        batch = _field(metadata, _follow(metadata, batch), 1)
    return _field(metadata, _follow(metadata, batch), 3) != 0


def _field(data: bytes, table: int, number: int) -> int:
    """Where a field of a table of FlatBuffers is; 0 if it is not set."""
    fields = table - struct.unpack_from("<i", data, table)[0]
    place = 4 + 2 * number
    if place >= struct.unpack_from("<H", data, fields)[0]:
        return 0
    offset: int = struct.unpack_from("<H", data, fields + place)[0]
    return table + offset if offset else 0


def _follow(data: bytes, place: int) -> int:
    return place + int(struct.unpack_from("<I", data, place)[0])
