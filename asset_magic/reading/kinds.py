"""Which objects are code, or hold some."""

from __future__ import annotations

import functools
import types
from typing import Any

CachedFunction = type(functools.lru_cache(lambda: None))
BUILTIN = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
)
_CODE = (
    types.FunctionType,
    types.MethodType,
    type,
    staticmethod,
    classmethod,
    property,
    functools.cached_property,
    functools.partial,
    functools.partialmethod,
    functools.singledispatchmethod,
    CachedFunction,
    *BUILTIN,
)
SCALARS = (str, bytes, bool, int, float, complex, type(None))
CONTAINERS = (dict, list, tuple)
# A longer container is data, and looking for code in it would take longer than its version.
TABLE = 256


def is_code(obj: object) -> bool:
    """Whether an object is a function, a class, or wraps one."""
    return isinstance(obj, _CODE) or wrapped(obj) is not None


def wrapped(obj: object) -> object:
    """What an object of another kind says that it wraps."""
    if isinstance(obj, types.ModuleType):
        return None
    # Plain look-up first: objects that answer for any attribute must not be asked.
    if "__wrapped__" in getattr(obj, "__dict__", ()) or hasattr(type(obj), "__wrapped__"):
        return getattr(obj, "__wrapped__", None)
    return None


def holds_code(obj: object, depth: int = 2) -> bool:
    """Whether a small container has functions or classes in it, as tables of functions do."""
    if type(obj) not in CONTAINERS or len(obj) > TABLE:  # type: ignore[arg-type]
        return False
    items: Any = obj.values() if isinstance(obj, dict) else obj
    return any(is_code(item) or (depth > 0 and holds_code(item, depth - 1)) for item in items)
