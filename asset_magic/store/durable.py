"""A store in a folder: what is recorded outlives the kernel, and several kernels share it.

The event log (`log`) holds what was made and small values, `files` the large ones, `formats` says how a value becomes
bytes, `trust` whether bytes that could run code are the reader's own. What cannot be written is kept in memory, and the
reader is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from xxhash import xxh3_128_hexdigest

from asset_magic.model.errors import AssetValueMissing, DefinitionError, ValueUnreadable
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, FailureRecord, Materialization, Provenance, RunRecord
from asset_magic.store import records
from asset_magic.store.codec import OBSERVATION, Codec, provenance_text
from asset_magic.store.errors import ValueUntrusted
from asset_magic.store.files import Prepared, ValueFiles
from asset_magic.store.guard import Guard
from asset_magic.store.limits import Limits
from asset_magic.store.log import EventLog, Row, VerdictRow
from asset_magic.store.memory import MemoryStore
from asset_magic.store.place import on_network
from asset_magic.store.protocol import Standing
from asset_magic.store.retention import Cleared, clear, remove_unneeded
from asset_magic.store.trust import Signer
from asset_magic.store.trusting import Trusted, signed_value, trust

if TYPE_CHECKING:
    from asset_magic.store.formats import Encoded

T = TypeVar("T")
R = TypeVar("R", Row, VerdictRow)

SMALL = 64 * 1024  # bytes; larger values are files of their own
_ROOM = 0.9  # of the limit is what is left when it was reached, so that it is not reached at once again
_UNWRITTEN = "the store could not be written"
_CHECKS = 200  # verdicts on one asset that are read again


class DurableStore:
    """Keeps what was made, in a folder.

    Nothing is written, the folder neither, before there is something to keep.

    Args:
        folder: where.
        same: whether a value that was read back is what was written, given both.
        say: tells the reader a sentence.
        notebook: which notebook writes, as a path from the folder around the store; "" if nobody knows.
        limits: how much is kept.
        readonly: nothing is ever written.
    """

    def __init__(
        self,
        folder: Path,
        *,
        same: Callable[[Any, Any], bool],
        say: Callable[[str], None],
        notebook: str = "",
        limits: Limits | None = None,
        readonly: bool = False,
    ) -> None:
        self.folder = folder
        self.notebook = notebook
        self.limits = limits or Limits()
        self._base = folder.parent
        self._same = same
        self._log = EventLog(folder, readonly=readonly, wal=not on_network(folder))
        self._guard = Guard(folder, self._log, say, readonly=readonly)
        self._files = ValueFiles(folder)
        self._signer = Signer()
        self._codec = Codec(folder.parent, notebook, self._signer)
        self._memory = MemoryStore(self.limits.count)
        self._only_here: set[tuple[str, float]] = set()  # materializations that the log could not take
        self._standings: dict[str, list[Standing]] | None = None
        self._verdicts: dict[AssetKey, list[AssetCheckEvaluation]] = {}
        self._failing: set[AssetKey] | None = None
        self._size: int | None = None
        self._guard.tell_if_log_is_gone(self._files)
        if not readonly:
            with suppress(OSError):
                self._files.sweep()

    # Writing
    #
    # The value first, the row last: what a row names is there, whenever the process stops.

    def record(self, materialization: Materialization, value: Any) -> None:
        """Keep ``materialization`` and its value; in memory, if the folder cannot take it."""
        encoded, unstored = self._encoded(value) if not materialization.observed else (None, "")
        prepared: list[Prepared] = []
        try:
            if encoded is not None and encoded.size > SMALL:
                parts = encoded.parts
                if not self._guard.write(lambda: prepared.append(self._files.prepare(parts))):
                    encoded, unstored = None, _UNWRITTEN
            written = self._guard.write(lambda: self._write(materialization, encoded, prepared, unstored))
        finally:
            for each in prepared:
                each.drop()
        if encoded is None or not written:
            self._memory.record(materialization, value)
        if not written:
            self._only_here.add(materialization.identity)

    def _write(
        self, record: Materialization, encoded: Encoded | None, prepares: Sequence[Prepared], unstored: str
    ) -> None:
        prepared = prepares[0] if prepares else None
        value = b"".join(encoded.parts) if encoded is not None and prepared is None else None
        signature = self._signature(encoded) if encoded is not None else b""
        row = self._codec.row(record, encoded, prepared, unstored, signature)
        with self._log.writing() as connection:
            if prepared is not None:
                prepared.place()
            self._log.add(connection, row, value, record.code_version, partial(provenance_text, record.provenance))
            beyond = self._log.beyond(connection, row.key, row.notebook, self.limits.count)
            unneeded = self._log.let_go(connection, beyond) if beyond else []
        if unneeded:
            remove_unneeded(self._log, self._files, unneeded)
        if prepared is not None:
            self._trim(row.size)
        if self._standings is not None:
            others = [one for one in self._standings.get(row.key, ()) if one.notebook != row.notebook]
            self._standings[row.key] = [*others, Standing(row.notebook, row.data_version, record.code_version)]

    def _encoded(self, value: Any) -> tuple[Encoded | None, str]:
        """The value as bytes, or why it cannot be had as bytes."""
        from asset_magic.store.formats import Unstorable, encode

        try:
            return encode(value, lambda trial: self._same(value, trial)), ""
        except Unstorable as error:
            return None, str(error)

    def _signature(self, encoded: Encoded) -> bytes:
        if not encoded.runs_code:
            return b""
        if self._signer.problem:
            self._guard.tell(self._signer.problem, "trust")
        return self._signer.sign(*signed_value(encoded.format, encoded.parts))

    def _trim(self, added: int) -> None:
        """Let go of the oldest values if all of them together take too much room."""
        self._size = self._log.kept_size() if self._size is None else self._size + added
        if self._size > self.limits.size:
            most = int(self.limits.size * _ROOM)
            self._size = clear(self._log, self._files, keep=self.limits.count, most=most).kept_bytes

    def record_check(self, evaluation: AssetCheckEvaluation) -> None:
        """Keep the verdict of a check."""
        key = evaluation.asset_key
        self.checks(key)
        self._verdicts[key].insert(0, evaluation)
        if not evaluation.passed and self._failing is not None:
            self._failing.add(key)
        row = self._codec.verdict_row(evaluation)
        if not self._guard.write(lambda: self._log.add_check(row, partial(provenance_text, evaluation.provenance))):
            self._memory.record_check(evaluation)

    def record_failure(self, key: AssetKey, failure: FailureRecord) -> None:
        """Write down that a body failed."""
        row = (str(key), self.notebook, failure.run_id, failure.timestamp, failure.error)
        if not self._guard.write(lambda: self._log.add_failure(*row)):
            self._memory.record_failure(key, failure)

    def failures(self, key: AssetKey, limit: int) -> Sequence[FailureRecord]:
        """The failures of ``key``, newest first; see `Store.failures`."""
        rows = self._rows(lambda: self._log.failures(str(key), limit))
        found = [FailureRecord(run_id=run, timestamp=when, error=error) for run, when, error in rows]
        return [*self._memory.failures(key, limit), *found][:limit]

    def record_run(self, run: RunRecord) -> None:
        """Write down how a run ended."""
        outcomes, tags = records.dumps(dict(run.outcomes)), records.dumps(dict(run.tags))
        self._guard.write(
            lambda: self._log.add_run(run.run_id, self.notebook, run.timestamp, run.duration, outcomes, tags)
        )

    # Housekeeping

    def clear(self, keep: int | None = None, *, dry: bool = False) -> Cleared:
        """Clear away old values, and what nothing refers to; see `Store.clear`."""
        keep = self.limits.count if keep is None else keep
        return self._guard.surely(lambda: clear(self._log, self._files, keep=keep, most=self.limits.size, dry=dry))

    def trust(self) -> Trusted:
        """Trust all that the store holds now; see `Store.trust`."""
        done = self._guard.surely(lambda: trust(self._log, self._files, self._signer))
        self._verdicts.clear()
        return done

    def close(self) -> None:
        """Let go of the folder."""
        self._log.close()

    # Reading

    def moved(self) -> bool:
        """Whether another kernel has written since this was asked last; then everything may look different."""
        if not self._guard.read(self._log.moved, default=False):
            return False
        self._standings = self._failing = self._size = None
        self._verdicts.clear()
        return True

    def standings(self, key: AssetKey) -> Sequence[Standing]:
        """Where ``key`` stands for each notebook that makes it, the newest last; see `Store.standings`."""
        if self._standings is None:
            self._standings = {}
            found = self._rows(self._log.latest)
            gone = self._gone({one.notebook for one in found})
            for one in found:
                standing = Standing(one.notebook, one.data_version, one.code_version, gone=one.notebook in gone)
                self._standings.setdefault(one.key, []).append(standing)
        return self._standings.get(key, ())

    def _gone(self, notebooks: set[str]) -> set[str]:
        """Those of ``notebooks`` that are no more; nobody knows where the own one is no file either."""
        others = notebooks - {"", self.notebook}
        if not (others and self.notebook and (self._base / self.notebook).exists()):
            return set()
        return {name for name in others if not (self._base / name).exists()}

    def stands_at(self, key: AssetKey, standing: Standing) -> Materialization | None:
        """The materialization of ``key`` that a standing is about."""
        row = self._guard.read(lambda: self._log.standing(key, standing.notebook), default=None)
        return self._codec.record_of(row) if row is not None and self._codec.is_sound(row) else None

    def stand(self, materialization: Materialization) -> None:
        """Let an asset of this notebook stand at a kept materialization again; see `Store.stand`."""
        standings = self.standings(materialization.key)
        mine = next((one for one in standings if one.notebook == self.notebook), None)
        if mine is not None and mine.data_version == materialization.data_version:
            return
        row = self._row_of(materialization)
        if row is not None and self._guard.write(
            lambda: self._log.stand(row, self.notebook, materialization.code_version)
        ):
            self._standings = None

    def limit(self, limits: Limits) -> None:
        """Keep another number of values from now on."""
        self.limits = limits
        self._memory.limit(limits)

    def find(self, key: AssetKey, provenance: Provenance) -> Iterable[Materialization]:
        """The kept materializations of ``key`` with this provenance, newest first; see `Store.find`."""
        yield from self._memory.find(key, provenance)
        if self.standings(key):
            digest = records.digest_of(provenance)
            rows = self._codec.sound(key, self._rows(lambda: self._log.find(key, digest)))
            for row in (row for row in rows if row.provenance == digest):
                if row.kind == OBSERVATION or self._is_there(row):
                    yield self._codec.record_of(row)
                elif row.format is not None:
                    self._guard.tell_unreadable(row.key, self._files.missing(row.digest, row.size))

    def history(self, key: AssetKey, limit: int | None = None) -> Sequence[Materialization]:
        """The materializations of ``key``, newest first; see `Store.history`."""
        rows = self._rows(lambda: self._log.history(key, -1 if limit is None else limit))
        found = [self._codec.record_of(row) for row in self._codec.sound(key, rows)]
        here = [one for one in self._memory.history(key) if one.identity in self._only_here]
        return list(merge(here, found, key=lambda one: one.timestamp, reverse=True))[:limit] if here else found

    def load(self, materialization: Materialization) -> Any:
        """The value as it was recorded; see `Store.load`."""
        try:
            return self._memory.load(materialization)
        except AssetValueMissing as error:
            if materialization.identity in self._only_here:
                raise
            missing = error
        row = self._row_of(materialization)
        if row is None:  # no row is ever removed
            self._guard.suspect()
            row = self._row_of(materialization)
        if row is None:
            raise missing
        try:
            return self._value_of(row)
        except ValueUntrusted as error:
            self._guard.tell(self._signer.problem or str(error), "trust")
            raise
        except ValueUnreadable as error:
            self._guard.tell_unreadable(row.key, str(error))
            raise

    def holds(self, materialization: Materialization) -> bool:
        """Whether the value outlives the memory of this kernel."""
        row = self._row_of(materialization)
        return row is not None and self._is_there(row)

    def unstored(self, materialization: Materialization) -> str:
        """Why the value lives no longer than this kernel, or ""."""
        if materialization.identity in self._only_here:
            return _UNWRITTEN
        row = self._row_of(materialization)
        return row.unstored if row is not None else ""

    def _row_of(self, one: Materialization) -> Row | None:
        return self._guard.read(lambda: self._log.row(one.key, one.timestamp, one.run_id), default=None)

    def _is_there(self, row: Row) -> bool:
        return row.format is not None and (not row.in_file or self._files.has(row.digest, row.size))

    def checks(self, key: AssetKey) -> Sequence[AssetCheckEvaluation]:
        """The verdicts on ``key``, newest first."""
        known = self._verdicts.get(key)
        if known is None:
            rows = self._rows(lambda: self._log.checks(key, _CHECKS))
            known = [*self._memory.checks(key), *map(self._codec.verdict_of, self._codec.sound(key, rows))]
            self._verdicts[key] = known
        return known

    def ever_failed(self) -> Collection[AssetKey]:
        """The assets of which some verdict is a failure; see `Store.ever_failed`."""
        if self._failing is None:
            self._failing = set(self._memory.ever_failed())
            for key in self._rows(self._log.ever_failed):
                with suppress(DefinitionError):  # what a damaged log says is no key
                    self._failing.add(AssetKey(key))
        return self._failing

    def _value_of(self, row: Row) -> Any:
        from asset_magic.store.formats import decode, runs_code

        if row.format is None:
            raise AssetValueMissing(
                f"{row.key} was made by another kernel, and its value could not be stored: {row.unstored}"
                if row.unstored
                else f"this value of {row.key} is not kept any more: only the newest {self.limits.count} are"
            )
        if row.in_file:
            data = self._files.read(row.digest, row.size)
        else:
            stored = self._guard.read(lambda: self._log.value(row.id), default=None) or b""
            if not isinstance(stored, bytes) or xxh3_128_hexdigest(stored) != row.digest:
                raise ValueUnreadable("the stored value is damaged")
            data = memoryview(bytearray(stored))
        if runs_code(row.format) and not self._signer.holds(row.signature, *signed_value(row.format, [data])):
            raise ValueUntrusted(row.key)
        return decode(row.format, data, self.folder / "unpacked")

    def _rows(self, query: Callable[[], list[T]]) -> list[T]:
        return self._guard.read(query, default=None) or []
