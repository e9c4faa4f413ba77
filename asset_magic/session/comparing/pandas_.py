"""Data frames, series and indexes of pandas as tables that can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asset_magic.session.comparing.arrays import differing
from asset_magic.session.comparing.shown import shown

_SLOW = 3.0  # how much longer cells take that are no numbers
_FIRST = 1000  # rows that show at once that a column does not name each row


class PandasFrame:
    """A data frame; see `Frame`."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.rows = len(frame)
        names: dict[str, int] = {}
        for place, column in enumerate(frame.columns):
            name = text = column if isinstance(column, str) else shown(column)
            count = 1
            while name in names:
                count += 1
                name = f"{text} ({count})"
            names[name] = place
        self._places = names
        self.columns = {name: str(frame.dtypes.iloc[place]) for name, place in names.items()}
        slow = sum(not _is_quick(frame.dtypes.iloc[place]) for place in names.values())
        self.weight = 1 + (_SLOW - 1) * slow / max(len(names), 1)

    def indexed(self, other: PandasFrame) -> bool:
        mine, theirs = self._frame.index, other._frame.index
        unique = mine.nlevels == theirs.nlevels and _is_unique(mine) and _is_unique(theirs)
        return unique and not (_counts(mine) and _counts(theirs))

    def naming(self) -> Iterator[str]:
        for name in self.columns:
            column = self._column(name)
            if column.dtype.kind in "iuMOTU" and _is_unique(column.iloc[:_FIRST]):
                yield name

    def places_in(self, other: PandasFrame, column: str | None) -> Any:
        import pandas as pd

        try:
            if column is None:
                return other._frame.index.get_indexer(self._frame.index)
            mine, theirs = self._column(column), other._column(column)
            if mine.hasnans or theirs.hasnans or not _is_unique(theirs.iloc[:_FIRST]):
                return None
            named, names = pd.Index(mine), pd.Index(theirs)
            return names.get_indexer(named) if named.is_unique and names.is_unique else None
        except Exception:  # labels of two types that cannot be compared; each library says so in its own way
            return None

    def hashes(self, columns: list[str]) -> Any:
        import pandas as pd

        frame = pd.DataFrame({str(k): self._column(name).array for k, name in enumerate(columns)})
        try:
            return pd.util.hash_pandas_object(frame, index=False).to_numpy()
        except TypeError:  # as of cells that hold lists
            return None

    def differing(self, other: PandasFrame, column: str, mine: Any, theirs: Any) -> Any:
        return _unlike(_taken(other._column(column), theirs), _taken(self._column(column), mine))

    def numbers(self, column: str, places: Any) -> Any:
        taken = self._column(column).array.take(places)
        if taken.dtype.kind not in "iuf" or (self._column(column).hasnans and taken.isna().any()):
            return taken.to_numpy(dtype=float, na_value=float("nan")) if taken.dtype.kind in "iuf" else None
        return taken.to_numpy()

    def cell(self, column: str, place: int) -> Any:
        return self._column(column).iloc[place]

    def name(self, place: int) -> str:
        label = self._frame.index[place]
        return label if isinstance(label, str) else shown(label)

    def _column(self, name: str) -> Any:
        return self._frame.iloc[:, self._places[name]]


def frame_of(value: Any) -> PandasFrame:
    """A frame, series or index as a table."""
    kind = type(value).__name__
    if hasattr(value, "columns"):
        return PandasFrame(value)
    if hasattr(value, "iloc"):
        return PandasFrame(value.to_frame(name="value"))
    return PandasFrame(
        value.to_frame(index=False, name=[str(k) for k in range(value.nlevels)] if kind == "MultiIndex" else "value")
    )


def _taken(column: Any, places: Any) -> Any:
    """The values of a column at some places; most often these are all, in order."""
    if len(places) == len(column) and (not len(places) or (places[0] == 0 and (places[1:] > places[:-1]).all())):
        return column.array
    return column.array.take(places)


def _unlike(old: Any, new: Any) -> Any:
    """Where two arrays of pandas differ; what is missing is not unlike what is missing."""
    import numpy as np
    import pandas as pd

    if _is_plain(old) and _is_plain(new):
        return differing(np.asarray(old), np.asarray(new))
    missing, misses = np.asarray(pd.isna(old)), np.asarray(pd.isna(new))
    unlike = _unlike_at_once(old, new) if old.dtype == new.dtype and not _is_nested(old) else None
    if unlike is None:
        unlike = differing(np.asarray(old, dtype=object), np.asarray(new, dtype=object))
    return np.where(missing | misses, missing != misses, unlike)


def _unlike_at_once(old: Any, new: Any) -> Any:
    """The same for two arrays of one type, missing values aside; None if its library cannot compare them."""
    import numpy as np

    try:
        unlike = old != new
        return np.asarray(unlike.fillna(True) if hasattr(unlike, "fillna") else unlike, dtype=bool)
    except Exception:  # each library says so in its own way
        return None


def _is_plain(values: Any) -> bool:
    """Whether numpy knows values of this type."""
    return (
        type(values).__name__ in ("NumpyExtensionArray", "SparseArray")
        or type(values.dtype).__module__ == "numpy.dtypes"
    )


def _is_nested(values: Any) -> bool:
    """Whether the cells are lists or records of Arrow, which are told unlike themselves."""
    return hasattr(values.dtype, "pyarrow_dtype") and str(values.dtype).startswith(
        ("list", "struct", "map", "large_list", "fixed")
    )


def _is_unique(column: Any) -> bool:
    try:
        return bool(column.is_unique)
    except Exception:  # what cannot be hashed, as a list; each library says so in its own way
        return False


def _counts(index: Any) -> bool:
    """Whether an index only counts rows."""
    import pandas as pd

    return bool(index.nlevels == 1 and index.dtype.kind == "i" and index.equals(pd.RangeIndex(len(index))))


def _is_quick(dtype: Any) -> bool:
    return dtype.kind in "biufmMc" and type(dtype).__module__.startswith("numpy")
