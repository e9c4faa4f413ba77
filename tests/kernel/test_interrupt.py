"""Ctrl-C in a real kernel: finished assets stay finished, the rest is not, and the kernel answers."""

from __future__ import annotations

import pytest

SLOW = """
%%asset slow defer
import os, time
print("sleeping", flush=True)
until = time.monotonic() + 5
while not os.path.exists("awake"):
    assert time.monotonic() < until, "nobody interrupts"
    time.sleep(0.01)
first + 1
"""

WAITING = """
%%asset slow defer
import asyncio, os
print("sleeping", flush=True)
until = asyncio.get_running_loop().time() + 5
while not os.path.exists("awake"):
    assert asyncio.get_running_loop().time() < until, "nobody interrupts"
    await asyncio.sleep(0.01)
first + 1
"""


def interrupting(kernel):
    """What a user does who presses stop when the body has begun."""

    def interrupt(kind, content):
        if kind == "stream" and "sleeping" in content["text"]:
            kernel.interrupt()

    return interrupt


def interrupted_run(kernel, body):
    """``%materialize`` of first -> slow -> last and of other, interrupted when slow has begun."""
    kernel.run("%%asset first defer\n1", "c1")
    kernel.run(body, "c2")
    kernel.run("%%asset last defer\nslow + 1", "c3")
    return kernel.run("%materialize", "c4", on_output=interrupting(kernel))


@pytest.fixture(params=["sleep", "await"])
def interrupted(kernel, request):
    """The answer to the interrupted ``%materialize``."""
    return interrupted_run(kernel, SLOW if request.param == "sleep" else WAITING)


def test_interrupt_is_reported(interrupted):
    """The cell ends with an error, which is the interrupt and not the body's own."""
    assert interrupted.reply["status"] == "error"
    (error,) = interrupted.of_type("error")
    assert error["ename"] in ("KeyboardInterrupt", "CancelledError")


def test_interrupt_keeps_what_is_finished(kernel, interrupted):
    """What was finished is fresh; what was not is not."""
    assert kernel.statuses() == {"first": "fresh", "slow": "missing", "last": "missing"}
    assert kernel.evaluate("first") == 1


def test_last_run_after_an_interrupt(kernel, interrupted):
    """Nothing is left running."""
    found = kernel.evaluate("[h.last_run for h in __import__('asset_magic').assets.values()]")
    assert found == ["success", "failed", None]


def test_kernel_answers_after_an_interrupt(kernel, interrupted):
    """The kernel is the same one, its streams work, and the lock is free."""
    assert kernel.run("print(first + 1)", "c5").stream("stdout") == "2\n"
    assert kernel.run("%assets", "c6").ok


def test_run_after_an_interrupt(kernel, interrupted):
    """Another ``%materialize`` does the rest, and only the rest."""
    (kernel.folder / "awake").touch()
    answer = kernel.run("%materialize", "c4")
    assert answer.ok, answer.text
    assert set(kernel.statuses().values()) == {"fresh"}
    assert kernel.evaluate("last") == 3


def test_interrupt_keeps_the_last_good_value(kernel):
    """An interrupted second run keeps the value of the first one, and says that it is stale."""
    kernel.run("%%asset first\n1", "c1")
    (kernel.folder / "awake").touch()
    kernel.run(SLOW.replace(" defer", ""), "c2")
    (kernel.folder / "awake").unlink()
    kernel.run("%%asset first\n10", "c1")
    answer = kernel.run(SLOW.replace(" defer", ""), "c2", on_output=interrupting(kernel))
    assert answer.reply["status"] == "error"
    assert kernel.evaluate("slow") == 2
    assert kernel.statuses() == {"first": "fresh", "slow": "stale"}


@pytest.mark.parametrize("body", [SLOW, WAITING], ids=["sleep", "await"])
def test_interrupt_hides_the_engine(kernel, body):
    """The traceback of an interrupt shows the cell whose body was running, and no frame of the engine."""
    answer = interrupted_run(kernel, body)
    assert f"In[{answer.number - 2}], line " in answer.traceback
    assert "asset_magic" not in answer.traceback


def test_interrupt_of_a_plain_body_beside_a_waiting_asset(kernel):
    """A body that does not wait is interrupted at once, also where another asset of the notebook waits."""
    kernel.run("%%asset waiting\nimport asyncio\nawait asyncio.sleep(0)", "c0")
    answer = interrupted_run(kernel, SLOW)
    assert answer.of_type("error")[0]["ename"] == "KeyboardInterrupt"
    assert kernel.statuses() == {"waiting": "fresh", "first": "fresh", "slow": "missing", "last": "missing"}


def test_interrupt_of_the_own_cell_beside_a_waiting_asset(kernel):
    """The same where the asset's own cell runs the body."""
    kernel.run("%%asset waiting\nimport asyncio\nawait asyncio.sleep(0)", "c0")
    kernel.run("first = 1", "c1")
    answer = kernel.run(SLOW.replace(" defer", ""), "c2", on_output=interrupting(kernel))
    assert answer.of_type("error")[0]["ename"] == "KeyboardInterrupt"


def test_prints_after_an_interrupt_are_not_kept_by_the_asset(kernel, interrupted):
    """The capture of the interrupted body has ended: a later print belongs to no asset."""
    assert kernel.run("print('plain')", "c5").stream("stdout") == "plain\n"
    assert kernel.evaluate("type(__import__('sys').stdout).__name__") == "OutStream"
