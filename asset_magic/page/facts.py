"""Facts that take more than a line, shown as what they are: tables, Markdown, columns, JSON."""

from __future__ import annotations

import html
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from asset_magic.model.metadata import (
    JsonMetadataValue,
    MarkdownMetadataValue,
    TableMetadataValue,
    TableSchemaMetadataValue,
)
from asset_magic.page.grid import bare_table, html_table, pair_row, text_table, wide_row
from asset_magic.page.metadata import json_text, metadata_html, metadata_text
from asset_magic.page.text import MUTED, block, escaped, isolated, one_line, plural, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS = 20
"""Rows shown of a table."""

FACTS = 30
"""Facts of a line that are shown, and as many that take a block."""

_CELL = 60
_JSON = 40_000  # characters that are looked at; more than are shown
_MARKDOWN, _MARKDOWN_LINES = 4_000, 100
_SHORT_JSON = 60
_PRE = "margin:2px 0 4px 0;padding:0;white-space:pre;overflow-x:auto;line-height:1.4;background:transparent"


def split(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts that fit on a line, and those that take a block of their own."""
    blocks = {name: value for name, value in metadata.items() if takes_block(value)}
    return {name: value for name, value in metadata.items() if name not in blocks}, blocks


def takes_block(value: Any) -> bool:
    """Whether a fact is better shown on lines of its own."""
    if isinstance(value, JsonMetadataValue):
        return len(metadata_text(value, _SHORT_JSON + 1)) > _SHORT_JSON
    return isinstance(value, (TableMetadataValue, TableSchemaMetadataValue, MarkdownMetadataValue))


def blocks_text(blocks: Mapping[str, Any]) -> list[str]:
    """Each fact under its name, in lines of text."""
    lines = []
    for name, value in blocks.items():
        lines += [f"  {one_line(name, 60)}:", *(f"    {line}" for line in _text(value).split("\n"))]
    return lines


def fact_rows(metadata: Mapping[str, Any]) -> list[str]:
    """The facts as rows of a `bare_table`, those that take a block beneath their names."""
    lines, blocks = split(metadata)
    rows = [pair_row(_name(name), metadata_html(value, 320)) for name, value in islice(lines.items(), FACTS)]
    rows += [wide_row(f"{_name(name)}{_html(value)}") for name, value in islice(blocks.items(), FACTS)]
    hidden = max(0, len(lines) - FACTS) + max(0, len(blocks) - FACTS)
    return [*rows, wide_row(f"… {plural(hidden, 'more fact')}", MUTED)] if hidden else rows


def facts_table(metadata: Mapping[str, Any], *, indent: int = 16) -> str:
    """The facts as an HTML table, ``indent`` pixels from the left."""
    return bare_table(fact_rows(metadata), f"margin:1px 0 3px {indent}px")


def _name(name: str) -> str:
    return f'<span style="{MUTED}">{isolated(str(name), 60)}</span>'


def _html(value: Any) -> str:
    if isinstance(value, MarkdownMetadataValue):
        return f'<div dir="auto">{_rendered(value.value)}</div>'
    if isinstance(value, JsonMetadataValue):
        text = html.escape(block(json_text(value.data, _JSON, indent=2)))
        return f'<pre style="{_PRE}"><code style="background:transparent;padding:0">{text}</code></pre>'
    grid = _grid(value)
    head = [escaped(name, _CELL) for name in grid.head]
    rows = [[isolated(text, _CELL) for text in row] for row in grid.rows]
    table = html_table(head, rows, [head[n] for n in grid.numbers])
    return table + (f'<div style="{MUTED}">{_more(grid)}</div>' if grid.more else "")


def _text(value: Any) -> str:
    if isinstance(value, MarkdownMetadataValue):
        return block(value.value)
    if isinstance(value, JsonMetadataValue):
        return block(json_text(value.data, _JSON, indent=2))
    grid = _grid(value)
    head = [one_line(name, _CELL) for name in grid.head]
    rows = [[one_line(text, _CELL) for text in row] for row in grid.rows]
    table = text_table(head, rows, 96, [head[n] for n in grid.numbers])
    return f"{table}\n{_more(grid)}" if grid.more else table


class _Grid(NamedTuple):
    """A table as text: the columns that hold numbers by their place, and how many rows are not shown."""

    head: Sequence[str]
    rows: list[list[str]]
    numbers: list[int]
    more: int


def _grid(value: TableMetadataValue | TableSchemaMetadataValue) -> _Grid:
    columns = value.schema.columns
    if isinstance(value, TableSchemaMetadataValue):
        said = [[c.name, c.type, _constraints(c.constraints), c.description or ""] for c in columns]
        return _Grid(("column", "type", "constraints", "description"), said[:ROWS], [], max(0, len(said) - ROWS))
    names = [column.name for column in columns]
    rows = [[metadata_text(record.data.get(name, ""), _CELL) for name in names] for record in value.records[:ROWS]]
    numbers = [n for n, column in enumerate(columns) if column.type in ("int", "float")]
    return _Grid(names, rows, numbers, max(0, len(value.records) - ROWS))


def _more(grid: _Grid) -> str:
    return f"… {plural(grid.more, 'more row')}"


def _constraints(constraints: Any) -> str:
    said = [] if constraints.nullable else ["not null"]
    return ", ".join([*said, *(["unique"] if constraints.unique else []), *constraints.other])


def _rendered(text: str) -> str:
    """Markdown as HTML. Markup in it is shown, not obeyed, and pictures are not fetched."""
    from markdown_it import MarkdownIt  # seldom needed

    # Cut before it is rendered: rendering takes long, and what was opened in it has to be closed.
    cut = "\n".join(text[:_MARKDOWN].split("\n")[:_MARKDOWN_LINES])
    page = str(MarkdownIt("js-default", {"linkify": False}).disable("image").render(visible(cut)))
    return page if cut == text else f"{page}<p>…</p>"
