"""What a store must do. Event records and values are apart: a record can outlive its value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, FailureRecord, Materialization, Provenance, RunRecord
from asset_magic.store.limits import Limits

if TYPE_CHECKING:
    from asset_magic.store.retention import Cleared
    from asset_magic.store.trusting import Trusted


@dataclass(frozen=True, slots=True)
class Standing:
    """At which version an asset stands in a store, for one of the notebooks that make it.

    Attributes:
        notebook: the notebook that made it, as a path from the folder around the store; "" if nobody knows.
        data_version: of the materialization at which it stands.
        code_version: of the code that made that.
        beneath: it is of a store that is only read.
        gone: there is no such notebook any more; it was renamed, or deleted.
    """

    notebook: str
    data_version: str
    code_version: str
    beneath: bool = False
    gone: bool = False


class Store(Protocol):
    """Keeps what was made.

    Attributes:
        notebook: which notebook writes, as the store names it; "" if nobody knows.
    """

    notebook: str

    def record(self, materialization: Materialization, value: Any) -> None:
        """Write down a materialization and keep its value."""

    def history(self, key: AssetKey, limit: int | None = None) -> Sequence[Materialization]:
        """The materializations of ``key`` that are written down, newest first, ``limit`` at most."""

    def find(self, key: AssetKey, provenance: Provenance) -> Iterable[Materialization]:
        """The materializations of ``key`` with an equal provenance, newest first. Files are left to the caller."""

    def load(self, materialization: Materialization) -> Any:
        """The value as it was recorded, whatever was done to the object since.

        Raises:
            AssetValueMissing: the value is not kept, or cannot be given back as it was.
        """

    def holds(self, materialization: Materialization) -> bool:
        """Whether the value outlives the memory of this kernel."""

    def unstored(self, materialization: Materialization) -> str:
        """Why a value that should outlive this kernel does not, in words, or ""."""

    def record_check(self, evaluation: AssetCheckEvaluation) -> None:
        """Write down the verdict of a check."""

    def checks(self, key: AssetKey) -> Sequence[AssetCheckEvaluation]:
        """The kept verdicts on ``key``, newest first."""

    def ever_failed(self) -> Collection[AssetKey]:
        """The assets of which some kept verdict is a failure, be it the present one or not.

        This is asked before each body, so that it must not cost more the more checks there are.
        """

    def record_failure(self, key: AssetKey, failure: FailureRecord) -> None:
        """Write down that a body failed."""

    def failures(self, key: AssetKey, limit: int) -> Sequence[FailureRecord]:
        """The failures of ``key``, newest first, ``limit`` at most."""

    def record_run(self, run: RunRecord) -> None:
        """Write down how a run ended."""

    def standings(self, key: AssetKey) -> Sequence[Standing]:
        """Where ``key`` stands by what outlived a kernel or came from another one, newest last; often asked."""

    def stands_at(self, key: AssetKey, standing: Standing) -> Materialization | None:
        """The materialization of ``key`` that a standing is about."""

    def stand(self, materialization: Materialization) -> None:
        """Let an asset of this notebook stand at a kept materialization again."""

    def limit(self, limits: Limits) -> None:
        """Keep another number of values from now on."""

    def moved(self) -> bool:
        """Whether another kernel has written since this was asked last; often asked."""

    def clear(self, keep: int | None = None, *, dry: bool = False) -> Cleared:
        """Clear away old values, and what nothing refers to; the history stays.

        Args:
            keep: how many values of each asset stay; by default as many as are kept anyway.
            dry: change nothing.

        Raises:
            StoreError: there is no store that outlives the kernel, or it cannot be used.
        """

    def trust(self) -> Trusted:
        """Trust all that others have stored, though loading it can run code.

        Raises:
            StoreError: there is no store that outlives the kernel, or it cannot be used.
        """

    def close(self) -> None:
        """Let go of files; what is asked later opens them again."""
