"""Bodies with ``await``: the cell that calls the magic has to wait for it.

IPython knows no asynchronous magics, so the call that it makes of ``%%asset`` is turned into one that is awaited.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CELL = re.compile(r"get_ipython\(\)\.run_cell_magic\((['\"])(asset|multi_asset|asset_check|source_asset)\1, ")
_LINE = re.compile(r"get_ipython\(\)\.run_line_magic\((['\"])(materialize)\1, ")
_AWAITED = r"await get_ipython().magics_manager.registry['AssetMagics'].awaited(\1\2\1, "
_WAITS = re.compile(r"\b(await|async)\b")


class Awaiting:
    """An input transformer of IPython.

    Args:
        any_asset_waits: whether an asset that may have to run first uses ``await``.
    """

    def __init__(self, any_asset_waits: Callable[[], bool]) -> None:
        self._any_asset_waits = any_asset_waits

    def __call__(self, lines: list[str]) -> list[str]:
        """The lines of a transformed cell, with our magics awaited where a body may wait."""
        return [self._awaited(line) if "run_" in line else line for line in lines]

    def _awaited(self, line: str) -> str:
        for call in (_CELL, _LINE):
            if call.match(line) and (_WAITS.search(line) or self._any_asset_waits()):
                return call.sub(_AWAITED, line, count=1)
        return line
