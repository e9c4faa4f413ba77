"""Tables in two forms: inline-styled HTML, and aligned columns for a terminal."""

from __future__ import annotations

from html import escape
from itertools import repeat
from typing import TYPE_CHECKING

from asset_magic.page.text import RULE, columns, shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

WIDTH = 100
"""Columns that a table of text may take."""

_GAP = "  "
_HEAD = f"text-align:left;padding:3px 14px 3px 0;border-bottom:{RULE};font-weight:600;white-space:nowrap"
_CELL = f"text-align:left;vertical-align:top;padding:3px 14px 3px 0;border-bottom:{RULE}"
_RIGHT = ";text-align:right"
_TABLE = "font-size:100%;border-collapse:collapse;margin:4px 0"
# Every cell says how it stands: the pages of readers have styles of their own for tables, with stripes and borders.
_BARE = "border:none;text-align:left;vertical-align:top;padding:1px 12px 1px 0"
_BARE_TABLE = "font-size:100%;border-collapse:collapse;table-layout:auto"
_ROW = '<tr style="background:transparent">'


def wide_row(content: str, style: str = "") -> str:
    """A row of a `bare_table` that is one cell; ``content`` is HTML."""
    more = f";{style}" if style else ""
    return f'{_ROW}<td colspan="2" style="{_BARE}{more}">{content}</td></tr>'


def pair_row(left: str, right: str) -> str:
    """A row of a `bare_table`: two cells of HTML."""
    return f'{_ROW}<td style="{_BARE}">{left}</td><td style="{_BARE}">{right}</td></tr>'


def bare_table(rows: Sequence[str], style: str = "margin:0") -> str:
    """Rows without rules between them, each on a line of its own, so that differences of stored pages are short."""
    lines = "\n".join(rows)
    return f'<table style="{_BARE_TABLE};{style}"><tbody>{lines}</tbody></table>'


def html_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[str] = (),
    keys: Sequence[str] = (),
    *,
    of: str = "key",
) -> str:
    """A table of cells that are HTML already; columns that are empty throughout are left out.

    Args:
        head: the titles of the columns.
        rows: the cells.
        numbers: the titles of columns that stand to the right.
        keys: what each row is about, if a live view has to know.
        of: what that is: ``key`` for assets, ``run`` for runs.
    """
    head, rows = _without_empty(head, rows)
    right = [_RIGHT if title in numbers else "" for title in head]
    titles = "".join(f'<th style="{_HEAD}{to}">{title}</th>' for title, to in zip(head, right, strict=True))
    cells = [f'<td style="{_CELL}{to}">' for to in right]
    about = (f' data-{of}="{escape(key)}"' for key in keys) if keys else repeat("", len(rows))
    body = "".join(
        f"<tr{key}>{''.join(f'{cell}{text}</td>' for cell, text in zip(cells, row, strict=True))}</tr>"
        for key, row in zip(about, rows, strict=True)
    )
    return f'<table style="{_TABLE}"><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>'


def text_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDTH, numbers: Collection[str] = ()
) -> str:
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
    right = [title in numbers for title in head]
    lines = (_GAP.join(map(_padded, row, widths, right)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def _without_empty(head: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    kept = [k for k in range(len(head)) if any(row[k] for row in rows)]
    return [head[k] for k in kept], [[row[k] for k in kept] for row in rows]


def _padded(text: str, size: int, right: bool = False) -> str:
    limit = size
    while columns(text) > size:
        text = shorten(text, limit)
        limit -= 1
    space = " " * (size - columns(text))
    return space + text if right else text + space
