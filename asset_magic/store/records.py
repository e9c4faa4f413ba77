"""Records as JSON, and back: what the event log writes down of a materialization or a verdict.

Nothing here can run code. What JSON has no word for becomes its text, since facts are shown and not calculated with.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from hashlib import blake2b
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from asset_magic.model.check_specs import AssetCheckSeverity
from asset_magic.model.definitions import CellRef
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import EMPTY, MetadataValue
from asset_magic.model.records import AssetCheckEvaluation, CapturedOutput, GlobalVersion, Materialization, Provenance
from asset_magic.model.tables import TableColumn, TableColumnConstraints, TableConstraints, TableSchema
from asset_magic.reading.secrets import is_secret, looks_secret

Json = dict[str, Any]

_KIND = "MetadataValue"
_HERE = "./"


def dumps(data: Any) -> str:
    """JSON in the fewest characters."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def digest_of(provenance: Provenance) -> str:
    """What tells one provenance from another: equal for equal ones, in every process.

    >>> one = Provenance("a", {AssetKey("x"): "1", AssetKey("y"): "2"}, {})
    >>> other = Provenance("a", {AssetKey("y"): "2", AssetKey("x"): "1"}, {}, source="# as it was written")
    >>> digest_of(one) == digest_of(other) != digest_of(Provenance("b", {}, {}))
    True
    """
    deps, names = provenance.deps, provenance.globals
    words = [provenance.code_version, *map(str, _pairs(deps)), "", *map(str, _pairs(names, lambda v: v.digest))]
    text = "".join([f"{len(word)}:{word}" for word in words])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _pairs(of: Mapping[Any, Any], text: Any = str) -> Iterable[str]:
    return [word for name in sorted(of) for word in (name, text(of[name]))]


def provenance_json(provenance: Provenance) -> Json:
    """A provenance without its files, which belong to one materialization and not to all of its kind."""
    names = {
        name: [one.digest, one.kind, "" if _is_secret(name, one) else one.text, one.via, one.code]
        for name, one in provenance.globals.items()
    }
    return {
        "code_version": provenance.code_version,
        "deps": dict(provenance.deps),
        "globals": names,
        "source": provenance.source,
    }


def _is_secret(name: str, version: GlobalVersion) -> bool:
    return bool(version.text) and (is_secret(name) or looks_secret(version.text))


def provenance_of(data: Json, files: Mapping[str, str] = EMPTY) -> Provenance:
    """The provenance that `provenance_json` has written."""
    return Provenance(
        data["code_version"],
        {AssetKey(key): version for key, version in data["deps"].items()},
        {name: GlobalVersion(*parts) for name, parts in data["globals"].items()},
        files,
        data["source"],
    )


def is_of(digest: str, body: str) -> bool:
    """Whether the text of a provenance is what its digest says, as it is unless somebody has changed it."""
    try:
        return digest_of(provenance_of(json.loads(body))) == digest
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, DefinitionError):
        return False


def facts_json(record: Materialization, base: Path) -> Json:
    """All of a materialization that has no column of its own. Files below ``base`` are named from there."""
    facts: Json = {}
    if record.provenance.files:
        facts["files"] = {_shortened(path, base): version for path, version in record.provenance.files.items()}
    if record.metadata:
        facts["metadata"] = _facts(record.metadata)
    if record.tags:
        facts["tags"] = dict(record.tags)
    if record.cell is not None:
        facts["cell"] = [record.cell.id, record.cell.number]
    for name in ("unstable", "stated", "summary", "observed", "accepted"):
        if said := getattr(record, name):
            facts[name] = said
    if not record.has_value:
        facts["has_value"] = False
    return facts


def files_of(facts: Json, base: Path) -> Mapping[str, str]:
    """The files that were read, with their versions."""
    files = facts.get("files")
    return {_lengthened(path, base): version for path, version in files.items()} if files else EMPTY


def materialization_of(
    columns: Mapping[str, Any], facts: Json, provenance: Provenance, outputs: tuple[CapturedOutput, ...]
) -> Materialization:
    """The materialization that was written down."""
    cell = facts.get("cell")
    return Materialization(
        **columns,
        provenance=provenance,
        unstable=facts.get("unstable", ""),
        metadata=_facts_of(facts.get("metadata", EMPTY)),
        tags=facts.get("tags", EMPTY),
        outputs=outputs,
        cell=CellRef(*cell) if cell is not None else None,
        has_value=facts.get("has_value", True),
        stated=facts.get("stated", False),
        observed=facts.get("observed", False),
        accepted=facts.get("accepted", False),
        summary=facts.get("summary", ""),
    )


