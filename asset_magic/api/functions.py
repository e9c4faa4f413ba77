"""From a Python function to code that the engine can run."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from asset_magic.model.definitions import Computation
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.model.retries import RetryPolicy
from asset_magic.model.specs import AssetIn, key_of
from asset_magic.reading.helpers import code_of
from asset_magic.run.outputs import Yielded
from asset_magic.run.versions import version_of
from asset_magic.session.live import notebook_runner

_CALL = "__call__"  # what runs where the decorated object is no function
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_CONTEXTS = ("context", "_context", "_")


def computation(
    function: Callable[..., Any],
    ins: Mapping[str, Any] | None = None,
    *,
    main: AssetKey | None = None,
    known: Iterable[AssetKey] = (),
    retry_policy: RetryPolicy | None = None,
) -> Computation:
    """The code of a function, with its parameters as inputs.

    Args:
        function: the function.
        ins: which asset a parameter stands for, where it is not the one of its name.
        main: the asset that the first parameter stands for, whatever its name; one of its name comes before.
        known: keys that a parameter may name by their last part.
        retry_policy: how often it is tried again.

    Raises:
        DefinitionError: a parameter cannot be an input, or ``ins`` names none.
    """
    if not callable(function):
        raise DefinitionError(f"{function!r} is no function: a decorator stands above a def")
    inputs = _inputs(function, {name: _input(name, given) for name, given in (ins or {}).items()}, tuple(known), main)
    context = next((name for name in inspect.signature(function).parameters if name in _CONTEXTS), None)
    namespace = getattr(inspect.unwrap(function), "__globals__", None)
    runner = notebook_runner()
    live = runner is not None and namespace is runner.session.namespace.variables
    names = namespace if live and namespace is not None else {}
    called: Any = function
    described = code_of(called, names, version_of) or code_of(getattr(called, _CALL, None), names, version_of)
    if described is None:
        raise DefinitionError(f"{function!r} is no function, so it cannot be an asset")
    if retry_policy is not None and not isinstance(retry_policy, RetryPolicy):
        raise DefinitionError(
            f"retry_policy takes a RetryPolicy, as in RetryPolicy(max_retries=3), not {retry_policy!r}"
        )
    return Computation(
        call=_caller(function, tuple(inputs), context),
        code_version=described.digest,
        reads=described.reads if live else frozenset(),
        parameters=inputs,
        namespace=namespace if live else None,
        source=_source(function) or described.text,
        cell=runner.session.cells.ref if live and runner is not None else None,
        awaits=inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function),
        isolated=False,
        file_names=described.strings,
        dotted=lambda: described.dotted,
        mentions=described.words,
        retry_policy=retry_policy,
    )


def key_for(
    function: Callable[..., Any],
    key: CoercibleToAssetKey | None,
    name: str | None,
    key_prefix: CoercibleToAssetKey | None,
) -> AssetKey:
    """The key of the asset that a decorator makes of ``function``.

    Raises:
        DefinitionError: both a whole key and a part of it are given, or the function has no name of its own.
    """
    if key is not None:
        if name is not None or key_prefix is not None:
            raise DefinitionError("an asset takes either key= or name= and key_prefix=, not both")
        return key_of(key)
    own = name or getattr(function, "__name__", "")
    if not own or own == "<lambda>":
        raise DefinitionError(f"{function!r} has no name of its own: give the asset one, as in name='orders'")
    return AssetKey(own).with_prefix(key_prefix) if key_prefix else AssetKey(own)


def _inputs(
    function: Callable[..., Any], ins: Mapping[str, AssetIn], known: tuple[AssetKey, ...], main: AssetKey | None
) -> dict[str, AssetKey]:
    parameters = inspect.signature(function).parameters
    by_name = {key.name: key for key in known}
    found = {
        name: ins[name].key_for(name) if name in ins else by_name.get(name) or AssetKey(name)
        for name, parameter in parameters.items()
        if parameter.kind in _NAMED and name not in _CONTEXTS and (name in ins or parameter.default is parameter.empty)
    }
    if main is not None and main not in found.values():
        free = next((name for name, key in found.items() if name not in ins and key not in known), None)
        if free is not None:
            found[free] = main
    return found | _further_inputs(function, ins, found)


def _further_inputs(
    function: Callable[..., Any], ins: Mapping[str, AssetIn], found: Mapping[str, AssetKey]
) -> dict[str, AssetKey]:
    """What ``ins`` gives a function that takes any keyword.

    Raises:
        DefinitionError: a parameter stands for no asset, or ``ins`` names no parameter.
    """
    name = getattr(function, "__name__", repr(function))
    further = {given: asset_in.key_for(given) for given, asset_in in ins.items() if given not in found}
    takes_any = ""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_any = str(parameter)
        elif parameter.kind not in _NAMED:
            raise DefinitionError(f"{name} takes {parameter}: each parameter of an asset has to name an upstream asset")
    if takes_any and not further:
        raise DefinitionError(f"{name} takes {takes_any}: say in ins={{...}} which upstream assets it gets")
    if further and not takes_any:
        raise DefinitionError(f"ins names {next(iter(further))!r}, which is no parameter of {name}")
    return further


def _input(name: str, given: Any) -> AssetIn:
    return given if isinstance(given, AssetIn) else AssetIn(key_of(given))


def _caller(
    function: Callable[..., Any], names: tuple[str, ...], context_name: str | None
) -> Callable[[Mapping[str, Any], Any], Any]:
    def arguments(values: Mapping[str, Any], context: Any) -> dict[str, Any]:
        found = {name: values[name] for name in names}
        if context_name is not None:
            found[context_name] = context
        return found

    if inspect.isasyncgenfunction(function):

        async def call_all(values: Mapping[str, Any], context: Any) -> Any:
            return Yielded([item async for item in function(**arguments(values, context))])

        return call_all

    if inspect.isgeneratorfunction(function):
        return lambda values, context: Yielded(function(**arguments(values, context)))
    return lambda values, context: function(**arguments(values, context))


def _source(function: Callable[..., Any]) -> str:
    try:
        text = textwrap.dedent(inspect.getsource(function))
        ast.parse(text)
    except (OSError, TypeError, SyntaxError):
        return ""
    return text.rstrip()
