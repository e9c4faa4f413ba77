"""The content of Matplotlib's figures: what they look like, since what they are made of changes when they are drawn."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xxhash import xxh3_128_digest

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher

_KEPT = 256
_looks: dict[bytes, bytes] = {}  # what a figure is made of -> what it looks like, since drawing takes long


def feed_figure(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A figure: its size, and the pixels of a copy drawn in memory. What does not show in a pixel is not seen."""
    hasher.feed_items(stream, (*map(float, value.get_size_inches()), float(value.dpi)))
    made_of = xxh3_128_digest(f"{float(value.dpi)}:".encode() + _pickled(value, steady=True))
    look = _looks.get(made_of)
    if look is None:
        if len(_looks) >= _KEPT:
            del _looks[next(iter(_looks))]
        look = _looks[made_of] = _look(value)
    stream.update(look)


def _look(figure: Any) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    copied = copy_figure(figure)
    canvas = FigureCanvasAgg(copied)
    # A layout engine begins from where the last one left the axes: the first time it may end a little elsewhere.
    if copied.get_layout_engine() is not None:
        copied.draw_without_rendering()
    canvas.draw()
    return xxh3_128_digest(memoryview(canvas.buffer_rgba()).cast("B"))


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
    copied = pickle.loads(_pickled(figure))
    # Pickling puts back the resolution that the figure was made with.
    copied.set_dpi(figure.dpi / figure.canvas.device_pixel_ratio)
    return copied


def _pickled(figure: Any, *, steady: bool = False) -> bytes:
    """A figure as bytes, without its place in pyplot; ``steady`` bytes are equal each time, and only to be compared."""
    import cloudpickle  # type: ignore[import-untyped]
    from matplotlib.cbook import CallbackRegistry

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        def reducer_override(self, value: Any) -> Any:
            if value is figure:
                state = value.__getstate__()
                state.pop("_restore_to_pylab", None)
                return type(value).__new__, (type(value),), state
            if steady and type(value) is CallbackRegistry:  # these count how often they are pickled
                kept: Any = value.__getstate__()
                return CallbackRegistry, (), {**kept, "_cid_gen": 0}
            return super().reducer_override(value)

    buffer = BytesIO()
    Pickler(buffer).dump(figure)
    return buffer.getvalue()
