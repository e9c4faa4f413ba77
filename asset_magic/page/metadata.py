"""Metadata as text: what users record of assets and checks, one line a value."""

from __future__ import annotations

import html
import json
import os
from datetime import UTC, date, datetime, time
from itertools import islice
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from asset_magic.model.metadata import (
    JsonMetadataValue,
    MetadataValue,
    PathMetadataValue,
    TableMetadataValue,
    TableSchemaMetadataValue,
    TimestampMetadataValue,
    UrlMetadataValue,
)
from asset_magic.page.text import MONO, isolated, one_line, plural, steady

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUE = 80
"""Characters shown of a metadata value."""

_SAFE = ("https://", "http://", "mailto:")
_ADDRESS = 2_000  # characters of a link; longer ones are no addresses
_ITEMS = 8
_DEPTH = 3
_SORTED = 1000


def metadata_text(value: Any, limit: int = VALUE) -> str:
    """``value`` on one line: floats in up to six significant digits, sets in a fixed order, all else as Python has it.

    >>> metadata_text(MetadataValue.table([{"a": 1}, {"a": 2}]))
    'table of 2 rows'
    >>> metadata_text(0.1234567891), metadata_text("as is"), metadata_text(["a", 2])
    ('0.123457', 'as is', "['a', 2]")
    """
    if isinstance(value, str):
        return one_line(str.__str__(value), limit)
    if isinstance(value, MetadataValue):
        return one_line(_of_kind(value), limit)
    try:
        text = _text(value, _DEPTH)
    except Exception as error:  # reprs are the user's code, and a picture must not fail on them
        text = f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
    return one_line(text, limit)


def metadata_line(metadata: Mapping[str, Any], items: int = _ITEMS) -> str:
    """The first ``items`` facts on one line, as in ``rows: 333, share: 0.25``."""
    shown = [f"{one_line(str(name), 40)}: {metadata_text(metadata[name])}" for name in list(metadata)[:items]]
    if len(metadata) > items:
        shown.append("…")
    return ", ".join(shown)


def metadata_html(value: Any, limit: int = VALUE) -> str:
    """``value`` on one line of HTML: an address as a link, a path in a fixed width, all else as `metadata_text`.

    >>> metadata_html(MetadataValue.url("https://example.org/?a=1&b=2"))
    '<a href="https://example.org/?a=1&amp;b=2">https://example.org/?a=1&amp;b=2</a>'
    """
    shown = isolated(metadata_text(value, limit), limit)
    if isinstance(value, UrlMetadataValue) and _is_safe(value.value):
        return f'<a href="{html.escape(value.value)}">{shown}</a>'
    return f'<span style="{MONO}">{shown}</span>' if isinstance(value, PathMetadataValue) else shown


def json_text(data: Any, limit: int, indent: int | None = None) -> str:
    """``data`` as JSON, cut some way after ``limit`` characters."""
    parts: list[str] = []
    for part in json.JSONEncoder(ensure_ascii=False, indent=indent).iterencode(data):
        parts.append(part[: limit + 1])
        limit -= len(part)
        if limit < 0:
            break
    return "".join(parts)


def _is_safe(address: str) -> bool:
    return len(address) <= _ADDRESS and address.startswith(_SAFE) and address.isprintable()


def _of_kind(value: MetadataValue) -> str:
    match value:
        case TableMetadataValue():
            return f"table of {plural(len(value.records), 'row')}"
        case TableSchemaMetadataValue():
            return ", ".join(f"{column.name} {column.type}" for column in value.schema.columns)
        case JsonMetadataValue():
            return json_text(value.data, 8 * VALUE)
        case TimestampMetadataValue():
            return datetime.fromtimestamp(value.value, UTC).isoformat(" ", "seconds")
    return _text(value.value, _DEPTH)


def _text(value: Any, depth: int) -> str:
    kind = type(value)
    if isinstance(value, (str, bytes)):
        return repr(value[: 8 * VALUE])
    if value is None or kind is bool:
        return repr(value)
    if isinstance(value, Integral):
        return _integer(value)
    if isinstance(value, Real):
        return f"{float(value):.6g}"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return str(value)
    if kind in _BRACKETS:
        return _collection(value, depth)
    if kind.__module__ == "numpy" and getattr(value, "shape", None) == ():
        plain = value.item()
        return repr(value) if type(plain) is kind else _text(plain, depth)
    return steady(repr(value))


def _integer(value: Integral) -> str:
    number = int(value)
    # Python refuses to write integers beyond some thousand digits.
    return str(number) if number.bit_length() < 1000 else f"an integer of {number.bit_length():,} bits"


_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    dict: ("{", "}"),
    set: ("{", "}"),
    frozenset: ("{", "}"),
}


def _collection(value: Any, depth: int) -> str:
    opening, closing = _BRACKETS[type(value)]
    if depth == 0 and value:
        return f"{opening}…{closing}"
    if isinstance(value, dict):
        shown = [f"{_text(key, depth - 1)}: {_text(item, depth - 1)}" for key, item in islice(value.items(), _ITEMS)]
    elif isinstance(value, (set, frozenset)):
        # The order of a set changes from process to process; all of it is needed to sort it.
        if len(value) > _SORTED:
            return f"{opening}{len(value):,} items{closing}"
        shown = sorted(_text(item, depth - 1) for item in value)[:_ITEMS]
    else:
        shown = [_text(item, depth - 1) for item in value[:_ITEMS]]
    if len(value) > _ITEMS:
        shown.append("…")
    return opening + ", ".join(shown) + closing
