"""The database of a store: opened when it is needed, written by one kernel at a time, and read by all.

Nothing here knows what is in its tables.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asset_magic.store.errors import StoreError
from asset_magic.store.schema import bring_up

if TYPE_CHECKING:
    import sqlite3

NAME = "events.db"
_WAIT = 30.0  # seconds for which another kernel may hold the database
_SHORT_WAIT = 100  # milliseconds for which it may, once it was waited for in vain
_NOT_WRITABLE = 8, 14  # what SQLite calls it when a folder or file may not be written

_of_parents: list[Any] = []  # a forked process must not close what its parent has open


class Database:
    """A SQLite database that may be replaced, deleted, copied and forked under our hands.

    Args:
        folder: the store's folder, which must be there before anything is written.
        readonly: nothing is ever written.
        wal: write-ahead logging, which does not work on network file systems; off, a rollback journal.

    Attributes:
        wal: as given.
        written: what the present connection has surely written; who adds to it need not write that again.

    Raises:
        StoreError, sqlite3.Error: from every method: the database cannot be used.
    """

    def __init__(self, folder: Path, *, readonly: bool = False, wal: bool = True) -> None:
        self.path = folder / NAME
        self._readonly = readonly
        self.wal = wal
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, ...] = (0,)
        self._resting = False  # opened as a file that nobody writes
        self._seen = -1
        self._impatient = False
        self._lent = False  # opened to be read only, since it could not be written
        self.written: set[str] = set()

    def exists(self) -> bool:
        """Whether anything has been written yet."""
        try:
            return os.stat(self.path).st_size > 0
        except OSError:
            return False

    def was_deleted(self) -> bool:
        """Whether the database that was open is no longer there. That is told once."""
        if self._connection is None or self._opened[0] != os.getpid() or self.exists():
            return False
        self.close()
        return True

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._opened[0] == os.getpid():
                connection.close()

    def moved(self) -> bool:
        """Whether another kernel has written since this was asked last."""
        with self._lock:
            if not self.exists():
                return False
            connection, known = self._connected(), self._seen
            self._seen = connection.execute("PRAGMA data_version").fetchone()[0]
            return self._seen != known

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction; other kernels wait for its end."""
        with self._lock:
            if self._lent:
                self.close()  # perhaps it can be written by now
            connection = self._connected()
            self._begin(connection)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self.written.clear()
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Begin to write. Who was kept waiting in vain once does not wait long again, until it has worked."""
        import sqlite3

        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY and not self._impatient:
                self._impatient = True
                connection.execute(f"PRAGMA busy_timeout = {_SHORT_WAIT}")
            raise
        if self._impatient:
            self._impatient = False
            connection.execute(f"PRAGMA busy_timeout = {int(_WAIT * 1000)}")

    def query(self, sql: str, *values: Any) -> list[Any]:
        """All rows of one query; none where nothing has been written yet."""
        with self._lock:
            return self._connected().execute(sql, values).fetchall() if self.exists() else []

    # Opening

    def _connected(self) -> sqlite3.Connection:
        """The connection, made anew after a fork and when another file stands in the place of the one that was open."""
        if self._connection is not None and self._opened == self._stamp():
            return self._connection
        if self._connection is not None:
            if self._opened[0] == os.getpid():
                self._connection.close()
            else:
                _of_parents.append(self._connection)
        self.written.clear()
        self._seen = -1
        self._connection = self._open()
        self._opened = self._stamp()
        return self._connection

    def _stamp(self) -> tuple[int, ...]:
        try:
            at = os.stat(self.path)
        except OSError:
            return (os.getpid(),)
        rest = (at.st_mtime_ns, at.st_size, self._rests()) if self._resting else ()
        return os.getpid(), at.st_dev, at.st_ino, *rest

    def _rests(self) -> bool:
        """Whether nobody has written since everything was last brought into the one file."""
        try:
            with self.path.open("rb") as file:
                uses_wal = file.read(20)[18:] == b"\x02\x02"
            return uses_wal and not self.path.with_name(f"{NAME}-wal").stat().st_size
        except FileNotFoundError:
            return True

    def _open(self) -> sqlite3.Connection:
        import sqlite3  # not needed before something is stored

        self._resting = False

        if self.path.is_symlink():
            raise StoreError(f"{self.path} is a link: a store holds its own files only")
        if self._readonly:
            return self._open_to_read()
        connection = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        try:
            self._choose_journal(connection)
            bring_up(connection, writable=True)
        except BaseException as error:
            connection.close()
            if self.exists() and getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_WRITABLE:
                self._lent = True
                return self._open_to_read()
            raise
        self._lent = False
        return connection

    def _open_to_read(self) -> sqlite3.Connection:
        """Open without writing anything: SQLite makes files beside a log that may be in use even to read it."""
        import sqlite3

        place = self.path.absolute().as_uri()
        resting = self._rests()
        for mode in ("mode=ro&immutable=1",) if resting else ("mode=ro", "mode=ro&immutable=1"):
            connection = sqlite3.connect(
                f"{place}?{mode}", uri=True, timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            try:
                bring_up(connection, writable=False)
            except sqlite3.OperationalError:
                connection.close()
                if "immutable" in mode:
                    raise
            else:
                self._resting = "immutable" in mode
                return connection
        raise AssertionError

    def _choose_journal(self, connection: sqlite3.Connection) -> None:
        import sqlite3

        until = time.monotonic() + _WAIT
        while True:
            try:
                connection.execute(f"PRAGMA journal_mode = {'WAL' if self.wal else 'DELETE'}")
                break
            except sqlite3.OperationalError as error:  # SQLite does not wait here by itself
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.01)
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if self.wal else 'FULL'}")
