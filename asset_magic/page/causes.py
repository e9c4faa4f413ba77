"""Why an asset is not fresh: the first cause on a line, or all of them as a tree."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from asset_magic.page.text import MUTED, block, isolated, one_line
from asset_magic.session.views import CauseView

if TYPE_CHECKING:
    from asset_magic.session.views import AssetView

LINES = 12
"""Lines shown of a tree of causes."""

_REASON = 120
_DEPTH = 10
_DIFF_LINES = 24
_DIFF_WIDTH = 120
_MARKS = {"+": "rgba(38,136,79,0.18)", "-": "rgba(217,72,59,0.18)"}


def causes_of(view: AssetView) -> tuple[CauseView, ...]:
    """The causes, the failure of the last run before all others."""
    if view.last_run == "failed":
        said = f"the last run failed: {view.error}" if view.error else "the last run failed"
        return (CauseView(category="failure", reason=said), *(cause for cause in view.causes if cause.reason != said))
    return view.causes


def first_cause(view: AssetView) -> str:
    """The first cause in words, and how many more there are; empty for what is fresh, but if that is by hand."""
    causes = causes_of(view)
    if not causes:
        return "accepted by hand" if view.accepted else ""
    more = f" (+{len(causes) - 1} more)" if len(causes) > 1 else ""
    return one_line(causes[0].reason, _REASON) + more


def causes_text(causes: tuple[CauseView, ...], limit: int = LINES) -> list[str]:
    """Causes, what is behind them and how code has changed as indented lines."""
    lines = []
    for level, reason, diff in _lines(causes, limit):
        lines.append(f"{'  ' * (level + 1)}{reason}")
        lines += [f"{'  ' * (level + 2)}{line}" for line in diff_text(diff)]
    return lines


def causes_html(causes: tuple[CauseView, ...], limit: int = LINES) -> str:
    """Causes, what is behind them and how code has changed as indented lines of HTML."""
    parts = []
    for level, reason, diff in _lines(causes, limit):
        parts.append(f'<div style="padding-left:{12 + 16 * level}px;opacity:0.85">{isolated(reason, 200)}</div>')
        parts.append(diff_html(diff, 28 + 16 * level))
    return "".join(parts)


def diff_html(diff: tuple[str, ...], left: int) -> str:
    """The lines of a unified diff as HTML, so many pixels from the left; "" if there are none."""
    if not diff:
        return ""
    lines = "\n".join(
        f'<span style="background:{_MARKS[line[0]]}">{html.escape(line)}</span>'
        if line[:1] in _MARKS
        else f'<span style="{MUTED}">{html.escape(line)}</span>'
        for line in diff_text(diff)
    )
    return f'<pre style="margin:2px 0 4px {left}px;padding:0;white-space:pre;overflow-x:auto">{lines}</pre>'


def diff_text(diff: tuple[str, ...]) -> list[str]:
    """The lines of a unified diff, as many and as much of each as is shown."""
    return block("\n".join(diff), _DIFF_LINES, _DIFF_WIDTH).split("\n") if diff else []


def _lines(causes: tuple[CauseView, ...], limit: int) -> list[tuple[int, str, tuple[str, ...]]]:
    """Each cause with its depth and diff; long and deep trees end in an ellipsis."""
    lines: list[tuple[int, str, tuple[str, ...]]] = []
    stack = [(0, cause) for cause in reversed(causes)]
    while stack:
        level, cause = stack.pop()
        if len(lines) == limit:
            lines.append((0, "…", ()))
            break
        lines.append((level, one_line(cause.reason, 200), cause.diff))
        if cause.children and level + 1 == _DEPTH:
            lines.append((level + 1, "…", ()))
        elif cause.children:
            stack += [(level + 1, child) for child in reversed(cause.children)]
    return lines
