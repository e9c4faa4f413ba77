"""The parts that live code is made of: functions, classes, and whatever wraps them.

Each part is described once, in the order in which it is met, and refers to others by their number; so circles end, and
depth does not matter.
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Collection, Iterator
from typing import Any

from xxhash import xxh3_128_hexdigest

from asset_magic.reading.bytecode import Facts, facts_of
from asset_magic.reading.classes import class_parts
from asset_magic.reading.kinds import BUILTIN, CONTAINERS, SCALARS, CachedFunction, holds_code, is_code, wrapped
from asset_magic.reading.modules import Policy, absolute_name, is_local, module_version
from asset_magic.reading.source import source_of

IMPORT = "import "
"""Stands before the name of a module that some code imports itself, among the names that it reads."""


def is_ours(cls: type, namespace: dict[str, object]) -> bool:
    """Whether a class is the user's, from the notebook ``namespace`` or a local module."""
    home: object = cls.__module__
    if not isinstance(home, str):  # some compiled classes, as those beneath pandas' dates, have a property there
        return False
    module = sys.modules.get(home)
    if module is None:  # as with `numpy.recarray`, which names a module of numpy's that may never be loaded
        package = sys.modules.get(home.partition(".")[0])
        return package is None or is_local(package)
    if is_local(module) or home == namespace.get("__name__", ""):
        return True
    # A class made by an installed function (`make_dataclass`) names a module that does not have it.
    return "<locals>" not in cls.__qualname__ and _at(module, cls.__qualname__) is not cls