def verdict_json(verdict: AssetCheckEvaluation) -> Json:
    """The verdict of a check, without its provenance and what it printed."""
    severity, description = verdict.stated
    return {
        "passed": verdict.passed,
        "severity": verdict.severity.value,
        "blocking": verdict.blocking,
        "timestamp": verdict.timestamp,
        "metadata": _facts(verdict.metadata),
        "description": verdict.description,
        "error": verdict.error,
        "stated": [severity.value if severity is not None else None, description],
    }


def verdict_of(
    key: AssetKey, name: str, data: Json, provenance: Provenance, outputs: tuple[CapturedOutput, ...]
) -> AssetCheckEvaluation:
    """The verdict that `verdict_json` has written."""
    severity, description = data["stated"]
    return AssetCheckEvaluation(
        asset_key=key,
        check_name=name,
        passed=data["passed"],
        severity=AssetCheckSeverity(data["severity"]),
        blocking=data["blocking"],
        provenance=provenance,
        timestamp=data["timestamp"],
        metadata=_facts_of(data["metadata"]),
        description=data["description"],
        error=data["error"],
        outputs=outputs,
        stated=(AssetCheckSeverity(severity) if severity is not None else None, description),
    )


def outputs_json(outputs: Iterable[CapturedOutput]) -> str:
    """What a body printed and displayed; "" if nothing."""
    rows = [[one.stream, one.text] if one.stream else ["", _plain(one.data), _plain(one.metadata)] for one in outputs]
    return dumps(rows) if rows else ""


def outputs_of(text: str, *, rich: bool = True) -> tuple[CapturedOutput, ...]:
    """The outputs that `outputs_json` has written; not ``rich``: of what was displayed only the plain text."""
    if not text:
        return ()
    found = []
    for stream, said, *metadata in json.loads(text):
        if stream:
            found.append(CapturedOutput(stream, said))
        elif rich:
            found.append(CapturedOutput("", data=_bytes_again(said), metadata=metadata[0]))
        elif "text/plain" in said:
            found.append(CapturedOutput("", data={"text/plain": str(said["text/plain"])}))
    return tuple(found)


def is_rich(outputs: Iterable[CapturedOutput]) -> bool:
    """Whether a page that shows these outputs again could be made to do something by them."""
    return any(not one.stream and one.data.keys() - {"text/plain", "image/png", "image/jpeg"} for one in outputs)


def _facts(metadata: Mapping[str, Any]) -> Json:
    return {str(name): _fact(value) for name, value in metadata.items()}


def _fact(value: Any) -> Any:
    if not isinstance(value, MetadataValue):
        return _plain(value)
    kind, raw = value.kind, value.value
    if kind == "table":
        schema = asdict(value.schema)  # type: ignore[attr-defined]  # a table has one
        return {_KIND: kind, "value": [_plain(record.data) for record in raw], "schema": _plain(schema)}
    if kind == "table_schema":
        return {_KIND: kind, "value": _plain(asdict(raw))}
    return {_KIND: kind, "value": _plain(raw)}


def _facts_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: _fact_of(value) for name, value in data.items()} if data else EMPTY


def _fact_of(data: Any) -> Any:
    if not isinstance(data, dict) or _KIND not in data:
        return data
    kind, value = data[_KIND], data["value"]
    if kind == "table":
        return MetadataValue.table(value, _schema_of(data["schema"]))
    if kind == "table_schema":
        return MetadataValue.table_schema(_schema_of(value))
    if kind == "null":
        return MetadataValue.null()
    if kind not in _MAKERS:
        return str(value)
    return getattr(MetadataValue, kind)(value)


_MAKERS = frozenset(("text", "md", "url", "path", "notebook", "json", "float", "int", "bool", "timestamp", "asset"))


def _schema_of(data: Json) -> TableSchema:
    columns = [
        TableColumn(**{**column, "constraints": TableColumnConstraints(**column["constraints"])})
        for column in data["columns"]
    ]
    return TableSchema(columns, TableConstraints(**data["constraints"]))


def _plain(value: Any) -> Any:
    """``value`` as JSON has it; what it has no word for as text."""
    if value is None or isinstance(value, (bool, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return str(value)


def _bytes_again(data: Json) -> Json:
    """A bundle as it was displayed: some publish pictures as bytes."""
    return {
        mime: base64.b64decode(item["bytes"]) if isinstance(item, dict) and item.keys() == {"bytes"} else item
        for mime, item in data.items()
    }


def _shortened(path: str, base: Path) -> str:
    """A path below ``base`` as seen from there, so that a folder may move with its store."""
    inside = os.path.relpath(path, base) if path.startswith(f"{base}{os.sep}") else path
    return f"{_HERE}{Path(inside).as_posix()}" if inside != path else path


def _lengthened(path: str, base: Path) -> str:
    return str(base / path.removeprefix(_HERE)) if path.startswith(_HERE) else path
