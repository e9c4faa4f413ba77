"""The event log: what was made, checked and failed, in a SQLite database that several kernels write at once.

It knows nothing of values but their bytes, or the name of the file that holds them. Every method is one transaction.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xxhash import xxh3_64_hexdigest

from asset_magic.store.errors import StoreError
from asset_magic.store.schema import bring_up

if TYPE_CHECKING:
    import sqlite3

NAME = "events.db"
_WAIT = 30.0  # seconds for which another kernel may hold the log
_SHORT_WAIT = 100  # milliseconds for which it may, once it was waited for in vain
_NOT_WRITABLE = 8, 14  # what SQLite calls it when a folder or file may not be written
_COLUMNS = (
    "id, kind, key, notebook, run_id, timestamp, duration, data_version, provenance, facts, outputs, "
    "outputs_signature, unstored, checksum, format, size, signature, digest, in_file"
)
_SELECT = f"SELECT {', '.join(f'm.{name}' for name in _COLUMNS.split(', '))}, p.body FROM materializations m "
_SELECT += "JOIN provenances p ON p.digest = m.provenance "
_INSERT = f"INSERT INTO materializations ({_COLUMNS.removeprefix('id, ')}, value) VALUES ({', '.join('?' * 19)})"

_of_parents: list[Any] = []  # a forked process must not close what its parent has open


class Row(NamedTuple):
    """A materialization as it is written down, but for the bytes of its value."""

    id: int
    kind: str
    key: str
    notebook: str
    run_id: str
    timestamp: float
    duration: float
    data_version: str
    provenance: str
    facts: str
    outputs: str
    outputs_signature: bytes
    unstored: str
    checksum: str
    format: str | None
    size: int
    signature: bytes
    digest: str
    in_file: int
    provenance_body: str = ""

    def sealed(self) -> Row:
        """This row, with the checksum of what never changes in it."""
        return self._replace(checksum=self._sum())

    def is_sound(self) -> bool:
        """Whether the row is as it was written."""
        return self.checksum == self._sum()

    def _sum(self) -> str:
        return checksum(*self[1:_CHECKSUM])


_CHECKSUM = Row._fields.index("checksum")


def checksum(*columns: Any) -> str:
    """What tells that columns of the database are no longer as they were written."""
    return xxh3_64_hexdigest(repr(columns).encode("utf-8", "surrogatepass"))


class VerdictRow(NamedTuple):
    """The verdict of a check as it is written down."""

    id: int
    key: str
    name: str
    notebook: str
    passed: int
    provenance: str
    verdict: str
    outputs: str
    outputs_signature: bytes
    checksum: str
    provenance_body: str = ""

    def sealed(self) -> VerdictRow:
        """This row, with its checksum."""
        return self._replace(checksum=checksum(*self[1:9]))

    def is_sound(self) -> bool:
        """Whether the row is as it was written."""
        return self.checksum == checksum(*self[1:9])


_SELECT_CHECKS = f"SELECT {', '.join(f'c.{name}' for name in VerdictRow._fields[:-1])}, p.body FROM checks c "
_SELECT_CHECKS += "JOIN provenances p ON p.digest = c.provenance "


class Latest(NamedTuple):
    """At which materialization an asset stands, for one of the notebooks that make it."""

    key: str
    notebook: str
    materialization: int
    data_version: str
    code_version: str


class EventLog:
    """The database of one store.

    Args:
        folder: the store's folder, which must be there before anything is written.
        readonly: nothing is ever written.
        wal: write-ahead logging, which does not work on network file systems; off, a rollback journal.

    Raises:
        StoreError, sqlite3.Error: from every method: the database cannot be used.
    """

    def __init__(self, folder: Path, *, readonly: bool = False, wal: bool = True) -> None:
        self.path = folder / NAME
        self._readonly = readonly
        self._wal = wal
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, ...] = (0,)
        self._resting = False  # opened as a file that nobody writes
        self._seen = -1
        self._impatient = False
        self._lent = False  # opened to be read only, since it could not be written
        self._provenances: set[str] = set()

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
                self._provenances.clear()
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

    # Materializations

    def latest(self) -> list[Latest]:
        """Where all assets stand, in one query."""
        columns = ", ".join(Latest._fields)
        return [Latest(*row) for row in self.query(f"SELECT {columns} FROM latest ORDER BY materialization")]

    def find(self, key: str, provenance: str) -> list[Row]:
        """The materializations of ``key`` with this provenance, newest first."""
        sql = _SELECT + "WHERE m.key = ? AND m.provenance = ? ORDER BY m.id DESC"
        return self._rows(sql, key, provenance)

    def history(self, key: str, limit: int = -1) -> list[Row]:
        """The materializations of ``key``, newest first, ``limit`` at most."""
        return self._rows(_SELECT + "WHERE m.key = ? ORDER BY m.id DESC LIMIT ?", key, limit)

    def row(self, key: str, timestamp: float, run_id: str) -> Row | None:
        """One materialization, by what tells it from all others."""
        sql = _SELECT + "WHERE m.key = ? AND m.timestamp = ? AND m.run_id = ? ORDER BY m.id DESC"
        return next(iter(self._rows(sql, key, timestamp, run_id)), None)

    def standing(self, key: str, notebook: str) -> Row | None:
        """The materialization at which ``key`` stands for a notebook."""
        sql = _SELECT + "JOIN latest l ON l.materialization = m.id WHERE l.key = ? AND l.notebook = ?"
        return next(iter(self._rows(sql, key, notebook)), None)

    def stand(self, row: Row, notebook: str, code_version: str) -> None:
        """Let ``row`` be where its asset stands for a notebook."""
        with self.writing() as connection:
            self._set_latest(connection, row, notebook, row.id, code_version)

    def shown(self) -> list[Row | VerdictRow]:
        """The materializations and verdicts that have a value, or have shown something."""
        rows: list[Row | VerdictRow] = [*self._rows(_SELECT + "WHERE m.format IS NOT NULL OR m.outputs != ''")]
        checks = _SELECT_CHECKS + "WHERE c.outputs != ''"
        return [*rows, *(VerdictRow(*row) for row in self.query(checks))]

    def value(self, number: int) -> bytes | None:
        """The bytes of a value that stands in the row itself."""
        found = self.query("SELECT value FROM materializations WHERE id = ?", number)
        return found[0][0] if found else None

    def _rows(self, sql: str, *values: Any) -> list[Row]:
        return [Row(*row) for row in self.query(sql, *values)]

    def add(
        self, connection: sqlite3.Connection, row: Row, value: bytes | None, code_version: str, body: Callable[[], str]
    ) -> int:
        """Write down a materialization, at which its asset stands from now on.

        Args:
            connection: the transaction.
            row: what to write; its id is ignored.
            value: the bytes of the value, if it stands in the row.
            code_version: of the code that ran.
            body: the text of the provenance, which is only asked for if it is not written yet.

        Returns:
            The id.
        """
        self._add_provenance(connection, row.provenance, body)
        added: int = connection.execute(_INSERT, (*row[1:-1], value)).lastrowid or 0
        self._set_latest(connection, row, row.notebook, added, code_version)
        return added

    def _set_latest(
        self, connection: sqlite3.Connection, row: Row, notebook: str, number: int, code_version: str
    ) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?)",
            (row.key, notebook, number, row.data_version, code_version),
        )

    def beyond(self, connection: sqlite3.Connection, key: str, notebook: str, count: int) -> list[int]:
        """The materializations of an asset of one notebook with a value, but for the newest ``count``."""
        found = connection.execute(
            "SELECT id FROM materializations WHERE key = ? AND notebook = ? AND format IS NOT NULL "
            "AND id NOT IN (SELECT materialization FROM latest WHERE key = ?) ORDER BY id DESC LIMIT -1 OFFSET ?",
            (key, notebook, key, count - 1),
        )
        return [number for (number,) in found]

    def kept_size(self) -> int:
        """The bytes of all values that are kept."""
        total: int | None = self.query("SELECT sum(size) FROM materializations WHERE format IS NOT NULL")[0][0]
        return total or 0

    def let_go(self, connection: sqlite3.Connection, numbers: Iterable[int]) -> list[str]:
        """Keep the values of these materializations no longer; the history stays.

        Returns:
            The files that no materialization needs any more.
        """
        files: dict[str, None] = {}
        for number in numbers:
            digest, in_file = connection.execute(
                "SELECT digest, in_file FROM materializations WHERE id = ?", (number,)
            ).fetchone()
            connection.execute(
                "UPDATE materializations SET format = NULL, in_file = 0, value = NULL WHERE id = ?", (number,)
            )
            if in_file:
                files[digest] = None
        return [file for file in files if not self.needs(connection, file)]

    def needs(self, connection: sqlite3.Connection, file: str) -> bool:
        """Whether some materialization has its value in this file."""
        sql = "SELECT 1 FROM materializations WHERE digest = ? AND in_file LIMIT 1"
        return connection.execute(sql, (file,)).fetchone() is not None

    def _add_provenance(self, connection: sqlite3.Connection, digest: str, body: Callable[[], str]) -> None:
        if digest not in self._provenances:
            connection.execute("INSERT OR IGNORE INTO provenances VALUES (?, ?)", (digest, body()))
            self._provenances.add(digest)

    # Checks, failures, runs

    def add_check(self, row: VerdictRow, body: Callable[[], str]) -> None:
        """Write down the verdict of a check."""
        with self.writing() as connection:
            self._add_provenance(connection, row.provenance, body)
            connection.execute(
                "INSERT INTO checks (key, name, notebook, passed, provenance, verdict, outputs, outputs_signature, "
                "checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row[1:-1],
            )

    def checks(self, key: str, limit: int) -> list[VerdictRow]:
        """The verdicts on ``key``, newest first, ``limit`` at most."""
        return [
            VerdictRow(*row)
            for row in self.query(_SELECT_CHECKS + "WHERE c.key = ? ORDER BY c.id DESC LIMIT ?", key, limit)
        ]

    def ever_failed(self) -> list[str]:
        """The assets of which some verdict is a failure."""
        return [key for (key,) in self.query("SELECT DISTINCT key FROM checks WHERE NOT passed")]

    def add_failure(self, key: str, notebook: str, run_id: str, timestamp: float, error: str) -> None:
        """Write down that a body failed."""
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO failures (key, notebook, run_id, timestamp, error) VALUES (?, ?, ?, ?, ?)",
                (key, notebook, run_id, timestamp, error),
            )

    def failures(self, key: str, limit: int) -> list[tuple[str, float, str]]:
        """The failures of ``key``, newest first: run, time and error."""
        sql = "SELECT run_id, timestamp, error FROM failures WHERE key = ? ORDER BY id DESC LIMIT ?"
        return [tuple(row) for row in self.query(sql, key, limit)]

    def add_run(self, run_id: str, notebook: str, timestamp: float, duration: float, outcomes: str, tags: str) -> None:
        """Write down how a run ended."""
        with self.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, notebook, timestamp, duration, outcomes, tags),
            )

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
        self._provenances.clear()
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
                connection.execute(f"PRAGMA journal_mode = {'WAL' if self._wal else 'DELETE'}")
                break
            except sqlite3.OperationalError as error:  # SQLite does not wait here by itself
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.01)
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if self._wal else 'FULL'}")
