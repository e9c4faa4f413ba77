"""What a restart costs, and what the store costs before: ``python benchmarks/restart.py``.

Each figure comes from new processes (`restarted.py`), that find what one process before them has left. Other tools do
the same work in the same run; one that is not installed is left out with a note. They do not promise the same: joblib
and marimo know a value by the code and the arguments that made it, Dagster loads what it is asked for and checks
nothing, and a bare pickle knows nothing at all.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from itertools import count as numbers_from
from pathlib import Path

from measuring import Row, machine, micro, milli, print_table

HERE = Path(__file__).parent
FRAMES = (  # the tool, its name in the table, the package that has to be installed
    ("asset_magic", "asset_magic", ""),
    ("pickle", "a bare pickle in a file", ""),
    ("joblib", "joblib.Memory", "joblib"),
    ("joblib_mapped", "joblib.Memory, mmap_mode", "joblib"),
    ("marimo", "marimo persistent_cache", "marimo"),
    ("dagster", "Dagster, default IO manager", "dagster"),
)
NOTEBOOKS = (  # and one in how many of the assets it gets, lest the slow ones take minutes
    ("asset_magic", "asset_magic", "", 1),
    ("joblib", "joblib.Memory", "joblib", 1),
    ("marimo", "marimo persistent_cache", "marimo", 10),
    ("dagster", "Dagster, default IO manager", "dagster", 20),
)

Times = dict[str, float]


class Processes:
    """Starts processes, whose bytecode is kept as it is after a first start.

    Args:
        folder: for all that they leave.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places = numbers_from(1)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment = environment | {
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_DATA_DIR": str(folder / "jupyter"),
        }

    def times(self, tool: str, work: str, place: str, *arguments: object) -> Times:
        """What one process measured; ``place`` is the folder that it shares with others."""
        folder = self._folder / place
        folder.mkdir(exist_ok=True)
        command = [sys.executable, HERE / "restarted.py", tool, work, folder, *arguments]
        done = subprocess.run(
            list(map(str, command)), check=False, capture_output=True, text=True, env=self._environment
        )
        if done.returncode:
            raise RuntimeError(f"{tool} {work} failed:\n{done.stderr}")
        return json.loads(done.stdout)

    def again(self, jobs: Mapping[str, tuple[object, ...]], work: str, runs: int) -> dict[str, tuple[Times, Times]]:
        """The times of each tool: of the process that makes all there is, and the best of those that find it.

        Args:
            jobs: the tools with their arguments. They take turns, so that all meet the same noise.
            work: what each does.
            runs: how often each finds what there is.
        """
        place = f"{work}_{next(self._places)}"
        first, *found = [
            {tool: self.times(tool, work, f"{place}_{tool}", *arguments) for tool, arguments in jobs.items()}
            for _ in range(1 + runs)
        ]
        return {
            tool: (times, {name: min(turn[tool][name] for turn in found) for name in found[0][tool]})
            for tool, times in first.items()
        }


def frames(processes: Processes, kind: str, size: int, runs: int) -> Iterator[Row]:
    """A frame that was made before the restart, asked for after it."""
    jobs = {tool: (size, kind) for tool, name, package in FRAMES if not _absent(name, package)}
    times = processes.again(jobs, "frame", runs)
    base = times["asset_magic"][1]["value"]
    for tool, name, package in FRAMES:
        if label := _absent(name, package):
            yield label
            continue
        _, found = times[tool]
        together = found.get("import", 0.0) + found["value"] + found["all"]
        measured = f"{milli(found['value'])} + {milli(found['all'])} to read it; with its import {milli(together)}"
        ours = tool == "asset_magic"
        compared = "" if ours else f", {found['value'] / base:.1f}x asset_magic"
        met = found["value"] < 0.1 if ours else None
        yield Row(_with_version(name, package), measured + compared, "under 100 ms" if ours else "", met)


def notebooks(processes: Processes, count: int, runs: int) -> Iterator[Row]:
    """Many small results up again."""
    jobs = {tool: (max(count // part, 2),) for tool, name, package, part in NOTEBOOKS if not _absent(name, package)}
    times = processes.again({"plain": (count,), **jobs}, "notebook", runs)
    plain, base = (times[tool][1]["value"] / count for tool in ("plain", "asset_magic"))
    yield Row("plain cells, all of them run", f"{micro(plain)} each")
    for tool, name, package, part in NOTEBOOKS:
        if label := _absent(name, package):
            yield label
            continue
        (few,), (first, found) = jobs[tool], times[tool]
        took = found["value"] / few
        compared = f", {took / plain:.1f}x plain" if tool == "asset_magic" else f", {took / base:.2g}x asset_magic"
        measured = f"{micro(took)} each{compared}; the first run {micro(first['value'] / few)}"
        yield Row(f"{_with_version(name, package)}{f': {few}' if part > 1 else ''}", measured)


def runs_of(processes: Processes, count: int, runs: int) -> Iterator[Row]:
    """A run of trivial assets, with the store in memory and on disk."""
    memory, disk = ([], [])
    for number in range(runs):
        memory.append(processes.times("asset_magic", "run", f"run_memory{number}", count, "memory")["value"])
        disk.append(processes.times("asset_magic", "run", f"run_disk{number}", count, "disk")["value"])
    took = min(disk) / count
    yield Row("in memory", f"{micro(min(memory) / count)} each")
    measured = f"{micro(took)} each, {min(disk) / min(memory):.1f}x"
    yield Row("through the durable store", measured, "under 400 µs", took < 400e-6)
    if label := _absent("Dagster", "dagster"):
        yield label
        return
    few = max(count // 20, 2)
    theirs = processes.times("dagster", "notebook", "dagster_run", few)["value"] / few
    yield Row(f"{_with_version('Dagster', 'dagster')}, {few} assets", f"{micro(theirs)} each, {theirs / took:,.0f}x")


def cells(processes: Processes, rounds: int, runs: int) -> Iterator[Row]:
    """A trivial cell with the store on disk, beside one with the store in memory."""
    times: dict[str, list[Times]] = {"memory": [], "disk": []}
    for number in range(runs):
        for store, found in times.items():
            found.append(processes.times("asset_magic", "cells", f"cells_{store}{number}", rounds, store))
    for kind, label in (("new", "asset cell, new"), ("again", "the same run again, fresh"), ("plain", "a plain cell")):
        memory, disk = (statistics.median(one[kind] for one in times[store]) for store in times)
        measured = f"{micro(disk)} on disk, {disk / memory:.2f}x in memory ({micro(memory)})"
        yield Row(label, measured)


def _absent(name: str, package: str) -> Row | None:
    try:
        version(package or "asset-magic")
    except PackageNotFoundError:
        return Row(name, f"not installed: pip install {package}") if package else None
    return None


def _with_version(name: str, package: str) -> str:
    return f"{name}, {version(package)}" if package else name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="smaller values, fewer assets and runs")
    quick = parser.parse_args().quick
    size, count, runs = (10**6, 50, 1) if quick else (10**8, 1_000, 5)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        processes = Processes(Path(folder))
        for kind, what in (("numbers", "floats"), ("mixed", "numbers, times, texts")):
            title = f"A frame of {size // 10**6} MB after a restart ({what})"
            print_table(title, frames(processes, kind, size, runs))
        print_table(f"A notebook of {count:,} small assets after a restart", notebooks(processes, count, min(runs, 3)))
        print_table(f"Materializing {count:,} trivial assets", runs_of(processes, count, runs))
        print_table("A trivial asset cell", cells(processes, 30 if quick else 300, min(runs, 3)))


if __name__ == "__main__":
    main()
