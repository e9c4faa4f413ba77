"""What a selection is made of, and how it prints.

Reading text is the business of `asset_magic.graph.selection_syntax`, finding the assets in a graph that of
`asset_magic.graph.selection`; nothing here knows a graph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

NAME = re.compile(r"(?:[^\W\d]|\*(?=[\w/*]))[\w/*]*")
"""A key, or a pattern of keys, that needs no quotes."""

VALUE = re.compile(r"[\w./:@*#-]+")
"""The value of an attribute that needs no quotes."""

RESERVED = frozenset({"and", "or", "not", "AND", "OR", "NOT"})


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
        text = _value_text(self.pattern, NAME)
        return text if text == self.pattern else f"key:{text}"


@dataclass(frozen=True, slots=True, repr=False)
class Labelled(Selection):
    """The assets that one attribute describes; None stands for assets that have none of it."""

    pattern: str | None
    attribute: ClassVar[str] = ""

    def __str__(self) -> str:
        return f"{self.attribute}:{_value_text(self.pattern)}"


class KeyPrefix(Labelled):
    """The assets whose key is the prefix, or begins with it and a ``/``."""

    attribute = "key_prefix"


class KeySubstring(Labelled):
    """The assets with a text somewhere in their key."""

    attribute = "key_substring"


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
class Applied(Selection):
    """A function of a selection."""

    operand: Selection
    function: ClassVar[str] = ""

    def __str__(self) -> str:
        return f"{self.function}({self.operand})"


class Sinks(Applied):
    """Those of a selection with nothing of it below them."""

    function = "sinks"


class Roots(Applied):
    """Those of a selection with nothing of it above them."""

    function = "roots"


class Neighbors(Applied):
    """A selection and what is made together with it, by multi-assets that cannot make a part of their assets."""

    function = "required_multi_asset_neighbors"


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

    @classmethod
    def of(cls, *operands: Selection) -> Selection:
        """The operands as one, without needless nesting, so that selections that print alike are equal."""
        if len(operands) == 1:
            return operands[0]
        flat: list[Selection] = []
        for node in operands:
            flat += node.operands if isinstance(node, cls) else (node,)
        return cls(tuple(flat))

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


def nesting(node: Selection) -> int:
    """How deep the text of a selection nests, in parentheses and ``not``."""
    match node:
        case Joined(operands):
            return max([_nesting_inside(operand, node.binds + 1) for operand in operands])
        case Not(operand):
            return 1 + _nesting_inside(operand, node.binds)
        case Reach(operand):
            return _nesting_inside(operand, 5)
        case Applied(operand):
            return 1 + nesting(operand)
    return 0


def _nesting_inside(node: Selection, level: int) -> int:
    return nesting(node) + (node.binds < level)


def _inside(node: Selection, level: int) -> str:
    return f"({node})" if node.binds < level else str(node)


def _value_text(value: str | None, plain: re.Pattern[str] = VALUE) -> str:
    if value is None:
        return "<null>"
    mark = "'" if '"' in value else '"'
    return value if plain.fullmatch(value) and value not in RESERVED else f"{mark}{value}{mark}"


def asks_for_status(selection: Selection) -> bool:
    """Whether what a selection stands for depends on how the assets stand, so that it may well be nothing.

    >>> asks_for_status(And.of(Group("raw"), Not(Status("fresh"))))
    True
    """
    work = [selection]
    for node in work:
        if isinstance(node, Status):
            return True
        if isinstance(node, Joined):
            work += node.operands
        elif isinstance(node, (Not, Reach, Applied)):
            work.append(node.operand)
    return False
