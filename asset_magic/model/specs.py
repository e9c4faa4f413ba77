"""Specs: what is said of assets and their inputs, apart from the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from asset_magic.model.errors import DefinitionError
from asset_magic.model.facts import facts_of
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.model.labels import group_of, kinds_of, owners_of, tags_of, text_of
from asset_magic.model.metadata import EMPTY


class Frozen:
    """Fields that are set once, through one place that may convert them."""

    __slots__ = ()

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True, init=False)
class AssetDep(Frozen):
    """A dependency that passes no value: it orders the runs and counts in provenance.

    Args:
        asset: the key, the definition or the spec of what is depended on.
        metadata: facts about the dependency.

    >>> AssetDep("orders").asset_key
    AssetKey(['orders'])
    """

    asset_key: AssetKey
    metadata: Mapping[str, Any] = field(hash=False)

    def __init__(self, asset: Any, *, metadata: Mapping[str, Any] | None = None) -> None:
        self._set(asset_key=key_of(asset), metadata=metadata or EMPTY)

    @classmethod
    def from_coercible(cls, arg: Any) -> AssetDep:
        """A dependency on whatever names an asset."""
        return arg if isinstance(arg, cls) else cls(arg)


@dataclass(frozen=True, slots=True, init=False)
class AssetIn(Frozen):
    """Which asset a parameter of a function stands for.

    Args:
        key: the key; the name of the parameter by default.
        metadata: facts about the input.
        key_prefix: the namespace in front of the parameter's name, instead of ``key``.

    Raises:
        DefinitionError: both a key and a prefix are given.

    >>> AssetIn(key_prefix="raw").key_for("orders")
    AssetKey(['raw', 'orders'])
    """

    key: AssetKey | None
    metadata: Mapping[str, Any]
    key_prefix: AssetKey | None

    def __init__(
        self,
        key: CoercibleToAssetKey | None = None,
        metadata: Mapping[str, Any] | None = None,
        key_prefix: CoercibleToAssetKey | None = None,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise DefinitionError("an AssetIn takes either key= or key_prefix=, not both")
        self._set(
            key=None if key is None else key_of(key),
            metadata=metadata or EMPTY,
            key_prefix=AssetKey(key_prefix) if key_prefix else None,
        )

    def key_for(self, parameter: str) -> AssetKey:
        """The key of the asset that the parameter stands for."""
        if self.key is not None:
            return self.key
        return AssetKey(parameter).with_prefix(self.key_prefix) if self.key_prefix else AssetKey(parameter)


@dataclass(frozen=True, slots=True, init=False)
class AssetSpec(Frozen):
    """What is said of one asset, apart from the code that makes it. On its own it declares an external asset.

    Attributes:
        key: the asset's key.
        deps: dependencies that pass no value.
        description: a sentence for readers.
        metadata: facts about the asset.
        skippable: the code may give no value; what is downstream is skipped then.
        group_name: the group it is drawn in.
        code_version: replaces the version taken from the code itself, as in Dagster.
        owners: who answers for it: e-mail addresses, or teams as in ``team:data``.
        tags: labels of a name and a value.
        kinds: what it is made with, as in ``pandas``.
        bind: the notebook variable that holds the value; the last part of the key by default.

    Raises:
        DefinitionError: one of these cannot be; the message says which and what to do.

    >>> spec = AssetSpec("raw/orders", group_name="raw", tags={"tier": "gold"})
    >>> spec.key, spec.replace_attributes(group_name="staging").group_name
    (AssetKey(['raw', 'orders']), 'staging')
    """

    key: AssetKey
    deps: tuple[AssetDep, ...]
    description: str
    metadata: Mapping[str, Any] = field(hash=False)
    skippable: bool
    group_name: str
    code_version: str | None
    owners: tuple[str, ...]
    tags: Mapping[str, str] = field(hash=False)
    kinds: frozenset[str]
    bind: str | None

    def __init__(
        self,
        key: CoercibleToAssetKey,
        *,
        deps: Iterable[Any] | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        skippable: bool = False,
        group_name: str | None = None,
        code_version: str | None = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] | None = None,
        bind: str | None = None,
    ) -> None:
        self._set(
            key=key_of(key),
            deps=deps_of(deps),
            description=text_of("description", description),
            metadata=facts_of(metadata),
            skippable=skippable,
            group_name=group_of(group_name),
            code_version=code_version_of(code_version),
            owners=owners_of(owners),
            tags=tags_of(tags),
            kinds=kinds_of(kinds),
            bind=bind,
        )

    @property
    def variable(self) -> str:
        """The notebook variable that holds the value."""
        return self.bind or self.key.name

    @property
    def dep_keys(self) -> tuple[AssetKey, ...]:
        """The keys of `deps`."""
        return tuple([dep.asset_key for dep in self.deps])

    def replace_attributes(self, **changes: Any) -> AssetSpec:
        """This spec with some attributes replaced; the parameters are those of the class.

        Raises:
            DefinitionError: there is no such attribute, or a value cannot be.
        """
        unknown = sorted(set(changes) - {f.name for f in fields(self)})
        if unknown:
            raise DefinitionError(f"an AssetSpec has no {unknown[0]!r}")
        return AssetSpec(**{f.name: getattr(self, f.name) for f in fields(self)} | changes)

    def merge_attributes(
        self,
        *,
        deps: Iterable[Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] | None = None,
    ) -> AssetSpec:
        """This spec with more dependencies, facts, owners, tags and kinds; of two with one name the new one counts."""
        return self.replace_attributes(
            deps=[*self.deps, *(deps or ())],
            metadata={**self.metadata, **(metadata or {})},
            owners=[*self.owners, *(owners or ())],
            tags={**self.tags, **(tags or {})},
            kinds=self.kinds | frozenset(kinds or ()),
        )


@dataclass(frozen=True, slots=True, init=False)
class AssetOut(Frozen):
    """One output of a multi-asset.

    Attributes:
        key: its key; the name of the output by default.
        key_prefix: the namespace in front of that name.
        description, metadata, group_name, code_version, owners, tags, kinds: as for `AssetSpec`.
        is_required: whether the code has to give it a value each time.
    """

    key_prefix: AssetKey | None
    key: AssetKey | None
    description: str | None
    is_required: bool
    metadata: Mapping[str, Any] | None
    group_name: str | None
    code_version: str | None
    owners: Sequence[str] | None
    tags: Mapping[str, str] | None
    kinds: Iterable[str] | None
    deps: tuple[AssetDep, ...]

    def __init__(
        self,
        key_prefix: CoercibleToAssetKey | None = None,
        key: CoercibleToAssetKey | None = None,
        description: str | None = None,
        is_required: bool = True,
        metadata: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        code_version: str | None = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] | None = None,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise DefinitionError("an AssetOut takes either key= or key_prefix=, not both")
        self._set(
            key_prefix=AssetKey(key_prefix) if key_prefix else None,
            key=None if key is None else key_of(key),
            description=description,
            is_required=is_required,
            metadata=metadata,
            group_name=group_name,
            code_version=code_version,
            owners=owners,
            tags=tags,
            kinds=kinds,
            deps=(),
        )

    @classmethod
    def from_spec(cls, spec: AssetSpec) -> AssetOut:
        """The output that a spec describes."""
        out = cls(
            key=spec.key,
            description=spec.description,
            is_required=not spec.skippable,
            metadata=spec.metadata,
            group_name=spec.group_name,
            code_version=spec.code_version,
            owners=spec.owners,
            tags=spec.tags,
            kinds=spec.kinds,
        )
        out._set(deps=spec.deps)
        return out

    def to_spec(self, output: str, **common: Any) -> AssetSpec:
        """The spec of the output called ``output``; ``common`` counts for what this one does not state itself.

        Raises:
            DefinitionError: something that is said of it cannot be.
        """
        key = self.key if self.key is not None else AssetKey(output)
        own: dict[str, Any] = {
            name: value
            for name in ("description", "metadata", "group_name", "code_version", "owners", "tags", "kinds")
            if (value := getattr(self, name)) is not None
        }
        return AssetSpec(
            key.with_prefix(self.key_prefix) if self.key_prefix else key,
            **common | own | {"deps": [*common.get("deps", ()), *self.deps], "skippable": not self.is_required},
        )


def key_of(asset: Any) -> AssetKey:
    """The key of whatever names an asset: a key, text, parts, a definition, a spec or an `AssetDep`.

    Raises:
        DefinitionError: it names no asset, or several.
    """
    if isinstance(asset, AssetKey):
        return asset
    if isinstance(asset, AssetDep):
        return asset.asset_key
    found = getattr(asset, "key", None)
    if isinstance(found, AssetKey):
        return found
    if isinstance(asset, str) or (isinstance(asset, (list, tuple)) and all(isinstance(p, str) for p in asset)):
        return AssetKey(asset)
    raise DefinitionError(f"{asset!r} does not name an asset: give its key or its definition")


def deps_of(deps: Iterable[Any] | None) -> tuple[AssetDep, ...]:
    """Dependencies that pass no value; a definition of several assets stands for all of them.

    Raises:
        DefinitionError: they are no list, or one names no asset.
    """
    if not deps:
        return ()
    if isinstance(deps, str) or not isinstance(deps, Iterable):
        raise DefinitionError(f"deps takes a list: write deps=[{deps!r}]")
    found: dict[AssetKey, AssetDep] = {}
    for dep in deps:
        several = getattr(dep, "specs", ())
        for one in several if len(several) > 1 else (dep,):
            made = AssetDep.from_coercible(one)
            found.setdefault(made.asset_key, made)
    return tuple(found.values())


def code_version_of(given: str | None) -> str | None:
    """A declared code version.

    Raises:
        DefinitionError: it is no text.
    """
    if given is not None and not isinstance(given, str):
        raise DefinitionError(f"code_version takes a text: write code_version={str(given)!r}")
    return given
