"""The public ``assets``: the live registry, with what can be drawn of it."""

from __future__ import annotations

from typing import Any

from asset_magic.graph.asset_selection import CoercibleToAssetSelection
from asset_magic.page.lineage import lineage
from asset_magic.page.table import assets_table
from asset_magic.session import inspect
from asset_magic.session.handles import Assets


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

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        self._runner.session.refresh()
        return assets_table(inspect.views(self._runner, self._runner.graph.keys))


assets = PageAssets()
