"""``@asset`` and its kin: functions become definitions, as in Dagster.

In a notebook whose extension is loaded, a definition made from a function of the notebook is registered at once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, overload

from asset_magic.api.functions import computation, key_for
from asset_magic.api.left_out import explains_what_is_left_out
from asset_magic.api.registering import register_function
from asset_magic.model.check_specs import AssetCheckSpec
from asset_magic.model.definitions import AssetsDefinition, Computation
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.model.labels import DEFAULT_GROUP
from asset_magic.model.results import DEFAULT_OUTPUT
from asset_magic.model.retries import RetryPolicy
from asset_magic.model.specs import AssetDep, AssetOut, AssetSpec, deps_of


@overload
def asset(compute_fn: Callable[..., Any], /) -> AssetsDefinition: ...
@overload
def asset(
    *,
    name: str | None = ...,
    key_prefix: CoercibleToAssetKey | None = ...,
    ins: Mapping[str, Any] | None = ...,
    deps: Iterable[Any] | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    tags: Mapping[str, str] | None = ...,
    description: str | None = ...,
    group_name: str | None = ...,
    output_required: bool = ...,
    retry_policy: RetryPolicy | None = ...,
    code_version: str | None = ...,
    key: CoercibleToAssetKey | None = ...,
    check_specs: Sequence[AssetCheckSpec] | None = ...,
    owners: Sequence[str] | None = ...,
    kinds: Iterable[str] | None = ...,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...
@explains_what_is_left_out
def asset(
    compute_fn: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    key_prefix: CoercibleToAssetKey | None = None,
    ins: Mapping[str, Any] | None = None,
    deps: Iterable[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
    group_name: str | None = None,
    output_required: bool = True,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    key: CoercibleToAssetKey | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    owners: Sequence[str] | None = None,
    kinds: Iterable[str] | None = None,
) -> AssetsDefinition | Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make an asset of a function: its name is the key, its parameters are the upstream assets.

    Args:
        compute_fn: the function, where the decorator has no arguments.
        name: the last part of the key, instead of the function's name.
        key_prefix: the namespace in front of it.
        ins: the asset behind a parameter that is not called like it: a key, a definition or an `AssetIn`.
        deps: upstream assets that pass no value: keys, definitions or `AssetDep`.
        metadata, tags, description, group_name, owners, kinds: labels; the description is the docstring by default.
        output_required: whether the code has to give a value each time; what is downstream is skipped when it does not.
        retry_policy: how often the code is tried again when it fails.
        code_version: replaces the version taken from the code itself.
        key: the whole key, instead of name and prefix.
        check_specs: checks that the code itself evaluates, by giving an `AssetCheckResult` for each.

    Raises:
        DefinitionError: the function cannot be an asset, for the reason given.

    >>> @asset
    ... def numbers():
    ...     return [1, 2, 3]
    >>> @asset
    ... def total(numbers):
    ...     return sum(numbers)
    >>> total.key, total([1, 2])
    (AssetKey(['total']), 3)
    """

    def decorate(function: Callable[..., Any]) -> AssetsDefinition:
        spec = AssetSpec(
            key_for(function, key, name, key_prefix),
            deps=deps,
            description=description or inspect.getdoc(function),
            metadata=metadata,
            skippable=not output_required,
            group_name=group_name,
            code_version=code_version,
            owners=owners,
            tags=tags,
            kinds=kinds,
        )
        definition = AssetsDefinition(
            (spec,),
            computation(function, ins, retry_policy=retry_policy),
            function=function,
            outputs={DEFAULT_OUTPUT: spec.key},
            check_specs=_own_checks(check_specs, (spec,)),
        )
        register_function(definition, deps)
        return definition

    if compute_fn is not None and not callable(compute_fn):
        raise DefinitionError(f"@asset decorates a function, not {compute_fn!r}: give its name as @asset(name=...)")
    return decorate(compute_fn) if compute_fn is not None else decorate


