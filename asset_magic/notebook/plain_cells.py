"""The cells of a notebook as they come and go: which one runs, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey
from asset_magic.notebook.between import Between
from asset_magic.notebook.shell import Shell
from asset_magic.reading.cells import read_cell
from asset_magic.reading.names import words_in
from asset_magic.session.plain_cell import PlainCell
from asset_magic.session.runner import Runner
from asset_magic.session.session import Session
from asset_magic.session.unnamed import kept_to_itself, looked_for
from asset_magic.session.variables import CellId, Reading

OWN_CELLS = ("%%asset ", "%%multi_asset ", "%%asset_check ", "%%source_asset ")


@dataclass(slots=True)
class Running:
    """A cell between its begin and its end: an asset's own, or a plain one if its text is Python."""

    ref: CellRef
    raw: str
    own: bool
    raw_count: int
    plain: PlainCell | None = None


class PlainCells:
    """Listens to the cells of a notebook.

    Attributes:
        ended: told of each cell when all of this has been done.
    """

    def __init__(self, shell: Shell, runner: Runner) -> None:
        self._shell = shell
        self._runner = runner
        self._session: Session = runner.session
        self._stack: list[Running | None] = []
        self._between = Between()
        self._numbers = count(1)
        self.ended: Callable[[CellRef], None] = lambda ref: None

    @property
    def raw(self) -> str:
        """The text of the cell that runs now."""
        return next((cell.raw for cell in self._stack if cell is not None), "")

    @property
    def ref(self) -> CellRef:
        """The cell that runs now."""
        return self._session.cells.ref or CellRef(None, self._shell.number)

    @property
    def running(self) -> bool:
        """Whether a cell runs now."""
        return bool(self._stack)

    def begin(self, info: Any) -> None:
        """IPython's ``pre_run_cell``."""
        if self._stack:  # %%capture and the like run their body as a cell of its own: it is part of the outer one
            self._stack.append(None)
            if self._shell.bodies:
                self._shell.cell_begins_inside()
            return
        raw_count = self._shell.raw_count
        ref = CellRef(getattr(info, "cell_id", None), self._shell.number_of(raw_count))
        identity = ref.id if ref.id is not None else ("run", next(self._numbers))
        raw = info.raw_cell or ""
        cell = Running(ref, raw, raw.lstrip().startswith(OWN_CELLS), raw_count)
        self._stack.append(cell)
        self._session.cells.begin(ref)
        self._session.suspects.pass_time()
        if self._between.anything_ran():
            self._session.namespace.advance()
        if cell.own:
            self._leave_over(identity, ref)
        else:
            cell.plain = self._plain(ref, identity, raw, info)
            if cell.plain is not None:
                cell.plain.begin()

    def ran_outside(self) -> None:
        """IPython's ``post_execute``, which kernels trigger for the callbacks of widgets, too."""
        if not self._stack:
            self._session.namespace.advance()
            self._session.suspects.pass_time()

    def end(self, result: Any) -> None:
        """IPython's ``post_run_cell``."""
        if not self._stack:  # the cell that loaded the extension began before it
            self._shell.count_of(result, self._shell.raw_count_at_load)
            return
        cell = self._stack.pop()
        if cell is None or self._stack:
            self._ended_inside(result)
            return
        self._take_over_failure(result)
        self._shell.count_of(result, cell.raw_count)
        error = result.error_before_exec or result.error_in_exec
        if result.error_before_exec is None:
            if cell.plain is not None:
                cell.plain.end(failed=error is not None)
            self._hint(cell, result.error_in_exec)
        elif cell.plain is not None:
            cell.plain.undo()
        # A cell of decorated functions may have failed before it came to them all, so it keeps what it made before.
        decorates = "asset" in cell.raw and cell.plain is not None
        self._session.cells.end(result.error_before_exec is None and (error is None or not decorates))
        self._between.cell_ended()
        self.ended(cell.ref)

    def _leave_over(self, identity: CellId, ref: CellRef) -> None:
        """What the cell bound when it was a plain one is left over, and its asset may read it."""
        variables = self._session.variables
        variables.ran(identity, ref)
        if variables.results(identity):
            variables.bound(Reading(identity, ""), {})
            self._session.namespace.advance()

    def _ended_inside(self, result: Any) -> None:
        """A cell inside of the running one has ended; if it was no Python, the shell only shows that."""
        if self._shell.bodies:
            self._shell.cell_ends_inside()
            self._shell.failed_inside = result.error_before_exec or self._shell.failed_inside

    def _take_over_failure(self, result: Any) -> None:
        """A cell of an asset that failed under `%%capture` and the like has failed, so that what runs cells stops."""
        error, self._shell.failed_inside = self._shell.failed_inside, None
        if error is not None and result.success:
            result.error_in_exec = error

    def _plain(self, ref: CellRef, identity: CellId, raw: str, info: Any) -> PlainCell | None:
        read = read_cell(raw) or read_cell(self._transformed(info))
        return PlainCell(self._session, ref, identity, raw, read, self._numbers) if read is not None else None

    def _transformed(self, info: Any) -> str:
        """The cell as Python; older versions of IPython do not pass it."""
        passed: str | None = getattr(info, "transformed_cell", None)
        if passed is not None:
            return passed
        try:
            return self._shell.transform(info.raw_cell)
        except SyntaxError:
            return str(info.raw_cell)

    def _how_to_bind(self, key: AssetKey) -> str:
        """What the reader can do about the variable of an asset that is not there."""
        current = self._session.values.get(key)
        if current is None:
            return f"the asset {key} has no value yet: %materialize {key} makes it"
        if self._session.elsewhere.origin(key):
            return f"{key} is made by another notebook and bound to no variable here: use assets[{str(key)!r}].value"
        who = current.deleted_by
        return f"the variable of {key} was deleted{f' by {who}' if who else ''}: run the cell of {key} to bind it again"

    def _hint(self, cell: Running, error: BaseException | None) -> None:
        """Tell where a name stayed that a plain cell looked for in vain."""
        if error is None or cell.own:
            return
        graph = self._runner.graph
        for name in looked_for(error, words_in(cell.raw)):
            if name in graph.variables:
                self._session.notify(self._how_to_bind(graph.variables[name]))
                return
            if where := kept_to_itself(name, graph):
                self._session.notify(where)
                return
