"""``assets``: the live registry of this kernel, as programs see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asset_magic.graph.causes import StaleCause
from asset_magic.model.errors import AssetMagicError, AssetValueMissing, UnknownAssetError
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.model.records import AssetCheckEvaluation, AssetStatus, Materialization
from asset_magic.run.execute import drive
from asset_magic.run.report import RunReport, raise_for
from asset_magic.session import inspect
from asset_magic.session.live import current_runner
from asset_magic.session.runner import Runner
from asset_magic.session.session import Session
from asset_magic.session.sources import observe_path

if TYPE_CHECKING:
    import networkx as nx

    from asset_magic.graph.asset_selection import CoercibleToAssetSelection


class AssetHandle:
    """One asset of the live registry."""

    def __init__(self, runner: Runner, key: AssetKey) -> None:
        self._runner = runner
        self.key = key

    @property
    def _session(self) -> Session:
        session = self._runner.session
        session.look_again()
        session.known(self.key)
        return session

    @property
    def status(self) -> AssetStatus:
        """Whether the value follows from the present code and data, does not, or is not there."""
        return self._session.status(self.key)

    @property
    def stale_causes(self) -> tuple[StaleCause, ...]:
        """Why it is stale or missing; empty if it is fresh."""
        return self._session.causes(self.key)

    @property
    def flags(self) -> tuple[str, ...]:
        """What else a reader must know, a sentence each."""
        self._session.refresh()
        return tuple(inspect.flags(self._runner, self.key))

    @property
    def last_run(self) -> str | None:
        """``"success"``, ``"failed"``, ``"skipped"`` or ``"running"``; None if it never ran here."""
        return self._session.last_run.get(self.key)

    @property
    def error(self) -> BaseException | str | None:
        """The failure of the last run, or why it was skipped."""
        return self._session.errors.get(self.key)

    @property
    def value(self) -> Any:
        """The current value.

        Code of an asset is given what it depends on, and no other value: nothing would follow that.

        Raises:
            UnknownAssetError: the code of an asset asks, and does not depend on it.
            AssetValueMissing: there is none.
        """
        return self._runner.lending.asked_for(self._session.known(self.key))

    @property
    def upstream(self) -> tuple[AssetKey, ...]:
        """What it is computed from, directly."""
        self._session.refresh()
        return self._runner.graph.upstream(self.key)

    @property
    def downstream(self) -> tuple[AssetKey, ...]:
        """What is computed from it, directly."""
        self._session.refresh()
        return self._runner.graph.downstream(self.key)

    @property
    def history(self) -> tuple[HistoryEntry, ...]:
        """The kept materializations, newest first."""
        return tuple(HistoryEntry(self._runner, event) for event in self._session.store.history(self.key))

    @property
    def checks(self) -> tuple[AssetCheckEvaluation, ...]:
        """The verdict of each check on the present value; checks that have none are left out."""
        verdicts = (
            self._runner.checks.verdict(check) for check in self._runner.graph.checks.get(self.key, {}).values()
        )
        return tuple(verdict for verdict in verdicts if verdict is not None)

    def materialize(self, *, force: bool = False, only: bool = False) -> RunReport:
        """Bring it, and what it needs upstream, up to date.

        Raises:
            MaterializationError: it failed or was skipped.
        """
        return materialize_keys(self._runner, (self.key,), force=force, only=only)

    def accept(self) -> None:
        """Take the value as it is for what the present code and data would give. Nothing runs, and history says so.

        Raises:
            AssetMagicError: there is no value, or it cannot be taken as it is.
        """
        from asset_magic.session.accepting import accept  # seldom needed

        with self._session.lock:
            accept(self._runner, (self.key,))

    def observe(self) -> Materialization:
        """Look at the source again, and return what is current now.

        Raises:
            AssetValueMissing: it has no value.
        """
        definition = self._runner.graph.definitions[self.key]
        if definition.path is not None:
            observe_path(self._session, self.key)
        elif definition.external and definition.code is not None:
            materialize_keys(self._runner, (self.key,), force=True)
        current = self._session.values.get(self.key)
        if current is None:
            raise AssetValueMissing(f"{self.key} has nothing to observe")
        return current.record

    def __repr__(self) -> str:
        return f"<{self.key}: {self.status}>"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One kept materialization."""

    _runner: Runner
    record: Materialization

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.record, name)

    def load(self) -> Any:
        """The value that it made.

        Raises:
            UnknownAssetError: the code of an asset asks, and does not depend on it.
            AssetValueMissing: it is not kept any more.
        """
        self._runner.lending.allow(self.record.key)
        return self._runner.session.store.load(self.record)

    def __repr__(self) -> str:
        return repr(self.record)


