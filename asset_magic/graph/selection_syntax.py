"""Reading the text of a selection.

The grammar is Dagster's, with some room for how people type: a bare name means ``key:name``, a comma means ``or``,
and values such as ``owner:team:data`` need no quotes.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import NoReturn

from asset_magic.graph.selection_nodes import (
    NAME,
    RESERVED,
    VALUE,
    All,
    And,
    Applied,
    Group,
    Is,
    Key,
    KeyPrefix,
    KeySubstring,
    Kind,
    Labelled,
    Neighbors,
    Not,
    Or,
    Owner,
    Reach,
    Roots,
    Selection,
    Sinks,
    Status,
    Tag,
)
from asset_magic.model.errors import SelectionError, shortened

MAX_DEPTH = 50
"""How deep a selection may nest: far beyond what people write, well inside Python's own limit on recursion."""

CHOICES = {"is": ("external", "materializable"), "status": ("fresh", "stale", "missing", "failed")}
ATTRIBUTES = ("key", "group", "tag", "kind", "owner", *CHOICES, "key_prefix", "key_substring")
ELSEWHERE = (
    "code_location",
    "column",
    "column_tag",
    "table_name",
    "changed_in_branch",
    "partitions",
    "automation_type",
    "sensor",
    "schedule",
    "job",
)
"""Attributes of Dagster's that nothing in a notebook has."""

