"""Specs of checks: what is said of them, apart from the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from asset_magic.model.errors import DefinitionError
from asset_magic.model.facts import facts_of
from asset_magic.model.keys import AssetKey
from asset_magic.model.labels import text_of
from asset_magic.model.specs import AssetDep, Frozen, deps_of, key_of


class AssetCheckSeverity(str, Enum):
    """How bad a failed check is: ``WARN`` is shown, ``ERROR`` is a failure."""

    WARN = "WARN"
    ERROR = "ERROR"


def severity_of(given: Any) -> AssetCheckSeverity:
    """A severity.

    Raises:
        DefinitionError: it is none.
    """
    try:
        return AssetCheckSeverity(given)
    except ValueError:
        choices = " or ".join(str(choice) for choice in AssetCheckSeverity)
        raise DefinitionError(f"severity is {choices}, not {given!r}") from None


class AssetCheckKey(NamedTuple):
    """What identifies a check: its asset and its name.

    >>> AssetCheckKey(AssetKey("shop/orders"), "not_empty").to_user_string()
    'shop/orders:not_empty'
    """

    asset_key: AssetKey
    name: str

    def to_user_string(self) -> str:
        """The key as text."""
        return f"{self.asset_key}:{self.name}"


@dataclass(frozen=True, slots=True, init=False)
class AssetCheckSpec(Frozen):
    """What is said of a check, apart from its code.

    Attributes:
        name: its name, unique for the asset.
        asset_key: the asset that it checks; the parameter is called ``asset``.
        description: a sentence for readers.
        additional_deps: what else it depends on without getting the value.
        blocking: whether a failure keeps everything downstream from running.
        metadata: facts about the check.
        severity: of a failure that does not state its own.

    >>> AssetCheckSpec("not_empty", asset="orders").key
    AssetCheckKey(asset_key=AssetKey(['orders']), name='not_empty')
    """

    name: str
    asset_key: AssetKey
    description: str
    additional_deps: tuple[AssetDep, ...]
    blocking: bool
    metadata: Mapping[str, Any] = field(hash=False)
    severity: AssetCheckSeverity

    def __init__(
        self,
        name: str,
        *,
        asset: Any,
        description: str | None = None,
        additional_deps: Iterable[Any] | None = None,
        blocking: bool = False,
        metadata: Mapping[str, Any] | None = None,
        severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
    ) -> None:
        if not isinstance(name, str) or not name.isidentifier():
            raise DefinitionError(f"{name!r} cannot name a check: use letters, digits and _")
        self._set(
            name=name,
            asset_key=key_of(asset),
            description=text_of("description", description),
            additional_deps=deps_of(additional_deps),
            blocking=blocking,
            metadata=facts_of(metadata),
            severity=severity_of(severity),
        )
        if self.asset_key in {dep.asset_key for dep in self.additional_deps}:
            raise DefinitionError(f"the check {name} depends on {self.asset_key} already: it is what it checks")

    @property
    def key(self) -> AssetCheckKey:
        """What identifies the check."""
        return AssetCheckKey(self.asset_key, self.name)

    def get_python_identifier(self) -> str:
        """The asset and the name as one Python name."""
        return f"{self.asset_key.to_python_identifier()}_{self.name}"

    def with_description(self, description: str | None) -> AssetCheckSpec:
        """This spec with another description."""
        return AssetCheckSpec(
            self.name,
            asset=self.asset_key,
            description=description,
            additional_deps=self.additional_deps,
            blocking=self.blocking,
            metadata=self.metadata,
            severity=self.severity,
        )
