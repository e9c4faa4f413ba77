"""A store in memory: it lives as long as the kernel."""

from __future__ import annotations

import pickle
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from types import FunctionType
from typing import Any, NoReturn

from asset_magic.fingerprint import Uncopyable, is_immutable, private_copy, size_hint
from asset_magic.model.errors import AssetValueMissing
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, FailureRecord, Materialization, Provenance, RunRecord
from asset_magic.store.errors import StoreError
from asset_magic.store.limits import Limits
from asset_magic.store.protocol import Standing

_NO_STORE = "results are kept in memory only: there is no store"
LARGE = 256 * 2**20  # bytes; of a larger value no second copy is kept
Recipe = Callable[[], Any]


class MemoryStore:
    """Keeps the last materializations of each asset, with their values.

    Args:
        keep: how many materializations of an asset are kept.
    """

    def __init__(self, keep: int = 5) -> None:
        self.notebook = ""
        self._keep = keep
        self._events: defaultdict[AssetKey, deque[tuple[Materialization, Recipe]]] = defaultdict(
            lambda: deque(maxlen=self._keep)
        )
        self._checks: defaultdict[AssetKey, deque[AssetCheckEvaluation]] = defaultdict(lambda: deque(maxlen=50))
        self._ever_failed: set[AssetKey] = set()
        self._failures: defaultdict[AssetKey, deque[FailureRecord]] = defaultdict(lambda: deque(maxlen=50))

    def record(self, materialization: Materialization, value: Any) -> None:
        """Keep ``materialization``, and its value in a form that nobody else can change."""
        self._events[materialization.key].appendleft((materialization, recipe(value)))

    def history(self, key: AssetKey, limit: int | None = None) -> Sequence[Materialization]:
        """The kept materializations of ``key``, newest first."""
        return [event for event, _ in self._events.get(key, ())][:limit]

    def find(self, key: AssetKey, provenance: Provenance) -> Iterable[Materialization]:
        """The materializations of ``key`` with an equal provenance, newest first."""
        return [event for event, _ in self._events.get(key, ()) if event.provenance == provenance]

    def load(self, materialization: Materialization) -> Any:
        """The value as it was recorded; see `Store.load`."""
        for event, make in self._events.get(materialization.key, ()):
            if event.identity == materialization.identity:
                return make()
        raise AssetValueMissing(f"the value of {materialization.key} is not kept any more")

    def record_check(self, evaluation: AssetCheckEvaluation) -> None:
        """Keep the verdict of a check."""
        self._checks[evaluation.asset_key].appendleft(evaluation)
        if not evaluation.passed:
            self._ever_failed.add(evaluation.asset_key)

    def checks(self, key: AssetKey) -> Sequence[AssetCheckEvaluation]:
        """The kept verdicts on ``key``, newest first."""
        return list(self._checks.get(key, ()))

    def ever_failed(self) -> Collection[AssetKey]:
        """The assets of which some kept verdict is a failure; see `Store.ever_failed`."""
        return self._ever_failed

    def clear(self, keep: int | None = None, *, dry: bool = False) -> NoReturn:
        """There is nothing that would not go with the kernel."""
        raise StoreError(_NO_STORE)

    def trust(self) -> NoReturn:
        """There is nothing that another kernel has made."""
        raise StoreError(_NO_STORE)

    def close(self) -> None:
        """Nothing is open."""

    def holds(self, materialization: Materialization) -> bool:
        """No value is anywhere else."""
        return False

    def unstored(self, materialization: Materialization) -> str:
        """See `Store.unstored`."""
        return ""

    def record_failure(self, key: AssetKey, failure: FailureRecord) -> None:
        """Keep the failure for as long as the kernel lives."""
        self._failures[key].appendleft(failure)

    def failures(self, key: AssetKey, limit: int) -> Sequence[FailureRecord]:
        """The latest failures of ``key``, newest first."""
        return list(self._failures.get(key, ()))[:limit]

    def record_run(self, run: RunRecord) -> None:
        """Runs are forgotten with the kernel."""

    def standings(self, key: AssetKey) -> Sequence[Standing]:
        """Nothing outlives the kernel."""
        return ()

    def stands_at(self, key: AssetKey, standing: Standing) -> Materialization | None:
        """Nothing outlives the kernel."""
        return None

    def stand(self, materialization: Materialization) -> None:
        """No other notebook looks."""

    def limit(self, limits: Limits) -> None:
        """Keep another number of values from now on."""
        self._keep = limits.count
        for key, events in self._events.items():
            self._events[key] = deque(list(events)[: limits.count], maxlen=limits.count)

    def moved(self) -> bool:
        """No other kernel writes here."""
        return False


def recipe(value: Any) -> Recipe:
    """How to get ``value`` back as it is now, even after the object itself was changed.

    Values that cannot change need no copy; others are pickled, or copied where pickle does not reach.
    Where neither works, or the value is larger than 256 MB, the recipe only says that it cannot be had.
    """
    if is_immutable(value):
        return lambda: value
    if size_hint(value) > LARGE:
        return _not_kept
    if not _copies_better(value):
        try:
            data = pickle.dumps(value, protocol=5)
        except Exception:  # any class may refuse, with any error
            pass
        else:
            return lambda: _unpickled(data)
    try:
        pristine = private_copy(value)
    except Uncopyable:
        return _not_kept
    return lambda: private_copy(pristine)


def _copies_better(value: Any) -> bool:
    """Frames and arrays copy faster than they pickle; of functions pickle only keeps the name."""
    return isinstance(value, FunctionType) or type(value).__module__.partition(".")[0] in ("pandas", "numpy")


def _unpickled(data: bytes) -> Any:
    try:
        return pickle.loads(data)
    except Exception as error:  # as any class may here
        raise AssetValueMissing(f"this value was kept, but cannot be read again: {error}") from error


def _not_kept() -> Any:
    raise AssetValueMissing("no copy of this value could be kept")
