"""A page that shows a notebook of a real kernel: it hears what the kernel tells, and asks as a browser does."""

from __future__ import annotations

import queue
import time
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernel.conftest import KernelUser

TIMEOUT = 30


class PageUser:
    """One page over one channel.

    Attributes:
        assets: the latest face of each asset.
        queue: the runs that wait.
        run: the run that goes on, or None.
        runs: all that was told of runs, in order.
        done: how each finished run ended, by its id.
        views: the answers to looks, by id.
        served: ids of runs that the kernel asked the page to hand in.
    """

    def __init__(self, kernel: KernelUser) -> None:
        self.kernel = kernel
        self.ids = (f"r{n}" for n in count())
        self.assets: dict[str, Any] = {}
        self.queue: list[Any] = []
        self.run: dict[str, Any] | None = None
        self.runs: list[dict[str, Any]] = []
        self.done: dict[str, str] = {}
        self.views: dict[str, Any] = {}
        self.served: list[str] = []
        self.comm = self._find()
        self.subshell: str | None = None
        self.say(kind="hello")
        self.until(lambda: self._snapshots)

    _snapshots = 0

    def _find(self) -> str:
        opened = [m["content"]["comm_id"] for m in self.kernel.comms if _is_channel(m)]
        assert len(opened) == 1, f"{len(opened)} channels are open"
        self.kernel.comms.clear()
        return opened[0]

    def say(self, **message: Any) -> None:
        """Send a message to the kernel, over the subshell if there is one."""
        content = {"comm_id": self.comm, "data": {"method": "custom", "content": message}}
        wire = self.kernel.client.session.msg("comm_msg", content)
        if self.subshell is not None:
            wire["header"]["subshell_id"] = self.subshell
        self.kernel.client.shell_channel.send(wire)

    def use_subshell(self) -> None:
        """Send on a subshell from now on, where the kernel has them: its thread may hear while a cell runs."""
        client = self.kernel.client
        client.kernel_info()
        if "kernel subshells" not in client.get_shell_msg(timeout=TIMEOUT)["content"].get("supported_features", ()):
            return
        client.control_channel.send(client.session.msg("create_subshell_request", {}))
        self.subshell = client.get_control_msg(timeout=TIMEOUT)["content"]["subshell_id"]

    def click(self, *keys: str, **how: Any) -> str:
        """Ask for a run; gives its id."""
        id = next(self.ids)
        self.say(kind="run", id=id, label=" ".join(keys), keys=list(keys), **how)
        return id

    def materialize(self, *keys: str, **how: Any) -> str:
        """Ask for a run and wait for its end; gives what it said."""
        id = self.click(*keys, **how)
        self.until(lambda: id in self.done)
        return self.done[id]

    def look(self, view: str, **at: Any) -> dict[str, Any]:
        id = next(self.ids)
        self.say(kind="look", id=id, view=view, **at)
        self.until(lambda: id in self.views)
        return self.views[id]

    def statuses(self) -> dict[str, str]:
        """The status of each asset, as the page has been told."""
        return {key: face["status"] for key, face in self.assets.items()}

    def until(self, holds: Callable[[], Any], timeout: float = TIMEOUT) -> None:
        """Listen until something holds."""
        deadline = time.monotonic() + timeout
        self.catch_up()
        while not holds():
            try:
                message = self.kernel.client.get_iopub_msg(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                told = (self.assets, self.queue, self.run, self.done)
                raise AssertionError(f"the page waits in vain; it was told {told}") from None
            if not message["msg_type"].startswith("comm_"):
                self.kernel.unheard.append(message)
            self._hear(message)

    def catch_up(self) -> None:
        """Hear what came while the kernel's other client was listening."""
        heard, self.kernel.comms[:] = list(self.kernel.comms), []
        for message in heard:
            self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] != "comm_msg" or content["comm_id"] != self.comm:
            return
        said = content["data"].get("content", {})
        match said.get("kind"):
            case "snapshot":
                self._snapshots += 1
                self.assets = said["assets"]
                self.queue, self.run = said["queue"], said["run"]
            case "patch":
                for key, face in said.get("assets", {}).items():
                    self.assets[key] = face
                    if face is None:
                        del self.assets[key]
                self.queue = said.get("queue", self.queue)
                if "run" in said:
                    self.run = said["run"]
                    self.runs += [self.run] if self.run else []
            case "view":
                self.views[said["id"]] = said
            case "done":
                self.done[said["id"]] = said["error"]
            case "serve":
                self.served.append(said["id"])


def _is_channel(message: dict[str, Any]) -> bool:
    state = message["content"].get("data", {}).get("state", {})
    return message["msg_type"] == "comm_open" and "_esm" in state and "AssetMagicPage" in str(state)
