"""What can be read of a damaged event log is written into a new one; the damaged file is kept."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asset_magic.store import records
from asset_magic.store.log import EventLog, Row, VerdictRow
from asset_magic.store.schema import bring_up

if TYPE_CHECKING:
    import sqlite3

_DAMAGED, _NO_DATABASE = 11, 26  # what SQLite calls them
_UNDECODABLE = "Could not decode to UTF-8"
_NEAR = 2**20  # rows; a number that is farther from the one before is damaged
_FARTHEST = 2**40  # rows past a damaged place; each step is twice as far as the one before


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a rescue.

    Attributes:
        count: how many materializations and verdicts could be saved.
        aside: where the damaged file is now.
    """

    count: int
    aside: Path


def is_damage(error: Exception) -> bool:
    """Whether an error says that a database is damaged, or is none."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (_DAMAGED, _NO_DATABASE) or isinstance(error, UnicodeDecodeError) or _UNDECODABLE in str(error)


def rescue(log: EventLog) -> Saved | None:
    """Set a damaged event log aside, and write what can be read of it into a new one.

    Returns:
        What came of it; None if another kernel has done it already.

    Raises:
        OSError, sqlite3.Error: there can be no new one; all is as it was then.
    """
    log.close()
    with _alone(log.path):
        if not _is_damaged(log.path):
            return None
        aside = _aside(log.path)
        _move(log.path, aside)
        try:
            with log.writing() as connection, closing(_opened(aside)) as damaged:
                count = _save(damaged, connection)
        except BaseException:
            log.close()
            _move(aside, log.path)
            raise
    return Saved(count, aside)


def _save(damaged: sqlite3.Connection, connection: sqlite3.Connection) -> int:
    """Write all rows that are as they once were written, and say how many."""
    damaged.execute("PRAGMA writable_schema = ON")  # else SQLite reads nothing of a file that ends early
    damaged.text_factory = lambda text: text.decode("utf-8", "replace")
    with suppress(*_errors()):
        bring_up(damaged, writable=True)
    known: dict[str, bool] = {}
    count = 0
    for table, kind in (("materializations", Row), ("checks", VerdictRow)):
        for row in _readable(damaged, table):
            if _is_sound(kind, row) and _saved_provenance(damaged, connection, row["provenance"], known):
                count += _inserted(connection, table, row)
    for row in _readable(damaged, "failures"):
        _inserted(connection, "failures", row)
    connection.execute(
        "INSERT OR REPLACE INTO latest "
        "SELECT key, notebook, max(id), data_version, json_extract(body, '$.code_version') "
        "FROM materializations JOIN provenances ON provenance = provenances.digest GROUP BY key, notebook"
    )
    return count


def _aside(path: Path) -> Path:
    """A name that no earlier damaged file has."""
    names = (
        path.with_name(f"{path.name}.damaged{f'-{number}' if number > 1 else ''}") for number in itertools.count(1)
    )
    return next(name for name in names if not name.exists())


def _move(path: Path, to: Path) -> None:
    """Rename a database. Its journal goes first, so that none is ever taken for that of another database."""
    for end in ("-wal", "-journal", ""):
        with suppress(FileNotFoundError):
            os.replace(f"{path}{end}", f"{to}{end}")
    with suppress(OSError):
        os.unlink(f"{path}-shm")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other kernels from mending the same log meanwhile."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with open(f"{path}.lock", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_damaged(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with closing(_opened(path)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            for table in ("provenances", "materializations", "checks"):
                for _ in connection.execute(f"SELECT * FROM {table}"):
                    pass
    except _errors():
        return True
    return bool(found != [("ok",)])


def _opened(path: Path) -> sqlite3.Connection:
    import sqlite3

    return sqlite3.connect(path, isolation_level=None)


def _readable(damaged: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table that can be read, each once; what lies on damaged pages is passed over.

    Numbers of rows may be damaged, too: what is next is always sought behind what was sought before.
    """
    begin, step = 0, 1
    seen: set[int] = set()
    while step < _FARTHEST:
        try:
            found = damaged.execute(f"SELECT * FROM {table} WHERE id > ? ORDER BY id", (begin,))
            names = [column[0] for column in found.description]
            for values in found:
                row = dict(zip(names, values, strict=True))
                if begin < row["id"] < begin + _NEAR:
                    begin, step = row["id"], 1
                if row["id"] not in seen:
                    seen.add(row["id"])
                    yield row
            return
        except _errors():
            begin, step = begin + step, step * 2


def _is_sound(kind: type[Row] | type[VerdictRow], row: dict[str, Any]) -> bool:
    """Whether a row is as it was written; of a table whose description is damaged none is."""
    columns = kind._fields[:-1]  # the last one stands in another table
    return row.keys() >= set(columns) and kind(**{name: row[name] for name in columns}).is_sound()


def _saved_provenance(
    damaged: sqlite3.Connection, connection: sqlite3.Connection, digest: str, known: dict[str, bool]
) -> bool:
    if digest not in known:
        try:
            found = damaged.execute("SELECT body FROM provenances WHERE digest = ?", (digest,)).fetchone()
        except _errors():
            found = None
        known[digest] = found is not None and records.is_of(digest, found[0])
        if known[digest]:
            connection.execute("INSERT OR IGNORE INTO provenances VALUES (?, ?)", (digest, found[0]))
    return known[digest]


def _inserted(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> bool:
    names = [name for name in row if name != "id"]
    marks = ", ".join("?" * len(names))
    try:
        connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [row[name] for name in names])
    except _errors():  # a column that is not what it must be
        return False
    return True


def _errors() -> tuple[type[Exception], ...]:
    import sqlite3

    return sqlite3.Error, UnicodeError
