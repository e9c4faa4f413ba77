"""Plays scenarios at a real IPython shell, and beside it what a new kernel gives for the same cells."""

from __future__ import annotations

import contextlib
import re
import sys
import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from correctness.scenarios.scenario import Expected, Scenario, cell_id, cells_of
from notebook_user import Notebook, Ran

_OTHER_MAGICS = r"(?:%%(?!asset|multi_asset|source_asset)[^\n]*\n)*"
_OWN = re.compile(rf"(?ms)\A({_OTHER_MAGICS}%%(?:asset|multi_asset|source_asset|asset_check)\b[^\n]*\n)")
_MAGICS = "materialize asset assets stale forget lineage load_ext unload_ext reload_ext"
_ASKS = tuple(f"%{magic} " for magic in _MAGICS.split())
_ROUNDS = 5


class User:
    """Who sits at the notebook of a scenario.

    Attributes:
        nb: the notebook; its cells are as the scenario writes them.
        ran: the cells that were run since `ran` was emptied.
    """

    def __init__(self, *, ids: bool = True) -> None:
        self.nb = Notebook()
        self.ids = ids
        self.ran: list[Ran] = []

    def run(self, source: str, id: str | None = None) -> None:
        """Write a cell and run it."""
        source = textwrap.dedent(source).strip("\n")
        id = id or cell_id(source)
        self.nb.cells[id] = source
        ran = self.nb._run(_counted(source), id if self.ids else None)
        self.nb.numbers[id] = ran.number
        self.ran.append(ran)

    def scratch(self, source: str) -> None:
        """Run a cell that is no part of the notebook."""
        self.ran.append(self.nb._run(textwrap.dedent(source).strip("\n"), "scratch" if self.ids else None))

    def do(self, step: Any) -> None:
        """One step of a scenario."""
        if callable(step):
            step(self)
            return
        for cell in cells_of(step):
            (self.scratch if f"{cell} ".startswith(_ASKS) else self.run)(cell)

    def materialize(self) -> None:
        """Run `%materialize` until nothing changes. That something cannot be made is for the statuses to say."""
        for _ in range(_ROUNDS):
            before = self.nb.statuses()
            self.nb.materialize()
            if self.nb.statuses() == before:
                return

    def counts(self) -> dict[str, int]:
        """How often each body has run."""
        return dict(self.nb.counts)


def _counted(source: str) -> str:
    """The cell with a first line in its body that counts its runs; the engine follows no name that a body binds."""
    return _OWN.sub(lambda own: f"{own[1]}import asset_probe; asset_probe.ran({cell_id(source)!r})\n", source, count=1)


@dataclass
class Outcome:
    """How an asset ended."""

    status: str
    value: Any
    causes: list[str]
    checks: dict[str, bool | None]


def play(scenario: Scenario) -> None:
    """Do what the scenario says, in the current folder, and look at everything that it promises."""
    for name, text in scenario.files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(textwrap.dedent(text))
    user = User(ids=scenario.ids)
    try:
        _begin(user, scenario)
        _edit(user, scenario)
        _mend(user, scenario)
        here = outcome(user.nb)
    except AssertionError as error:
        raise AssertionError(f"{error}\n\n" + "\n".join(user.nb.transcript)) from None
    finally:
        user.nb.close()
    _forget_modules()
    clean = User(ids=scenario.ids)
    with contextlib.closing(clean.nb):
        for id, source in user.nb.cells.items():
            clean.run(source, id)
        clean.materialize()
        there = outcome(clean.nb)
        for name in scenario.differs.split():
            mine, theirs = here.pop(name), there.pop(name)
            assert mine.status != theirs.status or not same(mine.value, theirs.value), f"{name} does not differ"
        compare(here, there, varies=scenario.varies.split())


def _begin(user: User, scenario: Scenario) -> None:
    for cell in cells_of(scenario.cells):
        user.run(cell)
    failed = [ran.message for ran in user.ran if not ran.ok]
    meant = scenario.begins.split()
    assert meant or not failed, f"the notebook does not run: {failed}"
    user.materialize() if not meant else None
    standing = {name: status for name, status in user.nb.statuses().items() if status != "fresh"}
    assert set(standing) == set(meant), f"before the edit: {standing}"