class Assets(Mapping[str, AssetHandle]):
    """All assets of this kernel, by key; empty where the extension is not loaded."""

    @property
    def _runner(self) -> Runner:
        runner = current_runner()
        runner.session.look_again()
        return runner

    def __getitem__(self, key: CoercibleToAssetKey) -> AssetHandle:
        return AssetHandle(self._runner, self._runner.session.known(_text(key)))

    def __delitem__(self, key: CoercibleToAssetKey) -> None:
        with self._runner.session.lock:
            self._runner.session.forget(self._runner.session.known(_text(key)))

    def __contains__(self, key: object) -> bool:
        try:
            self._runner.session.known(_text(key))  # type: ignore[arg-type]
        except (AssetMagicError, TypeError):
            return False
        return True

    def __iter__(self) -> Iterator[AssetKey]:
        self._runner.session.refresh()
        return self._runner.graph.keys

    def __len__(self) -> int:
        return len(self._runner.graph)

    def select(self, selection: CoercibleToAssetSelection | None = None) -> tuple[AssetKey, ...]:
        """The keys that ``selection`` (everything, by default) stands for, in topological order.

        Args:
            selection: text, an `AssetSelection`, a key, a definition, or a list of these.

        Returns:
            The keys; none if nothing matches.

        Raises:
            SelectionError: it cannot be read, or a name in it is that of no asset.
        """
        self._runner.session.refresh()
        return inspect.selected(self._runner, selection, allow_empty=True)

    def materialize(
        self, selection: CoercibleToAssetSelection | None = None, *, force: bool = False, only: bool = False
    ) -> RunReport:
        """Bring the selection (everything, by default) and its stale upstream up to date.

        Raises:
            SelectionError: the selection cannot be read, or matches nothing.
            MaterializationError: an asset failed or was skipped, or a blocking check failed.
        """
        self._runner.session.refresh()
        return materialize_keys(self._runner, inspect.selected(self._runner, selection), force=force, only=only)

    @property
    def graph(self) -> nx.DiGraph[AssetKey]:
        """The keys and their edges, upstream to downstream, as a `networkx.DiGraph`."""
        import networkx as nx

        self._runner.session.refresh()
        graph: nx.DiGraph[AssetKey] = nx.DiGraph()
        keys = list(self._runner.graph.keys)
        graph.add_nodes_from(keys)
        graph.add_edges_from((up, key) for key in keys for up in self._runner.graph.upstream(key))
        return graph

    def load(self, key: CoercibleToAssetKey) -> Any:
        """The stored value of ``key``, defined in this notebook or not.

        Raises:
            UnknownAssetError: the code of an asset asks, and does not depend on it.
            AssetValueMissing: there is none.
        """
        name = AssetKey(key)
        if name in self._runner.graph and self._runner.session.values.get(name) is not None:
            return self._runner.lending.asked_for(name)
        self._runner.lending.allow(name)
        newest = self._runner.session.elsewhere.newest(name)
        if newest is None:
            raise AssetValueMissing(f"nothing is stored of {name}")
        return self._runner.session.store.load(newest)

    def __repr__(self) -> str:
        return f"<{len(self)} assets: {', '.join(list(self)[:10])}{', …' if len(self) > 10 else ''}>"


def materialize_keys(runner: Runner, keys: Sequence[AssetKey], *, force: bool = False, only: bool = False) -> RunReport:
    """Bring ``keys`` up to date, from code that is not asynchronous.

    Raises:
        MaterializationError: an asset failed or was skipped, or a blocking check failed.
    """
    with runner.session.lock:
        steps = runner.plan(keys, force=force, only=only)
        report = drive(runner.materialize(keys, force=force, only=only), awaits=runner.awaits(steps))
    raise_for(report)
    return report


def _text(key: CoercibleToAssetKey) -> str:
    if isinstance(key, str):
        return key
    try:
        return AssetKey(key)
    except TypeError:
        raise UnknownAssetError(f"{key!r} is no asset key") from None
