"""What stands between a store and the faults of its folder: they are told once, and work goes on in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from asset_magic.store.errors import StoreError
from asset_magic.store.files import ALL_GONE, GONE, ValueFiles
from asset_magic.store.log import EventLog
from asset_magic.store.place import make_folder, reason
from asset_magic.store.rescue import is_damage, rescue

T = TypeVar("T")
D = TypeVar("D")


class Guard:
    """Uses the event log of a store for it.

    Args:
        folder: of the store.
        log: its event log.
        say: tells the reader a sentence.
        readonly: the store is never written.
    """

    def __init__(self, folder: Path, log: EventLog, say: Callable[[str], None], *, readonly: bool) -> None:
        self._folder = folder
        self._log = log
        self._say = say
        self._readonly = readonly
        self._told: set[str] = set()
        self._unreadable: set[str] = set()
        self._suspected = False

    def tell(self, text: str, kind: str = "") -> None:
        """Say it, once; of several texts of one kind only the first."""
        if (kind or text) not in self._told:
            self._told.add(kind or text)
            self._say(text)

    def tell_unreadable(self, key: str, why: str) -> None:
        """Tell that a stored value cannot be used; where there are many, not each is worth a line."""
        if why == ALL_GONE or (why == GONE and ALL_GONE in self._told):
            self.tell(f"{why} from the store at {self._folder}, so those are made again", ALL_GONE)
        elif key not in self._unreadable:
            self._unreadable.add(key)
            if len(self._unreadable) == 1:
                what = (
                    why.removeprefix("the stored value ")
                    if why.startswith("the stored value ")
                    else f"is unusable: {why}"
                )
                self._say(f"the stored value of {key} {what}, so it is made again")
            elif len(self._unreadable) == 2:
                self._say("more stored values are gone or damaged, and are made again, too")

    def tell_unwritten(self, error: Exception) -> None:
        """Tell that something could not be written."""
        self.tell(f"what is made now is kept in memory only: {reason(error)}", "memory")

    def tell_if_log_is_gone(self, files: ValueFiles) -> None:
        """Tell that there are values of which nothing is known any more."""
        if not self._log.exists() and next(files.stored(), None) is not None:
            self.tell(f"the event log of the store at {self._folder} is gone, so all is made again")

    def read(self, query: Callable[[], T], default: D) -> T | D:
        """The answer of the event log; ``default`` if there is none yet, or it cannot be read."""
        if not self._is_there():
            return default
        try:
            return self._mending(query)
        except faults() as error:
            self.tell(
                f"results are kept in memory only: the store at {self._folder} cannot be read: {reason(error)}",
                "memory",
            )
            return default

    def write(self, write: Callable[[], object]) -> bool:
        """Write something; if it cannot be, the reader is told. Returns whether it is written."""
        there = self._is_there()
        try:
            if not (there and os.access(self._folder, os.W_OK | os.X_OK)):
                make_folder(self._folder)
            self._mending(write)
        except faults() as error:
            self.tell_unwritten(error)
            return False
        return True

    def surely(self, use: Callable[[], T]) -> T:
        """What ``use`` gives of a store that must be there.

        Raises:
            StoreError: there is none, or it cannot be used.
        """
        if not self._log.exists():
            raise StoreError(f"there is no store at {self._folder}")
        try:
            return use()
        except StoreError as error:
            raise StoreError(f"the store at {self._folder} cannot be used: {error}") from error
        except faults() as error:
            raise StoreError(f"the store at {self._folder} cannot be used: {reason(error)}") from error

    def _is_there(self) -> bool:
        """Whether there is an event log. The reader is told if there was one."""
        if self._log.exists():  # asked for each cell, so that it must not be asked twice
            return True
        if self._log.was_deleted():
            self.tell(f"the store at {self._folder} was deleted, so a new one is begun")
        return False

    def _mending(self, use: Callable[[], T]) -> T:
        """Use the event log; if it is damaged, save what can be read of it, and use what that makes."""
        try:
            return use()
        except faults() as error:
            if self._readonly or not is_damage(error):
                raise
            self._mend()
        return use()

    def _mend(self) -> None:
        saved = rescue(self._log)
        if saved is not None:
            self.tell(
                f"the event log of the store at {self._folder} was damaged: {saved.count} records of it were saved, "
                f"and the damaged file is kept as {saved.aside.name}"
            )

    def suspect(self) -> None:
        """Look once whether the event log is damaged: something that it once told of is not there any more."""
        if not (self._suspected or self._readonly) and self._log.exists():
            self._suspected = True
            with suppress(*faults()):
                self._mend()


def faults() -> tuple[type[Exception], ...]:
    """What can go wrong with files and databases."""
    import sqlite3  # not needed before something goes wrong

    return sqlite3.Error, OSError, StoreError, UnicodeDecodeError  # the last one is what damaged texts are to sqlite3
