"""The card below an asset's cell: what was made, and what the checks say of it.

A card states results only, so a stored notebook stays true and equal from run to run.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from asset_magic.page.facts import blocks_html, blocks_text, split
from asset_magic.page.metadata import metadata_line, metadata_line_html
from asset_magic.page.text import (
    BAD,
    MUTED,
    SMALL,
    WARN,
    block,
    check_mark,
    escaped,
    group_colour,
    isolated,
    one_line,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asset_magic.model.keys import AssetKey
    from asset_magic.session.views import AssetView, CheckView

INLINE = 80
"""A repr of one line and at most this many characters sits on the line of the name."""

_DESCRIPTION = 300
_DOT = ' <span style="opacity:0.5">·</span> '
_CODE = "background:transparent;padding:0"
_PRE = "margin:4px 0 0 0;padding:0;white-space:pre;overflow-x:auto;line-height:1.4;background:transparent"


def card(view: AssetView, preview: Mapping[str, str] | None = None) -> dict[str, str]:
    """One asset after its cell ran, as HTML and as text.

    Args:
        view: the asset.
        preview: the value's own mimebundle. Where it is text alone, the text becomes part of the card; anything
            richer is left for the caller to display below.

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
    shown = ""
    if preview and len(preview) == 1:
        shown = preview.get("text/plain", "").strip("\n")
    inline = bool(shown) and len(shown) <= INLINE and "\n" not in shown
    return {"text/html": _html(view, shown, inline), "text/plain": _plain(view, shown, inline)}


def check_card(check: CheckView) -> dict[str, str]:
    """One check after its cell ran, as HTML and as text.

    >>> from asset_magic.model.keys import AssetKey
    >>> from asset_magic.session.views import CheckView
    >>> check_card(CheckView(name="not_empty", asset=AssetKey("orders"), passed=True))["text/plain"]
    'orders · ✓ not_empty'
    """
    small, blocks = split(check.metadata)
    line = replace(check, metadata=small)
    head = f"{key_html(check.asset)}{_DOT}{check_html(line)}{blocks_html(blocks)}"
    lines = [f"{one_line(check.asset)} · {check_text(line)}", *blocks_text(blocks)]
    return {
        "text/html": f'<div style="padding:1px 0 1px 14px;margin:2px 0;line-height:1.5">{head}</div>',
        "text/plain": "\n".join(lines),
    }


def key_html(key: AssetKey) -> str:
    """A key with its namespace muted and its name bold."""
    prefix, _, name = key.rpartition("/")
    bold = f"<b>{isolated(name)}</b>"
    return f'<span style="{MUTED}">{isolated(prefix)}/</span>{bold}' if prefix else bold


def check_html(check: CheckView) -> str:
    """The verdict of a check, with its facts in small."""
    sign, colour = check_mark(check)
    said = f'<span style="color:{colour};white-space:nowrap">{sign} {isolated(check.name, 60)}</span>'
    facts = _facts(check)
    return f'{said} <span style="{SMALL}">{isolated(facts, 400)}</span>' if facts else said


def check_text(check: CheckView) -> str:
    """The verdict of a check on one line, as in ``✗ not_empty (blocking, rows: 0)``."""
    facts = _facts(check)
    line = f"{check_mark(check)[0]} {one_line(check.name, 60)}"
    return f"{line} ({facts})" if facts else line


def _facts(check: CheckView) -> str:
    facts = []
    if check.passed is False:
        if check.blocking:
            facts.append("blocking")
        if check.error or check.description:
            facts.append(one_line(check.error or check.description))
    elif check.passed is None:
        facts.append("not evaluated")
    if check.metadata:
        facts.append(metadata_line(check.metadata))
    return ", ".join(facts)


def _html(view: AssetView, shown: str, inline: bool) -> str:
    head = key_html(view.key)
    if inline:
        head += f' = <code style="{_CODE};white-space:pre-wrap">{isolated(shown)}</code>'
    elif view.summary:
        head += f'{_DOT}<span style="opacity:0.8">{isolated(view.summary)}</span>'
    for check in view.checks:
        head += _DOT + check_html(check)
    rest = ""
    if view.error:
        rest += f'<div style="color:{BAD}">✗ {isolated(view.error, _DESCRIPTION)}</div>'
    if view.description:
        rest += f'<div dir="auto" style="{MUTED}">{escaped(view.description, _DESCRIPTION)}</div>'
    for flag in view.flags:
        rest += f'<div style="color:{WARN}">! {isolated(flag, _DESCRIPTION)}</div>'
    lines, blocks = split(view.metadata)
    labels = labels_html(view, lines)
    rest += f'<div style="{SMALL}">{labels}</div>' if labels else ""
    rest += blocks_html(blocks)
    if shown and not inline:
        # <code> because some readers (nbconvert) show <pre> alone in a proportional font.
        rest += f'<pre style="{_PRE}"><code style="{_CODE}">{html.escape(block(shown))}</code></pre>'
    return (
        f'<div class="asset-magic" data-view="card" data-keys="{html.escape(view.key)}" style="border-left:4px solid '
        f'{group_colour(view.group)};padding:1px 0 1px 10px;margin:2px 0;line-height:1.5"><div>{head}</div>{rest}</div>'
    )


def labels_html(view: AssetView, metadata: Mapping[str, Any]) -> str:
    """Metadata, kinds, tags and owners on one line."""
    labels = list(view.kinds)
    labels += [f"{name}={value}" if value else name for name, value in view.tags.items()]
    labels += view.owners
    shown = [metadata_line_html(metadata)] if metadata else []
    return " · ".join([*shown, *(isolated(label, 400) for label in labels)])


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
