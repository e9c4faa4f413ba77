"""Tracebacks that begin in the reader's own code."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from types import TracebackType
from typing import Any

from asset_magic.model.errors import AssetMagicError
from asset_magic.notebook.shell import Shell

_OURS = str(Path(__file__).parents[1])
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PACKAGE = __name__.partition(".")[0]


def show_own_frames(shell: Shell, error: BaseException) -> BaseException:
    """Let ``error`` be shown from the first frame of a cell on, without those of the engine that ran it.

    An error of ours that was caused by one of the reader's code is shown behind that one.
    """
    cause = error.__cause__ if isinstance(error, AssetMagicError) else None
    shown = error if cause is None else cause
    trace = users_frames(shown.__traceback__)
    if isinstance(shown, AssetMagicError):
        trace = _without_our_end(trace)
    if trace is None:
        return error

    def render() -> Any:
        lines = shell.traceback_lines(type(shown), shown.with_traceback(trace), trace)
        return lines if shown is error else [*lines, "", *AssetMagicError._render_traceback_(error)]  # type: ignore[arg-type]

    with contextlib.suppress(AttributeError):  # an exception with slots shows all frames
        error._render_traceback_ = render  # type: ignore[attr-defined]
    return error


def plain_traceback(shell: Shell, error: BaseException) -> str:
    """The traceback of ``error`` from the first frame of a cell on, as plain text."""
    trace = users_frames(error.__traceback__)
    if trace is None:
        return f"{type(error).__name__}: {error}"
    return _COLOURS.sub("", "\n".join(shell.traceback_lines(type(error), error, trace)))


def users_frames(trace: TracebackType | None) -> TracebackType | None:
    """The part of a traceback that follows the engine's frames; None if there is none."""
    found = None
    inside = False
    while trace is not None:
        ours = _is_ours(trace)
        if inside and not ours and found is None:
            found = trace
        inside = inside or ours
        trace = trace.tb_next
    return found


def _is_ours(trace: TracebackType) -> bool:
    """Whether a frame runs our code; a method that `dataclass` wrote has no file, but its module's globals."""
    name = str(trace.tb_frame.f_globals.get("__name__"))
    return trace.tb_frame.f_code.co_filename.startswith(_OURS) or name.partition(".")[0] == _PACKAGE


def _without_our_end(trace: TracebackType | None) -> TracebackType | None:
    """A traceback up to where the reader's code called ours."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    while frames and _is_ours(frames[-1]):
        frames.pop()
    for frame in reversed(frames):
        trace = TracebackType(trace, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return trace
