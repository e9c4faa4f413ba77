"""The text behind code objects, from where shells keep their cells: `linecache`.

Only text that cannot have changed since it was compiled is used: names of cells stand for one text each, while files
may have been edited since they were imported.
"""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
import sys
from dataclasses import dataclass
from textwrap import dedent
from types import CodeType, FunctionType, MethodType

from asset_magic.reading.kinds import wrapped
from asset_magic.reading.magics import parse_cell
from asset_magic.reading.modules import is_installed, is_local

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_KEPT = 512


@dataclass(frozen=True, slots=True)
class _Cell:
    """The definitions in one cell's text, by name and first line."""

    lines: list[str]
    definitions: dict[tuple[str, int], list[_Definition]]


_cells: dict[str, _Cell] = {}
_in_files: dict[int, tuple[object, str]] = {}


def definition_of(code: CodeType) -> _Definition | None:
    """The syntax that ``code`` was compiled from, or None where it is not surely known."""
    cell = _cell(code.co_filename)
    if cell is None:
        return None
    found = cell.definitions.get((code.co_name, code.co_firstlineno), [])
    return found[0] if len(found) == 1 else None


def text_of(node: _Definition, filename: str) -> str:
    """The text of a definition found in the cell ``filename``, with its decorators."""
    cell = _cell(filename)
    if cell is None:
        return ""
    return dedent("".join(cell.lines[_first_line(node) - 1 : node.end_lineno])).rstrip()


def class_in(filename: str, name: str) -> ast.ClassDef | None:
    """The definition of the class called ``name`` in the cell ``filename``, where there is just one."""
    cell = _cell(filename)
    if cell is None:
        return None
    found = [
        node
        for (defined, _), nodes in cell.definitions.items()
        if defined == name
        for node in nodes
        if isinstance(node, ast.ClassDef)
    ]
    return found[0] if len(found) == 1 else None


def _cell(filename: str) -> _Cell | None:
    entry = linecache.cache.get(filename)
    # A real file's entry has a modification time; one that is not loaded yet has one item.
    if entry is None or len(entry) != 4 or entry[1] is not None:
        return None
    lines = entry[2]
    cell = _cells.get(filename)
    if cell is None or cell.lines is not lines:
        if len(_cells) >= _KEPT:
            _cells.clear()
        cell = _cells[filename] = _Cell(lines, _definitions("".join(lines)))
    return cell


def _definitions(text: str) -> dict[tuple[str, int], list[_Definition]]:
    if text.startswith("%%"):
        # A cell magic's own line: what follows is the code, and keeps its line numbers.
        text = text[text.index("\n") :] if "\n" in text else ""
    found: dict[tuple[str, int], list[_Definition]] = {}
    for statement in parse_cell(text) or ():
        for node in ast.walk(statement):
            if isinstance(node, _Definition):
                name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
                found.setdefault((name, _first_line(node)), []).append(node)
    return found


def _first_line(node: _Definition) -> int:
    decorators = getattr(node, "decorator_list", None)
    return decorators[0].lineno if decorators else node.lineno


def source_of(obj: object) -> str:
    """The source of the function or class at the heart of ``obj``; "" where unknown."""
    for _ in range(100):
        inner = _inside(obj)
        if inner is None:
            break
        obj = inner
    if isinstance(obj, type):
        return _class_text(obj)
    return _function_text(obj) if isinstance(obj, FunctionType) else ""


def _inside(obj: object) -> object:
    if isinstance(obj, (MethodType, staticmethod, classmethod)):
        return obj.__func__
    if isinstance(obj, (functools.partial, functools.partialmethod, functools.cached_property)):
        return obj.func
    if isinstance(obj, property):
        return obj.fget
    return None if isinstance(obj, type) else wrapped(obj)


def _function_text(function: FunctionType) -> str:
    code = function.__code__
    node = definition_of(code)
    if node is not None:
        return text_of(node, code.co_filename)
    if is_installed(code.co_filename):
        return ""
    # Of bare code, inspect would ask every module there is whether it is from there.
    bare = FunctionType(code, function.__globals__, closure=function.__closure__)
    return _text_in_file(code, bare)


def _class_text(cls: type) -> str:
    for member in vars(cls).values():
        code = getattr(getattr(member, "__func__", member), "__code__", None)
        if not isinstance(code, CodeType):
            continue
        node = class_in(code.co_filename, cls.__name__)
        if node is not None:
            return text_of(node, code.co_filename)
    module = sys.modules.get(cls.__module__)
    if module is None or cls.__module__ == "__main__":
        return _class_by_values(cls)
    return _text_in_file(cls, cls) if is_local(module) else ""


def _text_in_file(obj: CodeType | type, definition: FunctionType | type) -> str:
    """The source of what was defined in a file, as it was when it was first asked for: the file may be edited since."""
    known = _in_files.get(id(obj))
    if known is None or known[0] is not obj:
        try:
            text = inspect.getsource(definition).rstrip()
        except (OSError, TypeError, IndexError):
            text = ""
        if len(_in_files) >= _KEPT:
            _in_files.clear()
        known = _in_files[id(obj)] = (obj, text)
    return known[1]


def _class_by_values(cls: type) -> str:
    """The source of a class without functions: of the definitions in cells the newest that agrees with it."""
    for filename, entry in reversed(linecache.cache.copy().items()):
        text = "".join(entry[2]) if len(entry) == 4 and entry[1] is None else ""
        node = class_in(filename, cls.__name__) if f"class {cls.__name__}" in text else None
        if node is not None and all(_agrees(cls, statement) for statement in node.body):
            return text_of(node, filename)
    return ""


def _agrees(cls: type, statement: ast.stmt) -> bool:
    """Whether a class has the constant that a statement of its body binds, if that is what it does."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or not isinstance(statement.value, ast.Constant):
        return True
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return all(name in vars(cls) and repr(vars(cls)[name]) == repr(statement.value.value) for name in names)
