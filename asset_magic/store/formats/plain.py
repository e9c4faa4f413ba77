"""Text, bytes and JSON, as they are: what anybody can read in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from asset_magic.store.formats.base import Format, Unfit, Written

_SCALARS = {str, int, float, bool, type(None)}
_SHORT = 10_000  # items; longer lists of numbers are kept as arrays
_DEEPEST = 100


def write_text(value: str) -> Written:
    """A string as UTF-8."""
    return Written([value.encode("utf-8", "surrogatepass")], certain=True)


def read_text(parts: Sequence[memoryview], folder: Path) -> str:
    """The string."""
    return str(parts[0], "utf-8", "surrogatepass")


def write_bytes(value: bytes) -> Written:
    """Bytes as they are."""
    return Written([value], certain=True)


def read_bytes(parts: Sequence[memoryview], folder: Path) -> bytes:
    """The bytes."""
    return bytes(parts[0])


def write_json(value: Any) -> Written:
    """What JSON gives back as it was: plain lists, dicts and scalars, and no list or dict that is met twice."""
    return _json(value, None)


def write_short_json(value: Any) -> Written:
    """The same for what is short."""
    return _json(value, _SHORT)


def _json(value: Any, most: int | None) -> Written:
    _check(value, most)
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except ValueError as error:  # an int of more digits than Python converts
        raise Unfit from error
    # Of those that are not a number, JSON knows only one.
    return Written([text.encode("utf-8", "surrogatepass")], certain="NaN" not in text)


def _check(value: Any, most: int | None) -> None:
    level, seen, count = [value], set[int](), 0
    for _ in range(_DEEPEST):
        kinds = set(map(type, level))
        if kinds <= _SCALARS:
            return
        if not kinds <= _SCALARS | {list, dict}:
            raise Unfit
        nested = [item for item in level if type(item) in (list, dict)]
        dicts = [item for item in nested if type(item) is dict]
        if not set(map(type, chain.from_iterable(dicts))) <= {str}:
            raise Unfit
        count += sum(map(len, nested))
        before = len(seen)
        seen.update(map(id, nested))
        if len(seen) - before < len(nested) or (most is not None and count > most):
            raise Unfit
        level = list(chain.from_iterable(item.values() if type(item) is dict else item for item in nested))
    raise Unfit


def read_json(parts: Sequence[memoryview], folder: Path) -> Any:
    """The lists, dicts and scalars."""
    return json.loads(str(parts[0], "utf-8", "surrogatepass"))


TEXT = Format("text", write_text, read_text, runs_code=False, framed=False)
BYTES = Format("bytes", write_bytes, read_bytes, runs_code=False, framed=False)
JSON = Format("json", write_json, read_json, runs_code=False, framed=False)
