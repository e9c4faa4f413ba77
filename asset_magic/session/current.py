"""What an asset stands at: a materialization, and its value as far as it was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asset_magic.model.records import Materialization

UNREAD = object()
"""Stands for a value that is still in the store."""


@dataclass(slots=True)
class Current:
    """The materialization that an asset stands at.

    Attributes:
        held: the object itself, shared with the notebook, or a mark that it is still in the store.
        read: gets it from the store.
        up: it was asked for in this kernel, and is bound as running its cell binds it.
        print: what it is like, as `Look` tells it; None for a value that cannot change.
        verified: the moment in which it was last seen unchanged.
        filled: what reading had filled in by then, which has to stay.
        cost: about how many seconds it takes to look at it.
        lost: it was changed in place and cannot be put back.
        unreadable: why the store cannot give it back, or "".
        deleted_by: the cell that deleted the variable, in words, or "".
    """

    record: Materialization
    held: Any
    variable: str | None
    print: str | None
    verified: int
    read: Callable[[Current], None]
    up: bool = True
    filled: Mapping[tuple[bytes, str], bytes] = field(default_factory=dict)
    cost: float | None = None
    lost: bool = False
    unreadable: str = ""
    deleted_by: str = ""

    @property
    def is_read(self) -> bool:
        """Whether the value is in memory."""
        return self.held is not UNREAD

    @property
    def value(self) -> Any:
        """The object itself.

        Raises:
            AssetValueMissing: it is in the store, and cannot be read.
        """
        if self.held is UNREAD:
            self.read(self)
        return self.held
