"""One of several processes that use a store at once: ``python crowd.py STORE NAME COUNT`` prints what it was told."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability.nursery import open_store, record_of, value_of

# Few values for many files, of which each process keeps only its newest: what one lets go of another one stores again.
KEEP, LARGE_ONE_IN, DIFFERENT = 1, 5, 6


def main(folder: Path, name: int, count: int) -> None:
    store = open_store(folder, f"{name}.ipynb", KEEP)
    sys.stdin.readline()  # all begin at once
    newest = None
    for number in range(count):
        large = number % LARGE_ONE_IN == 0
        asset = "file" if large else "row"
        value = value_of(asset, number // LARGE_ONE_IN % DIFFERENT if large else number)
        record = record_of(asset, name * 100_000 + number, value)
        store.record(record, value)
        store.moved()
        newest = record if large else newest
        store.load(newest)  # though others have let go of an equal value meanwhile


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
