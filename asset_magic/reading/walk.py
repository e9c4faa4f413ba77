"""The walk over a syntax tree: expressions, bindings and definitions. Control flow is in `branches`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from asset_magic.reading.magics import read_magic
from asset_magic.reading.scopes import Block, Function, Inner, Scopes

Handler = Callable[["Walk", Any], None]
H = TypeVar("H", bound=Handler)

HANDLERS: dict[type[ast.AST], Handler] = {}

_NO_NODES = frozenset(
    {"arg", "attr", "attribute", "conversion", "ctx", "id", "kind", "kwd_attrs", "level", "module", "name", "names"}
    | {"op", "ops", "rest", "simple", "str", "type_comment", "type_ignores"}
)
# Decorators that only wrap the function: it cannot have run when the next line is read.
_PASSIVE = frozenset({"property", "staticmethod", "classmethod", "cached_property", "abstractmethod", "setter"})


def handles(*kinds: str) -> Callable[[H], H]:
    """Register a handler for the syntax nodes named, those that this Python knows."""

    def register(handler: H) -> H:
        for kind in kinds:
            node = getattr(ast, kind, None)
            if node is not None:
                HANDLERS[node] = handler
        return handler

    return register


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """For each kind of node, the fields that may hold nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = self[kind] = tuple(name for name in kind._fields if name not in _NO_NODES)
        return fields


NODE_FIELDS = _Fields()


class Walk(Scopes):
    """One pass over a tree.

    Attributes:
        opaque: the code may use names that reading cannot see.
        awaits: it awaits at the top level.
        annotations: annotations are evaluated.
    """

    def __init__(self, *, annotations: bool = True) -> None:
        super().__init__()
        self.opaque = False
        self.awaits = False
        self.annotations = annotations

    def visit(self, node: ast.AST) -> None:
        """Read one node and what is in it."""
        handler = HANDLERS.get(node.__class__)
        if handler is not None:
            handler(self, node)
        else:
            self.children(node)

    def children(self, node: ast.AST) -> None:
        """Read what is in a node that means nothing by itself."""
        for field in NODE_FIELDS[node.__class__]:
            value = getattr(node, field, None)
            if value.__class__ is list:
                for item in value:
                    if item is not None:
                        self.visit(item)
            elif value is not None:
                self.visit(value)

    def body(self, nodes: Iterable[ast.AST | None]) -> None:
        """Read nodes one after the other."""
        for node in nodes:
            if node is not None:
                self.visit(node)

    def change(self, node: ast.AST) -> None:
        """The value of ``node`` may be changed in place: note the names that it is reached by."""
        while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred, ast.NamedExpr)):
            node = node.value
        if isinstance(node, ast.Name):
            self.touch(node.id)
        elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            for item in node.elts:
                self.change(item)
        elif isinstance(node, (ast.Dict, ast.BoolOp)):
            for item in node.values:
                self.change(item)
        elif isinstance(node, ast.IfExp):
            self.change(node.body)
            self.change(node.orelse)

    def function(self, parameters: Iterable[ast.arg], body: Iterable[ast.AST]) -> set[str]:
        """Read a function's body. Returns the names that it looks up at the top level when it runs."""
        block, self.block = self.block, None
        self.enter_function()
        for parameter in parameters:
            self.bind(parameter.arg)
        self.body(body)
        late = self.leave_function()
        self.block = block
        return late

    def run_code(self, body: Iterable[ast.AST], *, isolated: bool) -> None:
        """Read code that a magic runs: here, or in a function of its own."""
        if isolated:
            self.settle(self.function((), body))
        else:
            self.body(body)


@handles("Constant", "Pass", "MatchSingleton")
def _nothing(walk: Walk, node: ast.AST) -> None:
    """Nothing in it to read."""


