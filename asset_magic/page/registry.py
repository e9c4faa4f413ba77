"""The public ``assets``: the live registry, with what can be drawn of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.graph.asset_selection import CoercibleToAssetSelection
from asset_magic.page.lineage import lineage
from asset_magic.page.table import assets_table
from asset_magic.session import inspect
from asset_magic.session.handles import AssetHandle, Assets

if TYPE_CHECKING:
    from collections.abc import Mapping

    import graphviz

    from asset_magic.model.keys import CoercibleToAssetKey
    from asset_magic.session.views import DiffView


class Picture:
    """Something to display at the end of a cell.

    Args:
        bundle: its text by mime type.
    """

    def __init__(self, bundle: dict[str, str]) -> None:
        self._bundle = bundle

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._bundle

    def __repr__(self) -> str:
        return self._bundle["text/plain"]


class Difference(Picture):
    """How an asset changed between two of its materializations, to be displayed.

    Attributes:
        view: all that is told of it.
    """

    def __init__(self, view: DiffView) -> None:
        from asset_magic.page.diff import asset_diff  # not needed before somebody asks

        self.view = view
        super().__init__(asset_diff(view))

    @property
    def equal(self) -> bool:
        """Whether the two values are equal, NaN to NaN."""
        return self.view.value.equal

    @property
    def counts(self) -> Mapping[str, int]:
        """How much differs, by a name such as ``"rows_added"`` or ``"items_changed"``; empty for single values."""
        return self.view.value.counts


class PageHandle(AssetHandle):
    """One asset of the live registry, with what can be drawn of it."""

    def diff(self, i: int | None = None, j: int | None = None) -> Difference:
        """How the value and the code changed from ``history[i]`` to ``history[j]``.

        Args:
            i: where in the history to begin, 0 being the newest and -1 the oldest; by default at what it was
                before in this kernel, or else at the newest value that differs.
            j: where to end; by default at the one that the asset stands at.

        Raises:
            AssetValueMissing: it has not been materialized twice.
            ArgumentError: the history does not go back so far.
            UnknownAssetError: the code of an asset asks, and does not depend on it.
        """
        from asset_magic.session.diffs import diff_view  # not needed before somebody asks

        with self._runner.session.lock:
            return Difference(diff_view(self._runner, self.key, i, j))


class PageAssets(Assets):
    """All assets of this kernel, by key, as text and pictures too."""

    def __getitem__(self, key: CoercibleToAssetKey) -> PageHandle:
        return PageHandle(self._runner, super().__getitem__(key).key)

    def lineage(self, selection: CoercibleToAssetSelection | None = None) -> Picture:
        """The graph of the selection (everything, by default), to be displayed.

        Raises:
            SelectionError: the selection cannot be read, or matches nothing.
        """
        view = inspect.lineage(self._runner, inspect.selected(self._runner, selection))
        return Picture(lineage(view, selection=selection if isinstance(selection, str) else ""))

    def to_graphviz(
        self, selection: CoercibleToAssetSelection | None = None, *, statuses: bool = False
    ) -> graphviz.Digraph:
        """The graph of the selection (everything, by default) as a `graphviz.Digraph`, with a cluster for each group.

        It shows itself at the end of a cell where the program ``dot`` is installed; its ``source`` is there anyway.

        Args:
            selection: what to draw.
            statuses: say how each asset stands, too.

        Raises:
            SelectionError: the selection cannot be read, or matches nothing.
        """
        from asset_magic.page.digraph import digraph

        self._runner.session.refresh()
        keys = inspect.selected(self._runner, selection)
        return digraph(inspect.lineage(self._runner, keys, statuses=statuses), statuses=statuses)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        self._runner.session.refresh()
        return assets_table(inspect.views(self._runner, self._runner.graph.keys))


assets = PageAssets()
