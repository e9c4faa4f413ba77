"""The card below an asset's cell: what was made, and what the checks say of it.

A card states results only, so a stored notebook stays true and equal from run to run.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

from asset_magic.page.facts import blocks_text, fact_rows, split
from asset_magic.page.grid import bare_table, wide_row
from asset_magic.page.metadata import metadata_line
from asset_magic.page.output import framed
from asset_magic.page.text import (
    BAD,
    MUTED,
    WARN,
    block,
    chip,
    escaped,
    group_colour,
    isolated,
    key_html,
    one_line,
    steady,
)
from asset_magic.page.verdicts import check_row, check_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asset_magic.session.views import AssetView, CheckView

INLINE = 80
"""A repr of one line and at most this many characters sits on the line of the name."""

_DESCRIPTION = 300
_CODE = "background:transparent;padding:0"
_PRE = "margin:4px 0 0 0;padding:0;white-space:pre;overflow-x:auto;line-height:1.4;background:transparent"
_FRAME = "padding:1px 0 1px 10px;margin:2px 0;line-height:1.5;overflow-x:auto"
_NO_GROUP = "rgba(128,128,128,0.5)"
_PRINT = ' data-print="'


def card(
    view: AssetView, preview: Mapping[str, str] | None = None, *, below: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """One asset after its cell ran, as HTML and as text.

    Args:
        view: the asset.
        preview: the value's own mimebundle. Where it is text alone, the text becomes part of the card; anything
            richer is left for the caller to display below.
        below: what the caller displays below the card, if anything.

    Returns:
        A mimebundle of ``text/html`` and ``text/plain``.

    >>> from asset_magic.model.keys import AssetKey
    >>> from asset_magic.session.views import AssetView
    >>> orders = AssetView(key=AssetKey("orders"), summary="DataFrame 333 × 8")
    >>> card(orders)["text/plain"]
    'orders · DataFrame 333 × 8'
    >>> card(AssetView(key=AssetKey("total"), summary="int"), {"text/plain": "42"})["text/plain"]
    'total = 42'
    """
    shown = _shown(preview)
    inline = bool(shown) and len(shown) <= INLINE and "\n" not in shown
    page = _html(view, shown, inline)
    style = f"border-left:4px solid {group_colour(view.group)};{_FRAME}"
    data = {"code": one_line(view.code), "print": _print(page + style, below or {})}
    data |= {"value": "below"} if below else {}
    return {
        "text/html": framed("card", [view.key], page, style=style, **data),
        "text/plain": _plain(view, shown, inline),
    }


def shown_text(preview: Mapping[str, str] | None) -> str:
    r"""What a `card` shows of a value that is text alone; "" of any other.

    >>> shown_text({"text/plain": "[1,\n 2]\n"})
    '[1,\n 2]'
    >>> shown_text({"text/html": "<table>…</table>", "text/plain": "1"})
    ''
    """
    return block(_shown(preview))


def _shown(preview: Mapping[str, str] | None) -> str:
    return preview.get("text/plain", "").strip("\n") if preview and len(preview) == 1 else ""


def print_of(bundle: Mapping[str, str]) -> str:
    """The print of a `card`: what the reader sees by it, as 8 digits; "" where ``bundle`` is no card.

    Cards of equal prints look the same, and so does what is displayed below them as text or HTML.

    >>> from asset_magic.session.views import AssetView
    >>> one, other = (print_of(card(AssetView(key="total"), {"text/plain": said})) for said in ("1", "2"))
    >>> one == other, len(one)
    (False, 8)
    """
    return bundle.get("text/html", "").partition(_PRINT)[2][:8]


def _print(page: str, below: Mapping[str, Any]) -> str:
    # Pictures are left out: the same figure has other bytes from one version of a library to the next.
    digest = crc32(page.encode("utf-8", "surrogatepass"))
    for kind in ("text/plain", "text/html") if below else ():
        digest = crc32(steady(str(below.get(kind, ""))).encode("utf-8", "surrogatepass"), digest)
    return f"{digest:08x}"


def check_card(check: CheckView, *, below: bool = False) -> dict[str, str]:
    """One check after its cell ran, as HTML and as text.

    Args:
        check: the check.
        below: an error is shown below.

    >>> from asset_magic.model.keys import AssetKey
    >>> from asset_magic.session.views import CheckView
    >>> check_card(CheckView(name="not_empty", asset=AssetKey("orders"), passed=True))["text/plain"]
    'orders · ✓ not_empty'
    """
    small, blocks = split(check.metadata)
    lines = [f"{one_line(check.asset)} · {check_text(replace(check, metadata=small))}", *blocks_text(blocks)]
    table = bare_table([wide_row(key_html(check.asset)), check_row(check)])
    style = f"border-left:4px solid {_NO_GROUP};{_FRAME}"
    data = {"check": one_line(check.name), "code": check.code, **({"value": "below"} if below else {})}
    return {
        "text/html": framed("check", [check.asset], table, style=style, **data),
        "text/plain": "\n".join(lines),
    }


def _html(view: AssetView, shown: str, inline: bool) -> str:
    rows = [wide_row(_head(view, shown if inline else ""))]
    if view.error:
        rows.append(wide_row(f"✗ {isolated(view.error, _DESCRIPTION)}", f"color:{BAD}"))
    if view.description:
        rows.append(wide_row(f'<div dir="auto">{escaped(view.description, _DESCRIPTION)}</div>', MUTED))
    rows += [wide_row(f"! {isolated(flag, _DESCRIPTION)}", f"color:{WARN}") for flag in view.flags]
    rows += [check_row(check) for check in view.checks]
    rows += fact_rows(view.metadata) if view.metadata else []
    page = bare_table(rows)
    if shown and not inline:
        # <code> because some readers (nbconvert) show <pre> alone in a proportional font.
        page += f'<pre style="{_PRE}"><code style="{_CODE}">{html.escape(block(shown))}</code></pre>'
    return page


def _head(view: AssetView, value: str) -> str:
    """The name, the value or what kind of value it is, and labels in small."""
    parts = [key_html(view.key)]
    if value:
        parts[0] += f' = <code style="{_CODE};white-space:pre-wrap">{isolated(value)}</code>'
    elif view.summary:
        parts.append(f'<span style="opacity:0.8">{isolated(view.summary)}</span>')
    return " &nbsp;".join([*parts, *labels(view)])


def labels(view: AssetView) -> list[str]:
    """Group, kinds, tags and owners, and whether it is made elsewhere, each in small."""
    said = [f"from {view.origin}" if view.origin else "source"] if view.kind == "source" else []
    said += [*view.kinds, *tag_texts(view.tags), *view.owners]
    group = [chip(view.group, group_colour(view.group))] if view.group != "default" else []
    return [*group, *map(chip, said)]


def tag_texts(tags: Mapping[str, str]) -> list[str]:
    """Tags as they are written, as in ``tier=gold``."""
    return [f"{name}={value}" if value else name for name, value in tags.items()]


def _plain(view: AssetView, shown: str, inline: bool) -> str:
    head = one_line(view.key)
    if inline:
        head = f"{head} = {one_line(shown)}"
    elif view.summary:
        head = f"{head} · {one_line(view.summary)}"
    for check in view.checks:
        head += f" · {check_text(check)}"
    lines = [head]
    if view.error:
        lines.append(f"  ✗ {one_line(view.error, _DESCRIPTION)}")
    if view.description:
        lines.append(f"  {one_line(view.description, _DESCRIPTION)}")
    lines += [f"  ! {one_line(flag, _DESCRIPTION)}" for flag in view.flags]
    small, blocks = split(view.metadata)
    if small:
        lines.append(f"  {metadata_line(small)}")
    lines += blocks_text(blocks)
    if shown and not inline:
        lines.append(block(shown))
    return "\n".join(lines)
