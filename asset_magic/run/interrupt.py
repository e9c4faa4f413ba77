"""Ctrl-C stops a body, whatever the kernel does with it elsewhere."""

from __future__ import annotations

import signal
import threading
from _signal import getsignal  # type: ignore[import-not-found] # that of `signal` looks each handler up in an enumeration
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interruptible() -> Iterator[None]:
    """Let an interrupt raise KeyboardInterrupt meanwhile.

    A kernel that runs an asynchronous cell answers an interrupt by cancelling the cell, which code that does not
    wait would never notice.
    """
    replaced = (
        threading.current_thread() is threading.main_thread()
        and getsignal(signal.SIGINT) is not signal.default_int_handler
    )
    if not replaced:
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
