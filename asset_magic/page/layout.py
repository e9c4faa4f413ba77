"""Where the cards of a graph go: a layered layout, left to right, of numbers alone.

All arithmetic is on integers, so every machine and Python version gets the same picture, and nothing recurses, so
long chains are fine. Parts of the graph that are not connected are laid out apart and then packed in rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asset_magic.page.layers import order_layers, straighten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[int, int]

_PART_GAP = 30
_ROW_COLUMNS = 6
_LANE_GAP = 12
_LANES = 24


@dataclass(frozen=True, slots=True)
class Sizes:
    """The measures of a picture, in pixels.

    Attributes:
        width, height: of a card.
        gap_x: between two columns.
        gap_y: between two cards of a column.
    """

    width: int = 188
    height: int = 66
    gap_x: int = 56
    gap_y: int = 18


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished layout.

    Attributes:
        places: the upper left corner of each card.
        routes: for each edge its way points, from card to card. Curves and straight lines take turns, beginning and
            ending with a curve; straight lines are horizontal and curves stay in the gaps between columns.
        width, height: of the whole.
        layers: the column of each card within its part of the graph.
    """

    places: tuple[Point, ...]
    routes: dict[tuple[int, int], tuple[Point, ...]]
    width: int
    height: int
    layers: tuple[int, ...]


def layout(count: int, edges: Iterable[tuple[int, int]], sizes: Sizes | None = None) -> Layout:
    """Lay out ``count`` cards.

    Args:
        count: how many cards there are, known by number from 0.
        edges: pairs (upstream, downstream); repeated ones count once. They must not make a circle.
        sizes: the measures to use.

    Raises:
        ValueError: the edges make a circle.

    >>> layout(2, [(0, 1)]).places
    ((0, 0), (244, 0))
    """
    sizes = sizes or Sizes()
    edges = sorted(set(edges))
    up: list[list[int]] = [[] for _ in range(count)]
    down: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        up[b].append(a)
        down[a].append(b)
    ranks = _ranks(up, down)
    parts = [_Part(members, ranks, down, sizes) for members in _components(up, down)]
    return _pack(count, parts, sizes)


def _ranks(up: Sequence[Sequence[int]], down: Sequence[Sequence[int]]) -> list[int]:
    """Longest-path layers, each card then pulled towards its consumers where that shortens edges."""
    waiting = [len(sources) for sources in up]
    order = [v for v, left in enumerate(waiting) if not left]
    ranks = [0] * len(up)
    for v in order:
        for w in down[v]:
            ranks[w] = max(ranks[w], ranks[v] + 1)
            waiting[w] -= 1
            if not waiting[w]:
                order.append(w)
    if len(order) < len(up):
        raise ValueError("the edges make a circle, which has no layers")
    for v in reversed(order):
        if len(down[v]) > len(up[v]) or (down[v] and not up[v]):
            ranks[v] = min(ranks[w] for w in down[v]) - 1
    return ranks


def _components(up: Sequence[Sequence[int]], down: Sequence[Sequence[int]]) -> list[list[int]]:
    """The connected parts, the largest first."""
    seen = [False] * len(up)
    parts = []
    for start in range(len(up)):
        if seen[start]:
            continue
        seen[start] = True
        part = [start]
        for v in part:
            for neighbours in (up[v], down[v]):
                for w in neighbours:
                    if not seen[w]:
                        seen[w] = True
                        part.append(w)
        parts.append(sorted(part))
    return sorted(parts, key=lambda part: (-len(part), part[0]))


