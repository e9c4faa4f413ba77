"""What the cells of random notebooks import: one number for any value, changes in place, and who ran.

Cells import it as `oracle_probe`, which passes for an installed package of a fixed version: nothing depends on it.
"""

from __future__ import annotations

import random
import signal
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable


def size(value: Any) -> int:
    """One number that every change of ``value`` shows in."""
    if value is None:
        return 0
    if isinstance(value, pd.DataFrame):
        return size({name: list(value[name]) for name in value})
    if isinstance(value, np.ndarray):
        return size(value.tolist())
    if isinstance(value, dict):
        return sum((place + 1) * (size(key) + 3 * size(one)) for place, (key, one) in enumerate(value.items()))
    if isinstance(value, (list, tuple)):
        return sum((place + 1) * size(one) for place, one in enumerate(value)) + len(value)
    if isinstance(value, str):
        return sum(map(ord, value))
    return int(value) if not hasattr(value, "weight") else int(value.weight)


def shown(value: Any) -> str:
    """``value`` as a text that is equal in two processes exactly when the value is."""
    if isinstance(value, pd.DataFrame):
        return f"frame {shown({name: list(value[name]) for name in value})}"
    if isinstance(value, np.ndarray):
        return f"array {value.dtype} {value.tolist()}"
    if isinstance(value, (dict, list, tuple)):
        items = value.items() if isinstance(value, dict) else value
        return f"{type(value).__name__}({', '.join(shown(one) for one in items)})"
    if isinstance(value, random.Random):
        return str(hash(value.getstate()))
    return f"{type(value).__name__} {vars(value)}" if hasattr(value, "weight") else f"{type(value).__name__} {value}"


def spoil(value: Any) -> None:
    """Change ``value`` in place, if it can be changed."""
    if isinstance(value, list):
        value.append(1)
    elif isinstance(value, dict):
        value["spoiled"] = 1
    elif isinstance(value, np.ndarray):
        value[0] += 1
    elif isinstance(value, pd.DataFrame):
        value.iloc[0, 0] += 1
    elif hasattr(value, "weight"):
        value.weight += 1


class Watch:
    """Who watches the runs, and how many may begin before one is interrupted."""

    ran: Callable[..., None] | None = None
    left: int | None = None


def ran(name: str, *read: Any) -> None:
    """Tell that the code called ``name`` runs, having read these values."""
    if Watch.ran is not None:
        Watch.ran(name, *read)
    if Watch.left is not None:
        Watch.left -= 1
        if Watch.left < 0:
            Watch.left = None
            signal.raise_signal(signal.SIGINT)


def install() -> None:
    """Make the module ``oracle_probe`` importable."""
    module = types.ModuleType("oracle_probe")
    module.__dict__.update(__version__="1.0.0", size=size, spoil=spoil, ran=ran, shown=shown)
    sys.modules["oracle_probe"] = module


install()
