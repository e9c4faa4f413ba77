"""The event log: what was made, checked and failed, in a SQLite database that several kernels write at once.

It knows nothing of values but their bytes, or the name of the file that holds them. Every method is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from xxhash import xxh3_64_hexdigest

from asset_magic.store.database import Database

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = (
    "id, kind, key, notebook, run_id, timestamp, duration, data_version, provenance, facts, outputs, "
    "outputs_signature, unstored, checksum, format, size, signature, digest, in_file"
)
_SELECT = f"SELECT {', '.join(f'm.{name}' for name in _COLUMNS.split(', '))}, p.body FROM materializations m "
_SELECT += "JOIN provenances p ON p.digest = m.provenance "
_INSERT = f"INSERT INTO materializations ({_COLUMNS.removeprefix('id, ')}, value) VALUES ({', '.join('?' * 19)})"


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


class EventLog(Database):
    """What was made, checked and failed in one store."""

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
        if digest not in self.written:
            connection.execute("INSERT OR IGNORE INTO provenances VALUES (?, ?)", (digest, body()))
            self.written.add(digest)

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