class _Part:
    """One connected part of the graph, laid out with its upper left corner at 0, 0."""

    def __init__(self, members: list[int], ranks: list[int], down: list[list[int]], sizes: Sizes) -> None:
        self.members = members
        self.sizes = sizes
        base = min(ranks[v] for v in members)
        self.rank = {v: ranks[v] - base for v in members}
        self.columns = max(self.rank.values()) + 1
        self.routed, self.lanes = _split_edges(members, self.rank, down)
        self._add_dummies()
        if len(members) > 1:
            order_layers(self.layers, self.up, self.down)
        centres = straighten(self.layers, self.up, self.down, self.heights, sizes.gap_y)
        half = sizes.height // 2
        top = min(y - self.heights[v] // 2 for v, y in enumerate(centres))
        self.centres = [y - top for y in centres]
        self.bottom = max(self.centres[v] for v in range(len(members))) + sizes.height - half
        self.bottom = max(self.bottom, *self.centres)

    def _add_dummies(self) -> None:
        """Local numbers: cards first, then a place in every layer that a long edge passes, shared by a card's edges."""
        local = {v: i for i, v in enumerate(self.members)}
        rank = [self.rank[v] for v in self.members]
        self.up: list[list[int]] = [[] for _ in rank]
        self.down: list[list[int]] = [[] for _ in rank]
        self.chains: dict[int, list[int]] = {}
        for a, targets in self.routed.items():
            i = local[a]
            chain = [i]
            for r in range(rank[i] + 1, max(self.rank[b] for b in targets)):
                dummy = len(rank)
                rank.append(r)
                self.up.append([chain[-1]])
                self.down.append([])
                self.down[chain[-1]].append(dummy)
                chain.append(dummy)
            for b in targets:
                before = chain[self.rank[b] - rank[i] - 1]
                self.down[before].append(local[b])
                self.up[local[b]].append(before)
            self.chains[a] = chain
        self.layers: list[list[int]] = [[] for _ in range(self.columns)]
        for v, r in enumerate(rank):
            self.layers[r].append(v)
        cards = len(self.members)
        self.heights = [self.sizes.height] * cards + [0] * (len(rank) - cards)

    @property
    def width(self) -> int:
        return self.columns * (self.sizes.width + self.sizes.gap_x) - self.sizes.gap_x

    def _x(self, rank: int) -> int:
        return rank * (self.sizes.width + self.sizes.gap_x)

    def draw(
        self, left: int, top: int, places: dict[int, Point], routes: dict[tuple[int, int], tuple[Point, ...]]
    ) -> int:
        """Enter cards and routes, moved by ``left`` and ``top``; gives the lower end."""
        width, half = self.sizes.width, self.sizes.height // 2
        local = {v: i for i, v in enumerate(self.members)}
        for v, i in local.items():
            places[v] = (left + self._x(self.rank[v]), top + self.centres[i] - half)
        for a, targets in self.routed.items():
            for b in targets:
                steps = self.chains[a][1 : self.rank[b] - self.rank[a]]
                inner = _merged([(self._x(self.rank[a] + 1 + k), self.centres[d]) for k, d in enumerate(steps)], width)
                points = self._ends(a, b, local, inner)
                routes[a, b] = tuple((left + x, top + y) for x, y in points)
        ends: list[int] = []
        for a, b in self.lanes:
            start, stop = self._x(self.rank[a] + 1), self._x(self.rank[b] - 1) + width
            lane = next((k for k, end in enumerate(ends) if end < start), len(ends))
            # Beyond some lanes the picture would only grow; a shared lane is still followed by its ends.
            lane = lane if lane < _LANES else (a + b) % _LANES
            ends[lane : lane + 1] = [max(stop, ends[lane]) if lane < len(ends) else stop]
            y = self.bottom + (lane + 1) * _LANE_GAP
            points = self._ends(a, b, local, [(start, y), (stop, y)])
            routes[a, b] = tuple((left + x, top + y) for x, y in points)
        return top + self.bottom + len(ends) * _LANE_GAP

    def _ends(self, a: int, b: int, local: dict[int, int], inner: list[Point]) -> list[Point]:
        first = (self._x(self.rank[a]) + self.sizes.width, self.centres[local[a]])
        return [first, *inner, (self._x(self.rank[b]), self.centres[local[b]])]


def _split_edges(
    members: list[int], rank: dict[int, int], down: list[list[int]]
) -> tuple[dict[int, list[int]], list[tuple[int, int]]]:
    """Edges that pass between the cards, by source, and those that go below them all.

    An edge needs a place in each layer that it passes. Graphs in which many edges pass hundreds of layers would need
    the square of their size, so only as many of the shortest edges as the size of the graph allows get them.
    """
    edges = sorted((rank[b] - rank[a], a, b) for a in members for b in down[a])
    budget = 6 * len(members) + 400
    routed: dict[int, list[int]] = {}
    lanes = []
    for span, a, b in edges:
        budget -= span - 1
        if budget >= 0 or span == 1:
            routed.setdefault(a, []).append(b)
        else:
            lanes.append((a, b))
    return dict(sorted(routed.items())), lanes


def _merged(steps: list[Point], width: int) -> list[Point]:
    """Both ends of each horizontal line, lines that continue one another joined."""
    points: list[Point] = []
    for x, y in steps:
        if points and points[-1][1] == y:
            points[-1] = (x + width, y)
        else:
            points += [(x, y), (x + width, y)]
    return points


def _pack(count: int, parts: list[_Part], sizes: Sizes) -> Layout:
    """Put the parts in rows, as wide as the widest of them or some columns."""
    step = sizes.width + sizes.gap_x
    row_width = max([part.width for part in parts] + [_ROW_COLUMNS * step - sizes.gap_x])
    places: dict[int, Point] = {}
    routes: dict[tuple[int, int], tuple[Point, ...]] = {}
    layers = [0] * count
    x = y = bottom = width = 0
    for part in parts:
        if x and x + part.width > row_width:
            x, y = 0, bottom + _PART_GAP
        bottom = max(bottom, part.draw(x, y, places, routes))
        width = max(width, x + part.width)
        x += part.width + sizes.gap_x
        for v, r in part.rank.items():
            layers[v] = r
    return Layout(tuple(places[v] for v in range(count)), dict(sorted(routes.items())), width, bottom, tuple(layers))
