"""A user at a real kernel: cells are sent over its channels, with the cell ids that a front end sends."""

from __future__ import annotations

import ast
import os
import queue
import re
import sys
import textwrap
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TIMEOUT = 60  # seconds for the kernel to say anything at all
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class OwnInterpreter(KernelSpecManager):
    """Knows one kernel: ipykernel in the interpreter that runs the tests."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="tests", language="python")


@dataclass
class Answer:
    """What the kernel answered to one cell.

    Attributes:
        number: the execution count.
        outputs: type and content of each output message, in the order of their arrival.
        reply: the content of the reply on the shell channel.
    """

    number: int
    outputs: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [content for name, content in self.outputs if name == kind]

    @property
    def ok(self) -> bool:
        return self.reply["status"] == "ok" and not self.of_type("error")

    @property
    def displays(self) -> list[dict[str, Any]]:
        return [content["data"] for content in self.of_type("display_data")]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [data for data in self.displays if "text/html" in data]

    @property
    def figures(self) -> int:
        """How many pictures a reader sees."""
        shown = [content["data"] for name, content in self.outputs if name in ("display_data", "execute_result")]
        return sum("image/png" in data for data in shown)

    def stream(self, name: str) -> str:
        return "".join(content["text"] for content in self.of_type("stream") if content["name"] == name)

    @property
    def traceback(self) -> str:
        (error,) = self.of_type("error")
        return _ANSI.sub("", "\n".join(error["traceback"]))

    @property
    def text(self) -> str:
        """All that a reader sees, as text."""
        parts = []
        for name, content in self.outputs:
            if name == "stream":
                parts.append(content["text"])
            elif name == "error":
                parts.append(_ANSI.sub("", "\n".join(content["traceback"])))
            else:
                parts.append(content["data"].get("text/plain", ""))
        return "\n".join(parts)


class KernelUser:
    """A kernel and its one client.

    Attributes:
        folder: where the kernel runs.
        manager: starts, interrupts and restarts it.
        comms: the comm messages that came meanwhile, whatever they answer.
        unheard: messages that another reader took off the channel, for `wait_for`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.comms: list[dict[str, Any]] = []
        self.unheard: list[dict[str, Any]] = []
        self.manager = KernelManager(kernel_spec_manager=OwnInterpreter())
        environment = {**os.environ, "IPYTHONDIR": str(folder / "ipython"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self._connect()

    def _connect(self) -> None:
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)

    def run(
        self, source: str, id: str | None = None, on_output: Callable[[str, dict[str, Any]], None] | None = None
    ) -> Answer:
        """Send a cell and wait for its end.

        Args:
            source: the cell.
            id: the id that the front end gives it, or None to send none.
            on_output: called with the type and the content of each output when it arrives.
        """
        source = textwrap.dedent(source).strip("\n")
        return self.wait_for(self.send(source, id), source, on_output)

    def send(self, source: str, id: str | None = None) -> dict[str, Any]:
        """Send a cell and do not wait for it."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        metadata = {} if id is None else {"cellId": id}
        message: dict[str, Any] = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        return message

    def wait_for(
        self, message: dict[str, Any], source: str, on_output: Callable[[str, dict[str, Any]], None] | None = None
    ) -> Answer:
        """Wait for the end of a cell that has been sent."""
        answer = Answer(0)
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                heard = (
                    self.unheard.pop(0)
                    if self.unheard
                    else self.client.get_iopub_msg(timeout=max(deadline - time.monotonic(), 0.01))
                )
            except queue.Empty:
                raise AssertionError(f"the kernel does not end this cell:\n{source}\n{answer.text}") from None
            if heard["msg_type"].startswith("comm_"):
                self.comms.append(heard)
                continue
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            kind, body = heard["msg_type"], heard["content"]
            if kind == "execute_input":
                answer.number = body["execution_count"]
            elif kind == "status":
                if body["execution_state"] == "idle":
                    break
            else:
                answer.outputs.append((kind, body))
                if on_output is not None:
                    on_output(kind, body)
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                answer.reply = reply["content"]
                return answer

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the kernel, by its repr; no cell is run for it."""
        content = {"code": "", "silent": True, "user_expressions": {"it": f"repr({expression})"}, "allow_stdin": False}
        message = self.client.session.msg("execute_request", content)
        self.client.shell_channel.send(message)
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                break
        it = reply["content"]["user_expressions"]["it"]
        assert it["status"] == "ok", it
        return ast.literal_eval(ast.literal_eval(it["data"]["text/plain"]))

    def statuses(self) -> dict[str, str]:
        """The status of every asset, by key."""
        return self.evaluate(
            "{str(k): h.status.value for k, h in __import__('asset_magic').assets.items()}"  # no name is left behind
        )

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def restart(self) -> None:
        """A new process in the place of the kernel."""
        self.client.stop_channels()
        self.manager.restart_kernel(now=True)
        self._connect()

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture(scope="module")
def running_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelUser]:
    """One kernel process for the tests of a file."""
    user = KernelUser(tmp_path_factory.mktemp("kernel"))
    yield user
    user.close()


@pytest.fixture
def kernel_type() -> type[KernelUser]:
    """For tests with several kernels; it is called with a folder, and has to be closed."""
    return KernelUser


@pytest.fixture
def kernel(running_kernel: KernelUser) -> KernelUser:
    """A kernel with the extension loaded, an empty graph, and no variables."""
    for path in running_kernel.folder.iterdir():
        if path.is_file():
            path.unlink()
    answer = running_kernel.run("%reset -f\n%reload_ext asset_magic\n%config AssetMagic.display = 'auto'")
    assert answer.ok, answer.text
    assert running_kernel.statuses() == {}
    running_kernel.comms.clear()
    running_kernel.unheard.clear()
    return running_kernel
