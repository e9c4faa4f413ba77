"""Names that plain code reads by way of text: queries, formulas, SQL, and what it hands to ``eval``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from asset_magic.reading.names import names_in, words_in

_RUNS_TEXT = frozenset({"eval", "exec"})
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_AT = re.compile(r"(?<!\w)@\s*([^\W\d]\w*)")
_FORMULA = re.compile(r"[\w)\]]\s*~\s*[\w(]")
_SELECTS = re.compile(r"\bselect\b", re.IGNORECASE)
_TABLES = re.compile(r"\b(?:from|join)\s+([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)", re.IGNORECASE)


def quoted_names(statements: Iterable[ast.stmt]) -> frozenset[str]:
    r"""The names that the strings in ``statements`` look up when these run; what definitions hold is left aside.

    Only strings that look like code of some kind count: words of a message are no names.

    >>> code = "few = df.query('a < @limit')\nprint('the limit of rate')\ny = eval('x + 1')"
    >>> sorted(quoted_names(ast.parse(code).body))
    ['limit', 'x']
    >>> sorted(quoted_names(ast.parse("duckdb.sql('select a from orders join shops using (id)')").body))
    ['orders', 'shops']
    """
    found: set[str] = set()
    for node in _run_at_once(statements):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(_looked_up_by(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RUNS_TEXT:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.update(_read_by(argument.value))
    return frozenset(found)


def _read_by(code: str) -> frozenset[str]:
    try:
        return names_in(ast.parse(code.strip())).reads
    except SyntaxError:  # it may still be put together from parts
        return frozenset(words_in(code))


def _looked_up_by(text: str) -> Iterator[str]:
    yield from _AT.findall(text)
    if _FORMULA.search(text):
        yield from words_in(text)
    if _SELECTS.search(text):
        for tables in _TABLES.findall(text):
            yield from words_in(tables)


def _run_at_once(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    todo: list[ast.AST] = list(statements)
    while todo:
        node = todo.pop()
        if not isinstance(node, _DEFINITIONS):
            yield node
            todo.extend(ast.iter_child_nodes(node))
