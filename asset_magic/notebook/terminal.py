"""Progress in a terminal: one line that is written over while a run goes on, and gone when it ends."""

from __future__ import annotations

import time
from typing import TextIO

from asset_magic.session.progress import RunState

_SOON = 0.5  # seconds that a run may take without a word
_WIDTH = 79
_WIPE = "\r\x1b[K"


class ProgressLine:
    """Writes how far a run is.

    Args:
        stream: the terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._written = False

    def told(self, state: RunState | None) -> None:
        """Told how far the run is; None at its end."""
        if state is None:
            self.wipe()
        elif self._written or time.time() - state.started > _SOON or (state.expected or 0.0) > _SOON:
            self._write(progress_text(state)[:_WIDTH])
            self._written = True

    def wipe(self) -> None:
        """Make room for what a body prints."""
        if self._written:
            self._written = False
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(_WIPE + text)
        self._stream.flush()


def progress_text(state: RunState) -> str:
    """How far a run is, in a line.

    >>> from asset_magic.model.keys import AssetKey
    >>> progress_text(RunState(total=12, started=0.0, done=2, key=AssetKey("orders"), began=7.5, left=30.0, failed=1))
    'materializing orders (3 of 12, 1 failed), 8 s so far, about 30 s left'
    """
    facts = [f"{min(state.done + 1, state.total)} of {state.total}"]
    facts += [f"{state.failed} failed"] if state.failed else []
    facts += [f"{state.skipped} skipped"] if state.skipped else []
    line = f"materializing {state.key or ''} ({', '.join(facts)})"
    if state.began - state.started >= 1:
        line += f", {state.began - state.started:.0f} s so far"
    return f"{line}, about {state.left:.0f} s left" if state.left and state.left >= 1 else line
