"""Errors in a real kernel: what the error message holds, the debugger, and what runs whole notebooks."""

from __future__ import annotations

import queue
import re
import subprocess
import sys

import nbformat
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.kernel.conftest import TIMEOUT, OwnInterpreter

HELPER = "def helper(v):\n    inner = v + 1\n    return inner / 0"
CELL = "%%asset a\nown = 41\nhelper(own)"


@pytest.mark.parametrize("mode", ["Plain", "Context", "Verbose", "Minimal"])
def test_the_error_message(kernel, mode):
    """The error message has the type and the text of the error, and a traceback of the reader's own lines."""
    kernel.run(f"%xmode {mode}", "mode")
    helper = kernel.run(HELPER, "helper")
    answer = kernel.run(CELL, "a")
    kernel.run("%xmode Context", "mode")
    (error,) = answer.of_type("error")
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert answer.reply["status"] == "error"
    found = re.findall(r"Cell In\[(\d+)\], line (\d+)", answer.traceback)
    expected = [] if mode == "Minimal" else [(str(answer.number), "3"), (str(helper.number), "3")]
    assert found == expected
    assert "asset_magic/" not in answer.traceback


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\n%%asset a\n1 / 0",
        "%%asset a\n%%time\n\n1 / 0",
        "%%capture out\n%%asset a\n1 / 0",
        "%%asset a\n%%capture out\n\n1 / 0",
        "%%asset a\nimport asyncio\nawait asyncio.sleep(0)\n1 / 0",
        "%%asset a\n\nraise ExceptionGroup('g', [ValueError(1)])",
        "%%asset a\n\neval('1 +')",
    ],
)
def test_one_error_message_whatever_is_around(kernel, cell):
    """Other magics, `await`, groups and run-time syntax errors: there is one error message, with the right line."""
    answer = kernel.run(cell, "a")
    assert answer.reply["status"] == "error"
    assert f"Cell In[{answer.number}], line {1 + cell.count(chr(10))}" in answer.traceback
    assert "asset_magic/" not in answer.traceback


def test_a_hint_is_in_the_error_message(kernel):
    """A name that is met only in a string: the page says how to name it."""
    kernel.run("limit = 2", "limit")
    assert "uses=limit" in kernel.run("%%asset a\nglobals()['limit']", "a").traceback


def typing(kernel, cell, *typed):
    """Run a cell that asks for input, and type. Returns all that it printed."""
    content = {"code": cell, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True}
    message = kernel.client.session.msg("execute_request", content, metadata={"cellId": "debugging"})
    kernel.client.shell_channel.send(message)
    left, said = list(typed), []
    for _ in range(TIMEOUT * 20):
        while kernel.client.stdin_channel.msg_ready():
            said.append(kernel.client.get_stdin_msg(timeout=1)["content"]["prompt"])
            kernel.client.input(left.pop(0) if left else "q")
        try:
            heard = kernel.client.get_iopub_msg(timeout=0.05)
        except queue.Empty:
            continue
        if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if heard["msg_type"] == "stream":
            said.append(heard["content"]["text"])
        elif heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
            kernel.client.get_shell_msg(timeout=TIMEOUT)
            return "".join(said)
    raise AssertionError(f"the kernel does not end: {''.join(said)}")


def test_debug_in_a_kernel(kernel):
    """`%debug` stops in the helper that failed, and goes up to the body and no further."""
    kernel.run(HELPER, "helper")
    kernel.run(CELL, "a")
    said = typing(kernel, "%debug", "p inner", "up", "p own + 100", "up", "w", "q")
    assert "42" in said
    assert "141" in said
    assert "asset_magic/" not in said


def test_a_breakpoint_in_a_kernel(kernel):
    """`pdb.set_trace()` stops in the body, with its names, and goes on; `breakpoint()` is the front end's debugger."""
    said = typing(kernel, "%%asset a\nimport pdb\nown = 41\npdb.set_trace()\nown + 1", "p own + 100", "c")
    assert "141" in said
    assert kernel.evaluate("a") == 42


def notebook(path, *cells):
    """A notebook file of code cells without outputs."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(book, path)
    return book


CELLS = ("%load_ext asset_magic", "%%asset a\nx = 0\n1 / x", "open('reached', 'w').close()")


@pytest.mark.parametrize("failing", [CELLS[1], "%%capture out\n" + CELLS[1], "%%asset a\n%%capture out\n1 / 0"])
def test_nbclient_stops_at_a_failed_asset(tmp_path, failing):
    """What runs all cells stops at the cell of an asset that failed, and keeps the error below it."""
    book = notebook(tmp_path / "book.ipynb", CELLS[0], failing, CELLS[2])
    manager = KernelManager(kernel_spec_manager=OwnInterpreter())
    client = NotebookClient(book, km=manager, timeout=TIMEOUT, resources={"metadata": {"path": str(tmp_path)}})
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        client.execute()
    assert any(output.output_type == "error" for output in book.cells[1].outputs)
    assert not (tmp_path / "reached").exists()


def test_nbval_sees_a_failed_asset(tmp_path):
    """`pytest --nbval` fails at a cell whose asset fails, where the stored cell has no error."""
    pytest.importorskip("nbval")
    notebook(tmp_path / "book.ipynb", *CELLS[:2])
    for option in ("--nbval", "--nbval-lax"):
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            option,
            "--nbval-current-env",
            "book.ipynb",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        assert "1 failed, 1 passed" in done.stdout, done.stdout
        assert "ZeroDivisionError" in done.stdout
