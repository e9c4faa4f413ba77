"""Metadata: facts recorded with materializations and checks, each with how it is to be shown.

A fact stays what it is: a number can be calculated with, a text is a text. Only what Python has no subclass for (a
bool, None, a table, JSON) is wrapped, and equals what it wraps.
"""

from __future__ import annotations

import builtins
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from numbers import Integral, Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey

if TYPE_CHECKING:
    from asset_magic.model.tables import TableRecord, TableSchema

EMPTY: Mapping[str, Any] = MappingProxyType({})


class MetadataValue(ABC):
    """A fact, and how it is shown: make one with `text`, `md`, `url`, `path`, `json`, `table`, `float`, `int`, `bool`.

    Plain texts, numbers, paths, lists and dictionaries given as metadata become one by themselves.

    >>> rows = MetadataValue.int(3)
    >>> rows, rows.value, rows == 3, rows + 1
    (MetadataValue.int(3), 3, True, 4)
    >>> MetadataValue.json({"a": [1]}) == {"a": [1]}
    True
    """

    __slots__ = ()
    kind: ClassVar[str] = ""

    @property
    @abstractmethod
    def value(self) -> Any:
        """The fact itself, without how it is shown."""

    @staticmethod
    def text(text: str) -> TextMetadataValue:
        """Text as it is."""
        return TextMetadataValue(_given("text", text, str))

    @staticmethod
    def md(data: str) -> MarkdownMetadataValue:
        """Markdown, shown formatted."""
        return MarkdownMetadataValue(_given("md", data, str))

    @staticmethod
    def url(url: str) -> UrlMetadataValue:
        """The address of a page, shown as a link."""
        return UrlMetadataValue(_given("url", url, str))

    @staticmethod
    def path(path: str | os.PathLike[str]) -> PathMetadataValue:
        """The place of a file."""
        return PathMetadataValue(os.fspath(path))

    @staticmethod
    def notebook(path: str | os.PathLike[str]) -> NotebookMetadataValue:
        """The place of a notebook."""
        return NotebookMetadataValue(os.fspath(path))

    @staticmethod
    def json(data: Sequence[Any] | Mapping[str, Any] | None) -> JsonMetadataValue:
        """Lists and dictionaries of texts, numbers, booleans and None.

        Raises:
            DefinitionError: something in it is none of these.
        """
        return JsonMetadataValue(data)

    @staticmethod
    def table(
        records: Iterable[TableRecord | Mapping[str, Any]], schema: TableSchema | None = None
    ) -> TableMetadataValue:
        """A small table.

        Args:
            records: its rows, or a pandas or polars data frame.
            schema: its columns; those of the first record by default.
        """
        return TableMetadataValue(records, schema)

    @staticmethod
    def table_schema(schema: TableSchema) -> TableSchemaMetadataValue:
        """The columns of a table."""
        return TableSchemaMetadataValue(schema)

    @staticmethod
    def float(value: builtins.float) -> FloatMetadataValue:
        """A number."""
        return FloatMetadataValue(_given("float", value, Real))

    @staticmethod
    def int(value: builtins.int) -> IntMetadataValue:
        """A whole number."""
        return IntMetadataValue(_given("int", value, Integral))

    @staticmethod
    def bool(value: builtins.bool) -> BoolMetadataValue:
        """True or False."""
        return BoolMetadataValue(value)

    @staticmethod
    def null() -> NullMetadataValue:
        """Nothing, said on purpose."""
        return NullMetadataValue()

    @staticmethod
    def timestamp(value: builtins.float | datetime) -> TimestampMetadataValue:
        """A point in time, in seconds since the epoch; a datetime needs its time zone.

        Raises:
            DefinitionError: the datetime has no time zone.
        """
        return TimestampMetadataValue(value)

    @staticmethod
    def asset(asset_key: CoercibleToAssetKey) -> AssetMetadataValue:
        """The key of an asset."""
        return AssetMetadataValue(AssetKey(asset_key))

    def __eq__(self, other: object) -> builtins.bool:
        if isinstance(other, MetadataValue):
            return type(self) is type(other) and bool(self.value == other.value)
        return bool(self.value == other)

    def __ne__(self, other: object) -> builtins.bool:
        return not self == other

    def __hash__(self) -> builtins.int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"MetadataValue.{self.kind}({self.value!r})"


class TextMetadataValue(MetadataValue, str):
    """Text as it is."""

    __slots__ = ()
    kind = "text"

    @property
    def value(self) -> str:
        return str.__str__(self)

    @property
    def text(self) -> str:  # type: ignore[override]
        """The text, as Dagster names it."""
        return self.value

    __str__ = str.__str__
    __hash__ = str.__hash__


class MarkdownMetadataValue(TextMetadataValue):
    """Markdown."""

    __slots__ = ()
    kind = "md"

    @property
    def md_str(self) -> str:
        """The Markdown text, as Dagster names it."""
        return self.value


class UrlMetadataValue(TextMetadataValue):
    """The address of a page."""

    __slots__ = ()
    kind = "url"

    @property
    def url(self) -> str:  # type: ignore[override]
        """The address, as Dagster names it."""
        return self.value


