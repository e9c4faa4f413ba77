"""The tables of the event log, and how older ones are brought up to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asset_magic.store.errors import NewerStore

if TYPE_CHECKING:
    import sqlite3

APPLICATION = 0x4153_5345  # what `file` and SQLite know the database by

# Each step takes a database from the version that is its index to the next one. A step that was released never changes.
_MIGRATIONS = (
    """
    CREATE TABLE provenances (digest TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE materializations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        notebook TEXT NOT NULL,
        run_id TEXT NOT NULL,
        timestamp REAL NOT NULL,
        duration REAL NOT NULL,
        data_version TEXT NOT NULL,
        provenance TEXT NOT NULL REFERENCES provenances (digest),
        facts TEXT NOT NULL,
        outputs TEXT NOT NULL,
        outputs_signature BLOB NOT NULL,
        unstored TEXT NOT NULL,
        checksum TEXT NOT NULL,
        format TEXT,
        size INTEGER NOT NULL,
        signature BLOB NOT NULL,
        digest TEXT NOT NULL,
        in_file INTEGER NOT NULL,
        value BLOB
    );
    CREATE INDEX materializations_by_key ON materializations (key);
    CREATE INDEX materializations_by_moment ON materializations (key, timestamp);
    CREATE INDEX materializations_by_provenance ON materializations (key, provenance);
    CREATE INDEX materializations_kept ON materializations (key, notebook, id) WHERE format IS NOT NULL;
    CREATE INDEX materializations_by_file ON materializations (digest) WHERE in_file;

    CREATE TABLE checks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        notebook TEXT NOT NULL,
        passed INTEGER NOT NULL,
        provenance TEXT NOT NULL REFERENCES provenances (digest),
        verdict TEXT NOT NULL,
        outputs TEXT NOT NULL,
        outputs_signature BLOB NOT NULL,
        checksum TEXT NOT NULL
    );
    CREATE INDEX checks_by_key ON checks (key, id);
    CREATE INDEX checks_failed ON checks (key) WHERE NOT passed;

    CREATE TABLE failures (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        notebook TEXT NOT NULL,
        run_id TEXT NOT NULL,
        timestamp REAL NOT NULL,
        error TEXT NOT NULL
    );
    CREATE INDEX failures_by_key ON failures (key, id);

    CREATE TABLE runs (
        run_id TEXT PRIMARY KEY,
        notebook TEXT NOT NULL,
        timestamp REAL NOT NULL,
        duration REAL NOT NULL,
        outcomes TEXT NOT NULL,
        tags TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE latest (
        key TEXT NOT NULL,
        notebook TEXT NOT NULL,
        materialization INTEGER NOT NULL,
        data_version TEXT NOT NULL,
        code_version TEXT NOT NULL,
        PRIMARY KEY (key, notebook)
    ) WITHOUT ROWID;
    """,
)

VERSION = len(_MIGRATIONS)


def bring_up(connection: sqlite3.Connection, *, writable: bool) -> None:
    """Bring the tables up to what this version of asset_magic knows.

    Raises:
        NewerStore: a newer version of asset_magic has written them.
        sqlite3.Error: the database cannot be read, or not written.
    """
    version = _version(connection)
    if version < VERSION and writable:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for script in _MIGRATIONS[_version(connection) :]:  # another kernel may have been first
                for statement in script.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise NewerStore(version)
    return version
