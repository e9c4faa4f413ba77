"""Tables: which rows and columns were added, removed and changed.

Rows are matched by the index where there is one that says which row is which, else by place or by a column that names
each row once, whichever leaves fewer differences. The libraries have modules of their own, see `Frame`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

from asset_magic.session.comparing.difference import ROWS, DiffTable, ValueDiff, counted, listed
from asset_magic.session.comparing.scalars import signed
from asset_magic.session.comparing.shown import shown

_CELLS = 50_000_000  # that are compared; of larger tables some rows are
_TRIED = 20_000  # rows on which ways to match them are tried
_HASHED = 8_000_000  # cells that are looked at to match rows by what is in them
_HARDLY = 0.01  # of the cells; where no more seem to differ, nothing better is looked for
_FEW = 0.1  # of the cells; where more seem to differ, rows are matched by what is in them
_SPREAD = 0x9E3779B97F4A7C15
_KEYS = 3  # columns that are tried
_NAMING = ("id", "key", "name", "code", "uuid", "index")
_COLUMNS = 6  # of rows that are shown
_WHOLE_ROWS = 5  # that are shown


class Frame(Protocol):
    """A table of some library.

    Attributes:
        rows: how many.
        columns: the type of each column, in words, by a name of its own.
        weight: how much longer than numbers its cells take to compare.
    """

    rows: int
    columns: dict[str, str]
    weight: float

    def indexed(self, other: Self) -> bool:
        """Whether the two have an index that says which row is which."""

    def naming(self) -> Iterator[str]:
        """The columns that may name rows: whose values are whole numbers, texts or moments."""

    def places_in(self, other: Self, column: str | None) -> Any:
        """For each row the place of the row of ``other`` that a column, or the index, calls the same, -1 for none.

        None if some name is missing or is that of two rows.
        """

    def hashes(self, columns: list[str]) -> Any:
        """A number for each row, equal for rows that are equal in these columns; None if that cannot be had."""

    def differing(self, other: Self, column: str, mine: Any, theirs: Any) -> Any:
        """For pairs of rows, given by their places, whether the cells in ``column`` differ."""

    def numbers(self, column: str, places: Any) -> Any:
        """The cells at some places as an array of numbers, or None if they are no numbers."""

    def cell(self, column: str, place: int) -> Any:
        """One cell."""

    def name(self, place: int) -> str:
        """What a row is called: its label, or its place."""


F = TypeVar("F", bound=Frame)


@dataclass(frozen=True, slots=True)
class _Match:
    """Which rows are the same row: their places in both tables, those that only one has, and how that is known."""

    before: Any
    now: Any
    removed: Any
    added: Any
    how: str

    def sample(self, count: int) -> _Match:
        """Some of the rows, evenly spread."""
        if len(self.now) <= count:
            return self
        step = -(-len(self.now) // count)
        return _Match(self.before[::step], self.now[::step], self.removed, self.added, self.how)


def compare_frames(old: F, new: F, *, noun: str = "row") -> ValueDiff:
    """How a table differs from an earlier one."""
    common = [column for column in new.columns if column in old.columns]
    match = _match(old, new, common)
    weight = max(old.weight, new.weight) * max(len(common), 1)
    seen = match.sample(max(int(_CELLS / weight), 1))
    rows, by_column = _differences(old, new, common, seen)
    changed = {column: len(places) for column, places in by_column.items()}
    counts = {
        "rows_added": len(match.added),
        "rows_removed": len(match.removed),
        "rows_changed": int(rows.sum()),
        "rows_same": len(seen.now) - int(rows.sum()),
        "cells_changed": sum(changed.values()),
        "columns_added": sum(column not in old.columns for column in new.columns),
        "columns_removed": sum(column not in new.columns for column in old.columns),
        "columns_retyped": sum(old.columns[column] != new.columns[column] for column in common),
    }
    sampled = f" in a sample of {len(seen.now):,} of {len(match.now):,}" if len(seen.now) < len(match.now) else ""
    tables = (
        _columns_table(old, new, changed, by_column, seen),
        _cells_table(old, new, by_column, seen),
        _rows_table("+", new, match.added, f"{noun}s added"),
        _rows_table("-", old, match.removed, f"{noun}s removed"),
    )
    return ValueDiff(
        said=tuple(_said(counts, match.how, noun, sampled)),
        tables=tuple(table for table in tables if table.rows),
        counts=counts,
    )


def _said(counts: Mapping[str, int], how: str, noun: str, sampled: str) -> Iterator[str]:
    columns = listed({what: counts[f"columns_{what}"] for what in ("added", "removed")}, "column")
    retyped = counts["columns_retyped"]
    if retyped:
        columns += f"{', ' if columns else ''}{counted(retyped, 'column')} of another type"
    rows = listed({what: counts[f"rows_{what}"] for what in ("added", "removed", "changed")}, noun)
    if counts["cells_changed"] > counts["rows_changed"]:
        rows += f" ({counted(counts['cells_changed'], 'cell')})"
    if rows or sampled:
        yield f"{rows or f'no {noun} changed'}{sampled}, matched by {how}"
    if columns:
        yield columns


def _match(old: F, new: F, common: list[str]) -> _Match:
    """Which rows are the same row."""
    import numpy as np

    if old.indexed(new) and (places := new.places_in(old, None)) is not None:
        return _by(places, old.rows, "index")
    least = min(old.rows, new.rows)
    both = np.arange(least)
    best = _Match(both, both, np.arange(least, old.rows), np.arange(least, new.rows), "place")
    fewest = _cost(old, new, common, best)
    cells = len(common) * max(old.rows, new.rows)
    for column in _likely_keys(new, common) if len(common) > 1 else ():
        if fewest <= _HARDLY * cells:
            break
        places = new.places_in(old, column)
        if places is not None:
            match = _by(places, old.rows, f"column {column}")
            cost = _cost(old, new, common, match)
            best, fewest = (match, cost) if cost < fewest else (best, fewest)
    if common and fewest > _FEW * cells:
        places = _places_of_equals(old, new, common)
        if places is not None:
            match = _by(places, old.rows, "content")
            best = match if _cost(old, new, common, match) < fewest else best
    return best


def _by(places: Any, rows: int, how: str) -> _Match:
    """The match that ``places`` tells: for each new row its old place or -1."""
    import numpy as np

    found = places >= 0
    left: Any = np.ones(rows, bool)
    left[places[found]] = False
    return _Match(places[found], np.flatnonzero(found), np.flatnonzero(left), np.flatnonzero(~found), how)


def _cost(old: F, new: F, common: list[str], match: _Match) -> float:
    """About how many cells would be told as added, removed or changed."""
    some = match.sample(_TRIED)
    _, by_column = _differences(old, new, common, some)
    share = len(match.now) / max(len(some.now), 1)
    return (len(match.added) + len(match.removed)) * len(common) + share * sum(map(len, by_column.values()))


def _places_of_equals(old: F, new: F, common: list[str]) -> Any:
    """For each new row the place of an equal old one, each old row once, -1 for none; None if rows cannot be hashed.

    Of large tables a few columns are looked at.
    """
    import numpy as np

    some = common[: max(int(_HASHED / (max(old.rows + new.rows, 1) * max(old.weight, new.weight))), 1)]
    before, now = old.hashes(some), new.hashes(some)
    if before is None or now is None or not old.rows or not new.rows:
        return None
    before, now = _numbered(before), _numbered(now)
    ranked_before, ranked_now = np.argsort(before), np.argsort(now)
    at = np.searchsorted(before[ranked_before], now[ranked_now]).clip(max=len(before) - 1)
    found = np.empty_like(ranked_now)
    found[ranked_now] = ranked_before[at]
    return np.where(before[found] == now, found, -1)


def _numbered(hashes: Any) -> Any:
    """Hashes of which equal ones are told apart by how many came before."""
    import numpy as np

    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    new = np.r_[True, ranked[1:] != ranked[:-1]]
    starts = np.flatnonzero(new)
    nth = np.arange(len(hashes)) - np.repeat(starts, np.diff(np.r_[starts, len(hashes)]))
    numbered = hashes.copy()
    numbered[order] = ranked + nth.astype(hashes.dtype) * hashes.dtype.type(_SPREAD)
    return numbered


def _likely_keys(frame: Frame, common: list[str]) -> list[str]:
    """The columns that may name each row, those first that are called so."""
    keys = [column for column in frame.naming() if column in common]
    return sorted(keys, key=lambda column: not _is_naming(column))[:_KEYS]


def _is_naming(column: str) -> bool:
    return column.lower().rpartition("_")[2] in _NAMING


def _differences(old: F, new: F, common: list[str], match: _Match) -> tuple[Any, dict[str, Any]]:
    """Which of the matched rows differ, and in each column that has differences the places of them in the match."""
    import numpy as np

    rows: Any = np.zeros(len(match.now), bool)
    by_column = {}
    for column in common:
        differs = new.differing(old, column, match.now, match.before)
        if differs.any():
            by_column[column] = np.flatnonzero(differs)
            rows |= differs
    return rows, by_column


def _columns_table(
    old: F, new: F, changed: Mapping[str, int], by_column: Mapping[str, Any], match: _Match
) -> DiffTable:
    rows = []
    for column, kind in new.columns.items():
        if column not in old.columns:
            rows.append(("+", (column, kind, "added", "")))
        elif column in changed or kind != old.columns[column]:
            shown_kind = kind if kind == old.columns[column] else f"{old.columns[column]} -> {kind}"
            cells = counted(changed[column], "cell") if column in changed else ""
            largest = _largest(old, new, column, by_column[column], match) if column in changed else ""
            rows.append(("", (column, shown_kind, cells, largest)))
    rows += [("-", (column, kind, "removed", "")) for column, kind in old.columns.items() if column not in new.columns]
    return DiffTable(
        head=("column", "type", "changed", "largest change"),
        rows=tuple(rows[:ROWS]),
        more=len(rows) - len(rows[:ROWS]),
        noun="column",
    )


def _largest(old: F, new: F, column: str, places: Any, match: _Match) -> str:
    """The largest change of a number among some of the cells; "" if there is none."""
    import numpy as np

    before, now = old.numbers(column, match.before[places]), new.numbers(column, match.now[places])
    if before is None or now is None or not len(before):
        return ""
    with np.errstate(all="ignore"):
        change = np.abs(np.subtract(now, before, dtype=float))
    change[~np.isfinite(change)] = -1
    at = int(np.argmax(change))
    return signed(now[at].item() - before[at].item()) if change[at] >= 0 else ""


def _cells_table(old: F, new: F, by_column: Mapping[str, Any], match: _Match) -> DiffTable:
    """The first changed cells, row by row."""
    first = sorted((int(at), k) for k, found in enumerate(by_column.values()) for at in found[:ROWS])[:ROWS]
    columns = list(by_column)
    rows = []
    for at, k in first:
        before, now, column = int(match.before[at]), int(match.now[at]), columns[k]
        cells = shown(old.cell(column, before)), shown(new.cell(column, now))
        rows.append(("", (new.name(now), column, *cells)))
    more = sum(map(len, by_column.values())) - len(rows)
    return DiffTable(head=("row", "column", "before", "now"), rows=tuple(rows), more=more, noun="cell")


def _rows_table(sign: str, frame: Frame, places: Any, title: str) -> DiffTable:
    columns = list(frame.columns)[:_COLUMNS]
    more = ("…",) if len(frame.columns) > len(columns) else ()
    rows = tuple(
        (sign, (frame.name(int(place)), *(shown(frame.cell(column, int(place))) for column in columns), *more))
        for place in places[:_WHOLE_ROWS]
    )
    return DiffTable(title=title, head=("row", *columns, *more), rows=rows, more=len(places) - len(rows))
