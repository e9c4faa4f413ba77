"""Bodies with ``await``, in the event loop of a real kernel."""

from __future__ import annotations

import pytest

WAITING = "%%asset {name}\nimport asyncio\nawait asyncio.sleep(0)\n{value}"


def waiting(name, value):
    return WAITING.format(name=name, value=value)


def test_await_in_a_body(kernel):
    """A body may wait."""
    answer = kernel.run(waiting("base", 1), "c1")
    assert answer.ok, answer.text
    assert len(answer.cards) == 1
    assert kernel.statuses() == {"base": "fresh"}


def test_two_awaiting_cells_in_a_row(kernel):
    """One waiting asset may depend on another."""
    kernel.run(waiting("base", 1), "c1")
    answer = kernel.run(waiting("double", "base * 2"), "c2")
    assert answer.ok, answer.text
    assert kernel.evaluate("double") == 2


def test_reuse_of_an_awaiting_asset(kernel):
    """Running a fresh waiting cell again shows the same and runs nothing."""
    cell = waiting("base", "print('ran') or 1")
    first = kernel.run(cell, "c1")
    assert first.stream("stdout") == "ran\n"
    assert kernel.run(cell, "c1").outputs == first.outputs
    assert kernel.evaluate("len(__import__('asset_magic').assets['base'].history)") == 1


@pytest.mark.parametrize("how", ["own cell", "materialize", "materialize selection"])
def test_plain_body_below_a_waiting_one(kernel, how):
    """A body that does not wait makes its waiting upstream run: by its own cell and by ``%materialize``."""
    kernel.run(waiting("base defer", 1), "c1")
    if how == "own cell":
        answer = kernel.run("%%asset double\nbase * 2", "c2")
    else:
        kernel.run("%%asset double defer\nbase * 2", "c2")
        answer = kernel.run("%materialize" if how == "materialize" else "%materialize +double", "c3")
    assert answer.ok, answer.text
    assert kernel.statuses() == {"base": "fresh", "double": "fresh"}
    assert kernel.evaluate("double") == 2


def test_plain_body_below_a_stale_waiting_one(kernel):
    """The same after an edit of the waiting upstream."""
    kernel.run(waiting("base", 1), "c1")
    kernel.run("%%asset double\nbase * 2", "c2")
    kernel.run(waiting("base defer", 5), "c1")
    assert kernel.run("%%asset double\nbase * 2", "c2").ok
    assert kernel.evaluate("double") == 10


def test_objects_of_the_kernel_s_loop(kernel):
    """A body can wait for objects that belong to the kernel's event loop."""
    kernel.run(
        """
        import asyncio
        later = asyncio.get_running_loop().create_future()
        timer = asyncio.get_running_loop().call_later(0.01, later.set_result, 7)
        """,
        "c1",
    )
    answer = kernel.run("%%asset heard\nawait later", "c2")
    assert answer.ok, answer.text
    assert kernel.evaluate("heard") == 7


def test_objects_of_the_kernel_s_loop_through_materialize(kernel):
    """The same where ``%materialize`` runs the body."""
    kernel.run("import asyncio\nqueue = asyncio.Queue()\nfiller = asyncio.create_task(queue.put(8))", "c1")
    kernel.run("%%asset heard defer\nawait queue.get()", "c2")
    answer = kernel.run("%materialize", "c3")
    assert answer.ok, answer.text
    assert kernel.evaluate("heard") == 8


def test_async_constructs(kernel):
    """``async for``, ``async with``, asynchronous comprehensions and helpers work in a body."""
    kernel.run("async def numbers():\n    for i in range(3):\n        yield i", "c1")
    kernel.run(
        """
        import asyncio, contextlib

        @contextlib.asynccontextmanager
        async def opened():
            await asyncio.sleep(0)
            yield 10
        """,
        "c2",
    )
    answer = kernel.run(
        """
        %%asset total
        async with opened() as start:
            parts = [n async for n in numbers()]
            async for n in numbers():
                start += n
        start + sum(parts)
        """,
        "c3",
    )
    assert answer.ok, answer.text
    assert kernel.evaluate("total") == 16


