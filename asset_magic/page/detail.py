"""One asset in detail: what is known of it, why it is not fresh, what its checks say, and its code."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from asset_magic.page.card import tag_texts
from asset_magic.page.causes import causes_html, causes_text
from asset_magic.page.facts import blocks_text, fact_rows, split
from asset_magic.page.grid import bare_table, pair_row
from asset_magic.page.metadata import metadata_text
from asset_magic.page.output import framed
from asset_magic.page.table import bar_html, status_of
from asset_magic.page.text import BAD, MUTED, RULE, WARN, block, escaped, isolated, one_line, pill
from asset_magic.page.verdicts import check_row, check_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asset_magic.session.views import AssetView

_CAUSES = 40
_LINES = 200
_INDENT = "margin:4px 0 4px 12px"
_PRE = f"margin:4px 0;padding:6px 10px;white-space:pre;overflow-x:auto;border:{RULE};border-radius:4px"


def asset_detail(view: AssetView) -> dict[str, str]:
    """Everything that is known of one asset, as it was when it was asked for."""
    return {
        "text/html": framed("asset", [view.key], "".join(_parts(view))),
        "text/plain": _text(view),
    }


def _parts(view: AssetView) -> Iterator[str]:
    yield f"<div>{bar_html(view)} {pill(status_of(view))}</div>"
    yield causes_html(view.causes, _CAUSES)
    if view.description:
        yield f'<div dir="auto" style="padding-left:12px">{escaped(view.description, 600)}</div>'
    for flag in view.flags:
        yield f'<div style="padding-left:12px;color:{WARN}">! {isolated(flag, 300)}</div>'
    yield bare_table([_fact_row(name, text) for name, text in _facts(view)], _INDENT)
    rows = [check_row(check) for check in view.checks] + (fact_rows(view.metadata) if view.metadata else [])
    if rows:
        yield bare_table(rows, _INDENT)
    if view.source:
        yield f'<pre style="{_PRE}">{html.escape(block(view.source, _LINES))}</pre>'


def _fact_row(name: str, text: str) -> str:
    shown = isolated(text, 400)
    return pair_row(
        f'<span style="{MUTED}">{name}</span>',
        f'<span style="color:{BAD}">{shown}</span>' if name == "error" else shown,
    )


def _facts(view: AssetView) -> Iterator[tuple[str, str]]:
    """The plain facts of an asset, as a name and a text; empty ones are left out."""
    facts = {
        "group": view.group,
        "kinds": ", ".join(view.kinds),
        "tags": ", ".join(tag_texts(view.tags)),
        "owners": ", ".join(view.owners),
        "value": view.summary,
        "last run": view.last_run or "",
        "error": view.error,
        "upstream": ", ".join(view.upstream),
        "downstream": ", ".join(view.downstream),
        "reads": ", ".join(view.globals),
    }
    for name, text in facts.items():
        if text:
            yield name, one_line(text, 400)


def _text(view: AssetView) -> str:
    lines = [f"{one_line(view.key)} is {status_of(view)}", *causes_text(view.causes, _CAUSES)]
    if view.description:
        lines.append(one_line(view.description, 600))
    lines += [f"! {one_line(flag, 300)}" for flag in view.flags]
    small, blocks = split(view.metadata)
    facts = list(_facts(view)) + [(one_line(name, 40), metadata_text(value)) for name, value in small.items()]
    size = max(len(name) for name, _ in facts)
    lines += [f"  {name:<{size}}  {text}" for name, text in facts]
    lines += blocks_text(blocks)
    lines += [f"  {check_text(check)}" for check in view.checks]
    if view.source:
        lines += ["", block(view.source, _LINES)]
    return "\n".join(lines)
