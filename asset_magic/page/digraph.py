"""The lineage as a `graphviz.Digraph`, for those who want to lay it out, change it or export it themselves.

Nothing else of ours uses Graphviz, so that what is stored does not depend on what is installed.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from asset_magic.page.table import status_of
from asset_magic.page.text import STATUS_FILL, group_colour, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    import graphviz

    from asset_magic.session.views import AssetView, LineageView

_LINE = 60
_GRAPH = {"rankdir": "LR", "fontname": "Helvetica", "fontsize": "11", "style": "rounded"}
_NODE = {"shape": "box", "fontname": "Helvetica", "fontsize": "11", "margin": "0.16,0.08"}
_EDGE = {"color": "#8b939e", "arrowsize": "0.7"}


def digraph(view: LineageView, *, statuses: bool = False) -> graphviz.Digraph:
    r"""The graph with a cluster for each group; the same source for equal views.

    Args:
        view: what to draw.
        statuses: say how each asset stands, too.

    >>> from asset_magic.session.views import AssetView, LineageView
    >>> a, b = AssetView(key="orders"), AssetView(key="report", summary="str of 3")
    >>> drawn = digraph(LineageView(assets=(a, b), edges=(("orders", "report"),)))
    >>> [line.strip() for line in drawn.source.splitlines()][-4:-1]  # doctest: +NORMALIZE_WHITESPACE
    ['n0 [label=orders color="#64748b" style=rounded tooltip=orders]',
     'n1 [label="report\\nstr of 3" color="#64748b" style=rounded tooltip=report]',
     'n0 -> n1']
    """
    import graphviz  # seldom needed

    name: dict[str, str] = {asset.key: f"n{k}" for k, asset in enumerate(view.assets)}
    drawn = graphviz.Digraph("lineage", graph_attr=_GRAPH, node_attr=_NODE, edge_attr=_EDGE)
    for number, (group, assets) in enumerate(_by_group(view.assets).items()):
        if group == "default":
            _add(drawn, assets, name, statuses)
            continue
        colour = group_colour(group)
        with drawn.subgraph(name=f"cluster_{number}") as cluster:
            cluster.attr(label=_quoted(group), color=colour, fontcolor=colour)
            _add(cluster, assets, name, statuses)
    for up, down in view.edges:
        if up in name and down in name:
            drawn.edge(name[up], name[down])
    return drawn


def _by_group(assets: Iterable[AssetView]) -> dict[str, list[AssetView]]:
    groups: dict[str, list[AssetView]] = {}
    for asset in assets:
        groups.setdefault(asset.group, []).append(asset)
    return groups


def _add(graph: graphviz.Digraph, assets: Iterable[AssetView], name: dict[str, str], statuses: bool) -> None:
    for asset in assets:
        lines = [asset.key, asset.summary, ", ".join(asset.kinds)]
        look = {"color": group_colour(asset.group), "style": "rounded,dashed" if asset.kind == "source" else "rounded"}
        if statuses:
            word = asset.last_run if asset.last_run in ("failed", "running") else status_of(asset)
            lines.append(word)
            look["fontcolor"] = STATUS_FILL[word]
        label = r"\n".join(_quoted(line) for line in lines if line)
        graph.node(name[asset.key], label, tooltip=_quoted(asset.key), **look)


def _quoted(text: str) -> str:
    """A text that Graphviz shows as it is."""
    import graphviz

    # An & begins the name of a character there, and a label in <> would be read as HTML.
    return str(graphviz.escape(escape(one_line(text, _LINE), quote=False)))
