"""Definitions: assets and checks together with the code behind them.

The engine knows one kind of code, `Computation`; a notebook cell, ``@asset`` and ``@multi_asset`` all become it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from asset_magic.model.arrangement import arranged
from asset_magic.model.check_specs import AssetCheckKey, AssetCheckSpec
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import EMPTY
from asset_magic.model.specs import AssetSpec

if TYPE_CHECKING:
    from asset_magic.model.retries import RetryPolicy


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
        mentions: words in its strings, which may be names that the code looks up when it runs.
        offered: names that are given to the code if it mentions them, and if they have a value.
        imports: modules that the code itself imports.
        dotted: gives the attributes of names in ``reads``, as ``a.b``, where nothing else is done with the name.
        retry_policy: how often the code is tried again when it fails.
        ends_with: the name that the last statement of a cell binds, if that is not the name of its asset.
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
    mentions: frozenset[str] = frozenset()
    offered: frozenset[str] = frozenset()
    imports: tuple[str, ...] = ()
    dotted: Callable[[], frozenset[str]] = frozenset
    retry_policy: RetryPolicy | None = None
    ends_with: str = ""


_CODE = attrgetter(*(f.name for f in fields(Computation) if f.name not in ("call", "cell")))
_SAID = attrgetter("specs", "external", "path", "outputs", "can_subset", "narrowed", "implied", "withholds")


class DirectContext:
    """A context that a test makes before it is known which definition will be called with it."""

    def bind(self, assets_def: AssetsDefinition) -> None:
        """Tell which definition is called."""


class _Decorated:
    """Something made from a function; calling it calls the function, so it can be tested like one."""

    _function: Callable[..., Any] | None = None

    def _wrap(self, function: Callable[..., Any] | None, name: str | None) -> None:
        self._function = function
        if function is not None:
            self.__wrapped__ = function  # of the object alone: the class itself wraps nothing
            self.__name__ = name or getattr(function, "__name__", "")
            self.__doc__ = function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._function is None:
            raise TypeError(f"{self!r} was not made from a function, so it cannot be called")
        return self._function(*args, **kwargs)


class AssetsDefinition(_Decorated):
    """One or several assets that one piece of code makes.

    Calling it calls the decorated function itself, so an asset can be tested like any function.

    Attributes:
        specs: what is said of each asset, in the order of the outputs.
        keys: the keys of the assets, in the same order.
        code: the code; None for an external asset.
        external: the assets are made elsewhere; ``code``, if any, observes them.
        path: the file that a source asset stands for.
        outputs: the key of each output, by the name of the output.
        check_specs: the checks that the code itself evaluates.
        can_subset: the code can make some of its assets without the others.
        stated: the keys that each asset is said to depend on, by its spec and by the parameters of the code.
        narrowed: keys that depend on their spec's ``deps`` alone and not on what the code takes.
        implied: assets that the code says nothing of are made all the same, without a value.
        withholds: None stands for no value where a value may be left out, as in a cell.
    """

    def __init__(
        self,
        specs: tuple[AssetSpec, ...],
        code: Computation | None,
        *,
        external: bool = False,
        path: str | None = None,
        function: Callable[..., Any] | None = None,
        name: str | None = None,
        outputs: Mapping[str, AssetKey] | None = None,
        check_specs: tuple[AssetCheckSpec, ...] = (),
        can_subset: bool = False,
        narrowed: frozenset[AssetKey] = frozenset(),
        implied: bool = False,
        withholds: bool = False,
    ) -> None:
        self.specs = specs
        self.code = code
        self.external = external
        self.path = path
        self.outputs = outputs or {spec.key.name: spec.key for spec in specs}
        self.check_specs = check_specs
        self.can_subset = can_subset
        self.narrowed = narrowed
        self.implied = implied
        self.withholds = withholds
        self._by_key = {spec.key: spec for spec in specs}
        self._code_versions: dict[AssetKey, str] = {}
        self.keys: tuple[AssetKey, ...] = tuple(self._by_key)
        self.stated = self._stated()
        self._wrap(function, name)

    @property
    def key(self) -> AssetKey:
        """The key, where there is just one.

        Raises:
            DefinitionError: there are several.
        """
        if len(self.specs) != 1:
            raise DefinitionError(f"{self.name} makes {len(self.specs)} assets: name one of {', '.join(self.keys)}")
        return self.specs[0].key

    @property
    def name(self) -> str:
        """How a run names this piece of code."""
        return getattr(self, "__name__", "") or "_".join(key.name for key in self._by_key)

    def spec(self, key: AssetKey) -> AssetSpec:
        """What is said of the asset ``key``."""
        return self._by_key[key]

    def code_version(self, key: AssetKey) -> str:
        """The version of the code behind ``key``: the declared one, else the code's own, as it is arranged here."""
        declared = self._by_key[key].code_version
        if declared is not None:
            return declared
        version = self._code_versions.get(key)
        if version is None:
            own = self.code.code_version if self.code is not None else ""
            version = self._code_versions[key] = arranged(own, self, key)
        return version

    def is_again(self, other: AssetsDefinition) -> bool:
        """Whether the cell that ``other`` is from ran again and says the same, though it has another number now."""
        mine, before = self.code, other.code
        if mine is None or before is None or not mine.isolated or self.check_specs or other.check_specs:
            return False
        return bool(_SAID(self) == _SAID(other) and _CODE(mine) == _CODE(before))

    def may_lack(self, key: AssetKey) -> bool:
        """Whether the code may give no value for ``key``."""
        return self._by_key[key].skippable or self.can_subset

    # As Dagster names what is known of a definition

    def get_asset_spec(self, key: AssetKey | None = None) -> AssetSpec:
        """What is said of ``key``; it may be left out where there is just one."""
        return self._by_key[self.key if key is None else key]

    @property
    def specs_by_key(self) -> Mapping[AssetKey, AssetSpec]:
        """What is said of each asset."""
        return dict(self._by_key)

    @property
    def group_names_by_key(self) -> Mapping[AssetKey, str]:
        """The group of each asset."""
        return {key: spec.group_name for key, spec in self._by_key.items()}

    @property
    def descriptions_by_key(self) -> Mapping[AssetKey, str]:
        """The description of each asset that has one."""
        return {key: spec.description for key, spec in self._by_key.items() if spec.description}

    @property
    def metadata_by_key(self) -> Mapping[AssetKey, Mapping[str, Any]]:
        """The facts about each asset."""
        return {key: spec.metadata for key, spec in self._by_key.items()}

    @property
    def tags_by_key(self) -> Mapping[AssetKey, Mapping[str, str]]:
        """The tags of each asset."""
        return {key: spec.tags for key, spec in self._by_key.items()}

    @property
    def owners_by_key(self) -> Mapping[AssetKey, tuple[str, ...]]:
        """The owners of each asset."""
        return {key: spec.owners for key, spec in self._by_key.items()}

    @property
    def code_versions_by_key(self) -> Mapping[AssetKey, str | None]:
        """The declared code version of each asset, or None."""
        return {key: spec.code_version for key, spec in self._by_key.items()}

    @property
    def keys_by_input_name(self) -> Mapping[str, AssetKey]:
        """The upstream asset behind each parameter."""
        return dict(self.code.parameters) if self.code is not None else {}

    @property
    def keys_by_output_name(self) -> Mapping[str, AssetKey]:
        """The key of each output, by the name of the output; that of ``@asset`` is called ``result``."""
        return dict(self.outputs)

    def map_asset_specs(self, func: Callable[[AssetSpec], AssetSpec]) -> AssetsDefinition:
        """This definition with other specs.

        Raises:
            DefinitionError: a spec has another key than before.
        """
        specs = tuple(func(spec) for spec in self.specs)
        if [spec.key for spec in specs] != list(self.keys):
            raise DefinitionError("map_asset_specs changes what is said of assets, and not their keys")
        changed = copy(self)
        changed.specs, changed._by_key, changed._code_versions = specs, {spec.key: spec for spec in specs}, {}
        changed.stated = changed._stated()
        return changed

    def _stated(self) -> Mapping[AssetKey, tuple[AssetKey, ...]]:
        taken = tuple(self.code.parameters.values()) if self.code is not None else ()
        if not taken:
            return {key: spec.dep_keys for key, spec in self._by_key.items()}
        return {
            key: spec.dep_keys if key in self.narrowed else tuple(dict.fromkeys((*spec.dep_keys, *taken)))
            for key, spec in self._by_key.items()
        }

    @property
    def asset_deps(self) -> Mapping[AssetKey, set[AssetKey]]:
        """What each asset is said to depend on."""
        return {key: set(deps) for key, deps in self.stated.items()}

    @property
    def dependency_keys(self) -> set[AssetKey]:
        """What the assets are said to depend on, themselves left out."""
        return {dep for deps in self.stated.values() for dep in deps} - set(self._by_key)

    @property
    def check_keys(self) -> set[AssetCheckKey]:
        """The checks that the code itself evaluates."""
        return {spec.key for spec in self.check_specs}

    @property
    def is_external(self) -> bool:
        """Whether the assets are made elsewhere."""
        return self.external

    @property
    def is_executable(self) -> bool:
        """Whether there is code to run."""
        return self.code is not None

    @property
    def is_materializable(self) -> bool:
        """Whether the code makes the assets."""
        return self.code is not None and not self.external

    @property
    def is_observable(self) -> bool:
        """Whether the code observes assets that are made elsewhere."""
        return self.code is not None and self.external

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        context = args[0] if args else kwargs.get("context")
        if isinstance(context, DirectContext):
            context.bind(self)
        return super().__call__(*args, **kwargs)

    def __iter__(self) -> Iterator[AssetSpec]:
        return iter(self.specs)

    def __repr__(self) -> str:
        kind = "SourceAsset" if self.external else "AssetsDefinition"
        return f"<{kind} {', '.join(self._by_key)}>"


