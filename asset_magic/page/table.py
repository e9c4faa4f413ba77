"""Tables that are asked for: all assets, what is stale and why, the plan of a run.

Unlike cards these show statuses, as they were when they were asked for.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from asset_magic.page.causes import causes_html, causes_of, causes_text, first_cause
from asset_magic.page.grid import html_table, text_table
from asset_magic.page.output import framed
from asset_magic.page.text import (
    MUTED,
    WARN,
    check_counts,
    check_mark,
    group_colour,
    isolated,
    key_html,
    one_line,
    pill,
    plural,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asset_magic.session.views import AssetView, CheckView

ROWS = 1000
"""Rows shown of a table; what is not fresh is shown before what is."""

PlanRow = tuple[str, str, str, str]

_REASON = 120
_FRESH = "Everything is fresh."
_NOTHING = "No assets yet."


def assets_table(views: Sequence[AssetView], *, selection: str = "", counted: bool = True) -> dict[str, str]:
    """All assets: status, why, checks and value, and a line of totals.

    Args:
        views: the assets.
        selection: the text that they were asked for by; empty for all there are.
        counted: whether the line of totals is wanted.

    >>> from asset_magic.session.views import AssetView
    >>> print(assets_table([AssetView(key="orders", status="fresh", summary="int")])["text/plain"])
    name    status  value
    orders  fresh   int
    1 asset: 1 fresh
    """
    keys = [view.key for view in views]
    if not views:
        return _both(framed("assets", keys, _NOTHING, selection=selection), _NOTHING)
    shown = views if len(views) <= ROWS else sorted(views, key=lambda view: view.status == "fresh")[:ROWS]
    groups = any(view.group != "default" for view in shown)
    rows = [_text_row(view, groups) for view in shown]
    cells = [_html_row(view, groups) for view in shown]
    end = [f"… {plural(len(views) - len(shown), 'more asset')}"] if len(shown) < len(views) else []
    end += [totals(views)] if counted else []
    text = text_table(["name", "group", "status", "why", "checks", "value"], rows)
    table = html_table(["Asset", "Group", "Status", "Why", "Checks", "Value"], cells, keys=[view.key for view in shown])
    last = "".join(f'<div style="{MUTED}">{html.escape(line)}</div>' for line in end)
    return _both(framed("assets", keys, table + last, selection=selection), "\n".join([text, *end]))


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


def stale_report(views: Sequence[AssetView], *, whole: bool = True, selection: str = "") -> dict[str, str]:
    """What is not fresh, each with its causes as a tree.

    Args:
        views: the assets.
        whole: they are all there are.
        selection: the text that they were asked for by; empty for all there are.

    >>> from asset_magic.session.views import AssetView, CauseView
    >>> cause = CauseView(category="code", reason="the code changed")
    >>> print(stale_report([AssetView(key="orders", status="stale", causes=(cause,))])["text/plain"])
    orders is stale
      the code changed
    """
    waiting = [view for view in views if view.status != "fresh"]
    rebound = [f"{view.key}: {view.rebound}" for view in views if view.rebound]
    said = (_FRESH if whole else "Nothing of this is stale.") if views else _NOTHING
    keys = [view.key for view in waiting[:ROWS]]
    if not (waiting or rebound):
        return _both(framed("stale", keys, said, selection=selection), said)
    lines, parts = ([], []) if waiting else ([said], [f"<div>{said}</div>"])
    for view in waiting[:ROWS]:
        lines.append(f"{one_line(view.key)} is {view.status}")
        lines += causes_text(causes_of(view))
        said = f"{bar_html(view)} {pill(view.status)}{causes_html(causes_of(view))}"
        parts.append(f'<div style="margin-top:4px" data-key="{html.escape(view.key)}">{said}</div>')
    if len(waiting) > ROWS:
        lines.append(f"… {plural(len(waiting) - ROWS, 'more asset')}")
        parts.append(f'<div style="{MUTED}">{lines[-1]}</div>')
    lines += [f"! {one_line(flag, 300)}" for flag in rebound]
    parts += [f'<div style="color:{WARN}">! {isolated(flag, 300)}</div>' for flag in rebound]
    return _both(framed("stale", keys, "".join(parts), selection=selection), "\n".join(lines))


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


def _text_row(view: AssetView, groups: bool) -> list[str]:
    counts = " ".join(f"{sign} {count}" for sign, _, count in check_counts(view.checks))
    group = one_line(view.group, 20) if groups else ""
    return [one_line(view.key, 60), group, status_of(view), first_cause(view), counts, one_line(view.summary, 26)]


def _html_row(view: AssetView, groups: bool) -> list[str]:
    checks = " ".join(_count_html(view.checks))
    group = f'<span style="{MUTED}">{isolated(view.group, 40)}</span>' if groups else ""
    return [
        bar_html(view),
        group,
        pill(status_of(view)),
        isolated(first_cause(view)),
        checks,
        isolated(view.summary, 80),
    ]


def status_of(view: AssetView) -> str:
    """The word for how an asset stands; one made elsewhere is called a source while nothing is wrong."""
    return "source" if view.kind == "source" and view.status == "fresh" else view.status


def _count_html(checks: tuple[CheckView, ...]) -> Iterator[str]:
    for sign, colour, count in check_counts(checks):
        yield f'<span style="color:{colour};white-space:nowrap">{sign} {count}</span>'


def bar_html(view: AssetView) -> str:
    """The name of an asset beside the colour of its group."""
    return (
        f'<span style="border-left:4px solid {group_colour(view.group)};padding-left:8px">{key_html(view.key)}</span>'
    )


def _both(page: str, text: str) -> dict[str, str]:
    return {"text/html": page, "text/plain": text}
