"""A stand-in for a notebook: cells run in one namespace, their text where shells keep it."""

from __future__ import annotations

import linecache
from itertools import count
from typing import Any

from asset_magic.reading.helpers import CodeOf, code_of

_numbers = count(1)


def version_of(value: object) -> str:
    """The version of plain values; anything else has none."""
    if isinstance(value, (dict, list, tuple)):
        items = value.items() if isinstance(value, dict) else value
        return f"{type(value).__name__}[{', '.join(map(version_of, items))}]"
    if isinstance(value, (int, float, str, bytes, type(None))):
        return repr(value)
    raise TypeError(type(value).__name__)


def notebook(*cells: str, known: bool = True) -> dict[str, Any]:
    """The variables after ``cells`` ran. Their text can be found later if it is ``known``."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for text in cells:
        run(text, namespace, known=known)
    return namespace


def run(text: str, namespace: dict[str, Any], *, known: bool = True) -> None:
    """Run one more cell."""
    name = f"<cell {next(_numbers)}>"
    if known:
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), namespace)


def read(name: str, namespace: dict[str, Any]) -> CodeOf:
    """What the variable ``name`` is made of."""
    found = code_of(namespace[name], namespace, version_of)
    assert found is not None
    return found


def digest(name: str, *cells: str, known: bool = True) -> str:
    """The digest of the variable ``name`` in a notebook of ``cells``."""
    return read(name, notebook(*cells, known=known)).digest
