"""What a reader can set with ``%config AssetMagic``."""

from __future__ import annotations

from traitlets import Enum
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
