"""The state machine: a random notebook, and random things that people do with it."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections import Counter
from typing import TYPE_CHECKING, ClassVar
from unittest import mock

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from notebook_user import Notebook

from oracle.author import Author, compare_settled
from oracle.book import EDITS, Book, Edits, drafts, plans
from oracle.kernel import NewKernels, outcomes
from oracle.probe import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from oracle.book import Draft, Planned
    from oracle.cells import Cell

picks = st.integers(0, 15)
KEYS = tempfile.TemporaryDirectory(prefix="jupyter-data")
CHANGES_IN_PLACE = {
    "directly": "probe.spoil({name})",
    "by an alias": "alias = {name}\nprobe.spoil(alias)",
    "by a function": "def spoil_it(x):\n    probe.spoil(x)\nspoil_it({name})",
    "by a view": "view = {name}[:] if hasattr({name}, 'dtype') else {name}\nprobe.spoil(view)",
    "by a part": "parts = [{name}]\nprobe.spoil(parts[0])",
    "and fails": "probe.spoil({name})\nraise ValueError('after a change in place')",
}


def _editing(edit: str) -> Callable[..., None]:
    """A rule of its own for each kind of edit, so that all are as likely."""

    def make_edit(self: NotebookMachine, pick: int, draft: Draft) -> None:
        self.did(f"edit {edit}")
        self.author.run(*getattr(Edits(self.book), edit)(pick, draft))

    make_edit.__name__ = f"edit_{edit}"
    return rule(pick=picks, draft=drafts)(make_edit)


class NotebookMachine(RuleBasedStateMachine):
    """A notebook in use. After every action what is shown is compared with a new kernel that runs the same cells.

    Attributes:
        done: the actions of all notebooks, counted, and the notebooks.
    """

    done: ClassVar[Counter[str]] = Counter()
    kernels: ClassVar[NewKernels] = NewKernels()

    @initialize(plan=plans, ids=st.sampled_from([True, True, False]), durable=st.booleans())
    def write(self, plan: list[Planned], ids: bool, durable: bool) -> None:
        """Write a notebook and run it from the top."""
        self._exits = contextlib.ExitStack()
        folder = self._exits.enter_context(tempfile.TemporaryDirectory())
        self._exits.enter_context(contextlib.chdir(folder))
        sys.path.insert(0, folder)
        self._exits.callback(sys.path.remove, folder)
        self._exits.callback(sys.modules.pop, "tools", None)
        bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        self._exits.callback(setattr, sys, "dont_write_bytecode", bytecode)
        home = self._exits.enter_context(tempfile.TemporaryDirectory()) if durable else "memory"
        where = {"ASSET_MAGIC_HOME": home, "JUPYTER_DATA_DIR": KEYS.name, "JPY_SESSION_NAME": f"{folder}/book.ipynb"}
        self._exits.enter_context(mock.patch.dict(os.environ, where))
        self.durable = durable
        self.nb = self._exits.enter_context(Notebook())
        self.book = Book(plan)
        self.author = Author(self.nb, self.book, ids=ids, kernels=self.kernels)
        self.did("notebook")
        self.author.run(*self.book.cells.values())

    def did(self, what: str) -> None:
        """Count an action, and write it into the transcript."""
        self.done[what] += 1
        self.nb.transcript.append(f"-- {what}")

    @invariant()
    def tells_the_truth(self) -> None:
        """At every step, what is shown fresh is what a new kernel gives, and what is not says why."""
        if hasattr(self, "author"):
            self.author.judge()

    def teardown(self) -> None:
        """In the end, an author who does what the statuses ask for has what a new kernel gives."""
        if not hasattr(self, "author"):
            return
        try:
            if sys.exc_info()[0] is None:
                self.did("settle")
                self.author.settle()
                compare_settled(outcomes(self.nb), self.author.new_kernel())
        finally:
            note("\n".join(self.nb.transcript))
            Watch.ran = Watch.left = None
            self._exits.close()

    # Edits

    locals().update({f"edit_{name}": _editing(name) for name in EDITS})

    @rule(pick=picks, form=st.integers(1, 4))
    def edit_form(self, pick: int, form: int) -> None:
        """Write a cell in another form: what was fresh stays fresh, and nothing runs."""
        cell = self.book.pick(pick, "asset", "derived", "helper", "fixed")
        if cell is None or cell.id not in self.author.page or cell.source() != self.author.page[cell.id]:
            return
        self.did("edit form")
        before = self.nb.statuses()
        cell.form += form
        counts = self._runs()
        self.author.run(cell)
        fresh = cell.is_asset and all(before.get(name) == "fresh" for name in cell.names)
        if fresh or cell.kind in ("helper", "derived", "fixed"):
            assert self._runs() == counts, f"the form of {cell.id} changed, and something ran"
        if fresh:
            assert all(self.nb.status(name) == "fresh" for name in cell.names)

    def _runs(self) -> dict[str, int]:
        return {str(key): len(self.nb.assets[key].history) for key in self.nb.assets}

    @rule(pick=picks)
    def rerun(self, pick: int) -> None:
        """Run a cell once more; a fresh asset does not run."""
        cell = list(self.book.cells.values())[pick % len(self.book.cells)]
        self.did("rerun")
        fresh = cell.is_asset and all(self.nb.statuses().get(name) == "fresh" for name in cell.names)
        counts = self._runs()
        unchanged = self.author.page.get(cell.id) == cell.source()
        self.author.run(cell)
        assert not (fresh and unchanged) or self._runs() == counts, f"{cell.id} was fresh, and something ran"

    @rule()
    def run_all(self) -> None:
        """Run all cells from top to bottom."""
        self.did("run all")
        self.author.run(*self.book.cells.values())

    @rule(pick=picks)
    def delete(self, pick: int) -> None:
        """Delete a cell and forget what it made."""
        cell = self.book.pick(pick, "asset", "derived", free=True)
        if cell is not None:
            self.did("delete")
            self.author.delete(cell)

    @rule(pick=picks)
    def forget(self, pick: int) -> None:
        """Forget an asset, and run its cell and its checks again."""
        cell = self.book.pick(pick, "asset")
        if cell is None or not cell.is_asset:
            return
        self.did("forget")
        self.author.scratch(f"%forget {' '.join(cell.names)}")
        self.author.forget_runs()
        checks = [check for check in self.book.of("check") if check.deps[0] == cell.id]
        self.author.run(cell, *checks)

    @rule(pick=picks)
    def cycle(self, pick: int) -> None:
        """Let an asset read one of its own dependents: an error that changes nothing."""
        cell = self.book.pick(pick, "asset")
        below = [name for one in self.book.below(cell) if one.is_asset for name in one.names] if cell else []
        if cell is None or not cell.is_asset or not below or self._differs(cell):
            return
        self.did("cycle")
        before = outcomes(self.nb)
        reads = cell.formula.terms
        cell.formula.terms = [*reads, *(f"probe.size({name})" for name in below)]
        ran = self.author.scratch(cell.source(), cell.id)
        cell.formula.terms = reads
        if type(ran.error).__name__ == "CycleError":
            assert outcomes(self.nb) == before, "a refused cycle changed something"
        self.author.run(cell)

    @rule(pick=picks)
    def slip(self, pick: int) -> None:
        """A slip of the pen: an error that changes nothing."""
        cell = self.book.pick(pick, "asset")
        if cell is None or not cell.is_asset or self._differs(cell):
            return
        self.did("syntax error")
        before = outcomes(self.nb)
        assert not self.author.scratch(f"{cell.source()}\n(", cell.id).ok
        assert outcomes(self.nb) == before, "a cell that cannot be read changed something"

    def _differs(self, cell: Cell) -> bool:
        return self.author.page.get(cell.id) != cell.source()

    # Changes in place, and rebinding

    @rule(pick=picks, how=st.sampled_from(list(CHANGES_IN_PLACE)))
    def change_in_place(self, pick: int, how: str) -> None:
        """Change an asset's value from a cell that does not stay: nothing of it flows on."""
        cell = self.book.pick(pick, "asset")
        if cell is None or not cell.is_asset or not self.nb.bound(cell.name):
            return
        self.did(f"change in place {how}")
        before = self.nb.statuses()
        self.author.scratch(CHANGES_IN_PLACE[how].format(name=cell.name))
        assert self.nb.statuses() == before, f"{cell.name} was changed in place, and statuses changed"

    @rule(pick=picks, how=st.sampled_from(["{name} = -5", "del {name}", "for {name} in range(-9, -1): pass"]))
    def rebind(self, pick: int, how: str) -> None:
        """Bind an asset's variable to something else: assets read what was recorded."""
        cell = self.book.pick(pick, "asset")
        if cell is None or not cell.is_asset or not self.nb.bound(cell.name):
            return
        self.did("rebind")
        before = self.nb.statuses()
        self.author.scratch(how.format(name=cell.name))
        assert self.nb.statuses() == before, f"{cell.name} was rebound, and statuses changed"
        if before[cell.name] == "fresh":
            assert self.nb.flags(cell.name), f"{cell.name} was rebound, and nothing says so"
            self.author.scratch("%materialize")
            self.author.judge()
        self.author.run(cell)

    @rule(pick=picks)
    def look(self, pick: int) -> None:
        """Show an asset in a plain cell: it says so if the asset is stale."""
        cell = self.book.pick(pick, "asset")
        if cell is None or not cell.is_asset or not self.nb.bound(cell.name) or cell.name not in self.nb.assets:
            return
        if any("was rebound" in flag for flag in self.nb.flags(cell.name)):
            return  # its cell failed since, and the variable is the author's
        self.did("look")
        stale = self.nb.status(cell.name) == "stale"
        said = "is stale" in self.author.scratch(f"probe.size({cell.name})").stderr
        assert said or not stale, f"{cell.name} is stale, and was shown without a word"
        assert stale or not said, f"{cell.name} is fresh, and was called stale"

    # The world

    @rule(text=st.sampled_from(["1", "2", "7"]))
    def write_source(self, text: str) -> None:
        """Write the source file."""
        self.did("write source")
        self.author.write_source(text)

    @rule()
    def touch_source(self) -> None:
        """Touch the source file: nothing changes."""
        self.did("touch source")
        before = self.nb.statuses()
        self.author.touch()
        assert self.nb.statuses() == before

    @rule(value=st.integers(0, 3))
    def edit_module(self, value: int) -> None:
        """Edit the local module and reload it."""
        self.did("edit module")
        self.book.module = value
        self.author.write_module()
        self.author.run(self.book.cells["tools"])

    @rule()
    def reload(self) -> None:
        """Unload the extension, load it and run all: it begins afresh."""
        self.did("reload extension")
        self.author.scratch("%unload_ext asset_magic")
        self.author.forget_runs()
        self.author.scratch("%load_ext asset_magic")
        self.author.run(*self.book.cells.values())

    @rule()
    def restart(self) -> None:
        """Restart the kernel and run all: it goes on with what the store has."""
        if not self.durable:
            return
        self.did("restart")
        transcript = self.nb.transcript
        self.nb.close()
        self.nb = self._exits.enter_context(Notebook())
        self.nb.transcript[:0] = transcript
        self.author.restarted(self.nb)
        self.author.run(*self.book.cells.values())

    # Materializing

    @rule()
    def materialize(self) -> None:
        """Bring everything up to date."""
        self.did("materialize")
        self.author.scratch("%materialize")
        self.author.judge_all()

    @rule(
        pick=picks,
        form=st.sampled_from(["{0}", "+{0}", "{0}+", "not {0}", "{0} or {1}", "1+{0}", "status:stale"]),
        option=st.sampled_from(["", "", "--only", "--force", "--only --force", "--dry-run"]),
    )
    def materialize_some(self, pick: int, form: str, option: str) -> None:
        """Bring a selection up to date."""
        names = list(self.nb.statuses())
        selection = form.format(names[pick % len(names)], names[pick * 7 % len(names)])
        self.did("materialize some")
        if "--force" in option:
            self.author.forced = set(names)
        self.author.scratch(f"%materialize {selection} {option}")
        self.author.forced = set()

    @rule(after=st.integers(0, 3))
    def interrupt(self, after: int) -> None:
        """Interrupt a run: what is finished stays, the rest says that it is not."""
        self.did("interrupt")
        Watch.left = after
        self.author.scratch("%materialize")
        Watch.left = None

    @rule()
    def mend(self) -> None:
        """Run the plain cells that statuses ask for."""
        self.did("mend plain cells")
        self.author.mend_plain_cells()
