"""Several parts in one run of bytes, each at a place where an array may begin.

A head of eight bytes and the lengths of the parts come first; every part begins at a multiple of 64, so that arrays
can be used where they lie in a file that is mapped into memory.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.base import Buffer, Part

_MAGIC = b"aM\x01\n"
_ALIGNED = 64


def flat(buffer: Buffer) -> memoryview:
    """The bytes of a contiguous buffer as they lie in memory."""
    view = memoryview(buffer)
    if not view.nbytes:
        return memoryview(b"")
    return view if view.format == "B" and view.ndim == 1 else view.cast("B")


def pieces(part: Part) -> list[memoryview]:
    """The bytes of a part, as they lie in memory."""
    return [flat(part)] if isinstance(part, (bytes, bytearray, memoryview)) else [flat(piece) for piece in part]


def pack(parts: Sequence[Sequence[memoryview]]) -> tuple[bytes | memoryview, ...]:
    """The parts with what is needed to tell them apart, to be written one after the other."""
    lengths = [sum(map(len, part)) for part in parts]
    head = _MAGIC + struct.pack(f"<I{len(parts)}Q", len(parts), *lengths)
    packed: list[bytes | memoryview] = [head]
    position = len(head)
    for part, length in zip(parts, lengths, strict=True):
        packed += [b"\0" * (-position % _ALIGNED), *part]
        position += -position % _ALIGNED + length
    return tuple(piece for piece in packed if len(piece))


def unpack(data: memoryview) -> list[memoryview]:
    """The parts that were packed.

    Raises:
        ValueUnreadable: the bytes are not what `pack` makes.
    """
    if len(data) < 8 or data[:4] != _MAGIC:
        raise ValueUnreadable("it does not begin as a stored value does")
    (count,) = struct.unpack_from("<I", data, 4)
    position = 8 + 8 * count
    if position > len(data):
        raise ValueUnreadable("it is cut short")
    parts = []
    for length in struct.unpack_from(f"<{count}Q", data, 8):
        position += -position % _ALIGNED
        if length > len(data) - position:
            raise ValueUnreadable("it is cut short")
        parts.append(data[position : position + length])
        position += length
    if position != len(data):
        raise ValueUnreadable("there is more of it than was written")
    return parts


def changeable(data: memoryview) -> memoryview:
    """The same bytes where arrays may write into them."""
    return memoryview(bytearray(data)) if data.readonly else data
