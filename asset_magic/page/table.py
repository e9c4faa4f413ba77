"""Tables that are asked for: all assets, what is stale and why, one asset in detail, the plan of a run.

Unlike cards these show statuses, as they were when they were asked for.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from asset_magic.page.card import check_html, check_text, key_html
from asset_magic.page.facts import blocks_text, facts_table, split
from asset_magic.page.grid import html_table, text_table
from asset_magic.page.metadata import metadata_text
from asset_magic.page.text import (
    BAD,
    MUTED,
    RULE,
    WARN,
    block,
    check_counts,
    check_mark,
    escaped,
    group_colour,
    isolated,
    one_line,
    pill,
    plural,
)
from asset_magic.session.views import AssetView, CauseView, CheckView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROWS = 1000
"""Rows shown of a table; what is not fresh is shown before what is."""

PlanRow = tuple[str, str, str, str]

_REASON = 120
_CAUSE_DEPTH = 6
_CAUSE_LINES = 12
_PRE = f"margin:4px 0;padding:6px 10px;white-space:pre;overflow-x:auto;border:{RULE};border-radius:4px"
_FRESH = "Everything is fresh."
_NOTHING = "No assets yet."


def assets_table(views: Sequence[AssetView]) -> dict[str, str]:
    """All assets: status, why, checks and value, and a line of totals.

    >>> from asset_magic.session.views import AssetView
    >>> print(assets_table([AssetView(key="orders", status="fresh", summary="int")])["text/plain"])
    name    status  value
    orders  fresh   int
    1 asset: 1 fresh
    """
    if not views:
        return _both(_NOTHING, _NOTHING)
    shown = views if len(views) <= ROWS else sorted(views, key=lambda view: view.status == "fresh")[:ROWS]
    groups = any(view.group != "default" for view in shown)
    rows = [_text_row(view, groups) for view in shown]
    cells = [_html_row(view, groups) for view in shown]
    end = [f"… {plural(len(views) - len(shown), 'more asset')}"] if len(shown) < len(views) else []
    end.append(totals(views))
    text = text_table(["name", "group", "status", "why", "checks", "value"], rows)
    table = html_table(["Asset", "Group", "Status", "Why", "Checks", "Value"], cells)
    last = "".join(f'<div style="{MUTED}">{html.escape(line)}</div>' for line in end)
    return _both(f"<div>{table}{last}</div>", "\n".join([text, *end]))


def totals(views: Sequence[AssetView]) -> str:
    """The assets in numbers, as in ``12 assets: 10 fresh, 2 stale; 1 check failed``."""
    statuses = [view.status for view in views]
    parts = [f"{statuses.count(word):,} {word}" for word in ("fresh", "stale", "missing") if word in statuses]
    line = f"{plural(len(views), 'asset')}: {', '.join(parts)}"
    if failed := sum(view.last_run == "failed" for view in views):
        line += f"; {failed:,} failed"
    signs = [check_mark(check)[0] for view in views for check in view.checks]
    if bad := signs.count("✗"):
        line += f"; {plural(bad, 'check')} failed"
    if doubtful := signs.count("!"):
        line += f"; {plural(doubtful, 'warning')}"
    return line


def stale_report(views: Sequence[AssetView], *, whole: bool = True) -> dict[str, str]:
    """What is not fresh, each with its causes as a tree; with ``whole`` off, of a part of the assets.

    >>> from asset_magic.session.views import AssetView, CauseView
    >>> cause = CauseView(category="code", reason="the code changed")
    >>> print(stale_report([AssetView(key="orders", status="stale", causes=(cause,))])["text/plain"])
    orders is stale
      the code changed
    """
    waiting = [view for view in views if view.status != "fresh"]
    rebound = [f"{view.key}: {view.rebound}" for view in views if view.rebound]
    said = (_FRESH if whole else "Nothing of this is stale.") if views else _NOTHING
    if not (waiting or rebound):
        return _both(said, said)
    lines, parts = ([], []) if waiting else ([said], [f"<div>{said}</div>"])
    for view in waiting[:ROWS]:
        lines.append(f"{one_line(view.key)} is {view.status}")
        lines += _text_tree(_causes(view), "  ")
        parts.append(f'<div style="margin-top:4px">{_bar(view)} {pill(view.status)}{_html_tree(_causes(view))}</div>')
    if len(waiting) > ROWS:
        lines.append(f"… {plural(len(waiting) - ROWS, 'more asset')}")
        parts.append(f'<div style="{MUTED}">{lines[-1]}</div>')
    lines += [f"! {one_line(flag, 300)}" for flag in rebound]
    parts += [f'<div style="color:{WARN}">! {isolated(flag, 300)}</div>' for flag in rebound]
    return _both(f"<div>{''.join(parts)}</div>", "\n".join(lines))


def asset_detail(view: AssetView) -> dict[str, str]:
    """Everything that is known of one asset."""
    return _both(_detail_html(view), _detail_text(view))


def plan_table(rows: Iterable[PlanRow]) -> dict[str, str]:
    """What a run would do: rows of key, what ("run", "reuse", "fresh"), why, and the last duration.

    >>> print(plan_table([("orders", "run", "the code changed", "1.2 s")])["text/plain"])
    asset   plan  why               last took
    orders  run   the code changed  1.2 s
    """
    rows = list(rows)
    if not rows:
        return _both("Nothing to do.", "Nothing to do.")
    text = [
        [one_line(key, 60), one_line(what, 20), one_line(why, _REASON), one_line(took, 20)]
        for key, what, why, took in rows
    ]
    cells = [[f"<b>{isolated(row[0])}</b>", *map(isolated, row[1:])] for row in text[:ROWS]]
    more = f"… {len(rows) - ROWS:,} more" if len(rows) > ROWS else ""
    table = html_table(["Asset", "Plan", "Why", "Last took"], cells)
    plain = text_table(["asset", "plan", "why", "last took"], text[:ROWS])
    return _both(f"<div>{table}{more}</div>", f"{plain}\n{more}".rstrip())


def first_cause(view: AssetView) -> str:
    """The first cause in words, and how many more there are; empty for what is fresh."""
    causes = _causes(view)
    if not causes:
        return ""
    more = f" (+{len(causes) - 1} more)" if len(causes) > 1 else ""
    return one_line(causes[0].reason, _REASON) + more


def _causes(view: AssetView) -> tuple[CauseView, ...]:
    """The causes, the failure of the last run before all others."""
    if view.last_run == "failed":
        said = f"the last run failed: {view.error}" if view.error else "the last run failed"
        return (CauseView(category="failure", reason=said), *(cause for cause in view.causes if cause.reason != said))
    return view.causes


def _text_row(view: AssetView, groups: bool) -> list[str]:
    counts = " ".join(f"{sign} {count}" for sign, _, count in check_counts(view.checks))
    group = one_line(view.group, 20) if groups else ""
    return [one_line(view.key, 60), group, _status(view), first_cause(view), counts, one_line(view.summary, 26)]


def _html_row(view: AssetView, groups: bool) -> list[str]:
    checks = " ".join(_count_html(view.checks))
    group = f'<span style="{MUTED}">{isolated(view.group, 40)}</span>' if groups else ""
    return [_bar(view), group, pill(_status(view)), isolated(first_cause(view)), checks, isolated(view.summary, 80)]


def _status(view: AssetView) -> str:
    return "source" if view.kind == "source" and view.status == "fresh" else view.status


def _count_html(checks: tuple[CheckView, ...]) -> Iterator[str]:
    for sign, colour, count in check_counts(checks):
        yield f'<span style="color:{colour};white-space:nowrap">{sign} {count}</span>'


def _bar(view: AssetView) -> str:
    return (
        f'<span style="border-left:4px solid {group_colour(view.group)};padding-left:8px">{key_html(view.key)}</span>'
    )


def _cause_lines(causes: tuple[CauseView, ...], depth: int, limit: int) -> list[tuple[int, str]]:
    """Causes and what is behind them, each with its depth; long and deep trees end in an ellipsis."""
    lines: list[tuple[int, str]] = []
    stack = [(0, cause) for cause in reversed(causes)]
    while stack:
        level, cause = stack.pop()
        if len(lines) == limit:
            lines.append((0, "…"))
            break
        lines.append((level, one_line(cause.reason, 200)))
        if cause.children and level + 1 == depth:
            lines.append((level + 1, "…"))
        elif cause.children:
            stack += [(level + 1, child) for child in reversed(cause.children)]
    return lines


def _text_tree(causes: tuple[CauseView, ...], indent: str, limit: int = _CAUSE_LINES) -> list[str]:
    return [f"{indent}{'  ' * level}{line}" for level, line in _cause_lines(causes, _CAUSE_DEPTH, limit)]


def _html_tree(causes: tuple[CauseView, ...], limit: int = _CAUSE_LINES) -> str:
    return "".join(
        f'<div style="padding-left:{16 + 16 * level}px;opacity:0.85">{isolated(line, 200)}</div>'
        for level, line in _cause_lines(causes, _CAUSE_DEPTH, limit)
    )


def _facts(view: AssetView) -> Iterator[tuple[str, str]]:
    """The plain facts of an asset, as a name and a text; empty ones are left out."""
    facts = {
        "group": view.group,
        "kinds": ", ".join(view.kinds),
        "tags": ", ".join(f"{name}={value}" if value else name for name, value in view.tags.items()),
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


def _detail_text(view: AssetView) -> str:
    lines = [f"{one_line(view.key)} is {_status(view)}"]
    lines += _text_tree(view.causes, "  ", 40)
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
        lines += ["", block(view.source, 200)]
    return "\n".join(lines)


def _detail_html(view: AssetView) -> str:
    indent = "padding-left:16px"
    parts = [f"<div>{_bar(view)} {pill(_status(view))}</div>", _html_tree(view.causes, 40)]
    if view.description:
        parts.append(f'<div dir="auto" style="{indent}">{escaped(view.description, 600)}</div>')
    parts += [f'<div style="{indent};color:{WARN}">! {isolated(flag, 300)}</div>' for flag in view.flags]
    error = f";color:{BAD}"
    cell = '<td style="text-align:left;vertical-align:top;padding:1px 12px 1px 0'
    rows = "".join(
        f'<tr>{cell};{MUTED}">{name}</td>{cell}{error if name == "error" else ""}">{isolated(text, 400)}</td></tr>'
        for name, text in _facts(view)
    )
    parts.append(
        f'<table style="font-size:100%;margin:4px 0 4px 16px;border-collapse:collapse"><tbody>{rows}</tbody></table>'
    )
    parts += [f'<div style="{indent}">{check_html(check)}</div>' for check in view.checks]
    if view.metadata:
        parts.append(f'<div style="{indent}"><b>Metadata</b></div>{facts_table(view.metadata)}')
    if view.source:
        parts.append(f'<pre style="{_PRE}">{html.escape(block(view.source, 200))}</pre>')
    return f"<div>{''.join(parts)}</div>"


def _both(page: str, text: str) -> dict[str, str]:
    return {"text/html": page, "text/plain": text}
