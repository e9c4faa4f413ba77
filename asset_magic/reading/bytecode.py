"""What a code object does: its version, and the global names and strings in it."""

from __future__ import annotations

import ast
import dis
import sys
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING

from xxhash import xxh3_128_hexdigest

from asset_magic.reading.code import normal_form
from asset_magic.reading.magics import read_magic
from asset_magic.reading.names import may_name_file, words_in
from asset_magic.reading.source import definition_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "DELETE_GLOBAL"})
_ATTRIBUTES = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_WRITES = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL"})
_IMPORTS = dis.opmap["IMPORT_NAME"]
_OPTIMIZED, _HAS_DOCSTRING = 0x1, 0x4000000
_KEPT = 8192


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a code object.

    Attributes:
        digest: the version of the code itself, without the values that it uses.
        reads: names that it, or code nested in it, looks up as globals.
        writes: names that it rebinds as globals.
        strings: strings in it that may name files.
        words: all words in its strings that could be names of variables.
        dotted: attributes of names in ``reads``, as ``a.b``, where nothing else is done with the name.
        imports: modules that it may import: ``a`` and ``a.b`` for ``from a import b``, with dots before relative ones.
    """

    digest: str
    reads: frozenset[str]
    writes: frozenset[str]
    strings: tuple[str, ...]
    words: frozenset[str]
    imports: tuple[str, ...] = ()
    dotted: frozenset[str] = frozenset()


# By identity: comparing code objects takes longer than looking them up, and ignores where they come from.
_facts: dict[int, tuple[CodeType, Facts]] = {}


def facts_of(code: CodeType) -> Facts:
    """What the code does, found from its source where that is known, else from its bytecode.

    The version found from source does not depend on comments, formatting, docstrings or the version of Python; the one
    found from bytecode does depend on the latter.

    >>> facts = facts_of((lambda: open("data/orders.csv").read(limit)).__code__)
    >>> sorted(facts.reads), facts.strings
    (['limit', 'open'], ('data/orders.csv',))
    """
    known = _facts.get(id(code))
    if known is not None and known[0] is code:
        return known[1]
    if len(_facts) >= _KEPT:
        _facts.clear()
    reads: set[str] = set()
    writes: set[str] = set()
    strings: dict[str, None] = {}
    words: set[str] = set()
    imports: dict[str, None] = {}
    attributes: set[str] = set()
    for nested in _nested(code):
        attributes |= _scan(nested, reads, writes)
        for text in _strings(nested):
            words.update(words_in(text))
            if may_name_file(text):
                strings[text] = None
        imports.update(dict.fromkeys(_imported(nested)))
    words.update(imports)
    if "get_ipython" in reads:
        reads |= _read_by_magics(code)
        attributes = set()  # magics may look up others
    facts = Facts(
        _digest(code),
        frozenset(reads),
        frozenset(writes),
        tuple(strings),
        frozenset(words),
        tuple(imports),
        _dotted(attributes),
    )
    _facts[id(code)] = (code, facts)
    return facts


def same_code(one: CodeType, other: CodeType) -> bool:
    """Whether two pieces of code do the same, wherever they were written.

    >>> same_code((lambda x: x + 1).__code__, (lambda x: x + 1).__code__)
    True
    """
    return one is other or _meaning(one) == _meaning(other)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def dotted_in(*codes: CodeType | None) -> frozenset[str]:
    """The attributes that code looks up of the names that it reads, for names with which it does nothing else.

    >>> sorted(dotted_in((lambda x: utils.clean(x) + utils.rate + len(x)).__code__))
    ['utils.clean', 'utils.rate']
    """
    return _dotted({used for code in codes if code for nested in _nested(code) for used in _scan(nested, set(), set())})


def _dotted(used: set[str]) -> frozenset[str]:
    """Those of ``used`` that are attributes of a name which is not used in another way as well."""
    return frozenset(name for name in used if "." in name and name.partition(".")[0] not in used)


def _scan(code: CodeType, reads: set[str], writes: set[str]) -> set[str]:
    """Add the global names that code reads and writes. Returns how it uses them: ``name`` or ``name.attribute``."""
    # In the body of a class, names are its own from where they are bound on, and every class looks up ``__name__``.
    own = set() if code.co_flags & _OPTIMIZED else {"__name__"}
    used: set[str] = set()
    looked_up = ""
    if code.co_names:
        for instruction in dis.get_instructions(code):
            name = instruction.opname
            if looked_up:
                used.add(f"{looked_up}.{instruction.argval}" if name in _ATTRIBUTES else looked_up)
            looked_up = instruction.argval if name in _READS else ""
            if name in _READS and instruction.argval not in own:
                reads.add(instruction.argval)
            if name in _WRITES:
                writes.add(instruction.argval)
            elif name == "STORE_NAME":
                own.add(instruction.argval)
    return used


def _strings(code: CodeType) -> Iterator[str]:
    """The strings among the constants, in order, without the docstring."""
    constants = list(code.co_consts[_docstrings(code) :])
    while constants:
        constant = constants.pop(0)
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, (tuple, frozenset)):
            constants[:0] = constant


def _read_by_magics(code: CodeType) -> set[str]:
    """The names that magics and ``!`` in a function look up outside of it, as they stand in the text of a call."""
    node = definition_of(code)
    found: set[str] = set()
    for part in ast.walk(node) if node is not None else ():
        magic = read_magic(part) if isinstance(part, ast.Call) else None
        if magic is not None:
            parts = [*magic.expressions, *(statement for body in magic.bodies for statement in body)]
            found.update(name.id for each in parts for name in ast.walk(each) if isinstance(name, ast.Name))
    own = {name for nested in _nested(code) for name in (*nested.co_varnames, *nested.co_cellvars)}
    return found - own


def _imported(code: CodeType) -> Iterator[str]:
    """The modules that the code imports, or may: whether ``from a import b`` names one, only importing it tells."""
    if _IMPORTS not in code.co_code[::2]:
        return
    constants: list[object] = []
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            level, names = constants[-2:]
            module = "." * level + instruction.argval  # type: ignore[operator]
            yield module
            yield from (f"{module}{'' if module.endswith('.') else '.'}{name}" for name in names or () if name != "*")  # type: ignore[attr-defined]
        elif instruction.opname.startswith(("LOAD_CONST", "LOAD_SMALL_INT")):
            constants.append(instruction.argval)


def _docstrings(code: CodeType) -> int:
    """How many of the first constants are a docstring: one or none."""
    if not code.co_consts or not isinstance(code.co_consts[0], str):
        return 0
    if sys.version_info >= (3, 13):
        return 1 if code.co_flags & _HAS_DOCSTRING else 0
    return 1 if code.co_flags & _OPTIMIZED and not code.co_name.startswith("<") else 0


def _digest(code: CodeType) -> str:
    node = definition_of(code)
    if node is None:
        return xxh3_128_hexdigest(_meaning(code).encode("utf-8", "surrogatepass"))
    if isinstance(node, ast.Lambda):
        return xxh3_128_hexdigest(normal_form(node).encode())
    # Decorators are met as the objects that they have made.
    decorators, node.decorator_list = node.decorator_list, []
    text = normal_form(node)
    node.decorator_list = decorators
    return xxh3_128_hexdigest(text.encode())


def _meaning(code: CodeType) -> str:
    """The bytecode as text, without positions, file names and the docstring."""
    head = (code.co_name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_varnames)
    flags = code.co_flags & ~_HAS_DOCSTRING
    parts = [repr((*head, code.co_freevars, code.co_cellvars, flags))]
    for instruction in dis.get_instructions(code):
        # Constants by value, since a docstring moves their places.
        value = instruction.argval
        parts.append(f"{instruction.opname} {_constant(value)}")
    return "\n".join(parts)


def _constant(value: object) -> str:
    if isinstance(value, CodeType):
        return f"({_meaning(value)})"
    if isinstance(value, tuple):
        return f"({', '.join(map(_constant, value))})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_constant, value)))}}}"
    return f"{value.__class__.__name__}:{value!r}"
