"""A user who runs what was edited and does what the statuses ask for, while a judge looks over their shoulder."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from oracle.book import module_text
from oracle.cells import ASSET_NAMES, MUTABLE
from oracle.kernel import Cells, Files, NewKernels, Outcome, outcomes
from oracle.probe import Watch, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from notebook_user import Notebook, Ran

    from oracle.book import Book
    from oracle.cells import Cell

CELL_TO_RUN = re.compile(r"(\w+) was computed in|(\w+) is left over from|In\[(\d+)\] ran again|upstream (\w+) is not")
KEPT = 5


class Author:
    """Works at a notebook.

    Args:
        nb: the live notebook.
        book: the same on paper.
        ids: whether cells are sent with an id, as JupyterLab does and nbclient does not.
        kernels: where notebooks are run from the top.

    Attributes:
        page: the text of each cell as it was last run.
        actions: what was done, counted.
    """

    def __init__(self, nb: Notebook, book: Book, *, ids: bool, kernels: NewKernels) -> None:
        self.nb, self.book, self.ids = nb, book, ids
        self.page: dict[str, str] = {}
        self.actions: Counter[str] = Counter()
        self._kernels = kernels
        self._source = "1"
        self._binds: dict[str, set[tuple[str, bool]]] = {}
        self._failed: set[str] = set()
        self._meant: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._made_from: dict[str, object] = {}
        self._running: dict[str, object] = {}
        self._again: list[str] = []
        self._had_value: set[str] = set()
        self.forced: set[str] = set()
        Watch.ran = self._saw_run
        self.write_source("1")
        self.write_module()

    # Running cells

    def run(self, *cells: Cell) -> None:
        """Run cells as they are written now, and what an author knows to run after them."""
        done: set[str] = set()
        for cell in cells:
            if cell.id in done:
                continue
            if cell.id == "grow" and not self.ids:
                cell = self.book.cells["k"]  # without ids nobody can see that it ran twice
            forgotten = not self.ids and cell.is_asset and (cell.name, True) not in self._binds.get(cell.id, ())
            ran = self._run(cell)
            if forgotten:  # with its checks
                done |= self._run_again(check for check in self.book.of("check") if check.deps[0] == cell.name)
            if cell.id == "k" or (cell.is_plain and not self.ids):
                done |= self._run_below(cell)
            if cell.is_asset and ran.ok and cell.style != "optional":
                self._is_up_to_date(cell)

    def _is_up_to_date(self, cell: Cell) -> None:
        """An asset's cell that ran without an error has brought it up to date, but for plain cells that are to run."""
        for name in cell.names:
            reasons = self.nb.all_causes(name)
            named = any("In[" in reason for reason in reasons)
            skipped = any(
                "gave no value" in reason for up in self.nb.assets[name].upstream for reason in self.nb.causes(up)
            )
            assert not reasons or named or skipped, f"{name} ran and is not fresh: {reasons}"

    def _run(self, cell: Cell) -> Ran:
        text = cell.source()
        binds = set() if cell.unbound else {(name, cell.is_asset) for name in cell.names}
        if not self.ids:
            kept = set() if cell.is_plain and cell.kind != "fixed" else binds  # it may fail, or not come to it
            self._let_go(self._binds.get(cell.id, set()) - kept)
        self._binds[cell.id] = binds
        self.page[cell.id] = text
        # A decorator counts as it was when its function was defined, and not after that.
        self._meant[cell.id] = text.replace("@twice", self.page.get("twice", "").replace("twice", "decorated"))
        ran = self.scratch(text, cell.id if self.ids else None)
        self._numbers[cell.id] = ran.number
        (self._failed.discard if ran.ok else self._failed.add)(cell.id)
        return ran

    def _run_below(self, cell: Cell) -> set[str]:
        """A cell without an id is a new one each time, so what it changed is not seen in cells that ran before."""
        below = self.book.below(cell)
        return self._run_again(one for one in below if (one.id == "grow" if self.ids else one.is_plain))

    def _run_again(self, cells: Iterable[Cell]) -> set[str]:
        again = [cell for cell in cells if cell.id in self.page]
        for cell in again:
            self._run(cell)
        return {cell.id for cell in again}

    def _let_go(self, bound: set[tuple[str, bool]]) -> None:
        """Tell the kernel what a cell does not make any more: without ids it cannot know."""
        for name, asset in sorted(bound):
            if asset and name in self.nb.assets:
                self.scratch(f"%forget {name}")
            elif not asset and self.nb.bound(name):
                self.scratch(f"del {name}")

    def scratch(self, text: str, id: str | None = "scratch") -> Ran:
        """Run a cell that does not stay on the page."""
        ran = self.nb.run(text, id if self.ids else None)
        self._note_runs()
        return ran

    def delete(self, cell: Cell) -> None:
        """Delete a cell, and tell the kernel."""
        del self.book.cells[cell.id]
        if self.page.pop(cell.id, None) is not None:
            self._failed.discard(cell.id)
            self._let_go(self._binds.pop(cell.id))

    # The world

    def write_source(self, text: str) -> None:
        """Give the source file another content."""
        self._source = text
        Path("src.txt").write_text(text)

    def write_module(self) -> None:
        """Give the local module its present text; its time stamps have whole seconds, so no bytecode is kept."""
        Path("tools.py").write_text(module_text(self.book))

    def touch(self) -> None:
        """Give the source file another time."""
        times = os.stat("src.txt").st_mtime + 5
        os.utime("src.txt", (times, times))

    # What ran, and whether it had to

    def _saw_run(self, name: str, *read: object) -> None:
        cell = self.book.cells[name]
        reach = self.page.get(name, "") + (" Box" if any(type(value).__name__ == "Box" for value in read) else "")
        made_from = (self._behind(reach), [shown(value) for value in read], self._deps(cell))
        if name in self._made_from and self._made_from[name] == made_from and not self.forced.intersection(cell.names):
            self._again.append(name)
        self._running[name] = made_from

    def _behind(self, text: str) -> str:
        """All code that ``text`` can reach, and the values that this code reads."""
        found: dict[str, str] = {"": "".join(text.split())}
        work = [text]
        variables = self.nb.shell.user_ns
        cells = self.book.cells | {name: cell for cell in self.book.of("asset") for name in cell.names}
        while work:
            for name in re.findall(r"\b[a-zA-Z]\w*\b", work.pop()):
                cell = cells.get(name)
                if cell is None or name in found:
                    continue
                if name == "tools":
                    found[name] = module_text(self.book)
                elif cell.id in ("src",):
                    found[name] = self._source
                elif (cell.kind == "fixed" and not cell.settable) or cell.kind == "helper":
                    found[name] = self._meant.get(cell.id, "")
                    work.append(found[name])
                elif name in variables:
                    found[name] = f"{shown(variables[name])} {self._kind(name)}"
                    work.append(" Box" if type(variables[name]).__name__ == "Box" else "")  # its version has its code
        return repr(found)

    def _deps(self, cell: Cell) -> list[str]:
        """The assets that a cell depends on, those that it only names in ``deps=`` at their versions."""
        assets = [f"{name} {self._kind(name)}" for name in cell.formula.reads(ASSET_NAMES)]
        past = {dep: self.nb.assets[dep].history for dep in cell.deps if dep in self.nb.assets}
        return [*assets, *(f"{dep} {events[0].data_version if events else None}" for dep, events in past.items())]

    def _kind(self, name: str) -> str:
        """What the version of a value is made of: a variable and an asset of one value are not the same input."""
        stated = any(
            "DataVersion(" in self.page.get(cell.id, "") for cell in self.book.of("asset") if name in cell.names
        )
        return f"asset, stated: {stated}" if name in self.nb.assets else "variable"

    def _note_runs(self) -> None:
        """After a cell: what ran to its end is what the next run is compared with."""
        for name, made_from in self._running.items():
            cell = self.book.cells.get(name)
            if cell is not None and cell.is_asset and all(self._succeeded(one) for one in cell.names):
                self._made_from[name] = made_from
            else:
                self._made_from.pop(name, None)
        self._running.clear()
        again, self._again = self._again, []
        assert not again, f"{again} ran, and nothing that it reads had changed"

    def _succeeded(self, name: str) -> bool:
        return name in self.nb.assets and self.nb.last_run(name) == "success"

    def forget_runs(self) -> None:
        """The kernel knows nothing of what ran."""
        self._made_from.clear()
        self._had_value.clear()

    def restarted(self, nb: Notebook) -> None:
        """Go on at a new kernel, in which nothing has run yet."""
        self.nb = nb
        self.page.clear()
        self._binds.clear()
        self._failed.clear()
        self._numbers.clear()
        self.forget_runs()

    # The judge

    def judge(self) -> None:
        """What is fresh has the value of a new kernel, and what is not says why; no value is lost."""
        here = outcomes(self.nb)
        compare(here, self.new_kernel(), complete=False)
        has_value = {name for name, one in here.items() if one.status != "missing"}
        lost = [name for name in self._had_value & here.keys() - has_value if not self.withheld(name)]
        assert not lost, f"{lost} had a value, and it is gone"
        self._had_value = has_value

    def withheld(self, name: str) -> bool:
        """Whether an asset has no value on purpose."""
        return "its code gave no value" in self.nb.causes(name)

    def judge_all(self) -> None:
        """Right after everything was materialized, what is fresh in a new kernel is fresh or names a cell to run."""
        here, there = outcomes(self.nb), self.new_kernel()
        compare(here, there, complete=True)
        for name, clean in there.items():
            reasons = self.nb.all_causes(name) if name in here and here[name].status != "fresh" else []
            if clean.status == "fresh" and reasons:
                asked = any(CELL_TO_RUN.search(reason) or "In[" in reason for reason in reasons)
                assert asked or self._failed, (
                    f"{name} is fresh in a new kernel; {here[name]}, and it names no cell to run"
                )

    def new_kernel(self) -> dict[str, Outcome]:
        """How the cells of the page end in a new kernel."""
        cells: Cells = tuple((id if self.ids else None, self.page[id]) for id in self.book.cells if id in self.page)
        files: Files = (("src.txt", self._source), ("tools.py", Path("tools.py").read_text()))
        return self._kernels.run(cells, files)

    # Doing what the statuses ask for

    def mend_plain_cells(self) -> bool:
        """Run again the plain cells that statuses ask for, and those whose latest run failed."""
        reasons = "\n".join(reason for name in self.nb.statuses() for reason in self.nb.all_causes(name))
        asked = {name for groups in CELL_TO_RUN.findall(reasons) for name in groups if name}
        numbers = {int(number) for number in re.findall(r"In\[(\d+)\]", reasons)}
        outdated = [
            cell
            for cell in self.book.cells.values()
            if (cell.is_plain or cell.kind == "check") and cell.id in self.page
            if cell.name in asked or cell.id in self._failed or self._numbers.get(cell.id) in numbers
        ]
        self.run(*outdated)
        self._delete_what_is_left_over()
        return bool(outdated)

    def _delete_what_is_left_over(self) -> None:
        """Delete variables that their cells do not bind any more, also now that they have run again."""
        reasons = "\n".join(reason for name in self.nb.statuses() for reason in self.nb.all_causes(name))
        for name in set(re.findall(r"(\w+) is left over from", reasons)):
            self.scratch(f"del {name}")

    def settle(self) -> None:
        """Materialize and run the plain cells that statuses ask for, until nothing changes."""
        before = None
        for _ in range(2 * len(self.book.cells)):
            self.scratch("%materialize")
            if not self.mend_plain_cells() or before == (before := self._state()):
                break
        self.scratch("%materialize")

    def _state(self) -> str:
        shown = {name: (status, self.nb.causes(name)) for name, status in self.nb.statuses().items()}
        return re.sub(r"In\[\d+\]", "In[]", repr(shown))


