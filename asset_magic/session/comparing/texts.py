"""Texts and bytes: which lines of a text were added and removed, and where bytes first differ."""

from __future__ import annotations

from difflib import SequenceMatcher, unified_diff
from typing import Any

from asset_magic.session.comparing.difference import ValueDiff, counted, listed
from asset_magic.session.comparing.scalars import compare_others
from asset_magic.session.comparing.shown import shown

_MATCHED = 4000  # lines that are matched with each other; a longer text is compared line by line
_AROUND = 2
_SHOWN = 400  # lines of a diff that are kept
_SHORT = 60


def compare_texts(old: str, new: str) -> ValueDiff:
    r"""How a text differs from an earlier one.

    >>> compare_texts("a\nb", "a\nc").lines
    ('@@ -1,2 +1,2 @@', ' a', '-b', '+c')
    """
    if "\n" not in old + new and max(len(old), len(new)) <= _SHORT:
        return compare_others(old, new)
    before, now = old.splitlines(), new.splitlines()
    start = _common(before, now)
    end = _common(before[start:][::-1], now[start:][::-1])
    first = max(start - _AROUND, 0)
    olds, news = before[first : len(before) - end + _AROUND], now[first : len(now) - end + _AROUND]
    if len(olds) + len(news) > _MATCHED:
        removed, added = len(olds), len(news)
        said = f"{counted(removed, 'line')} replaced by {counted(added, 'line')}, from line {start + 1} on"
        lines = [
            f"@@ line {start + 1} @@",
            *(f"-{line}" for line in olds[_AROUND:12]),
            *(f"+{line}" for line in news[_AROUND:12]),
        ]
    else:
        operations = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
        removed = sum(last - first for kind, first, last, _, _ in operations if kind != "equal")
        added = sum(stop - begin for kind, _, _, begin, stop in operations if kind != "equal")
        said = listed({"added": added, "removed": removed}, "line") or "only how its lines end differs"
        lines = [_moved(line, first) for line in unified_diff(olds, news, n=_AROUND, lineterm="")][2:]
    counts = {"lines_added": added, "lines_removed": removed}
    return ValueDiff(said=(said,), lines=tuple(lines[:_SHOWN]), counts=counts)


def _common(old: list[str], new: list[str]) -> int:
    """How many lines both begin with."""
    count = 0
    for before, now in zip(old, new, strict=False):
        if before != now:
            break
        count += 1
    return count


def _moved(line: str, by: int) -> str:
    """A line of a diff of what stands ``by`` lines further down."""
    if not line.startswith("@@") or not by:
        return line
    ranges = []
    for part in line.split()[1:3]:
        begin, comma, size = part[1:].partition(",")
        ranges.append(f"{part[0]}{int(begin) + by}{comma}{size}")
    return f"@@ {' '.join(ranges)} @@"


def compare_bytes(old: Any, new: Any) -> ValueDiff:
    """How bytes differ from earlier ones.

    >>> compare_bytes(b"abc", b"abd").said
    ("b'abc' -> b'abd'", 'they first differ at byte 2')
    """
    old, new = bytes(old), bytes(new)
    at = next((k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    said = f"{shown(old)} -> {shown(new)}" if max(len(old), len(new)) <= _SHORT else _sizes(len(old), len(new))
    return ValueDiff(said=(said, f"they first differ at byte {at:,}"))


def _sizes(old: int, new: int) -> str:
    return f"{counted(old, 'byte')} -> {counted(new, 'byte')}" if old != new else f"{counted(new, 'byte')}, as before"
