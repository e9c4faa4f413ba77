"""The one channel between a kernel and its pages: a widget model that is opened and never displayed.

Its ES module draws over the stored outputs of the notebook. No state is kept in the model, so that none can be stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Received = Callable[[Mapping[str, Any]], None]


class Channel:
    """An open channel.

    Args:
        received: called with each message of a page, on whatever thread the front end delivers it.
    """

    def __init__(self, received: Received) -> None:
        self.widget: Any = _widget_class()()
        self.widget.on_msg(lambda _widget, content, _buffers: received(content))

    def send(self, message: Mapping[str, Any]) -> None:
        """Send ``message`` to every page that shows the notebook."""
        self.widget.send(dict(message))

    def close(self) -> None:
        """Close the channel: pages go back to what is stored."""
        self.widget.close()


@cache
def _widget_class() -> Any:
    """The model's class; made when first needed, since ipywidgets are slow to import.

    It has no layout, which would be a second model with a channel of its own.
    """
    import anywidget

    from asset_magic.page.module import live_module

    # A stored widget is read as this text where there is no kernel.
    named = {"__repr__": lambda self: "All assets, live while their kernel runs."}
    return type("AssetMagicPage", (anywidget.AnyWidget,), {"_esm": live_module(), "layout": None, **named})
