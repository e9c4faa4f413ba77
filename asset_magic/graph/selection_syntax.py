"""The text of selections: what a selection is made of, reading it and printing it.

Which assets a selection stands for is the business of `asset_magic.graph.selection`; nothing here knows a graph.

The grammar is Dagster's, with some room for how people type: a bare name means ``key:name``, a comma means ``or``,
and values such as ``owner:team:data`` need no quotes.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from asset_magic.model.errors import SelectionError

MAX_DEPTH = 50
"""How deep a selection may nest: far beyond what people write, well inside Python's own limit on recursion."""

CHOICES = {"is": ("external", "materializable"), "status": ("fresh", "stale", "missing", "failed")}
ATTRIBUTES = ("key", "group", "tag", "kind", "owner", *CHOICES)

_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"(?:[^\W\d]|\*(?=[\w/*]))[\w/*]*")
_KEY = re.compile(_NAME.pattern + r"|\*")
_VALUE = re.compile(r"[\w./:@*#-]+")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PREFIX = re.compile(r"(\w+)\s*:")
_OPEN = re.compile(r"(?:(sinks|roots)\s*)?\(")
_UP = re.compile(r"(\d*)\s*\+")
_DOWN = re.compile(r"\+\s*(\d*)")
_STAR = re.compile(r"\*(?![\w/*])")
_CLOSE, _EQUALS, _NULL = re.compile(r"\)"), re.compile("="), re.compile("<null>")
_OR = re.compile(r",|(?:or|OR)\b")
_AND = re.compile(r"(?:and|AND)\b")
_NOT = re.compile(r"(?:not|NOT)\b")
_RESERVED = frozenset({"and", "or", "not", "AND", "OR", "NOT"})
_HINTS = {
    "&": "write 'and'",
    "|": "write 'or'",
    **dict.fromkeys("!~", "write 'not'"),
    "-": "write 'and not'; a name with '-' in it needs quotes",
    "=": "only tag:key=value takes '='",
}


class Selection:
    """A part of a graph of assets, described rather than listed. `str` prints it so that `parse` reads it back."""

    __slots__ = ()
    binds: ClassVar[int] = 5
    """How tightly the text of this node holds together: 1 for ``or`` up to 5 for what needs no parentheses."""

    def __repr__(self) -> str:
        return f"parse({str(self)!r})"


