"""Columns of text and bytes, written the same way whichever library holds them."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from xxhash import xxh3_128

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 1 << 13


class Column:
    """Three streams that may be written in pieces of any size: which slots are filled, their lengths, their bytes."""

    def __init__(self) -> None:
        self.filled = xxh3_128()
        self.lengths = xxh3_128()
        self.data = xxh3_128()

    def add_strings(self, strings: Sequence[str]) -> None:
        """Write strings to the lengths and the bytes, in UTF-8."""
        for start in range(0, len(strings), _CHUNK):
            chunk = strings[start : start + _CHUNK]
            joined = "".join(chunk)
            if joined.isascii():
                self.lengths.update(array("q", map(len, chunk)).tobytes())
                self.data.update(joined.encode())
            else:
                encoded = [string.encode("utf-8", "surrogatepass") for string in chunk]
                self.lengths.update(array("q", map(len, encoded)).tobytes())
                self.data.update(b"".join(encoded))

    def write(self, stream: xxh3_128) -> None:
        """Write the three streams to one."""
        stream.update(self.filled.digest() + self.lengths.digest() + self.data.digest())


def clear_nulls(array: Any, filled: Any) -> Any:
    """A copy of a NumPy array in which what is not filled is zero: what lies under a null is no content."""
    cleared = array.copy()
    cleared[~filled] = 0
    return cleared
