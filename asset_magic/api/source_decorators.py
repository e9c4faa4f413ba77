"""``SourceAsset`` and ``@observable_source_asset``: assets that are made elsewhere, as in Dagster."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, overload

from asset_magic.api.functions import computation, key_for
from asset_magic.api.left_out import explains_what_is_left_out
from asset_magic.api.registering import register_external, register_function
from asset_magic.model.definitions import AssetsDefinition
from asset_magic.model.facts import metadata_of
from asset_magic.model.keys import CoercibleToAssetKey
from asset_magic.model.specs import AssetSpec


@overload
def observable_source_asset(observe_fn: Callable[..., Any], /) -> SourceAsset: ...
@overload
def observable_source_asset(
    *,
    key: CoercibleToAssetKey | None = ...,
    name: str | None = ...,
    key_prefix: CoercibleToAssetKey | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    description: str | None = ...,
    group_name: str | None = ...,
    tags: Mapping[str, str] | None = ...,
) -> Callable[[Callable[..., Any]], SourceAsset]: ...
@explains_what_is_left_out
def observable_source_asset(
    observe_fn: Callable[..., Any] | None = None,
    /,
    *,
    key: CoercibleToAssetKey | None = None,
    name: str | None = None,
    key_prefix: CoercibleToAssetKey | None = None,
    metadata: Mapping[str, Any] | None = None,
    description: str | None = None,
    group_name: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> SourceAsset | Callable[[Callable[..., Any]], SourceAsset]:
    """Declare an asset that is made elsewhere, with a function that tells its data version.

    Args:
        observe_fn: the function, where the decorator has no arguments; it returns a `DataVersion` or `ObserveResult`.
        key: the whole key, instead of name and prefix.
        name: the last part of the key, instead of the function's name.
        key_prefix: the namespace in front of it.
        metadata, description, group_name, tags: labels.

    Raises:
        DefinitionError: the function cannot observe an asset, for the reason given.

    >>> from asset_magic import DataVersion
    >>> @observable_source_asset
    ... def prices():
    ...     return DataVersion("2026-11")
    >>> prices.is_observable
    True
    """

    def decorate(function: Callable[..., Any]) -> SourceAsset:
        return SourceAsset(
            key_for(function, key, name, key_prefix),
            metadata,
            description or inspect.getdoc(function),
            group_name,
            tags,
            function,
        )

    return decorate(observe_fn) if observe_fn is not None else decorate


class SourceAsset(AssetsDefinition):
    """Data that is made elsewhere: it can be depended on, and is never run.

    Args:
        key: its key.
        metadata, description, group_name, tags: labels.
        observe_fn: tells its data version; `observable_source_asset` is the decorator for it.

    >>> SourceAsset(key="raw_users").key
    AssetKey(['raw_users'])
    """

    @explains_what_is_left_out
    def __init__(
        self,
        key: CoercibleToAssetKey,
        metadata: Mapping[str, Any] | None = None,
        description: str | None = None,
        group_name: str | None = None,
        tags: Mapping[str, str] | None = None,
        observe_fn: Callable[..., Any] | None = None,
    ) -> None:
        spec = AssetSpec(key, metadata=metadata_of(metadata), description=description, group_name=group_name, tags=tags)
        code = computation(observe_fn) if observe_fn is not None else None
        super().__init__((spec,), code, external=True, function=observe_fn)
        if code is None:
            register_external(self)
        else:
            register_function(self)

    @property
    def description(self) -> str:
        """A sentence for readers."""
        return self.specs[0].description

    @property
    def group_name(self) -> str:
        """The group it is drawn in."""
        return self.specs[0].group_name

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Facts about it."""
        return self.specs[0].metadata

    @property
    def tags(self) -> Mapping[str, str]:
        """Its labels."""
        return self.specs[0].tags
