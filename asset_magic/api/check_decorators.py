"""``@asset_check`` and ``@multi_asset_check``: functions become checks, as in Dagster."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from asset_magic.api.functions import computation
from asset_magic.api.left_out import explains_what_is_left_out
from asset_magic.api.registering import register_checks
from asset_magic.model.check_specs import AssetCheckSpec
from asset_magic.model.definitions import AssetChecksDefinition
from asset_magic.model.errors import DefinitionError
from asset_magic.model.retries import RetryPolicy
from asset_magic.model.specs import key_of


@explains_what_is_left_out
def asset_check(
    *,
    asset: Any,
    name: str | None = None,
    description: str | None = None,
    blocking: bool = False,
    additional_ins: Mapping[str, Any] | None = None,
    additional_deps: Iterable[Any] | None = None,
    retry_policy: RetryPolicy | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Make a check of a function that returns a bool or an `AssetCheckResult`.

    Args:
        asset: the asset to check: its key or its definition. The first parameter gets its value, whatever its name.
        name: of the check, instead of the function's name.
        description: a sentence for readers; the docstring by default.
        blocking: whether a failure keeps everything downstream from running.
        additional_ins: the assets behind further parameters: keys, definitions or `AssetIn`.
        additional_deps: what else the check depends on without getting the value.
        retry_policy: how often the function is tried again when it fails.
        metadata: labels.

    Raises:
        DefinitionError: the function cannot be a check, for the reason given.

    >>> @asset_check(asset="numbers")
    ... def not_empty(numbers):
    ...     return len(numbers) > 0
    >>> not_empty([])
    False
    """
    key = key_of(asset)

    def decorate(function: Callable[..., Any]) -> AssetChecksDefinition:
        own = name or getattr(function, "__name__", "")
        if not own or own == "<lambda>":
            raise DefinitionError(f"{function!r} has no name of its own: give the check one, as in name='not_empty'")
        spec = AssetCheckSpec(
            own,
            asset=key,
            description=description or inspect.getdoc(function),
            additional_deps=additional_deps,
            blocking=blocking,
            metadata=metadata,
        )
        code = computation(function, additional_ins, main=key, known=(key,), retry_policy=retry_policy)
        checks = AssetChecksDefinition((spec,), code, function=function)
        register_checks(checks)
        return checks

    return decorate


@explains_what_is_left_out
def multi_asset_check(
    *,
    specs: Sequence[AssetCheckSpec],
    name: str | None = None,
    description: str | None = None,
    can_subset: bool = False,
    retry_policy: RetryPolicy | None = None,
    ins: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Make several checks, of one or several assets, of a function that yields an `AssetCheckResult` for each.

    Args:
        specs: the checks.
        name: how a run names the function, instead of its own name.
        description: for each check that does not state its own.
        can_subset: the function may leave out the result of some checks.
        retry_policy: how often the function is tried again when it fails.
        ins: the asset behind a parameter that is not called like it.

    Raises:
        DefinitionError: the function cannot be these checks, for the reason given.

    >>> from asset_magic import AssetCheckResult
    >>> names = ["not_empty", "sorted"]
    >>> @multi_asset_check(specs=[AssetCheckSpec(name, asset="orders") for name in names])
    ... def of_orders(orders):
    ...     yield AssetCheckResult(check_name="not_empty", passed=len(orders) > 0)
    ...     yield AssetCheckResult(check_name="sorted", passed=orders == sorted(orders))
    >>> [result.passed for result in of_orders([2, 1])]
    [True, False]
    """
    if not specs:
        raise DefinitionError("a multi-asset check needs at least one AssetCheckSpec in specs=")
    for spec in specs:
        if not isinstance(spec, AssetCheckSpec):
            raise DefinitionError(f"specs takes AssetCheckSpecs, not {spec!r}")
        if sum(spec.key == other.key for other in specs) > 1:
            raise DefinitionError(f"the check {spec.name} of {spec.asset_key} is declared twice")

    def decorate(function: Callable[..., Any]) -> AssetChecksDefinition:
        code = computation(function, ins, known=[spec.asset_key for spec in specs], retry_policy=retry_policy)
        described = tuple(spec if spec.description else spec.with_description(description) for spec in specs)
        checks = AssetChecksDefinition(described, code, function=function, name=name, can_subset=can_subset)
        register_checks(checks)
        return checks

    return decorate
