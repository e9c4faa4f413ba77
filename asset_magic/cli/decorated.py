"""Assets made of functions, read without running the cell: as much of ``@asset(...)`` as is written out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NoReturn

from asset_magic.model.definitions import AssetsDefinition, Computation
from asset_magic.model.errors import AssetMagicError
from asset_magic.model.keys import AssetKey
from asset_magic.model.specs import AssetSpec
from asset_magic.reading.names import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED = frozenset({"AssetKey", "AssetDep", "AssetSpec", "AssetIn", "AssetOut", "SourceAsset"})
_ONE = frozenset({"asset", "observable_source_asset"})
_UNKNOWN = object()


def definitions_in(tree: ast.Module) -> Iterator[AssetsDefinition]:
    """The assets that the top level of a cell makes by ``@asset``, ``@multi_asset`` and ``SourceAsset``."""
    for statement in tree.body:
        try:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from _of_function(statement)
            elif isinstance(statement, ast.Assign) and _name(getattr(statement.value, "func", None)) == "SourceAsset":
                yield AssetsDefinition((_spec(_value(statement.value), ""),), None, external=True)
        except (AssetMagicError, TypeError, ValueError):  # a mistake, which running the cell will report
            continue


def _of_function(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[AssetsDefinition]:
    for decorator in function.decorator_list:
        given = _arguments(decorator) if isinstance(decorator, ast.Call) else {}
        name = _name(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if name in _ONE:
            specs: tuple[AssetSpec, ...] = (_spec(given, function.name),)
        elif name == "multi_asset":
            specs = tuple(_outputs(given))
        else:
            continue
        external = name == "observable_source_asset"
        yield AssetsDefinition(specs, _code(function, given.get("ins")), external=external, name=function.name)


def _code(function: ast.FunctionDef | ast.AsyncFunctionDef, ins: Any) -> Computation:
    given = function.args
    positional = given.args[: len(given.args) - len(given.defaults)]
    by_name = [word for word, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None]
    names = [word.arg for word in (*positional, *by_name) if word.arg != "context"]
    stated = ins if isinstance(ins, dict) else {}
    return Computation(
        call=_never,
        code_version="",
        reads=names_in(ast.Module([function], [])).reads,
        parameters={name: _key(stated.get(name), name) for name in names},
        isolated=False,
    )


def _never(*_: Any) -> NoReturn:
    raise RuntimeError("this was read, to be run elsewhere")


def _outputs(given: dict[Any, Any]) -> Iterator[AssetSpec]:
    common: dict[Any, Any] = {name: given[name] for name in ("deps", "group_name") if name in given}
    outs = given.get("outs")
    for name, out in outs.items() if isinstance(outs, dict) else ():
        yield _spec(common | (out if isinstance(out, dict) else {}), name)
    specs = given.get("specs")
    for spec in specs if isinstance(specs, (list, tuple)) else ():
        yield _spec(spec if isinstance(spec, dict) else {"key": spec}, "")


def _spec(given: dict[Any, Any], name: str) -> AssetSpec:
    stated = given.get("key", given.get(0))
    key = AssetKey(stated if stated is not None else given.get("name") or name)
    prefix = given.get("key_prefix")
    known = {name: value for name, value in given.items() if value is not _UNKNOWN}
    return AssetSpec(
        key.with_prefix(prefix) if prefix and stated is None else key,
        deps=[_key(dep, "") for dep in known.get("deps") or () if dep is not _UNKNOWN],
        group_name=known.get("group_name"),
        tags=known.get("tags"),
        kinds=known.get("kinds"),
        owners=known.get("owners"),
    )


def _key(stated: Any, otherwise: str) -> AssetKey:
    """The key in what a ``deps`` or ``ins`` says: text, parts, or the arguments of an ``AssetDep`` and the like."""
    if isinstance(stated, dict):
        stated = stated.get("key", stated.get("asset", stated.get(0)))
        return _key(stated, otherwise)
    return AssetKey(otherwise if stated is None else stated)


def _arguments(call: ast.Call) -> dict[Any, Any]:
    """The arguments of a call, by position and by name."""
    found: dict[Any, Any] = {place: _value(value) for place, value in enumerate(call.args)}
    return found | {word.arg: _value(word.value) for word in call.keywords if word.arg is not None}


def _value(node: ast.expr) -> Any:
    """What an expression stands for: a literal, the name of a definition, or the arguments of a call of ours."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return node.id
        case ast.List() | ast.Tuple() | ast.Set():
            return [_value(item) for item in node.elts]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return {_value(key): _value(value) for key, value in pairs if isinstance(key, ast.Constant)}
        case ast.Call() if _name(node.func) in _NAMED:
            return _arguments(node) if _name(node.func) != "AssetKey" else _arguments(node).get(0, _UNKNOWN)
    return _UNKNOWN


def _name(node: object) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
