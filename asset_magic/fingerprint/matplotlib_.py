"""The content of Matplotlib's figures: what they look like, since what they are made of changes when they are drawn."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher


def feed_figure(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A figure: its size, and the pixels of a copy drawn in memory. What does not show in a pixel is not seen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = copy_figure(value)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    hasher.feed_items(stream, (*map(float, figure.get_size_inches()), float(figure.dpi)))
    stream.update(memoryview(canvas.buffer_rgba()).cast("B"))


def feed_artist(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """Something drawn, such as axes: the figure that it belongs to, and its place in it."""
    figure = value.get_figure()
    if figure is None:
        hasher.feed(stream, value.properties())
        return
    hasher.feed(stream, figure)
    stream.update(b"%d" % figure.findobj().index(value))


def copy_figure(figure: Any) -> Any:
    """A copy of a figure that pyplot does not know of, so that it is not shown by itself.

    Raises:
        Exception: whatever ``pickle`` raises if a part of the figure cannot be pickled.
    """
    import cloudpickle  # type: ignore[import-untyped]

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        def reducer_override(self, value: Any) -> Any:
            if value is figure:
                state = value.__getstate__()
                state.pop("_restore_to_pylab", None)
                return type(value).__new__, (type(value),), state
            return super().reducer_override(value)

    buffer = BytesIO()
    Pickler(buffer).dump(figure)
    copied = pickle.loads(buffer.getvalue())
    # Pickling puts back the resolution that the figure was made with.
    copied.set_dpi(figure.dpi / figure.canvas.device_pixel_ratio)
    return copied
