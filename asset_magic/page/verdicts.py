"""Verdicts of checks: one of them on a line, and each as a row with its facts and what it blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asset_magic.page.facts import facts_table
from asset_magic.page.grid import pair_row
from asset_magic.page.metadata import metadata_line
from asset_magic.page.text import MUTED, check_mark, isolated, one_line

if TYPE_CHECKING:
    from asset_magic.session.views import CheckView

_NAME = 60
_SAID = 300
_BLOCKED = 2  # assets named, of those that a check blocks


def check_text(check: CheckView) -> str:
    """The verdict of a check on one line, as in ``✗ not_empty (blocking, rows: 0)``."""
    facts = _facts(check)
    line = f"{check_mark(check)[0]} {one_line(check.name, _NAME)}"
    return f"{line} ({facts})" if facts else line


def check_row(check: CheckView) -> str:
    """The verdict of a check as a row of two cells: its sign and name; what is to be said of it, and its facts."""
    colour = check_mark(check)[1]
    said = f'<span style="color:{colour}">{isolated(weight(check), _SAID)}</span>' if weight(check) else ""
    if check.error:
        said += f"{_after(said)}{isolated(check.error, _SAID)}"
    elif check.description:
        muted = f' style="{MUTED}"' if check.passed else ""
        said += f'{_after(said)}<span dir="auto"{muted}>{isolated(check.description, _SAID)}</span>'
    return pair_row(_sign(check), said + (facts_table(check.metadata, indent=0) if check.metadata else ""))


def weight(check: CheckView) -> str:
    """What follows from the verdict: a warning only, an error, or what has to wait for it.

    >>> from asset_magic.session.views import CheckView
    >>> blocks = ("report", "page", "mail")
    >>> weight(CheckView(name="not_empty", asset="orders", passed=False, blocking=True, blocks=blocks))
    'blocks report, page (+1 more)'
    """
    if check.passed is None:
        return "not evaluated"
    if check.passed:
        return ""
    if check.severity == "WARN":
        return "warning"
    if not check.blocking:
        return "error"
    named = ", ".join(one_line(key, _NAME) for key in check.blocks[:_BLOCKED])
    more = f" (+{len(check.blocks) - _BLOCKED} more)" if len(check.blocks) > _BLOCKED else ""
    return f"blocks {named}{more}" if named else "blocking"


def _after(said: str) -> str:
    return ' <span style="opacity:0.5">·</span> ' if said else ""


def _sign(check: CheckView) -> str:
    sign, colour = check_mark(check)
    return f'<span style="color:{colour};white-space:nowrap">{sign} {isolated(check.name, _NAME)}</span>'


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
