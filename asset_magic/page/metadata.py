"""Metadata as text: what users record of assets and checks, one line a value."""

from __future__ import annotations

import os
from datetime import date, time
from itertools import islice
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from asset_magic.page.text import MONO, MUTED, isolated, one_line, steady

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUE = 80
"""Characters shown of a metadata value."""

_ITEMS = 8
_DEPTH = 3
_SORTED = 1000


def metadata_text(value: Any, limit: int = VALUE) -> str:
    """``value`` on one line: floats in up to six significant digits, sets in a fixed order, all else as Python has it.

    >>> metadata_text(0.1234567891), metadata_text("as is"), metadata_text(["a", 2])
    ('0.123457', 'as is', "['a', 2]")
    """
    if isinstance(value, str):
        return one_line(str.__str__(value), limit)
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


def metadata_table(metadata: Mapping[str, Any]) -> str:
    """All facts as an HTML table."""
    rows = "".join(
        f'<tr><td style="text-align:left;padding:1px 12px 1px 0;{MUTED}">{isolated(str(name))}</td>'
        f'<td style="text-align:left;padding:1px 0;{MONO}">{isolated(metadata_text(value, 4 * VALUE))}</td></tr>'
        for name, value in metadata.items()
    )
    return f'<table style="font-size:100%;margin:2px 0 4px 16px;border-collapse:collapse"><tbody>{rows}</tbody></table>'


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
