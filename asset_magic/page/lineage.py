"""The lineage of assets as a mimebundle: a picture where pictures are shown, a tree of text elsewhere."""

from __future__ import annotations

import base64
import html
from collections import deque
from itertools import chain, repeat
from typing import TYPE_CHECKING

from asset_magic.page.output import framed
from asset_magic.page.picture import alt_text, picture
from asset_magic.page.text import check_counts, one_line, plural

if TYPE_CHECKING:
    from asset_magic.session.views import AssetView, LineageView

SHORTENED = 200
"""Assets above which the text shows the beginning only."""

_LINES = 60
_MOST_LINES = 400
_DEPTH = 20
_NOTHING = "No assets yet."


def lineage(view: LineageView, *, selection: str = "") -> dict[str, str]:
    """The graph as HTML (a picture with a text in its place), as SVG, and as a tree of text.

    Args:
        view: what to draw.
        selection: the text that it was asked for by; empty for all there is.

    >>> from asset_magic.model.keys import AssetKey
    >>> from asset_magic.session.views import AssetView, LineageView
    >>> a, b = (AssetView(key=AssetKey(name)) for name in ("orders", "report"))
    >>> print(lineage(LineageView(assets=(a, b), edges=((a.key, b.key),)))["text/plain"])
    orders
    └─ report
    """
    svg = picture(view)
    return {"text/html": _html(view, svg, selection), "image/svg+xml": svg, "text/plain": lineage_text(view)}


def _html(view: LineageView, svg: str, selection: str) -> str:
    if not view.assets:
        return framed("lineage", (), _NOTHING, selection=selection)
    data = base64.b64encode(svg.encode()).decode("ascii")
    width = int(svg.split(' width="', 1)[1].split('"', 1)[0])
    # Shrinks a little to fit the page; what would become too small to read scrolls instead.
    image = (
        f'<img alt="{html.escape(alt_text(view))}" src="data:image/svg+xml;base64,{data}" '
        f'style="max-width:100%;min-width:{min(width, width * 7 // 10)}px;height:auto;background:transparent">'
    )
    keys = [asset.key for asset in view.assets]
    return framed("lineage", keys, image, style="overflow-x:auto", selection=selection)


def lineage_text(view: LineageView) -> str:
    """The graph as a tree from its roots; an asset is written out once, and as ``name ↑`` where it appears again.

    Branches deeper than some levels are cut with ``name ↓`` and go on further below, at the margin. Of more than
    `SHORTENED` assets only the beginning is shown.
    """
    if not view.assets:
        return _NOTHING
    tree = _Tree(view)
    large = len(view.assets) > SHORTENED
    lines = tree.lines(_LINES if large else _MOST_LINES)
    if large:
        size = f"{plural(len(view.assets), 'asset')}, {plural(len(view.edges), 'dependency', 'dependencies')}"
        lines.insert(0, size)
    hidden = len(view.assets) - len(tree.shown)
    if hidden:
        lines.append(f"… {plural(hidden, 'more asset')}")
    elif tree.cut:
        lines.append("… more dependencies")
    return "\n".join(lines)


class _Tree:
    """A walk over the graph that writes a line for each step."""

    def __init__(self, view: LineageView) -> None:
        self.assets: dict[str, AssetView] = {asset.key: asset for asset in view.assets}
        self.down: dict[str, list[str]] = {key: [] for key in self.assets}
        edges = {edge for edge in view.edges if edge[0] in self.assets and edge[1] in self.assets}
        below = {b for _, b in edges}
        order = {key: k for k, key in enumerate(self.assets)}
        for a, b in sorted(edges, key=lambda edge: order[edge[1]]):
            self.down[a].append(b)
        self.starts = deque(key for key in self.assets if key not in below)
        self.shown: set[str] = set()
        self.cut = False

    def lines(self, limit: int) -> list[str]:
        """At most ``limit`` lines."""
        lines: list[str] = []
        opened: set[str] = set()
        while self.starts:
            stack = [(self.starts.popleft(), "", "", 0)]
            while stack:
                if len(lines) == limit:
                    self.cut = True
                    return lines
                key, lead, indent, depth = stack.pop()
                label = one_line(key, 100)
                if key in opened:
                    lines.append(f"{lead}{label} ↑")
                    continue
                deep = depth >= _DEPTH and bool(self.down[key])
                lines.append(f"{lead}{label} ↓" if deep else lead + _label(self.assets[key]))
                self.shown.add(key)
                if deep:
                    self.starts.appendleft(key)
                    continue
                opened.add(key)
                children = self.down[key]
                stack += [
                    (child, indent + branch, indent + rest, depth + 1)
                    for child, branch, rest in zip(
                        reversed(children),
                        chain(["└─ "], repeat("├─ ")),
                        chain(["   "], repeat("│  ")),
                        strict=False,
                    )
                ]
        return lines


def _label(asset: AssetView) -> str:
    label = one_line(asset.key, 100)
    if asset.kind == "source":
        label += f" (from {one_line(asset.origin, 60)})" if asset.origin else " (source)"
    if asset.summary:
        label += f" · {one_line(asset.summary, 60)}"
    counts = " ".join(f"{sign} {count}" for sign, _, count in check_counts(asset.checks))
    return f"{label} · {counts}" if counts else label
