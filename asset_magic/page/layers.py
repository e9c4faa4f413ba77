"""Order and height within the layers of a graph: few crossings first, then straight edges.

Layers hold numbers of cards and dummies; ``up`` and ``down`` name their neighbours in the layers before and after.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

Adjacency = Sequence[Sequence[int]]

_SWEEPS = 10
_COUNTED = 6_000  # edges up to which counting crossings is worth its time
_DUMMY_GAP = 14
_BETWEEN_DUMMIES = 10
_FAR = 1 << 40


def order_layers(layers: list[list[int]], up: Adjacency, down: Adjacency) -> None:
    """Order each layer, in place, by the barycentres of its neighbours, sweeping to and fro."""
    _order_by_walk(layers, up, down)
    segments = sum(map(len, down))
    counted = segments <= _COUNTED
    best, fewest = [layer[:] for layer in layers], _crossings(layers, down) if counted else 0
    position = _positions(layers, len(up))
    for sweep in range(_SWEEPS if counted else _SWEEPS // 2):
        if counted and not fewest:
            break
        forward = sweep % 2 == 0
        neighbours = up if forward else down
        for r in range(1, len(layers)) if forward else range(len(layers) - 2, -1, -1):
            _sort_layer(layers[r], neighbours, position)
        if counted and (crossings := _crossings(layers, down)) < fewest:
            best, fewest = [layer[:] for layer in layers], crossings
    if counted:
        layers[:] = best


def _order_by_walk(layers: list[list[int]], up: Adjacency, down: Adjacency) -> None:
    """Begin in the order of a depth-first walk, which draws trees without crossings."""
    seen = [False] * len(up)
    rank = {v: r for r, layer in enumerate(layers) for v in layer}
    starts = [v for layer in layers for v in layer if not up[v]]
    ordered: list[list[int]] = [[] for _ in layers]
    stack = starts[::-1]
    while stack:
        v = stack.pop()
        if seen[v]:
            continue
        seen[v] = True
        ordered[rank[v]].append(v)
        stack.extend(w for w in reversed(down[v]) if not seen[w])
    layers[:] = ordered


def _positions(layers: list[list[int]], count: int) -> list[int]:
    position = [0] * count
    for layer in layers:
        for k, v in enumerate(layer):
            position[v] = k
    return position


def _sort_layer(layer: list[int], neighbours: Adjacency, position: list[int]) -> None:
    key = {}
    for v in layer:
        near = neighbours[v]
        key[v] = sum([position[u] for u in near]) / len(near) if near else float(position[v])
    layer.sort(key=key.__getitem__)
    for k, v in enumerate(layer):
        position[v] = k


def _crossings(layers: list[list[int]], down: Adjacency) -> int:
    """How many pairs of edges cross: the inversions of their ends, layer by layer."""
    total = 0
    for r, layer in enumerate(layers[:-1]):
        place = {v: k for k, v in enumerate(layers[r + 1])}
        ends: list[int] = []
        for v in layer:
            targets = [place[w] for w in down[v]]
            total += sum(len(ends) - bisect_right(ends, target) for target in targets)
            for target in targets:
                insort(ends, target)
    return total


def straighten(layers: list[list[int]], up: Adjacency, down: Adjacency, heights: Sequence[int], gap: int) -> list[int]:
    """The middle of each card and dummy: orders and distances kept, near the mean of what it is joined to."""
    centre = [0] * len(heights)
    offsets = [_offsets(layer, heights, gap) for layer in layers]
    for layer, offset in zip(layers, offsets, strict=True):
        for v, y in zip(layer, offset, strict=True):
            centre[v] = y - offset[-1] // 2
    # Towards one side first, so that long edges become straight; both sides at the end, for balance.
    passes = [(up,), (down,), (up,), (down,), (up, down), (up, down), (up,), (down,), (up, down), (up, down)]
    for turn, sides in enumerate(passes if len(centre) <= 4 * _COUNTED else passes[:4]):
        last = len(layers) - 1
        for r in range(last + 1) if turn % 2 == 0 else range(last, -1, -1):
            _place_layer(layers[r], offsets[r], sides, heights, centre)
    return centre


def _offsets(layer: list[int], heights: Sequence[int], gap: int) -> list[int]:
    """The least distance of each member from the first one."""
    return list(accumulate((_distance(heights[u], heights[v], gap) for u, v in pairwise(layer)), initial=0))


def _distance(above: int, below: int, gap: int) -> int:
    """The least distance of two middles; dummies, which have no height, may be nearer."""
    space = gap if above and below else _DUMMY_GAP if above or below else _BETWEEN_DUMMIES
    return (above + below) // 2 + space


def _place_layer(
    layer: list[int], offsets: list[int], sides: Sequence[Adjacency], heights: Sequence[int], centre: list[int]
) -> None:
    """Least squares under the distances: with these taken off, a non-decreasing fit (pool adjacent violators)."""
    blocks: list[tuple[int, int, int]] = []  # sum of weighted wishes, weight, members
    for v, offset in zip(layer, offsets, strict=True):
        near = [u for side in sides for u in side[v]]
        # Like to like where there is some: rows of cards stay level beside the long edges that end in them.
        near = [u for u in near if bool(heights[u]) == bool(heights[v])] or near
        wish = (2 * sum([centre[u] for u in near]) + len(near)) // (2 * len(near)) if near else centre[v]
        weight = 1 if not near else 4 if heights[v] else 8
        total, size = (wish - offset) * weight, 1
        while blocks and blocks[-1][0] * weight > total * blocks[-1][1]:
            before, before_weight, before_size = blocks.pop()
            total, weight, size = total + before, weight + before_weight, size + before_size
        blocks.append((total, weight, size))
    k = 0
    for total, weight, size in blocks:
        start = (2 * total + weight) // (2 * weight)
        for _ in range(size):
            centre[layer[k]] = start + offsets[k]
            k += 1


def flatten(
    chains: Iterable[Sequence[int]],
    layers: list[list[int]],
    down: Adjacency,
    heights: Sequence[int],
    centre: list[int],
) -> None:
    """Join the dummies of long edges to horizontal lines, as long as the room between their neighbours allows.

    Each chain is a card and the dummies after it.
    """
    above, below = {}, {}
    for layer in layers:
        for u, v in pairwise(layer):
            above[v], below[u] = u, v
    for card, *dummies in chains:
        ends = [centre[card], *(centre[v] for v in down[dummies[-1]])] if dummies else []
        run: list[int] = []
        low, high = -_FAR, _FAR
        for v in dummies:
            # Dummies have no height, so the gap between cards does not matter here.
            least = centre[above[v]] + _distance(heights[above[v]], 0, 0) if v in above else -_FAR
            most = centre[below[v]] - _distance(0, heights[below[v]], 0) if v in below else _FAR
            if max(low, least) > min(high, most):
                _level(run, low, high, ends, centre)
                run, low, high = [], -_FAR, _FAR
            run.append(v)
            low, high = max(low, least), min(high, most)
        _level(run, low, high, ends, centre)


def _level(run: list[int], low: int, high: int, ends: list[int], centre: list[int]) -> None:
    """Put a run at one height: that of an end of its edge where there is room, else as near to the ends as may be."""
    if not run:
        return
    wishes = [y for y in ends if low <= y <= high]
    mean = sum(centre[v] for v in run) // len(run)
    middle = sum(ends) // len(ends)
    y = min(wishes, key=lambda wish: abs(wish - mean)) if wishes else min(max(middle, low), high)
    for v in run:
        centre[v] = y
