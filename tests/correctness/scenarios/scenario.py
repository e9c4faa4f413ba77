"""What a scenario is: a small notebook, what the user does, and what must come of it, as data.

A test plays each (`player.py`), and the table in docs/correctness.md is written from the same data (`table.py`).

Cells are written one below the other, with a blank line between them. A cell is known by what it defines: `rate = 0.2`
is the cell ``rate``, ``%%asset total`` the cell ``total``, one that begins with the comment ``# twice`` the cell
``twice``. So an edit is written as the cell as it is afterwards: the text of a known cell edits that cell, any other
text is a new cell at the end of the notebook. Magics that only ask (`%materialize`, `%forget`, `%reload_ext` and the
like) are run, and are no part of the notebook.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from correctness.scenarios.player import User

Step: TypeAlias = "str | Callable[[User], Any]"

_HEADS = (
    r"# (\w+)$",
    r"%%(?:asset|multi_asset|source_asset) (?:\w+/)*(\w+)",
    r"%source_asset (\w+)",
    r"%%asset_check .*\bname=(\w+)",
    r"(?:async )?def (\w+)",
    r"class (\w+)",
    r"(?:import|from) (\w+)",
    r"(\w+)(?:, \w+)*(?: *:[^=]*)? = ",
)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario.

    Attributes:
        do: what the user does, in words for the table.
        why: why that comes of it.
        policy: which of two defensible answers this is, if there are two.
        cells: the notebook, which is run from top to bottom first. All is fresh then, but for ``begins``.
        files: files that lie beside the notebook, by name.
        begins: what is not fresh when the user begins, and is meant not to be.
        steps: what the user does: texts of cells, or what is in `actions.py`.
        then: how assets stand right after it, as in ``"stale code"`` or ``"stale global: rate 0.1 -> 0.2"``; what comes
            after the colon is in a cause, or in one behind it, and ``In[n]`` stands for the number of the cell n.
            Assets that are not named are fresh.
        runs: the bodies that ran while the user did it.
        again: the bodies that `%materialize` runs after it; those of all that is not fresh if None.
        mend: cells that the causes ask the user to run, and the user then runs.
        gives: values after all of it. All values and statuses are compared with those of a new kernel anyway.
        differs: assets that a new kernel makes otherwise or not at all, as the policy says.
        varies: assets whose value is another one in each run, as drawn at random.
        error: a part of the error that the last step ends with.
        says: a part of what the steps print for the reader.
        flags: a part of what is flagged, by asset.
        ids: the front end sends ids of cells.
    """

    do: str
    why: str
    cells: str
    then: Mapping[str, str]
    steps: Step | tuple[Step, ...]
    policy: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    begins: str = ""
    runs: str = ""
    again: str | None = None
    mend: str = ""
    gives: Mapping[str, Any] = field(default_factory=dict)
    differs: str = ""
    varies: str = ""
    error: str = ""
    says: str = ""
    flags: Mapping[str, str] = field(default_factory=dict)
    ids: bool = True


@dataclass(frozen=True)
class Expected:
    """How an asset stands: its status, the category of a cause, and a part of what it says."""

    status: str
    category: str = ""
    reason: str = ""

    @classmethod
    def of(cls, text: str) -> Expected:
        """Read what a scenario says.

        >>> Expected.of("stale global: rate 0.1 -> 0.2")
        Expected(status='stale', category='global', reason='rate 0.1 -> 0.2')
        """
        head, _, reason = text.partition(":")
        status, _, category = head.partition(" ")
        return cls(status, category, reason.strip())


def cells_of(text: str) -> list[str]:
    """The cells of a text, in order.

    >>> cells_of('''
    ...     a = 1
    ...
    ...     b = 2
    ... ''')
    ['a = 1', 'b = 2']
    """
    return [cell.strip("\n") for cell in re.split(r"\n\s*\n", textwrap.dedent(text).strip("\n")) if cell.strip()]


def cell_id(source: str) -> str:
    """What a cell is known by: the first thing that it defines, or else its first line.

    >>> [cell_id(text) for text in ("%%asset shop/total", "rate = 2", "@cache\\ndef f(): pass", "print(1)")]
    ['total', 'rate', 'f', 'print(1)']
    """
    for line in source.splitlines():
        for head in _HEADS:
            if found := re.match(head, line):
                return found[1]
        if not line.startswith(("@", "#", "%%")):
            break
    return source.splitlines()[0]
