"""Attributes that reading an object fills in, which are no part of what it is.

Three kinds are known: cached properties, what some libraries are known to keep, and, in classes of the reader's own,
a private attribute that begins as None and is only ever filled by methods that take nothing but ``self``, where they
have found it empty:

    @property
    def total(self):
        if self._total is None:
            self._total = sum(self.rows)
        return self._total

Anything else that a method sets is a change.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

_DESCRIPTORS = frozenset({"cached_property", "CachedProperty", "lazyproperty", "lazy_property", "reify"})
# What statsmodels writes anew at each reading, under names without an underscore.
_WORKING = frozenset({"diagn", "het_scale", "predict_start", "predict_end", "predict_dates"})
_OF_LIBRARIES = {
    "networkx": frozenset({"__networkx_cache__"}),
    "scipy": frozenset(
        {
            *("_has_sorted_indices", "_has_canonical_format", "numargs"),
            *("_transform", "_vertex_to_simplex", "_vertex_neighbor_vertices"),
        }
    ),
    "sklearn": frozenset({"_stop_words_id"}),
    "statsmodels": _WORKING,
    "pandas": frozenset({"_cache"}),
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_memos: WeakKeyDictionary[type, tuple[frozenset[str], frozenset[str]]] = WeakKeyDictionary()


def lazy_names(kind: type) -> frozenset[str]:
    """The attributes of instances of ``kind`` that reading fills in."""
    found, set_otherwise = set[str](), set[str]()
    for base in reversed(kind.__mro__):
        found |= _OF_LIBRARIES.get(base.__module__.partition(".")[0], frozenset())
        for name, part in vars(base).items():
            if type(part).__name__ in _DESCRIPTORS:
                found.add(name)
            else:
                found.discard(name)  # what a subclass puts in its place
        if _is_the_readers(base):
            memos, others = _memos_of(base)
            found |= memos
            set_otherwise |= others
    return frozenset(found - set_otherwise)


def working_state(kind: type, attributes: dict[str, Any]) -> set[str]:
    """Private attributes of a library that fills these in at every turn, but for those that hold its own objects."""
    if kind.__module__.partition(".")[0] != "statsmodels":
        return set()
    return {
        name
        for name, part in attributes.items()
        if name.startswith("_") and type(part).__module__.partition(".")[0] != "statsmodels"
    }


def shown_by(name: str, part: Any) -> list[tuple[str, Any]]:
    """What an attribute that reading filled in lets the reader see, by public name."""
    if name == "_cache" and type(part) is dict:  # statsmodels keeps what its properties give here
        return [(str(key), item) for key, item in part.items()]
    return [] if name.startswith("_") or name in _WORKING else [(name, part)]


def _is_the_readers(kind: type) -> bool:
    if kind.__module__ == "__main__":
        return True
    library = kind.__module__.partition(".")[0]
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file is not None and library not in sys.stdlib_module_names and "site-packages" not in file


def _memos_of(kind: type) -> tuple[frozenset[str], frozenset[str]]:
    """The private attributes that methods fill in where they find them empty, and those that they set otherwise."""
    known = _memos.get(kind)
    if known is None:
        filled, others = set[str](), set[str]()
        for method in _methods_of(kind):
            _look_at_method(method, filled, others)
        known = _memos[kind] = frozenset(filled), frozenset(others)
    return known


def _methods_of(kind: type) -> Iterator[FunctionType]:
    for part in vars(kind).values():
        inner = (part, *(getattr(part, name, None) for name in ("fget", "fset", "fdel", "func", "__func__")))
        yield from (method for method in inner if isinstance(method, FunctionType))


def _look_at_method(method: FunctionType, filled: set[str], others: set[str]) -> None:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
    except (OSError, TypeError, SyntaxError, ValueError):  # no text is known of it
        others.update(method.__code__.co_names)
        return
    for node in (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)):
        taken = ast.unparse(node.args)
        for name, value, empty in _assignments(node, taken.partition(",")[0]):
            if not (isinstance(value, ast.Constant) and value.value is None):
                (filled if name in empty and "," not in taken and name.startswith("_") else others).add(name)


def _assignments(method: ast.AST, me: str) -> Iterator[tuple[str, ast.expr | None, frozenset[str]]]:
    """Each attribute of ``me`` that is set: its name, the value, and the attributes that were found empty before."""
    work: list[tuple[ast.AST, frozenset[str]]] = [(method, frozenset())]
    for node, guards in work:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = None if isinstance(node, ast.AugAssign) else node.value
            for part in (part for target in targets for part in ast.walk(target)):
                if isinstance(part, ast.Attribute) and _is_name(part.value, me):
                    yield part.attr, value, guards
        inner = guards | _found_empty(node.test, me) if isinstance(node, ast.If) else guards
        if isinstance(node, ast.If):
            work += [(child, inner) for child in node.body] + [(child, guards) for child in node.orelse]
        else:
            work += [(child, guards) for child in ast.iter_child_nodes(node)]


def _found_empty(test: ast.expr, me: str) -> set[str]:
    """The attributes that ``test`` says are still empty: ``self.x is None``, ``not hasattr(self, "x")``."""
    match test:
        case ast.Compare(ast.Attribute(owner, name), [ast.Is() | ast.Eq()], [ast.Constant(None)]):
            return {name} if _is_name(owner, me) else set()
        case ast.UnaryOp(ast.Not(), ast.Call(ast.Name("hasattr"), [owner, ast.Constant(str(name))])):
            return {name} if _is_name(owner, me) else set()
    return set()


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
