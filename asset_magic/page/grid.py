"""Tables in two forms: inline-styled HTML, and aligned columns for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asset_magic.page.text import RULE, columns, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100
"""Columns that a table of text may take."""

_GAP = "  "
_HEAD = f"text-align:left;padding:3px 14px 3px 0;border-bottom:{RULE};font-weight:600;white-space:nowrap"
_CELL = f"text-align:left;vertical-align:top;padding:3px 14px 3px 0;border-bottom:{RULE}"
_TABLE = "font-size:100%;border-collapse:collapse;margin:4px 0"


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are HTML already; columns that are empty throughout are left out."""
    head, rows = _without_empty(head, rows)
    titles = "".join(f'<th style="{_HEAD}">{title}</th>' for title in head)
    cell = f'<td style="{_CELL}">'
    body = "".join(f"<tr>{''.join(f'{cell}{text}</td>' for text in row)}</tr>" for row in rows)
    return f'<table style="{_TABLE}"><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>'


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDTH) -> str:
    """Aligned columns in at most ``width`` columns of a terminal; columns that are empty throughout are left out.

    >>> print(text_table(["name", "status", "why"], [["orders", "fresh", ""], ["report", "missing", ""]]))
    name    status
    orders  fresh
    report  missing
    """
    head, rows = _without_empty(head, rows)
    table = [head, *rows]
    widths = [max(columns(text) for text in column) for column in zip(*table, strict=True)]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        # The widest gives way, so short columns stay whole.
        widths[widths.index(max(widths))] -= 1
    lines = (_GAP.join(_padded(text, size) for text, size in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def _without_empty(head: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    kept = [k for k in range(len(head)) if any(row[k] for row in rows)]
    return [head[k] for k in kept], [[row[k] for k in kept] for row in rows]


def _padded(text: str, size: int) -> str:
    limit = size
    while columns(text) > size:
        text = shorten(text, limit)
        limit -= 1
    return text + " " * (size - columns(text))