def test_waiting_check(kernel):
    """The body of a check may wait; it is evaluated by the run that brings its asset up to date."""
    kernel.run("%%asset rows\n[1]", "c1")
    answer = kernel.run(
        "%%asset_check rows name=not_empty\nimport asyncio\nawait asyncio.sleep(0)\nlen(rows) > 0", "c2"
    )
    assert answer.ok, answer.text
    kernel.run("%%asset rows defer\n[1, 2]", "c1")
    assert kernel.run("%materialize", "c3").ok
    assert kernel.evaluate("[c.passed for c in __import__('asset_magic').assets['rows'].checks]") == [True]


def test_async_definition(kernel):
    """``@asset async def`` runs by ``%materialize`` and for a cell below it."""
    kernel.run(
        """
        import asyncio
        from asset_magic import asset

        @asset
        async def base():
            await asyncio.sleep(0)
            return 1
        """,
        "c1",
    )
    assert kernel.run("%%asset double\nbase * 2", "c2").ok
    assert kernel.evaluate("double") == 2
    assert kernel.run("%materialize --force base", "c3").ok


@pytest.mark.parametrize(
    ("kind", "wake", "wait"),
    [
        pytest.param("asyncio.Event()", "it.set", "it.wait()", id="event"),
        pytest.param("asyncio.Queue()", "it.put_nowait, 1", "it.get()", id="queue"),
        pytest.param("asyncio.Semaphore(0)", "it.release", "it.acquire()", id="semaphore"),
        pytest.param("asyncio.Future()", "it.set_result, 1", "it", id="future"),
        pytest.param("asyncio.create_task(asyncio.sleep(0.02))", "print", "it", id="task"),
    ],
)
def test_body_meets_the_loop_s_objects_themselves(kernel, kind, wake, wait):
    """A body that waits for an object which something else wakes meets that object, and not a copy."""
    kernel.run(f"import asyncio\nit = {kind}", "c1")
    kernel.run("%%asset woken defer\nawait asyncio.wait_for(" + wait + ", 3)\n'yes'", "c3")
    answer = kernel.run(f"timer = asyncio.get_running_loop().call_later(0.05, {wake})\n%materialize", "c4")
    assert answer.ok, answer.text
    assert kernel.statuses() == {"woken": "fresh"}


def test_background_task_goes_on(kernel):
    """A task of a plain cell goes on while a body waits."""
    kernel.run(
        """
        import asyncio
        ticks = []

        async def tick():
            for i in range(3):
                ticks.append(i)
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        """,
        "c1",
    )
    answer = kernel.run("%%asset waited\nimport asyncio\nawait asyncio.sleep(0.02)\n'yes'", "c2")
    assert answer.ok, answer.text
    assert kernel.evaluate("ticks") == [0, 1, 2]


def test_no_await_after_the_waiting_asset_is_gone(kernel):
    """When the waiting asset is gone, cells run as before."""
    kernel.run(waiting("base", 1), "c1")
    kernel.run("%forget base", "c2")
    answer = kernel.run("%%asset other\n2", "c3")
    assert answer.ok, answer.text
    assert kernel.run("%materialize", "c4").ok


def test_a_list_of_definitions_that_wait(kernel):
    """``materialize([...])`` waits in a loop of its own, in the middle of a cell."""
    answer = kernel.run(
        "import asyncio\n"
        "from asset_magic import asset, materialize\n"
        "@asset\n"
        "async def base():\n"
        "    await asyncio.sleep(0.01)\n"
        "    print('waited')\n"
        "    return 1\n"
        "@asset\n"
        "def double(base):\n"
        "    return base * 2\n"
        "print(materialize([base, double]).asset_value('double'))",
        "c1",
    )
    assert answer.ok, answer.text
    assert answer.stream("stdout") == "waited\n2\n"
