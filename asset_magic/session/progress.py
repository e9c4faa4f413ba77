"""How far a run is, and how long it may take, by how long its assets took the last time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from asset_magic.model.keys import AssetKey
from asset_magic.run.plan import Step
from asset_magic.run.report import Outcome, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """How far a run is. Times are seconds since the epoch.

    Attributes:
        done: assets that are through, of ``total``; ``failed`` and ``skipped`` ones among them.
        key: the asset whose turn it is, since ``began``; None between two.
        expected: how long that one took the last time, in seconds.
        left: about how many seconds are left, from ``began`` on; None where nothing is known.
        steps: the assets of each step, in order.
    """

    total: int
    started: float
    done: int = 0
    failed: int = 0
    skipped: int = 0
    key: AssetKey | None = None
    began: float = 0.0
    expected: float | None = None
    left: float | None = None
    steps: tuple[tuple[AssetKey, ...], ...] = ()


class Watch:
    """Follows the runs of a session, one at a time; a run that a body starts counts as part of the outer one.

    Args:
        took: how many seconds an asset took the last time; None if it never ran.
        told: called with the state at each turn, and with None at the end.
    """

    def __init__(self, took: Callable[[AssetKey], float | None], told: Callable[[RunState | None], None]) -> None:
        self._took = took
        self._told = told
        self._depth = 0

    @contextmanager
    def following(self, steps: Sequence[Step]) -> Iterator[Progress | None]:
        """Follow a run of ``steps``: what this gives is to be told of each step."""
        self._depth += 1
        if self._depth == 1:
            self._begin(steps)
        try:
            yield self._progress if self._depth == 1 else None
        finally:
            self._depth -= 1
            if not self._depth:
                self._told(None)

    def _begin(self, steps: Sequence[Step]) -> None:
        self._expected = [self._took(step.keys[0]) for step in steps]
        known = [seconds for seconds in self._expected if seconds is not None]
        usual = sum(known) / len(known) if known else None
        self._ahead = [usual if seconds is None else seconds for seconds in self._expected]
        self._left = sum(seconds or 0.0 for seconds in self._ahead) if known else None
        plan = tuple(step.keys for step in steps)
        self._state = RunState(total=len(plan), started=time.time(), left=self._left, steps=plan)

    def _progress(self, key: AssetKey, outcome: Outcome | None, number: int, total: int) -> None:
        state = self._state
        if outcome is None:
            self._state = replace(
                state, key=key, began=time.time(), expected=self._expected[number - 1], left=self._left
            )
            self._told(self._state)
            return
        if self._left is not None:
            self._left = max(0.0, self._left - (self._ahead[number - 1] or 0.0))
        self._state = replace(
            state,
            done=number,
            key=None,
            failed=state.failed + (outcome.state == "failed"),
            skipped=state.skipped + (outcome.state == "skipped" and not outcome.intended),
        )
