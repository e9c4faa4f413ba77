"""Ways to damage a store."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from asset_magic.store.database import NAME


def value_files(store: Path) -> list[Path]:
    """The files of values, the largest first."""
    return sorted((store / "values").glob("*/*"), key=lambda path: path.stat().st_size, reverse=True)


def largest(do: Callable[[Path], object]) -> Callable[[Path], None]:
    """Do something to the file of the largest value."""
    return lambda store: do(value_files(store)[0]) and None


def cut(path: Path, at: int) -> None:
    """Let a file end early."""
    os.truncate(path, at)


def flip(path: Path, at: int, bit: int) -> None:
    """Turn one bit of a file over."""
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


def cut_somewhere(which: Callable[[Path], Path]) -> Callable[[Path, Random], None]:
    """Let a file end at a random place."""
    return lambda store, chance: cut(which(store), chance.randrange(which(store).stat().st_size))


def flip_somewhere(which: Callable[[Path], Path]) -> Callable[[Path, Random], None]:
    """Turn a random bit of a file over."""
    return lambda store, chance: flip(which(store), chance.randrange(which(store).stat().st_size), chance.randrange(8))


def database(store: Path) -> Path:
    """The event log, with all that was committed in the one file."""
    with contextlib.closing(sqlite3.connect(store / NAME)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return store / NAME


def sql(statement: str) -> Callable[[Path], None]:
    """Change the event log behind everybody's back."""

    def change(store: Path) -> None:
        with contextlib.closing(sqlite3.connect(store / NAME)) as connection, connection:
            connection.execute(statement)

    return change


def replaced_by_link(path: Path) -> None:
    """Move a file out of the store, and leave a link to it."""
    outside = path.rename(path.parents[3] / "outside")
    path.symlink_to(outside)


def replaced_by_folder(path: Path) -> None:
    """Put a folder where a file was."""
    path.unlink()
    path.mkdir()


def replaced_by_file(store: Path) -> None:
    """Put a file where the store was."""
    shutil.rmtree(store, ignore_errors=True)
    store.write_text("something else")


def deleted(store: Path) -> None:
    """Remove the whole store."""
    shutil.rmtree(store)


def mount(*words: str) -> None:
    """Mount a file system, or change how one is mounted."""
    subprocess.run(["mount", *words], check=True)


@contextlib.contextmanager
def readonly(store: Path) -> Iterator[None]:
    """Nothing can be written beside the notebook meanwhile."""
    place = str(store.parent)
    mount("--bind", place, place)
    mount("-o", "remount,bind,ro", place)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@contextlib.contextmanager
def full_disk(store: Path) -> Iterator[None]:
    """Not a byte is left meanwhile where the store stands."""
    filler = store / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def clock_at(seconds: float) -> Iterator[None]:
    """The clock of the machine shows something else."""
    import time

    real = time.time
    time.time = lambda: real() + seconds
    try:
        yield
    finally:
        time.time = real


@contextlib.contextmanager
def held(store: Path) -> Iterator[None]:
    """Another process begins to write, and does not end."""
    with contextlib.closing(sqlite3.connect(store / NAME, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def network(store: Path) -> Iterator[None]:
    """The folder seems to be on a network file system."""
    from asset_magic.store import durable, files

    real = durable.on_network
    durable.on_network = files.on_network = lambda folder: True
    try:
        yield
    finally:
        durable.on_network = files.on_network = real


def no_place_for_keys(store: Path) -> None:
    """The Jupyter folder of the user cannot be one."""
    shutil.rmtree(store.parent / "jupyter", ignore_errors=True)
    (store.parent / "jupyter").write_text("something else")


def journal(store: Path) -> str:
    """How the event log is written."""
    with contextlib.closing(sqlite3.connect(store / NAME)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
