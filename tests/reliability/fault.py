"""What a fault is, as data: what is done to a store, what the reader is told, and what must be kept.

A test plays each (`player.py`), and the table of docs/reliability.md is written from the same data (`table.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from reliability.kernel import Kernel

Break: TypeAlias = "Callable[[Path], AbstractContextManager[object] | None]"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        what: what happens, in words for the table.
        do: makes it happen to the folder of a store; a context manager if it also ends.
        says: the one line that the reader is told, or "" if there is nothing to tell; ``…`` stands for any text.
        kept: what is kept, in words for the table.
        again: the bodies that run in the next Run All, with ``check`` for that of the check; None for any.
        later: the bodies that run in the Run All of the kernel after that.
        running: it happens while a kernel runs, and not between two.
        lasts: it is still so in the kernel after that, which says it again.
        empty: there is no store before.
        disk: the size of the disk on which the store stands, as in ``"8m"``.
        mounts: it can be played only where file systems may be mounted.
        seeds: how often it is played, each time in another way; ``do`` then takes a random generator, too.
        also: what else must be true of the kernel in the end.
    """

    what: str
    do: Callable[..., AbstractContextManager[object] | None]
    says: str
    kept: str
    again: str | None = ""
    later: str = ""
    running: bool = False
    lasts: bool = False
    empty: bool = False
    disk: str = ""
    mounts: bool = False
    seeds: int = 0
    also: Callable[[Kernel], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Proved:
    """A fault that has a test of its own.

    Attributes:
        what, says, kept: as in `Fault`.
        test: where it is, as file::name below the folder of these tests.
    """

    what: str
    says: str
    kept: str
    test: str
