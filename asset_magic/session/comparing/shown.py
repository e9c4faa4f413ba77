"""Values as short texts that are equal in every process: no addresses, no order of hashing, and nothing unbounded."""

from __future__ import annotations

import reprlib
from collections.abc import Collection
from itertools import islice
from typing import Any

from asset_magic.session.summary import steady, summary

_TEXT = 60
_ITEMS = 6
_SORTED = 10_000  # items of a set, which takes long to sort
LIBRARIES = frozenset({"pandas", "polars", "pyarrow", "numpy", "torch", "scipy", "matplotlib"})
"""Those whose values are told by type and shape."""


class _Short(reprlib.Repr):
    """Unlike its base it leaves dicts in their order, and sorts sets of anything."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxstring = self.maxother = _TEXT
        self.maxlong = 40
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = _ITEMS
        self.fillvalue = "…"

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        if not x:
            return "{}"
        if level <= 0:
            return "{…}"
        parts = [f"{self.repr1(key, level - 1)}: {self.repr1(x[key], level - 1)}" for key in islice(x, self.maxdict)]
        return "{" + ", ".join(parts + ["…"] * (len(x) > self.maxdict)) + "}"

    def repr_set(self, x: set[Any], level: int) -> str:
        return "{" + self._sorted(x, level) + "}" if x else "set()"

    def repr_frozenset(self, x: frozenset[Any], level: int) -> str:
        return "frozenset({" + self._sorted(x, level) + "})" if x else "frozenset()"

    def _sorted(self, items: Collection[Any], level: int) -> str:
        items = items if level > 0 and len(items) <= _SORTED else ()
        texts = sorted(self.repr1(item, level - 1) for item in items)
        more = len(texts) > _ITEMS or not texts
        return ", ".join(texts[:_ITEMS] + ["…"] * more)

    def repr_instance(self, x: Any, level: int) -> str:
        if type(x).__module__.partition(".")[0] in LIBRARIES and getattr(x, "shape", ()) != ():
            return f"<{summary(x)}>"
        text = steady(super().repr_instance(x, level))
        return " ".join(text.split())


_short = _Short()


def shown(value: Any) -> str:
    """A value in a line.

    >>> shown({"b": [1, 2], "a": {3, 1}}), shown("x" * 100)[:8], shown(object())
    ("{'b': [1, 2], 'a': {1, 3}}", "'xxxxxxx", '<object object at 0x…>')
    """
    if type(value).__module__ == "numpy" and hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()  # numpy 2 writes np.float64(1.0)
    return _short.repr(value)
