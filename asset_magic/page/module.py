"""The one ES module of the live page, joined from the rooms in ``page/js``.

The rooms are real modules, so that a type checker and tests read them as they are; the page gets them as one text,
since a front end that loads it has nowhere to fetch further files from. Nothing is compiled: import lines go, the word
``export`` goes, comments go, and each room comes once, after the rooms that it imports.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

ROOMS = Path(__file__).parent / "js"

_IMPORT = re.compile(r'^import\s(?P<names>[^;]*?)\sfrom\s"\./(?P<file>[^"?]+)(?:\?raw)?";\n', re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//[^\n]*\n|/\*.*?\*/[ \t]*", re.MULTILINE | re.DOTALL)
_EMPTY = re.compile(r"^[ \t]*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


@cache
def live_module() -> str:
    """The module that a front end loads, its style sheets within it.

    >>> live_module().rstrip().endswith("export default { initialize, render };")
    True
    """
    rooms: dict[str, str] = {}
    _collect("main.js", rooms)
    return "\n".join(rooms.values())


def _collect(name: str, rooms: dict[str, str]) -> None:
    if name in rooms:
        return
    source = (ROOMS / name).read_text(encoding="utf-8")
    for found in _IMPORT.finditer(source):
        if found["file"].endswith(".css"):
            # A style sheet imported as text is a constant of that name.
            sheet = _bare((ROOMS / found["file"]).read_text(encoding="utf-8"))
            rooms[found["file"]] = f"const {found['names']} = {json.dumps(sheet, ensure_ascii=False)};\n"
        else:
            _collect(found["file"], rooms)
    rooms[name] = _EXPORT.sub("", _IMPORT.sub("", _bare(source)))


def _bare(source: str) -> str:
    """A room without its comments: half of it is types, which serve no page."""
    return _EMPTY.sub("", _COMMENT.sub("", source))