class PathMetadataValue(TextMetadataValue):
    """The place of a file."""

    __slots__ = ()
    kind = "path"

    @property
    def path(self) -> str:  # type: ignore[override]
        """The place, as Dagster names it."""
        return self.value


class NotebookMetadataValue(PathMetadataValue):
    """The place of a notebook."""

    __slots__ = ()
    kind = "notebook"


class AssetMetadataValue(TextMetadataValue):
    """The key of an asset."""

    __slots__ = ()
    kind = "asset"

    @property
    def asset_key(self) -> AssetKey:
        """The key."""
        return AssetKey(self.value)


class IntMetadataValue(MetadataValue, int):
    """A whole number."""

    __slots__ = ()
    kind = "int"

    @property
    def value(self) -> builtins.int:
        return int(self)

    __str__ = int.__repr__
    __hash__ = int.__hash__


class FloatMetadataValue(MetadataValue, float):
    """A number."""

    __slots__ = ()
    kind = "float"

    @property
    def value(self) -> builtins.float:
        return float(self)

    __str__ = float.__repr__
    __hash__ = float.__hash__


class TimestampMetadataValue(FloatMetadataValue):
    """A point in time, in seconds since the epoch."""

    __slots__ = ()
    kind = "timestamp"

    def __new__(cls, value: builtins.float | datetime) -> TimestampMetadataValue:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise DefinitionError(f"the time {value} has no time zone: give it one, as in tzinfo=timezone.utc")
            value = value.timestamp()
        return super().__new__(cls, value)


class _Wrapped(MetadataValue):
    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    @property
    def value(self) -> Any:
        return self._value

    __hash__ = MetadataValue.__hash__


class BoolMetadataValue(_Wrapped):
    """True or False."""

    __slots__ = ()
    kind = "bool"

    def __init__(self, value: builtins.bool) -> None:
        super().__init__(bool(value))

    def __bool__(self) -> builtins.bool:
        return bool(self._value)


class NullMetadataValue(_Wrapped):
    """Nothing, said on purpose."""

    __slots__ = ()
    kind = "null"

    def __init__(self) -> None:
        super().__init__(None)

    def __bool__(self) -> builtins.bool:
        return False


class JsonMetadataValue(_Wrapped):
    """Lists and dictionaries of texts, numbers, booleans and None."""

    __slots__ = ()
    kind = "json"

    def __init__(self, data: Sequence[Any] | Mapping[str, Any] | None) -> None:
        super().__init__(_as_json(data))

    @property
    def data(self) -> Any:
        """The data, as Dagster names it."""
        return self._value


class TableMetadataValue(_Wrapped):
    """A small table.

    Attributes:
        schema: its columns.
    """

    __slots__ = ("schema",)
    kind = "table"

    def __init__(self, records: Iterable[TableRecord | Mapping[str, Any]], schema: TableSchema | None = None) -> None:
        from asset_magic.model.tables import TableRecord, rows_of_frame, schema_of  # seldom needed

        if hasattr(records, "to_dict") and hasattr(records, "columns"):
            records = rows_of_frame(records)
        super().__init__([record if isinstance(record, TableRecord) else TableRecord(record) for record in records])
        self.schema = schema if schema is not None else schema_of(self._value)

    @property
    def records(self) -> list[TableRecord]:
        """The rows, as Dagster names them."""
        found: list[TableRecord] = self._value
        return found

    def __eq__(self, other: object) -> builtins.bool:
        return super().__eq__(other) and (not isinstance(other, TableMetadataValue) or self.schema == other.schema)

    __hash__ = _Wrapped.__hash__


class TableSchemaMetadataValue(_Wrapped):
    """The columns of a table."""

    __slots__ = ()
    kind = "table_schema"

    @property
    def schema(self) -> TableSchema:
        """The columns, as Dagster names them."""
        found: TableSchema = self._value
        return found


def _given(kind: str, value: Any, wanted: Any) -> Any:
    if not isinstance(value, wanted):
        raise DefinitionError(f"MetadataValue.{kind} takes {_WANTED[kind]}, not {value!r}")
    return value


_WANTED = {**dict.fromkeys(("text", "md", "url"), "a text"), "int": "a whole number", "float": "a number"}


def _as_json(data: Any, depth: int = 100) -> Any:
    if data is None or isinstance(data, (bool, str)):
        return data
    if isinstance(data, Integral):
        return int(data)
    if isinstance(data, Real):
        return float(data)
    if depth and isinstance(data, Mapping):
        return {_as_name(name): _as_json(item, depth - 1) for name, item in data.items()}
    if depth and isinstance(data, (list, tuple)):
        return [_as_json(item, depth - 1) for item in data]
    if isinstance(data, (date, os.PathLike)):
        return str(data)
    raise DefinitionError(f"{type(data).__name__} is no part of JSON: use texts, numbers, lists and dictionaries")


def _as_name(name: object) -> str:
    if not isinstance(name, str):
        raise DefinitionError(f"the names in JSON are texts: {name!r} is a {type(name).__name__}")
    return name
