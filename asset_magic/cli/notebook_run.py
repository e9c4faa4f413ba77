"""Running the cells of a notebook, then its assets; what is run has been decided before."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asset_magic.cli.report import Progress, brief, error_text
from asset_magic.cli.shell import NotebookShell, collected
from asset_magic.model.errors import AssetMagicError, UpstreamError
from asset_magic.run.execute import drive
from asset_magic.run.report import Outcome, RunReport
from asset_magic.session.live import current_runner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asset_magic.cli.cell_text import CellText
    from asset_magic.cli.outputs import Output
    from asset_magic.cli.prescan import Decision
    from asset_magic.model.keys import AssetKey
    from asset_magic.model.records import Provenance

_NOTICE = "asset_magic: "
_EXPECTS_ERROR, _LEAVE_OUT = "raises-exception", "skip-execution"  # tags that Jupyter's own tools know


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell: its node in the notebook, what reading it told, and what is to become of it."""

    node: Any
    text: CellText
    decision: Decision

    @property
    def tags(self) -> Sequence[str]:
        """The tags that the author gave it."""
        tags: Sequence[str] = self.node.metadata.get("tags", ())
        return tags


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a cell.

    Attributes:
        cell: the cell.
        outputs: what it showed.
        number: its execution count; None if it did not run.
        error: what it raised, unless its tags say that it would.
    """

    cell: CodeCell
    outputs: Sequence[Output] = ()
    number: int | None = None
    error: BaseException | None = None


class NotebookRun:
    """One run of a notebook.

    Args:
        shell: the shell to run it in.
        progress: is told of each cell and asset.
    """

    def __init__(self, shell: NotebookShell, progress: Progress) -> None:
        self._shell = shell
        self._progress = progress
        self._failed_with: dict[AssetKey, Provenance] = {}

    def run_cells(self, cells: Iterable[CodeCell]) -> list[Ran]:
        """Run each cell in order. An error ends its cell, not the run.

        Raises:
            KeyboardInterrupt: the user wants no more.
        """
        cells = list(cells)
        total = sum(bool(cell.node.source.strip()) for cell in cells)
        done: list[Ran] = []
        number = 0
        for cell in cells:
            if cell.node.source.strip():
                number += 1
                done.append(self._run_cell(cell, f"[{number}/{total}]"))
            else:
                done.append(Ran(cell))
        return done

    def _run_cell(self, cell: CodeCell, place: str) -> Ran:
        text, label = cell.decision.text, cell.text.label
        if text is None or _LEAVE_OUT in cell.tags:
            self._progress.end(place, label, f"skipped: {cell.decision.reason or _LEAVE_OUT}")
            return Ran(cell)
        self._progress.begin(place, label)
        outputs = self._shell.collector.begin()
        number = self._shell.execution_count
        started = time.perf_counter()
        with collected(self._shell):
            result = self._shell.run_cell(text, store_history=True, cell_id=cell.node.get("id"))
        error = result.error_before_exec or result.error_in_exec
        if isinstance(error, KeyboardInterrupt):
            raise error
        expected = _EXPECTS_ERROR in cell.tags
        shown = None if expected else error
        seconds = f"{time.perf_counter() - started:.2f} s"
        self._progress.end(place, label, cell.decision.reason or _state(shown, seconds))
        self._tell(outputs, shown)
        self._note_failures()
        return Ran(cell, outputs, number, shown)

    def materialize(self, wanted: Sequence[AssetKey]) -> RunReport:
        """Bring ``wanted`` up to date.

        An asset that failed in its cell is not tried again unless something that it is made from is another by now.
        """
        runner = current_runner()
        session = runner.session
        session.refresh()
        keys = [key for key in wanted if key in runner.graph]
        hopeless = [key for key, made_from in self._failed_with.items() if self._fails_again(key, made_from)]
        out_of_reach = runner.graph.descendants(hopeless)
        keys = [key for key in keys if key not in out_of_reach]
        outputs = self._shell.collector.begin()
        with session.lock, collected(self._shell):
            work = runner.materialize(keys, progress=self._step)
            if runner.awaits(runner.plan(keys)):
                # Connections and tasks of the cells belong to the loop that these ran in.
                report: RunReport = self._shell.loop_runner(work)
            else:
                report = drive(work, awaits=False)
        self._tell(outputs, None)
        for error in {id(o.error): o.error for o in report.outcomes.values() if o.error is not None}.values():
            self._progress.say(error_text(self._shell, error))
        return report

    def _fails_again(self, key: AssetKey, made_from: Provenance) -> bool:
        session = current_runner().session
        return key in session.graph and session.last_run.get(key) == "failed" and session.provenance(key) == made_from

    def _note_failures(self) -> None:
        session = current_runner().session
        for key, last in session.last_run.items():
            if last == "failed" and key in session.graph:
                self._failed_with[key] = session.provenance(key)

    def _step(self, key: AssetKey, outcome: Outcome | None, number: int, total: int) -> None:
        place = f"[{number}/{total}]"
        if outcome is None:
            self._progress.begin(place, str(key))
        elif outcome.ok:
            self._progress.end(place, str(key), f"{outcome.duration:.2f} s")
        else:
            self._progress.end(place, str(key), f"{outcome.state}: {outcome.reason}")

    def _tell(self, outputs: Iterable[Output], error: BaseException | None) -> None:
        """Pass on what the engine has to say, and the error of a cell."""
        for output in outputs:
            if output.get("name") == "stderr":
                for line in output["text"].splitlines():
                    if line.startswith(_NOTICE):
                        self._progress.say(line)
        said = isinstance(error, AssetMagicError) and "\n" not in str(error)  # the line of the cell says it all
        if error is not None and not said and not isinstance(error, UpstreamError):
            self._progress.say(error_text(self._shell, error))


def _state(error: BaseException | None, seconds: str) -> str:
    if error is None:
        return seconds
    return f"skipped: {error}" if isinstance(error, UpstreamError) else f"failed: {brief(error)}"
