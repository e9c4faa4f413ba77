"""What a store must do. Event records and values are apart: a record can outlive its value."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, Materialization


class Store(Protocol):
    """Keeps what was made."""

    def record(self, materialization: Materialization, value: Any) -> None:
        """Write down a materialization and keep its value."""

    def history(self, key: AssetKey) -> Sequence[Materialization]:
        """The kept materializations of ``key``, newest first."""

    def load(self, materialization: Materialization) -> Any:
        """The value as it was recorded, whatever was done to the object since.

        Raises:
            AssetValueMissing: the value is not kept, or cannot be given back as it was.
        """

    def record_check(self, evaluation: AssetCheckEvaluation) -> None:
        """Write down the verdict of a check."""

    def checks(self, key: AssetKey) -> Sequence[AssetCheckEvaluation]:
        """The kept verdicts on ``key``, newest first."""

    def ever_failed(self) -> Collection[AssetKey]:
        """The assets of which some kept verdict is a failure, be it the present one or not.

        This is asked before each body, so that it must not cost more the more checks there are.
        """

    def forget(self, key: AssetKey) -> None:
        """Drop all that is kept of ``key``."""
