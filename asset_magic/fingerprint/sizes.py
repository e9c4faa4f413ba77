"""How large a value is, roughly, without walking it."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Any

from asset_magic.fingerprint.registry import library_name

_MOST = 1_000
_DEEPEST = 50
_CONTAINERS = (list, tuple, set, frozenset)


def size_hint(value: object) -> int:
    """About how many bytes a value holds, from a look at no more than a thousand of its parts.

    Arrays and frames say it themselves. It serves to decide whether hashing or copying a value now is affordable.

    >>> size_hint(bytes(10_000)) >= 10_000
    True
    >>> size_hint([1.5] * 1_000_000) > 8_000_000
    True
    """
    return _Sampler().size(value)


class _Sampler:
    """Adds up sizes until it has looked at enough."""

    def __init__(self) -> None:
        self.left = _MOST
        self.depth = 0
        self.seen: set[int] = set()

    def size(self, value: Any) -> int:
        self.left -= 1
        own = _known_size(value)
        if own is not None:
            return own
        shallow = _shallow_size(value)
        if self.left <= 0 or self.depth >= _DEEPEST or id(value) in self.seen:
            return shallow
        self.seen.add(id(value))
        self.depth += 1
        try:
            return shallow + self.inside(value)
        finally:
            self.depth -= 1

    def inside(self, value: Any) -> int:
        """The size of what a container or an object holds."""
        if isinstance(value, dict):
            return self.sampled(value, len(value)) + self.sampled(value.values(), len(value))
        if isinstance(value, _CONTAINERS):
            return self.sampled(value, len(value))
        attributes = getattr(value, "__dict__", None)
        if type(attributes) is dict and not isinstance(value, type):
            return self.sampled(attributes.values(), len(attributes))
        return 0

    def sampled(self, parts: Any, count: int) -> int:
        """The size of ``count`` parts, from those that there is still time to look at."""
        if not count or self.left <= 0:
            return 0
        looked = min(count, max(1, self.left // 2))
        step = max(1, count // looked) if isinstance(parts, (list, tuple)) else 1
        total = seen = 0
        for part in islice(parts, 0, looked * step, step):
            if self.left <= 0:
                break
            total += self.size(part)
            seen += 1
        return total * count // max(seen, 1)


def _shallow_size(value: object) -> int:
    try:
        return sys.getsizeof(value, 64)
    except Exception:
        # A class may compute this itself, and wrongly; a hint never fails.
        return 64


def _known_size(value: Any) -> int | None:
    """What the value itself says of its size."""
    names = {library_name(base) for base in type(value).__mro__}
    try:
        if "pandas.DataFrame" in names:
            return int(value.memory_usage(index=True, deep=False).sum())
        if "pandas.Series" in names:
            return int(value.memory_usage(index=True, deep=False))
        if "polars.DataFrame" in names or "polars.Series" in names:
            return int(value.estimated_size())
        if any(name.startswith(("numpy.", "pandas.", "pyarrow.", "torch.")) for name in names):
            size = getattr(value, "nbytes", None)
            return size if isinstance(size, int) else None
    except Exception:
        # A broken value is as large as it looks from outside.
        return None
    return None
