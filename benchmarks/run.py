"""Measure asset_magic beside plain IPython, a plain loop and raw xxh3 in the same run: ``python benchmarks/run.py``.

Prints what was measured, the target, and whether it is met. ``--quick`` leaves the largest graph out. `restart.py`
measures the durable store, `browser.py` the live page. `docs/performance.md` says what the figures mean;
``python benchmarks/peers.py`` puts other tools beside them.
"""

from __future__ import annotations

import argparse
import os

import cells
import engine
import looking
from measuring import machine, print_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs, and no graph of 10,000 assets")
    quick = parser.parse_args().quick
    os.environ["ASSET_MAGIC_HOME"] = "memory"  # `restart.py` measures the store on disk
    sizes = (10, 1_000) if quick else (10, 1_000, 10_000)
    runs = 3 if quick else 9
    print(machine())
    print_table(
        "The targets",
        [
            *cells.loading(runs),
            *engine.running(1_000, runs),
            *(row for size in sizes[1:] for row in engine.statuses(size, runs)),
            *engine.fingerprints(runs),
            *engine.pictures(1_000, runs),
        ],
    )
    cell_rows = cells.all_rows(sizes, rounds=50 if quick else 300)
    print_table("A trivial cell, through run_cell in one process, its card included", cell_rows)
    few, many = (100, 1_000) if quick else (1_000, 10_000)
    growth = [*engine.growth(few, many, runs=5), *engine.growth_with_checks(few, many, runs=3)]
    print_table("Cost per asset as the graph grows", growth)
    print_table("Looking at what may have changed in place", looking.looking(5 * runs))


if __name__ == "__main__":
    main()
