"""The notebook's variables: what each name stands for, and what the helpers behind it read."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter
from types import FunctionType, ModuleType
from typing import Any

from xxhash import xxh3_128_hexdigest

from asset_magic.fingerprint import Unfingerprintable, is_immutable
from asset_magic.model.records import GlobalVersion
from asset_magic.reading.helpers import IMPORT, CodeOf, is_local, may_hold_code, module_version
from asset_magic.reading.modules import Policy
from asset_magic.reading.names import words_in
from asset_magic.run.versions import Reader
from asset_magic.session.loaded import Loaded, state

_SHOWN = 60  # characters of a value that are shown in a cause
_LONGEST_PATH = 260
_CONTAINERS = (list, tuple, dict, set, frozenset)
_FEW = 256  # a longer container is data, and no names
_LONG = 20_000  # characters; a longer text is data, too


@dataclass(frozen=True, slots=True)
class Named:
    """One name: its version, and what the code that it is, or that its value holds, refers to.

    Attributes:
        reads: names of the notebook.
        writes: names of the notebook that it binds.
        strings: texts that may name files.
        words: words in its texts that could be names of variables.
        keepers: functions and classes that may keep a state of their own.
        modules: local modules that the code is from.
        pending: modules that it imports, and that are not loaded yet.
    """

    version: GlobalVersion
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    keepers: tuple[object, ...] = ()
    modules: tuple[str, ...] = ()
    pending: frozenset[str] = frozenset()


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
        words: words in texts of helpers and variables that could be names of variables.
        pending: modules that are imported when the code runs, and are not loaded yet.
    """

    globals: Mapping[str, GlobalVersion] = field(default_factory=dict)
    assets: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    indirect: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()

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

    def forget(self, name: str) -> None:
        """Look at ``name`` anew when it is next asked for."""
        self._seen.pop(name, None)

    def defines(self, name: str) -> bool:
        """Whether ``name`` is a variable of the user's."""
        if name.startswith(IMPORT):
            return is_local(sys.modules[module]) if (module := name.removeprefix(IMPORT)) in sys.modules else False
        return (name in self.variables or name in self.aside) and name not in self._hidden()

    def names(self) -> list[str]:
        """The names of all variables of the user's."""
        hidden = self._hidden()
        return [name for name in (*self.variables, *self.aside) if name not in hidden]

    def _value(self, name: str) -> Any:
        if name.startswith(IMPORT):
            return sys.modules[name.removeprefix(IMPORT)]
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
        reader = Reader(self.variables)
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
        assets, writes, strings, words, pending = set[str](), set[str](), list[str](), set[str](), set[str]()
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
                    version = GlobalVersion(version.digest, version.kind, version.text, via[name], version.code)
                found[name] = version
                writes |= named.writes
                strings += named.strings
                words |= named.words
                pending |= named.pending
                for inner in sorted(named.reads):
                    if inner not in via:
                        via[inner] = name
                        queue.append(inner)
            else:
                absent.append(name)
                if name.startswith(IMPORT):
                    pending |= {name.removeprefix(IMPORT)} - sys.modules.keys()
                elif not via[name] and name not in soft and self._is_unknown(name):
                    missing.append(name)
        indirect = frozenset(name for name, through in via.items() if through)
        return Closure(
            found,
            frozenset(assets),
            tuple(missing),
            tuple(absent),
            indirect,
            frozenset(writes),
            tuple(strings),
            frozenset(words),
            frozenset(pending),
        )

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
        reader = Reader(self.variables)
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
        self._loaded.note(found.modules)
        if type(value) is str:
            return Named(version, strings=(value,) if len(value) < _LONGEST_PATH else (), words=words_of(value))
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
