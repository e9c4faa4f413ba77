"""What a reader waits for at a notebook: loading the extension, and the price of a cell."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from IPython.core.magic import no_var_expand
from measuring import Row, cell_time, micro, milli, quiet_shell, settle


def loading(runs: int) -> Iterator[Row]:
    """``%load_ext`` in new processes, from bytecode, as after the first start."""
    program = (
        "import sys, time\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "modules = len(sys.modules)\n"
        "begin = time.perf_counter()\n"
        "shell.run_line_magic('load_ext', 'asset_magic')\n"
        "print(time.perf_counter() - begin, len(sys.modules) - modules)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPYCACHEPREFIX": folder, "IPYTHONDIR": folder, "ASSET_MAGIC_HOME": f"{folder}/store"}

        def start() -> list[str]:
            command = [sys.executable, "-c", program]
            return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.split()

        start()  # writes the bytecode
        found = [start() for _ in range(runs)]
    took = min(float(seconds) for seconds, _ in found)
    measured = f"{milli(took)}, {found[0][1]} modules"
    yield Row("%load_ext asset_magic over bare IPython", measured, "under 60 ms", took < 0.06)


@no_var_expand
def nothing(line: str, cell: str) -> None:
    """A cell magic that does nothing: the least that any cell magic costs."""


AT_ONCE = 25  # rounds
KINDS = (  # the shell, the cell, and what its first and its second run are called
    ("bare", "x{n} = {n} + 1", ("silent",)),
    ("bare", "{n} + 1", ("shown",)),
    ("bare", "%%nothing x{n}\n{n} + 1", ("magic",)),
    ("ours", "x{n} = {n} + 1", ("silent beside",)),
    ("ours", "{n} + 1", ("shown beside",)),
    ("ours", "%%asset s{n}\n{n} + 1", ("shown asset", "shown again")),
    ("ours", "%%asset t{n}\nt{n} = {n} + 1", ("silent asset", "silent again")),
)


class Cells:
    """Trivial cells in a bare shell, and in one with the extension and more and more assets."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.bare = quiet_shell(of_the_process=False)
        self.bare.register_magic_function(nothing, "cell", "nothing")
        self.ours = quiet_shell(of_the_process=True)
        self.ours.run_cell("%load_ext asset_magic").raise_error()
        self.registered = 0
        self._serial = 0

    def register(self, count: int) -> None:
        """Have so many assets, in chains of a hundred."""
        for n in range(self.registered, count):
            body = f"a{n - 1} + 1" if n % 100 else "1"
            self.ours.run_cell(f"%%asset a{n}\n{body}", cell_id=f"a{n}").raise_error()
        self.registered = count

    def rows(self, count: int) -> Iterator[Row]:
        """The price of a cell with ``count`` assets registered."""
        self.register(count)
        settle()
        self._measure(10)  # what is made once, is made
        took = self._measure(self.rounds)
        assets = f"{count:,} assets"
        for label, name, base in (
            ("asset cell, its value shown", "shown asset", "shown"),
            ("the same run again, fresh", "shown again", "shown"),
            ("asset cell, an assignment", "silent asset", "silent"),
            ("the same run again, fresh", "silent again", "silent"),
        ):
            ratio = took[name] / took[base]
            measured = f"{ratio:.2f}x the plain cell ({micro(took[name])} : {micro(took[base])})"
            yield Row(f"{assets}: {label}", measured, "under 1.5x", ratio < 1.5)
        for label, name, base in (
            ("plain cell, its value shown", "shown beside", "shown"),
            ("plain cell, an assignment", "silent beside", "silent"),
        ):
            measured = f"{took[name] / took[base]:.2f}x without the extension"
            yield Row(f"{assets}: {label}", measured)
        least = f"{took['magic'] / took['shown']:.2f}x shown, {took['magic'] / took['silent']:.2f}x assignment"
        yield Row(f"{assets}: a cell magic that does nothing", least)

    def _measure(self, rounds: int) -> dict[str, float]:
        """The median time of each kind of cell.

        Kinds stand mixed, as in a notebook, and each round begins with another one, so that none has caches of its
        own. What was made is forgotten after some rounds, so that there are about as many assets as the table says.
        """
        times: dict[str, list[float]] = {name: [] for _, _, names in KINDS for name in names}
        for first in range(0, rounds, AT_ONCE):
            begin = self._serial
            for turn in range(min(AT_ONCE, rounds - first)):
                found = self._round(turn % len(KINDS))
                if turn:  # the first turn runs on what forgetting left of the caches
                    for name, took in found.items():
                        times[name].append(took)
            names = (f"s{n} t{n}" for n in range(begin, self._serial))
            cell_time(self.ours, f"%forget {' '.join(names)}", "forget")
        return {name: statistics.median(found) for name, found in times.items()}

    def _round(self, offset: int) -> dict[str, float]:
        found = {}
        n, self._serial = self._serial, self._serial + 1
        for shell, source, names in KINDS[offset:] + KINDS[:offset]:
            for name in names:
                found[name] = cell_time(getattr(self, shell), source.format(n=n), f"{names[0]}{n}")
        return found


def all_rows(sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """The rows of every size, in one shell that grows."""
    cells = Cells(rounds)
    for size in sizes:
        yield from cells.rows(size)
