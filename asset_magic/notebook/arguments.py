"""The grammar of the magics' first line: names, ``key=value``, lists, mappings and flags.

It is the same for all magics. A signature says which of these a magic knows, reads a line into values, and documents
itself; `asset_magic.notebook.signatures` has that of each magic. What the values mean is the magics' business.

A line is cut into words at spaces outside quotes and brackets. A quote counts where a word or a value begins (so
``don't`` needs none), a backslash only before ``"`` inside double quotes. ``#`` after a space starts a comment.
"""

from __future__ import annotations

import keyword
import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from asset_magic.model.errors import ArgumentError, shortened
from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Kind = Literal["text", "name", "number", "list", "names", "mapping", "facts", "key", "keys", "inputs", "choice", "flag"]

_EXAMPLES = {
    "text": "...",
    "name": "x",
    "number": "1",
    "key": "a/b",
    "inputs": "x=a/b",
    "mapping": "k=v",
    "facts": "k=v",
}
_BOOLEANS = {"true": True, "false": False}
_CLOSING = {"[": "]", "{": "}"}
_QUOTED = r"""(?:"(?:\\"|[^"])*+"|'[^']*+')"""
_BEGINS = r"(?<![^\s=,:\[{])"
_CHUNK = rf"""{_BEGINS}{_QUOTED}|(?!{_BEGINS})['"]"""
_BRACKETS = rf"""(?<![^\s=])(?:\[(?:{_CHUNK}|[^\]'"])*+\]|{{(?:{_CHUNK}|[^}}'"])*+}})"""
_WORD = re.compile(rf"""(?:{_CHUNK}|{_BRACKETS}|(?<=[^\s=])[\[{{]|[^\s'"\[{{])*+""")
_ITEM = re.compile(rf"""(?:{_CHUNK}|[^,'"])*+""")
_WHOLE_QUOTED = re.compile(_QUOTED)
_PAIR = re.compile(rf"({_QUOTED}|[^=:]*?)\s*[=:]\s*(.*)", re.DOTALL)
_IN_SELECTION = re.compile(r"""("[^"]*"|'[^']*')|(?<!\S)(?:(--\S*)|#.*)""", re.DOTALL)
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,99})")
_FLOAT = re.compile(r"[+-]?(?:[0-9]{1,99}\.[0-9]*|\.[0-9]+|[0-9]{1,99}(?=[eE]))(?:[eE][+-]?[0-9]{1,9})?")


@dataclass(frozen=True)
class Argument:
    """An option or a flag of a magic.

    Attributes:
        name: as typed, and as found in `Parsed.options`.
        kind: what its value is. ``facts`` is a mapping whose values are read as numbers and booleans where they
            look like one; ``inputs`` a mapping from names to keys, where a key alone goes by its last part.
        help: a line for readers.
        choices: for ``choice``, what it may be, in lower case.
        aliases: other names that it answers to.
    """

    name: str
    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """How it is typed."""
        value = "|".join(self.choices) or _EXAMPLES.get(self.kind, "a,b")
        return self.name if self.kind == "flag" else f"{self.name}={value}"


@dataclass(frozen=True)
class Positionals:
    """The words that stand alone: keys (``most`` None for any number), or a selection, which is all but the flags.

    After the keys up to ``numbers`` whole numbers may follow.
    """

    name: str
    help: str
    least: int = 1
    most: int | None = 1
    selection: bool = False
    numbers: int = 0


