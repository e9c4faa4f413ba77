"""What looking at changeable values costs a plain cell, beside looking at all of them each time."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from measuring import Row, cell_time, milli, quiet_shell, settle

LARGE = {
    "300,000 small dicts": "[{'id': n, 'half': n / 2} for n in range(300_000)]",
    "a million numbers in lists": "[list(range(1_000)) for _ in range(1_000)]",
}
CELL = "print(end='')"


def looking(rounds: int) -> Iterator[Row]:
    """Plain cells in a notebook whose assets read large variables and hold large values, with the page open."""
    from asset_magic.session.live import current_runner

    shell = quiet_shell(of_the_process=True)
    shell.run_cell("%load_ext asset_magic").raise_error()
    alone = _median(shell, rounds)
    for number, source in enumerate(LARGE.values()):
        shell.run_cell(f"large{number} = {source}").raise_error()
        shell.run_cell(f"%%asset reads{number}\nlen(large{number})").raise_error()
        shell.run_cell(f"%%asset holds{number}\n{source}").raise_error()
    for number in range(50):
        shell.run_cell(f"%%asset small{number}\n[{number}]").raise_error()
    settle()
    session = current_runner().session
    hasty = _median(shell, rounds, lambda: session.refresh(()))
    everything = _median(shell, 3, lambda: [session.status(key) for key in session.graph.keys])
    measured = f"{milli(hasty)}, {hasty / alone:.1f}x the cell alone; to look at all of it: {milli(everything)}"
    yield Row("a plain cell beside 4 large and 50 small changeable values", measured, "under 25 ms", hasty < 0.025)


def _median(shell: Any, rounds: int, then: Callable[[], object] = lambda: None) -> float:
    """The median time of a plain cell, and of what comes after it."""
    found = []
    for _ in range(rounds):
        took = cell_time(shell, CELL, "looks")
        begin = perf_counter()
        then()
        found.append(took + perf_counter() - begin)
    return statistics.median(found)
