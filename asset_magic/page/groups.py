"""Groups drawn as one: which assets are put together, and what becomes of the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asset_magic.session.views import AssetView, GroupView, LineageView

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def collapse(view: LineageView, groups: Collection[str]) -> LineageView:
    """The same graph with the assets of each of ``groups`` drawn as one.

    A group from which a way leads back to it through other assets would make a circle. It is drawn in parts instead,
    each of them as large as it can be.

    >>> assets = tuple(AssetView(key=key, group=group) for key, group in (("a", "x"), ("b", "y"), ("c", "x")))
    >>> whole = LineageView(assets=assets[:2], edges=(("a", "b"),))
    >>> collapse(whole, ["x"]).edges
    (('group:x', 'b'),)
    >>> collapse(LineageView(assets=assets, edges=(("a", "b"), ("b", "c"))), ["x"]).edges
    (('group:x:1', 'b'), ('b', 'group:x:2'))
    """
    upstream: dict[str, list[str]] = {asset.key: [] for asset in view.assets}
    edges = [edge for edge in view.edges if edge[0] in upstream and edge[1] in upstream]
    for up, down in edges:
        upstream[down].append(up)
    parts = _Parts()
    for asset in view.assets:
        parts.add(asset, upstream[asset.key], asset.group if asset.group in groups else None)
    drawn = parts.drawn()
    node: dict[str, str] = {asset.key: asset.key for asset in view.assets}
    for group in drawn:
        node |= {asset.key: group.key for asset in group.assets}
    return LineageView(
        assets=tuple(asset for asset in view.assets if node[asset.key] == asset.key),
        edges=tuple(dict.fromkeys((node[up], node[down]) for up, down in edges if node[up] != node[down])),
        groups=drawn,
    )


class _Parts:
    """Puts assets together, one after the other, each after all that it is computed from."""

    def __init__(self) -> None:
        self._node: dict[str, int] = {}
        self._parts: dict[int, list[AssetView]] = {}
        self._open: dict[str, int] = {}  # the part of each group that may still grow
        self._below: dict[int, set[int]] = {}  # of each of these, all nodes that are downstream of it
        self._count = 0

    def add(self, asset: AssetView, upstream: Iterable[str], group: str | None) -> None:
        """Put ``asset`` into its group where that makes no circle, else into a new part of it, or stand it alone."""
        above = {self._node[up] for up in upstream}
        part = self._open.get(group) if group is not None else None
        if part is None or not self._below[part].isdisjoint(above):
            part = self._begin(group)
        self._node[asset.key] = part
        if group is not None:
            self._parts[part].append(asset)
        gained = {part} | self._below.get(part, set())
        for other, below in self._below.items():
            if other != part and (other in above or not below.isdisjoint(above)):
                below |= gained

    def _begin(self, group: str | None) -> int:
        self._count += 1
        if group is not None:
            self._below.pop(self._open.get(group, 0), None)
            self._open[group] = self._count
            self._below[self._count] = set()
            self._parts[self._count] = []
        return self._count

    def drawn(self) -> tuple[GroupView, ...]:
        """The parts of all groups, in the order in which they began."""
        parts = [(assets[0].group, tuple(assets)) for assets in self._parts.values()]
        names = [name for name, _ in parts]
        return tuple(
            GroupView(name=name, assets=assets, part=names[: k + 1].count(name), parts=names.count(name))
            for k, (name, assets) in enumerate(parts)
        )