@dataclass(frozen=True)
class Parsed:
    """What a line said: the keys that stand alone, the options that were set, and the selection as typed.

    A flag that is on is True; what is off or was not typed is left out.
    """

    names: tuple[AssetKey, ...] = ()
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    selection: str = ""
    numbers: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Signature:
    """What one magic takes: ``magic`` is its name with the percent signs, ``summary`` what it does, in a sentence.

    >>> from asset_magic.notebook.signatures import ASSET, MATERIALIZE
    >>> parsed = ASSET.parse('orders deps=raw,rates description="As delivered" defer')
    >>> parsed.names, parsed.options["deps"]
    ((AssetKey(['orders']),), (AssetKey(['raw']), AssetKey(['rates'])))
    >>> MATERIALIZE.parse('+orders and tag:tier="gold" --force')
    Parsed(names=(), options={'force': True}, selection='+orders and tag:tier="gold"')
    >>> ASSET.parse("orders dep=raw")
    Traceback (most recent call last):
    ...
    asset_magic.model.errors.ArgumentError: unknown argument 'dep' of %%asset: did you mean deps?
    """

    magic: str
    summary: str
    positionals: Positionals = Positionals("", "", 0, 0)
    options: tuple[Argument, ...] = ()

    def parse(self, line: str) -> Parsed:
        """Reads the line behind the magic.

        Raises:
            ArgumentError: an argument is unknown, repeated, without value or with one that it cannot have; or a name
                is missing or too many.
            DefinitionError: a name cannot be that of an asset.
        """
        if line.isidentifier() and self.positionals.most != 0 and not self.positionals.selection:
            return Parsed((AssetKey(line),))
        return _Line(self, line).parse()

    @cached_property
    def known(self) -> Mapping[str, Argument]:
        """The options and flags by every name that they answer to."""
        return {name: option for option in self.options for name in (option.name, *option.aliases)}

    def option_names(self) -> tuple[str, ...]:
        """Options and flags as they are typed: ``deps=`` and ``force``, or ``--force`` where flags need dashes."""
        return tuple(self._typed(option) + ("" if option.kind == "flag" else "=") for option in self.options)

    @property
    def usage(self) -> str:
        """The magic with all that it takes, on one line."""
        name = self.positionals.name
        words = [name if self.positionals.least else f"[{name}]"] if name else []
        words += ["[option=value ...]"] if any(option.kind != "flag" for option in self.options) else []
        words += [f"[{self._typed(option)}]" for option in self.options if option.kind == "flag"]
        return " ".join([self.magic, *words])

    def help(self) -> str:
        """How the magic is used, for its docstring."""
        rows = [(self.positionals.name, self.positionals.help)] if self.positionals.name else []
        rows += [(option.usage.replace(option.name, self._typed(option), 1), option.help) for option in self.options]
        width = max((len(usage) for usage, _ in rows), default=0)
        lines = [self.summary, "", f"    {self.usage}", "", *(f"    {usage:<{width}}  {text}" for usage, text in rows)]
        return "\n".join(lines).rstrip() + "\n"

    def _typed(self, option: Argument) -> str:
        return "--" + option.name.replace("_", "-") if self.positionals.selection else option.name


