"""What code reads from the notebook: what is known of one name, and of all names that some code meets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from asset_magic.model.records import GlobalVersion


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
        dotted: attributes of names in ``reads``, as ``a.b``, where nothing else is done with the name.
    """

    version: GlobalVersion
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    keepers: tuple[object, ...] = ()
    modules: tuple[str, ...] = ()
    pending: frozenset[str] = frozenset()
    dotted: frozenset[str] = frozenset()


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


class Met:
    """Gathers what some code reads, name by name.

    Args:
        names: those that it reads itself.

    Attributes:
        queue: all names met so far, in that order; it grows while it is gone through.
        via: for each of them the helper through which it was met first, or "".
    """

    def __init__(self, names: list[str]) -> None:
        self.queue = list(names)
        self.via = dict.fromkeys(names, "")
        self.globals: dict[str, GlobalVersion] = {}
        self.assets: set[str] = set()
        self.pending: set[str] = set()
        self._writes: set[str] = set()
        self._strings: list[str] = []
        self._words: set[str] = set()

    def take(self, name: str, named: Named) -> None:
        """Count ``name`` in, and queue what it reads in turn."""
        version = named.version
        if self.via[name]:
            version = GlobalVersion(version.digest, version.kind, version.text, self.via[name], version.code)
        self.globals[name] = version
        self._writes |= named.writes
        self._strings += named.strings
        self._words |= named.words
        self.pending |= named.pending
        for inner in sorted(named.reads):
            if inner not in self.via:
                self.via[inner] = name
                self.queue.append(inner)

    def closure(self, missing: Iterable[str], absent: Iterable[str]) -> Closure:
        """All that was met."""
        return Closure(
            self.globals,
            frozenset(self.assets),
            tuple(missing),
            tuple(absent),
            frozenset(name for name, through in self.via.items() if through),
            frozenset(self._writes),
            tuple(self._strings),
            frozenset(self._words),
            frozenset(self.pending),
        )
