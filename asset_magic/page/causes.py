"""Why an asset is not fresh: the first cause on a line, or all of them as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asset_magic.page.text import isolated, one_line
from asset_magic.session.views import CauseView

if TYPE_CHECKING:
    from asset_magic.session.views import AssetView

LINES = 12
"""Lines shown of a tree of causes."""

_REASON = 120
_DEPTH = 6


def causes_of(view: AssetView) -> tuple[CauseView, ...]:
    """The causes, the failure of the last run before all others."""
    if view.last_run == "failed":
        said = f"the last run failed: {view.error}" if view.error else "the last run failed"
        return (CauseView(category="failure", reason=said), *(cause for cause in view.causes if cause.reason != said))
    return view.causes


def first_cause(view: AssetView) -> str:
    """The first cause in words, and how many more there are; empty for what is fresh."""
    causes = causes_of(view)
    if not causes:
        return ""
    more = f" (+{len(causes) - 1} more)" if len(causes) > 1 else ""
    return one_line(causes[0].reason, _REASON) + more


def causes_text(causes: tuple[CauseView, ...], limit: int = LINES) -> list[str]:
    """Causes and what is behind them as indented lines."""
    return [f"{'  ' * (level + 1)}{line}" for level, line in _lines(causes, limit)]


def causes_html(causes: tuple[CauseView, ...], limit: int = LINES) -> str:
    """Causes and what is behind them as indented lines of HTML."""
    return "".join(
        f'<div style="padding-left:{12 + 16 * level}px;opacity:0.85">{isolated(line, 200)}</div>'
        for level, line in _lines(causes, limit)
    )


def _lines(causes: tuple[CauseView, ...], limit: int) -> list[tuple[int, str]]:
    """Each cause with its depth; long and deep trees end in an ellipsis."""
    lines: list[tuple[int, str]] = []
    stack = [(0, cause) for cause in reversed(causes)]
    while stack:
        level, cause = stack.pop()
        if len(lines) == limit:
            lines.append((0, "…"))
            break
        lines.append((level, one_line(cause.reason, 200)))
        if cause.children and level + 1 == _DEPTH:
            lines.append((level + 1, "…"))
        elif cause.children:
            stack += [(level + 1, child) for child in reversed(cause.children)]
    return lines
