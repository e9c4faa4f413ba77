"""Whether two parts of values are the same, by what a program can see of them."""

from __future__ import annotations

from typing import Any

from asset_magic.fingerprint import Unfingerprintable, fingerprint

_PLAIN = frozenset({int, str, bytes, bool, type(None)})


def token(value: Any) -> object:
    """Something hashable that is equal for what is the same: types count, and NaN equals NaN."""
    kind = type(value)
    if kind in _PLAIN:
        return kind, value
    if kind is float:
        return kind, value if value == value and value else repr(value)
    try:
        return kind, fingerprint(value)
    except Unfingerprintable:
        return kind, id(value)


def is_stable(value: Any) -> bool:
    """Whether what is the same as ``value`` can be told from what is not."""
    return token(value) != (type(value), id(value))


def same(old: Any, new: Any) -> bool:
    """Whether two values are the same.

    >>> same(float("nan"), float("nan")), same(1, 1.0), same([1], [1])
    (True, False, True)
    """
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if type(old) in _PLAIN:
        return bool(old == new)
    return token(old) == token(new)
