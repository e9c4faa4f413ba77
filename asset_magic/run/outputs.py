"""From what the code of an asset gave to the value of each of its keys."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from asset_magic.model.definitions import EMPTY, AssetsDefinition
from asset_magic.model.errors import ValueUnusable
from asset_magic.model.keys import AssetKey
from asset_magic.model.results import AssetCheckResult, DataVersion, MaterializeResult, Output


@dataclass(frozen=True, slots=True)
class Made:
    """One value, with what was said about it."""

    value: Any
    data_version: DataVersion | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)


class Named(dict[str, Any]):
    """Values by output name, as a cell of several assets gives them."""


class Yielded(tuple[Any, ...]):
    """What a generator function yielded."""

    __slots__ = ()


def made_by(definition: AssetsDefinition, given: Any) -> tuple[dict[AssetKey, Made], list[AssetCheckResult]]:
    """The value of each key, and the check results that came along.

    Raises:
        ValueUnusable: an output is missing, unknown or given twice, or can be read only once.
    """
    made: dict[AssetKey, Made] = {}
    checks: list[AssetCheckResult] = []
    for position, item in enumerate(_items(definition, given)):
        if isinstance(item, AssetCheckResult):
            checks.append(item)
            continue
        key = _key_for(definition, item, position)
        if key in made:
            raise ValueUnusable(f"{key} was given twice")
        if isinstance(item, MaterializeResult):
            made[key] = Made(item.value, item.data_version, item.metadata, item.tags)
            checks.extend(item.check_results)
        elif isinstance(item, Output):
            made[key] = Made(item.value, item.data_version, item.metadata, item.tags)
        else:
            made[key] = Made(item)
        refuse_read_once(str(key), made[key].value)
    for key in definition.keys:
        if key not in made:
            if len(definition.keys) > 1:
                raise ValueUnusable(f"no value was given for {key}")
            made[key] = Made(None)
    return made, checks


def refuse_read_once(name: str, value: Any) -> None:
    """Refuse a value that the first reader would use up.

    Raises:
        ValueUnusable: it is a generator, an iterator or an open file.
    """
    what = read_once(value)
    if what:
        raise ValueUnusable(f"{name} is {what}, which can be read only once: make it a list, as in list(...)")


def read_once(value: Any) -> str:
    """What a value is, in words, if the first reader would use it up; else "".

    >>> read_once(iter([1])), read_once([1])
    ('a list_iterator', '')
    """
    if isinstance(value, io.IOBase):
        return "an open file"
    return f"a {type(value).__name__}" if isinstance(value, Iterator) or hasattr(type(value), "__anext__") else ""


def _items(definition: AssetsDefinition, given: Any) -> list[Any]:
    if isinstance(given, Named):
        return [_as_output(name, value) for name, value in given.items()]
    if isinstance(given, Yielded):
        return list(given)
    if len(definition.keys) == 1:
        return [given]
    if not isinstance(given, (tuple, list)) or len(given) < len(definition.keys):
        count = len(definition.keys)
        raise ValueUnusable(f"{definition.name} makes {count} assets, so it has to return {count} values")
    return list(given)


def _as_output(name: str, value: Any) -> Any:
    if isinstance(value, Output):
        return Output(value.value, name, value.metadata, value.data_version, value.tags)
    return value if isinstance(value, (MaterializeResult, AssetCheckResult)) else Output(value, name)


def _key_for(definition: AssetsDefinition, item: Any, position: int) -> AssetKey:
    keys = definition.keys
    if isinstance(item, Output) and item.output_name is not None:
        name: str = item.output_name
        if name in definition.outputs:
            return definition.outputs[name]
        if len(keys) == 1 and name == "result":
            return keys[0]
        raise ValueUnusable(f"there is no output {name!r}: {definition.name} makes {', '.join(definition.outputs)}")
    if isinstance(item, MaterializeResult) and item.asset_key is not None:
        key = AssetKey(item.asset_key)
        if key not in keys:
            raise ValueUnusable(f"{key} is not made here: {definition.name} makes {', '.join(keys)}")
        return key
    if position >= len(keys):
        raise ValueUnusable(f"{definition.name} gave more values than it makes assets ({len(keys)})")
    return keys[position]
