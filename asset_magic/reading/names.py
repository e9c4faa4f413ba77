"""The names that a piece of code reads from the notebook, and those that it binds."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from typing import NamedTuple

import asset_magic.reading.branches  # noqa: F401 - registers the reading of control flow
from asset_magic.reading.walk import NODE_FIELDS, Walk

_OPAQUE_NAMES = frozenset({"exec", "eval", "globals", "get_ipython"})
_DEEP = 20_000
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Names:
    """What a piece of code does with the names of the namespace that it runs in.

    Attributes:
        reads: names looked up outside: they may be read before the code itself has surely bound them.
        binds: names that it binds in some branch, and does not delete in the end.
        touches: of the reads, names whose value the code visibly may change in place: by an assignment to an
            attribute or item, ``del``, ``+=``, by calling a method, or by passing it to a call.
        opaque: it may read or bind names that reading cannot see: a star import, ``eval``, ``%run``.
        binds_unseen: it may bind such names, so that what it reads it may have bound itself.
        awaits: it awaits at the top level.
        optional: of the reads, names that the code can do without: those that IPython fills in where they exist
            (``!echo $name``).
        perhaps: of the names that it binds, those that may be unbound in the end, as it binds them only in some branch.
    """

    reads: frozenset[str]
    binds: frozenset[str]
    touches: frozenset[str] = frozenset()
    opaque: bool = False
    binds_unseen: bool = False
    awaits: bool = False
    optional: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()


def names_in(tree: ast.Module) -> Names:
    r"""The names that top-level code reads and binds, found without running it.

    Reading is static and errs on the side of reading: both branches count, and a name bound in only one of them is
    read as well as bound. A function's names are looked up when it can first run. Builtins are names like any other.
    A ``with`` body is taken to run to its end unless its manager's name says that it swallows errors (``suppress``).

    Args:
        tree: parsed code, as IPython's input transformation gives it.

    >>> names = names_in(ast.parse("orders = raw.dropna()\nfor i in orders: total = i"))
    >>> sorted(names.reads), sorted(names.binds)
    (['raw'], ['i', 'orders', 'total'])
    """
    try:
        return _read(tree)
    except RecursionError:
        # Generated code nests deeper than a walk may go by default. The walk is pure Python, so the C stack is safe.
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _DEEP))
        try:
            return _read(tree)
        finally:
            sys.setrecursionlimit(limit)


def _read(tree: ast.Module) -> Names:
    walk = Walk(annotations=not _postpones_annotations(tree))
    walk.body(tree.body)
    walk.finish()
    reads = walk.reads | walk.optional
    binds = frozenset(walk.module.path.maybe | walk.rebound)
    return Names(
        reads=frozenset(reads - {"get_ipython"}),
        binds=binds,
        touches=frozenset(walk.touched & reads),
        opaque=walk.opaque or not _OPAQUE_NAMES.isdisjoint(reads),
        binds_unseen=walk.opaque or not (_OPAQUE_NAMES - {"eval"}).isdisjoint(reads),
        awaits=walk.awaits,
        optional=frozenset(walk.optional - walk.reads),
        perhaps=binds - walk.module.path.bound,
    )


def _postpones_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body[:3]
    )


class Strings(NamedTuple):
    """What the strings in a piece of code may name.

    Attributes:
        files: strings that could name files, in order, each once.
        words: all words in them that could be names of variables.
    """

    files: tuple[str, ...]
    words: frozenset[str]


def strings_in(tree: ast.AST) -> Strings:
    """The strings in the code, as far as they may name something.

    >>> found = strings_in(ast.parse("pd.read_csv('data/orders.csv', sep=',').query('a < @limit')"))
    >>> found.files
    ('data/orders.csv',)
    >>> sorted(found.words)
    ['a', 'csv', 'data', 'limit', 'orders']
    """
    files: dict[str, None] = {}
    words: set[str] = set()
    stack: list[tuple[ast.AST, bool]] = [(tree, True)]
    while stack:
        node, whole = stack.pop()
        kind = node.__class__
        if kind is ast.Constant:
            value = node.value  # type: ignore[attr-defined]
            if value.__class__ is str:
                words.update(words_in(value))
                if whole and may_name_file(value):
                    files[value] = None
        elif not (kind is ast.Expr and node.value.__class__ is ast.Constant):  # type: ignore[attr-defined]
            whole = whole and kind is not ast.JoinedStr
            for field in reversed(NODE_FIELDS[kind]):
                value = getattr(node, field, None)
                if value.__class__ is list:
                    stack.extend((item, whole) for item in reversed(value) if isinstance(item, ast.AST))
                elif isinstance(value, ast.AST):
                    stack.append((value, whole))
    return Strings(tuple(files), frozenset(words))


def words_in(text: str) -> list[str]:
    """The words in ``text`` that could be names.

    >>> words_in("select * from orders where a < {limit}")
    ['select', 'from', 'orders', 'where', 'a', 'limit']
    """
    return _WORD.findall(text)


def may_name_file(text: str) -> bool:
    """Whether ``text`` could be the name of a file: short, of one line, with a dot or a slash, and no address.

    >>> may_name_file("orders.csv"), may_name_file("https://example.org/orders.csv"), may_name_file("orders")
    (True, False, False)
    """
    return (
        0 < len(text) < 260
        and ("." in text or "/" in text)
        and "\n" not in text
        and "\0" not in text
        and "://" not in text
        and text.strip("./ ") != ""
    )
