"""What the tests beside it share: a notebook on a store in a folder, whose kernels come and go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from notebook_user import Notebook, Ran, asset_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Book", "asset_cell"]


@dataclass
class Book:
    """A notebook, of which one kernel at a time is alive.

    Attributes:
        folder: where it stands, with its store.
        nb: its present kernel.
    """

    folder: Path
    nb: Notebook
    shown: list[Ran] = field(default_factory=list)

    def play(self, *cells: str) -> Book:
        """Write these cells and run them, from top to bottom."""
        self.nb.cells.clear()
        self.shown = [self.nb.run(cell, f"c{number}") for number, cell in enumerate(cells)]
        return self

    def restart(self) -> Notebook:
        """A new kernel, in which nothing has run."""
        cells = self.nb.cells
        self.nb.close()
        self.nb = Notebook()
        self.nb.cells = dict(cells)
        return self.nb

    def again(self) -> Notebook:
        """A new kernel, in which all cells have run."""
        self.restart()
        self.shown = self.nb.run_all()
        return self.nb

    @property
    def ran(self) -> dict[str, int]:
        """How often which body ran in the present kernel."""
        return dict(self.nb.counts)

    @property
    def page(self) -> list[tuple[object, ...]]:
        """All that the cells show."""
        return [(one.stdout, one.stderr, one.displays, repr(one.result), one.message) for one in self.shown]


@pytest.fixture
def book(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """A notebook, called book.ipynb, with the usual store beside it."""
    monkeypatch.setenv("ASSET_MAGIC_HOME", str(folder / ".asset_magic"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "book.ipynb"))
    one = Book(folder, Notebook())
    yield one
    one.nb.close()
