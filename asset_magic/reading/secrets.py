"""What must not be shown: values under names such as ``api_token``, and what code writes down beside such names.

A literal in code is hidden where the code binds it to the name of a secret, passes it as one, compares it with one, or
writes it in a function or class called so, and wherever it looks like a credential by itself. What cannot be read as
Python is hidden from the first such name on. A secret that code calls by another name cannot be told from other text.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from itertools import pairwise

HIDDEN = "'…'"

_WORDS = frozenset(
    {"token", "tokens", "password", "passwords", "passwd", "passphrase", "pwd", "pw", "secret", "secrets", "credential"}
    | {"credentials", "creds", "auth", "oauth", "bearer", "cookie", "cookies", "jwt", "dsn"}
)
_KEYS = frozenset({"key", "keys"})
_INSIDE = ("password", "passwd", "secret", "token", "credential", "authoriz", "authentic", "apikey")
_SHAPES = re.compile(
    r"(?<=://)[^\s/:@'\"]*:[^\s/@'\"]+(?=@)"
    r"|\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_A-Za-z0-9]{12,}|\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}|\bglpat-[-\w]{12,}"
    r"|\bxox[abeprs]-[-\w]{8,}|\bAKIA[A-Z0-9]{12,}|\bAIza[-\w]{20,}|\bhf_\w{16,}|\beyJ[-\w]{10,}\.[-\w.]+"
    r"|(?i:\b(?:bearer|basic)\s+[-\w.~+/]{6,}=*)|-----BEGIN[^-]*PRIVATE KEY-----"
)
_MAGIC = re.compile(r"(?m)^([ \t]*)(?:[\w, ]+= *)?[%!].*$")
_LITERALS = (str, bytes, int, float, complex)

Span = tuple[int, int]


def is_secret(name: str) -> bool:
    """Whether what goes by this name must not be shown.

    >>> [is_secret(name) for name in ("API_KEY", "dbPassword", "auth", "apitoken", "rate", "monkey", "authors")]
    [True, True, True, True, False, False, False]
    """
    return not _KEYS.isdisjoint(_parts(name)) or _names_secret(name)


def looks_secret(text: str) -> bool:
    """Whether a text is a credential by its looks, or has one in it.

    >>> looks_secret("postgres://me:hunter2@host/db"), looks_secret("https://host/db")
    (True, False)
    """
    return _SHAPES.search(text) is not None


def hide_secrets(text: str) -> str:
    r"""Code with the literals hidden that may be secrets; every line stays on its line.

    >>> print(hide_secrets('token = "abc"\nsend(rows, password="x")\nrate = 2'))
    token = '…'
    send(rows, password='…')
    rate = 2
    """
    python = without_magics(text)
    try:
        tree = ast.parse(python)
    except (SyntaxError, ValueError, RecursionError):
        return "\n".join(map(_hide_in_line, text.split("\n")))
    pairs = zip(text.split("\n"), python.split("\n"), strict=True)
    text = "\n".join(line if line == kept else _hide_in_line(line) for line, kept in pairs)
    starts = _line_starts(text)
    spans = [_span(node, starts, text) for node in _secret_literals(tree)]
    for start, end in sorted(_outermost([*spans, *_comments(python, starts)]), reverse=True):
        breaks = "\n" * text.count("\n", start, end)
        text = text[:start] + ("# …" if text[start] == "#" else HIDDEN) + breaks + text[end:]
    return _SHAPES.sub("…", text)


def without_magics(text: str) -> str:
    r"""The text with each line that is a magic or a shell command replaced by one that does nothing.

    >>> without_magics("x = 1\nout = !ls\n%time f()")
    'x = 1\npass\npass'
    """
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return _MAGIC.sub(r"\1pass", text)
    return text


def _parts(name: str) -> list[str]:
    """The words of a name.

    >>> _parts("dbPassword2"), _parts("API_KEY")
    (['db', 'password'], ['api', 'key'])
    """
    spaced = re.sub(r"([a-z])([A-Z])", r"\1_\2", name)
    return [part for part in re.split(r"[^a-z]+", spaced.lower()) if part]


def _names_secret(name: str) -> bool:
    """The same, aside from names that are only called a key, as those of dicts and of sorting are."""
    parts = _parts(name)
    if not _WORDS.isdisjoint(parts) or any(word in name.lower() for word in _INSIDE):
        return True
    pairs = set(pairwise(parts))
    return any((first, key) in pairs for first in ("api", "access", "private", "secret", "my") for key in _KEYS)


def _secret_literals(tree: ast.AST) -> Iterator[ast.expr]:
    """The literals that stand beside the name of a secret."""
    for node in ast.walk(tree):
        for value in _beside_secret(node):
            yield from _literals(value)


def _beside_secret(node: ast.AST) -> Iterator[ast.AST | None]:
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield node.value if any(map(_is_secret_target, targets)) else None
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and _is_secret_target(node.target):
        yield node.iter
    elif isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if _is_secret_text(key))
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from sides if any(_is_secret_target(side) for side in sides) else ()
    elif isinstance(node, ast.Match) and _is_secret_target(node.subject):
        yield from (case.pattern for case in node.cases)
    elif isinstance(node, ast.Call):
        yield from _secret_arguments(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        yield from _secret_defaults(node.args)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and _names_secret(node.name):
        yield from node.body


def _secret_arguments(call: ast.Call) -> Iterator[ast.expr]:
    for keyword in call.keywords:
        sorting = keyword.arg == "key" and isinstance(keyword.value, ast.Lambda)
        if keyword.arg is not None and is_secret(keyword.arg) and not sorting:
            yield keyword.value
    named = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if _names_secret(named):
        yield from call.args
        yield from (keyword.value for keyword in call.keywords)
    for before, after in pairwise(call.args):
        if _is_secret_text(before):
            yield after


def _secret_defaults(arguments: ast.arguments) -> Iterator[ast.expr]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = arguments.defaults
    pairs = [*zip(positional[len(positional) - len(defaults) :], defaults, strict=True)]
    pairs += [(name, value) for name, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    yield from (value for name, value in pairs if is_secret(name.arg))


def _is_secret_target(node: ast.AST) -> bool:
    if isinstance(node, (ast.Tuple, ast.List)):
        return any(map(_is_secret_target, node.elts))
    if isinstance(node, ast.Starred):
        return _is_secret_target(node.value)
    if isinstance(node, ast.Subscript):
        return _is_secret_text(node.slice) or _is_secret_target(node.value)
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return is_secret(name)


def _is_secret_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and is_secret(node.value[:80])


def _literals(node: ast.AST | None) -> Iterator[ast.expr]:
    """The literals in an expression or pattern."""
    work = [node] if node is not None else []
    for inner in work:
        if isinstance(inner, ast.JoinedStr):  # where its parts stand is known from Python 3.12 on only
            yield inner
        elif isinstance(inner, ast.Constant):
            if isinstance(inner.value, _LITERALS) and not isinstance(inner.value, bool):
                yield inner
        else:
            work.extend(ast.iter_child_nodes(inner))


def _comments(text: str, starts: list[int]) -> Iterator[Span]:
    """The comments that speak of a secret."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            words = re.findall(r"\w+", token.string) if token.type == tokenize.COMMENT else ()
            if any(map(_names_secret, words)):
                yield starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1]
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return


def _span(node: ast.expr, starts: list[int], text: str) -> Span:
    """Where a node stands in the text, whose columns are counted in bytes."""

    def place(line: int, column: int) -> int:
        start = starts[line - 1]
        end = text.find("\n", start)
        return start + len(text[start : end if end >= 0 else None].encode()[:column].decode("utf-8", "replace"))

    return (
        place(node.lineno, node.col_offset),
        place(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset),
    )


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _outermost(spans: Iterable[Span]) -> Iterator[Span]:
    reached = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if start >= reached:
            yield start, end
            reached = end


def _hide_in_line(line: str) -> str:
    """A line that is no Python, as of a shell or a magic, up to the first name of a secret."""
    for found in re.finditer(r"\w+", line):
        if is_secret(found[0]) and line[found.end() :].strip():
            return f"{line[: found.end()]} …"
    return _SHAPES.sub("…", line)
