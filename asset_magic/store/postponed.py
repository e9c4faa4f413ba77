"""A store that is opened when it is first asked for something: opening it takes modules that loading the extension
need not wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asset_magic.store.protocol import Store


class Postponed:
    """Stands for the store that ``opened`` gives.

    Args:
        opened: opens it.
    """

    def __init__(self, opened: Callable[[], Store]) -> None:
        vars(self).update(_open=opened, _store=None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._opened(), name, value)

    def close(self) -> None:
        """Let go of the store, if it was ever opened."""
        if vars(self)["_store"] is not None:
            self._opened().close()

    def _opened(self) -> Store:
        own = vars(self)
        if own["_store"] is None:
            own["_store"] = own["_open"]()
        store: Store = own["_store"]
        return store