@dataclass(frozen=True, slots=True, repr=False)
class All(Selection):
    """Every asset: ``*``."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True, repr=False)
class Key(Selection):
    """The asset of that name, or all whose key fits, where the pattern has a ``*``."""

    pattern: str

    def __str__(self) -> str:
        text = _value_text(self.pattern, _NAME)
        return text if text == self.pattern else f"key:{text}"


@dataclass(frozen=True, slots=True, repr=False)
class Labelled(Selection):
    """The assets that one attribute describes; None stands for assets that have none of it."""

    pattern: str | None
    attribute: ClassVar[str] = ""

    def __str__(self) -> str:
        return f"{self.attribute}:{_value_text(self.pattern)}"


class Group(Labelled):
    """The assets of a group."""

    attribute = "group"


class Kind(Labelled):
    """The assets of a kind, such as ``pandas``."""

    attribute = "kind"


class Owner(Labelled):
    """The assets of an owner, such as ``team:data``."""

    attribute = "owner"


class Is(Labelled):
    """The assets made elsewhere (``external``) or here (``materializable``)."""

    attribute = "is"


class Status(Labelled):
    """The assets that are ``fresh``, ``stale``, ``missing``, or whose last run ``failed``."""

    attribute = "status"


@dataclass(frozen=True, slots=True, repr=False)
class Tag(Selection):
    """The assets with a tag; ``value`` None for any value, ``key`` None for assets without tags."""

    key: str | None
    value: str | None = None

    def __str__(self) -> str:
        return f"tag:{_value_text(self.key)}" + ("" if self.value is None else f"={_value_text(self.value)}")


@dataclass(frozen=True, slots=True, repr=False)
class Reach(Selection):
    """A selection and what lies around it: so many levels up and down, 0 for none, None for all of them.

    ``+x`` goes up, ``x+`` down; ``1+x+1`` is both from x, united (and not what is below of what is above).
    """

    operand: Selection
    up: int | None = 0
    down: int | None = 0
    binds: ClassVar[int] = 4

    def __str__(self) -> str:
        up = "" if self.up == 0 else f"{'' if self.up is None else self.up}+"
        down = "" if self.down == 0 else f"+{'' if self.down is None else self.down}"
        return f"{up}{_inside(self.operand, 5)}{down}"


@dataclass(frozen=True, slots=True, repr=False)
class Sinks(Selection):
    """Those of a selection with nothing of it below them."""

    operand: Selection

    def __str__(self) -> str:
        return f"sinks({self.operand})"


@dataclass(frozen=True, slots=True, repr=False)
class Roots(Selection):
    """Those of a selection with nothing of it above them."""

    operand: Selection

    def __str__(self) -> str:
        return f"roots({self.operand})"


@dataclass(frozen=True, slots=True, repr=False)
class Not(Selection):
    """Every asset but these."""

    operand: Selection
    binds: ClassVar[int] = 3

    def __str__(self) -> str:
        return f"not {_inside(self.operand, 3)}"


@dataclass(frozen=True, slots=True, repr=False)
class Joined(Selection):
    """Two selections or more, joined by one word."""

    operands: tuple[Selection, ...]
    word: ClassVar[str] = ""

    def __str__(self) -> str:
        return f" {self.word} ".join([_inside(operand, self.binds + 1) for operand in self.operands])


class And(Joined):
    """What is in each of the operands."""

    binds = 2
    word = "and"


class Or(Joined):
    """What is in any of the operands."""

    binds = 1
    word = "or"


_LABELLED: dict[str, type[Labelled]] = {node.attribute: node for node in (Group, Kind, Owner, Is, Status)}


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
        return _joined(Or, found)

    def intersection(self) -> Selection:
        found = [self.operand()]
        while self.take(_AND):
            found.append(self.operand())
        return _joined(And, found)

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
            return {"sinks": Sinks, "roots": Roots}[opened[1]](inner) if opened[1] else inner
        if prefix := self.take(_PREFIX):
            return self.attribute(prefix[1], start)
        if self.text.startswith(('"', "'"), start):
            return Key(self.quoted())
        if self.take(_STAR):
            return All()
        name = _NAME.match(self.text, start)
        if not name or name[0] in _RESERVED:
            self.fail_at_operand()
        self.take(_NAME)
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
        if name not in ATTRIBUTES:
            self.fail(f"unknown attribute '{name}:'{_nearest(name, ATTRIBUTES)}", start)
        if name == "key":
            return Key(self.value(name, _KEY))
        if name in ("tag", "kind", "owner") and self.take(_NULL):
            return _LABELLED[name](None) if name != "tag" else Tag(None)
        value_at = self.at
        value = self.value(name, _VALUE)
        if name == "tag":
            return Tag(value, self.value(name, _VALUE) if self.take(_EQUALS) else None)
        if name in CHOICES and value not in CHOICES[name]:
            self.fail(f"unknown {name}:{value}{_nearest(value, CHOICES[name])}", value_at)
        return _LABELLED[name](value)

    def value(self, name: str, unquoted: re.Pattern[str]) -> str:
        if self.text.startswith(('"', "'"), self.at):
            return self.quoted()
        found = unquoted.match(self.text, self.at)
        if not found or found[0] in _RESERVED:
            self.fail(f"{name}: needs a value")
        self.take(unquoted)
        return found[0]

    def quoted(self) -> str:
        start = self.at
        found = self.take(_QUOTED)
        if not found:
            self.fail("this quote is not closed", start)
        content = found[0][1:-1]
        if not content.strip():
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
        after = f" after '{self.last}'" if self.last else ""
        if self.at == len(self.text):
            self.fail(f"the selection ends too early{after}")
        char = self.text[self.at]
        word = _NAME.match(self.text, self.at)
        self.fail(f"expected an asset{after}, not '{word[0] if word else char}'{_hint(char)}")

    def fail_after_operand(self) -> NoReturn:
        char = self.text[self.at]
        if char == ")":
            self.fail("this ')' closes nothing")
        word = _NAME.match(self.text, self.at)
        if word and word[0].lower() in _RESERVED:
            self.fail(f"write {word[0].lower()!r} in lower case")
        if word or char in "*\"'(" or char.isdigit():
            example = f": did you mean '{self.last} or {word[0]}'?" if word and _NAME.fullmatch(self.last) else ""
            self.fail(f"expected 'and' or 'or' here{example}")
        self.fail(f"unexpected {char!r}{_hint(char)}")

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        raise SelectionError(f"{message}\n{_pointed(self.text, self.at if at is None else at)}")


def _joined(kind: type[Joined], found: list[Selection]) -> Selection:
    """The selections as one, without needless nesting, so that selections that print alike are equal."""
    if len(found) == 1:
        return found[0]
    return kind(tuple([part for node in found for part in (node.operands if isinstance(node, kind) else (node,))]))


def _pointed(text: str, at: int, width: int = 72) -> str:
    """The part of the text around a column, on one line, and a caret under the column."""
    start = max(0, at - width + 12)
    shown = "".join([char if char.isprintable() else " " for char in text[start : start + width]]).rstrip()
    return f"  {shown}\n  {' ' * (at - start)}^"


def _nearest(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f": did you mean {near[0]}?" if near else f": there are {', '.join(known)}"


def _hint(char: str) -> str:
    return f": {_HINTS[char]}" if char in _HINTS else ""


def _inside(node: Selection, level: int) -> str:
    return f"({node})" if node.binds < level else str(node)


def _value_text(value: str | None, plain: re.Pattern[str] = _VALUE) -> str:
    if value is None:
        return "<null>"
    mark = "'" if '"' in value else '"'
    return value if plain.fullmatch(value) and value not in _RESERVED else f"{mark}{value}{mark}"
