"""The notebook's variables: what each name stands for, and what the helpers behind it read."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from types import FunctionType, ModuleType
from typing import Any

from xxhash import xxh3_128_hexdigest

from asset_magic.fingerprint import Unfingerprintable, is_immutable
from asset_magic.model.records import GlobalVersion
from asset_magic.reading.helpers import IMPORT, CodeOf, is_local, may_hold_code, module_version
from asset_magic.reading.modules import Policy
from asset_magic.reading.names import words_in
from asset_magic.reading.parts import attributes_of
from asset_magic.run.versions import Reader
from asset_magic.session.closures import Closure, Followed, Met, Named
from asset_magic.session.loaded import Loaded, state

_SHOWN = 60  # characters of a value that are shown in a cause
_LONGEST_PATH = 260
_CONTAINERS = (list, tuple, dict, set, frozenset)
_FEW = 256  # a longer container is data, and no names
_LONG = 20_000  # characters; a longer text is data, too


class Namespace:
    """The variables of a notebook or module, with the version of each as it stands.

    Args:
        variables: the variables themselves; they are never replaced, only looked at and bound.
        hidden: names that belong to the shell and not to the user.
        bound_by: the version of the code that bound a name, for values without a fingerprint.

    Attributes:
        aside: the variables that the notebook is without while a body runs.
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
        self.aside: dict[str, Any] = {}
        self._bound_by = bound_by
        self._seen: dict[str, tuple[int, Any, Named]] = {}
        self._loaded = Loaded()
        self._imports: dict[str, tuple[str, str, object]] = {}  # name -> module, name there, and how that was loaded
        self._costs: dict[str, float] = {}

    def advance(self) -> None:
        """Tell that code ran which may have changed anything."""
        self.epoch += 1

    def cost(self, name: str) -> float:
        """How many seconds it takes to look at ``name``, as far as is known: nothing if that has just been done."""
        seen = self._seen.get(name)
        if seen is not None and (seen[0] == self.epoch or seen[1] is self.variables.get(name, _NOTHING)):
            return 0.0
        return self._costs.get(name, 0.0)

    def digest_of(self, name: str, value: Any) -> str:
        """The version that ``value`` would have under ``name``."""
        return self._look(name, value).version.digest

    def forget(self, name: str) -> None:
        """Look at ``name`` anew when it is next asked for."""
        self._seen.pop(name, None)

    def defines(self, name: str) -> bool:
        """Whether ``name`` is a variable of the user's."""
        if name.startswith(IMPORT):
            return is_local(sys.modules[module]) if (module := name.removeprefix(IMPORT)) in sys.modules else False
        if "." in name:
            module, _, part = name.partition(".")
            return self._is_local_module(module) and part in vars(self.variables[module])
        return (name in self.variables or name in self.aside) and name not in self._hidden()

    def names(self) -> list[str]:
        """The names of all variables of the user's."""
        hidden = self._hidden()
        return [name for name in (*self.variables, *self.aside) if name not in hidden]

    def _value(self, name: str) -> Any:
        if name.startswith(IMPORT):
            return sys.modules[name.removeprefix(IMPORT)]
        module, _, part = name.partition(".")
        if part:
            return vars(self.variables[module])[part]
        return self.variables[name] if name in self.variables else self.aside[name]

    @contextmanager
    def without(self, names: Iterable[str]) -> Iterator[None]:
        """Take variables away for the time of a body, which shall not find them; they count as defined all the same."""
        before, self.aside = self.aside, {**self.aside, **{name: self.variables.pop(name) for name in names}}
        try:
            yield
        finally:
            aside, self.aside = self.aside, before
            for name in names:
                self.variables.setdefault(name, aside[name])  # the body may have had it bound anew

    def reader(self) -> Reader:
        """Gives the versions of values, and what the code in them reads here."""
        return Reader(self.variables, self.module_versions)

    def count_versions(self, policy: Policy) -> None:
        """Set how much of the versions of installed modules counts."""
        self.module_versions = policy
        self._seen.clear()
        self.advance()

    def named(self, name: str) -> Named:
        """What ``name`` stands for now; ``import x`` is the name of a module that some code imports itself.

        Raises:
            KeyError: there is no such variable.
        """
        value = self._value(name)
        seen = self._seen.get(name)
        if seen is not None and (seen[0] == self.epoch or seen[1] is value):
            return seen[2]
        begin = perf_counter()
        named = self._look(name, value)
        self._costs[name] = perf_counter() - begin
        lasting = is_immutable(value) and not named.keepers
        self._seen[name] = (self.epoch, value if lasting else _NOTHING, named)
        return named

    def holds_state(self, name: str) -> bool:
        """Whether a plain cell may set parts of ``name``: of a function or class of the user's."""
        value = self._value(name)
        if not isinstance(value, (FunctionType, type)):
            return False
        module = sys.modules.get(value.__module__ or "")
        return module is None or is_local(module)

    def imported(self, sources: Iterable[tuple[str, str, str]], bound: Collection[str]) -> None:
        """Tell that the names ``bound`` were bound by a cell that imports ``sources`` from modules."""
        for name in self._imports.keys() & bound:
            del self._imports[name]
        for module, there, here in sources:
            if module in sys.modules and is_local(sys.modules[module]):
                loaded = state(module)
                names = [(name, name) for name in bound] if there == "*" else [(there, here)]
                for original, name in names:
                    if name in bound and vars(sys.modules[module]).get(original) is self.variables.get(name, _NOTHING):
                        self._imports[name] = (module, original, loaded)

    def superseded(self, name: str) -> str:
        """The local module that ``name`` was imported from, if it was loaded again and holds something else now."""
        if name not in self._imports or name not in self.variables:
            return ""
        module, there, loaded = self._imports[name]
        held = self.variables[name]
        now = vars(sys.modules[module]).get(there, held) if module in sys.modules else held
        if now is held or self._digest(now) == self._digest(held):
            return ""
        # Its own code may bind another value while it runs: only one of another text was not imported.
        return module if state(module) != loaded else ""

    def outdated(self, name: str) -> str:
        """What a local module behind ``name`` still has from another module that was loaded again since, in words."""
        modules = self.named(name).modules if self.defines(name) else ()
        return self._loaded.outdated(modules, self._digest) if modules else ""

    def _digest(self, value: Any) -> str:
        reader = self.reader()
        described = reader.code_of(value)
        try:
            return described.digest if described is not None else reader.version_of(value)
        except (Unfingerprintable, TypeError):
            return ""

    def newer_files(self, name: str) -> list[str]:
        """The files of the local modules behind ``name`` that were edited after this kernel loaded them."""
        if not self.defines(name):
            return []
        origin = [self._imports[name][0]] if name in self._imports else []
        return self._loaded.newer([*self.named(name).modules, *origin])

    def closure(
        self,
        names: Collection[str],
        is_asset: Callable[[str], bool],
        soft: Collection[str] = (),
        dotted: Callable[[], frozenset[str]] = frozenset,
    ) -> Closure:
        """Follow ``names`` through helpers, and stop at assets.

        Local modules of which the code only looks up attributes are followed by these.

        Args:
            names: what the code itself reads.
            is_asset: whether a name is the variable of an asset.
            soft: names whose absence is no fault, because the code may bind them itself.
            dotted: gives the attributes that the code looks up of names with which it does nothing else.
        """
        if not names:
            return Closure()
        met = Met(sorted(names))
        missing, absent, modules = [], [], []
        for name in met.queue:
            if is_asset(name):
                met.assets.add(name)
            elif not self.defines(name):
                absent.append(name)
                if name.startswith(IMPORT):
                    met.pending |= {name.removeprefix(IMPORT)} - sys.modules.keys()
                elif not met.via[name] and name not in soft and self._is_unknown(name):
                    missing.append(name)
            elif self._is_local_module(name):
                modules.append(name)  # which parts of it are read is known once all helpers are
            else:
                met.take(name, self.named(name))
        for name in modules:
            parts = self._parts_read(name, dotted() if name in names else None, met)
            if parts:
                met.globals[name] = GlobalVersion(self.variables[name].__name__, "local", via=met.via[name])
            for part, through in parts.items() if parts else [(name, met.via[name])]:
                met.via[part] = through
                met.take(part, self.named(part))
        return met.closure(missing, absent)

    def _is_local_module(self, name: str) -> bool:
        value = self.variables.get(name)
        return isinstance(value, ModuleType) and is_local(value)

    def _parts_read(self, name: str, own: frozenset[str] | None, met: Met) -> dict[str, str]:
        """The attributes that code looks up of a local module, and by which helper; empty if it may need all of it.

        Args:
            name: of the module.
            own: the attributes that the code itself looks up; None if it does not name the module.
            met: the helpers.
        """
        readers = {helper: named.dotted for helper in met.globals if name in (named := self.named(helper)).reads}
        through: dict[str, str] = {}
        for helper, dotted in (*readers.items(), *([("", own)] if own is not None else [])):
            parts = attributes_of(self.variables[name], name, dotted)
            if not parts or any(self.named(part).reads for part in parts):
                return {}
            through |= dict.fromkeys(parts, helper)
        return through

    def _is_unknown(self, name: str) -> bool:
        return not hasattr(builtins, name) and name not in self.variables and name not in self.aside

    def follow(self, names: Iterable[str], is_asset: Callable[[str], bool]) -> Followed:
        """Which names some code meets, helpers followed; no data is looked into, so that it costs next to nothing."""
        met = dict.fromkeys(names)
        assets, writes = set[str](), set[str]()
        for name in (queue := list(met)):
            if is_asset(name):
                assets.add(name)
            elif self.defines(name):
                value = self._value(name)
                if not isinstance(value, ModuleType) and may_hold_code(value, self.variables):
                    named = self.named(name)
                    writes |= named.writes
                    fresh = [inner for inner in named.reads if inner not in met]
                    met.update(dict.fromkeys(fresh))
                    queue += fresh
        return Followed(frozenset(met), frozenset(assets), frozenset(writes))

    def _look(self, name: str, value: Any) -> Named:
        if isinstance(value, ModuleType) and not is_local(value):
            label = module_version(value, self.module_versions)
            return Named(GlobalVersion(xxh3_128_hexdigest(f"{value.__name__} {label}".encode()), "module", label))
        reader = self.reader()
        described = reader.code_of(value)
        if described is not None:
            if isinstance(value, ModuleType):
                text = self._loaded.text(value.__name__)
                version = GlobalVersion(f"{value.__name__}:{described.digest}", "local", code=text)
            else:
                version = GlobalVersion(described.digest, "helper", code=described.text)
        else:
            try:
                digest = reader.version_of(value)
                inside = dict.fromkeys(code.text for code in reader.found if code.text)
                version = GlobalVersion(digest, "value", _shown(value), code="\n\n".join(inside))
            except (Unfingerprintable, TypeError):
                version = GlobalVersion(f"{type(value).__qualname__}:{self._bound_by(name)}", "opaque")
        found = _together(name, version, reader.found)
        home = self.variables[name.partition(".")[0]] if "." in name and not name.startswith(IMPORT) else None
        if home is not None and home.__name__ not in found.modules:
            found = replace(found, keepers=(*found.keepers, home), modules=(*found.modules, home.__name__))
        self._loaded.note(found.modules)
        if type(value) is str:
            return replace(found, strings=(value,) if len(value) < _LONGEST_PATH else (), words=words_of(value))
        words = words_of(value)
        return replace(found, words=found.words | words) if words else found