@explains_what_is_left_out
def multi_asset(
    *,
    outs: Mapping[str, AssetOut] | None = None,
    name: str | None = None,
    ins: Mapping[str, Any] | None = None,
    deps: Iterable[Any] | None = None,
    description: str | None = None,
    internal_asset_deps: Mapping[str, Iterable[CoercibleToAssetKey]] | None = None,
    can_subset: bool = False,
    group_name: str | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    specs: Sequence[AssetSpec] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make several assets of one function, which yields an `Output` for each or returns a tuple.

    Args:
        outs: the outputs by name.
        name: how a run names the function, instead of its own name.
        ins: the asset behind a parameter that is not called like it.
        deps: upstream assets that pass no value, for all of them.
        description, group_name, code_version: for each asset that does not state its own.
        internal_asset_deps: what an output depends on, by its name: parameters and other outputs; on all by default.
        can_subset: the function can make some of the assets alone: ``context.selected_asset_keys`` says which.
        retry_policy: how often the function is tried again when it fails.
        specs: the assets by their specs, instead of ``outs``; what the function gives no result for is made without a
            value.
        check_specs: checks that the function itself evaluates.

    Raises:
        DefinitionError: the function cannot make these assets, for the reason given.

    >>> @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    ... def split():
    ...     return [1, 2], [3]
    >>> split.keys
    (AssetKey(['train']), AssetKey(['test']))
    """
    made = _outputs(outs, specs, deps, description, group_name, code_version)
    narrowed = {output: deps_of(list(within)) for output, within in (internal_asset_deps or {}).items()}
    for output in narrowed:
        if output not in made:
            raise DefinitionError(
                f"internal_asset_deps names {output!r}, which is no output: there are {', '.join(made)}"
            )
    made |= {output: made[output].replace_attributes(deps=within) for output, within in narrowed.items()}
    keys = [spec.key for spec in made.values()]
    for key in keys:
        if keys.count(key) > 1:
            raise DefinitionError(f"{key} is made twice")

    def decorate(function: Callable[..., Any]) -> AssetsDefinition:
        code = computation(function, ins, retry_policy=retry_policy)
        if narrowed:
            _check_internal_deps(narrowed.values(), keys, code, deps_of(deps))
        definition = AssetsDefinition(
            tuple(made.values()),
            code,
            function=function,
            name=name,
            outputs={output: spec.key for output, spec in made.items()},
            check_specs=_own_checks(check_specs, made.values()),
            can_subset=can_subset,
            narrowed=frozenset(made[output].key for output in narrowed),
            implied=outs is None and not can_subset,
        )
        register_function(definition, deps)
        return definition

    return decorate


def _outputs(
    outs: Mapping[str, AssetOut] | None,
    specs: Sequence[AssetSpec] | None,
    deps: Iterable[Any] | None,
    description: str | None,
    group_name: str | None,
    code_version: str | None,
) -> dict[str, AssetSpec]:
    """The specs of a multi-asset, by the name of the output."""
    if (outs is None) == (specs is None):
        raise DefinitionError("a multi-asset takes either outs= or specs=")
    if not outs and not specs:
        raise DefinitionError("a multi-asset makes at least one asset: name it in outs= or specs=")
    common = deps_of(deps)
    if specs is not None:
        for spec in specs:
            if not isinstance(spec, AssetSpec):
                raise DefinitionError(f"specs takes AssetSpecs: write AssetSpec({spec!r})")
        grouped = (_with_group(spec, group_name) for spec in specs)
        with_deps = [spec.merge_attributes(deps=common) if common else spec for spec in grouped]
        plain = [_with_version(spec, code_version) for spec in with_deps]
        return {_output_name(spec, plain): spec for spec in plain}
    said = {"description": description, "group_name": group_name, "code_version": code_version, "deps": common}
    for output, out in (outs or {}).items():
        if not isinstance(out, AssetOut):
            raise DefinitionError(f"outs takes AssetOuts: write outs={{{output!r}: AssetOut()}}")
    return {output: out.to_spec(output, **said) for output, out in (outs or {}).items()}


def _check_internal_deps(
    stated: Iterable[tuple[AssetDep, ...]], keys: list[AssetKey], code: Computation, deps: tuple[AssetDep, ...]
) -> None:
    """See that ``internal_asset_deps`` names outputs and inputs only, and every input."""
    named = {dep.asset_key for within in stated for dep in within}
    inputs = {*code.parameters.values(), *(dep.asset_key for dep in deps)}
    for key in sorted(named - inputs - set(keys)):
        known = ", ".join(sorted(inputs | set(keys)))
        raise DefinitionError(f"internal_asset_deps names {key}, which is neither an output nor an input: {known}")
    for key in sorted(inputs - named):
        raise DefinitionError(f"internal_asset_deps says of no output that it depends on the input {key}")


def _with_version(spec: AssetSpec, code_version: str | None) -> AssetSpec:
    """The spec with a code version, unless it states its own."""
    return spec if code_version is None or spec.code_version else spec.replace_attributes(code_version=code_version)


def _with_group(spec: AssetSpec, group_name: str | None) -> AssetSpec:
    own = spec.group_name != DEFAULT_GROUP
    return spec if group_name is None or own else spec.replace_attributes(group_name=group_name)


def _output_name(spec: AssetSpec, among: Sequence[AssetSpec]) -> str:
    """The name of the output of a spec: its last part, or the whole key where two end alike."""
    alike = sum(other.key.name == spec.key.name for other in among)
    return spec.key.name if alike == 1 else "__".join(spec.key.path)


def _own_checks(check_specs: Iterable[AssetCheckSpec] | None, specs: Iterable[AssetSpec]) -> tuple[AssetCheckSpec, ...]:
    keys = [spec.key for spec in specs]
    found: dict[tuple[AssetKey, str], AssetCheckSpec] = {}
    for check in check_specs or ():
        if not isinstance(check, AssetCheckSpec):
            raise DefinitionError(f"check_specs takes AssetCheckSpecs, not {check!r}")
        if check.asset_key not in keys:
            raise DefinitionError(
                f"the check {check.name} is of {check.asset_key}, which is not made here: {', '.join(keys)} is"
            )
        if check.key in found:
            raise DefinitionError(f"the check {check.name} of {check.asset_key} is declared twice")
        found[check.key] = check
    return tuple(found.values())
