"""What one new process does for `restart.py`: ``python benchmarks/restarted.py TOOL WORK FOLDER SIZE``.

It prints its times as JSON. Whether the value is made or found depends on what is in ``FOLDER``, which is all that one
process leaves to the next.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import pickle
import runpy
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

BYTES = {"numbers": 80, "mixed": 66}  # of one row, about
Times = dict[str, float]


class Watch:
    """Times pieces of work by name."""

    def __init__(self) -> None:
        self.times: Times = {}

    @contextlib.contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.times[name] = time.perf_counter() - begin


def make(kind: str, size: int) -> pd.DataFrame:
    """A frame of ``size`` bytes: ten columns of floats, or some of numbers, times and texts."""
    rows, draw = size // BYTES[kind], np.random.default_rng(1)
    if kind == "numbers":
        return pd.DataFrame(draw.random((rows, 10)), columns=list("abcdefghij"))
    names = np.array([f"customer {n:05}" for n in range(10_000)])
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(draw.integers(0, 10**7, rows), unit="s"),
            "name": names[draw.integers(0, len(names), rows)],
            "count": draw.integers(0, 100, rows).astype("int32"),
            "price": draw.random(rows),
            "weight": draw.random(rows),
            "paid": draw.random(rows) < 0.5,
        }
    )


def looked_at(watch: Watch, frame: pd.DataFrame) -> Times:
    """The times, with that of reading every column once, which a frame that is memory-mapped has yet to do."""
    with watch("all"):
        for name in frame:
            frame[name].count() if frame[name].dtype.kind not in "fiu" else frame[name].sum()
    return watch.times


def asset_magic_frame(folder: Path, size: int, kind: str) -> Times:
    watch, shell = Watch(), _shell()
    with watch("import"):
        shell.run_cell("%load_ext asset_magic").raise_error()
    shell.run_cell("from restarted import make").raise_error()
    source = f"%%asset frame\nmake({kind!r}, {size})"
    with watch("value"):
        shell.run_cell(source, store_history=True, cell_id="frame").raise_error()
    return looked_at(watch, shell.user_ns["frame"])


def asset_magic_notebook(folder: Path, count: int) -> Times:
    """A notebook of small assets in chains of a hundred, from top to bottom."""
    watch, shell = Watch(), _shell()
    with watch("import"):
        shell.run_cell("%load_ext asset_magic").raise_error()
    with watch("value"):
        for n, body in enumerate(_bodies(count)):
            shell.run_cell(f"%%asset a{n}\n{body}", store_history=True, cell_id=f"a{n}").raise_error()
    assert shell.user_ns[f"a{count - 1}"] == (count - 1) % 100 + 1
    return watch.times


def asset_magic_run(folder: Path, count: int, store: str) -> Times:
    """A chain of trivial assets, registered before."""
    from engine import definitions

    from asset_magic.run.execute import drive
    from asset_magic.session.runner import Runner
    from asset_magic.session.session import Session, say
    from asset_magic.session.stores import open_store

    watch = Watch()
    place = None if store == "memory" else folder / "store"
    runner = Runner(Session({}, store=open_store(place, say=say)))
    for definition in definitions(count):
        runner.session.define(definition)
    with watch("value"):
        drive(runner.materialize(tuple(runner.graph.keys)), awaits=False)
    return watch.times


def asset_magic_cells(folder: Path, rounds: int, store: str) -> Times:
    """The median times of trivial cells: of a new asset, of the same again, and of a plain variable."""
    from measuring import cell_time

    shell = _shell()
    if store == "memory":
        os.environ["ASSET_MAGIC_HOME"] = "memory"
    shell.run_cell("%load_ext asset_magic").raise_error()
    kinds = (("new", "%%asset s{n}\n{n} + 1"), ("again", "%%asset s{n}\n{n} + 1"), ("plain", "x = {n} + 1"))
    times: dict[str, list[float]] = {name: [] for name, _ in kinds}
    for n in range(rounds):
        for name, source in kinds:
            times[name].append(cell_time(shell, source.format(n=n), f"{source[:2]}{n}"))
    return {name: statistics.median(found) for name, found in times.items()}


def plain_notebook(folder: Path, count: int) -> Times:
    """The same cells without an extension; each shows its value."""
    watch, shell = Watch(), _shell()
    with watch("value"):
        for n, body in enumerate(_bodies(count)):
            shell.run_cell(f"a{n} = {body}\na{n}", store_history=True, cell_id=f"a{n}").raise_error()
    return watch.times


def _bodies(count: int) -> Iterator[str]:
    return (f"a{n - 1} + 1" if n % 100 else "1" for n in range(count))


def _shell() -> Any:
    from measuring import quiet_shell

    return quiet_shell(of_the_process=True)


def pickle_frame(folder: Path, size: int, kind: str) -> Times:
    """No tool at all: a pickle in a file, which nobody checks."""
    watch, file = Watch(), folder / "frame.pickle"
    if not file.exists():
        with watch("value"), open(file, "wb") as out:
            pickle.dump(make(kind, size), out, protocol=5)
        return watch.times
    with watch("value"):
        frame = pickle.loads(file.read_bytes())
    return looked_at(watch, frame)


def joblib_frame(folder: Path, size: int, kind: str, mmap: str | None = None) -> Times:
    watch = Watch()
    with watch("import"):
        import joblib
    with watch("value"):
        frame = joblib.Memory(folder, verbose=0, mmap_mode=mmap).cache(make)(kind, size)
    return looked_at(watch, frame)


def joblib_mapped_frame(folder: Path, size: int, kind: str) -> Times:
    return joblib_frame(folder, size, kind, mmap="c")


def joblib_notebook(folder: Path, count: int) -> Times:
    watch = Watch()
    with watch("import"):
        import joblib
    with watch("value"):
        add_one = joblib.Memory(folder, verbose=0).cache(plus_one)
        value = 0
        for n in range(count):
            value = add_one(n, value if n % 100 else 0)
    assert value == (count - 1) % 100 + 1
    return watch.times


def plus_one(asset: int, value: int) -> int:
    """One of many small results; ``asset`` says which."""
    return value + 1


def marimo_frame(folder: Path, size: int, kind: str) -> Times:
    watch, save = Watch(), str(folder / "cache")
    cached = f"with mo.persistent_cache('frame', save_path={save!r}):\n    frame = make({kind!r}, {size})"
    found = _marimo(watch, folder, ["from restarted import make", _timed(cached, "took")], "mo, time, make")
    watch.times["value"] = found["took"]
    return looked_at(watch, found["frame"])


def marimo_notebook(folder: Path, count: int) -> Times:
    save = str(folder / "cache")
    cells = [
        f"with mo.persistent_cache('a{n}', save_path={save!r}):\n    a{n} = {body}"
        for n, body in enumerate(_bodies(count))
    ]
    watch = Watch()
    begin = time.perf_counter()
    _marimo(watch, folder, cells, "mo")
    watch.times["value"] = time.perf_counter() - begin - watch.times["import"]
    return watch.times


def _timed(source: str, name: str) -> str:
    return f"begin = time.perf_counter()\n{source}\n{name} = time.perf_counter() - begin"


def _marimo(watch: Watch, folder: Path, cells: list[str], reads: str) -> Any:
    """Run a marimo notebook as a script and give what its cells define."""
    with watch("import"):
        import marimo  # noqa: F401
    text = ["import marimo\napp = marimo.App()\n@app.cell\ndef _():\n    import time\n    import marimo as mo"]
    for source in cells:
        body = "\n".join(f"    {line}" for line in source.splitlines())
        text.append(f"@app.cell\ndef _({reads}):\n{body}")
    file = folder / "notebook.py"
    file.write_text("\n\n".join(text) + "\n")
    return runpy.run_path(str(file))["app"].run()[1]


def dagster_frame(folder: Path, size: int, kind: str) -> Times:
    watch = Watch()
    with watch("import"):
        import dagster

    def frame():  # Dagster reads annotations, which are text here
        return make(kind, size)

    return looked_at(watch, _dagster(watch, folder, [dagster.asset(frame)])["frame"])


def dagster_notebook(folder: Path, count: int) -> Times:
    watch = Watch()
    with watch("import"):
        import dagster
    from engine import functions

    _dagster(watch, folder, [dagster.asset(function) for function in functions(count)])
    return watch.times


def _dagster(watch: Watch, folder: Path, assets: list[Any]) -> dict[str, Any]:
    """Materialize assets as Dagster does by default, or load what it wrote then; it reuses nothing by itself."""
    import dagster

    quiet = {"loggers": {"console": {"config": {"log_level": logging.getLevelName(logging.CRITICAL)}}}}
    again = (folder / "storage").exists()
    with dagster.DagsterInstance.local_temp(str(folder)) as instance, watch("value"):
        if not again:
            assert dagster.materialize(assets, instance=instance, run_config=quiet).success
        definitions = dagster.Definitions(assets=assets)
        return {
            definition.key.to_python_identifier(): definitions.load_asset_value(definition.key, instance=instance)
            for definition in assets
        }


def main() -> None:
    tool, work, folder, *arguments = sys.argv[1:]
    os.environ["ASSET_MAGIC_HOME"] = folder
    run: Callable[..., Times] = globals()[f"{tool}_{work}"]
    with contextlib.redirect_stdout(io.StringIO()):
        times = run(Path(folder), *(int(one) if one.isdigit() else one for one in arguments))
    print(json.dumps(times))


if __name__ == "__main__":
    main()
