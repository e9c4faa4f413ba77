"""The content of code met inside a value: by the caller's reader of code, else by name, else by bytecode."""

from __future__ import annotations

import sys
from types import BuiltinMethodType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint.errors import Unfingerprintable

if TYPE_CHECKING:
    from functools import cached_property, partial

    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher

# Where a class was written, and what Python keeps in it for itself (some of it only once an instance is copied, or
# once two flags are combined), says nothing of what it does.
_NOT_CONTENT = frozenset(
    {
        *("__dict__", "__weakref__", "__doc__", "__module__", "__firstlineno__", "__static_attributes__"),
        *("__slotnames__", "__annotations_cache__", "_abc_impl", "_value2member_map_"),
    }
)


def feed_code(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A function, a class or a module."""
    if hasher.code is not None:
        stream.update(b"code" + hasher.code(value).encode())
    elif isinstance(value, ModuleType):
        stream.update(f"module {value.__name__} {getattr(value, '__version__', '')}".encode())
    elif (name := _importable_name(value)) is not None:
        stream.update(f"named {name}".encode())
    elif isinstance(value, FunctionType):
        stream.update(b"function")
        hasher.feed(stream, value.__code__, value.__defaults__, value.__kwdefaults__, value.__closure__)
    else:
        _feed_class(hasher, stream, value)


def _feed_class(hasher: Hasher, stream: xxh3_128, value: type) -> None:
    stream.update(f"class {value.__qualname__}".encode())
    hasher.feed(stream, value.__bases__)
    for name in sorted(vars(value).keys() - _NOT_CONTENT):
        stream.update(f"\n{name}=".encode())
        part = vars(value)[name]
        try:
            hasher.feed(stream, part)
        except Unfingerprintable:
            # A lock or a connection that a class keeps makes its instances no less readable.
            stream.update(type(part).__qualname__.encode())


def feed_bytecode(hasher: Hasher, stream: xxh3_128, value: CodeType) -> None:
    """Bytecode, without the places in the text that it came from."""
    stream.update(b"%d:" % len(value.co_code) + value.co_code)
    shape = (value.co_argcount, value.co_posonlyargcount, value.co_kwonlyargcount, value.co_flags)
    names = (value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars)
    hasher.feed(stream, shape, names, value.co_consts)


def feed_method(hasher: Hasher, stream: xxh3_128, value: MethodType) -> None:
    """A bound method: the function, and the object that it is bound to."""
    hasher.feed(stream, value.__func__, value.__self__)


def feed_builtin(hasher: Hasher, stream: xxh3_128, value: BuiltinMethodType) -> None:
    """A function written in C: its name, and the object that it is bound to."""
    owner = value.__self__
    if owner is None or isinstance(owner, ModuleType):
        stream.update(f"{value.__module__}.{value.__qualname__}".encode())
    else:
        stream.update(value.__name__.encode())
        hasher.feed(stream, owner)


def feed_partial(hasher: Hasher, stream: xxh3_128, value: partial[Any]) -> None:
    """A function with some arguments given; its ``__reduce__`` would tell whether somebody has looked at its dict."""
    hasher.feed(stream, value.func, value.args, value.keywords, vars(value) or None)


def feed_lru_cache(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A function that remembers its results: the function, and not what it remembers."""
    if hasher.code is not None:
        feed_code(hasher, stream, value)
        return
    hasher.feed(stream, value.__wrapped__, value.cache_parameters())


def feed_property(hasher: Hasher, stream: xxh3_128, value: property) -> None:
    """A property: its functions."""
    hasher.feed(stream, value.fget, value.fset, value.fdel)


def feed_cached_property(hasher: Hasher, stream: xxh3_128, value: cached_property[Any]) -> None:
    """A cached property: its function."""
    hasher.feed(stream, value.func)


def feed_wrapper(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A class method or static method: its function."""
    hasher.feed(stream, value.__func__)


def feed_cell(hasher: Hasher, stream: xxh3_128, value: CellType) -> None:
    """A variable of a closure: what it holds, if anything yet."""
    try:
        content: tuple[Any, ...] = (value.cell_contents,)
    except ValueError:
        content = ()
    hasher.feed(stream, content)


def feed_slot(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A descriptor that Python makes for a slot: its name."""
    stream.update(value.__name__.encode())


def _importable_name(value: Any) -> str | None:
    """``module.name`` if importing the module gives the value under that name, in any process."""
    module, name = value.__module__, value.__qualname__
    if module in (None, "__main__") or module not in sys.modules:
        return None
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}.{name}" if found is value else None
