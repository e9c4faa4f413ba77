"""What functions keep between calls: in defaults, closures and attributes. Copies of functions with copies of that."""

from __future__ import annotations

from collections.abc import Callable
from types import CellType, FunctionType, ModuleType
from typing import Any

from asset_magic.fingerprint.immutable import is_immutable

Copy = Callable[[Any, dict[int, Any]], Any]


def holds_state(function: FunctionType) -> bool:
    """Whether a function keeps anything between calls that it, or one that shares its variables, may change.

    >>> holds_state(lambda x, found=[]: found.append(x)), holds_state(lambda x: x)
    (True, False)
    """
    waiting, seen = [function], set[int]()
    for one in waiting:
        if id(one) in seen:
            continue
        seen.add(id(one))
        if any(name != "__wrapped__" for name in vars(one)):
            return True
        if not all(map(is_immutable, (*(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).values()))):
            return True
        shared = [content for cell in one.__closure__ or () for content in _content(cell)]
        for part in (*shared, *vars(one).values()):
            if isinstance(part, FunctionType):
                waiting.append(part)
            elif not isinstance(part, (type, ModuleType)):
                return True
    return False


def copy_function(function: FunctionType, memo: dict[int, Any], copy: Copy) -> Any:
    """A function of the same code and globals that keeps copies of what ``function`` keeps."""
    cells = tuple([_copied_cell(cell, memo) for cell in function.__closure__ or ()])
    copied = FunctionType(function.__code__, function.__globals__, function.__name__, None, cells or None)
    memo[id(function)] = copied
    for cell in function.__closure__ or ():
        _fill(cell, memo, copy)
    copied.__defaults__ = copy(function.__defaults__, memo)
    copied.__kwdefaults__ = copy(function.__kwdefaults__, memo)
    for name in ("__qualname__", "__module__", "__doc__", "__annotations__", "__type_params__"):
        if hasattr(function, name):
            setattr(copied, name, getattr(function, name))
    vars(copied).update(copy(vars(function), memo))
    return copied


def _copied_cell(cell: CellType, memo: dict[int, Any]) -> CellType:
    """An empty cell in the place of ``cell``: functions that share a variable go on to share it."""
    if id(cell) not in memo:
        memo[id(cell)] = CellType()
    made: CellType = memo[id(cell)]
    return made


def _fill(cell: CellType, memo: dict[int, Any], copy: Copy) -> None:
    made: CellType = memo[id(cell)]
    if _content(made):
        return  # a function that shares the variable has filled it
    for content in _content(cell):
        made.cell_contents = copy(content, memo)


def _content(cell: CellType) -> tuple[Any, ...]:
    """What a variable of a closure holds, if anything yet."""
    try:
        return (cell.cell_contents,)
    except ValueError:
        return ()
