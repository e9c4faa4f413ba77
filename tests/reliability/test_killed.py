"""Kernels that are killed at random moments lose nothing that they were told is stored."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from reliability import nursery

from asset_magic.run.versions import version_of
from asset_magic.store.database import NAME
from asset_magic.store.files import ValueFiles
from asset_magic.store.log import EventLog
from asset_magic.store.retention import clear

KILLS = 220

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@pytest.fixture(scope="module")
def wreck(tmp_path_factory):
    """A store in which many processes were killed, and what each had been told is stored."""
    home = tmp_path_factory.mktemp("wreck")
    environment = {
        **os.environ,
        "JUPYTER_DATA_DIR": str(home / "jupyter"),
        "PYTHONPATH": os.pathsep.join([str(Path(nursery.__file__).parents[1]), *sys.path]),
    }
    folder = home / ".asset_magic"
    done = subprocess.run(
        [sys.executable, nursery.__file__, folder, str(KILLS), "1"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    told = {int(child): lines for child, lines in json.loads(done.stdout).items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "jupyter"))
        yield folder, told


def made(told):
    return {
        (asset, f"run-{number}"): (child, version)
        for child, lines in told.items()
        for what, asset, number, version in lines
        if what == "made"
    }


def test_they_are_killed_at_many_moments(wreck):
    _, told = wreck
    assert len(told) == KILLS
    assert len({len(lines) for lines in told.values()}) > 3  # how many more there are depends on the machine
    assert len(made(told)) > KILLS


def test_every_acknowledged_materialization_is_there(wreck):
    folder, told = wreck
    store = nursery.open_store(folder, "")
    there = {(str(one.key), one.run_id): one.data_version for asset in nursery.ASSETS for one in store.history(asset)}
    lost = {what: child for what, (child, version) in made(told).items() if there.get(what) != version}
    assert lost == {}


def test_every_acknowledged_verdict_is_there(wreck):
    folder, told = wreck
    log = EventLog(folder)
    there = {(row.key, row.name) for asset in nursery.ASSETS for row in log.checks(asset, -1) if row.is_sound()}
    log.close()
    assert {
        (asset, number)
        for lines in told.values()
        for what, asset, number, _ in lines
        if what == "checked" and (asset, f"run-{number}") not in there
    } == set()


def test_each_value_that_is_kept_loads_and_equals_its_fingerprint(wreck):
    folder, told = wreck
    log = EventLog(folder)
    kept = {(row.key, row.run_id): row for asset in nursery.ASSETS for row in log.history(asset) if row.format}
    log.close()
    store = nursery.open_store(folder, "")
    for asset in nursery.ASSETS:
        for record in store.history(asset):
            if (asset, record.run_id) in kept:
                assert version_of(store.load(record)) == record.data_version
    newest = {}  # of each asset of each child, as many as it keeps
    for (asset, run), (child, _) in made(told).items():
        newest.setdefault((asset, child), []).append(run)
    for (asset, child), runs in newest.items():
        for run in runs[-nursery.KEEP + 1 :] if child % 2 else runs:  # one more may be stored and not acknowledged
            assert (asset, run) in kept


def test_nothing_unfinished_is_left_after_the_next_start(wreck):
    folder, _ = wreck
    nursery.open_store(folder, "")
    assert os.listdir(folder / "tmp") == []


def test_the_event_log_is_whole(wreck):
    folder, _ = wreck
    with contextlib.closing(sqlite3.connect(folder / NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_what_is_left_over_can_be_cleared_away(wreck):
    folder, _ = wreck
    log, files = EventLog(folder), ValueFiles(folder)
    clear(log, files, keep=10**9)
    needed = {file for (file,) in log.query("SELECT digest FROM materializations WHERE in_file")}
    log.close()
    assert {digest for digest, _ in files.stored()} == needed
