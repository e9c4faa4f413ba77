"""One asset in detail: what is known of it, why it is not fresh, what its checks say, and its code."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from asset_magic.page.card import labels, tag_texts
from asset_magic.page.causes import causes_html, causes_text
from asset_magic.page.facts import blocks_text, fact_rows, split
from asset_magic.page.grid import bare_table, pair_row
from asset_magic.page.history import history_html, traceback_html
from asset_magic.page.metadata import metadata_text
from asset_magic.page.output import framed
from asset_magic.page.table import bar_html, status_of
from asset_magic.page.text import BAD, MUTED, RULE, WARN, block, escaped, isolated, one_line, pill
from asset_magic.page.verdicts import check_row, check_text
from asset_magic.session.views import AssetView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asset_magic.session.views import RunView

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


def live_detail(view: AssetView, runs: Sequence[RunView] = (), traceback: str = "") -> str:
    """One asset for the panel of a live view, which shows its name, status, buttons and value itself.

    Args:
        view: the asset.
        runs: its recent runs, newest first.
        traceback: of the last run, as text, if it failed.

    >>> live_detail(AssetView(key="orders", status="stale", source="1 + 1")).count("<details")
    2
    """
    head = [*([isolated(view.summary)] if view.summary else []), *labels(view)]
    parts = [f"<div>{' &nbsp;'.join(head)}</div>" if head else "", *_about(view)]
    if traceback:
        parts.append(traceback_html(traceback))
    links = (("upstream", view.upstream), ("downstream", view.downstream), ("reads", view.globals))
    said = [("error", view.error), *((name, ", ".join(names)) for name, names in links)]
    parts.append(_table([_fact_row(name, one_line(text, 400)) for name, text in said if text] + _findings(view)))
    if view.source:
        parts.append(_section("Code", _code(view)))
    parts.append(_section("History", history_html(runs)))
    return "".join(parts)


def _parts(view: AssetView) -> Iterator[str]:
    yield f"<div>{bar_html(view)} {pill(status_of(view))}</div>"
    yield from _about(view)
    yield _table([_fact_row(name, text) for name, text in _facts(view)])
    yield _table(_findings(view))
    yield _code(view)


def _about(view: AssetView) -> Iterator[str]:
    yield causes_html(view.causes, _CAUSES)
    if view.description:
        yield f'<div dir="auto" style="padding-left:12px">{escaped(view.description, 600)}</div>'
    for flag in view.flags:
        yield f'<div style="padding-left:12px;color:{WARN}">! {isolated(flag, 300)}</div>'


def _findings(view: AssetView) -> list[str]:
    """What its checks say and what is recorded of it, as rows."""
    return [check_row(check) for check in view.checks] + (fact_rows(view.metadata) if view.metadata else [])


def _table(rows: list[str]) -> str:
    return bare_table(rows, _INDENT) if rows else ""


def _code(view: AssetView) -> str:
    return f'<pre style="{_PRE}">{html.escape(_listing(view))}</pre>' if view.source else ""


def _listing(view: AssetView) -> str:
    from asset_magic.reading.secrets import hide_secrets  # not needed before somebody asks

    return block(hide_secrets(view.source), _LINES)


def _section(title: str, content: str) -> str:
    return f'<details open style="margin:4px 0 4px 12px"><summary>{title}</summary>{content}</details>'


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
        "made by": view.origin,
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
        lines += ["", _listing(view)]
    return "\n".join(lines)
