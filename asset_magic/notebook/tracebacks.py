"""Tracebacks that show the reader's own code, and nothing of the engine that ran it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from asset_magic.model.errors import AssetMagicError

if TYPE_CHECKING:
    from asset_magic.notebook.shell import Shell

_OURS = str(Path(__file__).parents[1])
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PACKAGE = __name__.partition(".")[0]
_AWAITED = ("awaited", "serve")  # what a cell calls of our magics without a magic of IPython's in between


class Tracebacks:
    """Shows the errors that passed through the engine.

    Args:
        shell: where they are shown.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(self, error: BaseException, cell: bool) -> bool:
        """Show ``error`` without the frames of the engine, for `%debug` too; False if there is nothing of it in there.

        An error of ours that was caused by one of the reader's code is shown behind that one. The error of a ``cell``
        that a magic runs inside of a body becomes that of the body, and is shown as such.
        """
        if cell and self._shell.bodies:
            return True
        passed = [_cut(each) for each in list(_family(error))]
        if not (any(passed) or isinstance(error, AssetMagicError)):
            return False
        cause = error.__cause__
        if isinstance(error, AssetMagicError) and cause is not None and _of_users(error.__traceback__) is None:
            error.__traceback__ = cause.__traceback__
            self._shell.show_traceback(error, [*self._lines(cause), "", *error._render_traceback_()])
        else:
            self._shell.show_traceback(error, self._lines(error))
        return True

    def _lines(self, error: BaseException) -> list[str]:
        trace = _of_users(error.__traceback__)
        if trace is None and isinstance(error, AssetMagicError):
            return error._render_traceback_()
        if any(isinstance(each, BaseExceptionGroup) for each in _family(error)):
            return self._group_lines(error, trace)
        own = getattr(error, "_render_traceback_", None)
        if own is not None and not isinstance(error, AssetMagicError):
            lines: list[str] = own()
            return lines
        return self._shell.traceback_lines(error, trace)

    def _group_lines(self, error: BaseException, trace: TracebackType | None) -> list[str]:
        """A group of errors, which IPython shows in Python's way, with its cells by their numbers."""
        shown = traceback.TracebackException(type(error), error, trace, lookup_lines=True)
        return [self._shell.with_cell_numbers(line.rstrip("\n")) for line in shown.format()]


def plain_traceback(shell: Shell, error: BaseException) -> str:
    """The traceback of ``error`` from the first frame of a cell on, as plain text."""
    for each in list(_family(error)):
        _cut(each)
    trace = _of_users(error.__traceback__)
    if trace is None:
        return f"{type(error).__name__}: {error}"
    return _COLOURS.sub("", "\n".join(shell.traceback_lines(error, trace)))


def _family(error: BaseException) -> Iterator[BaseException]:
    """An error, those behind it, and those in groups, each once."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        each = todo.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            todo += [each.__cause__, each.__context__]
            if isinstance(each, BaseExceptionGroup):
                todo += each.exceptions


def _cut(error: BaseException) -> bool:
    """Take the engine's frames out of a traceback. Returns whether there were any.

    Where the engine was called by a magic, the frames before it go, too: they say how the shell came to that magic.
    The first one is the shell's own in any case, and stays for the shell to leave out.
    """
    frames = list(_frames(error.__traceback__))
    ours = [_is_ours(frame) for frame in frames]
    if True not in ours:
        return False
    says_all = isinstance(error, AssetMagicError)  # who called us learns it from the message
    kept: list[TracebackType] = []
    for index, frame in enumerate(frames):
        if not ours[index]:
            if not (index and ours[index - 1] and _is_shells(frame)):
                kept.append(frame)
        elif index and not ours[index - 1] and (says_all or _is_shells(frames[index - 1]) or _is_awaited(frame)):
            first = True not in ours[:index]
            while len(kept) > 1 and (first or _is_shells(kept[-1])):
                kept.pop()
    if ours[-1] and not says_all and isinstance(error, Exception):  # an error in the engine itself
        start = len(frames) - ours[::-1].index(False) if False in ours else 0
        kept += frames[start:]
    trace = None
    for frame in reversed(kept):
        trace = TracebackType(trace, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    error.__traceback__ = trace
    return True


def _of_users(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of the shell that it begins with."""
    while trace is not None and _is_shells(trace):
        trace = trace.tb_next
    return trace


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_ours(trace: TracebackType) -> bool:
    """Whether a frame runs our code; a method that `dataclass` wrote has no file, but its module's globals."""
    return trace.tb_frame.f_code.co_filename.startswith(_OURS) or _package(trace) == _PACKAGE


def _is_shells(trace: TracebackType) -> bool:
    return _package(trace) in ("IPython", "ipykernel")


def _is_awaited(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_name in _AWAITED


def _package(trace: TracebackType) -> str:
    return str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0]
