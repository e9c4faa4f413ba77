"""What is cheap enough to be looked at without being asked for."""

from __future__ import annotations

from collections import deque
from itertools import islice
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from asset_magic.fingerprint import is_immutable, size_hint
from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition

_CONTAINERS = (list, tuple, set, frozenset, dict, deque)
_SCALARS = frozenset({int, float, bool, str, bytes, complex, type(None)})
_CODE = (ModuleType, type, FunctionType, BuiltinFunctionType, AssetsDefinition, AssetChecksDefinition)
_SAMPLE = 20
_FAST, _SLOW = 4e9, 2e8  # bytes a second: of arrays, and of Python's objects
_LEAST, _FRAME, _FIGURE, _OBJECT = 2e-5, 1e-4, 0.02, 1e-7  # seconds at least; of an object in an array

# What a plain cell pays for, in seconds, so that the reader hears at once of a value that it changed in place. What is
# left out is looked at before it is handed on or called fresh. These seconds are estimated from sizes, not measured, so
# that a notebook says the same in each run.
NAMED = 0.05  # looking at the values that it names
LOOK = 0.002  # looking at others, which it may reach through other names

VARIABLES = 0.02  # seconds, measured: for variables that assets read, where nobody has asked for these assets


def changeable(value: Any) -> bool:
    """Whether a cell may change the value in place: anything but code and what cannot change at all.

    >>> changeable([]), changeable(1), changeable(len)
    (True, False, False)
    """
    return not is_immutable(value) and not isinstance(value, _CODE)


def affordable(value: Any, *, size: int = 4 * 2**20, scalars: int = 100_000, objects: int = 1_000) -> bool:
    """Whether a changeable value can be fingerprinted in a few milliseconds.

    Args:
        value: the value.
        size: the most bytes of an array or frame.
        scalars: the most numbers and texts in a container.
        objects: the most parts of a container that are something else.

    >>> affordable([1, 2, 3]), affordable(list(range(1_000_000))), affordable("text")
    (True, False, True)
    """
    if is_immutable(value) or isinstance(value, _CODE):
        return True
    if isinstance(value, _CONTAINERS):
        sample = islice(value.values() if isinstance(value, dict) else value, _SAMPLE)
        return len(value) <= (scalars if all(type(part) in _SCALARS for part in sample) else objects)
    return size_hint(value) <= size


class Budget:
    """Seconds that may be spent on looking at values without being asked."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def affords(self, seconds: float) -> bool:
        """Whether so much is left."""
        return seconds <= self.left

    def spend(self, seconds: float) -> None:
        """Note that it has been spent."""
        self.left -= seconds


def estimate(value: Any) -> float:
    """About how many seconds it takes to look at a value.

    >>> estimate([1, 2, 3]) < estimate(list(range(1_000_000)))
    True
    """
    columns = getattr(value, "dtypes", None)
    if columns is not None and hasattr(value, "memory_usage"):  # a frame or a series
        objects = [str(dtype) for dtype in (columns if hasattr(columns, "__iter__") else [columns])].count("object")
        return _FRAME + size_hint(value) / _FAST + len(value) * objects * _OBJECT
    if getattr(getattr(value, "dtype", None), "hasobject", False):
        return _LEAST + int(value.size) * _OBJECT
    if "matplotlib" in type(value).__module__:
        return _FIGURE
    return _LEAST + size_hint(value) / (_FAST if hasattr(value, "nbytes") else _SLOW)
