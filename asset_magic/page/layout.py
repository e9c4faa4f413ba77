"""Where the cards of a graph go: a layered layout, left to right, of numbers alone.

All arithmetic is on integers, so every machine and Python version gets the same picture, and nothing recurses, so
long chains are fine. Parts of the graph that are not connected are laid out apart and then packed in rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asset_magic.page.layers import flatten, order_layers, straighten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[int, int]
Routes = dict[tuple[int, int], tuple[Point, ...]]

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
    routes: Routes
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
        self.width = self._x(self.columns) - sizes.gap_x
        self.between, self.below = _split_edges(members, self.rank, down)
        self._add_dummies()
        if len(members) > 1:
            order_layers(self.layers, self.up, self.down)
        centres = straighten(self.layers, self.up, self.down, self.heights, sizes.gap_y)
        flatten(self.chains.values(), self.layers, self.down, self.heights, centres)
        top = min(y - height // 2 for y, height in zip(centres, self.heights, strict=True))
        self.centres = [y - top for y in centres]
        self.bottom = max(y + (height + 1) // 2 for y, height in zip(self.centres, self.heights, strict=True))

    def _add_dummies(self) -> None:
        """Local numbers: cards first, then a place in every layer that a long edge passes, shared by a card's edges."""
        self.local = {v: i for i, v in enumerate(self.members)}
        rank = [self.rank[v] for v in self.members]
        self.up: list[list[int]] = [[] for _ in rank]
        self.down: list[list[int]] = [[] for _ in rank]
        self.chains: dict[int, list[int]] = {}
        for a, targets in self.between.items():
            i = self.local[a]
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
                self.down[before].append(self.local[b])
                self.up[self.local[b]].append(before)
            self.chains[a] = chain
        self.layers: list[list[int]] = [[] for _ in range(self.columns)]
        for v, r in enumerate(rank):
            self.layers[r].append(v)
        cards = len(self.members)
        self.heights = [self.sizes.height] * cards + [0] * (len(rank) - cards)

    def _x(self, rank: int) -> int:
        return rank * (self.sizes.width + self.sizes.gap_x)

    def draw(self, left: int, top: int, places: dict[int, Point], routes: Routes) -> int:
        """Enter cards and routes, moved by ``left`` and ``top``; gives the lower end."""
        half = self.sizes.height // 2
        for v, i in self.local.items():
            places[v] = (left + self._x(self.rank[v]), top + self.centres[i] - half)
        for a, targets in self.between.items():
            line = [(self._x(self.rank[a] + k), self.centres[d]) for k, d in enumerate(self.chains[a])]
            for b in targets:
                inner = _merged(line[1 : self.rank[b] - self.rank[a]], self.sizes.width)
                routes[a, b] = self._route(a, b, inner, left, top)
        return top + self._draw_below(left, top, routes)

    def _draw_below(self, left: int, top: int, routes: Routes) -> int:
        """Lines below all cards, one for the edges of a card, side by side where they would meet."""
        ends: list[int] = []
        for a, targets in self.below.items():
            start = self._x(self.rank[a] + 1)
            stops = {b: self._x(self.rank[b] - 1) + self.sizes.width for b in targets}
            lane = next((k for k, end in enumerate(ends) if end < start), len(ends))
            if lane == len(ends) < _LANES:
                ends.append(0)
            # Beyond some lines the picture would only grow, so lines are shared.
            lane = lane if lane < _LANES else a % _LANES
            ends[lane] = max(ends[lane], *stops.values())
            y = self.bottom + (lane + 1) * _LANE_GAP
            for b, stop in stops.items():
                routes[a, b] = self._route(a, b, [(start, y), (stop, y)], left, top)
        return self.bottom + len(ends) * _LANE_GAP

    def _route(self, a: int, b: int, inner: list[Point], left: int, top: int) -> tuple[Point, ...]:
        first = (self._x(self.rank[a]) + self.sizes.width, self.centres[self.local[a]])
        last = (self._x(self.rank[b]), self.centres[self.local[b]])
        return tuple((left + x, top + y) for x, y in [first, *inner, last])


def _split_edges(
    members: list[int], rank: dict[int, int], down: list[list[int]]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Edges that pass between the cards, and those that go below them all, by source.

    An edge needs a place in each layer that it passes. Graphs in which many edges pass hundreds of layers would need
    the square of their size, so only as many of the shortest edges as the size of the graph allows get them.
    """
    edges = sorted((rank[b] - rank[a], a, b) for a in members for b in down[a])
    budget = 6 * len(members) + 400
    reach: dict[int, int] = {}
    between: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for span, a, b in edges:
        # The places are shared by the edges of a card, the way points are not.
        cost = span - reach.get(a, 1) + span // 8
        if span == 1 or cost <= budget:
            budget -= cost
            reach[a] = span
            between.setdefault(a, []).append(b)
        else:
            below.setdefault(a, []).append(b)
    return dict(sorted(between.items())), dict(sorted(below.items()))


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
    routes: Routes = {}
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
