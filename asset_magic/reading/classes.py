"""What a class of the user's is made of, without what Python itself adds to every class."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import types
import typing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDED = frozenset(
    {"__module__", "__qualname__", "__doc__", "__dict__", "__weakref__", "__firstlineno__", "__static_attributes__"}
    | {"__slotnames__"}  # written by the first pickle or copy of an instance
    | {"__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__conditional_annotations__"}
    | {"__abstractmethods__", "_abc_impl", "__orig_bases__", "__parameters__", "__type_params__"}
    | {"__dataclass_fields__", "__dataclass_params__", "__dataclass_transform__"}
)
_FIELD_FACTS = ("init", "repr", "hash", "compare", "kw_only")
_DATACLASS_FACTS = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")


def class_parts(cls: type) -> Iterator[tuple[str, object]]:
    """The named parts of a class: methods, attributes, and the fields of dataclasses; in the order of their names.

    >>> class Point:
    ...     "Docs do not count."
    ...     scale = 2
    >>> list(class_parts(Point))
    [('scale', 2)]
    """
    members: Any = cls.__members__ if isinstance(cls, enum.EnumMeta) else {}
    yield from ((name, member.value) for name, member in members.items())
    for name, part in sorted(vars(cls).items()):
        if name in _ADDED or name in members or _is_generated(part):
            continue
        if isinstance(cls, enum.EnumMeta) and _is_internal(name):
            continue
        if name == "__init__" and _is_inherited(cls, part):
            continue
        yield name, part
    if dataclasses.is_dataclass(cls):
        yield from _dataclass_parts(cls)
    elif type(cls) is not type or "__attrs_attrs__" in vars(cls):
        # A metaclass may build on annotations, as those of pydantic and TypedDict do.
        yield from _annotations(cls)


def _is_internal(name: str) -> bool:
    """Whether ``enum`` keeps its own state, or a default of its own, under this name."""
    return name == "__new__" or (name.startswith("_") and name.endswith("_") and not name.startswith("__"))


def _is_inherited(cls: type, init: object) -> bool:
    """Whether ``__init__`` is what `typing.Protocol` puts into a class, at the latest with its first instance."""
    if typing.Protocol not in cls.__mro__:
        return False
    return getattr(init, "__module__", "") == "typing" or any(
        vars(base).get("__init__") is init for base in cls.__mro__[1:]
    )


def _is_generated(part: Any) -> bool:
    """Whether the part follows from the others (slots, the methods that ``@dataclass`` writes).

    Each Python writes these otherwise, so they would tie the version of the class to one.
    """
    if isinstance(part, (types.MemberDescriptorType, types.GetSetDescriptorType)):
        return True
    function = getattr(part, "__func__", part)
    if not isinstance(function, types.FunctionType):
        return False
    home = function.__globals__.get("__name__", "")
    if home in ("collections", "dataclasses") or home.startswith("namedtuple_"):
        return True
    function = inspect.unwrap(function)
    return isinstance(function, types.FunctionType) and "__create_fn__" in function.__code__.co_qualname


def _dataclass_parts(cls: Any) -> Iterator[tuple[str, object]]:
    parameters = cls.__dataclass_params__
    yield "dataclass", tuple(bool(getattr(parameters, fact)) for fact in _DATACLASS_FACTS)
    for field in dataclasses.fields(cls):
        yield f"{field.name}:", _annotation(field.type)
        yield f"{field.name} facts", tuple(getattr(field, fact) for fact in _FIELD_FACTS)
        for kind in ("default", "default_factory"):
            value = getattr(field, kind)
            if value is not dataclasses.MISSING:
                yield f"{field.name} {kind}", value


def _annotations(cls: type) -> Iterator[tuple[str, object]]:
    try:
        annotations = inspect.get_annotations(cls)
    except Exception:  # a lazy annotation is code of the user's, and may fail in any way
        return
    for name, annotation in annotations.items():
        yield f"{name}:", _annotation(annotation)


def _annotation(annotation: object) -> object:
    return annotation if isinstance(annotation, (type, str)) else repr(annotation)
