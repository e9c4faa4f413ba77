"""What a whole cell reads and binds, and when."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from asset_magic.reading.code import code_version
from asset_magic.reading.names import Names, names_in
from asset_magic.reading.patches import patches_in
from asset_magic.reading.quoted import quoted_names

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class CellReading(NamedTuple):
    """What a cell reads and binds.

    Attributes:
        names: all of it, with what it names in queries and the like.
        now: what it reads at once, not only when a function of it is called.
        timeless: what it binds without taking anything from what it reads, as a plain ``def`` and ``limit = 3`` do.
        perhaps: what it binds only in some branch.
        code_version: the version of its code.
        patches: the parts that it sets on objects of which it does nothing else.
        sources: what it imports from modules: the module, the name there (or ``*``) and here.
    """

    names: Names
    now: frozenset[str]
    timeless: frozenset[str]
    perhaps: frozenset[str]
    code_version: str
    patches: Mapping[str, frozenset[str]]
    sources: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1000)
def read_cell(source: str) -> CellReading | None:
    r"""What a cell reads and binds; None if it is not Python.

    >>> read = read_cell("limit = 3\ntotal = limit + bonus")
    >>> sorted(read.now), sorted(read.timeless)
    (['bonus'], ['limit'])
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    names = names_in(tree)
    quoted = quoted_names(tree.body) - names.binds
    if quoted:
        names = replace(names, reads=names.reads | quoted)
    now = names.reads
    timeless = set()
    if any(isinstance(statement, _DEFINITIONS) for statement in tree.body):
        met = [_as_met(statement) for statement in tree.body]
        called = _called(tree.body, met)
        run = [
            statement if isinstance(statement, _DEFINITIONS) and statement.name in called else shell
            for statement, shell in zip(tree.body, met, strict=True)
        ]
        now = names_in(ast.Module(run, [])).reads & names.reads | quoted
        for statement, shell in zip(tree.body, met, strict=True):
            if isinstance(statement, _DEFINITIONS) and not names_in(ast.Module([shell], [])).reads:
                timeless.add(statement.name)
    if names.reads and not names.opaque:
        timeless |= _constants(tree)
    perhaps = names.perhaps - names.reads
    sources = _sources(tree) if "import" in source else ()
    return CellReading(names, now, frozenset(timeless), perhaps, code_version(tree), patches_in(tree), sources)


def _sources(tree: ast.Module) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (node.module, alias.name, alias.asname or alias.name)
        for statement in tree.body
        for node in (ast.walk(statement) if not isinstance(statement, _DEFINITIONS) else ())
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
        for alias in node.names
    )


def _called(body: list[ast.stmt], met: list[ast.stmt]) -> set[str]:
    """The functions and classes of a cell that the cell uses itself, straight or through another of them."""
    uses: defaultdict[str, set[str]] = defaultdict(set)
    for statement in body:
        if isinstance(statement, _DEFINITIONS):
            uses[statement.name] |= _looked_up(statement)
    called, todo = set(), set().union(*map(_looked_up, met))
    while todo:
        name = todo.pop()
        if name in uses and name not in called:
            called.add(name)
            todo |= uses[name]
    return called


def _looked_up(part: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(part) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _constants(tree: ast.Module) -> set[str]:
    """The names that a cell binds to constants, and nowhere to anything else."""
    found, rest = set(), []
    elsewhere = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) and _is_constant(statement.value) else []
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if names and len(names) == len(targets):
            found.update(names)
        else:
            rest.append(statement)
    return found - elsewhere - names_in(ast.Module(rest, [])).binds if found else found


def _is_constant(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) or (isinstance(value, ast.Tuple) and all(map(_is_constant, value.elts)))


def _as_met(statement: ast.stmt) -> ast.stmt:
    """A definition as far as it runs when it is met: its decorators, defaults, bases and class body."""
    if isinstance(statement, ast.ClassDef):
        values = [*statement.decorator_list, *statement.bases, *(keyword.value for keyword in statement.keywords)]
        body = [_as_met(inner) for inner in statement.body]
        return ast.If(ast.Tuple(values, ast.Load()), [*body], [], lineno=statement.lineno, col_offset=0)
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        values = [*statement.decorator_list, *statement.args.defaults, *(d for d in statement.args.kw_defaults if d)]
        return ast.copy_location(ast.Expr(ast.Tuple(values, ast.Load())), statement)
    return statement
