"""Definitions: what an asset, a check or a source is, and the code behind it.

The engine knows one kind of code, `Computation`; a notebook cell, ``@asset`` and ``@multi_asset`` all become it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey

EMPTY: Mapping[str, Any] = MappingProxyType({})


class AssetCheckSeverity(str, Enum):
    """How bad a failed check is: ``WARN`` is shown, ``ERROR`` is a failure."""

    WARN = "WARN"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class CellRef:
    """The notebook cell that something came from.

    Attributes:
        id: the front end's id of the cell, or None where it sends none.
        number: the execution count, as in ``In[3]``.
    """

    id: str | None
    number: int

    def __str__(self) -> str:
        return f"In[{self.number}]"


@dataclass(frozen=True, slots=True, init=False)
class AssetDep:
    """A dependency that passes no value: it orders the runs and counts in provenance.

    >>> AssetDep("orders").asset_key
    AssetKey(['orders'])
    """

    asset_key: AssetKey

    def __init__(self, asset: Any) -> None:
        object.__setattr__(self, "asset_key", key_of(asset))


@dataclass(frozen=True, kw_only=True)
class AssetSpec:
    """What is said of one asset, apart from the code that makes it.

    Attributes:
        key: the asset's key.
        deps: dependencies that pass no value.
        description: a sentence for readers.
        group_name: the group it is drawn in.
        tags, kinds, owners, metadata: labels, for people and selections.
        code_version: replaces the version taken from the code itself, as in Dagster.
        bind: the notebook variable that holds the value; the last part of the key by default.
    """

    key: AssetKey
    deps: tuple[AssetKey, ...] = ()
    description: str = ""
    group_name: str = "default"
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    kinds: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    code_version: str | None = None
    bind: str | None = None

    @property
    def variable(self) -> str:
        """The notebook variable that holds the value."""
        return self.bind or self.key.name


@dataclass(frozen=True, eq=False, kw_only=True)
class Computation:
    """Code that the engine can run, and what reading it told.

    Attributes:
        call: given the values of the names it reads and an execution context, returns what the code gives:
            a value, or an awaitable of it.
        reads: names that the code looks up in the notebook.
        binds: names that the code binds itself in some branch; reading one of these is no demand that it exists.
        parameters: names whose values are passed from an asset under another key or name.
        namespace: where names are looked up; None for code that reads no global name.
        code_version: changes when, and only when, the code means something else.
        source: the text of the code, for people.
        cell: where it was written.
        awaits: ``call`` gives something to await.
        isolated: the code runs in a namespace of its own (a cell) and not in ``namespace`` (a function).
        file_names: strings in the code that may name files.
        imports: modules that the code itself imports.
    """

    call: Callable[[Mapping[str, Any], Any], Any]
    code_version: str
    reads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    parameters: Mapping[str, AssetKey] = field(default_factory=lambda: EMPTY)
    namespace: dict[str, Any] | None = None
    source: str = ""
    cell: CellRef | None = None
    awaits: bool = False
    isolated: bool = True
    file_names: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


class AssetsDefinition:
    """One or several assets that one piece of code makes.

    Calling it calls the decorated function itself, so an asset can be tested like any function.

    Attributes:
        specs: what is said of each asset, in the order of the outputs.
        code: the code; None for an external asset.
        external: the assets are made elsewhere; ``code``, if any, observes them.
        path: the file that a source asset stands for.
    """

    def __init__(
        self,
        specs: tuple[AssetSpec, ...],
        code: Computation | None,
        *,
        external: bool = False,
        path: str | None = None,
        function: Callable[..., Any] | None = None,
        outputs: Mapping[str, AssetKey] | None = None,
    ) -> None:
        self.specs = specs
        self.code = code
        self.external = external
        self.path = path
        self.outputs = outputs or {spec.key.name: spec.key for spec in specs}
        self._function = function
        self._by_key = {spec.key: spec for spec in specs}
        if function is not None:
            self.__name__ = getattr(function, "__name__", specs[0].key.name)
            self.__doc__ = function.__doc__

    @property
    def keys(self) -> tuple[AssetKey, ...]:
        """The keys of the assets, in the order of the outputs."""
        return tuple(self._by_key)

    @property
    def key(self) -> AssetKey:
        """The key, where there is just one."""
        if len(self.specs) != 1:
            raise ValueError(f"this definition makes {len(self.specs)} assets: use .keys")
        return self.specs[0].key

    @property
    def name(self) -> str:
        """How a run names this piece of code."""
        return getattr(self, "__name__", "") or "_".join(key.name for key in self._by_key)

    def spec(self, key: AssetKey) -> AssetSpec:
        """What is said of the asset ``key``."""
        return self._by_key[key]

    def code_version(self, key: AssetKey) -> str:
        """The version of the code behind ``key``: the declared one, else the code's own."""
        declared = self._by_key[key].code_version
        if declared is not None:
            return declared
        return self.code.code_version if self.code is not None else ""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._function is None:
            raise TypeError(f"{self!r} was not made from a function, so it cannot be called")
        return self._function(*args, **kwargs)

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        if self._function is None:
            raise AttributeError("__wrapped__")
        return self._function

    def __iter__(self) -> Iterator[AssetSpec]:
        return iter(self.specs)

    def __repr__(self) -> str:
        kind = "SourceAsset" if self.external else "AssetsDefinition"
        return f"<{kind} {', '.join(self._by_key)}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCheckSpec:
    """What is said of a check, apart from its code.

    Attributes:
        name: its name, unique for the asset.
        asset: the key of the asset that it checks.
        description: a sentence for readers.
        blocking: whether a failure keeps everything downstream from running.
        severity: of a failure that does not state its own.
    """

    name: str
    asset: AssetKey
    description: str = ""
    blocking: bool = False
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)

    @property
    def id(self) -> tuple[AssetKey, str]:
        """What identifies the check: its asset and its name."""
        return (self.asset, self.name)


class AssetCheckDefinition:
    """A check and its code. Calling it calls the decorated function."""

    def __init__(self, spec: AssetCheckSpec, code: Computation, *, function: Callable[..., Any] | None = None) -> None:
        self.spec = spec
        self.code = code
        self._function = function
        if function is not None:
            self.__name__ = getattr(function, "__name__", spec.name)
            self.__doc__ = function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._function is None:
            raise TypeError(f"{self!r} was not made from a function, so it cannot be called")
        return self._function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<AssetCheck {self.spec.name} of {self.spec.asset}>"


def key_of(asset: Any) -> AssetKey:
    """The key of whatever names an asset: a key, text, parts, a definition, a spec or an `AssetDep`."""
    if isinstance(asset, AssetKey):
        return asset
    if isinstance(asset, AssetDep):
        return asset.asset_key
    if isinstance(asset, (AssetsDefinition, AssetSpec)):
        return asset.key
    return AssetKey(_coercible(asset))


def _coercible(asset: object) -> CoercibleToAssetKey:
    if isinstance(asset, str) or (isinstance(asset, (list, tuple)) and all(isinstance(p, str) for p in asset)):
        return asset
    raise DefinitionError(f"{asset!r} does not name an asset: give its key or its definition")
