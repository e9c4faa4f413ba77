"""How an asset changed between two materializations, as text and as tables; no times, so that it may be stored."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from asset_magic.page.causes import causes_html, causes_text, diff_html, diff_text
from asset_magic.page.grid import html_table, text_table
from asset_magic.page.output import framed
from asset_magic.page.text import BAD, GOOD, MUTED, escaped, isolated, key_html, one_line, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asset_magic.session.comparing.difference import DiffTable
    from asset_magic.session.views import DiffView

PICTURES = "before, at the left, and now"

_CAUSES = 40
_CELL = 100
_SENTENCE = 300
_SIGNS = {"+": GOOD, "-": BAD}
_SAME = "its code and what it read were the same"


def asset_diff(view: DiffView) -> dict[str, str]:
    """The difference, to be displayed."""
    head = f'<div>{key_html(view.key)}<span style="{MUTED}">{escaped(_between(view))}</span></div>'
    return {
        "text/html": framed("diff", [view.key], head + "".join(_parts(view))),
        "text/plain": "\n".join(_text(view)),
    }


def live_diff(view: DiffView) -> str:
    """The difference as HTML for a live view that says of which asset and when; with the pictures, if these are any."""
    return "".join([_picture(view), *_parts(view)])


def _picture(view: DiffView) -> str:
    if not view.value.picture:
        return ""
    data = b64encode(view.value.picture).decode()
    return f'<img alt="{PICTURES}" style="max-width:100%" src="data:image/png;base64,{data}">'


def _between(view: DiffView) -> str:
    """Which two are compared, if the reader has said so: their places depend on what the store knows besides."""
    return f" from history[{view.older}] to history[{view.newer}]" if view.chosen else ""


def _kinds(view: DiffView) -> str:
    value = view.value
    if not value.before and not value.after:
        return ""
    return value.after if value.before == value.after else f"{value.before or 'None'} -> {value.after or 'None'}"


def _parts(view: DiffView) -> Iterator[str]:
    value = view.value
    if kinds := _kinds(view):
        yield f'<div style="padding-left:12px;{MUTED}">{isolated(kinds)}</div>'
    for sentence in value.said:
        yield f'<div data-said style="padding-left:12px">{isolated(sentence, _SENTENCE)}</div>'
    for table in value.tables:
        yield f'<div style="padding-left:12px">{_table_html(table)}</div>'
    yield diff_html(value.lines, 12)
    yield f'<div style="margin-top:6px;padding-left:12px;{MUTED}">Made from</div>'
    yield causes_html(view.causes, _CAUSES)
    for sentence in _without_causes(view):
        yield f'<div style="padding-left:12px">{isolated(sentence, _SENTENCE)}</div>'


def _table_html(table: DiffTable) -> str:
    title = f'<div style="{MUTED};margin-top:4px">{escaped(table.title)}</div>' if table.title else ""
    rows = [[_sign(sign), *(isolated(cell, _CELL) for cell in cells)] for sign, cells in table.rows]
    head = ["", *(isolated(column, 40) for column in table.head)]
    more = f'<div style="{MUTED}">… {_more(table)}</div>' if table.more else ""
    return f"{title}{html_table(head, rows, table.numbers)}{more}"


def _sign(sign: str) -> str:
    return f'<b style="color:{_SIGNS[sign]}">{escape(sign)}</b>' if sign else ""


def _more(table: DiffTable) -> str:
    return plural(table.more, f"more {table.noun}")


def _without_causes(view: DiffView) -> list[str]:
    if view.causes:
        return []
    return [view.unexplained or _SAME]


def _text(view: DiffView) -> Iterator[str]:
    value = view.value
    kinds = _kinds(view)
    yield f"{one_line(view.key)}{_between(view)}{f': {one_line(kinds)}' if kinds else ''}"
    for sentence in value.said:
        yield f"  {one_line(sentence, _SENTENCE)}"
    for table in value.tables:
        yield ""
        if table.title:
            yield f"  {one_line(table.title)}"
        yield from (f"  {line}" for line in _table_text(table).split("\n"))
        if table.more:
            yield f"  … {_more(table)}"
    if value.lines:
        yield from (f"  {line}" for line in diff_text(value.lines))
    yield ""
    yield "  made from"
    yield from (f"  {line}" for line in causes_text(view.causes, _CAUSES))
    for sentence in _without_causes(view):
        yield f"    {one_line(sentence, _SENTENCE)}"


def _table_text(table: DiffTable) -> str:
    rows = [[sign, *(one_line(cell, _CELL) for cell in cells)] for sign, cells in table.rows]
    return text_table(["", *(one_line(column, 40) for column in table.head)], rows, numbers=table.numbers)
