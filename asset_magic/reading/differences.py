"""How code differs from earlier code, for people: a unified diff without what differs in form alone.

Statements are compared by what they mean, so that comments, blank lines, brackets, quotes and docstrings are no
difference; they are shown as they are written. Secrets are hidden, see `secrets`.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asset_magic.reading.secrets import hide_secrets, without_magics

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
    opened = ""
    for first, last in blocks:
        code = "\n".join(lines[first - 1 : last])
        written = tuple(line.rstrip() for line in hidden[first - 1 : last] if line.strip())
        if not (opened and _is_text(code)):  # else it is a docstring
            found.append(_Statement(_meaning(code), first, written))
        opened = code if _OPENERS.match(code.lstrip()) else ""
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


def _meaning(code: str) -> str:
    """The statement as Python itself would write it, after its indentation."""
    margin = len(code) - len(code.lstrip())
    bare = textwrap.dedent(code).strip()
    for candidate in (
        bare,
        f"{bare}\n pass",
        f"{bare}\ndef _(): pass",
        f"try: pass\n{bare}\n pass",
        f"if _: pass\n{bare}\n pass",
    ):
        try:
            return f"{margin} {ast.unparse(ast.parse(candidate))}"
        except (SyntaxError, ValueError, RecursionError):
            continue
    return f"{margin} {bare}"


def _is_text(code: str) -> bool:
    try:
        body = ast.parse(textwrap.dedent(code)).body
    except (SyntaxError, ValueError):
        return False
    return len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(getattr(body[0].value, "value", None), str)
