"""What was made as the event log writes it, and back: signed where a page could be made to do something by it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from xxhash import xxh3_128

from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import EMPTY
from asset_magic.model.records import AssetCheckEvaluation, CapturedOutput, Materialization, Provenance
from asset_magic.store import records
from asset_magic.store.log import Row, VerdictRow
from asset_magic.store.trust import Signer

if TYPE_CHECKING:
    from asset_magic.store.files import Prepared
    from asset_magic.store.formats import Encoded

R = TypeVar("R", Row, VerdictRow)

OBSERVATION = "observation"


class Codec:
    """Makes rows, and reads them.

    Args:
        base: files below it are named from there, so that a folder may move with its store.
        notebook: which notebook writes.
        signer: signs what is displayed, and knows what is the reader's own.
    """

    def __init__(self, base: Path, notebook: str, signer: Signer) -> None:
        self._base = base
        self._notebook = notebook
        self._signer = signer

    def row(
        self,
        record: Materialization,
        encoded: Encoded | None,
        prepared: Prepared | None,
        unstored: str,
        signature: bytes,
    ) -> Row:
        """A materialization as a row.

        Args:
            record: what was made.
            encoded: its value as bytes, if it is stored.
            prepared: the file of the value, if it has one.
            unstored: why the value is not stored, or "".
            signature: of the value.
        """
        outputs = records.outputs_json(record.outputs)
        return Row(
            id=0,
            kind=OBSERVATION if record.observed else "accepted" if record.accepted else "materialization",
            key=str(record.key),
            notebook=self._notebook,
            run_id=record.run_id,
            timestamp=record.timestamp,
            duration=record.duration,
            data_version=record.data_version,
            provenance=records.digest_of(record.provenance),
            facts=records.dumps(records.facts_json(record, self._base)),
            outputs=outputs,
            outputs_signature=self._signed(record.outputs, outputs),
            unstored=unstored,
            checksum="",
            format=encoded.format if encoded is not None else None,
            size=encoded.size if encoded is not None else 0,
            signature=signature,
            digest=prepared.digest if prepared is not None else _digest(encoded),
            in_file=prepared is not None,
        ).sealed()

    def verdict_row(self, evaluation: AssetCheckEvaluation) -> VerdictRow:
        """The verdict of a check as a row."""
        outputs = records.outputs_json(evaluation.outputs)
        return VerdictRow(
            id=0,
            key=str(evaluation.asset_key),
            name=evaluation.check_name,
            notebook=self._notebook,
            passed=int(evaluation.passed),
            provenance=records.digest_of(evaluation.provenance),
            verdict=records.dumps(records.verdict_json(evaluation)),
            outputs=outputs,
            outputs_signature=self._signed(evaluation.outputs, outputs),
            checksum="",
        ).sealed()

    def _signed(self, outputs: Iterable[CapturedOutput], text: str) -> bytes:
        return self._signer.sign(text.encode()) if records.is_rich(outputs) else b""

    def record_of(self, row: Row) -> Materialization:
        """The materialization that a row tells of."""
        facts = json.loads(row.facts)
        columns = {name: getattr(row, name) for name in ("run_id", "timestamp", "duration", "data_version")}
        provenance = self._provenance_of(row, records.files_of(facts, self._base))
        return records.materialization_of(
            {"key": AssetKey(row.key), **columns}, facts, provenance, self._outputs_of(row)
        )

    def verdict_of(self, row: VerdictRow) -> AssetCheckEvaluation:
        """The verdict that a row tells of."""
        return records.verdict_of(
            AssetKey(row.key), row.name, json.loads(row.verdict), self._provenance_of(row), self._outputs_of(row)
        )

    def _provenance_of(self, row: Row | VerdictRow, files: Mapping[str, str] = EMPTY) -> Provenance:
        return records.provenance_of(json.loads(row.provenance_body), files)

    def _outputs_of(self, row: Row | VerdictRow) -> tuple[CapturedOutput, ...]:
        """What was shown; of what somebody else displayed only the text, since a page would run the rest."""
        outputs = records.outputs_of(row.outputs)
        if records.is_rich(outputs) and not self._signer.holds(row.outputs_signature, row.outputs.encode()):
            return records.outputs_of(row.outputs, rich=False)
        return outputs

    def sound(self, key: AssetKey, rows: Iterable[R]) -> list[R]:
        """The rows that are as they were written, and of ``key``: an index that is damaged gives others."""
        return [row for row in rows if row.key == key and self.is_sound(row)]

    def is_sound(self, row: Row | VerdictRow) -> bool:
        """Whether a row, and what it says it was made from, is as it was written."""
        return row.is_sound() and records.is_of(row.provenance, row.provenance_body)


def provenance_text(provenance: Provenance) -> str:
    """A provenance as the event log writes it."""
    return records.dumps(records.provenance_json(provenance))


def _digest(encoded: Encoded | None) -> str:
    hasher = xxh3_128()
    for part in encoded.parts if encoded is not None else ():
        hasher.update(part)
    return hasher.hexdigest()
