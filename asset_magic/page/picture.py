"""The lineage as one SVG, to be stored: cards in layers, in a palette that reads on light and on dark.

A stored picture cannot see the theme of the page, so its cards are opaque. It shows no statuses, which time would
falsify; the picture that does is drawn by `asset_magic.page.live_picture`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from asset_magic.page.layout import Point, Sizes, layout
from asset_magic.page.text import NEUTRAL, STATUS_FILL, check_counts, group_colour, one_line, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asset_magic.session.views import AssetView, LineageView

PAD = 12
"""Pixels around the whole picture."""

TEXT_LEFT = 16
"""Pixels from the left edge of a card to its text."""

_MIN_WIDTH, _MAX_WIDTH, _LEGEND = 168, 236, 26
FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"
_CARD_FILL, _CARD_EDGE, _INK, _SOFT_INK, _LINE = "#fafbfc", "#b6bcc6", "#1f2328", "#57606a", "#8b939e"
_SOURCE_FILL, _SOURCE_EDGE = "#eceff3", "#7d8590"
_KIND_FILL, _KIND_INK = "#dfe3e8", "#434b55"
_BADGES = {"✓": "#1a7f4b", "!": "#96590a", "✗": "#c53030", "○": "#57606a"}


def picture(view: LineageView) -> str:
    """The graph as SVG, the same bytes for equal views."""
    number: dict[str, int] = {asset.key: k for k, asset in enumerate(view.assets)}
    edges = [(number[a], number[b]) for a, b in view.edges if a in number and b in number]
    names = [asset.key.rpartition("/")[2] for asset in view.assets]
    sizes = Sizes(width=card_width(names), height=_card_height(view.assets))
    plan = layout(len(view.assets), edges, sizes)
    keys = [asset.key for asset in view.assets]
    legend = _legend(view.assets, plan.width, plan.height)
    parts = [_opening(plan.width + 2 * PAD, plan.height + 2 * PAD + (_LEGEND if legend else 0), alt_text(view))]
    parts.append(f'<g fill="none" stroke="{_LINE}" stroke-width="1.4">')
    parts += [edge(escape(keys[a]), escape(keys[b]), points, "am-arrow") for (a, b), points in plan.routes.items()]
    parts.append("</g>")
    parts += [_card(asset, place, sizes) for asset, place in zip(view.assets, plan.places, strict=True)]
    parts.append(f"{legend}</g></svg>")
    return "".join(parts)


def alt_text(view: LineageView) -> str:
    """The picture in words, for those who do not see it."""
    if not view.assets:
        return "No assets yet."
    names = ", ".join(one_line(asset.key, 80) for asset in view.assets[:12])
    more = f" and {len(view.assets) - 12:,} more" if len(view.assets) > 12 else ""
    size = f"{plural(len(view.assets), 'asset')}, {plural(len(view.edges), 'dependency', 'dependencies')}"
    return f"Asset lineage: {size}: {names}{more}"


def _opening(width: int, height: int, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="am-lineage" width="{width}" height="{height}" '
        f'viewBox="{-PAD} {-PAD} {width} {height}" role="img" aria-label="{escape(label)}">'
        f"<defs>{arrow('am-arrow', _LINE)}</defs>"
        f'<g font-family="{FONT}" font-size="11">'
    )


def arrow(name: str, fill: str = "") -> str:
    """The head of an edge, to be used by its name."""
    look = f' fill="{fill}"' if fill else ""
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0 0L8 4L0 8z"{look}/></marker>'
    )


def edge(upstream: str, downstream: str, points: tuple[Point, ...], head: str) -> str:
    """An edge along its way points, which ends in the `arrow` called ``head``; all names are escaped already."""
    (x, y), *rest = points
    path = [f"M{x} {y}"]
    for k, (to_x, to_y) in enumerate(rest):
        if k % 2 or y == to_y:
            path.append(f"H{to_x}")
        else:
            middle = (x + to_x) // 2
            path.append(f"C{middle} {y} {middle} {to_y} {to_x} {to_y}")
        x, y = to_x, to_y
    return (
        f'<path class="am-edge" data-from="{upstream}" data-to="{downstream}" d="{"".join(path)}" '
        f'marker-end="url(#{head})"/>'
    )


def _card(asset: AssetView, place: Point, sizes: Sizes) -> str:
    x, y = place
    width, height = sizes.width, sizes.height
    source = asset.kind == "source"
    fill, edge = (_SOURCE_FILL, f'{_SOURCE_EDGE}" stroke-dasharray="5 3') if source else (_CARD_FILL, _CARD_EDGE)
    name = fit(asset.key.rpartition("/")[2], width - TEXT_LEFT - 10, 13, bold=True)
    second = fit(second_line(asset), width - TEXT_LEFT - 10, 11)
    return (
        f'<g class="am-node" data-key="{escape(asset.key)}" transform="translate({x},{y})">'
        f"<title>{escape(_title(asset))}</title>"
        f'<rect class="am-card" width="{width}" height="{height}" rx="7" fill="{fill}" stroke="{edge}"'
        f' stroke-width="1.2"/>'
        f"{stripe(asset.group, height)}"
        f'<text class="am-name" x="{TEXT_LEFT}" y="20" font-size="13" font-weight="600" fill="{_INK}">{escape(name)}'
        f'</text><text class="am-meta" x="{TEXT_LEFT}" y="37" fill="{_SOFT_INK}">{escape(second)}</text>'
        f"{_bottom_row(asset, width)}</g>"
    )


def second_line(asset: AssetView) -> str:
    """What an asset is, on the line below its name."""
    said = asset.summary or asset.description or asset.key.rpartition("/")[0]
    return one_line(f"from {asset.origin}" if asset.origin else said, 120)


def stripe(group: str, height: int) -> str:
    """The left edge of a card, in the colour of its group."""
    return (
        f'<path class="am-stripe" d="M7 0A7 7 0 0 0 0 7V{height - 7}A7 7 0 0 0 7 {height}z" '
        f'fill="{group_colour(group)}"/>'
    )


def _title(asset: AssetView) -> str:
    origin = f"from {asset.origin}" if asset.origin else ""
    facts = [one_line(asset.key), origin, one_line(asset.summary), one_line(asset.description)]
    return " · ".join(fact for fact in facts if fact)


def _bottom_row(asset: AssetView, width: int) -> str:
    """Pills from the left and verdicts of checks from the right; pills that find no room are left out."""
    drawn = []
    right = width - 10
    for sign, _, count in reversed(check_counts(asset.checks)):
        label = f"{sign} {count}"
        drawn.append(
            f'<text class="am-check" x="{right}" y="55.5" text-anchor="end" font-weight="600" '
            f'fill="{_BADGES[sign]}">{label}</text>'
        )
        right -= text_width(label, 11, bold=True) + 9
    left = TEXT_LEFT - 2
    pills = [("source", STATUS_FILL["source"], "#ffffff")] if asset.kind == "source" else []
    pills += [(one_line(kind, 24), _KIND_FILL, _KIND_INK) for kind in asset.kinds]
    for label, fill, ink in pills:
        size = text_width(label, 10) + 12
        if left + size > right:
            break
        drawn.append(
            f'<rect x="{left}" y="44" width="{size}" height="15" rx="7.5" fill="{fill}"/>'
            f'<text x="{left + size // 2}" y="55" font-size="10" text-anchor="middle" fill="{ink}">'
            f"{escape(label)}</text>"
        )
        left += size + 5
    return "".join(drawn)


_NARROW, _BROAD = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMW@%—")


def text_width(text: str, size: int, *, bold: bool = False) -> int:
    """About how wide ``text`` is, in pixels; rather too wide, since the fonts of readers differ."""
    tenths = 0
    for char in text:
        if char in _NARROW:
            tenths += 38
        elif char in _BROAD:
            tenths += 98
        elif char.isascii():
            tenths += 72 if char.isupper() else 62
        else:
            tenths += 105 if ord(char) >= 0x1100 else 66
    return tenths * size * (106 if bold else 100) // 10_000 + 1


def fit(text: str, width: int, size: int, *, bold: bool = False) -> str:
    """As much of ``text`` as fits ``width`` pixels, with an ellipsis where something is left out."""
    if text_width(text[:width], size, bold=bold) <= width and len(text) <= width:
        return text
    room = width - text_width("…", size, bold=bold)
    kept = text[:width]
    while kept and text_width(kept, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def card_width(names: Iterable[str]) -> int:
    """Wide enough for the longest name, within bounds; even, so that halves are whole pixels."""
    longest = max((text_width(name[:60], 13, bold=True) for name in names), default=0)
    return min(max(longest + TEXT_LEFT + 12, _MIN_WIDTH), _MAX_WIDTH) // 2 * 2


def _card_height(assets: tuple[AssetView, ...]) -> int:
    """Low where no card has a third row."""
    return 66 if any(asset.kind == "source" or asset.kinds or asset.checks for asset in assets) else 48


def _legend(assets: tuple[AssetView, ...], width: int, top: int) -> str:
    """The colours of the groups on a line below the cards, as far as there is room."""
    named = dict.fromkeys(asset.group for asset in assets if asset.group != "default")
    parts, x = [], 0
    for k, group in enumerate(named):
        name = fit(one_line(group, 60), 160, 11)
        more = f"+{len(named) - k} more"
        size = 16 + text_width(name, 11) + 16
        last = k == len(named) - 1
        if x + size + (0 if last else text_width(more, 11)) > width + 16:
            parts.append(f'<text x="{x}" y="{top + 21}">{more}</text>')
            break
        colour = group_colour(group)
        parts.append(f'<rect x="{x}" y="{top + 12}" width="10" height="10" rx="2" fill="{colour}"/>')
        parts.append(f'<text x="{x + 16}" y="{top + 21}">{escape(name)}</text>')
        x += size
    return f'<g class="am-legend" fill="{NEUTRAL}">{"".join(parts)}</g>' if parts else ""
