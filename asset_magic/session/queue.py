"""Runs that a reader has asked for and that wait for their turn between cells.

Front ends may ask from any thread, so the queue has a lock of its own: asking never waits for the session.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from asset_magic.model.keys import AssetKey
from asset_magic.session import inspect
from asset_magic.session.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A run that was asked for.

    Attributes:
        id: what it is called when it is taken back.
        label: what it is called on the page.
        keys: the assets; all that the selection stands for if there are none.
        selection: text of a selection, "" for everything.
        stale: only what is not fresh, or has checks to evaluate, when its turn comes.
        downstream: all that is computed from the assets, too.
        force: run the assets even when fresh.
    """

    id: str
    label: str = ""
    keys: tuple[str, ...] = ()
    selection: str = ""
    stale: bool = False
    downstream: bool = False
    force: bool = False

    def resolve(self, runner: Runner) -> tuple[AssetKey, ...]:
        """The assets that it stands for now, in topological order.

        Raises:
            UnknownAssetError: an asset is gone.
            SelectionError: the selection cannot be read.
        """
        session, graph = runner.session, runner.graph
        session.refresh()
        if self.keys:
            chosen = [session.known(key) for key in self.keys]
        else:
            chosen = list(inspect.selected(runner, self.selection or None, allow_empty=True))
        if self.downstream:
            chosen = [*chosen, *sorted(graph.descendants(chosen))]
        if self.stale:
            chosen = [key for key in chosen if not session.is_fresh(key) or runner.due_checks(key)]
        return tuple(graph.topological(chosen))


class RunQueue:
    """The runs that wait, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, RunRequest] = {}

    def put(self, request: RunRequest) -> None:
        """Let ``request`` wait."""
        with self._lock:
            self._waiting[request.id] = request

    def take_back(self, id: str) -> bool:
        """Whether the request was still waiting; it is not any more."""
        with self._lock:
            return self._waiting.pop(id, None) is not None

    def take(self) -> RunRequest | None:
        """The first that waits, whose turn it is now; None if none does."""
        with self._lock:
            first = next(iter(self._waiting), None)
            return self._waiting.pop(first) if first is not None else None

    @property
    def waiting(self) -> Sequence[RunRequest]:
        """What waits, in order."""
        with self._lock:
            return tuple(self._waiting.values())
