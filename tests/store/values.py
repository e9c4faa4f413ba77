"""What the tests of formats share: values written and read as a store does, in memory."""

from __future__ import annotations

import mmap
from pathlib import Path

from asset_magic.run.versions import version_of
from asset_magic.store.formats import decode, encode


def written(value):
    """The value as bytes, and the name of their format."""
    version = version_of(value)
    encoded = encode(value, lambda other: version_of(other) == version)
    data = b"".join(encoded.parts)
    assert encoded.size == len(data)
    return encoded.format, data


def mapped(data: bytes) -> memoryview:
    """Bytes as a store hands out those of a large file: private to this process, and changeable."""
    if not data:
        return memoryview(b"")
    private = mmap.mmap(-1, len(data))
    private[:] = data
    return memoryview(private)


def again(value, folder=Path()):
    """The value, written and read again; and by which format."""
    format, data = written(value)
    small, large = decode(format, memoryview(data), folder), decode(format, mapped(data), folder)
    for read in (small, large):
        assert type(read) is type(value)
        assert version_of(read) == version_of(value)
    return large, format
