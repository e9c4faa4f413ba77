"""How code differs from earlier code, for people: a unified diff without what differs in form alone.

Statements are compared by what they mean, so that comments, blank lines, brackets, quotes and docstrings are no
difference; they are shown as they are written. Secrets are hidden, see `secrets`.
"""

from __future__ import annotations

import ast
import difflib
import functools
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asset_magic.reading.secrets import hide_secrets, without_magics

_KEPT = 4096  # statements that are remembered: two texts that are compared share most of theirs
_AROUND = 2  # unchanged statements shown beside those that have changed
_OPENERS = re.compile(r"(?:async\s+)?(?:def|class)\b")
# Heads of statements can be read with something below or above them only.
_WHOLES = ("…", "…\n pass", "…\ndef _(): pass", "if _: pass\n…\n pass", "try: pass\n…\n pass", "match _:\n …\n  pass")
_NO_CODE = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement, or the head of one: what it means, where it begins, and how it is written, secrets hidden."""

    meaning: str
    line: int
    written: tuple[str, ...]


def code_difference(before: str, now: str) -> tuple[str, ...]:
    r"""The lines of a unified diff between two pieces of code; none if they differ in form alone.

    >>> print("\n".join(code_difference("def f(x):\n    return x + 1  # one more", "def f(x):\n\n    return x + 2")))
    @@ -1,2 +1,3 @@
     def f(x):
    -    return x + 1  # one more
    +    return x + 2
    >>> code_difference("f(1, 2)", "f( 1,2 )  # the same")
    ()
    """
    old, new = _statements(before), _statements(now)
    matcher = difflib.SequenceMatcher(None, [s.meaning for s in old], [s.meaning for s in new], autojunk=False)
    lines: list[str] = []
    for group in matcher.get_grouped_opcodes(_AROUND):
        if all(kind == "equal" for kind, *_ in group):
            continue
        removed, added = old[group[0][1] : group[-1][2]], new[group[0][3] : group[-1][4]]
        lines.append(f"@@ -{_range(removed)} +{_range(added)} @@")
        for kind, first, last, start, end in group:
            if kind == "equal":
                lines += _marked(" ", new[start:end])
            else:
                lines += _marked("-", old[first:last])
                lines += _marked("+", new[start:end])
    return tuple(lines)


def _marked(sign: str, statements: Sequence[_Statement]) -> Iterator[str]:
    return (f"{sign}{line}" for statement in statements for line in statement.written)


def _range(statements: Sequence[_Statement]) -> str:
    if not statements:
        return "0,0"
    first, last = statements[0], statements[-1]
    return f"{first.line},{last.line + len(last.written) - first.line}"


def _statements(text: str) -> list[_Statement]:
    text = textwrap.dedent(text.expandtabs()).strip("\n")
    hidden = hide_secrets(text).split("\n")
    lines = text.split("\n")
    try:
        blocks = list(_blocks(without_magics(text)))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        blocks = [(number, number) for number, line in enumerate(lines, 1) if line.strip()]
    found: list[_Statement] = []
    opened, margins = False, [0]
    for first, last in blocks:
        code, shown = "\n".join(lines[first - 1 : last]), "\n".join(hidden[first - 1 : last])
        for part, written in _apart(code, shown):
            if not (opened and _is_text(part)):  # else it is a docstring
                kept = tuple(line.rstrip() for line in written.split("\n") if line.strip())
                found.append(_Statement(f"{_level(part, margins)} {_meaning(part)}", first, kept))
            opened = bool(_OPENERS.match(part.lstrip()))
    return found


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The first and last line of each statement, or head of one. Comments of their own belong to none.

    Raises:
        tokenize.TokenError, SyntaxError: the text is no Python, as one with magics in it.
    """
    first = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.ERRORTOKEN and token.string.strip():
            raise SyntaxError(token.string)
        if token.type == tokenize.NEWLINE:
            yield first, token.start[0]
            first = 0
        elif token.type not in _NO_CODE and not first:
            first = token.start[0]


def _apart(code: str, shown: str) -> list[tuple[str, str]]:
    """The statements that share a line, each on one of its own; what is shown of the code is taken apart alike."""
    parts, written = _on_one_line(code), _on_one_line(shown)
    return list(zip(parts, written, strict=True)) if len(parts) == len(written) else [(code, shown)]


@functools.lru_cache(_KEPT)
def _on_one_line(code: str) -> tuple[str, ...]:
    margin, bare = code[: len(code) - len(code.lstrip())], textwrap.dedent(code)
    try:
        statements = ast.parse(bare).body
    except (SyntaxError, ValueError):
        return (code,)
    inside = getattr(statements[0], "body", None) if len(statements) == 1 else None
    if isinstance(inside, list):
        parts = [textwrap.indent(_before(inside[0], bare), margin)]
        margin += "    "
        statements = inside
    elif len(statements) < 2:
        return (code,)
    else:
        parts = []
    return (*parts, *(f"{margin}{ast.get_source_segment(bare, statement)}" for statement in statements))


def _before(statement: ast.stmt, text: str) -> str:
    """What stands before a statement, as the head of a function before its body."""
    lines = text.split("\n")
    last = lines[statement.lineno - 1].encode()[: statement.col_offset].decode()
    return "\n".join([*lines[: statement.lineno - 1], last]).rstrip()


@functools.lru_cache(_KEPT)
def _meaning(code: str) -> str:
    """The statement as Python itself would write it."""
    bare = textwrap.dedent(code).strip()
    for whole in _WHOLES:
        try:
            return ast.unparse(ast.parse(whole.replace("…", bare, 1)))
        except (SyntaxError, ValueError, RecursionError):
            continue
    return bare


def _level(code: str, margins: list[int]) -> int:
    """How deep a statement stands in blocks, whatever their indentation; ``margins`` are those of the open blocks."""
    margin = len(code) - len(code.lstrip())
    while margin < margins[-1]:
        margins.pop()
    if margin > margins[-1]:
        margins.append(margin)
    return len(margins)


def _is_text(code: str) -> bool:
    try:
        body = ast.parse(textwrap.dedent(code)).body
    except (SyntaxError, ValueError):
        return False
    return len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(getattr(body[0].value, "value", None), str)
