"""What a notebook object that is code is made of: functions, classes, and whatever wraps them.

The parts are found in the live objects, not in text: what a decorator made, the values in closures and defaults, the
methods of a class. Each part is described once, in the order in which it is met, and refers to others by their number;
so circles end, and depth does not matter.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xxhash import xxh3_128_hexdigest

from asset_magic.reading.bytecode import facts_of
from asset_magic.reading.classes import class_parts
from asset_magic.reading.modules import file_of, is_installed, is_local, module_version
from asset_magic.reading.source import class_in, definition_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CodeOf", "code_of", "file_of", "is_local", "local_module_of", "module_version"]

_CachedFunction = type(functools.lru_cache(lambda: None))
_BUILTIN = (
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
    _CachedFunction,
    *_BUILTIN,
)
_SCALARS = (str, bytes, bool, int, float, complex, type(None))
_CONTAINERS = (dict, list, tuple)
# A longer container is data, and looking for code in it would take longer than its version.
_TABLE = 256
_KEPT = 8192


@dataclass(frozen=True, slots=True)
class CodeOf:
    """What a piece of live code is made of.

    Attributes:
        digest: the version of the code itself with its defaults, closure and wrappers, and without the notebook
            names that it reads.
        reads: names that it looks up in the notebook, builtins among them.
        text: its source, for people; ``""`` where unknown.
        writes: names that it rebinds through ``global``.
        strings: strings in it that may name files.
    """

    digest: str
    reads: frozenset[str]
    text: str
    writes: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()


# Functions that are nothing but their code, by the identity of that and of the notebook.
_plain: dict[tuple[int, int], tuple[types.CodeType, dict[str, object], CodeOf]] = {}


def code_of(obj: object, namespace: dict[str, object], version_of: Callable[[object], str]) -> CodeOf | None:
    """What ``obj`` is made of, or None if it is no code.

    Args:
        obj: any object of the notebook.
        namespace: the notebook's variables. Names looked up there are reported in ``reads``; the values of names
            looked up elsewhere (a local module, the namespace of a cell body) count in the digest.
        version_of: the version of a plain value; may raise TypeError, then only the value's type counts.

    >>> notebook = {}
    >>> exec("def area(r, scale=2): return pi * r * scale", notebook)
    >>> sorted(code_of(notebook["area"], notebook, repr).reads)
    ['pi']
    >>> code_of(3.14, notebook, repr) is None
    True
    """
    if not _is_code(obj):
        return None
    code = getattr(obj, "__code__", None) if _is_plain(obj, namespace) else None
    if code is not None:
        known = _plain.get((id(code), id(namespace)))
        if known is not None and known[0] is code and known[1] is namespace:
            return known[2]
    found = _Walk(namespace, version_of).code_of(obj)
    if code is not None:
        if len(_plain) >= _KEPT:
            _plain.clear()
        _plain[id(code), id(namespace)] = (code, namespace, found)
    return found


def local_module_of(module: types.ModuleType, version_of: Callable[[object], str]) -> CodeOf:
    """What a local module is made of as it is loaded: its functions, classes and values, and the modules it names.

    An edit of the file counts when the module is reloaded.

    >>> module = types.ModuleType("utils")
    >>> exec("rate = 2", vars(module))
    >>> before = local_module_of(module, repr).digest
    >>> module.rate = 3
    >>> local_module_of(module, repr).digest == before
    False
    """
    return _Walk({}, version_of).code_of(module)


def _is_code(obj: object) -> bool:
    return isinstance(obj, _CODE) or _wrapped(obj) is not None


def _wrapped(obj: object) -> object:
    """What an object of another kind says that it wraps."""
    if isinstance(obj, types.ModuleType):
        return None
    # Plain look-up first: objects that answer for any attribute must not be asked.
    if "__wrapped__" in getattr(obj, "__dict__", ()) or hasattr(type(obj), "__wrapped__"):
        return getattr(obj, "__wrapped__", None)
    return None


def _holds_code(obj: object, depth: int = 2) -> bool:
    """Whether a small container has functions or classes in it, as tables of functions do."""
    if type(obj) not in _CONTAINERS or len(obj) > _TABLE:  # type: ignore[arg-type]
        return False
    items: Any = obj.values() if isinstance(obj, dict) else obj
    return any(_is_code(item) or (depth > 0 and _holds_code(item, depth - 1)) for item in items)


def _is_plain(obj: object, namespace: dict[str, object]) -> bool:
    return (
        isinstance(obj, types.FunctionType)
        and obj.__globals__ is namespace
        and not (obj.__closure__ or obj.__defaults__ or obj.__kwdefaults__ or obj.__dict__)
    )


class _Walk:
    """One pass over everything that a piece of code is made of."""

    def __init__(self, namespace: dict[str, object], version_of: Callable[[object], str]) -> None:
        self._namespace = namespace
        self._version_of = version_of
        self._number: dict[int, int] = {}
        self._queue: list[object] = []  # keeps what it holds alive, so that identities stay
        self._reads: set[str] = set()
        self._writes: set[str] = set()
        self._strings: dict[str, None] = {}

    def code_of(self, root: object) -> CodeOf:
        self._refer(root)
        lines = []
        for obj in self._queue:  # grows while it is read
            lines.append("; ".join(self._describe(obj)))
        return CodeOf(
            xxh3_128_hexdigest("\n".join(lines).encode("utf-8", "surrogatepass")),
            frozenset(self._reads),
            _text(root),
            frozenset(self._writes),
            tuple(self._strings),
        )

    def _refer(self, obj: object) -> str:
        """The number of ``obj``, which is described when its turn comes."""
        number = self._number.get(id(obj))
        if number is None:
            number = self._number[id(obj)] = len(self._queue)
            self._queue.append(obj)
        return f"#{number}"

    def value(self, obj: object) -> str:
        """How another part mentions ``obj``."""
        if _is_code(obj) or (isinstance(obj, types.ModuleType) and is_local(obj)):
            return self._refer(obj)
        if isinstance(obj, types.ModuleType):
            return module_version(obj)
        if _holds_code(obj):
            return self._refer(obj)
        try:
            return f"={self._version_of(obj)}"
        except TypeError:
            return self._refer(obj) if type(obj) in _CONTAINERS else _type_name(obj)

    def _describe(self, obj: object) -> Iterator[str]:
        yield type(obj).__name__
        if isinstance(obj, types.FunctionType):
            yield from self._function(obj)
        elif isinstance(obj, type):
            yield from self._class(obj)
        elif isinstance(obj, types.ModuleType):
            for name, item in sorted(vars(obj).items()):
                if not name.startswith("__"):
                    yield f"{name} {self.value(item)}"
        elif isinstance(obj, dict):
            for key, item in obj.items():
                yield f"{self.value(key)}: {self.value(item)}"
        elif isinstance(obj, (list, tuple)):
            yield from map(self.value, obj)
        elif isinstance(obj, _BUILTIN):
            yield from self._builtin(obj)
        else:
            yield from self._wrapper(obj)

    def _wrapper(self, obj: Any) -> Iterator[str]:
        if isinstance(obj, types.MethodType):
            yield from (self.value(obj.__func__), self.value(obj.__self__))
        elif isinstance(obj, (staticmethod, classmethod)):
            yield self.value(obj.__func__)
        elif isinstance(obj, property):
            yield from map(self.value, (obj.fget, obj.fset, obj.fdel))
        elif isinstance(obj, functools.cached_property):
            yield self.value(obj.func)
        elif isinstance(obj, (functools.partial, functools.partialmethod)):
            yield self.value(obj.func)
            yield from map(self.value, obj.args)
            for name, item in sorted(obj.keywords.items()):
                yield f"{name} {self.value(item)}"
        elif isinstance(obj, functools.singledispatchmethod):
            yield self.value(obj.dispatcher)
        else:
            if isinstance(obj, _CachedFunction):
                yield repr(sorted(obj.cache_parameters().items()))
            yield _type_name(obj)
            yield self.value(_wrapped(obj))

    def _builtin(self, obj: Any) -> Iterator[str]:
        owner = getattr(obj, "__objclass__", getattr(obj, "__self__", None))
        yield f"{getattr(obj, '__module__', '')} {obj.__qualname__}"
        if owner is not None:
            yield self.value(owner)

    def _function(self, function: types.FunctionType) -> Iterator[str]:
        installed = self._installed(function)
        if installed is not None:
            yield f"{installed} {function.__code__.co_qualname}"
            yield from self._installed_function(function)
            return
        facts = facts_of(function.__code__)
        self._strings.update(dict.fromkeys(facts.strings))
        yield facts.digest
        yield from map(self.value, function.__defaults__ or ())
        for name, item in sorted((function.__kwdefaults__ or {}).items()):
            yield f"{name} {self.value(item)}"
        for name, item in _closure(function):
            yield f"{name} {self.value(item)}"
        for name, item in sorted(vars(function).items()):
            yield f".{name} {self.value(item)}"
        if function.__globals__ is self._namespace:
            self._reads |= facts.reads
            self._writes |= facts.writes
        else:
            for name in sorted(facts.reads & function.__globals__.keys()):
                yield f"{name} {self.value(function.__globals__[name])}"

    def _installed(self, function: types.FunctionType) -> str | None:
        """The module and version of an installed function; None for code of the user's."""
        if function.__globals__ is self._namespace:
            return None
        module = sys.modules.get(function.__globals__.get("__name__", ""))
        if module is None or vars(module) is not function.__globals__ or is_local(module):
            return None
        return module_version(module)

    def _installed_function(self, function: types.FunctionType) -> Iterator[str]:
        """What an installed function wraps. Its other state (caches, locks) is no code of the user's."""
        registry = getattr(function, "registry", None)
        if registry is not None and hasattr(function, "dispatch"):
            for kind, item in registry.items():
                yield f"{self.value(kind)}: {self.value(item)}"
            return
        for name, item in _closure(function):
            if _is_code(item) or isinstance(item, _SCALARS):
                yield f"{name} {self.value(item)}"
        wrapped = function.__dict__.get("__wrapped__")
        if wrapped is not None:
            yield self.value(wrapped)

    def _class(self, cls: type) -> Iterator[str]:
        if not self._is_ours(cls):
            module = sys.modules.get(cls.__module__)
            yield f"{module_version(module) if module else cls.__module__} {cls.__qualname__}"
            return
        yield cls.__qualname__
        for base in (type(cls), *cls.__bases__):
            yield self.value(base)
        for name, part in class_parts(cls):
            yield f"{name} {self.value(part)}"

    def _is_ours(self, cls: type) -> bool:
        module = sys.modules.get(cls.__module__)
        if module is None or is_local(module) or cls.__module__ == self._namespace.get("__name__", ""):
            return True
        # A class made by an installed function (`make_dataclass`) names a module that does not have it.
        return "<locals>" not in cls.__qualname__ and _at(module, cls.__qualname__) is not cls


