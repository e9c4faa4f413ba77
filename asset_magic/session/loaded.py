"""The user's own modules as this kernel loaded them, beside their files as they are now."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import MAGIC_NUMBER
from types import CodeType, ModuleType
from typing import Any

from asset_magic.reading.bytecode import same_code
from asset_magic.reading.code import code_version
from asset_magic.reading.modules import absolute_name, file_of, is_local, text_at

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ABSENT = object()
_IS_FUNCTION = 0x2  # the flag of code that has variables of its own; the body of a class has not
_HEADER = 16  # bytes before the code in a file that Python compiled: its own number, flags, time and size of the source


@dataclass(frozen=True, slots=True)
class _Source:
    """A module's file when it was read, as far as it means something.

    Attributes:
        spec: of the module; each reload makes a new one.
        text: all of it.
        version: of the code; "" if the kernel holds another one than the file had when it was first looked at.
        rest: the versions of the statements that leave no trace by which to know them in the loaded module.
        imports: what it imports from other local modules: the name here, the module, and the name there.
        states: how those modules were loaded at that time.
    """

    spec: object
    text: str
    version: str
    rest: tuple[str, ...]
    imports: tuple[tuple[str, str, str], ...]
    states: Mapping[str, object]


class Loaded:
    """Remembers what the files of local modules held when they were loaded."""

    def __init__(self) -> None:
        self._sources: dict[str, _Source] = {}

    def note(self, modules: Iterable[str]) -> list[str]:
        """Look at the files of those modules that were loaded, or loaded again, since the last look.

        Returns:
            ``modules``, and those that they import from.
        """
        names = dict.fromkeys(modules)
        for name in (queue := list(names)):
            module = sys.modules.get(name)
            if module is None:
                continue
            known = self._sources.get(name)
            same = known is not None and known.spec is module.__spec__
            source = known if known is not None and same else _source(module, first=known is None)
            self._sources[name] = source
            fresh = [origin for origin in source.states if origin not in names]
            names.update(dict.fromkeys(fresh))
            queue += fresh
        return queue

    def text(self, name: str) -> str:
        """The text of the module ``name`` as this kernel holds it; "" if it is not known."""
        self.note([name])
        source = self._sources.get(name)
        if source is None:
            return ""
        now = text_at(file_of(sys.modules[name]) or "")
        return source.text if now == source.text or self._is_newer(sys.modules[name], source) else now

    def outdated(self, modules: Iterable[str], digest: Callable[[Any], str]) -> str:
        """What one of ``modules`` still has from another one that was loaded again since, in words; or ""."""
        for name in self.note(modules):
            if name not in self._sources or name not in sys.modules:
                continue
            source = self._sources[name]
            for here, origin, there in source.imports:
                if origin in sys.modules:
                    held = vars(sys.modules[name]).get(here)
                    now = vars(sys.modules[origin]).get(there, held)
                    # A module may bind another value while it runs: only one of another text was not imported.
                    if now is not held and digest(now) != digest(held) and state(origin) != source.states[origin]:
                        return f"{name} has {there} of an earlier {origin}: reload {name}"
        return ""

    def newer(self, modules: Iterable[str]) -> list[str]:
        """The names of the files that mean something else than the modules that this kernel holds."""
        return [
            os.path.basename(file_of(sys.modules[name]) or name)
            for name in self.note(modules)
            if name in self._sources and name in sys.modules and self._is_newer(sys.modules[name], self._sources[name])
        ]

    def _is_newer(self, module: ModuleType, source: _Source) -> bool:
        tree = _parsed(module)
        if tree is None:
            return True
        if code_version(tree) == source.version:
            return False
        # Tools like %autoreload put new code into the module that there is.
        return not source.version or _rest(tree) != source.rest or not _holds(module, tree)


def state(name: str) -> object:
    """What differs once the module ``name`` was loaded again, or new code put into it."""
    module = sys.modules[name]
    tree = _parsed(module)
    spec = module.__spec__  # equal for every load of a file, and another object
    return id(spec), spec, code_version(tree) if tree is not None else ""


def _source(module: ModuleType, *, first: bool) -> _Source:
    tree = _parsed(module)
    if tree is None:
        return _Source(module.__spec__, "", "", (), (), {})
    known = not first or _was_loaded_from(module, tree)
    imports = tuple(_imports(module, tree))
    states = {origin: state(origin) for origin in dict.fromkeys(origin for _, origin, _ in imports)}
    text = text_at(file_of(module) or "") if known else ""
    return _Source(module.__spec__, text, code_version(tree) if known else "", _rest(tree), imports, states)


def _parsed(module: ModuleType) -> ast.Module | None:
    try:
        with open(file_of(module) or "", "rb") as file:
            return ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return None


def _was_loaded_from(module: ModuleType, tree: ast.Module) -> bool:
    """Whether the code that Python compiled when it loaded the module is that of the file as it is now."""
    import marshal

    try:
        with open(getattr(module, "__cached__", None) or "", "rb") as file:
            compiled = file.read()
        stat = os.stat(file_of(module) or "")
    except OSError:
        return True  # nothing else is known
    at = (int(stat.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (stat.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    if compiled[:4] != MAGIC_NUMBER or compiled[4:8] != bytes(4) or compiled[8:_HEADER] == at:
        return True
    return same_code(marshal.loads(compiled[_HEADER:]), compile(tree, "", "exec", dont_inherit=True))


def _imports(module: ModuleType, tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """What a module's statements import from other local modules: the name here, the module, and the name there."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        origin = absolute_name("." * node.level + (node.module or ""), vars(module))
        if origin == module.__name__ or origin not in sys.modules or not is_local(sys.modules[origin]):
            continue
        theirs, ours = vars(sys.modules[origin]), vars(module)
        for alias in node.names:
            names = theirs.keys() & ours.keys() if alias.name == "*" else {alias.name}
            for there in sorted(name for name in names if not name.startswith("__")):
                here = alias.asname or there
                if here in ours and theirs.get(there) is ours[here]:
                    yield here, origin, there


