"""Data frames and series of polars as tables that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Self

_NUMBERS = re.compile(r"U?Int(8|16|32|64)|Float(32|64)")
_FIRST = 1000  # rows that show at once that a column does not name each row
_SLOW = 3.0  # how much longer cells take that are no numbers


class PolarsFrame:
    """A data frame; see `Frame`."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.rows: int = frame.height
        self.columns = {name: str(kind) for name, kind in frame.schema.items()}
        slow = sum(not kind.is_numeric() for kind in frame.schema.values())
        self.weight = 1 + (_SLOW - 1) * slow / max(len(self.columns), 1)

    def indexed(self, other: Self) -> bool:
        return False  # these have none

    def naming(self) -> Iterator[str]:
        for name, kind in self._frame.schema.items():
            head = self._frame[name].head(_FIRST)
            if (kind.is_integer() or kind.is_temporal() or kind == "String") and head.n_unique() == len(head):
                yield name

    def places_in(self, other: Self, column: str | None) -> Any:
        mine, theirs = self._frame[column], other._frame[column]
        if mine.dtype != theirs.dtype or any(
            names.null_count() or not names.is_unique().all() for names in (mine, theirs)
        ):
            return None
        places = theirs.to_frame("name").with_row_index("place")
        found = mine.to_frame("name").join(places, on="name", how="left", maintain_order="left")
        return found["place"].cast(int).fill_null(-1).to_numpy()

    def hashes(self, columns: list[str]) -> Any:
        if "Object" in map(self.columns.__getitem__, columns):  # polars panics where Python cannot hash what is held
            return None
        try:
            return self._frame.select(columns).hash_rows().to_numpy()
        except Exception:  # polars says in many ways that it cannot hash a type
            return None

    def differing(self, other: Self, column: str, mine: Any, theirs: Any) -> Any:
        import numpy as np

        new, old = self._frame[column][mine], other._frame[column][theirs]
        try:
            return old.ne_missing(new).to_numpy()
        except Exception:  # polars says in many ways that it cannot compare two types
            from asset_magic.session.comparing.same import same

            return np.array([not same(a, b) for a, b in zip(old, new, strict=True)], bool)

    def numbers(self, column: str, places: Any) -> Any:
        taken = self._frame[column][places]
        return taken.to_numpy() if _NUMBERS.fullmatch(str(taken.dtype)) else None

    def cell(self, column: str, place: int) -> Any:
        value = self._frame[column][place]
        return value.to_list() if hasattr(value, "to_list") else value

    def name(self, place: int) -> str:
        return str(place)


def frame_of(value: Any) -> PolarsFrame:
    """A frame or series as a table."""
    return PolarsFrame(value if hasattr(value, "columns") else value.to_frame("value"))