def _at(module: types.ModuleType, path: str) -> object:
    found: object = module
    for name in path.split("."):
        found = getattr(found, name, None)
    return found


def _closure(function: types.FunctionType) -> Iterator[tuple[str, object]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not bound yet
            continue


def _type_name(obj: object) -> str:
    return f"{type(obj).__module__}.{type(obj).__qualname__}"


def _text(obj: object) -> str:
    """The source of the function or class at the heart of ``obj``."""
    for _ in range(100):
        inner = _inside(obj)
        if inner is None:
            break
        obj = inner
    if isinstance(obj, type):
        return _class_text(obj)
    return _function_text(obj) if isinstance(obj, types.FunctionType) else ""


def _inside(obj: object) -> object:
    if isinstance(obj, (types.MethodType, staticmethod, classmethod)):
        return obj.__func__
    if isinstance(obj, (functools.partial, functools.partialmethod, functools.cached_property)):
        return obj.func
    if isinstance(obj, property):
        return obj.fget
    return None if isinstance(obj, type) else _wrapped(obj)


def _function_text(function: types.FunctionType) -> str:
    code = function.__code__
    node = definition_of(code)
    if node is not None:
        return text_of(node, code.co_filename)
    if is_installed(code.co_filename):
        return ""
    try:
        return inspect.getsource(code).rstrip()
    except (OSError, TypeError, IndexError):
        return ""


def _class_text(cls: type) -> str:
    for member in vars(cls).values():
        code = getattr(getattr(member, "__func__", member), "__code__", None)
        if isinstance(code, types.CodeType):
            node = class_in(code.co_filename, cls.__name__)
            if node is not None:
                return text_of(node, code.co_filename)
    return ""
