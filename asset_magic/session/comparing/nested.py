"""Dicts, lists, sets and objects: a tree of what was added, removed and changed in them.

Parts that are the same are passed over by their fingerprints, so what is walked is what differs. Items of lists are
matched as lines of texts are, so that one that is new does not make all after it look changed.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import islice
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from asset_magic.reading.secrets import is_secret
from asset_magic.session.comparing.difference import DiffTable, ValueDiff, listed
from asset_magic.session.comparing.same import is_stable, same, token
from asset_magic.session.comparing.scalars import compare_others
from asset_magic.session.comparing.shown import LIBRARIES, shown
from asset_magic.session.summary import summary

ROWS = 40
"""Differences that are shown."""

_MATCHED = 4000  # items of two lists that are matched with each other; more are compared place by place
_DEPTH = 40
_LONG = 200  # characters; a longer text is a value of its own
_ABSENT = object()
_NO_PARTS = (type, FunctionType, ModuleType, Enum, BaseException)

Describe = Callable[[Any, Any], ValueDiff]
"""How two values differ, whatever they are."""


@dataclass(frozen=True, slots=True)
class _Change:
    """One difference: where, and what was there and is there now."""

    path: str
    old: Any
    new: Any
    hidden: bool = False

    @property
    def what(self) -> str:
        return "added" if self.old is _ABSENT else "removed" if self.new is _ABSENT else "changed"


def compare_nested(old: Any, new: Any, describe: Describe) -> ValueDiff:
    """How a container or object differs from an earlier one of its type; ``describe`` tells of what it holds."""
    if _parts(old, new) is None:
        return compare_others(old, new)
    changes: list[_Change] = []
    counts: Counter[str] = Counter()
    for change in _Walk().between(old, new):
        counts[change.what] += 1
        if len(changes) < ROWS:
            changes.append(change)
    rows = tuple((_SIGNS[change.what], _cells(change, describe)) for change in changes)
    table = DiffTable(head=("where", "before", "now"), rows=rows, more=counts.total() - len(rows), noun="difference")
    said = listed({what: counts[what] for what in _SIGNS}, "item")
    return ValueDiff(
        said=(said,) if said else (),
        tables=(table,) if rows else (),
        counts={f"items_{what}": counts[what] for what in _SIGNS},
    )


_SIGNS = {"added": "+", "removed": "-", "changed": ""}


def _cells(change: _Change, describe: Describe) -> tuple[str, ...]:
    where, old, new = change.path, change.old, change.new
    if change.hidden:
        return where, *("" if value is _ABSENT else "…" for value in (old, new))
    if change.what == "changed" and type(old) is type(new) and _is_of_its_own(old):
        return where, f"<{summary(old)}>", f"<{summary(new)}>: {'; '.join(describe(old, new).said)}"
    return where, *("" if value is _ABSENT else shown(value) for value in (old, new))


def _is_of_its_own(value: Any) -> bool:
    """Whether it is better told how the value differs than what it is."""
    return _library(value) in LIBRARIES or (isinstance(value, str) and len(value) > _LONG)


def _library(value: Any) -> str:
    return str(type(value).__module__).partition(".")[0]


class _Walk:
    """One walk down two values."""

    def __init__(self) -> None:
        self._pairs: set[tuple[int, int]] = set()  # what is being compared further up: values may hold themselves
        self._tokens: dict[int, object] = {}

    def between(self, old: Any, new: Any, path: str = "", depth: int = 0, hidden: bool = False) -> Iterator[_Change]:
        """The differences, in the order of the values."""
        if same(old, new) or (id(old), id(new)) in self._pairs:
            return
        parts = _parts(old, new) if depth < _DEPTH else None
        if parts is None and not (is_stable(old) or is_stable(new)) and shown(old) == shown(new):
            return  # nobody can tell them apart
        if parts is None:
            yield _Change(path, old, new, hidden)
            return
        self._pairs.add((id(old), id(new)))
        found = False
        for name, before, now, secret in parts:
            if before is _ABSENT or now is _ABSENT:
                found = True
                yield _Change(path + name, before, now, hidden or secret)
                continue
            for change in self.between(before, now, path + name, depth + 1, hidden or secret):
                found = True
                yield change
        self._pairs.discard((id(old), id(new)))
        if not found and depth:
            yield _Change(path, old, new, hidden)


Part = tuple[str, Any, Any, bool]
"""Its name in a path, what it was and is, and whether it goes by the name of a secret."""


def _parts(old: Any, new: Any) -> Iterator[Part] | None:
    """The parts of two values, side by side; None if they are not taken apart."""
    if type(old) is not type(new):
        return None
    if isinstance(old, Mapping):
        return _items(old, new, "[{}]")
    if isinstance(old, tuple) and hasattr(old, "_fields"):
        names: Sequence[str] = old._fields
        return _items(dict(zip(names, old, strict=False)), dict(zip(names, new, strict=False)), ".{}")
    if isinstance(old, (list, tuple)):
        return _places(old, new)
    if isinstance(old, (set, frozenset)):
        return _members(old, new)
    if _has_attributes(old):
        return _items(_attributes(old), _attributes(new), ".{}")
    return None


def _items(old: Mapping[Any, Any], new: Mapping[Any, Any], form: str) -> Iterator[Part]:
    for key in [*old, *(key for key in new if key not in old)]:
        name = str(key) if form == ".{}" else shown(key)
        secret = isinstance(key, str) and is_secret(key)
        yield form.format(name), old.get(key, _ABSENT), new.get(key, _ABSENT), secret


def _has_attributes(value: Any) -> bool:
    if isinstance(value, _NO_PARTS) or _library(value) in LIBRARIES:
        return False
    ours = _library(value) == "__main__" or _library(value) not in sys.stdlib_module_names
    return isinstance(value, SimpleNamespace) or (ours and bool(_attributes(value)))


def _attributes(value: Any) -> dict[str, Any]:
    slots = [name for kind in type(value).__mro__ for name in _names_of(vars(kind).get("__slots__", ()))]
    found = {name: getattr(value, name) for name in slots if not name.startswith("__") and hasattr(value, name)}
    return found | getattr(value, "__dict__", {})


def _names_of(slots: Any) -> Sequence[str]:
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _members(old: Any, new: Any) -> Iterator[Part]:
    gone, come = ({token(item): item for item in items} for items in (old, new))
    for key in sorted(gone.keys() - come.keys(), key=lambda key: shown(gone[key])):
        yield f"{{{shown(gone[key])}}}", gone[key], _ABSENT, False
    for key in sorted(come.keys() - gone.keys(), key=lambda key: shown(come[key])):
        yield f"{{{shown(come[key])}}}", _ABSENT, come[key], False


def _places(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Part]:
    """Items side by side. Those that both begin and end with are left out; what is gone has its old place."""
    start = 0
    for before, now in zip(old, new, strict=False):
        if not same(before, now):
            break
        start += 1
    end = 0
    for before, now in zip(
        islice(reversed(old), len(old) - start), islice(reversed(new), len(new) - start), strict=False
    ):
        if not same(before, now):
            break
        end += 1
    olds, news = old[start : len(old) - end], new[start : len(new) - end]
    for first, last, begin, stop in _matched(olds, news):
        for k in range(max(last - first, stop - begin)):
            there, here = first + k < last, begin + k < stop
            name = f"[{start + (begin if here else first) + k}]"
            yield name, olds[first + k] if there else _ABSENT, news[begin + k] if here else _ABSENT, False


def _matched(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that differ: from and to where in the old items, and in the new."""
    if not old or not new or len(old) + len(new) > _MATCHED or len(old) == len(new) == 1:
        yield 0, len(old), 0, len(new)
        return
    matcher = SequenceMatcher(None, [*map(token, old)], [*map(token, new)], autojunk=False)
    for kind, first, last, begin, stop in matcher.get_opcodes():
        if kind != "equal":
            yield first, last, begin, stop
