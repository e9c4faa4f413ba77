"""The version of any object: its content by `fingerprint`, and the code inside it by `reading`."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import Any

from xxhash import xxh3_128, xxh3_128_hexdigest

from asset_magic.fingerprint import Unfingerprintable, fingerprint
from asset_magic.model.results import DataVersion
from asset_magic.reading.helpers import code_of, module_version

_NOWHERE: dict[str, Any] = {}
_CHUNK = 1 << 20
_in_progress: set[int] = set()  # the session's lock keeps this to one thread


def version_of(value: Any) -> str:
    """The fingerprint of ``value``, code inside it included.

    Raises:
        Unfingerprintable: the value has no stable content.

    >>> version_of([1, 2]) == version_of([1, 2]) != version_of([2, 1])
    True
    """
    return fingerprint(value, code=_code_version)


def _code_version(obj: Any) -> str:
    if isinstance(obj, ModuleType):
        return module_version(obj)
    if id(obj) in _in_progress:  # a class that holds instances of itself
        return f"itself:{getattr(obj, '__qualname__', '')}"
    _in_progress.add(id(obj))
    try:
        described = code_of(obj, _NOWHERE, version_of)
    finally:
        _in_progress.discard(id(obj))
    if described is None:
        raise Unfingerprintable(f"{type(obj).__qualname__} has no stable content")
    return described.digest


def data_version(value: Any, stated: DataVersion | None = None) -> tuple[str, str]:
    """The data version of an asset's value, and why it is unstable ("" if it is not).

    A stated version counts as it is; a `pathlib.Path` stands for the content of its file; None, and a value without a
    fingerprint, are new with each run.
    """
    if stated is not None:
        return stated.value, ""
    if value is None:
        return _new_version(), "it has no value, so each run counts as new"
    if isinstance(value, Path):
        return file_version(value), ""
    try:
        return version_of(value), ""
    except Unfingerprintable as error:
        return _new_version(), f"{error}, so each run counts as new"


def _new_version() -> str:
    return f"run:{os.urandom(16).hex()}"


def file_version(path: str | os.PathLike[str]) -> str:
    """The version of what is at ``path``: the content of a file, or of all files in a folder."""
    path = Path(path)
    try:
        if path.is_dir():
            parts = [
                f"{file.relative_to(path)}={file_version(file)}" for file in sorted(path.rglob("*")) if file.is_file()
            ]
            return f"folder:{xxh3_128_hexdigest(chr(10).join(parts).encode())}"
        hasher = xxh3_128()
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                hasher.update(chunk)
        return f"file:{hasher.hexdigest()}"
    except OSError:
        return "file:none"
