"""What a run asks of the session that it works for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from asset_magic.graph.graph import Graph
from asset_magic.model.definitions import AssetCheckDefinition, AssetsDefinition, Computation
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

    def take_back(self, definition: AssetsDefinition) -> bool:
        """Make kept materializations of the present provenance current, if there is one for each key."""

    def hindrance(self, definition: AssetsDefinition) -> str:
        """Why the code cannot run at all now, or ""."""

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

    def skipped(self, keys: Sequence[AssetKey], reason: str) -> None:
        """Told when a body did not run because of something upstream."""

    def due_checks(self, key: AssetKey) -> Sequence[AssetCheckDefinition]:
        """The checks of ``key`` that have no verdict on the present data and code."""

    def record_check(
        self, check: AssetCheckDefinition, result: AssetCheckResult | Exception, outputs: Outputs
    ) -> AssetCheckEvaluation:
        """Told the verdict of a check, or the error of its code."""
