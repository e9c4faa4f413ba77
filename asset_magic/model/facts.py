"""From what users give as metadata to what is recorded."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

from asset_magic.model.errors import DefinitionError, with_article
from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import (
    EMPTY,
    AssetMetadataValue,
    BoolMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JsonMetadataValue,
    MetadataValue,
    NullMetadataValue,
    PathMetadataValue,
    TableSchemaMetadataValue,
    TextMetadataValue,
)


def metadata_of(metadata: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Metadata with each fact as a `MetadataValue`, where its type tells which; the rest stays as it is.

    Raises:
        DefinitionError: it is no mapping of names to facts.

    >>> metadata_of({"rows": 3, "source": "api"})
    {'rows': MetadataValue.int(3), 'source': MetadataValue.text('api')}
    """
    return {name: _fact(value) for name, value in facts_of(metadata).items()} if metadata else EMPTY


def facts_of(metadata: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Metadata as it is, seen to be a mapping of names to facts.

    Raises:
        DefinitionError: it is none.
    """
    if metadata is None:
        return EMPTY
    if not isinstance(metadata, Mapping):
        raise DefinitionError(
            f"metadata takes a dictionary, as in {{'rows': 3}}, not {with_article(type(metadata).__name__)}"
        )
    for name in metadata:
        if not isinstance(name, str):
            raise DefinitionError(f"the names of metadata are texts: {name!r} is a {type(name).__name__}")
    return metadata


def is_bool(value: Any) -> bool:
    """Whether ``value`` is True or False, numpy's own included.

    >>> is_bool(True), is_bool(1)
    (True, False)
    """
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


_FACTS: tuple[tuple[Any, Callable[[Any], MetadataValue]], ...] = (
    (AssetKey, AssetMetadataValue),
    (str, TextMetadataValue),
    (Integral, lambda value: IntMetadataValue(int(value))),
    (Real, lambda value: FloatMetadataValue(float(value))),
    (os.PathLike, lambda value: PathMetadataValue(os.fspath(value))),
    ((dict, list), JsonMetadataValue),
)


def _fact(value: Any) -> Any:
    if isinstance(value, MetadataValue):
        return value
    if value is None:
        return NullMetadataValue()
    if is_bool(value):
        return BoolMetadataValue(value)
    from asset_magic.model.tables import TableSchema  # not needed before somebody gives facts

    if isinstance(value, TableSchema):
        return TableSchemaMetadataValue(value)
    convert = next((convert for kind, convert in _FACTS if isinstance(value, kind)), None)
    try:
        return convert(value) if convert is not None else value
    except DefinitionError:  # a list of something that JSON cannot say
        return value
