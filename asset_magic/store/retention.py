"""Which values are kept, and what is cleared away: old values, and files that nothing refers to. The history stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asset_magic.store.files import ValueFiles
from asset_magic.store.log import EventLog

if TYPE_CHECKING:
    import sqlite3

KEEP = 5  # values of each asset, unless somebody says otherwise
_WORTH_IT = 2**20  # bytes that the database must hold for nothing before it is written anew

_VALUES = """
    SELECT id, size, CASE WHEN in_file THEN digest END,
        CASE WHEN id IN (SELECT materialization FROM latest) THEN 1
        ELSE row_number() OVER (PARTITION BY key, notebook ORDER BY id DESC) END
    FROM materializations WHERE format IS NOT NULL ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was cleared away, or would be, in bytes where it says so.

    Attributes:
        values: how many values were older than what is kept.
        value_bytes: their size; what another value shares is not counted.
        orphans: how many files no value refers to.
        orphan_bytes: their size.
        unfinished_bytes: of files that a killed process was writing.
        database_bytes: by which the database became smaller.
        kept: how many values stay.
        kept_bytes: their size.
        on_network: the event log has a rollback journal, since the folder is on a network file system.
    """

    values: int
    value_bytes: int
    orphans: int
    orphan_bytes: int
    unfinished_bytes: int
    database_bytes: int
    kept: int
    kept_bytes: int
    on_network: bool = False


def clear(log: EventLog, files: ValueFiles, *, keep: int = KEEP, most: int | None = None, dry: bool = False) -> Cleared:
    """Let go of old values, and remove the files that nothing refers to.

    Files are removed while no other kernel can write, and only once it is written down that nobody needs them: what is
    recorded has its file, whenever the machine stops.

    Args:
        log: the event log of the store.
        files: its files.
        keep: how many values of each asset stay.
        most: how many bytes may stay; then the oldest values go, but the newest of each asset stays in any case.
        dry: change nothing.

    Raises:
        sqlite3.Error, OSError, StoreError: the store cannot be read or written.
    """
    unfinished = files.sweep(dry=dry)
    orphans = _remove_orphans(log, files, dry)  # first, since even forgetting needs some space on a full disk
    with _writing(log, dry) as connection:
        rows = connection.execute(_VALUES).fetchall()
        old = _beyond(rows, keep, most)
        log.let_go(connection, old)
    staying = [row for row in rows if row[0] not in old]
    kept_bytes = _total(staying)
    if not dry:
        _remove_orphans(log, files, dry)
    return Cleared(
        values=len(old),
        value_bytes=_total(rows) - kept_bytes,
        orphans=len(orphans),
        orphan_bytes=sum(orphans.values()),
        unfinished_bytes=unfinished,
        database_bytes=0 if dry else _compact(log),
        kept=len(staying),
        kept_bytes=kept_bytes,
        on_network=not log.wal,
    )


def remove_unneeded(log: EventLog, files: ValueFiles, digests: list[str]) -> None:
    """Remove the files of values that were let go of, unless another kernel has recorded one of them again since."""
    with log.writing() as connection:
        for digest in digests:
            if not log.needs(connection, digest):
                files.remove(digest)


def _remove_orphans(log: EventLog, files: ValueFiles, dry: bool) -> dict[str, int]:
    with _writing(log, dry) as connection:
        known = {file for (file,) in connection.execute("SELECT digest FROM materializations WHERE in_file")}
        found = {digest: size for digest, size in files.stored() if digest not in known}
        if not dry:
            for digest in found:
                files.remove(digest)
    return found


def _beyond(rows: list[tuple[int, int, str | None, int]], keep: int, most: int | None) -> set[int]:
    """Which values go, of rows that are given from the oldest to the newest."""
    old = {number for number, _, _, age in rows if age > keep}
    if most is None:
        return old
    staying = [row for row in rows if row[0] not in old]
    users = Counter(file for _, _, file, _ in staying if file is not None)
    left = _total(staying)
    for number, size, file, age in staying:
        if left <= most:
            break
        if age > 1:
            old.add(number)
            users[file or ""] -= 1
            left -= size if file is None or not users[file] else 0
    return old


def _total(rows: list[tuple[int, int, str | None, int]]) -> int:
    """The bytes of values; those that share a file count once."""
    shared = {file: size for _, size, file, _ in rows if file is not None}
    return sum(shared.values()) + sum(size for _, size, file, _ in rows if file is None)


def _compact(log: EventLog) -> int:
    """Give back the space that the database holds for nothing, and say how many bytes that were."""
    import sqlite3  # not needed before something is cleared

    before = log.path.stat().st_size
    free, page = (log.query(f"PRAGMA {name}")[0][0] for name in ("freelist_count", "page_size"))
    if free * page < _WORTH_IT:
        return 0
    try:
        log.query("VACUUM")
        log.query("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:  # another kernel uses it, or there is no room for a copy
        return 0
    return max(0, before - log.path.stat().st_size)


class _NothingIsMeant(Exception):
    """Takes a transaction back."""


@contextmanager
def _writing(log: EventLog, dry: bool) -> Iterator[sqlite3.Connection]:
    try:
        with log.writing() as connection:
            yield connection
            if dry:
                raise _NothingIsMeant
    except _NothingIsMeant:
        pass
