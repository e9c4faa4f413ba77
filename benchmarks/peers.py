"""Put other tools beside asset_magic, on the same work in the same run: ``python benchmarks/peers.py``.

``pip install -e ".[peers]"`` installs them all; one that is not installed is left out with a note. They do not all
promise the same: Dagster also writes events, marimo's stale set comes from variable names alone, joblib and dask hash
any object in their own way. The figures say what the same work costs in each, and nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import statistics
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import numpy as np
import pandas as pd
from engine import definitions, functions, materialized
from measuring import Row, best, cell_time, machine, micro, milli, print_table, quiet_shell, settle, timed

from asset_magic import asset, materialize
from asset_magic.fingerprint import fingerprint


def beside(ours: float, theirs: float, show: Callable[[float], str]) -> str:
    """A peer's time, and how it compares with ours."""
    return f"{show(theirs)}, {theirs / ours:,.1f}x asset_magic"


def absent(name: str) -> Row | None:
    """A row that says that a peer is not installed, if it is not."""
    return None if find_spec(name) else Row(name, f"not installed: pip install {name}")


def runs(count: int) -> Iterator[Row]:
    """A chain of trivial assets, materialized in memory."""
    ours = definitions(count)
    took = best(lambda: materialize(ours), 3) / count
    yield Row(f"asset_magic, {count:,} assets", micro(took))
    if missing := absent("dagster"):
        yield missing
        return
    import dagster

    theirs = [dagster.asset(function) for function in functions(count)]
    quiet = {"loggers": {"console": {"config": {"log_level": logging.getLevelName(logging.CRITICAL)}}}}

    def run() -> None:
        with dagster.DagsterInstance.ephemeral() as instance:
            resources = {"io_manager": dagster.mem_io_manager}
            assert dagster.materialize(theirs, instance=instance, resources=resources, run_config=quiet).success

    with contextlib.redirect_stderr(io.StringIO()):
        yield Row(f"Dagster {dagster.__version__}, in memory", beside(took, timed(run) / count, micro))


def stale_sets(count: int) -> Iterator[Row]:
    """What is stale after an edit at the root of a chain."""
    session = materialized(definitions(count)).session
    keys = tuple(session.graph.keys)

    def a0() -> int:
        return 2

    root = asset(a0)
    settle()

    def edit() -> None:
        session.define(root)
        assert all(session.status(key) == "stale" for key in keys)

    took = timed(edit)
    yield Row(f"asset_magic, {count:,} assets: register the edit, ask for all statuses", milli(took))
    if missing := absent("marimo"):
        yield missing
        return
    import marimo
    from marimo._ast.compiler import compile_cell
    from marimo._runtime.dataflow import DirectedGraph

    graph = DirectedGraph()
    for n in range(count):
        graph.register_cell(str(n), compile_cell(f"a{n} = a{n - 1} + 1" if n else "a0 = 1", cell_id=str(n)))
    theirs = timed(lambda: graph.set_stale({"0"}))
    assert len(graph.get_stale()) == count
    yield Row(f"marimo {marimo.__version__}: set_stale, {count:,} cells", beside(took, theirs, milli))


def fingerprints(rows: int, items: int, records: int) -> Iterator[Row]:
    """One version for a value, whatever it is."""
    numbers = np.random.default_rng(1)
    values = {
        f"float frame of {rows * 80 / 1e6:,.0f} MB": pd.DataFrame(numbers.random((rows, 10))),
        f"list of {items:,} ints": numbers.integers(0, 1 << 40, items).tolist(),
        f"list of {records:,} small dicts": [{"id": n, "name": f"n{n}", "value": n / 3} for n in range(records)],
    }
    hashers = {}
    if not absent("joblib"):
        import joblib

        hashers[f"joblib.hash {joblib.__version__}"] = joblib.hash
    if not absent("dask"):
        import dask
        from dask.base import tokenize

        hashers[f"dask tokenize {dask.__version__}"] = tokenize
    for what, value in values.items():
        took = best(lambda value=value: fingerprint(value), 3)
        yield Row(f"{what}: asset_magic", milli(took))
        for name, hasher in hashers.items():
            theirs = timed(lambda hasher=hasher, value=value: hasher(value))
            yield Row(f"{what}: {name}", beside(took, theirs, milli))
    yield from filter(None, map(absent, ("joblib", "dask")))


def cells(count: int) -> Iterator[Row]:
    """A chain of trivial cells through ``run_cell``; ipyflow comes last, since it takes the shell over."""
    plain = _chain_of_cells(count, "", "a{n} = {before}")
    yield Row(f"plain IPython, {count:,} cells", micro(plain))
    ours = _chain_of_cells(count, "%load_ext asset_magic", "%%asset a{n}\na{n} = {before}")
    yield Row("asset_magic: each cell an asset, its card included", f"{micro(ours)}, {ours / plain:.1f}x plain")
    beside_it = _chain_of_cells(count, "%load_ext asset_magic", "a{n} = {before}")
    yield Row("asset_magic: plain cells beside it", f"{micro(beside_it)}, {beside_it / plain:.1f}x plain")
    if missing := absent("ipyflow"):
        yield missing
        return
    import ipyflow

    theirs = _chain_of_cells(count, "%load_ext ipyflow", "a{n} = {before}")
    yield Row(f"ipyflow {ipyflow.__version__}", f"{micro(theirs)}, {theirs / plain:.1f}x plain")


def _chain_of_cells(count: int, first: str, source: str) -> float:
    """The median time of a cell; without ids, which ipyflow takes for numbers."""
    shell = quiet_shell(of_the_process=True)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        shell.run_cell(first or "pass").raise_error()
        sources = (source.format(n=n, before=f"a{n - 1} + 1" if n else "0") for n in range(count))
        return statistics.median(cell_time(shell, text, None) for text in sources)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="smaller graphs and values")
    quick = parser.parse_args().quick
    os.environ["ASSET_MAGIC_HOME"] = "memory"  # `restart.py` measures the store on disk
    print(machine())
    print_table("Running a chain, per asset", runs(50 if quick else 200))
    print_table("What is stale after an edit at the root", stale_sets(100 if quick else 1_000))
    sizes = (100_000, 100_000, 1_000) if quick else (2_500_000, 1_000_000, 100_000)
    print_table("Fingerprints", fingerprints(*sizes))
    print_table("A trivial cell in a chain", cells(50 if quick else 1_000))


if __name__ == "__main__":
    main()
