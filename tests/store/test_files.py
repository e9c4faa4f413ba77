"""The files of the store: what is placed is whole, what is damaged is told, and nothing leads out of the folder."""

import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.files import LARGE, ValueFiles

SMALL, BIG = b"a small value", bytes(range(256)) * (LARGE // 256 + 1)

# Has written a value and waits with placing it until it is killed.
_WRITER = """
import sys, time
from pathlib import Path
from asset_magic.store.files import ValueFiles

files = ValueFiles(Path(sys.argv[1]))
prepared = files.prepare([b"half of a value"])
print("written", flush=True)
time.sleep(60)
"""


@pytest.fixture
def files(tmp_path):
    return ValueFiles(tmp_path / "store")


@pytest.fixture(autouse=True)
def store_is_there(tmp_path):
    (tmp_path / "store").mkdir()


def stored(files, *parts):
    prepared = files.prepare(parts)
    prepared.place()
    return prepared.digest, prepared.size


def unfinished(files):
    return os.listdir(files.unfinished) if files.unfinished.exists() else []


@pytest.fixture
def writer(files):
    process = subprocess.Popen([sys.executable, "-c", _WRITER, files.root], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "written\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


class TestWhatIsPlaced:
    @pytest.mark.parametrize("value", [b"", SMALL, BIG], ids=["empty", "small", "large"])
    def test_is_read_as_it_was(self, files, value):
        assert bytes(files.read(*stored(files, value))) == value

    @given(st.lists(st.binary(max_size=50), max_size=5))
    def test_is_the_parts_one_after_the_other(self, tmp_path_factory, parts):
        files = ValueFiles(tmp_path_factory.mktemp("store"))
        assert bytes(files.read(*stored(files, *parts))) == b"".join(parts)

    def test_may_be_parts_of_any_layout(self, files):
        part = memoryview(bytearray(BIG)).cast("I")
        assert bytes(files.read(*stored(files, part))) == BIG

    @pytest.mark.parametrize("value", [SMALL, BIG], ids=["small", "large"])
    def test_may_be_changed_in_memory_and_stays_as_it_is_on_disk(self, files, value):
        name = stored(files, value)
        files.read(*name)[0:1] = b"!"
        assert bytes(files.read(*name)) == value

    def test_stays_readable_to_those_who_have_it_when_it_is_removed(self, files):
        name = stored(files, BIG)
        data = files.read(*name)
        files.remove(name[0])
        assert bytes(data) == BIG

    def test_stands_once_if_it_was_placed_twice(self, files):
        assert stored(files, SMALL) == stored(files, b"a small ", b"value")
        assert list(files.stored()) == [stored(files, SMALL)]

    def test_is_not_written_again(self, files):
        digest, _ = stored(files, SMALL)
        before = os.stat(files.path(digest)).st_ino
        stored(files, SMALL)
        assert os.stat(files.path(digest)).st_ino == before

    def test_is_written_after_all_if_it_was_cleared_away_in_between(self, files):
        name = stored(files, SMALL)
        prepared = files.prepare([SMALL])
        files.remove(name[0])
        prepared.place()
        assert bytes(files.read(*name)) == SMALL

    def test_leaves_no_unfinished_file(self, files):
        stored(files, SMALL)
        assert unfinished(files) == []

    def test_does_not_hold_all_files_open(self, files):
        name = stored(files, BIG)
        files.read(*name)
        before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else pytest.skip("needs /proc")
        many = [files.read(*name) for _ in range(300)]
        assert len(os.listdir("/proc/self/fd")) - before <= 200
        assert all(data[:9] == BIG[:9] for data in many)


class TestWhatIsNotPlaced:
    def test_is_not_there(self, files):
        prepared = files.prepare([SMALL])
        with pytest.raises(ValueUnreadable, match="the stored value is gone"):
            files.read(prepared.digest, prepared.size)
        assert list(files.stored()) == []

    def test_leaves_nothing_when_it_is_dropped(self, files):
        files.prepare([SMALL]).drop()
        assert unfinished(files) == []

    def test_leaves_nothing_when_it_cannot_be_written(self, files):
        resource = pytest.importorskip("resource")
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(OSError, match="too large"):
                files.prepare([BIG])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
        assert unfinished(files) == []


class TestDamage:
    @pytest.mark.parametrize("value", [SMALL, BIG], ids=["small", "large"])
    @pytest.mark.parametrize("place", [0, 0.5, 1], ids=["first", "middle", "last"])
    def test_of_one_bit_is_seen(self, files, value, place):
        name = stored(files, value)
        at = round(place * (len(value) - 1))
        with open(files.path(name[0]), "r+b") as file:
            file.seek(at)
            file.write(bytes([value[at] ^ 1]))
        with pytest.raises(ValueUnreadable, match="the stored value is damaged"):
            files.read(*name)

    @pytest.mark.parametrize("change", [b"", SMALL[:-1], SMALL + b"x"], ids=["empty", "shorter", "longer"])
    def test_of_the_length_is_seen(self, files, change):
        name = stored(files, SMALL)
        files.path(name[0]).write_bytes(change)
        with pytest.raises(ValueUnreadable, match="the stored value is damaged"):
            files.read(*name)

    def test_is_mended_by_placing_the_value_again(self, files):
        name = stored(files, SMALL)
        files.path(name[0]).write_bytes(b"another value")
        assert bytes(files.read(*stored(files, SMALL))) == SMALL

    def test_of_a_file_that_is_gone_is_told(self, files):
        name = stored(files, SMALL)
        assert files.remove(name[0])
        with pytest.raises(ValueUnreadable, match="the stored value is gone"):
            files.read(*name)


class TestNothingLeadsOutOfTheStore:
    @pytest.mark.parametrize(
        "name",
        [
            "",
            "../../etc/passwd",
            "/etc/passwd",
            "a" * 31,
            "A" * 32,
            "a" * 32 + "\n",
            "../" + "a" * 29,
            "a\0" + "a" * 30,
        ],
    )
    def test_by_a_name(self, files, name):
        for ask in (lambda: files.read(name, 1), lambda: files.remove(name)):
            with pytest.raises(ValueUnreadable, match="name that no value has"):
                ask()
        assert not files.has(name, 1)

    def test_by_a_file_that_is_a_link(self, files, tmp_path):
        name = stored(files, SMALL)
        outside = files.path(name[0]).rename(tmp_path / "outside")
        files.path(name[0]).symlink_to(outside)
        with pytest.raises(ValueUnreadable, match="not a file of the store"):
            files.read(*name)
        assert list(files.stored()) == []
        stored(files, SMALL)
        assert outside.read_bytes() == SMALL
        assert not files.path(name[0]).is_symlink()

    @pytest.mark.parametrize("depth", [0, 1], ids=["all", "one"])
    def test_by_a_folder_that_is_a_link(self, files, tmp_path, depth):
        name = stored(files, SMALL)
        folder = (files.values, files.path(name[0]).parent)[depth]
        outside = folder.rename(tmp_path / "outside")
        folder.symlink_to(outside)
        for ask in (lambda: files.read(*name), lambda: files.remove(name[0]), lambda: stored(files, SMALL)):
            with pytest.raises((ValueUnreadable, OSError), match="not a folder of the store"):
                ask()
        assert [found.read_bytes() for found in outside.rglob("*") if found.is_file()] == [SMALL]

    def test_by_a_folder_of_unfinished_files_that_is_a_link(self, files, tmp_path):
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "mine.part").write_bytes(b"x")
        files.unfinished.symlink_to(outside)
        assert files.sweep() == 0
        with pytest.raises(OSError, match="not a folder of the store"):
            files.prepare([SMALL])
        assert os.listdir(outside) == ["mine.part"]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
    def test_by_a_pipe_that_nobody_writes(self, files):
        name = stored(files, SMALL)
        files.remove(name[0])
        os.mkfifo(files.path(name[0]))
        with pytest.raises(ValueUnreadable, match="not a file of the store"):
            files.read(*name)


class TestSweeping:
    def test_leaves_what_another_process_writes(self, files, writer):
        assert files.sweep() == 0
        assert len(unfinished(files)) == 1

    def test_takes_what_a_killed_process_left(self, files, writer):
        writer.kill()
        writer.wait()
        assert files.sweep(dry=True) == len("half of a value")
        assert len(unfinished(files)) == 1
        assert files.sweep() == len("half of a value")
        assert unfinished(files) == []

    def test_takes_only_old_files_where_locks_say_nothing(self, files, writer, monkeypatch):
        monkeypatch.setattr("asset_magic.store.files.on_network", lambda folder: True)
        writer.kill()
        writer.wait()
        assert files.sweep() == 0
        (name,) = unfinished(files)
        os.utime(files.unfinished / name, (time.time() - 4000,) * 2)
        assert files.sweep() == len("half of a value")

    def test_leaves_what_it_does_not_know(self, files):
        stored(files, SMALL)
        (files.unfinished / "notes.txt").write_text("mine")
        (files.values / "notes.txt").write_text("mine")
        assert files.sweep() == 0
        assert unfinished(files) == ["notes.txt"]
        assert list(files.stored()) == [stored(files, SMALL)]

    def test_of_a_store_that_has_written_nothing_finds_nothing(self, files):
        assert files.sweep() == 0
        assert list(files.stored()) == []
