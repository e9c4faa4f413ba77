"""What the code of an asset or a check may return, beside a plain value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from asset_magic.model.definitions import EMPTY, AssetCheckSeverity
from asset_magic.model.keys import AssetKey


@dataclass(frozen=True, slots=True)
class DataVersion:
    """A version of a value, stated instead of computed. Equal text means equal data."""

    value: str


@dataclass(frozen=True, slots=True)
class Output:
    """One value of an asset, with what is said about it.

    Attributes:
        value: the value.
        output_name: which output of a multi-asset it is.
        metadata: facts to record with this materialization.
        data_version: replaces the value's fingerprint.
    """

    value: Any
    output_name: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    data_version: DataVersion | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCheckResult:
    """The verdict of a check.

    Attributes:
        passed: whether the data is as it should be.
        severity: of a failure; None for what the check itself states.
        metadata: the facts behind the verdict.
        description: a sentence for readers.
    """

    passed: bool
    asset_key: AssetKey | str | None = None
    check_name: str | None = None
    severity: AssetCheckSeverity | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializeResult:
    """That an asset was made, with or without its value.

    Attributes:
        asset_key: which asset; may be left out where there is just one.
        value: the value, if it is passed on in memory.
        metadata: facts to record with this materialization.
        data_version: replaces the value's fingerprint.
        check_results: verdicts reached on the way.
    """

    asset_key: AssetKey | str | None = None
    value: Any = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    data_version: DataVersion | None = None
    check_results: Sequence[AssetCheckResult] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)