def compare(here: dict[str, Outcome], there: dict[str, Outcome], *, complete: bool) -> None:
    """What is fresh here is fresh in a new kernel with the same value and verdicts; the rest has a cause.

    Right after everything was materialized the verdicts are ``complete``.
    """
    for name, mine in here.items():
        if mine.status != "fresh":
            assert mine.causes, f"{name} is {mine.status}, and nothing says why"
            continue
        clean = there.get(name)
        assert clean is not None, f"{name} is fresh here, and a new kernel does not know it"
        assert clean.status == "fresh", f"{name} is fresh here, and in a new kernel {clean.status}: {clean.causes}"
        assert mine.value == clean.value, f"{name} is fresh with another value than in a new kernel"
        told, true = set(mine.checks), set(clean.checks)
        assert told <= true, f"{name} is fresh with other verdicts than in a new kernel"
        assert told == true or not complete, f"{name} was materialized without the verdicts {true - told}"


def compare_settled(here: dict[str, Outcome], there: dict[str, Outcome]) -> None:
    """The two kernels know the same assets, and the same of them are fresh."""
    assert set(here) == set(there)
    compare(here, there, complete=True)
    for name, clean in there.items():
        assert clean.status != "fresh" or here[name].status == "fresh", f"{name} is fresh in a new kernel; {here[name]}"


def can_change(cell: Cell) -> bool:
    """Whether the value of an asset's cell can be changed in place."""
    return cell.gives in MUTABLE
