"""What a run asks of the session that it works for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from asset_magic.graph.graph import Graph
from asset_magic.model.definitions import AssetCheck, AssetsDefinition, Computation
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation
from asset_magic.model.results import AssetCheckResult
from asset_magic.run.capture import Outputs
from asset_magic.run.context import RunInfo
from asset_magic.run.outputs import Made


@dataclass(frozen=True, slots=True)
class Finished:
    """A body that ran to its end: what it made, and the circumstances."""

    made: Mapping[AssetKey, Made]
    duration: float
    outputs: Outputs
    files: Mapping[str, bool]
    started: float


class Host(Protocol):
    """The session's side of a run."""

    graph: Graph

    def needs_run(self, key: AssetKey) -> bool:
        """Whether running ``key`` would make something other than its current value."""

    def has_value(self, key: AssetKey) -> bool:
        """Whether there is a current value of ``key``."""

    def load(self, key: AssetKey) -> Any:
        """The current value of ``key``."""

    def take_back(self, definition: AssetsDefinition, keys: Sequence[AssetKey]) -> bool:
        """Make kept materializations of the present provenance current, if there is one for each key."""

    def hindrance(self, definition: AssetsDefinition, keys: Sequence[AssetKey]) -> str:
        """Why the code cannot make ``keys`` now, or ""."""

    def scope(self, code: Computation) -> AbstractContextManager[Mapping[str, Any]]:
        """The values of the names that ``code`` reads, and on leaving a look at what it changed in place."""

    def capture(self) -> AbstractContextManager[Outputs]:
        """Keeps what is printed and displayed meanwhile."""

    def started(self, keys: Sequence[AssetKey]) -> None:
        """Told when a body begins."""

    def record(self, definition: AssetsDefinition, finished: Finished, run: RunInfo) -> None:
        """Told when a body has given its values."""

    def unchanged(self, keys: Sequence[AssetKey]) -> None:
        """Told when a body did not have to run, since its value still follows from the present code and data."""

    def failed(self, keys: Sequence[AssetKey], error: BaseException) -> None:
        """Told when a body failed; the last good values stay."""

    def skipped(self, keys: Sequence[AssetKey], reason: str, *, intended: bool = False) -> None:
        """Told when there is no new value, because of something upstream, or (``intended``) as the code meant it."""

    def due_checks(self, key: AssetKey) -> Sequence[AssetCheck]:
        """The checks of ``key`` with code of their own that have no verdict on the present data and code."""

    def check_inputs(self, check: AssetCheck) -> Collection[AssetKey]:
        """The assets that the code of ``check`` checks or reads."""

    def check_lacks(self, check: AssetCheck) -> str:
        """Which value the code of ``check`` takes and nothing gave, in words, or ""."""

    def record_check(
        self, check: AssetCheck, result: AssetCheckResult | Exception, outputs: Outputs
    ) -> AssetCheckEvaluation:
        """Told the verdict of a check, or the error of its code."""

    def abstain_check(self, check: AssetCheck) -> None:
        """Told that the code of a check left its verdict out, as it may."""
