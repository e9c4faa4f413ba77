"""``asset-magic gc`` as a user runs it."""

import os
import subprocess
import sys

import pytest

from asset_magic.store.files import ValueFiles
from asset_magic.store.log import EventLog, Row

ROW = Row(0, "materialization", "a", "n", "r", 0.0, 0.0, "v", "p", "{}", "", b"", "", "", "raw", 0, b"", "", 0)


def gc(cwd, *arguments, **variables):
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name} | variables
    return subprocess.run(
        [sys.executable, "-m", "asset_magic.cli", "gc", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def store(tmp_path):
    """A store with seven values of one asset, of 1,000 bytes each, and a file of nobody's."""
    folder = tmp_path / ".asset_magic"
    folder.mkdir()
    log, files = EventLog(folder), ValueFiles(folder)
    for number in range(7):
        prepared = files.prepare([b"%d" % number * 1000])
        with log.writing() as connection:
            prepared.place()
            row = ROW._replace(size=1000, digest=prepared.digest, in_file=1)
            log.add(connection, row, None, "code", lambda: "{}")
    files.prepare([b"nobody's"]).place()
    log.close()
    return folder


def on_disk(store):
    return len(list(ValueFiles(store).stored()))


def test_clears_old_values_away_and_says_their_size(store, tmp_path):
    done = gc(tmp_path)
    assert done.stdout == (
        "2 old values                     2.0 kB\n"
        "1 file that no value refers to  8 bytes\n"
        "freed 2.0 kB; 5 values stay (5.0 kB), and all of the history\n"
    )
    assert (done.returncode, done.stderr, on_disk(store)) == (0, "", 5)


def test_keeps_as_many_as_asked(store, tmp_path):
    assert "freed 6.0 kB; 1 value stays (1.0 kB)" in gc(tmp_path, "--keep", 1).stdout
    assert on_disk(store) == 1


def test_changes_nothing_in_a_dry_run(store, tmp_path):
    assert "would free 2.0 kB; 5 values stay" in gc(tmp_path, "--dry-run").stdout
    assert on_disk(store) == 8


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_takes_the_store_that_it_is_told(store, by):
    told = gc("/", "--store", store) if by == "argument" else gc("/", ASSET_MAGIC_HOME=str(store))
    assert told.returncode == 0
    assert on_disk(store) == 5


def test_says_so_when_there_is_nothing_to_do(store, tmp_path):
    gc(tmp_path)
    assert gc(tmp_path).stdout == "nothing to clear away; 5 values stay (5.0 kB), and all of the history\n"


def test_of_no_store_makes_none(tmp_path):
    done = gc(tmp_path)
    assert (done.returncode, done.stderr) == (2, f"asset-magic: there is no store at {tmp_path / '.asset_magic'}\n")
    assert os.listdir(tmp_path) == []


def test_of_a_damaged_store_says_so(store, tmp_path):
    (store / "events.db").write_bytes(b"something else" * 1000)
    done = gc(tmp_path)
    assert (done.returncode, on_disk(store)) == (2, 8)
    assert done.stderr == f"asset-magic: the store at {store} cannot be used: file is not a database\n"


def test_of_a_newer_store_touches_nothing(store, tmp_path):
    log = EventLog(store)
    log.query("PRAGMA user_version = 999")
    log.close()
    done = gc(tmp_path)
    assert (done.returncode, on_disk(store)) == (2, 8)
    assert "a newer version of asset_magic wrote it" in done.stderr


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_keeps_one_value_at_least(store, tmp_path, count):
    done = gc(tmp_path, f"--keep={count}")
    assert (done.returncode, on_disk(store)) == (2, 8)
    assert "at least 1 value of each asset stays" in done.stderr
