"""Type and shape of a value in a few words; nothing in it depends on the process."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

# Stored notebooks must not change from run to run, and addresses do.
_ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]{6,}")
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


def steady(text: str) -> str:
    """``text`` without the memory addresses that reprs of plain objects hold.

    >>> steady("<Model object at 0x7f32a81c0d30>")
    '<Model object at 0x…>'
    """
    return _ADDRESS.sub("at 0x…", text) if " 0x" in text else text
