"""What a user does beside writing and running cells, as steps of scenarios."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from correctness.scenarios.player import User

Action: TypeAlias = "Callable[[User], Any]"


def edit(id: str, source: str) -> Action:
    """Write ``source`` into the cell ``id``, whatever it defines then, and run it."""
    return lambda user: user.run(source, id)


def rerun(*ids: str) -> Action:
    """Run cells again as they are."""
    return lambda user: [user.run(user.nb.cells[id], id) for id in ids]


def run_all(user: User) -> None:
    """Run all cells from top to bottom, as Run All does."""
    rerun(*user.nb.cells)(user)


def write_only(id: str, source: str) -> Action:
    """Write ``source`` into the cell ``id`` and do not run it: the kernel knows nothing of it."""
    return lambda user: user.nb.cells.update({id: textwrap.dedent(source).strip("\n")})


def delete(id: str) -> Action:
    """Delete a cell from the notebook. The kernel does not hear of it."""
    return lambda user: user.nb.cells.pop(id)


def move_to_end(id: str) -> Action:
    """Move a cell below all others, and do not run it."""
    return lambda user: user.nb.cells.update({id: user.nb.cells.pop(id)})


def scratch(source: str) -> Action:
    """Run a cell that is deleted right after, as in a console of the same kernel."""
    return lambda user: user.scratch(source)


def write(path: str, text: str) -> Action:
    """Give a file another content, as another program does."""
    return lambda user: Path(path).write_text(textwrap.dedent(text))


def touch(path: str) -> Action:
    """Give a file another time."""
    return lambda user: os.utime(path, (1_000_000_000, 1_000_000_000))


def remove(path: str) -> Action:
    """Delete a file."""
    return lambda user: Path(path).unlink()
