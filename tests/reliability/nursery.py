"""Processes that materialize in a loop, to be killed: ``python nursery.py STORE COUNT SEED``.

One parent imports all that is needed, and forks each child from there. A child writes a line for each thing that its
store has acknowledged; the parent kills it at a random moment, and prints what was acknowledged until then.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from types import MappingProxyType

import numpy as np

from asset_magic.model.check_specs import AssetCheckSeverity
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, Materialization, Provenance
from asset_magic.run.versions import version_of
from asset_magic.session.stores import same
from asset_magic.store.durable import DurableStore
from asset_magic.store.limits import Limits

ASSETS = ("row", "file", "mapped", "pickled", "again")
KEEP = 3


def value_of(asset: str, number: int):
    """A value of the kind that the asset has; each number gives another one."""
    if asset == "row":
        return {"number": number, "text": "x" * (number % 1000)}
    if asset == "file":
        return np.arange(number, number + 9_000 + number % 1000)
    if asset == "mapped":
        return np.full(140_000, number)
    if asset == "pickled":
        return [complex(number, each) for each in range(number % 50)]
    return np.arange(10_000) + number % 2  # one of two files, over and over


def record_of(asset: str, number: int, value) -> Materialization:
    """That the asset was made."""
    return Materialization(
        key=AssetKey(asset),
        run_id=f"run-{number}",
        timestamp=time.time(),
        duration=0.001,
        data_version=version_of(value),
        provenance=Provenance(f"code-{number}", MappingProxyType({AssetKey("row"): str(number)}), MappingProxyType({})),
    )


def verdict_of(record: Materialization) -> AssetCheckEvaluation:
    """That the asset was checked."""
    return AssetCheckEvaluation(
        asset_key=record.key,
        check_name=record.run_id,
        passed=True,
        severity=AssetCheckSeverity.ERROR,
        blocking=False,
        provenance=record.provenance,
        timestamp=record.timestamp,
    )


def open_store(folder: Path, notebook: str, keep: int = 10**6) -> DurableStore:
    return DurableStore(folder, same=same, say=print, notebook=notebook, limits=Limits(keep))


def live(folder: Path, child: int, pipe: int) -> None:
    """Materialize without end, and tell of each step that the store has acknowledged."""
    keep = KEEP if child % 2 else 10**6
    store = open_store(folder, f"{child}.ipynb", keep)
    number = child * 100_000
    while True:
        for asset in ASSETS:
            number += 1
            value = value_of(asset, number)
            record = record_of(asset, number, value)
            store.record(record, value)
            os.write(pipe, f"made {asset} {number} {record.data_version}\n".encode())
            store.record_check(verdict_of(record))
            os.write(pipe, f"checked {asset} {number} -\n".encode())


def kill_one(folder: Path, child: int, chance: random.Random) -> list[list[str]]:
    """Let a child live for a random while, and give what it told."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            live(folder, child, write)
        finally:
            os._exit(1)
    os.close(write)
    with open(read, "rb") as told:
        # Somewhere in the step after so many; with none, often while it opens the store.
        lines = [told.readline() for _ in range(chance.randrange(40))]
        time.sleep(chance.random() * 0.005)
        os.kill(pid, signal.SIGKILL)
        lines += told.read().splitlines(keepends=True)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"child {child} ended by itself")
    return [line.decode().split() for line in lines if line.endswith(b"\n")]


def main(folder: Path, count: int, seed: int) -> None:
    chance = random.Random(seed)
    told = {child: kill_one(folder, child, chance) for child in range(1, count + 1)}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
