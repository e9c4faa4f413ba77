"""What a reader waits for at a notebook: loading the extension, and the price of a cell."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import no_var_expand
from measuring import Row, cell_time, in_turns, micro, milli, quiet_shell, settle


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
        environment |= {"PYTHONPYCACHEPREFIX": folder, "IPYTHONDIR": folder}

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
        """The median of each kind of cell; one of each in a round, as they stand mixed in a notebook."""
        works = {
            "silent": self._cell(self.bare, "x{n} = {n} + 1"),
            "shown": self._cell(self.bare, "{n} + 1"),
            "magic": self._cell(self.bare, "%%nothing x{n}\n{n} + 1"),
            "silent beside": self._cell(self.ours, "x{n} = {n} + 1"),
            "shown beside": self._cell(self.ours, "{n} + 1"),
            "shown asset": self._cell(self.ours, "%%asset s{n}\n{n} + 1"),
            "shown again": self._cell(self.ours, "%%asset s{n}\n{n} + 1"),
            "silent asset": self._cell(self.ours, "%%asset t{n}\nt{n} = {n} + 1"),
            "silent again": self._cell(self.ours, "%%asset t{n}\nt{n} = {n} + 1"),
            "forget": self._cell(self.ours, "%forget s{n} t{n}"),  # so that there are as many as the table says
        }
        found = in_turns(works, rounds)
        self._serial += rounds
        return found

    def _cell(self, shell: InteractiveShell, source: str) -> Callable[[int], float]:
        name = source.partition("{n}")[0]

        def run(number: int) -> float:
            n = self._serial + number
            return cell_time(shell, source.format(n=n), f"{name}{n}")

        return run


def all_rows(sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """The rows of every size, in one shell that grows."""
    cells = Cells(rounds)
    for size in sizes:
        yield from cells.rows(size)
