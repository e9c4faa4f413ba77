"""The content of Arrow's values: chunks, slices and what lies under nulls do not show; types and metadata do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint.columns import Column, clear_nulls

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher


def feed_table(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A table or a record batch: its schema with metadata, and its columns."""
    schema = value.schema
    hasher.feed(stream, schema.names, schema.metadata, [field.metadata for field in schema])
    stream.update(f"{[field.nullable for field in schema]}{value.num_rows}".encode())
    for column in value.columns:
        feed_array(hasher, stream, column) if not hasattr(column, "chunks") else feed_chunked(hasher, stream, column)


def feed_chunked(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A chunked array: its type, and its elements one after the other."""
    feed_chunks(hasher, stream, value.chunks, value.type)


def feed_array(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """An array: its type and its elements."""
    feed_chunks(hasher, stream, [value], value.type)


def feed_chunks(hasher: Hasher, stream: xxh3_128, chunks: list[Any], kind: Any) -> None:
    """Write arrays of one type as if they were one array."""
    stream.update(f"{kind}:{sum(map(len, chunks))}".encode())
    _feed_values(hasher, stream, chunks, kind)


def _feed_values(hasher: Hasher, stream: xxh3_128, chunks: list[Any], kind: Any) -> None:
    import pyarrow as pa

    types = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        feed_chunks(hasher, stream, [chunk.storage for chunk in chunks], kind.storage_type)
    elif types.is_dictionary(kind):
        _feed_dictionary(hasher, stream, chunks, kind)
    elif types.is_string_view(kind) or types.is_binary_view(kind):
        target = pa.large_string() if types.is_string_view(kind) else pa.large_binary()
        _feed_bytes(stream, [chunk.cast(target) for chunk in chunks])
    elif is_text(kind) or types.is_binary(kind) or types.is_large_binary(kind):
        _feed_bytes(stream, chunks)
    elif types.is_boolean(kind):
        _feed_fixed(stream, [chunk.cast(pa.uint8()) for chunk in chunks], 1)
    elif types.is_primitive(kind) or types.is_decimal(kind) or types.is_fixed_size_binary(kind):
        _feed_fixed(stream, chunks, kind.bit_width // 8)
    elif types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        _feed_lists(hasher, stream, chunks, kind)
    elif types.is_struct(kind):
        _feed_filled(stream, chunks)
        for position, field in enumerate(kind):
            feed_chunks(hasher, stream, [chunk.flatten()[position] for chunk in chunks], field.type)
    elif not types.is_null(kind):
        hasher.feed_items(stream, [item for chunk in chunks for item in chunk.to_pylist()])


def is_text(kind: Any) -> bool:
    """Whether a type is one of Arrow's two plain string types."""
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def feed_text(stream: xxh3_128, chunks: list[Any]) -> None:
    """Write strings as text alone, whichever of Arrow's types holds them."""
    import pyarrow as pa

    if chunks and not is_text(chunks[0].type):
        chunks = [chunk.cast(pa.large_string()) for chunk in chunks]
    _feed_bytes(stream, chunks)


def _feed_dictionary(hasher: Hasher, stream: xxh3_128, chunks: list[Any], kind: Any) -> None:
    """The values, and the dictionary that all chunks together have."""
    import pyarrow as pa

    unified = pa.chunked_array(chunks, type=kind).unify_dictionaries().chunks
    if unified:
        feed_array(hasher, stream, unified[0].dictionary)
    feed_chunks(hasher, stream, [chunk.indices for chunk in unified], kind.index_type)


def _feed_lists(hasher: Hasher, stream: xxh3_128, chunks: list[Any], kind: Any) -> None:
    import numpy as np

    _feed_filled(stream, chunks)
    lengths = Column()
    for chunk in chunks:
        counted = chunk.value_lengths().fill_null(0)
        lengths.lengths.update(np.asarray(counted).astype(np.int64))
    lengths.write(stream)
    feed_chunks(hasher, stream, [chunk.flatten() for chunk in chunks], kind.value_type)


def _feed_filled(stream: xxh3_128, chunks: list[Any]) -> None:
    column = Column()
    if any(chunk.null_count for chunk in chunks):
        for chunk in chunks:
            column.filled.update(_filled(chunk))
    column.write(stream)


def _filled(chunk: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    return np.asarray(chunk.is_valid().cast(pa.uint8()))


def _feed_fixed(stream: xxh3_128, chunks: list[Any], width: int) -> None:
    """Values that all have the same width in bytes."""
    import numpy as np

    column, nulls = Column(), any(chunk.null_count for chunk in chunks)
    for chunk in chunks:
        if not len(chunk):
            continue
        data = np.frombuffer(chunk.buffers()[1], np.uint8, len(chunk) * width, chunk.offset * width)
        if nulls:
            filled = _filled(chunk)
            column.filled.update(filled)
            data = clear_nulls(data.reshape(len(chunk), width), filled.astype(bool)).reshape(-1)
        column.data.update(data)
    column.write(stream)


def _feed_bytes(stream: xxh3_128, chunks: list[Any]) -> None:
    """Values of any length, behind 32-bit or 64-bit offsets."""
    import numpy as np
    import pyarrow as pa

    column, nulls = Column(), any(chunk.null_count for chunk in chunks)
    for chunk in chunks:
        if nulls:
            column.filled.update(_filled(chunk))
        if not len(chunk):
            continue
        offsets, data = _offsets(chunk)
        lengths = np.diff(offsets).astype(np.int64)
        if chunk.null_count and lengths[~_filled(chunk).astype(bool)].any():
            empty = pa.scalar("" if is_text(chunk.type) else b"", chunk.type)
            offsets, data = _offsets(chunk.fill_null(empty))
            lengths = np.diff(offsets).astype(np.int64)
        column.lengths.update(lengths)
        if data is not None:
            column.data.update(memoryview(data)[int(offsets[0]) : int(offsets[-1])])
    column.write(stream)


def _offsets(chunk: Any) -> tuple[Any, Any]:
    import numpy as np

    _, offsets, data = chunk.buffers()
    width = np.int64 if str(chunk.type).startswith("large") else np.int32
    return np.frombuffer(offsets, width, len(chunk) + 1, chunk.offset * np.dtype(width).itemsize), data
