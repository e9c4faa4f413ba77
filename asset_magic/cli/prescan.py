"""The graph of a notebook before anything has run, and what a selection means for each of its cells.

Names are followed as the engine follows them: through functions, and through plain variables to the cell that binds
them last above the place where they are read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asset_magic.cli.cell_text import CellText, deferred, read_cell
from asset_magic.graph.asset_selection import keys_of
from asset_magic.graph.graph import Graph
from asset_magic.graph.selection_syntax import listed
from asset_magic.model.errors import DefinitionError, SelectionError
from asset_magic.model.keys import AssetKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from asset_magic.model.definitions import AssetsDefinition


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one cell.

    Attributes:
        text: what to run; None to leave the cell out.
        reason: why it is left out, or not run as it stands.
    """

    text: str | None
    reason: str = ""


@dataclass(slots=True)
class Reach:
    """What some names lead to: assets, and the names on the way there through functions alone."""

    assets: set[AssetKey] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


class Prescan:
    """A notebook read from top to bottom without running it.

    Args:
        sources: the text of each code cell.

    Attributes:
        cells: what each of them says.
        graph: the assets of all of them.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources
        self.cells = [read_cell(text, number) for number, text in enumerate(sources, 1)]
        self.graph = Graph()
        self._place: dict[AssetsDefinition, int] = {}
        self._variables: dict[str, AssetKey] = {}
        self._binding: defaultdict[str, list[int]] = defaultdict(list)
        self._changing: defaultdict[str, list[int]] = defaultdict(list)
        self._index()
        self._define()

    def select(self, selection: str) -> tuple[AssetKey, ...]:
        """The assets that ``selection`` stands for; nothing has a value yet, so all are missing.

        Raises:
            SelectionError: it cannot be read, or matches nothing.
        """
        return keys_of(selection, self.graph, lambda key: {"missing"})

    def closure(self, selected: Iterable[AssetKey]) -> set[AssetKey]:
        """What has to be run for ``selected``: what is upstream, and what the plain cells they need are about."""
        found: set[AssetKey] = set()
        work = list(selected)
        while work:
            key = work.pop()
            if key in found or key not in self.graph:
                continue
            found.add(key)
            definition = self.graph.definitions[key]
            at = self._place[definition]
            work += [*self.graph.unit(definition), *self.graph.upstream(key)]
            if definition.code is not None:
                work += self._follow(definition.code.reads, self._reads_at(definition)).assets
            if self.cells[at].kind == "plain":
                work += self._needed_by(at)
        return found

    def decide(self, closure: Collection[AssetKey]) -> list[Decision]:
        """What becomes of each cell when only ``closure`` is to be run."""
        return [self._decide(at, cell, closure) for at, cell in enumerate(self.cells)]

    def _decide(self, at: int, cell: CellText, closure: Collection[AssetKey]) -> Decision:
        text = self._sources[at]
        made = {key for definition in cell.definitions for key in definition.keys}
        if cell.kind == "plain":
            reason = self._outside(at, closure)
            return Decision(None, reason) if reason else Decision(text)
        if cell.kind == "check":
            return self._decide_check(at, cell, closure)
        if not made or not made.isdisjoint(closure):
            return Decision(text)
        return Decision(deferred(text) if cell.kind == "asset" else None, "not selected")

    def _decide_check(self, at: int, cell: CellText, closure: Collection[AssetKey]) -> Decision:
        asset = self._variables.get(cell.checks, cell.checks)
        if not asset:
            return Decision(self._sources[at])
        if asset not in closure:
            return Decision(None, "not selected")
        outside = self._follow(cell.needs, at).assets - set(closure)
        return Decision(None, f"names {_listed(outside)}") if outside else Decision(self._sources[at])

    def _outside(self, at: int, closure: Collection[AssetKey]) -> str:
        """Why a plain cell cannot run without more than ``closure``, or ""."""
        outside = self._needed_by(at) - set(closure)
        if outside:
            return f"names {_listed(outside)}"
        for selection in self.cells[at].runs:
            with suppress(SelectionError):
                wanted = self.select(selection) if selection.strip() else tuple(self.graph.keys)
                outside = self.graph.ancestors(wanted) - set(closure)
                if outside:
                    return f"materializes {_listed(outside)}"
        return ""

    def _needed_by(self, at: int) -> set[AssetKey]:
        """The assets that plain cell ``at`` reads when it runs."""
        cell = self.cells[at]
        named = {self._variables.get(name, AssetKey(name)) for name in cell.names}
        return self._follow(cell.needs, at).assets | {key for key in named if key in self.graph}

    # Reading the notebook as a whole

    def _index(self) -> None:
        for at, cell in enumerate(self.cells):
            for name in cell.binds:
                self._binding[name].append(at)
            for name in cell.changes - cell.binds:
                self._changing[name].append(at)
            for definition in cell.definitions:
                self._place[definition] = at
                if definition.code is None or definition.code.isolated:
                    self._variables.update({spec.variable: spec.key for spec in definition.specs})

    def _define(self) -> None:
        for definition in self._place:
            code = definition.code
            names = self._follow(code.reads, self._reads_at(definition)).names if code is not None else ()
            with suppress(DefinitionError):  # running the cell will tell
                self.graph.define(definition, frozenset(names))
        for cell in self.cells:
            for selection in cell.forgets:
                with suppress(SelectionError):  # running the cell will tell
                    self.graph.remove(*self.select(listed(selection)))

    def _reads_at(self, definition: AssetsDefinition) -> int:
        """A cell's body runs with its cell, a function when the whole notebook has run."""
        in_cell = definition.code is not None and definition.code.isolated
        return self._place[definition] if in_cell else len(self.cells)

    def _follow(self, names: Iterable[str], at: int) -> Reach:
        """What ``names``, read in cell ``at``, lead to."""
        reach = Reach()
        seen: set[tuple[str, int]] = set()
        work = [(name, at, True) for name in names]
        while work:
            name, at, through_functions = work.pop()
            if (name, at) in seen:
                continue
            seen.add((name, at))
            if through_functions:
                reach.names.add(name)
            if name in self._variables:
                reach.assets.add(self._variables[name])
                continue
            for place in self._made_in(name, at):
                cell = self.cells[place]
                if name in cell.helpers:
                    work += [(read, at, through_functions) for read in cell.helpers[name]]
                if place != at:
                    work += [(read, place, False) for read in cell.needs]
        return reach

    def _made_in(self, name: str, at: int) -> list[int]:
        """The cells that make what ``name`` is in cell ``at``: the last one to bind it, and those that change it."""
        places = self._binding.get(name)
        if not places:
            return []
        if at < len(self.cells) and name in self.cells[at].helpers:
            return [at]
        before = bisect_left(places, at)
        bound = places[before - 1] if before else places[0]
        return [bound, *(place for place in self._changing.get(name, ()) if bound < place < at)]


def _listed(keys: Iterable[AssetKey]) -> str:
    names = sorted(keys)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