def map_asset_specs(
    func: Callable[[AssetSpec], AssetSpec], iterable: Iterable[AssetsDefinition | AssetSpec]
) -> list[AssetsDefinition | AssetSpec]:
    """Specs and definitions with other specs.

    Raises:
        DefinitionError: a spec of a definition has another key than before.

    >>> [spec.group_name for spec in map_asset_specs(lambda spec: spec.replace_attributes(group_name="raw"),
    ...                                              [AssetSpec("orders")])]
    ['raw']
    """
    return [one.map_asset_specs(func) if isinstance(one, AssetsDefinition) else func(one) for one in iterable]


@dataclass(frozen=True, slots=True, eq=False)
class AssetCheck:
    """One check as a graph knows it.

    Attributes:
        spec: what is said of it.
        code: the code that evaluates it, shared where one function evaluates several checks; None where the asset's own
            code says how the check went.
        together: all checks that the same code evaluates, this one included.
        optional: the code may leave verdicts out.
    """

    spec: AssetCheckSpec
    code: Computation | None
    together: tuple[AssetCheckSpec, ...] = ()
    optional: bool = False


class AssetChecksDefinition(_Decorated):
    """One or several checks that one piece of code evaluates. Calling it calls the decorated function.

    Attributes:
        specs: what is said of each check.
        code: the code.
        can_subset: the code may leave out the verdict of some of its checks.
    """

    def __init__(
        self,
        specs: tuple[AssetCheckSpec, ...],
        code: Computation,
        *,
        function: Callable[..., Any] | None = None,
        name: str | None = None,
        can_subset: bool = False,
    ) -> None:
        self.specs = specs
        self.code = code
        self.can_subset = can_subset
        self._wrap(function, name)

    @property
    def check_specs(self) -> tuple[AssetCheckSpec, ...]:
        """What is said of each check, as Dagster names it."""
        return self.specs

    @property
    def checks(self) -> tuple[AssetCheck, ...]:
        """Each check by itself."""
        return tuple(AssetCheck(spec, self.code, self.specs, self.can_subset) for spec in self.specs)

    @property
    def check_keys(self) -> set[AssetCheckKey]:
        """What identifies each check."""
        return {spec.key for spec in self.specs}

    @property
    def check_key(self) -> AssetCheckKey:
        """What identifies the check, where there is just one.

        Raises:
            DefinitionError: there are several.
        """
        if len(self.specs) != 1:
            raise DefinitionError(f"this definition has {len(self.specs)} checks: use .check_keys")
        return self.specs[0].key

    @property
    def name(self) -> str:
        """The name of the check, or of the function where there are several."""
        return self.specs[0].name if len(self.specs) == 1 else getattr(self, "__name__", "")

    def __repr__(self) -> str:
        return f"<AssetChecks {', '.join(f'{spec.name} of {spec.asset_key}' for spec in self.specs)}>"