@handles("Name")
def _name(walk: Walk, node: ast.Name) -> None:
    context = node.ctx.__class__
    if context is ast.Load:
        walk.load(node.id)
    elif context is ast.Store:
        walk.bind(node.id)
    else:
        walk.unbind(node.id)


@handles("Attribute")
def _attribute(walk: Walk, node: ast.Attribute) -> None:
    if node.ctx.__class__ is not ast.Load:
        walk.change(node.value)
    walk.visit(node.value)


@handles("Subscript")
def _subscript(walk: Walk, node: ast.Subscript) -> None:
    if node.ctx.__class__ is not ast.Load:
        walk.change(node.value)
    walk.visit(node.value)
    walk.visit(node.slice)


@handles("Call")
def _call(walk: Walk, node: ast.Call) -> None:
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.value.__class__ is ast.Call and _magic(walk, node):
            return
        walk.change(function.value)
    elif isinstance(function, ast.Name) and function.id in ("vars", "locals") and not node.args and not walk.depth:
        walk.opaque = True
    walk.visit(function)
    for argument in node.args:
        walk.change(argument)
        walk.visit(argument)
    for keyword in node.keywords:
        walk.change(keyword.value)
        walk.visit(keyword.value)


def _magic(walk: Walk, node: ast.Call) -> bool:
    magic = read_magic(node)
    if magic is None:
        return False
    _fill_in(walk, magic.expressions)
    for body in magic.bodies:
        walk.run_code(body, isolated=magic.isolated)
    for name in magic.binds:
        walk.bind(name)
    walk.opaque = walk.opaque or magic.opaque
    return True


def _fill_in(walk: Walk, expressions: tuple[ast.expr, ...]) -> None:
    """Read what IPython puts into a command where it exists: no demand that it does."""
    if walk.depth:
        names = (node for expression in expressions for node in ast.walk(expression) if isinstance(node, ast.Name))
        walk.optional.update(node.id for node in names)
        return
    firm, walk.reads = walk.reads, set()
    walk.body(expressions)
    walk.optional |= walk.reads
    walk.reads = firm


@handles("NamedExpr")
def _walrus(walk: Walk, node: ast.NamedExpr) -> None:
    walk.visit(node.value)
    walk.visit(node.target)


@handles("Await")
def _await(walk: Walk, node: ast.AST) -> None:
    if not walk.depth:
        walk.awaits = True
    walk.children(node)


@handles("ListComp", "SetComp", "DictComp", "GeneratorExp")
def _comprehension(walk: Walk, node: Any) -> None:
    generators: list[ast.comprehension] = node.generators
    walk.visit(generators[0].iter)
    names = {
        name.id
        for generator in generators
        for name in ast.walk(generator.target)
        if isinstance(name, ast.Name) and name.ctx.__class__ is ast.Store
    }
    path = walk.block.path if walk.block is not None else None
    before = set(path.bound) if path is not None else None
    walk.stack.append(Inner(names))
    walk.lazy += node.__class__ is ast.GeneratorExp
    for index, generator in enumerate(generators):
        if index:
            walk.visit(generator.iter)
        walk.visit(generator.target)
        walk.body(generator.ifs)
        if generator.is_async and not walk.depth:
            walk.awaits = True
    if isinstance(node, ast.DictComp):
        walk.visit(node.key)
        walk.visit(node.value)
    else:
        walk.visit(node.elt)
    walk.lazy -= node.__class__ is ast.GeneratorExp
    walk.stack.pop()
    if path is not None and before is not None:
        # There may have been nothing to loop over: what a walrus in it binds is not sure.
        path.bound = before


@handles("Lambda")
def _lambda(walk: Walk, node: ast.Lambda) -> None:
    walk.body(node.args.defaults)
    walk.body(node.args.kw_defaults)
    walk.settle(walk.function(_parameters(node.args), [node.body]))


@handles("Assign")
def _assign(walk: Walk, node: ast.Assign) -> None:
    walk.visit(node.value)
    for target in node.targets:
        walk.visit(target)