class Parts:
    """One pass over everything that a piece of code is made of.

    Attributes:
        reads: names that it looks up in the notebook, and the modules that it imports there.
        writes: names that it rebinds in the notebook.
        strings: strings in it that may name files.
        words: all words in its strings that could be names of variables.
        keepers: the functions and classes of the user's, and caches, which may keep a state of their own.
        modules: the local modules that it is from.
        pending: modules that code of local modules imports when it runs, and that are not loaded yet.
        texts: for people, what functions of local modules find there: other functions, and constants.
    """

    def __init__(
        self, namespace: dict[str, object], version_of: Callable[[object], str], policy: Policy = "minor"
    ) -> None:
        self._namespace = namespace
        self._policy: Policy = policy
        self._version_of = version_of
        self._number: dict[int, int] = {}
        self._queue: list[object] = []  # keeps what it holds alive, so that identities stay
        self.reads: set[str] = set()
        self._bare: set[str] = set()
        self._attributes: set[str] = set()
        self.writes: set[str] = set()
        self.strings: dict[str, None] = {}
        self.words: set[str] = set()
        self.keepers: list[object] = []
        self.modules: dict[str, None] = {}
        self.pending: set[str] = set()
        self.texts: list[str] = []

    def digest(self, root: object) -> str:
        """The version of ``root`` and of all its parts."""
        self._refer(root)
        lines = []
        for obj in self._queue:  # grows while it is read
            lines.append("; ".join(self._describe(obj)))
        return xxh3_128_hexdigest("\n".join(lines).encode("utf-8", "surrogatepass"))

    def _refer(self, obj: object) -> str:
        """The number of ``obj``, which is described when its turn comes."""
        number = self._number.get(id(obj))
        if number is None:
            number = self._number[id(obj)] = len(self._queue)
            self._queue.append(obj)
        return f"#{number}"

    def value(self, obj: object) -> str:
        """How another part mentions ``obj``."""
        if is_code(obj) or (isinstance(obj, types.ModuleType) and is_local(obj)):
            return self._refer(obj)
        if isinstance(obj, types.ModuleType):
            return module_version(obj, self._policy)
        if holds_code(obj):
            return self._refer(obj)
        try:
            return f"={self._version_of(obj)}"
        except TypeError:
            return self._refer(obj) if type(obj) in CONTAINERS else _type_name(obj)

    def _describe(self, obj: object) -> Iterator[str]:
        yield type(obj).__name__
        if isinstance(obj, types.FunctionType):
            yield from self._function(obj)
        elif isinstance(obj, type):
            yield from self._class(obj)
        elif isinstance(obj, types.ModuleType):
            yield from self._module(obj)
        elif isinstance(obj, dict):
            for key, item in obj.items():
                yield f"{self.value(key)}: {self.value(item)}"
        elif isinstance(obj, (list, tuple)):
            yield from map(self.value, obj)
        elif isinstance(obj, BUILTIN):
            yield from self._builtin(obj)
        else:
            yield from self._wrapper(obj)

    def _module(self, module: types.ModuleType) -> Iterator[str]:
        self._note_module(module)
        for name, item in sorted(vars(module).items()):
            if not name.startswith("__"):
                yield f"{name} {self.value(item)}"

    def _note_module(self, module: types.ModuleType) -> None:
        if module.__name__ not in self.modules and module.__name__ != "__main__" and is_local(module):
            self.modules[module.__name__] = None
            self.keepers.append(module)

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
        elif isinstance(obj, CachedFunction):
            self.keepers.append(obj)
            yield repr(sorted(obj.cache_parameters().items()))
            yield self.value(wrapped(obj))
        elif is_ours(type(obj), self._namespace):
            self.keepers.append(obj)
            yield self.value(type(obj))
            for name, item in sorted(vars(obj).items()):
                yield f"{name} {self.value(item)}"
        else:
            yield _type_name(obj)
            yield self.value(wrapped(obj))

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
        self.strings.update(dict.fromkeys(facts.strings))
        self.words |= facts.words
        self.keepers.append(function)
        yield facts.digest
        yield from map(self.value, function.__defaults__ or ())
        for name, item in sorted((function.__kwdefaults__ or {}).items()):
            yield f"{name} {self.value(item)}"
        for name, item in _closure(function):
            yield f"{name} {self.value(item)}"
        for name, item in sorted(vars(function).items()):
            yield f".{name} {self.value(item)}"
        if function.__globals__ is self._namespace:
            self.reads |= facts.reads
            self._attributes |= facts.dotted
            self._bare |= facts.reads.difference(name.partition(".")[0] for name in facts.dotted)
            self.reads.update(IMPORT + module for module in facts.imports)
            self.writes |= facts.writes
        else:
            yield from self._surroundings(function, facts)

    @property
    def dotted(self) -> frozenset[str]:
        """Attributes of names in ``reads``, as ``a.b``, where nothing else is done with the name."""
        return frozenset(name for name in self._attributes if name.partition(".")[0] not in self._bare)

    def _surroundings(self, function: types.FunctionType, facts: Facts) -> Iterator[str]:
        """What a function of a local module, or of the namespace of a cell's body, finds there."""
        home = function.__globals__
        name = home.get("__name__", "")
        if name in sys.modules and vars(sys.modules[name]) is home:
            self._note_module(sys.modules[name])
        for read in sorted(facts.reads & home.keys()):
            parts = attributes_of(home[read], read, facts.dotted)
            if parts:
                self._note_module(home[read])
                for part, item in parts.items():
                    self._note_text(part, item)
                    yield f"{part} {self.value(item)}"
            else:
                self._note_text(read, home[read])
                yield f"{read} {self.value(home[read])}"
        for module in facts.imports:
            absolute = absolute_name(module, home)
            loaded = sys.modules.get(absolute)
            if loaded is None:
                self.pending.add(absolute)
            elif is_local(loaded):
                yield f"import {absolute} {self.value(loaded)}"

    def _note_text(self, name: str, item: object) -> None:
        if type(item) in SCALARS:
            self.texts.append(f"{name} = {item!r}")
        elif isinstance(item, (types.FunctionType, type)) and (text := source_of(item)):
            self.texts.append(text)

    def _installed(self, function: types.FunctionType) -> str | None:
        """The module and version of an installed function; None for code of the user's."""
        if function.__globals__ is self._namespace:
            return None
        module = sys.modules.get(function.__globals__.get("__name__", ""))
        if module is None or vars(module) is not function.__globals__ or is_local(module):
            return None
        return module_version(module, self._policy)

    def _installed_function(self, function: types.FunctionType) -> Iterator[str]:
        """What an installed function wraps. Its other state (caches, locks) is no code of the user's."""
        registry = getattr(function, "registry", None)
        if registry is not None and hasattr(function, "dispatch"):
            for kind, item in registry.items():
                yield f"{self.value(kind)}: {self.value(item)}"
            return
        for name, item in _closure(function):
            if is_code(item) or isinstance(item, SCALARS):
                yield f"{name} {self.value(item)}"
        inner = function.__dict__.get("__wrapped__")
        if inner is not None:
            yield self.value(inner)

    def _class(self, cls: type) -> Iterator[str]:
        if not is_ours(cls, self._namespace):
            module = sys.modules.get(cls.__module__) or types.ModuleType(str(cls.__module__))
            yield f"{module_version(module, self._policy)} {cls.__qualname__}"
            return
        if cls.__module__ in sys.modules:
            self._note_module(sys.modules[cls.__module__])
        self.keepers.append(cls)
        yield cls.__qualname__
        for base in (type(cls), *cls.__bases__):
            yield self.value(base)
        for name, part in class_parts(cls):
            yield f"{name} {self.value(part)}"


def attributes_of(module: Any, name: str, dotted: Collection[str]) -> dict[str, Any]:
    """The attributes of a local module that code looks up, by ``name.attribute``; empty if it may need all of it.

    >>> module = types.ModuleType("utils")
    >>> attributes_of(module, "utils", ["utils.f"])
    {}
    """
    if not isinstance(module, types.ModuleType) or not is_local(module):
        return {}
    parts = sorted(part for part in dotted if part.partition(".")[0] == name)
    own = vars(module)
    found = {part: own[part.partition(".")[2]] for part in parts if part.partition(".")[2] in own}
    return found if len(found) == len(parts) else {}


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
