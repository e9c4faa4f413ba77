"""What a cell sets on what other cells made: attributes of classes and functions, registered implementations."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_EMPTY: Mapping[str, frozenset[str]] = {}


def patches_in(tree: ast.Module) -> Mapping[str, frozenset[str]]:
    r"""For each name of which a cell does nothing but set parts: which parts those are.

    Running such a cell again gives what running it once gives, since it takes nothing from what it set before.

    >>> dict(patches_in(ast.parse("A.rate = 2\nB.rate = B.rate + 1")))
    {'A': frozenset({'rate'})}
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    statements = [(statement, list(_patches(statement))) for statement in tree.body]
    for _, patches in statements:
        for name, part in patches:
            found[name].add(part)
    if not found:
        return _EMPTY
    for statement, patches in statements:
        for name in _looked_at(statement) - {name for name, _ in patches}:
            found.pop(name, None)
    return {name: frozenset(parts) for name, parts in found.items()}


def _patches(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            name = _owner(target)
            if isinstance(target, ast.Attribute) and name and name not in _looked_at(statement.value):
                yield name, target.attr
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        match statement.value:
            case ast.Call(ast.Name("setattr"), [ast.Name(name), ast.Constant(str(part)), value], []):
                if name not in _looked_at(value):
                    yield name, part
    elif isinstance(statement, _FUNCTIONS):
        for decorator in statement.decorator_list:
            made, kinds = (decorator.func, decorator.args) if isinstance(decorator, ast.Call) else (decorator, [])
            if isinstance(made, ast.Attribute) and made.attr == "register" and (name := _owner(made)):
                kinds = kinds or [arg.annotation for arg in statement.args.args[:1] if arg.annotation is not None]
                yield name, "register " + ", ".join(map(ast.unparse, kinds))


def _owner(node: ast.expr) -> str:
    return node.value.id if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""


def _looked_at(node: ast.AST) -> set[str]:
    """The names that code looks at when it is met; the bodies of functions run later, if at all."""
    found, todo = set(), [node]
    while todo:
        part = todo.pop()
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Lambda):
            todo += [*part.args.defaults, *(default for default in part.args.kw_defaults if default)]
        elif isinstance(part, _FUNCTIONS):
            todo += [*part.decorator_list, *part.args.defaults, *(d for d in part.args.kw_defaults if d)]
        else:
            todo += ast.iter_child_nodes(part)
    return found