@handles("AugAssign")
def _augmented(walk: Walk, node: ast.AugAssign) -> None:
    target = node.target
    if isinstance(target, ast.Name):
        walk.load(target.id)
        walk.touch(target.id)
        walk.visit(node.value)
        walk.bind(target.id)
    else:
        walk.visit(target)
        walk.visit(node.value)


@handles("AnnAssign")
def _annotated(walk: Walk, node: ast.AnnAssign) -> None:
    if node.value is not None:
        walk.visit(node.value)
    if walk.annotations and walk.block is not None:
        walk.visit(node.annotation)
    # A bare annotation binds nothing, but in a function it makes the name the function's own.
    if node.value is not None or walk.block is None or not isinstance(node.target, ast.Name):
        walk.visit(node.target)


@handles("Global")
def _global(walk: Walk, node: ast.Global) -> None:
    scope = walk.stack[-1]
    if not isinstance(scope, Inner) and scope is not walk.module:
        scope.globals.update(node.names)


@handles("Nonlocal")
def _nonlocal(walk: Walk, node: ast.Nonlocal) -> None:
    scope = walk.stack[-1]
    if isinstance(scope, Function):
        scope.nonlocals.update(node.names)


@handles("Import", "ImportFrom")
def _import(walk: Walk, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.ImportFrom) and node.module == "__main__":
        walk.opaque = True
    for alias in node.names:
        if alias.name == "*" or alias.name == "__main__":
            walk.opaque = True
        if alias.name != "*":
            walk.bind(alias.asname or alias.name.partition(".")[0])


@handles("FunctionDef", "AsyncFunctionDef")
def _function(walk: Walk, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    parameters = _parameters(node.args)
    walk.body(node.decorator_list)
    walk.body(node.args.defaults)
    walk.body(node.args.kw_defaults)
    generic = _enter_type_parameters(walk, node)
    if walk.annotations:
        walk.body(parameter.annotation for parameter in parameters)
        walk.body([node.returns])
    late = walk.function(parameters, node.body)
    if generic:
        walk.stack.pop()
    walk.settle(late, node.name if all(map(_is_passive, node.decorator_list)) else None)
    walk.bind(node.name)


def _parameters(args: ast.arguments) -> list[ast.arg]:
    extra = [arg for arg in (args.vararg, args.kwarg) if arg is not None]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *extra]


def _is_passive(decorator: ast.expr) -> bool:
    return getattr(decorator, "attr", getattr(decorator, "id", None)) in _PASSIVE


@handles("ClassDef")
def _class(walk: Walk, node: ast.ClassDef) -> None:
    walk.body(node.decorator_list)
    generic = _enter_type_parameters(walk, node)
    walk.body(node.bases)
    for keyword in node.keywords:
        walk.visit(keyword.value)
    outer, block = walk.block, Block()
    block.path.bound.update(("__module__", "__qualname__"))
    walk.stack.append(block)
    walk.block = block
    walk.body(node.body)
    walk.stack.pop()
    walk.block = outer
    if generic:
        walk.stack.pop()
    # Base classes, metaclasses and decorators may call methods as soon as the class exists.
    plain = not (node.bases or node.keywords or node.decorator_list)
    walk.settle(block.late - {"__class__"}, node.name if plain else None)
    walk.bind(node.name)


def _enter_type_parameters(walk: Walk, node: ast.AST) -> bool:
    parameters = getattr(node, "type_params", None)
    if not parameters:
        return False
    walk.stack.append(Inner({parameter.name for parameter in parameters}))
    walk.body(parameters)
    return True


@handles("TypeAlias")
def _type_alias(walk: Walk, node: Any) -> None:
    walk.visit(node.name)
    generic = _enter_type_parameters(walk, node)
    walk.lazy += 1
    walk.visit(node.value)
    walk.lazy -= 1
    if generic:
        walk.stack.pop()
