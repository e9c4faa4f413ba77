"""The public ``assets``: the live registry, with what can be drawn of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.graph.asset_selection import CoercibleToAssetSelection
from asset_magic.page.lineage import lineage
from asset_magic.page.table import assets_table
from asset_magic.session import inspect
from asset_magic.session.handles import Assets

if TYPE_CHECKING:
    import graphviz


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


class PageAssets(Assets):
    """All assets of this kernel, by key, as text and pictures too."""

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
