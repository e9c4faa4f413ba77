"""``@asset`` and its kin: functions become definitions, as in Dagster.

In a notebook whose extension is loaded, a definition made from a function of the notebook is registered at once.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from asset_magic.model.definitions import (
    EMPTY,
    AssetCheckDefinition,
    AssetCheckSpec,
    AssetsDefinition,
    AssetSpec,
    Computation,
    key_of,
)
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.reading.helpers import code_of
from asset_magic.run.outputs import Yielded
from asset_magic.run.versions import version_of
from asset_magic.session.live import notebook_runner

CONTEXT = "context"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetOut:
    """One output of a multi-asset.

    Attributes:
        key: its key; the name of the output by default.
        key_prefix, group_name, description, metadata, tags, kinds, owners, code_version: as for `asset`.
    """

    key: CoercibleToAssetKey | None = None
    key_prefix: CoercibleToAssetKey | None = None
    group_name: str | None = None
    description: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    kinds: Iterable[str] = ()
    owners: Sequence[str] = ()
    code_version: str | None = None


@overload
def asset(fn: Callable[..., Any], /) -> AssetsDefinition: ...
@overload
def asset(
    *,
    name: str | None = ...,
    key_prefix: CoercibleToAssetKey | None = ...,
    key: CoercibleToAssetKey | None = ...,
    deps: Iterable[Any] | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    tags: Mapping[str, str] | None = ...,
    description: str | None = ...,
    group_name: str | None = ...,
    kinds: Iterable[str] | None = ...,
    owners: Sequence[str] | None = ...,
    code_version: str | None = ...,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...
def asset(
    fn: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    key_prefix: CoercibleToAssetKey | None = None,
    key: CoercibleToAssetKey | None = None,
    deps: Iterable[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
    group_name: str | None = None,
    kinds: Iterable[str] | None = None,
    owners: Sequence[str] | None = None,
    code_version: str | None = None,
) -> AssetsDefinition | Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make an asset of a function: its name is the key, its parameters are the upstream assets.

    Args:
        fn: the function, where the decorator has no arguments.
        name: the last part of the key, instead of the function's name.
        key_prefix: the namespace in front of it.
        key: the whole key, instead of name and prefix.
        deps: upstream assets that pass no value: keys, definitions or `AssetDep`.
        metadata, tags, description, group_name, kinds, owners: labels; the description is the docstring by default.
        code_version: replaces the version taken from the code itself.

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
        own = key if key is not None else name or function.__name__
        spec = AssetSpec(
            key=_key(own, key_prefix if key is None else None),
            deps=_keys(deps),
            description=description or inspect.getdoc(function) or "",
            group_name=group_name or "default",
            tags=dict(tags or {}),
            kinds=tuple(kinds or ()),
            owners=tuple(owners or ()),
            metadata=dict(metadata or {}),
            code_version=code_version,
        )
        return _register(AssetsDefinition((spec,), computation(function), function=function))

    return decorate(fn) if fn is not None else decorate


def multi_asset(
    *,
    outs: Mapping[str, AssetOut] | None = None,
    specs: Sequence[AssetSpec] | None = None,
    name: str | None = None,
    deps: Iterable[Any] | None = None,
    description: str | None = None,
    group_name: str | None = None,
    code_version: str | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make several assets of one function, which yields an `Output` for each or returns a tuple.

    Args:
        outs: the outputs by name.
        specs: the assets by their specs, instead of ``outs``.
        name: how a run names the function, instead of its own name.
        deps: upstream assets that pass no value, for all of them.
        description, group_name, code_version: for each asset that does not state its own.

    Raises:
        DefinitionError: there are neither ``outs`` nor ``specs``, or both.

    >>> @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    ... def split():
    ...     return [1, 2], [3]
    >>> split.keys
    (AssetKey(['train']), AssetKey(['test']))
    """
    if (outs is None) == (specs is None):
        raise DefinitionError("a multi-asset needs either outs= or specs=")
    common = _keys(deps)

    def of_out(output: str, out: AssetOut) -> AssetSpec:
        return AssetSpec(
            key=_key(out.key if out.key is not None else output, out.key_prefix),
            deps=common,
            description=out.description or description or "",
            group_name=out.group_name or group_name or "default",
            tags=out.tags,
            kinds=tuple(out.kinds),
            owners=tuple(out.owners),
            metadata=out.metadata,
            code_version=out.code_version or code_version,
        )

    def decorate(function: Callable[..., Any]) -> AssetsDefinition:
        made = {output: of_out(output, out) for output, out in (outs or {}).items()}
        made |= {spec.key.name: spec for spec in specs or ()}
        definition = AssetsDefinition(
            tuple(made.values()),
            computation(function),
            function=function,
            outputs={output: spec.key for output, spec in made.items()},
        )
        definition.__name__ = name or function.__name__
        return _register(definition)

    return decorate


