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
_SHELLS = ("IPython.core.interactiveshell", "IPython.core.magic", "ipykernel.")
_AWAITED = ("awaited", "serve")  # what a cell calls of our magics without a magic of IPython's in between


class Tracebacks:
    """Shows the errors that passed through the engine.

    Args:
        shell: where they are shown.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def show(self, error: BaseException, *, caught: bool) -> bool:
        """Show ``error`` without the frames of the engine, for `%debug` too; False if there is nothing of it in there.

        An error of ours that was caused by one of the reader's code is shown behind that one.

        Args:
            error: what is to be shown.
            caught: it was just caught. Who asks then shows it instead of raising it, as `%%capture` and older `%%time`
                do. What they ran has failed all the same: a body, which then is shown as failed, or the cell of one.
        """
        if caught and self._shell.bodies:
            self._shell.failed_inside = self._shell.failed_inside or error
            return True
        passed = [_cut(each) for each in list(_family(error))]
        if not (any(passed) or isinstance(error, AssetMagicError)):
            return False
        if caught:
            self._shell.failed_inside = error
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
    """Take the frames of the engine, and of IPython's magics, out of a traceback. Returns whether there were any.

    Where the engine was called by a magic, the frames before it go, too: they say how the shell came to that magic.
    The first one is the shell's own in any case, and stays for the shell to leave out.
    """
    frames = list(_frames(error.__traceback__))
    ours = [_is_ours(frame) for frame in frames]
    if True not in ours:
        return False
    first = ours.index(True)
    says_all = isinstance(error, AssetMagicError)  # who called us learns it from the message
    kept: list[TracebackType] = []
    for index, frame in enumerate(frames):
        if not ours[index] and (index == 0 or not _is_shells(frame)):
            kept.append(frame)
        elif index == first and (says_all or _is_shells(frames[index - 1]) or _is_awaited(frame)):
            del kept[1:]
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
    module = str(trace.tb_frame.f_globals.get("__name__"))
    return trace.tb_frame.f_code.co_filename.startswith(_OURS) or module.partition(".")[0] == _PACKAGE


def _is_shells(trace: TracebackType) -> bool:
    """Whether a frame is of how IPython runs cells and magics, and not of what it offers besides."""
    return str(trace.tb_frame.f_globals.get("__name__")).startswith(_SHELLS)


def _is_awaited(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_name in _AWAITED
