"""The frame of all that is shown: what the live view has to know of an output stands in its attributes."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from asset_magic.page.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable


def framed(view: str, keys: Iterable[str], content: str, *, style: str = "", **data: str) -> str:
    """``content``, which is HTML, as an output that the live view can find.

    Args:
        view: what kind of output it is: ``card``, ``check``, ``lineage``, ``assets``, ``stale`` or ``asset``.
        keys: the assets that it is about.
        content: what is shown without a live view.
        style: how it stands on the page.
        data: what else the live view has to know, by the name of its attribute.

    >>> framed("assets", ["a", "b"], "…", selection="a+")
    '<div class="asset-magic" data-view="assets" data-keys="a b" data-selection="a+">…</div>'
    """
    more = "".join(f' data-{name}="{escape(visible(text))}"' for name, text in data.items())
    look = f' style="{style}"' if style else ""
    return (
        f'<div class="asset-magic" data-view="{view}" data-keys="{escape(" ".join(keys))}"{more}{look}>{content}</div>'
    )