class _Line:
    """One line on its way to a `Parsed`; the first mistake ends it."""

    def __init__(self, signature: Signature, line: str) -> None:
        self.signature = signature
        self.magic = signature.magic
        self.line = line
        self.names: list[AssetKey] = []
        self.numbers: list[int] = []
        self.options: dict[str, Any] = {}
        self.seen: set[str] = set()

    def parse(self) -> Parsed:
        if self.signature.positionals.selection:
            selection = _IN_SELECTION.sub(self.take_flag, self.line).strip()
            if not selection and self.signature.positionals.least:
                raise ArgumentError(f"{self.magic} needs a name or a selection: {self.signature.usage}")
            return Parsed((), self.options, selection)
        rest = iter(self.words())
        for word in rest:
            name, equals, value = word.partition("=")
            if word[0] in "'\"":
                self.add_name(self.unquoted(word))
            elif word.startswith("--"):
                self.add_dashed(word, rest)
            elif not equals:
                self.add_bare(word)
            else:
                self.add_option(self.known(name), value, next(rest, "") if not value else "")
        if len(self.names) < self.signature.positionals.least:
            raise ArgumentError(f"{self.magic} needs a name: {self.signature.usage}")
        return Parsed(tuple(self.names), self.options, numbers=tuple(self.numbers))

    def take_flag(self, found: re.Match[str]) -> str:
        """What stays of a quoted part, a flag or a comment in the line of a selection."""
        if found[2]:
            self.add_dashed(found[2], iter(()))
        return found[1] or ""

    def words(self) -> list[str]:
        found: list[str] = []
        line, at = self.line, 0
        while True:
            while line[at : at + 1].isspace():
                at += 1
            if at == len(line) or line[at] == "#":
                return found
            end = _WORD.match(line, at).end()  # type: ignore[union-attr]
            if end < len(line) and not line[end].isspace():
                what = "quote" if line[end] in "'\"" else "bracket"
                # The reader counts columns in the whole line, the name of the magic included.
                where = f"at column {len(self.magic) + end + 2} of {self.magic}"
                raise ArgumentError(f"the {what} {where} is not closed: {shortened(line[end:])}")
            if line[at] == "=":
                self.fail_spaces("".join(found[-1:]), "".join(line[at + 1 :].split()[:1]))
            found.append(line[at:end])
            at = end

    def add_name(self, text: str) -> None:
        most = self.signature.positionals.most
        if most is not None and len(self.names) >= most:
            if len(self.numbers) < self.signature.positionals.numbers:
                self.add_number(text)
                return
            self.fail_extra(text)
        key = AssetKey(text)
        if key in self.names:
            raise ArgumentError(f"{key} is given twice to {self.magic}")
        self.names.append(key)

    def add_number(self, text: str) -> None:
        if not _INTEGER.fullmatch(text):
            positionals = self.signature.positionals.name
            raise ArgumentError(f"{shortened(text)!r} is no whole number: {self.magic} takes {positionals}")
        self.numbers.append(int(text))

    def add_bare(self, word: str) -> None:
        """The first bare word is the name, even where a flag is called so: ``%%asset force`` makes an asset."""
        option = self.signature.known.get(word)
        if option is None or (self.signature.positionals.most != 0 and not self.names):
            self.add_name(word)
        else:
            self.add_option(option, "true" if option.kind == "flag" else "")

    def add_dashed(self, word: str, rest: Iterator[str]) -> None:
        name, equals, value = word[2:].partition("=")
        option = self.known(name.replace("-", "_"), f"--{name}")
        if not equals:
            value = "true" if option.kind == "flag" else next(rest, "")
            value = "" if value.startswith("--") else value
        self.add_option(option, value)

    def add_option(self, option: Argument, value: str, following: str = "") -> None:
        if not value and following and "=" not in following and following not in self.signature.known:
            self.fail_spaces(option.name, following)
        if value in ("", "''", '""', "[]", "{}"):
            raise ArgumentError(f"{option.name} of {self.magic} needs a value: {option.usage}")
        if option.name in self.seen:
            raise ArgumentError(f"{option.name} is given twice to {self.magic}")
        self.seen.add(option.name)
        read = self.read(option, value)
        if read is not False:
            self.options[option.name] = read

    def known(self, name: str, typed: str = "") -> Argument:
        if name in self.signature.known:
            return self.signature.known[name]
        dashes, dash = ("--", "-") if typed else ("", "_")
        near = _near(name, self.signature.known)
        every = ", ".join(self.signature.option_names()) or "none"
        hint = f"did you mean {dashes}{near}?" if near else f"it takes {every}"
        raise ArgumentError(f"unknown argument {shortened(typed or name)!r} of {self.magic}: {hint.replace('_', dash)}")

    def read(self, option: Argument, value: str) -> Any:
        """The value that was meant, for the kind of the option."""
        where = f"{option.name}={shortened(value)} of {self.magic}"
        match option.kind:
            case "text" | "name" | "key":
                return self.single(option.kind, value, where)
            case "number":
                return self.number(value, where)
            case "list" | "names" | "keys":
                kind = option.kind.rstrip("s")
                return tuple(dict.fromkeys(self.single(kind, item, where) for item in self.items(value, where)))
            case "inputs":
                pairs = self.pairs(value, where, key_of=lambda item: str(AssetKey(self.unquoted(item)).name))
                return {self.single("name", name, where): AssetKey(self.unquoted(key)) for name, key in pairs.items()}
            case "mapping":
                return {name: self.unquoted(text) for name, text in self.pairs(value, where).items()}
            case "facts":
                return {name: self.fact(text) for name, text in self.pairs(value, where).items()}
        choices = option.choices or tuple(_BOOLEANS)
        text = self.unquoted(value).lower()
        if text not in choices:
            raise ArgumentError(f"{where}: it is {' or '.join(choices)}")
        return text if option.choices else _BOOLEANS[text]

    def items(self, value: str, where: str) -> list[str]:
        """The parts of a list, with the quotes that they have of their own."""
        if value[0] in _CLOSING and value[-1] == _CLOSING[value[0]]:
            value = value[1:-1].strip().removesuffix(",")
        elif _WHOLE_QUOTED.fullmatch(value):
            value = self.unquoted(value)
        found: list[str] = []
        at = 0
        while True:
            end = _ITEM.match(value, at).end()  # type: ignore[union-attr]
            if value[end : end + 1] in ("'", '"'):
                raise ArgumentError(f"a quote in {where} is not closed: {shortened(value[end:])}")
            found.append(value[at:end].strip())
            if not found[-1]:
                raise ArgumentError(f"{where} has an empty part: write a,b or [a, b]")
            if end == len(value):
                return found
            at = end + 1

    def pairs(self, value: str, where: str, key_of: Callable[[str], str] | None = None) -> dict[str, str]:
        found: dict[str, str] = {}
        for item in self.items(value, where):
            pair = _PAIR.fullmatch(item)
            alone = key_of(item) if key_of and not pair else ""
            name, text = (self.unquoted(pair[1].strip()), pair[2]) if pair else (alone, item)
            if not name or not text:
                raise ArgumentError(f"{where}: {shortened(item)!r} is no pair, as in name=value")
            if name in found:
                raise ArgumentError(f"{where} has {shortened(name)!r} twice")
            found[name] = text
        return found

    def unquoted(self, text: str) -> str:
        if text[:1] not in ("'", '"'):
            return text
        quoted = _WHOLE_QUOTED.match(text)
        if quoted is None or quoted.end() < len(text):
            raise ArgumentError(f"{shortened(text)} of {self.magic} does not end where its quote ends")
        return text[1:-1] if text[0] == "'" else text[1:-1].replace('\\"', '"')

    def fact(self, text: str) -> object:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        return _BOOLEANS.get(text.lower(), self.unquoted(text))

    def number(self, text: str, where: str) -> float:
        number = self.fact(self.unquoted(text))
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise ArgumentError(f"{where}: {shortened(text)!r} is no number")
        return number

    def single(self, kind: str, text: str, where: str) -> str:
        text = self.unquoted(text)
        if kind == "key":
            return AssetKey(text)
        if kind == "name" and (not text.isidentifier() or keyword.iskeyword(text)):
            raise ArgumentError(f"{where}: {shortened(text)!r} is no Python name")
        return text

    def fail_extra(self, text: str) -> NoReturn:
        # Only a flag may stand alone behind the name, so nothing else can have been meant.
        flags = [option.name for option in self.signature.options if option.kind == "flag"]
        near = _near(text, flags)
        taken = f"it takes one name, and that is {self.names[0]}" if self.names else "it takes no names"
        hint = f"did you mean {near}?" if near else taken
        raise ArgumentError(f"unexpected {shortened(text)!r} in {self.magic}: {hint}")

    def fail_spaces(self, name: str, value: str) -> NoReturn:
        example = f"{name.rstrip('=') or 'name'}={value or '...'}"
        raise ArgumentError(f"no spaces around '=' in {self.magic}: write {shortened(example)}")


def _near(word: str, known: Iterable[str]) -> str:
    """What may have been meant by a word that is not known, or ""."""
    import difflib  # slow to import, and only mistakes need it

    return next(iter(difflib.get_close_matches(word, list(known), 1)), "")
