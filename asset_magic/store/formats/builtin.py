"""Nodes for the values of the standard library."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import struct
import uuid
import zoneinfo
from array import array
from typing import TYPE_CHECKING, Any

from asset_magic.store.formats.base import Unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asset_magic.store.formats.tree import Node, Reader, Writer

_MANY = 64  # items; fewer are written one by one


def _clock(value: Any) -> tuple[Any, ...]:
    return value.replace(tzinfo=None, fold=0).isoformat(), value.fold, value.tzinfo


def _read_clock(kind: Any, text: str, fold: int, zone: Any) -> Any:
    return kind.fromisoformat(text).replace(fold=fold, tzinfo=zone)


def _zone_key(value: zoneinfo.ZoneInfo) -> tuple[str]:
    if not value.key or zoneinfo.ZoneInfo(value.key) is not value:
        raise Unfit
    return (value.key,)


def _uuid_digits(value: uuid.UUID) -> tuple[str]:
    if value.is_safe is not uuid.SafeUUID.unknown:
        raise Unfit
    return (value.hex,)


_Made = tuple["Callable[[Any], Sequence[Any]]", "Callable[..., Any]"]
_MADE: dict[str, _Made] = {
    # How a value is made: from which arguments, by which function.
    "complex": (lambda value: (value.real, value.imag), complex),
    "ellipsis": (lambda value: (), lambda: ...),
    "range": (lambda value: (value.start, value.stop, value.step), range),
    "slice": (lambda value: (value.start, value.stop, value.step), slice),
    "date": (lambda value: (value.isoformat(),), datetime.date.fromisoformat),
    "datetime": (_clock, lambda *clock: _read_clock(datetime.datetime, *clock)),
    "time": (_clock, lambda *clock: _read_clock(datetime.time, *clock)),
    "timedelta": (lambda value: (value.days, value.seconds, value.microseconds), datetime.timedelta),
    "timezone": (lambda value: value.__getinitargs__(), datetime.timezone),
    "ZoneInfo": (_zone_key, zoneinfo.ZoneInfo),
    "Decimal": (lambda value: (str(value),), decimal.Decimal),
    "Fraction": (lambda value: (value.numerator, value.denominator), fractions.Fraction),
    "PosixPath": (lambda value: (str(value),), pathlib.PosixPath),
    "WindowsPath": (lambda value: (str(value),), pathlib.WindowsPath),
    "PurePosixPath": (lambda value: (str(value),), pathlib.PurePosixPath),
    "PureWindowsPath": (lambda value: (str(value),), pathlib.PureWindowsPath),
    "UUID": (_uuid_digits, uuid.UUID),
}


def write_made(writer: Writer, value: Any) -> Node:
    """A value that its arguments tell in full."""
    name = type(value).__name__
    return [name, *writer.write_all(_MADE[name][0](value))]


def read_made(reader: Reader, name: str, *arguments: Node) -> Any:
    """The value."""
    return _MADE[name][1](*reader.read_all(arguments))


def write_pytz(writer: Writer, value: Any) -> Node:
    """A time zone of pytz, which pandas 2 uses: by its name, if it is not one of the zone's parts."""
    import pytz  # type: ignore[import-untyped]

    if not isinstance(value, pytz.tzinfo.BaseTzInfo) or not value.zone or pytz.timezone(value.zone) is not value:
        raise Unfit
    return ["pytz", value.zone]


def read_pytz(reader: Reader, name: str) -> Any:
    """The time zone."""
    import pytz

    return pytz.timezone(name)


def write_big_int(value: int) -> Node:
    """An int that JSON readers may not take."""
    return ["int", hex(value)]


def read_big_int(reader: Reader, digits: str) -> int:
    """The int."""
    return int(digits, 16)


def write_odd_float(value: float) -> Node:
    """What is no finite number, by its bits: there are many that are not a number."""
    return ["float", struct.pack(">d", value).hex()]


def read_odd_float(reader: Reader, bits: str) -> float:
    """The float."""
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    return float(value)


def write_bytes(writer: Writer, value: bytes | bytearray) -> Node:
    """Bytes, in a part of their own."""
    return [type(value).__name__, writer.part(value)]


def read_bytes(reader: Reader, place: int) -> bytes:
    """The bytes."""
    return bytes(reader.part(place))


def read_bytearray(reader: Reader, place: int) -> bytearray:
    """The bytes, which may change."""
    return bytearray(reader.part(place))


def write_sequence(writer: Writer, value: Any) -> Node:
    """A list, a tuple or a set: its items."""
    return [type(value).__name__, write_items(writer, value if type(value) in (list, tuple) else list(value))]


def read_list(reader: Reader, items: Node) -> list[Any]:
    """The list."""
    return read_items(reader, items)


def read_tuple(reader: Reader, items: Node) -> tuple[Any, ...]:
    """The tuple."""
    return tuple(read_items(reader, items))


def read_set(reader: Reader, items: Node) -> set[Any]:
    """The set."""
    return set(read_items(reader, items))


def read_frozenset(reader: Reader, items: Node) -> frozenset[Any]:
    """The frozen set."""
    return frozenset(read_items(reader, items))


def write_dict(writer: Writer, value: dict[Any, Any]) -> Node:
    """A dict: its keys and its values, in order."""
    return ["dict", write_items(writer, list(value)), write_items(writer, list(value.values()))]


def read_dict(reader: Reader, keys: Node, values: Node) -> dict[Any, Any]:
    """The dict."""
    return dict(zip(read_items(reader, keys), read_items(reader, values), strict=True))


def write_items(writer: Writer, items: Sequence[Any]) -> Node:
    """The items of a container: many numbers or strings in one buffer, others one by one."""
    kinds = set(map(type, items)) if len(items) >= _MANY else set()
    if kinds == {float}:
        return {"floats": writer.part(memoryview(array("d", items)))}
    if kinds == {int}:
        try:
            return {"ints": writer.part(memoryview(array("q", items)))}
        except OverflowError:
            pass
    elif kinds == {str}:
        joined = "\0".join(items)
        if joined.count("\0") == len(items) - 1:
            return {"texts": writer.part(joined.encode("utf-8", "surrogatepass"))}
    return writer.write_all(items)


def read_items(reader: Reader, node: Node) -> list[Any]:
    """The items that `write_items` wrote."""
    if type(node) is list:
        return reader.read_all(node)
    ((kind, place),) = node.items()
    data = reader.part(place)
    if kind == "texts":
        return str(data, "utf-8", "surrogatepass").split("\0")
    numbers = array({"floats": "d", "ints": "q"}[kind])
    numbers.frombytes(data)
    return numbers.tolist()
