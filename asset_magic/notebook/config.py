"""What a reader can set with ``%config AssetMagic``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traitlets import Enum, Int, Unicode, validate
from traitlets.config import Configurable


class AssetMagic(Configurable):
    """Settings of asset_magic, as in ``%config AssetMagic.display = "static"``."""

    display = Enum(
        ("auto", "live", "widget", "static"),
        default_value="auto",
        help="How outputs come alive. auto: in place, where the front end shows outputs in its own page (JupyterLab, "
        "Notebook 7); live: in place, wherever it is; widget: where outputs sit in "
        "frames (VS Code), as a widget below %lineage and %assets; static: not at all.",
    ).tag(config=True)
    module_versions = Enum(
        ("exact", "minor", "off"),
        default_value="minor",
        help="How much of the version of an installed module counts for what uses it. exact: all of it; minor: the "
        "first two numbers; off: nothing.",
    ).tag(config=True)
    store = Unicode(
        help="The folder in which results are kept, or memory; by default .asset_magic beside the notebook, or what "
        "the environment variable ASSET_MAGIC_HOME says. To be set before the first asset.",
    ).tag(config=True)
    store_beneath = Unicode(
        help="The folder of another store, which is only read: results that the own store lacks are taken from there.",
    ).tag(config=True)
    keep = Int(5, min=1, help="How many values of each asset are kept; the history of all of them stays.").tag(
        config=True
    )
    keep_bytes = Int(
        10 * 2**30,
        min=0,
        help="How many bytes all kept values may take; the newest of each asset stays, however large.",
    ).tag(config=True)
    may_move: Callable[[], None] = staticmethod(lambda: None)
    """Raises an error where results cannot be kept anywhere else any more."""

    @validate("store", "store_beneath")
    def _stays(self, proposal: Any) -> str:
        place: str = proposal["value"]
        if place != self._places.setdefault(proposal["trait"].name, place):
            self.may_move()
            self._places[proposal["trait"].name] = place
        return place

    def __init__(self, **settings: Any) -> None:
        self._places: dict[str, str] = {"store": "", "store_beneath": ""}
        super().__init__(**settings)
