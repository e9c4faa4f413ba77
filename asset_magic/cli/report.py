"""What the command says: progress and errors while it runs, and how everything stands in the end."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import IPython

from asset_magic.model.errors import (
    AssetMagicError,
    BlockingCheckFailed,
    MaterializationError,
    UpstreamError,
)
from asset_magic.model.records import AssetStatus
from asset_magic.page.table import assets_table
from asset_magic.page.text import shorten
from asset_magic.run.report import one_line
from asset_magic.session import inspect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from asset_magic.cli.notebook_run import Ran
    from asset_magic.cli.shell import NotebookShell
    from asset_magic.model.keys import AssetKey
    from asset_magic.session.runner import Runner

_OURS = str(Path(__file__).parents[1])
_IPYTHON = str(Path(IPython.__file__).parent)
_WIDTH = 100
_OF_ASSETS = (BlockingCheckFailed, MaterializationError, UpstreamError)


class Progress:
    """One line for each cell and asset; on a terminal it is there from when the work begins.

    Args:
        stream: where to write.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()

    def begin(self, place: str, label: str) -> None:
        """Tell that something begins."""
        if self._terminal:
            self._write(f"{place} {shorten(label, _WIDTH // 2)} …")

    def end(self, place: str, label: str, state: str) -> None:
        """Tell how something ended, or how long it took."""
        self.say(f"{place} {shorten(label, _WIDTH // 2)}  {shorten(state, _WIDTH)}")

    def say(self, text: str) -> None:
        """Write a line of its own."""
        self._write(("\r\x1b[2K" if self._terminal else "") + text + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def error_text(shell: NotebookShell, error: BaseException) -> str:
    """An error with the lines of the cells that it came through, and the place where it was raised."""
    if isinstance(error, (AssetMagicError, SyntaxError)):
        return _indented(_without_file(error))
    lines = []
    frames = traceback.extract_tb(error.__traceback__)
    for number, frame in enumerate(frames):
        known = shell.compile.format_code_name(frame.filename)
        last = number == len(frames) - 1
        if known is None and (not last or frame.filename.startswith((_OURS, _IPYTHON))):
            continue
        where = " ".join(known) if known is not None else f"File {frame.filename}"
        inside = "" if frame.name.startswith("<") else f", in {frame.name}"
        lines.append(f"{where}, line {frame.lineno}{inside}")
        source = linecache.getline(frame.filename, frame.lineno or 0).strip()
        lines += [f"    {source}"] if source else []
    shown = "".join(traceback.format_exception_only(error)).rstrip("\n")
    return _indented("\n".join([*lines, shown]))


def brief(error: BaseException) -> str:
    """An error in one line; a syntax error without the name that IPython gives to the text of a cell."""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg} (line {error.lineno})"
    return one_line(error)


def failures(runner: Runner, keys: Iterable[AssetKey], ran: Iterable[Ran]) -> list[str]:
    """What went wrong, a line each; empty if nothing did.

    An error about assets counts by how these stand in the end: a later cell may have brought what they lacked.
    """
    session = runner.session
    keys = list(keys)
    lines = []
    for key in keys:
        if key in session.withheld:
            continue
        status, last = session.status(key), session.last_run.get(key)
        if last == "failed" or (status is not AssetStatus.FRESH and last == "skipped"):
            error = session.errors.get(key, "")
            lines.append(f"{key} {last}: {one_line(error) if isinstance(error, BaseException) else error}")
        elif status is AssetStatus.MISSING:
            lines.append(f"{key} is missing: {'; '.join(cause.reason for cause in session.causes(key))}")
    for key in keys:
        for check in runner.graph.checks.get(key, {}).values():
            verdict = runner.checks.verdict(check)
            if verdict is not None and verdict.blocks:
                lines.append(f"the blocking check {check.spec.name} of {key} did not pass")
    known = set(keys)
    for done in ran:
        if done.error is not None and not _covered(done, known):
            lines.append(f"In[{done.number}] {done.cell.text.label}: {brief(done.error)}")
    return lines


def final_report(runner: Runner, keys: Sequence[AssetKey], ran: Sequence[Ran], wrong: Sequence[str]) -> str:
    """The table of the assets, what went wrong, and the cells that were left out."""
    runner.session.refresh()
    parts = [assets_table([inspect.view(runner, key) for key in keys])["text/plain"]]
    if wrong:
        parts.append("\n".join(["failures:", *(f"  {line}" for line in wrong)]))
    left_out = [done.cell for done in ran if done.number is None and done.cell.decision.text is None]
    plain = [cell for cell in left_out if cell.decision.reason != "not selected"]
    if plain:
        parts.append("\n".join(["skipped cells:", *(f"  {c.text.label}  ({c.decision.reason})" for c in plain)]))
    return "\n\n".join(parts)


def _covered(done: Ran, keys: Collection[AssetKey]) -> bool:
    """Whether the assets of a cell say what became of it."""
    if isinstance(done.error, _OF_ASSETS):
        return True
    made = [key for definition in done.cell.text.definitions for key in definition.keys]
    return done.cell.text.kind != "plain" and bool(made) and all(key in keys for key in made)


def _without_file(error: BaseException) -> str:
    lines = [line for line in traceback.format_exception_only(error) if not line.lstrip().startswith("File ")]
    text = "".join(lines).rstrip("\n")
    return text if isinstance(error, SyntaxError) else f"{type(error).__name__}: {error}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
