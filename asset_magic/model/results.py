"""What the code of an asset or a check may return, beside a plain value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from asset_magic.model.check_specs import AssetCheckSeverity, severity_of
from asset_magic.model.errors import DefinitionError, with_article
from asset_magic.model.facts import is_bool, metadata_of
from asset_magic.model.keys import CoercibleToAssetKey
from asset_magic.model.labels import tags_of
from asset_magic.model.metadata import EMPTY
from asset_magic.model.specs import key_of

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    T = TypeVarWithDefault("T", default=Any)  # so that `-> MaterializeResult` is complete for strict type checkers
else:
    T = TypeVar("T")
DEFAULT_OUTPUT = "result"


class _NoValue:
    """That no value was given, which None cannot say."""

    def __repr__(self) -> str:
        return "<no value>"


NO_VALUE: Final = _NoValue()


@dataclass(frozen=True, slots=True)
class DataVersion:
    """A version of a value, stated instead of computed. Equal text means equal data.

    Raises:
        DefinitionError: the version is no text.
    """

    value: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, str):
            raise DefinitionError(f"a DataVersion is a text: write DataVersion({str(self.value)!r})")


class _Said:
    """Brings what is said about a result into the form that is recorded."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name, convert in _CONVERSIONS.items():
            if hasattr(self, name):
                object.__setattr__(self, name, convert(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Output(_Said, Generic[T]):
    """One value of an asset, with what is said about it.

    Attributes:
        value: the value.
        output_name: which output of a multi-asset it is.
        metadata: facts to record with this materialization.
        data_version: replaces the value's fingerprint.
        tags: labels of this materialization.

    >>> Output([1, 2], metadata={"rows": 2}).metadata["rows"]
    MetadataValue.int(2)
    """

    value: T
    output_name: str = DEFAULT_OUTPUT
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    data_version: DataVersion | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY, kw_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCheckResult(_Said):
    """The verdict of a check.

    Attributes:
        passed: whether the data is as it should be.
        asset_key: the asset that was checked, where one function checks several.
        check_name: which check it is, where one function evaluates several.
        metadata: the facts behind the verdict.
        severity: of a failure; None for what the check itself states.
        description: a sentence for readers.

    Raises:
        DefinitionError: ``passed`` is neither true nor false.
    """

    passed: bool
    asset_key: CoercibleToAssetKey | None = None
    check_name: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    severity: AssetCheckSeverity | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class MaterializeResult(_Said, Generic[T]):
    """That an asset was made, with or without its value.

    Attributes:
        asset_key: which asset; may be left out where there is just one.
        metadata: facts to record with this materialization.
        check_results: verdicts reached on the way.
        data_version: replaces the value's fingerprint.
        tags: labels of this materialization.
        value: the value, if it is passed on in memory.
    """

    asset_key: CoercibleToAssetKey | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    check_results: Sequence[AssetCheckResult] = ()
    data_version: DataVersion | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    value: T = cast(Any, NO_VALUE)  # noqa: RUF009 - one object that says that there is none


@dataclass(frozen=True, slots=True)
class ObserveResult(_Said):
    """That an asset which is made elsewhere was looked at.

    Attributes:
        asset_key: which asset; may be left out where there is just one.
        metadata: facts to record with this observation.
        check_results: verdicts reached on the way.
        data_version: the version that was found.
        tags: labels of this observation.
    """

    asset_key: CoercibleToAssetKey | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    check_results: Sequence[AssetCheckResult] = ()
    data_version: DataVersion | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)


def _verdict(given: Any) -> bool:
    if is_bool(given):
        return bool(given)
    raise DefinitionError(f"passed= of a check result is True or False, not {with_article(type(given).__name__)}")


def _data_version(given: Any) -> DataVersion | None:
    if given is not None and not isinstance(given, DataVersion):
        raise DefinitionError(f"data_version takes a DataVersion: write DataVersion({str(given)!r})")
    return given


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "passed": _verdict,
    "asset_key": lambda given: None if given is None else key_of(given),
    "metadata": metadata_of,
    "data_version": _data_version,
    "tags": tags_of,
    "severity": lambda given: None if given is None else severity_of(given),
    "check_results": lambda given: tuple(given or ()),
    "description": lambda given: given or "",
}
