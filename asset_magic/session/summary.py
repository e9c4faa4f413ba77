"""Type and shape of a value in a few words; nothing in it depends on the process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_SIZED = (list, tuple, set, frozenset, dict, str, bytes)


def summary(value: Any) -> str:
    """What kind of value it is.

    >>> summary([1, 2, 3]), summary(0.5), summary("abc"), summary(None)
    ('list of 3', 'float', 'str of 3', '')
    """
    if value is None:
        return ""
    kind = type(value).__name__
    if isinstance(value, Path):
        return f"{'folder' if value.is_dir() else 'file'} {value.name}"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and all(isinstance(n, int) for n in shape):
        return f"{kind} {' × '.join(map(str, shape))}" if shape else kind
    if isinstance(value, _SIZED):
        return f"{kind} of {len(value)}"
    return kind
