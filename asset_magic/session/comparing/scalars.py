"""Numbers, moments and all else that has no parts: what it was, and what it is."""

from __future__ import annotations

import math
from datetime import date, timedelta
from numbers import Number
from typing import Any

from asset_magic.session.comparing.difference import ValueDiff
from asset_magic.session.comparing.shown import shown


def compare_numbers(old: Any, new: Any) -> ValueDiff:
    """How a number differs from an earlier one.

    >>> compare_numbers(72.0, 75.0).said
    ('72.0 -> 75.0 (+3, +4.17%)',)
    """
    return ValueDiff(said=(f"{shown(old)} -> {shown(new)}{_by(old, new)}",))


def _by(old: Any, new: Any) -> str:
    if isinstance(old, bool) or isinstance(new, bool):
        return ""
    try:
        change = _plain(new) - _plain(old)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return ""
    parts = [] if isinstance(change, complex) or change != change else [signed(change)]
    if parts and (share := percent(old, change)):
        parts.append(share)
    return f" ({', '.join(parts)})" if parts else ""


def _plain(number: Any) -> Any:
    """Numbers of numpy overflow; those of Python do not."""
    return number.item() if type(number).__module__ == "numpy" else number


def signed(change: Any) -> str:
    """A difference with its sign, in six digits where it has a fraction.

    >>> signed(3), signed(-0.30000000000000004), signed(1234567)
    ('+3', '-0.3', '+1,234,567')
    """
    if isinstance(change, int):
        return f"{change:+,}"
    return f"{float(change):+.6g}"


def percent(old: Any, change: Any) -> str:
    """A difference as a part of what was there; "" where that says nothing.

    >>> percent(0.1, 0.1), percent(0, 1)
    ('+100%', '')
    """
    try:
        share = 100 * float(change) / abs(float(old))
    except (ZeroDivisionError, OverflowError, TypeError, ValueError):
        return ""
    return f"{share:+.3g}%" if math.isfinite(share) and abs(share) < 1e6 else ""


def compare_others(old: Any, new: Any) -> ValueDiff:
    """What a value was, and is."""
    before, now = shown(old), shown(new)
    if before == now:
        return ValueDiff(said=(f"they differ, and both are written as {now}",))
    by = ""
    if isinstance(old, date) and isinstance(new, date):
        try:
            gap = new - old
            by = f" ({'-' if gap < timedelta(0) else '+'}{abs(gap)})"
        except (TypeError, OverflowError):  # one has a time zone, or a time, and the other none
            by = ""
    return ValueDiff(said=(f"{before} -> {now}{by}",))


def is_number(value: Any) -> bool:
    """Whether a value is one number."""
    return isinstance(value, Number) and getattr(value, "shape", ()) == ()
