"""The calls that IPython makes of our magics, mended where a cell needs it.

IPython knows no asynchronous magics, so a body with ``await`` has its call awaited; and it refuses an empty body
with a `UsageError`, which test tools cannot see, so an empty body becomes a blank line and the refusal is ours.
``%config`` takes Python, and people write the words of ``AssetMagic.display`` as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CELL = re.compile(r"get_ipython\(\)\.run_cell_magic\((['\"])(asset|multi_asset|asset_check|source_asset)\1, ")
_LINE = re.compile(r"get_ipython\(\)\.run_line_magic\((['\"])(materialize)\1, ")
_AWAITED = r"await get_ipython().magics_manager.registry['AssetMagics'].awaited(\1\2\1, "
_CONFIG = re.compile(
    r"(get_ipython\(\)\.run_line_magic\('config', 'AssetMagic\.display\s*=\s*)(auto|live|widget|static)\s*'\)"
)
_EMPTY = re.compile(r"(['\"])\1\)\s*$")


class OwnCalls:
    """An input transformer of IPython.

    Args:
        any_asset_waits: whether an asset that may have to run first uses ``await``.
    """

    def __init__(self, any_asset_waits: Callable[[], bool]) -> None:
        self._any_asset_waits = any_asset_waits

    def __call__(self, lines: list[str]) -> list[str]:
        """The lines of a transformed cell, with the calls of our magics mended."""
        return [self._mended(line) if "run_" in line else line for line in lines]

    def _mended(self, line: str) -> str:
        if "AssetMagic.display" in line:
            return _CONFIG.sub(r"\g<1>\"\g<2>\"')", line)
        for call in (_CELL, _LINE):
            if call.match(line):
                if call is _CELL:
                    line = _EMPTY.sub(lambda _: "'\\n')\n", line)
                if "await" in line or "async" in line or self._any_asset_waits():
                    return call.sub(_AWAITED, line, count=1)
        return line
