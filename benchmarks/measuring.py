"""How the benchmarks measure: rows of the table, times that bear a busy machine, and shells that show nothing.

Machines are noisy. A ratio is taken from medians of pieces of work that were timed in turns, so that both sides meet
the same noise; a time on its own is the best of several runs.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config


@dataclass(frozen=True)
class Row:
    """One line of the table; without a target, it is there to compare with."""

    work: str
    measured: str
    target: str = ""
    met: bool | None = None


def print_table(title: str, rows: Iterable[Row]) -> None:
    """Print rows in columns, and at the end what was missed."""
    lines = [(row.work, row.measured, row.target, _verdict(row.met)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    print(f"\n{title}\n{'-' * len(title)}")
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _verdict(met: bool | None) -> str:
    return "" if met is None else "met" if met else "NOT MET"


def best(work: Callable[[], object], runs: int = 5) -> float:
    """The shortest time of some work, in seconds."""
    return min(timed(work) for _ in range(runs))


def timed(work: Callable[[], object]) -> float:
    """The time of some work, in seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def in_turns(
    works: Mapping[str, Callable[[int], float]],
    rounds: int,
    of: Callable[[list[float]], float] = statistics.median,
) -> dict[str, float]:
    """The time of each piece of work, which gets the number of the round and says how long it took.

    Args:
        works: the pieces of work, by name.
        rounds: how often each is done.
        of: what is taken of the times of one piece: the median, or the best.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds):
        for name, work in works.items():
            times[name].append(work(number))
    return {name: of(found) for name, found in times.items()}


class Nowhere(DisplayPublisher):
    """Displays nothing, so that what is measured is not the terminal."""

    def publish(self, *args, **kwargs) -> None:
        pass


class Unseen(DisplayHook):
    """Formats the value of a cell, as any front end has it done, and writes it nowhere."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict, md_dict=None) -> None:
        pass

    def finish_displayhook(self) -> None:
        pass


class QuietShell(InteractiveShell):
    """A shell of which nothing is seen."""

    displayhook_class = Type(Unseen)
    display_pub_class = Type(Nowhere)


def quiet_shell(*, of_the_process: bool) -> InteractiveShell:
    """A new shell; ``of_the_process`` makes it the one that ``get_ipython()`` gives."""
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.cache_size = 100_000
    if of_the_process:
        QuietShell.clear_instance()
        return QuietShell.instance(config=config)
    return QuietShell(config=config)


def cell_time(shell: InteractiveShell, source: str, cell_id: str | None) -> float:
    """The time of one cell, in seconds.

    Raises:
        Exception: what the cell raised.
    """
    begin = time.perf_counter()
    result = shell.run_cell(source, store_history=True, cell_id=cell_id)
    took = time.perf_counter() - begin
    result.raise_error()
    return took


def settle() -> None:
    """Leave no garbage of an earlier measurement to the next one."""
    gc.collect()


def micro(seconds: float) -> str:
    """A time in microseconds, as text."""
    return f"{seconds * 1e6:,.0f} µs"


def milli(seconds: float) -> str:
    """A time in milliseconds, as text."""
    return f"{seconds * 1e3:,.{0 if seconds >= 0.1 else 1 if seconds >= 0.01 else 2}f} ms"


def machine() -> str:
    """What the figures were measured on, in general terms."""
    import os
    import platform

    import IPython

    return (
        f"{platform.python_implementation()} {platform.python_version()}, IPython {IPython.__version__}, "
        f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores, {sys.platform}"
    )
