"""Several kernels use one store at once, and none of them loses anything or waits in vain."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections import Counter

import pytest
from reliability import crowd, nursery

from asset_magic.run.versions import version_of
from asset_magic.store import database
from asset_magic.store.database import NAME
from asset_magic.store.files import ValueFiles
from asset_magic.store.log import EventLog

PROCESSES, EACH = 4, 2000


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A store that some processes have written at once, and what those said."""
    home = tmp_path_factory.mktemp("crowd")
    environment = {**os.environ, "JUPYTER_DATA_DIR": str(home / "jupyter"), "PYTHONPATH": os.pathsep.join(sys.path)}
    children = [
        subprocess.Popen(
            [sys.executable, crowd.__file__, home / "store", str(name), str(EACH)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        for name in range(PROCESSES)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "jupyter"))
        for child in children:
            child.stdin.write("\n")
            child.stdin.flush()
        yield home / "store", [(child.communicate()[0], child.returncode) for child in children]


def test_none_is_told_of_a_lock_or_of_anything_else(crowded):
    _, said = crowded
    assert said == [("", 0)] * PROCESSES


def test_no_materialization_is_lost(crowded):
    events = EventLog(crowded[0])
    rows = [row for asset in ("row", "file") for row in events.history(asset)]
    events.close()
    assert all(row.is_sound() for row in rows)
    assert Counter(row.notebook for row in rows) == {f"{name}.ipynb": EACH for name in range(PROCESSES)}
    assert len({row.run_id for row in rows}) == PROCESSES * EACH


def test_the_newest_values_of_each_are_kept_and_load(crowded):
    events = EventLog(crowded[0])
    kept = {(row.notebook, row.run_id) for asset in ("row", "file") for row in events.history(asset) if row.format}
    events.close()
    assert Counter(notebook for notebook, _ in kept) == {f"{name}.ipynb": 2 * crowd.KEEP for name in range(PROCESSES)}
    runs = {run for _, run in kept}
    store = nursery.open_store(crowded[0], "")
    loaded = [record for asset in ("row", "file") for record in store.history(asset) if record.run_id in runs]
    assert all(version_of(store.load(record)) == record.data_version for record in loaded)
    assert len(loaded) == PROCESSES * 2 * crowd.KEEP


def test_the_event_log_is_whole_and_nothing_is_left_over(crowded):
    with contextlib.closing(sqlite3.connect(crowded[0] / NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        needed = {file for (file,) in connection.execute("SELECT digest FROM materializations WHERE in_file")}
    assert {digest for digest, _ in ValueFiles(crowded[0]).stored()} == needed
    assert os.listdir(crowded[0] / "tmp") == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_process_and_its_parent_lose_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    store = nursery.open_store(tmp_path / "store", "a.ipynb")

    def make(numbers):
        for number in numbers:
            store.record(nursery.record_of("row", number, number), number)
            store.moved()

    make(range(10))
    child = os.fork()
    if child == 0:
        make(range(100, 150))
        os._exit(0)
    make(range(200, 250))
    assert os.waitpid(child, 0)[1] == 0
    made = {one.run_id for one in store.history("row")}
    assert made == {f"run-{number}" for number in (*range(10), *range(100, 150), *range(200, 250))}


def test_who_has_waited_in_vain_once_does_not_wait_long_until_it_works_again(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_WAIT", 0.5)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    store = nursery.open_store(tmp_path / "store", "a.ipynb")
    store._guard._say = lambda text: None

    def waits(number):
        store.record(nursery.record_of("row", number, number), number)
        return store._log.query("PRAGMA busy_timeout")

    assert waits(1) == [(500,)]
    with contextlib.closing(sqlite3.connect(tmp_path / "store" / NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert waits(2) == [(100,)]
    assert waits(3) == [(500,)]
    store.close()
