"""What a session leaves to the next one of the same notebook, when the extension is loaded again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from asset_magic.session.variables import Variables


@dataclass(slots=True)
class Left:
    """What is still there of an ended session.

    Attributes:
        origins: where the plain variables came from.
        bound: the values of assets that stayed in their variables.
    """

    origins: Variables = field(default_factory=Variables)
    bound: dict[str, Any] = field(default_factory=dict)

    def unbind(self, variables: dict[str, Any]) -> None:
        """Take away the values that assets left, since nobody knows any more whether they are stale."""
        for name, value in self.bound.items():
            if name in variables and variables[name] is value:
                del variables[name]
        self.bound.clear()
