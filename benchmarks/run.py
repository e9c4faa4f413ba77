"""Measure asset_magic beside plain IPython, a plain loop and raw xxh3 in the same run: ``python benchmarks/run.py``.

Every figure is a ratio or a time on this machine now; machines are noisy, so trust ratios above about 1.2 only.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
from xxhash import xxh3_128_hexdigest

from asset_magic import asset, materialize
from asset_magic.fingerprint import fingerprint
from asset_magic.session.live import current_runner

Row = tuple[str, str, str]


class Nowhere(DisplayPublisher):
    """Displays nothing, so that what is measured is not the terminal."""

    def publish(self, *args, **kwargs) -> None:
        pass


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """The median time of some work."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def new_shell() -> InteractiveShell:
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    shell = InteractiveShell.instance(config=config)
    shell.display_pub = Nowhere()
    return shell


def median_cell(shell: InteractiveShell, cells: Iterator[tuple[str, str]]) -> float:
    times = []
    for cell_id, source in cells:
        begin = time.perf_counter()
        result = shell.run_cell(source, store_history=True, cell_id=cell_id)
        times.append(time.perf_counter() - begin)
        result.raise_error()
    return statistics.median(times)


def cells(assets: int) -> Iterator[Row]:
    """A trivial asset cell beside the same code in a plain cell, with so many assets registered."""
    shell = new_shell()
    bare = median_cell(shell, ((f"p{n}", f"p{n} = {n} + 1") for n in range(200)))
    shell.run_cell("%load_ext asset_magic")
    for n in range(assets):
        shell.run_cell(f"%%asset a{n}\n{f'a{n - 1} + 1' if n % 100 else '1'}", cell_id=f"a{n}")
    plain = median_cell(shell, ((f"q{n}", f"q{n} = {n} + 1") for n in range(200)))
    made = median_cell(shell, ((f"b{n}", f"%%asset b{n}\n{n} + 1") for n in range(200)))
    again = median_cell(shell, ((f"b{n}", f"%%asset b{n}\n{n} + 1") for n in range(200)))
    yield f"trivial asset cell, {assets:,} assets", f"{made / bare:.2f}x a plain cell", "under 1.5x"
    yield f"the same again, reused, {assets:,} assets", f"{again / bare:.2f}x a plain cell", "under 1.5x"
    yield f"plain cell with the extension, {assets:,} assets", f"{plain / bare:.2f}x without it", "light"


def loading() -> Iterator[Row]:
    def start(code: str) -> float:
        program = f"from IPython.core.interactiveshell import InteractiveShell as S\ns = S.instance()\n{code}"
        return seconds(lambda: subprocess.run([sys.executable, "-c", program], check=True), 5)

    extra = start("s.run_line_magic('load_ext', 'asset_magic')") - start("")
    yield "%load_ext asset_magic over bare IPython", f"{extra * 1e3:.0f} ms", "under 60 ms"


def running() -> Iterator[Row]:
    def definitions(count: int) -> list[object]:
        scope: dict[str, object] = {"asset": asset}
        code = "@asset\ndef a0(): return 0\n"
        code += "".join(f"@asset\ndef a{n}(a{n - 1}): return a{n - 1} + 1\n" for n in range(1, count))
        exec(code, scope)
        return [scope[f"a{n}"] for n in range(count)]

    chain = definitions(1_000)
    took = seconds(lambda: materialize(chain), 3)
    yield "materialize() of a chain of 1,000, per asset", f"{took * 1e3:.0f} µs", "under 50 µs"


def statuses(count: int) -> Iterator[Row]:
    shell = new_shell()
    shell.run_cell("%load_ext asset_magic")
    shell.run_cell("%%asset a0\n0", cell_id="a0")
    for n in range(1, count):
        shell.run_cell(f"%%asset a{n}\na{n - 1} + 1", cell_id=f"a{n}")
    session = current_runner().session
    begin = time.perf_counter()
    shell.run_cell("%%asset a0 defer\n1", cell_id="a0")
    stale = sum(not session.is_fresh(key) for key in session.graph.definitions)
    took = f"{(time.perf_counter() - begin) * 1e3:.2f} ms"
    yield f"edit at the root of {count:,}, cell and all statuses", f"{took} ({stale:,} stale)", f"{count / 1000:g} ms"


def fingerprints() -> Iterator[Row]:
    frame = pd.DataFrame(np.random.default_rng(1).random((2_500_000, 10)))
    raw = np.ascontiguousarray(frame.to_numpy())
    base = seconds(lambda: xxh3_128_hexdigest(raw.data))
    ours = seconds(lambda: fingerprint(frame))
    yield "fingerprint of a 200 MB float frame", f"{base / ours:.2f} of xxh3's speed", "at least 0.5"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave the large graphs out")
    sizes = (10, 1_000) if parser.parse_args().quick else (10, 1_000, 10_000)
    rows: list[Row] = [*loading()]
    for size in sizes:
        rows += cells(size)
    rows += running()
    for size in sizes[1:]:
        rows += statuses(size)
    rows += fingerprints()
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    main()
