"""How one value differs from an earlier one, as frozen values for those who draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asset_magic.model.metadata import EMPTY

ROWS = 12
"""Rows that a table of differences shows, unless it says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffTable:
    """A few of the differences, one a row.

    Attributes:
        title: what they are; may be empty.
        head: the titles of the columns.
        rows: what is shown: ``"+"``, ``"-"`` or "" for what is new, gone or neither, and the cells as text.
        numbers: the titles of columns that stand to the right.
        more: how many rows are left out.
        noun: what a row is about, for telling how many are left out.
    """

    title: str = ""
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    numbers: tuple[str, ...] = ()
    more: int = 0
    noun: str = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueDiff:
    """How a value differs from an earlier one.

    Attributes:
        equal: they are equal, NaN to NaN.
        before, after: type and shape of the two, as in ``"DataFrame 333 × 8"``.
        said: what differs, a sentence each, the most telling first.
        tables: some of the differences.
        lines: of a unified diff, for text.
        counts: how much differs, by a name such as ``"rows_added"``.
        picture: both side by side, the older one at the left, as a PNG, where they are pictures.
    """

    equal: bool = False
    before: str = ""
    after: str = ""
    said: tuple[str, ...] = ()
    tables: tuple[DiffTable, ...] = ()
    lines: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: EMPTY)
    picture: bytes = field(default=b"", repr=False)


def counted(number: int, noun: str, many: str = "") -> str:
    """A number and its noun.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "entry", "entries")
    ('1 row', '1,200 rows', '2 entries')
    """
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def listed(counts: Mapping[str, int], noun: str) -> str:
    """What happened to how many, as a sentence; "" if nothing did.

    >>> listed({"added": 1, "removed": 0, "changed": 3}, "row")
    '1 row added, 3 rows changed'
    """
    return ", ".join(f"{counted(number, noun)} {what}" for what, number in counts.items() if number)
