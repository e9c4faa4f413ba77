"""The recent runs of an asset: when, how long, which version came out, and what the body printed.

This is shown live only: what is stored tells no times.
"""

from __future__ import annotations

import html
from datetime import datetime
from typing import TYPE_CHECKING

from asset_magic.page.grid import html_table, text_table
from asset_magic.page.text import (
    BAD,
    MUTED,
    RULE,
    WARN,
    as_printed,
    block,
    chip,
    escaped,
    isolated,
    one_line,
    plural,
    took,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asset_magic.model.records import FailureRecord
    from asset_magic.session.views import RunView

RUNS = 12
"""Runs shown."""

LINES = 50
"""Runs shown as text."""

_BAR = 120  # pixels
_BLOCKS = 20
_PRINTED = 40  # lines shown of what was printed, its last
_LINES = 60
_CHARACTERS = 100_000  # of one text that are looked at; far more than is shown
_NOW, _BEFORE = "#2563eb", "rgba(128,128,128,0.55)"
_PRE = "margin:4px 0;padding:4px 10px;white-space:pre;overflow-x:auto;line-height:1.4;background:transparent"
_KINDS = ("run:", "file:", "folder:")


def history_html(runs: Sequence[RunView], traceback: str = "") -> str:
    """Runs, newest first, with their durations as bars, and what was printed in the newest.

    Args:
        runs: newest first.
        traceback: of the last run, as text, if it failed.
    """
    parts = [traceback_html(traceback)] if traceback else []
    if not runs:
        return "".join([*parts, f'<div style="{MUTED}">Not materialized yet.</div>'])
    shown = runs[:RUNS]
    longest = max(run.duration for run in shown)
    before = [*(run.data_version for run in runs[1 : len(shown) + 1]), ""]
    rows = [
        [str(place), *_row(run, longest, run.data_version == old)]
        for place, (run, old) in enumerate(zip(shown, before, strict=False))
    ]
    parts.append(
        html_table(
            ["#", "Made", "Took", "", "Value", "Code", "Now"], rows, ["#", "Took"], [run.id for run in shown], of="run"
        )
    )
    if len(runs) > len(shown):
        parts.append(f'<div style="{MUTED}">… {plural(len(runs) - len(shown), "more run")}</div>')
    return "".join([*parts, *_printed(runs[0])])


def history_text(runs: Sequence[RunView]) -> str:
    """Runs as a table of text, newest first, each by the number that ``.history`` and ``%diff`` know it by."""
    shown = runs[:LINES]
    before = [*(run.data_version for run in runs[1 : len(shown) + 1]), ""]
    rows = [
        [
            str(place),
            _moment(run).isoformat(" ", "seconds"),
            took(run.duration),
            _short(run.data_version),
            run.code_version[:8],
            ", ".join(_notes(run, run.data_version == old)),
        ]
        for place, (run, old) in enumerate(zip(shown, before, strict=False))
    ]
    table = text_table(["#", "made", "took", "value", "code", ""], rows, numbers=["#", "took"])
    more = len(runs) - len(shown)
    return f"{table}\n… {plural(more, 'more run')}" if more else table


def failures_text(failures: Iterable[FailureRecord]) -> list[str]:
    """Failed runs, a line each."""
    return [f"failed {_moment(one).isoformat(' ', 'seconds')}  {one_line(one.error, 300)}" for one in failures]


def _notes(run: RunView, same: bool) -> Iterator[str]:
    if run.current:
        yield "current"
    if run.accepted:
        yield "accepted by hand"
    elif same:
        yield "same value"


def _moment(run: RunView | FailureRecord) -> datetime:
    return datetime.fromtimestamp(run.timestamp)


def traceback_html(text: str) -> str:
    """The traceback of a failure: its end, which says what went wrong, is always shown."""
    lines = as_printed(text[-_CHARACTERS:]).strip("\n").split("\n")
    kept = lines if len(lines) <= _LINES else ["…", *lines[-_LINES:]]
    return f'<pre class="am-traceback" style="{_PRE};border-left:3px solid {BAD}">{_escaped_block(kept)}</pre>'


def _escaped_block(lines: Sequence[str]) -> str:
    return html.escape(block("\n".join(lines), _LINES + 1))


def _row(run: RunView, longest: float, same: bool) -> list[str]:
    moment = _moment(run).astimezone()
    absolute = moment.replace(tzinfo=None).isoformat(" ", "seconds")
    width = max(round(_BAR * run.duration / longest), 2) if longest > 0 else 2
    text = html.escape(took(run.duration))
    bar = (
        f'<div class="am-took" role="img" aria-label="took {text}" title="{text}" style="width:{width}px;height:9px;'
        f'margin-top:4px;border-radius:2px;background:{_NOW if run.current else _BEFORE}"></div>'
    )
    version = f'<code style="background:transparent;padding:0">{isolated(_short(run.data_version), 8)}</code>'
    if same:
        version += f' <span style="{MUTED}">same</span>'
    code = f'<code style="background:transparent;padding:0">{isolated(run.code_version[:8], 8)}</code>'
    when = f'<time datetime="{moment.isoformat("T", "seconds")}">{absolute}</time>'
    now = " ".join([*([chip("current")] if run.current else []), *([chip("accepted by hand")] if run.accepted else [])])
    return [when, text, bar, version, code if run.code_version else "", now]


def _short(version: str) -> str:
    for kind in _KINDS:
        version = version.removeprefix(kind)
    return version[:8]


def _end_of(text: str) -> str:
    """The last lines of a text, which tell more than its first."""
    lines = text.strip("\n").split("\n")
    if len(lines) <= _PRINTED:
        return block(text, _PRINTED)
    return f"… {plural(len(lines) - _PRINTED, 'earlier line')}\n{block(chr(10).join(lines[-_PRINTED:]), _PRINTED)}"


def _printed(run: RunView) -> Iterator[str]:
    """What the body printed, each stream in a block."""
    said = [(stream, text) for stream, text in run.printed if text.strip()]
    if not said:
        return
    yield f'<div style="{MUTED};margin-top:6px">Printed</div>'
    for stream, text in said[:_BLOCKS]:
        colour = f"border-left:3px solid {WARN}" if stream == "stderr" else f"border-left:{RULE}"
        shown = html.escape(_end_of(as_printed(text[-_CHARACTERS:])))
        yield f'<pre class="am-printed" data-stream="{escaped(stream)}" style="{_PRE};{colour}">{shown}</pre>'
    if len(said) > _BLOCKS:
        yield f'<div style="{MUTED}">… {plural(len(said) - _BLOCKS, "more output")}</div>'
