"""The notebook's variables: what each name stands for, and what the helpers behind it read."""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from xxhash import xxh3_128_hexdigest

from asset_magic.fingerprint import Unfingerprintable, is_immutable
from asset_magic.model.records import GlobalVersion
from asset_magic.reading.helpers import CodeOf, code_of, file_of, is_local, local_module_of, module_version
from asset_magic.reading.modules import Policy
from asset_magic.run.versions import file_version, version_of

IMPORT = "import "
_SHOWN = 60  # characters of a value that are shown in a cause


@dataclass(frozen=True, slots=True)
class Named:
    """One name: its version, and what the code behind it (if it is code) refers to."""

    version: GlobalVersion
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Closure:
    """All that some code reads from the notebook, helpers followed all the way.

    Attributes:
        globals: the version of each variable that is no asset's.
        assets: the names that are variables of assets.
        missing: names that the code itself reads and nobody defines.
        absent: all names met that are no variables now, builtins among them: a variable of that name would be read.
        indirect: the names that are met in helpers.
        writes: the names that helpers bind anew.
        strings: texts in helpers that may name files.
    """

    globals: Mapping[str, GlobalVersion] = field(default_factory=dict)
    assets: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    indirect: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every name that was followed."""
        return self.assets.union(self.globals)


@dataclass(frozen=True, slots=True)
class Followed:
    """The names that some code meets: all of them, the variables of assets, and what helpers bind anew."""

    names: frozenset[str]
    assets: frozenset[str]
    writes: frozenset[str]


class Namespace:
    """The variables of a notebook or module, with the version of each as it stands.

    Args:
        variables: the variables themselves; they are never replaced, only looked at and bound.
        hidden: names that belong to the shell and not to the user.
        bound_by: the version of the code that bound a name, for values without a fingerprint.
    """

    def __init__(
        self,
        variables: dict[str, Any],
        hidden: Callable[[], Collection[str]] = tuple,
        bound_by: Callable[[str], str] = str,
    ) -> None:
        self.variables = variables
        self.epoch = 0
        self.module_versions: Policy = "minor"
        self._hidden = hidden
        self._bound_by = bound_by
        self._seen: dict[str, tuple[int, Any, Named]] = {}
        self._loaded: dict[str, tuple[object, str]] = {}  # module name -> its spec and the file's version when read

    def advance(self) -> None:
        """Tell that code ran which may have changed anything."""
        self.epoch += 1

    def forget(self, name: str) -> None:
        """Look at ``name`` anew when it is next asked for."""
        self._seen.pop(name, None)

    def defines(self, name: str) -> bool:
        """Whether ``name`` is a variable of the user's."""
        if name.startswith(IMPORT):
            return is_local(sys.modules[module]) if (module := name.removeprefix(IMPORT)) in sys.modules else False
        return name in self.variables and name not in self._hidden()

    def _value(self, name: str) -> Any:
        return sys.modules[name.removeprefix(IMPORT)] if name.startswith(IMPORT) else self.variables[name]

    def named(self, name: str) -> Named:
        """What ``name`` stands for now; ``import x`` is the name of a module that some code imports itself.

        Raises:
            KeyError: there is no such variable.
        """
        value = self._value(name)
        seen = self._seen.get(name)
        if seen is not None and (seen[0] == self.epoch or seen[1] is value):
            return seen[2]
        named = self._look(name, value)
        self._seen[name] = (self.epoch, value if is_immutable(value) else _NOTHING, named)
        return named

    def newer_file(self, name: str) -> str:
        """The file of the local module behind ``name``, if it was edited after this kernel read it; else ""."""
        module = _local_module(self._value(name)) if self.defines(name) else None
        path = file_of(module) if module is not None else None
        if module is None or path is None:
            return ""
        _, version = self._note_module(module, path)
        return os.path.basename(path) if file_version(path) != version else ""

    def _note_module(self, module: ModuleType, path: str) -> tuple[object, str]:
        known = self._loaded.get(module.__name__)
        if known is None or known[0] is not module.__spec__:  # every reload sets a new spec
            known = self._loaded[module.__name__] = (module.__spec__, file_version(path))
        return known

    def closure(self, names: Collection[str], is_asset: Callable[[str], bool], soft: Collection[str] = ()) -> Closure:
        """Follow ``names`` through helpers, and stop at assets.

        Args:
            names: what the code itself reads.
            is_asset: whether a name is the variable of an asset.
            soft: names whose absence is no fault, because the code may bind them itself.
        """
        if not names:
            return Closure()
        found: dict[str, GlobalVersion] = {}
        assets, writes, strings = set[str](), set[str](), list[str]()
        missing, absent = [], []
        first = sorted(names)
        via = dict.fromkeys(first, "")
        for name in (queue := list(first)):
            if is_asset(name):
                assets.add(name)
            elif self.defines(name):
                named = self.named(name)
                version = named.version
                if via[name]:
                    version = GlobalVersion(version.digest, version.kind, version.text, via[name])
                found[name] = version
                writes |= named.writes
                strings += named.strings
                for inner in sorted(named.reads):
                    if inner not in via:
                        via[inner] = name
                        queue.append(inner)
            else:
                absent.append(name)
                if not via[name] and name not in soft and self._is_unknown(name):
                    missing.append(name)
        indirect = frozenset(name for name, through in via.items() if through)
        return Closure(
            found, frozenset(assets), tuple(missing), tuple(absent), indirect, frozenset(writes), tuple(strings)
        )

    def _is_unknown(self, name: str) -> bool:
        return not name.startswith(IMPORT) and not hasattr(builtins, name) and name not in self.variables

    def follow(self, names: Iterable[str], is_asset: Callable[[str], bool]) -> Followed:
        """Which names some code meets, helpers followed; no value is looked into, so that it costs next to nothing."""
        met = dict.fromkeys(names)
        assets, writes = set[str](), set[str]()
        for name in (queue := list(met)):
            if is_asset(name):
                assets.add(name)
            elif self.defines(name):
                code = self._code(name)
                if code is not None:
                    writes |= code.writes
                    fresh = [inner for inner in code.reads if inner not in met]
                    met.update(dict.fromkeys(fresh))
                    queue += fresh
        return Followed(frozenset(met), frozenset(assets), frozenset(writes))

    def _code(self, name: str) -> CodeOf | None:
        value = self._value(name)
        if is_immutable(value) or isinstance(value, ModuleType):
            return None
        return code_of(value, self.variables, version_of)

    def _look(self, name: str, value: Any) -> Named:
        module = _local_module(value)
        path = file_of(module) if module is not None else None
        if module is not None and path is not None:
            self._note_module(module, path)
        if isinstance(value, ModuleType):
            return self._module(value)
        described = code_of(value, self.variables, version_of)
        if described is not None:
            version = GlobalVersion(described.digest, "helper", described.text)
            return Named(version, described.reads - {name}, described.writes, described.strings)
        try:
            digest = version_of(value)
        except (Unfingerprintable, TypeError):
            return Named(GlobalVersion(f"{type(value).__qualname__}:{self._bound_by(name)}", "opaque"))
        strings = (value,) if type(value) is str and len(value) < 260 else ()
        return Named(GlobalVersion(digest, "value", _shown(value)), strings=strings)

    def _module(self, module: ModuleType) -> Named:
        if is_local(module):
            described = local_module_of(module, version_of)
            version = GlobalVersion(f"{module.__name__}:{described.digest}", "helper", described.text)
            return Named(version, strings=described.strings)
        label = module_version(module, self.module_versions)
        return Named(GlobalVersion(xxh3_128_hexdigest(f"{module.__name__} {label}".encode()), "module", label))


_NOTHING = object()


def _local_module(value: Any) -> ModuleType | None:
    """The local module that ``value`` is, or was defined in."""
    module = value if isinstance(value, ModuleType) else sys.modules.get(getattr(value, "__module__", None) or "")
    return module if isinstance(module, ModuleType) and module.__name__ != "__main__" and is_local(module) else None


def _shown(value: Any) -> str:
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        text = repr(value)
        return text if len(text) <= _SHOWN else ""
    return ""
