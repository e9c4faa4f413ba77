"""Ctrl-C stops a body, whatever the kernel does with it elsewhere."""

from __future__ import annotations

import signal
import threading
from _signal import getsignal  # type: ignore[import-not-found] # that of `signal` looks each handler up in an enumeration
from typing import Any


class interruptible:  # noqa: N801 - it is used like a function
    """Let an interrupt raise KeyboardInterrupt meanwhile.

    A kernel that runs an asynchronous cell answers an interrupt by cancelling the cell, which code that does not
    wait would never notice. A class and not a generator, since every body runs inside of one.
    """

    def __enter__(self) -> None:
        self._before: Any = None
        if (
            getsignal(signal.SIGINT) is not signal.default_int_handler
            and threading.current_thread() is threading.main_thread()
        ):
            self._before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
