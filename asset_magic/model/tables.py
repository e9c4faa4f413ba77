"""Tables as metadata: their rows and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any


@dataclass(frozen=True, slots=True, init=False)
class TableRecord:
    """One row: values by the names of the columns.

    >>> TableRecord({"carrier": "UA", "flights": 58665}).data["carrier"]
    'UA'
    """

    data: Mapping[str, Any]

    def __init__(self, data: Mapping[str, Any] | None = None, **columns: Any) -> None:
        object.__setattr__(self, "data", {**(data or {}), **columns})

    def __getitem__(self, column: str) -> Any:
        return self.data[column]


@dataclass(frozen=True, slots=True)
class TableColumnConstraints:
    """What holds of each value in a column.

    Attributes:
        nullable: whether a value may be missing.
        unique: whether no value comes twice.
        other: further constraints, in words.
    """

    nullable: bool = True
    unique: bool = False
    other: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table.

    Attributes:
        name: its name.
        type: its type, in words.
        description: a sentence for readers.
        constraints: what holds of each value.
        tags: labels.
    """

    name: str
    type: str = "string"
    description: str | None = None
    constraints: TableColumnConstraints = field(default_factory=TableColumnConstraints)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableConstraints:
    """What holds of a whole table, in words."""

    other: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The columns of a table.

    >>> TableSchema([TableColumn("flights", "int")]).columns[0].type
    'int'
    """

    columns: Sequence[TableColumn]
    constraints: TableConstraints = field(default_factory=TableConstraints)


def rows_of_frame(frame: Any) -> list[dict[str, Any]]:
    """The rows of a pandas or polars data frame, by the names of the columns."""
    columns = [str(column) for column in frame.columns]
    rows = frame.rows() if hasattr(frame, "rows") else frame.itertuples(index=False, name=None)
    return [dict(zip(columns, row, strict=True)) for row in rows]


_TYPES: tuple[tuple[Any, str], ...] = ((bool, "bool"), (Integral, "int"), (Real, "float"))


def schema_of(records: Sequence[TableRecord]) -> TableSchema:
    """The columns of a table, as its first row has them."""
    first: Mapping[str, Any] = records[0].data if records else {}
    return TableSchema(
        [
            TableColumn(name, next((text for kind, text in _TYPES if isinstance(value, kind)), "string"))
            for name, value in first.items()
        ]
    )
