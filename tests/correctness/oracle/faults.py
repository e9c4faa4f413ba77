"""Faults to put into the engine on purpose, each of which the oracle has to find."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from asset_magic.graph.graph import Graph
from asset_magic.graph.staleness import Freshness
from asset_magic.notebook.plain_cells import PlainCells
from asset_magic.session import runner, variables
from asset_magic.session.checks import Checks
from asset_magic.session.files import Files
from asset_magic.session.lending import Lending
from asset_magic.session.namespace import Namespace
from asset_magic.session.present import Present
from asset_magic.session.runner import Runner
from asset_magic.session.values import Values
from asset_magic.session.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}
"""What each breaks, by what it does."""


def _fault(inject: Callable[[pytest.MonkeyPatch], None]) -> Callable[[pytest.MonkeyPatch], None]:
    FAULTS[(inject.__doc__ or "").rstrip(".")] = inject
    return inject


@_fault
def _early_cutoff_off(patch: pytest.MonkeyPatch) -> None:
    """An upstream that ran again counts as changed, whatever it gave."""
    numbers, original = count(), runner.data_version
    patch.setattr(runner, "data_version", lambda *given: (f"run:{next(numbers)}", original(*given)[1]))


@_fault
def _helpers_one_level_deep(patch: pytest.MonkeyPatch) -> None:
    """Helpers are followed one level deep."""
    original = Namespace.closure

    def closure(self: Namespace, names: Any, is_asset: Any, *given: Any) -> Any:
        found = original(self, names, is_asset, *given)
        near = {*names}
        for name in names:
            if name in found.globals:
                near |= self.named(name).reads
        return replace(found, globals={name: version for name, version in found.globals.items() if name in near})

    patch.setattr(Namespace, "closure", closure)


@_fault
def _changes_in_place_by_name(patch: pytest.MonkeyPatch) -> None:
    """Only what the text of a cell names is looked at for changes in place."""
    begin, look, seen = PlainCells.begin, Values._is_as_it_was, [""]

    def note(self: PlainCells, info: Any) -> None:
        seen[0] = info.raw_cell
        begin(self, info)

    def look_at_named(self: Values, current: Any) -> bool:
        return (current.variable or "") not in seen[0] or look(self, current)

    patch.setattr(PlainCells, "begin", note)
    patch.setattr(Values, "_is_as_it_was", look_at_named)


@_fault
def _ghost_variable_kept(patch: pytest.MonkeyPatch) -> None:
    """The variable of an asset that was renamed or forgotten stays bound."""

    def drop(self: Values, key: Any) -> None:
        self._current.pop(key, None)

    patch.setattr(Values, "drop", drop)


@_fault
def _failed_value_lost(patch: pytest.MonkeyPatch) -> None:
    """A failure loses the last good value."""
    original = Runner.failed

    def failed(self: Runner, keys: Any, error: BaseException) -> None:
        original(self, keys, error)
        for key in keys:
            self.session.values.drop(key)
            self.session.changed(key)

    patch.setattr(Runner, "failed", failed)


@_fault
def _stale_edge_kept(patch: pytest.MonkeyPatch) -> None:
    """A cell that no longer reads an asset still depends on it."""
    original = Graph.define

    def define(self: Graph, definition: Any, names: frozenset[str]) -> None:
        for old in {self.definitions[key] for key in definition.keys if key in self.definitions}:
            names |= self.names(old) - {spec.variable for spec in definition.specs}
        original(self, definition, names)

    patch.setattr(Graph, "define", define)


@_fault
def _left_over_unseen(patch: pytest.MonkeyPatch) -> None:
    """A variable that its cell does not bind any more passes for bound."""
    original = Variables.problem

    def problem(self: Variables, *given: Any) -> str:
        self.left_over.clear()
        return original(self, *given)

    patch.setattr(Variables, "problem", problem)


@_fault
def _older_unseen(patch: pytest.MonkeyPatch) -> None:
    """What a plain cell computed from an older asset passes for current."""
    patch.setattr(Variables, "_older", lambda self, binding, version_of_asset: "")


@_fault
def _ran_again_unseen(patch: pytest.MonkeyPatch) -> None:
    """A cell that ran again on its own result passes for one that ran once."""
    original = variables._binding
    patch.setattr(variables, "_binding", lambda *given: replace(original(*given), again_from=None))


@_fault
def _files_unseen(patch: pytest.MonkeyPatch) -> None:
    """A file is read once."""
    original = Files.version

    def version(self: Files, path: Any) -> str:
        known = self._known.get(str(path))
        return known[1] if known is not None else original(self, path)

    patch.setattr(Files, "version", version)


@_fault
def _reused_whatever_it_read(patch: pytest.MonkeyPatch) -> None:
    """A kept value is reused whatever the variables were then."""
    original = Present.matches

    def matches(self: Present, key: Any, recorded: Any) -> bool:
        now = self._closure(self._graph.definitions[key].code).globals
        return original(self, key, replace(recorded, globals=now))

    patch.setattr(Present, "matches", matches)


@_fault
def _reused_whatever_its_code(patch: pytest.MonkeyPatch) -> None:
    """A kept value is reused whatever the code was then."""
    original = Present.matches

    def matches(self: Present, key: Any, recorded: Any) -> bool:
        now = self._graph.definitions[key].code_version(key)
        return original(self, key, replace(recorded, code_version=now))

    patch.setattr(Present, "matches", matches)


@_fault
def _variables_not_private(patch: pytest.MonkeyPatch) -> None:
    """A body works on the notebook's own lists and generators."""
    patch.setattr(Lending, "_private", lambda self, variables, names, kept: {})


@_fault
def _verdicts_outlive_data(patch: pytest.MonkeyPatch) -> None:
    """A verdict counts whatever value it was given on."""

    def verdict(self: Checks, check: Any) -> Any:
        kept = self.session.store.checks(check.spec.asset_key)
        return next((one for one in kept if one.check_name == check.spec.name), None)

    patch.setattr(Checks, "verdict", verdict)


@_fault
def _direct_dependents_only(patch: pytest.MonkeyPatch) -> None:
    """Only what directly depends on a change becomes stale."""

    def lower(self: Freshness, keys: Any) -> None:
        gone = [key for key in keys if key in self._fresh and not self._ready(key)]
        gone += [down for key in gone for down in self._dependents(key) if down in self._fresh]
        self._fresh.difference_update(gone)

    patch.setattr(Freshness, "_lower", lower)
