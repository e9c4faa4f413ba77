"""What a user takes over from others: values and outputs of a store that could run code, and are not the user's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store import records
from asset_magic.store.files import ValueFiles
from asset_magic.store.log import EventLog, Row
from asset_magic.store.trust import Signer


@dataclass(frozen=True, slots=True)
class Trusted:
    """What is trusted from now on, and was not before.

    Attributes:
        values: how many values, by asset.
        outputs: how many displays.
    """

    values: dict[str, int]
    outputs: int


def trust(log: EventLog, files: ValueFiles, signer: Signer) -> Trusted:
    """Trust all that a store holds now.

    Raises:
        sqlite3.Error, OSError, StoreError: the store cannot be read, or the trust not written down.
    """
    from asset_magic.store.formats import runs_code

    accepted: dict[bytes, None] = {}
    values: Counter[str] = Counter()
    outputs = 0
    for row in log.shown():
        if isinstance(row, Row) and row.format is not None and runs_code(row.format):
            with suppress(ValueUnreadable):  # a damaged value is no value
                data = files.read(row.digest, row.size) if row.in_file else log.value(row.id) or b""
                parts = signed_value(row.format, [data])
                if not signer.holds(row.signature, *parts):
                    accepted[signer.sign(*parts)] = None
                    values[row.key] += 1
        said = row.outputs.encode()
        if records.is_rich(records.outputs_of(row.outputs)) and not signer.holds(row.outputs_signature, said):
            accepted[signer.sign(said)] = None
            outputs += 1
    if accepted:
        signer.accept(accepted)
    return Trusted(dict(values), outputs)


def signed_value(format: str, parts: Iterable[bytes | memoryview]) -> tuple[bytes, bytes]:
    """What the signature of a value stands for: its format and its bytes, however they come in parts."""
    hasher = sha256()
    for part in parts:
        hasher.update(part)
    return format.encode(), hasher.digest()
