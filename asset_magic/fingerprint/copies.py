"""Private copies: values that share nothing changeable with the original."""

from __future__ import annotations

import copy
from copyreg import _slotnames  # type: ignore[attr-defined]
from types import BuiltinMethodType, FunctionType, ModuleType
from typing import Any

from asset_magic.fingerprint.errors import Uncopyable, type_name
from asset_magic.fingerprint.functions import copy_function, holds_state
from asset_magic.fingerprint.immutable import is_immutable, is_of_process
from asset_magic.fingerprint.registry import library_name


def private_copy(value: object) -> object:
    """A copy on which nothing done to the original shows, and the other way round.

    What cannot be changed is not copied but shared, and so are classes, modules, and functions that keep nothing which
    may change. Objects are copied by their own rules (``copy.deepcopy``). Whether the copy has the same fingerprint is
    for the caller to check.

    Raises:
        Uncopyable: the value, or a part of it, cannot be copied.

    >>> original = [[1]]
    >>> copied = private_copy(original)
    >>> original[0].append(2)
    >>> copied
    [[1]]
    """
    try:
        return _copy(value, {})
    except RecursionError:
        raise Uncopyable("the value is nested too deeply to be copied") from None
    except Exception as error:
        raise Uncopyable(f"a {type_name(type(value))} cannot be copied: {error}") from error


def _copy(value: Any, memo: dict[int, Any]) -> Any:
    """Like ``copy.deepcopy``, of which ``memo`` is, but for what that leaves shared or does not copy."""
    if id(value) in memo:
        return memo[id(value)]
    kind = type(value)
    if kind in (list, dict):
        return _copy_container(value, memo)
    if is_immutable(value) or _is_marker(value):
        return value
    if kind is FunctionType:
        return copy_function(value, memo, _copy) if holds_state(value) else value
    if kind is BuiltinMethodType:
        return _copy_method(value, memo)
    if kind is tuple:
        parts = tuple([_copy(part, memo) for part in value])
        # A tuple in a circle may have been copied while its parts were.
        return memo.setdefault(id(value), parts)
    copied = _copy_of_library(value, memo)
    memo[id(value)] = copied
    return copied


def _is_marker(value: Any) -> bool:
    """Whether all that an object is for is to be itself: it has no content, or there is one of it in a process."""
    kind = type(value)
    return (
        kind is object
        or isinstance(value, ModuleType)
        or is_of_process(value)
        or (kind.__module__ == "__main__" and not getattr(value, "__dict__", True) and _is_bare(kind))
    )


def _is_bare(kind: type) -> bool:
    """Whether instances hold nothing outside of their ``__dict__``, as a list or an object with slots does."""
    return all(base is object or base.__module__ == "__main__" for base in kind.__mro__) and not _slotnames(kind)


def _copy_container(value: Any, memo: dict[int, Any]) -> Any:
    copied: Any = type(value)()
    memo[id(value)] = copied
    if type(value) is dict:
        for key, part in value.items():
            copied[_copy(key, memo)] = _copy(part, memo)
    else:
        for part in value:
            copied.append(_copy(part, memo))
    return copied


def _copy_method(value: Any, memo: dict[int, Any]) -> Any:
    owner = value.__self__
    if owner is None or isinstance(owner, (ModuleType, type)):
        return value
    copied = _copy(owner, memo)
    return value if copied is owner else getattr(copied, value.__name__)


def _copy_of_library(value: Any, memo: dict[int, Any]) -> Any:
    names = {library_name(base) for base in type(value).__mro__}
    if "pandas.DataFrame" in names or "pandas.Series" in names:
        return _copy_pandas(value, memo)
    if library_name(type(value)) == "numpy.ndarray" and not value.dtype.hasobject:
        return value.copy(order="K")
    if "matplotlib.Figure" in names:
        from asset_magic.fingerprint.matplotlib_ import copy_figure

        return copy_figure(value)
    return copy.deepcopy(value, memo)


def _copy_pandas(value: Any, memo: dict[int, Any]) -> Any:
    """A deep copy, of the Python objects in it, too.

    A shallow copy under copy-on-write would cost nothing, but is not private: ``frame["a"].array[0] = 1`` writes
    through to it, and so does a NumPy array that the frame was made from without copying.
    """
    from asset_magic.fingerprint.pandas_ import own_names

    copied = value.copy(deep=True)
    for name in own_names(value):
        object.__setattr__(copied, name, _copy(getattr(value, name), memo))
    columns = [value] if value.ndim == 1 else [value.iloc[:, place] for place in range(value.shape[1])]
    for place, column in enumerate(columns):
        if column.dtype != object or all(map(is_immutable, column.array)):
            continue
        parts = [_copy(part, memo) for part in column.array]
        fresh = column.copy(deep=True)
        for row, part in enumerate(parts):
            fresh.iat[row] = part
        if value.ndim == 1:
            vars(fresh).update({name: vars(copied)[name] for name in own_names(value)})
            return fresh
        copied.isetitem(place, fresh)
    return copied
