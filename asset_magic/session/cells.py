"""Which cell made what, so that a cell which makes something else now takes its old assets with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeAlias

from asset_magic.model.check_specs import AssetCheckKey
from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey

Made: TypeAlias = "AssetKey | AssetCheckKey"


@dataclass(slots=True)
class Cell:
    """One run of one cell.

    Attributes:
        ref: the cell.
        made: what it has registered so far.
        refused: it tried to register something and could not, so what it made earlier stays.
    """

    ref: CellRef
    made: dict[Made, None] = field(default_factory=dict)
    refused: bool = False


class Cells:
    """The cells of a notebook, as far as the front end tells them apart.

    Args:
        retire: takes an asset or a check out of the graph.
    """

    def __init__(self, retire: Callable[[Made], None]) -> None:
        self._retire = retire
        self._made: dict[str, dict[Made, None]] = {}
        self._owner: dict[Made, str] = {}
        self._open: list[Cell] = []

    @property
    def current(self) -> Cell | None:
        """The cell that runs now."""
        return self._open[-1] if self._open else None

    @property
    def ref(self) -> CellRef | None:
        """Where the code that runs now was written."""
        return self._open[-1].ref if self._open else None

    def made_by(self, cell: str | None) -> Collection[Made]:
        """What the last run of the cell of this id registered."""
        return self._made.get(cell, ()) if cell is not None else ()

    def begin(self, ref: CellRef) -> Cell:
        """Tell that a cell runs."""
        self._open.append(Cell(ref))
        return self._open[-1]

    def add(self, made: Made) -> None:
        """Tell that the running cell has registered something."""
        if self._open:
            self._open[-1].made[made] = None

    def refuse(self) -> None:
        """Tell that the running cell tried to register something and could not."""
        if self._open:
            self._open[-1].refused = True

    def owner(self, made: Made) -> str | None:
        """The id of the cell that made something."""
        return self._owner.get(made)

    def end(self, ok: bool) -> None:
        """Tell that the running cell has ended; ``ok`` if it could be read at all.

        What the cell made in an earlier run and not in this one is retired.
        """
        if not self._open:
            return
        cell = self._open.pop()
        key = cell.ref.id
        if key is None:
            return
        before = self._made.get(key, {})
        if not cell.refused and ok:
            for made in list(before):
                if made not in cell.made:
                    self._retire(made)
            self._made[key] = cell.made
        else:
            self._made[key] = {**before, **cell.made}
        for made in cell.made:
            other = self._owner.get(made, key)
            if other != key:
                self._made[other].pop(made, None)
            self._owner[made] = key

    def forget(self, made: Made) -> None:
        """Tell that something is gone."""
        owner = self._owner.pop(made, None)
        if owner is not None:
            self._made[owner].pop(made, None)
