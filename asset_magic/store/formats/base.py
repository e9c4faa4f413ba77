"""What a format is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

Buffer: TypeAlias = bytes | bytearray | memoryview
Part: TypeAlias = Buffer | Sequence[Buffer]
"""One run of bytes, perhaps in pieces."""


class Unfit(Exception):
    """This format is not made for the value at hand, so the next one is tried."""


class Written(NamedTuple):
    """A value in the form of a format.

    Attributes:
        parts: its bytes, each part by itself; large ones are those of the value, not copies.
        certain: whether reading them surely gives an equal value, so that nobody needs to try.
    """

    parts: Sequence[Part]
    certain: bool


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write some values.

    Attributes:
        name: how what is written is marked.
        write: makes parts of a value; raises `Unfit`, or anything.
        read: makes a value of the parts, given a folder where files may be unpacked; raises anything.
        runs_code: whether reading can run code that the bytes bring along.
        framed: whether the parts are told apart when read; otherwise what was written is read as one part.
    """

    name: str
    write: Callable[[Any], Written]
    read: Callable[[Sequence[memoryview], Path], Any]
    runs_code: bool
    framed: bool = True