def asset_check(
    *,
    asset: Any,
    name: str | None = None,
    description: str | None = None,
    blocking: bool = False,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], AssetCheckDefinition]:
    """Make a check of a function that returns a bool or an `AssetCheckResult`.

    Args:
        asset: the asset to check: its key or its definition. A parameter of its name gets its value.
        name: of the check, instead of the function's name.
        description: a sentence for readers; the docstring by default.
        blocking: whether a failure keeps everything downstream from running.
        metadata: labels.

    >>> @asset_check(asset="numbers")
    ... def not_empty(numbers):
    ...     return len(numbers) > 0
    >>> not_empty([])
    False
    """

    def decorate(function: Callable[..., Any]) -> AssetCheckDefinition:
        spec = AssetCheckSpec(
            name=name or function.__name__,
            asset=key_of(asset),
            description=description or inspect.getdoc(function) or "",
            blocking=blocking,
            metadata=dict(metadata or {}),
        )
        check = AssetCheckDefinition(spec, computation(function, (spec.asset,)), function=function)
        runner = notebook_runner()
        if runner is not None and check.code.namespace is runner.session.namespace.variables:
            with runner.session.lock:
                runner.session.add_check(check)
                runner.session.cells.add(spec.id)
        return check

    return decorate


class SourceAsset(AssetsDefinition):
    """Data that is made elsewhere: it can be depended on, and is never run.

    Args:
        key: its key.
        metadata, group_name, description, tags: labels.

    >>> SourceAsset(key="raw_users").key
    AssetKey(['raw_users'])
    """

    def __init__(
        self,
        key: CoercibleToAssetKey,
        metadata: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        spec = AssetSpec(
            key=AssetKey(key),
            metadata=dict(metadata or {}),
            group_name=group_name or "default",
            description=description or "",
            tags=dict(tags or {}),
        )
        super().__init__((spec,), None, external=True)
        runner = notebook_runner()
        if runner is not None and runner.session.cells.current is not None:
            _register_in_notebook(self)


def computation(function: Callable[..., Any], also: tuple[AssetKey, ...] = ()) -> Computation:
    """The code of a function, with its parameters as inputs.

    Args:
        function: the function.
        also: keys that a parameter may name by their last part.

    Raises:
        DefinitionError: it takes ``*args`` or ``**kwargs``, or names no asset with a parameter.
    """
    parameters = inspect.signature(function).parameters
    for parameter in parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise DefinitionError(
                f"{function.__name__} takes {parameter}: each parameter of an asset has to name an upstream asset"
            )
    known = {key.name: key for key in also}
    inputs = {
        name: known.get(name) or AssetKey(name)
        for name, parameter in parameters.items()
        if name != CONTEXT and parameter.default is parameter.empty
    }
    namespace = getattr(inspect.unwrap(function), "__globals__", None)
    runner = notebook_runner()
    live = runner is not None and namespace is runner.session.namespace.variables
    described = code_of(function, namespace if live and namespace is not None else {}, version_of)
    if described is None:
        raise DefinitionError(f"{function!r} is no function, so it cannot be an asset")
    return Computation(
        call=_caller(function, tuple(inputs), CONTEXT in parameters),
        code_version=described.digest,
        reads=described.reads if live else frozenset(),
        parameters=inputs,
        namespace=namespace if live else None,
        source=_source(function) or described.text,
        cell=runner.session.cells.ref if live and runner is not None else None,
        awaits=inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function),
        isolated=False,
        file_names=described.strings,
    )


def _caller(
    function: Callable[..., Any], names: tuple[str, ...], takes_context: bool
) -> Callable[[Mapping[str, Any], Any], Any]:
    if inspect.isasyncgenfunction(function):

        async def call_all(values: Mapping[str, Any], context: Any) -> Any:
            arguments = {name: values[name] for name in names} | ({CONTEXT: context} if takes_context else {})
            return Yielded([item async for item in function(**arguments)])

        return call_all

    def call(values: Mapping[str, Any], context: Any) -> Any:
        arguments = {name: values[name] for name in names}
        if takes_context:
            arguments[CONTEXT] = context
        given = function(**arguments)
        return Yielded(given) if inspect.isgeneratorfunction(function) else given

    return call


def _source(function: Callable[..., Any]) -> str:
    try:
        text = textwrap.dedent(inspect.getsource(function))
        ast.parse(text)
    except (OSError, TypeError, SyntaxError):
        return ""
    return text.rstrip()


def _keys(deps: Iterable[Any] | None) -> tuple[AssetKey, ...]:
    if isinstance(deps, str):
        raise DefinitionError(f"deps takes a list: write deps=[{deps!r}]")
    return tuple(key_of(dep) for dep in deps or ())


def _key(name: CoercibleToAssetKey, prefix: CoercibleToAssetKey | None) -> AssetKey:
    key = AssetKey(name)
    return key.with_prefix(prefix) if prefix else key


def _register(definition: AssetsDefinition) -> AssetsDefinition:
    runner = notebook_runner()
    code = definition.code
    if runner is not None and code is not None and code.namespace is runner.session.namespace.variables:
        _register_in_notebook(definition)
    return definition


def _register_in_notebook(definition: AssetsDefinition) -> None:
    runner = notebook_runner()
    if runner is None:
        return
    session = runner.session
    with session.lock:
        try:
            session.define(definition)
        except DefinitionError:
            session.cells.refuse()
            raise
        for key in definition.keys:
            session.cells.add(key)
