"""Tables, record batches and arrays of Arrow as tables that can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from asset_magic.session.comparing.same import same

_FIRST = 1000  # rows that show at once that a column does not name each row
_SLOW = 3.0  # how much longer cells take that are no numbers


class ArrowFrame:
    """A table; see `Frame`."""

    def __init__(self, table: Any) -> None:
        from pyarrow import types

        names: dict[str, int] = {}
        for place, name in enumerate(table.column_names):
            names[name if name not in names else f"{name} ({place})"] = place
        self._columns = {name: table.column(place) for name, place in names.items()}
        self.rows: int = table.num_rows
        self.columns = {name: str(column.type) for name, column in self._columns.items()}
        slow = sum(not types.is_primitive(column.type) for column in self._columns.values())
        self.weight = 1 + (_SLOW - 1) * slow / max(len(self.columns), 1)

    def indexed(self, other: Self) -> bool:
        return False  # these have none

    def naming(self) -> Iterator[str]:
        from pyarrow import types

        kinds = (types.is_integer, types.is_temporal, types.is_string, types.is_large_string)
        for name, column in self._columns.items():
            head = column.slice(0, _FIRST)
            if any(is_kind(column.type) for is_kind in kinds) and len(head.unique()) == len(head):
                yield name

    def places_in(self, other: Self, column: str | None) -> Any:
        import numpy as np
        import pyarrow.compute as pc

        mine, theirs = self._columns[column or ""], other._columns[column or ""]
        if mine.type != theirs.type or any(
            names.null_count or len(names.unique()) < len(names) for names in (mine, theirs)
        ):
            return None
        found = pc.index_in(mine, value_set=theirs)
        return np.asarray(pc.fill_null(found, -1)).astype(np.int64)

    def hashes(self, columns: list[str]) -> Any:
        try:
            import pandas as pd
        except ImportError:
            return None
        frame = pd.DataFrame({str(k): self._columns[name].to_pandas() for k, name in enumerate(columns)})
        try:
            return pd.util.hash_pandas_object(frame, index=False).to_numpy()
        except TypeError:  # as of cells that hold lists
            return None

    def differing(self, other: Self, column: str, mine: Any, theirs: Any) -> Any:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        new, old = _taken(self._columns[column], mine), _taken(other._columns[column], theirs)
        missing, misses = np.asarray(pc.is_null(old)), np.asarray(pc.is_null(new))
        try:
            unlike = np.array(pc.fill_null(pc.not_equal(old, new), True), bool)
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # as of lists, or of types that have nothing in common
            unlike = np.array([not same(a, b) for a, b in zip(old.to_pylist(), new.to_pylist(), strict=True)], bool)
        if pa.types.is_floating(old.type) and pa.types.is_floating(new.type):
            unlike &= ~np.asarray(pc.fill_null(pc.and_(pc.is_nan(old), pc.is_nan(new)), False), bool)
        return np.where(missing | misses, missing != misses, unlike)

    def numbers(self, column: str, places: Any) -> Any:
        from pyarrow import types

        taken = _taken(self._columns[column], places)
        kind = taken.type
        return taken.to_numpy() if types.is_integer(kind) or types.is_floating(kind) else None

    def cell(self, column: str, place: int) -> Any:
        return self._columns[column][place].as_py()

    def name(self, place: int) -> str:
        return str(place)


def frame_of(value: Any) -> ArrowFrame:
    """A table, record batch or array as a table."""
    import pyarrow as pa

    if isinstance(value, pa.RecordBatch):
        return ArrowFrame(pa.Table.from_batches([value]))
    return ArrowFrame(value if isinstance(value, pa.Table) else pa.table({"value": value}))


def _taken(column: Any, places: Any) -> Any:
    """The values of a column at some places; most often these are all, in order."""
    if len(places) == len(column) and (not len(places) or (places[0] == 0 and (places[1:] > places[:-1]).all())):
        return column
    return column.take(places)
