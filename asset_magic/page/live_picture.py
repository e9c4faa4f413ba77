"""The lineage as one SVG that a live view draws over: its looks are left to the page's CSS.

Each card has a third row for its status, the verdicts of its checks and a bar of progress. What the script of the page
writes there later starts as it is known now.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from asset_magic.page.layout import Point, Sizes, layout
from asset_magic.page.picture import (
    PAD,
    TEXT_LEFT,
    alt_text,
    arrow,
    card_width,
    edge,
    fit,
    second_line,
    stripe,
    text_width,
)
from asset_magic.page.table import status_of
from asset_magic.page.text import check_counts, group_colour, one_line, plural, shorten, visible
from asset_magic.session.views import AssetView, GroupView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asset_magic.session.views import CheckView, LineageView

_HEIGHT, _MIN_WIDTH = 66, 188
_LONGEST = 1_000  # characters of a name
_PILL = (
    max(text_width(word, 10) for word in ("fresh", "stale", "missing", "failed", "running", "queued", "source")) + 12
)

Node = AssetView | GroupView


def live_picture(view: LineageView, *, prefix: str = "am") -> str:
    """The graph as SVG for a live view.

    Args:
        view: what to draw, `collapse`d as it may be.
        prefix: what ids begin with, so that several pictures can stand on one page.

    >>> from asset_magic.session.views import LineageView
    >>> live_picture(LineageView(assets=(AssetView(key="a"),), edges=()), prefix="am7").count('data-status="missing"')
    1
    """
    nodes: list[Node] = [*view.assets, *view.groups]
    number = {node.key: k for k, node in enumerate(nodes)}
    edges = [(number[a], number[b]) for a, b in view.edges if a in number and b in number]
    names = [_name(node) for node in nodes]
    sizes = Sizes(width=max(card_width(names), _MIN_WIDTH), height=_HEIGHT)
    plan = layout(len(nodes), edges, sizes)
    head, clip = f"{prefix}-arrow", f"{prefix}-clip"
    parts = [_opening(plan.width + 2 * PAD, plan.height + 2 * PAD, alt_text(view)), f"<defs>{arrow(head)}"]
    room = sizes.width - TEXT_LEFT - 8
    parts.append(f'<clipPath id="{clip}"><rect x="{TEXT_LEFT}" width="{room}" height="{_HEIGHT}"/></clipPath></defs>')
    parts.append('<g class="am-edges" fill="none" stroke-width="1.4">')
    parts += [edge(_id(nodes[a].key), _id(nodes[b].key), points, head) for (a, b), points in plan.routes.items()]
    parts.append("</g>")
    parts += [_node(node, place, sizes.width, clip) for node, place in zip(nodes, plan.places, strict=True)]
    parts.append("</svg>")
    return "".join(parts)


def _opening(width: int, height: int, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="am-lineage" width="{width}" height="{height}" '
        f'viewBox="{-PAD} {-PAD} {width} {height}" role="group" aria-label="{escape(label)}" font-size="11">'
    )


def _node(node: Node, place: Point, width: int, clip: str) -> str:
    status, second = _status(node), _second(node)
    name = one_line(node.name if isinstance(node, GroupView) else node.key)
    said = f"{name}, {status}, {second}" if second else f"{name}, {status}"
    shown = fit(_name(node), width - TEXT_LEFT - 10, 13, bold=True)
    group = node.name if isinstance(node, GroupView) else node.group
    return (
        f'<g {_identity(node)} data-node="{_id(node.key)}" data-status="{status}" tabindex="-1" role="button" '
        f'aria-label="{escape(said)}" transform="translate({place[0]},{place[1]})"><title>{escape(said)}</title>'
        f"{_behind(node, width)}"
        f'<rect class="am-card" width="{width}" height="{_HEIGHT}" rx="7" stroke-width="1.2"/>{stripe(group, _HEIGHT)}'
        f'<text class="am-name" x="{TEXT_LEFT}" y="20" font-size="13" font-weight="600">{escape(shown)}</text>'
        f'<text class="am-meta" x="{TEXT_LEFT}" y="37" clip-path="url(#{clip})">'
        f"{escape(fit(second, width - TEXT_LEFT - 10, 11))}</text>"
        f'<rect class="am-pill" x="{TEXT_LEFT - 2}" y="44" width="{_PILL}" height="15" rx="7.5"/>'
        f'<text class="am-status" x="{TEXT_LEFT - 2 + _PILL // 2}" y="55" font-size="10" text-anchor="middle">{status}'
        f'</text><g class="am-marks">{_marks(_checks(node), width)}</g>'
        f'<rect class="am-bar" x="7" y="{_HEIGHT - 3}" width="0" height="3" rx="1.5"/></g>'
    )


def _identity(node: Node) -> str:
    if isinstance(node, AssetView):
        return f'class="am-node" data-key="{_id(node.key)}"'
    keys = escape(" ".join(asset.key for asset in node.assets))
    return f'class="am-node am-group" data-group="{_id(node.name)}" data-keys="{keys}"'


def _id(name: str) -> str:
    return escape(shorten(visible(name), _LONGEST))


def _behind(node: Node, width: int) -> str:
    """The edge of a second card, as if a group were a pile of them."""
    if isinstance(node, AssetView):
        return ""
    colour = group_colour(node.name)
    return f'<path class="am-pile" d="M8 {_HEIGHT + 3}H{width - 4}q7 0 7 -7V8" fill="none" stroke="{colour}"/>'


def _name(node: Node) -> str:
    return one_line(node.name if isinstance(node, GroupView) else node.key.rpartition("/")[2], 120)


def _second(node: Node) -> str:
    if isinstance(node, AssetView):
        return second_line(node)
    size = plural(len(node.assets), "asset")
    return size if node.parts == 1 else f"{size}, part {node.part} of {node.parts}"


def _status(node: Node) -> str:
    """The word for how an asset stands, or all assets of a group that stand alike."""
    if isinstance(node, AssetView):
        return node.last_run if node.last_run in ("running", "failed") else status_of(node)
    statuses = {_status(asset) for asset in node.assets}
    if len(statuses) > 1:
        statuses.discard("source")
    return statuses.pop() if len(statuses) == 1 else "mixed"


def _checks(node: Node) -> tuple[CheckView, ...]:
    if isinstance(node, AssetView):
        return node.checks
    return tuple(check for asset in node.assets for check in asset.checks)


def _marks(checks: Iterable[CheckView], width: int) -> str:
    """How many checks got each verdict, from the right."""
    marks = "".join(
        f'<tspan class="am-mark" data-mark="{sign}" dx="{9 if k else 0}">{sign} {count}</tspan>'
        for k, (sign, _, count) in enumerate(check_counts(tuple(checks)))
    )
    return f'<text class="am-mark-row" x="{width - 10}" y="55" text-anchor="end">{marks}</text>' if marks else ""