_SPACE = re.compile(r"\s*")
_KEY = re.compile(NAME.pattern + r"|\*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PREFIX = re.compile(r"(\w+)\s*:")
_OPEN = re.compile(r"(?:(sinks|roots|required_multi_asset_neighbors)\s*)?\(")
_UP = re.compile(r"(\d*)\s*\+")
_DOWN = re.compile(r"\+\s*(\d*)")
_STAR = re.compile(r"\*(?![\w/*])")
_CLOSE, _EQUALS, _NULL = re.compile(r"\)"), re.compile("="), re.compile("<null>")
_OR = re.compile(r",|(?:or|OR)\b")
_AND = re.compile(r"(?:and|AND)\b")
_NOT = re.compile(r"(?:not|NOT)\b")
_HINTS = {
    "&": "write 'and'",
    "|": "write 'or'",
    **dict.fromkeys("!~", "write 'not'"),
    "-": "write 'and not'; a name with '-' in it needs quotes",
    "=": "only tag:key=value takes '='",
}
_FUNCTIONS: dict[str, type[Applied]] = {node.function: node for node in (Sinks, Roots, Neighbors)}
_LABELLED: dict[str, type[Labelled]] = {
    node.attribute: node for node in (KeyPrefix, KeySubstring, Group, Kind, Owner, Is, Status)
}
_MAY_LACK = ("group", "tag", "kind", "owner")


def parse(text: str) -> Selection:
    """Reads a selection, such as ``+orders and group:ingestion``.

    Raises:
        SelectionError: the text is no selection; the message has the text with a caret under the column.

    >>> parse("+orders and not (group:raw, kind:csv)")
    parse('+orders and not (group:raw or kind:csv)')
    >>> print(parse("1+key:orders+ OR tag:tier=gold"))
    1+orders+ or tag:tier=gold
    """
    parser = _Parser(text)
    if parser.at == len(text):
        raise SelectionError("the selection is empty: write * for every asset")
    selection = parser.union()
    if parser.at < len(text):
        parser.fail_after_operand()
    return selection


def listed(text: str) -> str:
    """Text that may be a bare list of names, as a selection: ``a raw/b`` as ``a or raw/b``, other text as it is."""
    words = text.split()
    names_alone = len(words) > 1 and all(NAME.fullmatch(word) and word not in RESERVED for word in words)
    return " or ".join(words) if names_alone else text


class _Parser:
    """Recursive descent; each method reads one level of the grammar and leaves `at` behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = len(text) - len(text.lstrip())
        self.depth = 0
        self.last = ""

    def union(self) -> Selection:
        found = [self.intersection()]
        while self.take(_OR):
            found.append(self.intersection())
        return Or.of(*found)

    def intersection(self) -> Selection:
        found = [self.operand()]
        while self.take(_AND):
            found.append(self.operand())
        return And.of(*found)

    def operand(self) -> Selection:
        """A term, with ``not`` before it and ``+`` around it."""
        before = self.depth
        while self.take(_NOT):
            self.deeper()
        nots = self.depth - before
        up = self.levels(self.take(_UP))
        selection = self.term()
        down = self.levels(self.take(_DOWN))
        if up != 0 or down != 0:
            selection = Reach(selection, up, down)
        for _ in range(nots):
            selection = Not(selection)
        self.depth = before
        return selection

    def term(self) -> Selection:
        start = self.at
        if opened := self.take(_OPEN):
            inner = self.until_closed(start + len(opened[0].rstrip()) - 1)
            return _FUNCTIONS[opened[1]](inner) if opened[1] else inner
        if prefix := self.take(_PREFIX):
            return self.attribute(prefix[1], start)
        if self.text.startswith(('"', "'"), start):
            return Key(self.quoted())
        if self.take(_STAR):
            return All()
        name = NAME.match(self.text, start)
        if not name or name[0] in RESERVED:
            self.fail_at_operand()
        self.take(NAME)
        return Key(name[0])

    def until_closed(self, opened_at: int) -> Selection:
        self.deeper()
        inner = self.union()
        if not self.take(_CLOSE):
            if self.at < len(self.text):
                self.fail_after_operand()
            self.fail("this '(' is not closed", opened_at)
        self.depth -= 1
        return inner

    def attribute(self, name: str, start: int) -> Selection:
        if name in ELSEWHERE:
            self.fail(f"Dagster's '{name}:' says nothing of a notebook: there are {', '.join(ATTRIBUTES)}", start)
        if name not in ATTRIBUTES:
            self.fail(f"unknown attribute '{shortened(name)}:'{_nearest(name, ATTRIBUTES)}", start)
        if name == "key":
            return Key(self.value(name, _KEY))
        if name == "tag":
            return self.tag()
        if name in _MAY_LACK and self.take(_NULL):
            return _LABELLED[name](None)
        value_at = self.at
        value = self.value(name, VALUE)
        if name in CHOICES:
            if value.lower() not in CHOICES[name]:
                self.fail(f"unknown {name}:{shortened(value)}{_nearest(value.lower(), CHOICES[name])}", value_at)
            value = value.lower()
        return _LABELLED[name](value)

    def tag(self) -> Tag:
        if self.take(_NULL):
            return Tag(None)
        key = self.value("tag", VALUE)
        if not self.take(_EQUALS):
            return Tag(key)
        return Tag(key, "" if self.take(_NULL) else self.value("tag", VALUE, may_be_empty=True))

    def value(self, name: str, unquoted: re.Pattern[str], *, may_be_empty: bool = False) -> str:
        if self.text.startswith(('"', "'"), self.at):
            return self.quoted(may_be_empty=may_be_empty)
        found = unquoted.match(self.text, self.at)
        if not found or found[0] in RESERVED:
            self.fail(f"{name}: needs a value")
        self.take(unquoted)
        return found[0]

    def quoted(self, *, may_be_empty: bool = False) -> str:
        start = self.at
        found = self.take(_QUOTED)
        if not found:
            self.fail("this quote is not closed", start)
        content = found[0][1:-1]
        if not (content.strip() or may_be_empty):
            self.fail("there is no name in these quotes", start)
        return content

    def levels(self, sign: re.Match[str] | None) -> int | None:
        if sign is None:
            return 0
        if len(sign[1]) > 9:
            self.fail("too many levels: leave the number out for all of them", sign.start(1))
        return int(sign[1]) if sign[1] else None

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"the selection is nested more than {MAX_DEPTH} deep")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = _SPACE.match(self.text, found.end()).end()  # type: ignore[union-attr]
            self.last = found[0].strip()
        return found

    def fail_at_operand(self) -> NoReturn:
        after = f" after '{shortened(self.last)}'" if self.last else ""
        if self.at == len(self.text):
            self.fail(f"the selection ends too early{after}")
        char = self.text[self.at]
        word = NAME.match(self.text, self.at)
        self.fail(f"expected an asset{after}, not '{shortened(word[0]) if word else char}'{_hint(char)}")

    def fail_after_operand(self) -> NoReturn:
        char = self.text[self.at]
        if char == ")":
            self.fail("this ')' closes nothing")
        word = NAME.match(self.text, self.at)
        if word and word[0].lower() in RESERVED:
            self.fail(f"write {word[0].lower()!r} in lower case")
        if word or char in "*\"'(" or char.isdigit():
            self.fail(f"expected 'and' or 'or' here{self.meant(word[0] if word else char)}")
        self.fail(f"unexpected {char!r}{_hint(char)}")

    def meant(self, following: str) -> str:
        if following == "(":
            near = difflib.get_close_matches(self.last, _FUNCTIONS, 1)
            return f": did you mean {near[0]}(...)?" if near else ""
        plain = NAME.fullmatch(self.last) and NAME.match(following)
        return f": did you mean '{shortened(f'{self.last} or {following}')}'?" if plain else ""

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        raise SelectionError(f"{message}\n{_pointed(self.text, self.at if at is None else at)}")


def _pointed(text: str, at: int, width: int = 72) -> str:
    """The part of the text around a column, on one line, and a caret under the column."""
    start = max(0, at - width + 12)
    shown = "".join([char if char.isprintable() else " " for char in text[start : start + width]])
    return f"  {shown.rstrip()}\n  {' ' * sum(map(_columns, shown[: at - start]))}^"


def _columns(char: str) -> int:
    """How wide a character is where all letters are of one width."""
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _nearest(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f": did you mean {near[0]}?" if near else f": there are {', '.join(known)}"


def _hint(char: str) -> str:
    return f": {_HINTS[char]}" if char in _HINTS else ""
