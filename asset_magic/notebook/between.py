"""Whether anything may have run between two cells that no cell event tells of: a thread, a task of the event loop."""

from __future__ import annotations

import sys
import threading
from typing import Any

_OF_KERNELS = ("ipykernel", "tornado", "zmq", "anyio", "jupyter", "IPython", "comm")


class Between:
    """Looks at what is there when a cell ends and may go on without it."""

    def __init__(self) -> None:
        self._known = frozenset(threading.enumerate())  # those of the kernel itself
        self._goes_on = False

    def cell_ended(self) -> None:
        """Tell that a cell has ended."""
        self._goes_on = not self._known.issuperset(threading.enumerate()) or _has_tasks()

    def anything_ran(self) -> bool:
        """Whether something may have run since the last cell ended."""
        return self._goes_on


def _has_tasks() -> bool:
    asyncio: Any = sys.modules.get("asyncio")
    try:
        loop = asyncio.get_running_loop() if asyncio is not None else None
    except RuntimeError:
        return False
    return loop is not None and any(map(_is_the_users, asyncio.all_tasks(loop)))


def _is_the_users(task: Any) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    module = code.co_filename.replace("\\", "/").split("/") if code is not None else ()
    return not any(part in _OF_KERNELS for part in module)