def _together(name: str, version: GlobalVersion, found: Sequence[CodeOf]) -> Named:
    """What is known of ``name`` by all the code that was met in it."""
    if not found:
        return Named(version)
    return Named(
        version,
        frozenset().union(*(code.reads for code in found)) - {name},
        frozenset().union(*(code.writes for code in found)),
        tuple(text for code in found for text in code.strings),
        frozenset().union(*(code.words for code in found)),
        tuple(keeper for code in found for keeper in code.keepers),
        tuple(dict.fromkeys(module for code in found for module in code.modules)),
        frozenset().union(*(code.pending for code in found)),
        frozenset().union(*(code.dotted for code in found)) if len(found) == 1 else frozenset(),
    )


_NOTHING = object()


def words_of(value: Any) -> frozenset[str]:
    """The words in a value that is a text, or a short container of texts, as far as they could be names.

    >>> sorted(words_of(["a < @limit", 3]))
    ['a', 'limit']
    """
    if type(value) is str:
        texts: Iterable[Any] = (value,)
    elif type(value) in _CONTAINERS and len(value) <= _FEW:
        texts = (*value, *value.values()) if type(value) is dict else value
    else:
        return frozenset()
    return frozenset(word for text in texts if type(text) is str and len(text) <= _LONG for word in words_in(text))


def _shown(value: Any) -> str:
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        text = repr(value)
        return text if len(text) <= _SHOWN else ""
    return ""
