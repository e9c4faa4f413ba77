"""Nodes for polars' frames and series, by way of Arrow: polars' own reader takes whatever memory bytes ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.base import Unfit

if TYPE_CHECKING:
    from asset_magic.store.formats.tree import Node, Reader, Writer

_CERTAIN = {
    *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)),
    *("Float32", "Float64", "Boolean", "String", "Binary", "Date", "Datetime", "Duration", "Time"),
}


def write_frame(writer: Writer, value: Any) -> Node:
    """A data frame: its columns."""
    return ["polars frame", *_write_columns(writer, value)]


def read_frame(reader: Reader, *columns: Node) -> Any:
    """The data frame."""
    return _read_columns(reader, *columns)


def write_series(writer: Writer, value: Any) -> Node:
    """A series: its name and its values."""
    return ["polars series", *_write_columns(writer, value.to_frame())]


def read_series(reader: Reader, *columns: Node) -> Any:
    """The series."""
    return _read_columns(reader, *columns).to_series(0)


def _write_columns(writer: Writer, frame: Any) -> Node:
    """The place of the stream, and which columns are categories, which it has as text."""
    import polars as pl

    try:
        from asset_magic.store.formats.arrow_ import write_stream
    except ImportError as error:
        raise Unfit from error
    if pl.Object in frame.dtypes:
        raise Unfit
    writer.certain &= {str(dtype.base_type()) for dtype in frame.dtypes} <= _CERTAIN
    categories = {}
    for name, dtype in frame.schema.items():
        if dtype in (pl.Categorical, pl.Enum):
            categories[name] = dtype.categories.to_list() if dtype == pl.Enum else None
    table = frame.with_columns(pl.col(*categories).cast(pl.String)) if categories else frame
    table = table.to_arrow(compat_level=pl.CompatLevel.newest())
    return [write_stream(writer, table.schema, table.to_batches()), writer.write(categories)]


def _read_columns(reader: Reader, place: int, categories: Node) -> Any:
    from asset_magic.store.formats.arrow_ import read_stream

    table, categories = read_stream(reader.part(place)), reader.read(categories)
    if any("\0" in name for name in table.column_names):
        raise ValueUnreadable("the stored frame has a column whose name is none")
    try:
        return _frame(table, categories)
    except Exception:
        raise
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what polars raises where it met what it did not expect
            raise
        raise ValueUnreadable(f"polars cannot read it: {error}") from error


def _frame(table: Any, categories: dict[str, list[str] | None]) -> Any:
    import polars as pl

    frame: Any = pl.from_arrow(table, rechunk=False)
    frame.columns = table.column_names  # a name may be empty
    kinds = {name: pl.Categorical if texts is None else pl.Enum(texts) for name, texts in categories.items()}
    return frame.cast(kinds) if kinds else frame
