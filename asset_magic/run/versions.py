"""The version of any object: its content by `fingerprint`, and the code inside it by `reading`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from xxhash import xxh3_128, xxh3_128_hexdigest

from asset_magic.fingerprint import Look, Unfingerprintable, fingerprint, look_at
from asset_magic.model.results import DataVersion
from asset_magic.reading.helpers import CodeOf, code_of, is_local, local_module_of, module_version
from asset_magic.reading.modules import Policy

_NOWHERE: dict[str, Any] = {}
_CHUNK = 1 << 20
_KEPT = 8192
_with_code: set[str] = set()
_in_progress: set[int] = set()  # the session's lock keeps this to one thread


def version_of(value: Any) -> str:
    """The fingerprint of ``value``, code inside it and what that code reads included.

    Raises:
        Unfingerprintable: the value has no stable content.

    >>> version_of([1, 2]) == version_of([1, 2]) != version_of([2, 1])
    True
    """
    reader = Reader(_NOWHERE)
    version = reader.version_of(value)
    if reader.found:
        if len(_with_code) >= _KEPT:
            _with_code.clear()
        _with_code.add(version)
    return version


class Reader:
    """Gives versions of values, and notes what the code that they hold reads from a notebook.

    Args:
        namespace: the notebook's variables. The values of those that the code names do not count in the versions.
        policy: how much of the versions of installed modules counts.

    Attributes:
        found: the code that was met in the values, what it holds itself included.
    """

    def __init__(self, namespace: dict[str, Any], policy: Policy = "minor") -> None:
        self._namespace = namespace
        self._policy: Policy = policy
        self.found: list[CodeOf] = []

    def version_of(self, value: Any) -> str:
        """The fingerprint of ``value``.

        Raises:
            Unfingerprintable: the value has no stable content.
        """
        return fingerprint(value, code=self._code_version)

    def look_at(self, value: Any) -> Look | None:
        """What ``value`` is like now, to be compared with a later look; None if it is nested too deeply to be seen."""
        try:
            return look_at(value, code=self._code_version)
        except Unfingerprintable:
            return None

    def code_of(self, obj: Any) -> CodeOf | None:
        """What ``obj`` (a local module, or any object) is made of, or None if it is no code."""
        if isinstance(obj, ModuleType):
            described: CodeOf | None = local_module_of(obj, self.version_of, self._policy)
        else:
            described = code_of(obj, self._namespace, self.version_of, self._policy)
        if described is not None:
            self.found.append(described)
        return described

    def _code_version(self, obj: Any) -> str:
        if isinstance(obj, ModuleType) and not is_local(obj):
            return module_version(obj, self._policy)
        if isinstance(obj, type) and str(obj.__module__).partition(".")[0] in sys.stdlib_module_names:
            return f"{obj.__module__}.{obj.__qualname__}"  # a date is the same date in another version of Python
        if id(obj) in _in_progress:  # a class that holds instances of itself
            return f"itself:{getattr(obj, '__qualname__', '')}"
        _in_progress.add(id(obj))
        try:
            described = self.code_of(obj)
        finally:
            _in_progress.discard(id(obj))
        if described is None:
            raise Unfingerprintable(f"{type(obj).__qualname__} has no stable content")
        return described.digest


def holds_code(version: str) -> bool:
    """Whether values of this version, as `version_of` gave it in this process, hold code.

    What notebook variables such code looks up counts in the version, though it can change while the value stays.

    >>> holds_code(version_of([lambda: 1])), holds_code(version_of([1]))
    (True, False)
    """
    return version in _with_code


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
