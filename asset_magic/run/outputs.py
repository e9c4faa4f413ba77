"""From what the code of an asset gave to the value of each of its keys."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from asset_magic.model.check_specs import AssetCheckKey, AssetCheckSpec
from asset_magic.model.definitions import AssetsDefinition
from asset_magic.model.errors import ValueUnusable, with_article
from asset_magic.model.facts import is_bool
from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import EMPTY
from asset_magic.model.results import (
    DEFAULT_OUTPUT,
    NO_VALUE,
    AssetCheckResult,
    DataVersion,
    MaterializeResult,
    ObserveResult,
    Output,
)


@dataclass(frozen=True, slots=True)
class Made:
    """One value (`NO_VALUE` if there is none), with what was said about it."""

    value: Any
    data_version: DataVersion | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)


class Named(dict[str, Any]):
    """Values by output name, as a cell of several assets gives them."""


class Yielded(tuple[Any, ...]):
    """What a generator function yielded."""

    __slots__ = ()


Verdicts = dict[AssetCheckKey, AssetCheckResult]


def made_by(
    definition: AssetsDefinition, given: Any, keys: tuple[AssetKey, ...]
) -> tuple[dict[AssetKey, Made], Verdicts]:
    """The value of each key, and the verdicts of the checks that the code evaluates itself.

    Args:
        definition: what the code makes.
        given: what it gave.
        keys: what it was asked for; all of the definition, unless that can be run in part.

    Returns:
        The values of ``keys``, without those that may be left out and were; and the verdicts.

    Raises:
        ValueUnusable: an output is missing, unknown, not asked for or given twice, or can be read only once; or a
            verdict is missing or unknown.
    """
    if len(definition.specs) == 1 and type(given) not in _SPEAKING and not definition.check_specs:
        refuse_read_once(keys[0], given)
        return ({} if given is None and definition.withholds else {keys[0]: Made(given)}), {}
    made: dict[AssetKey, Made] = {}
    results: list[AssetCheckResult] = []
    for item in _items(definition, given):
        if isinstance(item, AssetCheckResult):
            results.append(item)
            continue
        key = _key_for(definition, item, len(made), keys)
        if key in made:
            raise ValueUnusable(f"{key} was given twice")
        made[key] = Made(NO_VALUE, item) if definition.external and isinstance(item, DataVersion) else _made(item)
        refuse_read_once(key, made[key].value)
        if isinstance(item, (MaterializeResult, ObserveResult)):
            results += [result if result.asset_key else replace(result, asset_key=key) for result in item.check_results]
    _complete(definition, made, keys)
    verdicts = verdicts_of([spec for spec in definition.check_specs if spec.asset_key in made], results)
    if made.keys() <= set(keys):
        return made, verdicts
    return (  # another cell has taken the others over
        {key: made[key] for key in keys if key in made},
        {check: verdict for check, verdict in verdicts.items() if check.asset_key in keys},
    )


def verdicts_given(specs: tuple[AssetCheckSpec, ...], given: Any, *, optional: bool = False) -> Verdicts:
    """The verdicts that the code of one or several checks gave.

    Raises:
        ValueUnusable: it gave something else than verdicts, or one is missing or unknown.
    """
    items = list(given) if isinstance(given, (Yielded, tuple, list)) else [given]
    results = []
    for item in items:
        if is_bool(item):
            item = AssetCheckResult(passed=bool(item))
        if not isinstance(item, AssetCheckResult):
            raise ValueUnusable(
                f"the check {specs[0].name} gave {with_article(type(given).__name__)}: "
                "a check gives a bool or an AssetCheckResult"
            )
        results.append(item)
    if len(specs) == 1 and not results and not optional:
        raise ValueUnusable(f"the check {specs[0].name} gave no AssetCheckResult")
    return verdicts_of(specs, results, optional=optional)


def verdicts_of(
    specs: Iterable[AssetCheckSpec], results: Iterable[AssetCheckResult], *, optional: bool = False
) -> Verdicts:
    """Which verdict belongs to which check.

    Args:
        specs: the checks that the code evaluates.
        results: the verdicts; names may be left out where they are not needed to tell the check.
        optional: whether verdicts may be missing.

    Raises:
        ValueUnusable: a verdict is missing, given twice, or of an unknown check.
    """
    declared = [spec.key for spec in specs]
    found: Verdicts = {}
    for result in results:
        fitting = [
            key
            for key in declared
            if result.check_name in (None, key.name) and result.asset_key in (None, key.asset_key)
        ]
        if len(fitting) != 1:
            raise ValueUnusable(_unknown_verdict(result, declared))
        if fitting[0] in found:
            raise ValueUnusable(f"the check {fitting[0].name} of {fitting[0].asset_key} was given two results")
        found[fitting[0]] = result
    missing = [key for key in declared if key not in found]
    if missing and not optional:
        raise ValueUnusable(
            f"the code gave no AssetCheckResult for the check {missing[0].name} of {missing[0].asset_key}"
        )
    return found


def _unknown_verdict(result: AssetCheckResult, declared: list[AssetCheckKey]) -> str:
    if not declared:
        return (
            f"the code gave a result of the check {result.check_name or '(without a name)'}, and declares no checks: "
            "name it in check_specs"
        )
    known = ", ".join(f"{key.name} of {key.asset_key}" for key in declared)
    said = f"{result.check_name or '(without check_name)'}"
    of = f" of {result.asset_key}" if result.asset_key else ""
    return f"an AssetCheckResult is of the check {said}{of}, and there are: {known}"


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
    kind = type(value)
    if not (hasattr(kind, "__next__") or hasattr(kind, "__anext__")):  # this costs little, and holds of most values
        return ""
    if isinstance(value, io.IOBase):
        return "an open file"
    return f"a {kind.__name__}" if isinstance(value, Iterator) or hasattr(kind, "__anext__") else ""


_RESULTS = (Output, MaterializeResult, ObserveResult, AssetCheckResult)
_SPEAKING = frozenset((*_RESULTS, Named, Yielded, DataVersion, tuple, list))


def _made(item: Any) -> Made:
    if isinstance(item, MaterializeResult):
        return Made(item.value, item.data_version, item.metadata, item.tags)
    if isinstance(item, ObserveResult):
        return Made(NO_VALUE, item.data_version, item.metadata, item.tags)
    if isinstance(item, Output):
        return Made(item.value, item.data_version, item.metadata, item.tags)
    return Made(item)


def _items(definition: AssetsDefinition, given: Any) -> list[Any]:
    count = len(definition.keys)
    if isinstance(given, Named):
        return [_as_output(name, value) for name, value in given.items()]
    if isinstance(given, Yielded):
        for item in given:
            if not isinstance(item, _RESULTS):
                raise ValueUnusable(
                    f"{_who(definition)} yielded {with_article(type(item).__name__)}: wrap it in Output(...)"
                )
        return list(given)
    if isinstance(given, (tuple, list)) and any(isinstance(item, _RESULTS) for item in given):
        return list(given)
    if given is None and (definition.implied or definition.withholds):
        return []
    if count == 1 or isinstance(given, (MaterializeResult, ObserveResult)):
        return [given]
    if not isinstance(given, (tuple, list)) or len(given) != count:
        what = len(given) if isinstance(given, (tuple, list)) else with_article(type(given).__name__)
        raise ValueUnusable(f"{_who(definition)} has to give {count} values, one for each asset, not {what}")
    return list(given)


def _as_output(name: str, value: Any) -> Any:
    if isinstance(value, Output):
        return replace(value, output_name=name)
    return value if isinstance(value, (MaterializeResult, AssetCheckResult)) else Output(value, name)


def _key_for(definition: AssetsDefinition, item: Any, position: int, keys: tuple[AssetKey, ...]) -> AssetKey:
    key = _stated_key(definition, item)
    if key is None:
        if position >= len(definition.keys):
            count = len(definition.keys)
            raise ValueUnusable(f"{_who(definition)} gave more values than it makes assets ({count})")
        key = definition.keys[position]
    if key not in keys and definition.can_subset:
        raise ValueUnusable(
            f"{key} was given, and only {', '.join(keys)} was asked for: see context.selected_asset_keys"
        )
    return key


def _stated_key(definition: AssetsDefinition, item: Any) -> AssetKey | None:
    if isinstance(item, Output):
        name = item.output_name
        if name in definition.outputs:
            return definition.outputs[name]
        if name == DEFAULT_OUTPUT or name is None:
            return None
        raise ValueUnusable(f"there is no output {name!r}: there are {', '.join(definition.outputs)}")
    if isinstance(item, (MaterializeResult, ObserveResult)) and item.asset_key is not None:
        key = AssetKey(item.asset_key)
        if key not in definition.keys:
            raise ValueUnusable(f"{key} is not made here: {', '.join(definition.keys)} is")
        return key
    if isinstance(item, (MaterializeResult, ObserveResult)) and len(definition.keys) > 1:
        raise ValueUnusable(f"a {type(item).__name__} of several assets needs asset_key=: {', '.join(definition.keys)}")
    return None


def _complete(definition: AssetsDefinition, made: dict[AssetKey, Made], keys: tuple[AssetKey, ...]) -> None:
    """See that every value is there, or may be missing, or is implied by its spec."""
    for key in keys:
        if key in made or definition.may_lack(key):
            continue
        if not definition.implied:
            raise ValueUnusable(f"no value was given for {key}: {_how_to_give(definition, key)}")
        made[key] = Made(NO_VALUE)


def _who(definition: AssetsDefinition) -> str:
    """The code as messages name it: a function by its name, a cell by its assets."""
    return f"the code of {' and '.join(definition.keys)}" if _is_cell(definition) else definition.name


def _how_to_give(definition: AssetsDefinition, key: AssetKey) -> str:
    if _is_cell(definition):
        return f"bind {definition.spec(key).variable} in the cell"
    return "give an Output or a MaterializeResult for it"


def _is_cell(definition: AssetsDefinition) -> bool:
    return definition.code is not None and definition.code.isolated