def _rest(tree: ast.Module) -> tuple[str, ...]:
    kept = [statement for statement in tree.body if not isinstance(statement, _DEFINITIONS) and not _literal(statement)]
    return tuple(map(code_version, kept))


def _literal(statement: ast.stmt) -> tuple[str, Any] | None:
    """The name that a statement binds to a constant, and the constant."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        try:
            return statement.targets[0].id, ast.literal_eval(statement.value)
        except ValueError:
            return None
    return None


def _holds(module: ModuleType, tree: ast.Module) -> bool:
    """Whether the module's functions and constants are those that the text in ``tree`` makes."""
    constants = filter(None, map(_literal, tree.body))
    if any(vars(module).get(name, _ABSENT) != value for name, value in constants):
        return False
    return all(
        held is not None and same_code(held, code)
        for code in _functions(compile(tree, "", "exec", dont_inherit=True))
        for held in [_code_at(module, code.co_qualname)]
    )


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The functions and methods that a module's code defines."""
    for part in code.co_consts:
        if isinstance(part, CodeType) and not part.co_name.startswith("<"):
            if part.co_flags & _IS_FUNCTION:
                yield part
            else:
                yield from _functions(part)


def _code_at(module: ModuleType, path: str) -> CodeType | None:
    found: Any = module
    for name in path.split("."):
        found = getattr(found, "__dict__", {}).get(name)
    while not isinstance(getattr(found, "__code__", None), CodeType):
        found = getattr(found, "__wrapped__", None) or getattr(found, "__func__", None) or getattr(found, "fget", None)
        if found is None:
            return None
    while (inner := getattr(found, "__wrapped__", None)) is not None:
        found = inner
    code: CodeType | None = getattr(found, "__code__", None)
    return code
