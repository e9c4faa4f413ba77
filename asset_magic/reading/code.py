"""The version of a piece of code: a hash of what it means, the same for every way of writing and for every Python."""

from __future__ import annotations

import ast
from typing import Any

from xxhash import xxh3_128_hexdigest

_SKIPPED = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class _Shapes(dict[type[ast.AST], tuple[str, tuple[str, ...]]]):
    """For each kind of node, its name, and the fields that carry meaning, last first."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, tuple[str, ...]]:
        fields = tuple(name for name in reversed(kind._fields) if name not in _SKIPPED)
        shape = self[kind] = (kind.__name__, fields)
        return shape


_SHAPES = _Shapes()


def code_version(tree: ast.AST) -> str:
    """The version of code: 32 hexadecimal digits that change when, and only when, its `normal_form` does.

    >>> code_version(ast.parse("x = 1  # one")) == code_version(ast.parse("x=(1)"))
    True
    >>> len(code_version(ast.parse("x = 1")))
    32
    """
    return xxh3_128_hexdigest(normal_form(tree).encode())


def normal_form(tree: ast.AST) -> str:
    r"""A text of what the code means, the same on every version of Python.

    Comments, formatting, quotes, positions and the docstrings of functions and classes are left out; a body that is
    nothing but a docstring reads as ``pass``. Constants count with their types: ``1``, ``1.0`` and ``True`` differ.

    >>> normal_form(ast.parse("x = -1"))
    "Module(body=[Assign(targets=[Name(id='x')]value=UnaryOp(op=USub()operand=Constant(value=int:1)))])"
    >>> normal_form(ast.parse("def f():\n    'Docs.'")) == normal_form(ast.parse("def f(): pass"))
    True
    """
    out: list[str] = []
    # A stack of our own and not recursion: generated code nests deeper than Python may.
    stack: list[Any] = [tree]
    while stack:
        item = stack.pop()
        kind = item.__class__
        if kind is str:
            out.append(item)
            continue
        name, fields = _SHAPES[kind]
        if kind is ast.Constant or kind is ast.MatchSingleton:
            out.append(f"{name}(value={_constant(item.value)})")
        elif not fields:
            out.append(name + "()")
        else:
            out.append(name + "(")
            stack.append(")")
            for field in fields:
                value = getattr(item, field, None)
                if value.__class__ is list:
                    if value:
                        _push_list(stack, kind, field, value)
                elif isinstance(value, ast.AST):
                    if field != "format_spec" or _pieces(value.values):  # type: ignore[attr-defined]
                        stack += (value, field + "=")
                elif value is not None:
                    stack.append(f"{field}={_constant(value)}")
    return "".join(out)


def _push_list(stack: list[Any], kind: type[ast.AST], field: str, values: list[Any]) -> None:
    """Put the nodes or constants of a field on the stack, which is read from its end."""
    if field == "body" and kind in _DOCUMENTED:
        values = _without_docstring(values)
    elif kind is ast.JoinedStr:
        values = _pieces(values)
    stack.append("]")
    stack += [item if isinstance(item, ast.AST) else _constant(item) + "," for item in reversed(values)]
    stack.append(field + "=[")


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:] or [ast.Pass()]
    return body


def _pieces(values: list[ast.expr]) -> list[ast.expr]:
    """The parts of an f-string. Python 3.12 splits the text between them otherwise, and adds empty ones."""
    pieces: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant):
            if pieces and isinstance(last := pieces[-1], ast.Constant):
                pieces[-1] = ast.Constant(str(last.value) + str(value.value))
                continue
            if value.value == "":
                continue
        pieces.append(value)
    return pieces


def _constant(value: object) -> str:
    kind = value.__class__
    if kind is str:
        # Not repr: which characters it prints as they are depends on Python's table of Unicode.
        return ascii(value)
    if kind is int:
        try:
            return f"int:{value}"
        except ValueError:  # more digits than Python converts
            return f"int:{value:#x}"
    return f"{kind.__name__}:{value!r}"
