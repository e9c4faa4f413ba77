"""Figures of Matplotlib: what is written and drawn in them, as a tree, and both pictures side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint.matplotlib_ import copy_figure
from asset_magic.session.comparing.difference import ValueDiff
from asset_magic.session.comparing.nested import compare_nested

if TYPE_CHECKING:
    from asset_magic.session.comparing.nested import Describe

_KEY = re.compile(r"\['([^']*)'\]")
_WIDTH = 360  # pixels of each picture
_GAP = 12


def compare_figures(old: Any, new: Any, describe: Describe) -> ValueDiff:
    """How a figure differs from an earlier one; ``describe`` tells of the arrays in it."""
    found = compare_nested(_described(old), _described(new), describe)
    tables = tuple([replace(table, rows=tuple(map(_in_words, table.rows))) for table in found.tables])
    said = found.said or ("two pictures; what is drawn in them differs in looks alone",)
    return replace(found, said=said, tables=tables, picture=_side_by_side(old, new))


def _in_words(row: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """A row of the tree with where it is as "axes 1, title"."""
    sign, (where, *cells) = row
    return sign, (_KEY.sub(r", \1", where).removeprefix(", "), *cells)


def _described(figure: Any) -> dict[str, Any]:
    """What is in a figure, in words and arrays."""
    found = {"size": tuple(round(float(size), 6) for size in figure.get_size_inches()), "title": figure.get_suptitle()}
    return found | {f"axes {number}": _described_axes(axes) for number, axes in enumerate(figure.axes, 1)}


def _described_axes(axes: Any) -> dict[str, Any]:
    legend = axes.get_legend()
    found: dict[str, Any] = {
        "title": axes.get_title(),
        "x label": axes.get_xlabel(),
        "y label": axes.get_ylabel(),
        "x scale": axes.get_xscale(),
        "y scale": axes.get_yscale(),
        "legend": [text.get_text() for text in legend.get_texts()] if legend is not None else [],
        "texts": [text.get_text() for text in axes.texts],
    }
    for number, line in enumerate(axes.lines, 1):
        found[f"line {number}"] = {"label": _label(line), "x": line.get_xdata(), "y": line.get_ydata()}
    for number, points in enumerate(axes.collections, 1):
        found[f"points {number}"] = {"label": _label(points), "at": points.get_offsets()}
    for number, bars in enumerate(axes.containers, 1):
        found[f"bars {number}"] = {
            "label": _label(bars),
            "sizes": [_size(bar) for bar in bars if hasattr(bar, "get_bbox")],
        }
    for number, image in enumerate(axes.images, 1):
        found[f"image {number}"] = image.get_array()
    return found


def _label(artist: Any) -> str:
    """The label that the reader gave; those of Matplotlib's own begin with an underscore."""
    label = str(artist.get_label())
    return "" if label.startswith("_") else label


def _size(bar: Any) -> tuple[float, ...]:
    return tuple(float(f"{size:.6g}") for size in bar.get_bbox().bounds)


def _side_by_side(old: Any, new: Any) -> bytes:
    """Both figures, the older one at the left, as a PNG."""
    from PIL import Image

    pictures = [Image.open(BytesIO(_drawn(figure))) for figure in (old, new)]
    width, height = sum(picture.width for picture in pictures) + _GAP, max(picture.height for picture in pictures)
    both = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    both.paste(pictures[0], (0, 0))
    both.paste(pictures[1], (pictures[0].width + _GAP, 0))
    stream = BytesIO()
    both.save(stream, "PNG")
    return stream.getvalue()


def _drawn(figure: Any) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    copied = copy_figure(figure)
    FigureCanvasAgg(copied)
    stream = BytesIO()
    copied.savefig(stream, format="png", dpi=_WIDTH / copied.get_size_inches()[0], metadata={"Software": None})
    return stream.getvalue()