def _edit(user: User, scenario: Scenario) -> None:
    nb = user.nb
    user.ran, counts = [], user.counts()
    for step in scenario.steps if isinstance(scenario.steps, tuple) else (scenario.steps,):
        user.do(step)
    assert ran_since(nb, counts) == sorted(scenario.runs.split()), f"these bodies ran: {ran_since(nb, counts)}"
    errors = [f"{type(ran.error).__name__}: {ran.message}" for ran in user.ran if not ran.ok]
    assert all(scenario.error in error for error in errors) if scenario.error else not errors, errors
    assert bool(errors) == bool(scenario.error), "no error"
    said = "\n".join(ran.text for ran in user.ran)
    assert _numbered(nb, scenario.says) in said, f"said: {said}"
    for name, text in scenario.then.items():
        if text == "gone":
            assert name not in nb.statuses(), f"{name} is still there"
        else:
            _stands(nb, name, Expected.of(text))
    for name, flag in scenario.flags.items():
        assert _numbered(nb, flag) in nb.flags(name), f"flags of {name}: {nb.flags(name)}"
    others = {name: (status, nb.causes(name)) for name, status in nb.statuses().items() if name not in scenario.then}
    assert all(status == "fresh" for status, _ in others.values()), f"not fresh: {others}"


def _stands(nb: Notebook, name: str, expected: Expected) -> None:
    reasons = nb.all_causes(name)
    assert nb.status(name) == expected.status, f"{name} is {nb.status(name)}: {reasons}"
    if expected.category:
        assert expected.category in nb.categories(name), f"{name} is {nb.status(name)}: {nb.assets[name].stale_causes}"
    reason = _numbered(nb, expected.reason)
    assert any(reason in told for told in reasons) or not reason, f"{name}: {reason!r} is not in {reasons}"
    assert bool(reasons) == (expected.status != "fresh"), f"{name} is {expected.status}, and the causes are {reasons}"


def _mend(user: User, scenario: Scenario) -> None:
    """Bring all up to date, as the statuses ask."""
    nb, counts = user.nb, user.counts()
    stale = [name for name, status in nb.statuses().items() if status != "fresh"]
    user.materialize()
    again = stale if scenario.again is None else scenario.again.split()
    assert set(ran_since(nb, counts)) == set(again), f"%materialize ran {ran_since(nb, counts)}"
    for id in scenario.mend.split():
        user.run(nb.cells[id], id)
    user.materialize()
    for name, value in scenario.gives.items():
        assert same(nb.value(name), value), f"{name} is {nb.value(name)!r}"


def ran_since(nb: Notebook, before: dict[str, int]) -> list[str]:
    """The bodies that have run since ``before``, each as often as it ran."""
    return sorted(name for name, count in nb.counts.items() for _ in range(count - before.get(name, 0)))


def _numbered(nb: Notebook, text: str) -> str:
    """``text`` with the numbers that the page shows in place of the names of cells."""
    return re.sub(r"In\[(\w*[^\W\d]\w*)\]", lambda found: f"In[{nb.numbers[found[1]]}]", text)


def outcome(nb: Notebook) -> dict[str, Outcome]:
    """How each asset of a notebook ended."""
    return {
        name: Outcome(status, nb.value(name) if status == "fresh" else None, nb.causes(name), nb.checks(name))
        for name, status in nb.statuses().items()
    }


def compare(here: dict[str, Outcome], clean: dict[str, Outcome], varies: Collection[str]) -> None:
    """The same assets, the same of them fresh, with the same values and verdicts."""
    assert set(here) == set(clean), f"assets here {sorted(here)}, in a new kernel {sorted(clean)}"
    for name, mine in here.items():
        theirs = clean[name]
        said = f"{name} is {mine.status} {mine.causes}, in a new kernel {theirs.status} {theirs.causes}"
        assert (mine.status == "fresh") == (theirs.status == "fresh"), said
        said = f"{name} is {mine.value!r}, in a new kernel {theirs.value!r}"
        assert name in varies or same(mine.value, theirs.value), said
        if mine.status == "fresh":
            assert mine.checks == theirs.checks, f"checks of {name}: {mine.checks}, in a new kernel {theirs.checks}"


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, tables and objects of the notebook's own classes included."""
    if hasattr(one, "equals"):
        return bool(one.equals(other))
    if hasattr(one, "tobytes"):
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    if type(one).__module__ == "__main__" and type(one).__eq__ is object.__eq__:
        return type(one).__qualname__ == type(other).__qualname__ and same(vars(one), vars(other))
    return bool(one == other)


def _forget_modules() -> None:
    """A new kernel imports the modules beside the notebook anew."""
    here = str(Path.cwd())
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(here):
            del sys.modules[name]
