"""What is cleared away: old values and files that nothing refers to, never what is recorded, and never the history."""

import os
from threading import Thread

import pytest

from asset_magic.page.housekeeping import cleared_text
from asset_magic.store.files import ValueFiles
from asset_magic.store.log import EventLog, Row
from asset_magic.store.retention import clear, remove_unneeded

ROW = Row(0, "materialization", "a", "n", "r", 0.0, 0.0, "v", "p", "{}", "", b"", "", "", "raw", 0, b"", "", 0)


class Shelf:
    """A store, but for what stands in it."""

    def __init__(self, folder):
        self.log, self.files = EventLog(folder), ValueFiles(folder)

    def add(self, value, key="a", notebook="n", in_file=True):
        prepared = self.files.prepare([value])
        row = ROW._replace(key=key, notebook=notebook, size=len(value), digest=prepared.digest, in_file=int(in_file))
        with self.log.writing() as connection:
            prepared.place() if in_file else None
            self.log.add(connection, row, None if in_file else value, "code", lambda: "{}")

    def kept(self, key="a"):
        """The values that can be read, oldest first."""
        return [self.value(row) for row in reversed(self.log.history(key)) if row.format]

    def value(self, row):
        return self.log.value(row.id) if not row.in_file else bytes(self.files.read(row.digest, row.size))

    def on_disk(self):
        return sorted(size for _, size in self.files.stored())


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.log.close()


@pytest.mark.parametrize("in_file", [True, False], ids=["in files", "in rows"])
class TestOldValues:
    def test_of_each_asset_go_beyond_the_newest(self, shelf, in_file):
        for number in range(1, 6):
            shelf.add(b"x" * number, in_file=in_file)
        shelf.add(b"other", key="b", in_file=in_file)
        done = clear(shelf.log, shelf.files, keep=2)
        assert (done.values, done.value_bytes, done.kept, done.kept_bytes) == (3, 1 + 2 + 3, 3, 4 + 5 + 5)
        assert shelf.kept() == [b"xxxx", b"xxxxx"]
        assert shelf.kept("b") == [b"other"]

    def test_leave_their_history(self, shelf, in_file):
        for number in range(3):
            shelf.add(b"x%d" % number, in_file=in_file)
        clear(shelf.log, shelf.files, keep=1)
        assert len(shelf.log.history("a")) == 3

    def test_of_each_notebook_are_counted_apart(self, shelf, in_file):
        for notebook in ("n", "m", "n"):
            shelf.add(notebook.encode(), notebook=notebook, in_file=in_file)
        assert clear(shelf.log, shelf.files, keep=1).values == 1
        assert shelf.kept() == [b"m", b"n"]

    def test_go_first_where_bytes_are_counted(self, shelf, in_file):
        for number, key in enumerate("abab"):
            shelf.add(b"%d" % number * 10, key=key, in_file=in_file)
        done = clear(shelf.log, shelf.files, most=30)
        assert (done.values, done.value_bytes) == (1, 10)
        assert shelf.kept() == [b"2" * 10]
        assert shelf.kept("b") == [b"1" * 10, b"3" * 10]

    def test_stay_as_the_newest_of_their_asset_however_large(self, shelf, in_file):
        for key in "aabb":
            shelf.add(key.encode() * 100, key=key, in_file=in_file)
        clear(shelf.log, shelf.files, most=1)
        assert shelf.kept() == [b"a" * 100]
        assert shelf.kept("b") == [b"b" * 100]

    def test_are_only_counted_in_a_dry_run(self, shelf, in_file):
        for number in range(3):
            shelf.add(b"x%d" % number, in_file=in_file)
        planned = clear(shelf.log, shelf.files, keep=1, dry=True)
        assert shelf.kept() == [b"x0", b"x1", b"x2"]
        assert clear(shelf.log, shelf.files, keep=1) == planned


class TestFiles:
    def test_that_another_value_shares_stay(self, shelf):
        shelf.add(b"shared")
        shelf.add(b"mine")
        shelf.add(b"shared", key="b")
        assert clear(shelf.log, shelf.files, keep=1).value_bytes == 0
        assert shelf.on_disk() == [4, 6]

    def test_that_are_shared_are_counted_once(self, shelf):
        for _ in range(3):
            shelf.add(b"shared")
        done = clear(shelf.log, shelf.files, most=6)
        assert (done.values, done.kept_bytes) == (0, 6)

    def test_that_nothing_refers_to_go(self, shelf):
        shelf.add(b"mine")
        shelf.files.prepare([b"nobody's"]).place()
        done = clear(shelf.log, shelf.files)
        assert (done.orphans, done.orphan_bytes) == (1, 8)
        assert shelf.on_disk() == [4]

    def test_that_nothing_refers_to_stay_in_a_dry_run(self, shelf):
        shelf.add(b"mine")
        shelf.files.prepare([b"nobody's"]).place()
        assert clear(shelf.log, shelf.files, dry=True).orphan_bytes == 8
        assert shelf.on_disk() == [4, 8]

    def test_that_are_unfinished_go(self, shelf, tmp_path):
        shelf.add(b"mine")
        (tmp_path / "tmp" / "1-a.part").write_bytes(b"half")
        assert clear(shelf.log, shelf.files).unfinished_bytes == 4
        assert os.listdir(tmp_path / "tmp") == []

    def test_stay_while_their_value_is_being_recorded(self, shelf):
        shelf.add(b"first")
        prepared = shelf.files.prepare([b"second"])
        with shelf.log.writing() as connection:
            prepared.place()
            other = Shelf(shelf.files.root)
            clearing = Thread(target=clear, args=(other.log, other.files))
            clearing.start()
            clearing.join(0.2)
            row = ROW._replace(size=6, digest=prepared.digest, in_file=1)
            shelf.log.add(connection, row, None, "code", lambda: "{}")
        clearing.join()
        other.log.close()
        assert shelf.kept() == [b"first", b"second"]

    def test_that_were_recorded_again_are_not_removed_as_unneeded(self, shelf):
        shelf.add(b"old")
        shelf.add(b"new")
        with shelf.log.writing() as connection:
            unneeded = shelf.log.let_go(connection, [1])
        shelf.add(b"old", key="b")
        remove_unneeded(shelf.log, shelf.files, unneeded)
        assert shelf.kept("b") == [b"old"]

    def test_that_are_unneeded_are_removed(self, shelf):
        shelf.add(b"old")
        with shelf.log.writing() as connection:
            unneeded = shelf.log.let_go(connection, [1])
        remove_unneeded(shelf.log, shelf.files, unneeded)
        assert shelf.on_disk() == []


def test_the_database_becomes_smaller(shelf):
    for number in range(60):
        shelf.add(b"%d" % number * 30_000, in_file=False)
    shelf.log.query("PRAGMA wal_checkpoint(TRUNCATE)")
    before = shelf.log.path.stat().st_size
    freed = clear(shelf.log, shelf.files, keep=1).database_bytes
    assert freed > 2**20
    assert shelf.log.path.stat().st_size == before - freed


def test_clearing_says_how_a_store_on_a_network_is_written(tmp_path):
    log = EventLog(tmp_path, wal=False)
    try:
        said = cleared_text(clear(log, ValueFiles(tmp_path), dry=True), dry=True)
        assert log.query("PRAGMA journal_mode") == [("delete",)]
    finally:
        log.close()
    assert "on a network file system" in said
