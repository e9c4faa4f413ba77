"""Which values surely cannot be changed in place."""

from __future__ import annotations

import sys
from typing import Any

from asset_magic.fingerprint.registry import library_name
from asset_magic.fingerprint.structural import SCALARS

_MOST = 1_000
_NOBODY = object()
_ATOMS = frozenset(
    {
        *(f"datetime.{name}" for name in ("date", "datetime", "time", "timedelta", "timezone")),
        *(f"pathlib.{name}" for name in ("Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")),
        *(f"pandas.{name}" for name in ("Timestamp", "Timedelta", "Period", "NaTType", "NAType")),
        *("builtins.range", "builtins.NotImplementedType", "decimal.Decimal", "fractions.Fraction", "re.Pattern"),
        *("uuid.UUID", "zoneinfo.ZoneInfo", "pandas._libs.NAType"),
    }
)


# Most values are of one of these: they need no look at the bases of their type.
_CHANGEABLE = frozenset({list, dict, set, bytearray})


def is_immutable(value: object) -> bool:
    """Whether a value surely cannot be changed in place, so that whoever has it has it for good.

    False says nothing: a value of an unknown type, or a tuple of more than a thousand parts, is not looked into.

    >>> is_immutable((1, "a")), is_immutable((1, []))
    (True, False)
    """
    if type(value) in SCALARS:
        return True
    waiting: list[object] = [value]
    seen = 0
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if kind in SCALARS:
            continue
        seen += 1
        inner = _parts(part, kind)
        if inner is None or seen + len(inner) > _MOST:
            return False
        seen += len(inner)
        waiting.extend(inner)
    return True


def _parts(value: Any, kind: type) -> Any:
    """What an immutable value is made of, or None for a value that may change."""
    if kind is tuple or kind is frozenset:
        return value
    if kind in _CHANGEABLE:
        return None
    name = library_name(kind)
    if name in _ATOMS:
        return ()
    bases = {library_name(base) for base in kind.__mro__}
    if "enum.Enum" in bases:
        return (value._value_,)
    if "numpy.generic" in bases:
        return () if name.startswith("numpy.") and name not in ("numpy.void", "numpy.record") else None
    if hasattr(value, "__dict__"):
        return None
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return tuple(value)
    return () if issubclass(kind, (str, bytes, int, float)) and _adds_no_slots(kind) else None


def _adds_no_slots(kind: type) -> bool:
    return not any(vars(base).get("__slots__") for base in kind.__mro__)


def is_of_process(value: object) -> bool:
    """Whether a value is the random generator that the functions of a module draw from.

    Code all over the process draws from it, so its state says nothing of who refers to it.
    """
    python, numpy = sys.modules.get("random"), sys.modules.get("numpy.random.mtrand")
    return value is getattr(python, "_inst", _NOBODY) or value is getattr(numpy, "_rand", _NOBODY)
