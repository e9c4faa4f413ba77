"""`AssetSelection`: selections as objects, for programs.

An object holds what text is read into, so the two are one language: `str` of an object is text that means the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from asset_magic.graph.graph import Graph
from asset_magic.graph.links import upstream_first
from asset_magic.graph.selection import Selectable, StatusOf, select
from asset_magic.graph.selection_nodes import (
    All,
    And,
    Applied,
    Group,
    Is,
    Joined,
    Key,
    KeyPrefix,
    KeySubstring,
    Kind,
    Labelled,
    Neighbors,
    Not,
    Or,
    Owner,
    Reach,
    Roots,
    Selection,
    Sinks,
    Tag,
    nesting,
)
from asset_magic.graph.selection_syntax import MAX_DEPTH, parse
from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition
from asset_magic.model.errors import DefinitionError, SelectionError, with_article
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.model.specs import AssetDep, AssetSpec

CoercibleToAssetSelection: TypeAlias = (
    "AssetSelection | str | AssetsDefinition | AssetSpec | AssetDep | Sequence[Any] | Set[Any]"
)
"""What can say which assets are meant: text, an object, a key, a definition, or a list of these."""

_HERE = Is("materializable")
_NOTHING = Not(All())


@dataclass(frozen=True, slots=True, repr=False)
class AssetSelection:
    """Which assets are meant, with Dagster's methods and their meaning there.

    So assets that are made elsewhere are left out unless they are named or ``include_sources`` is set, and `upstream`
    ends at them. `str` gives the text of a selection, as the magics and the command line take it. A ``*`` in what is
    given as text stands for any text. Selections with the same text are equal.

    >>> selection = (AssetSelection.groups("raw", "gold") - AssetSelection.assets("orders")).downstream(depth=1)
    >>> print(selection)
    ((group:raw or group:gold) and is:materializable and not orders)+1
    >>> selection == AssetSelection.from_string(str(selection))
    True
    """

    node: Selection
    nesting: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.node, Selection):
            raise SelectionError("a selection is made by a method of AssetSelection, as in from_string('+a')")
        if self.nesting > MAX_DEPTH:
            raise SelectionError(f"the selection is nested more than {MAX_DEPTH} deep")

    @classmethod
    def all(cls, include_sources: bool = False) -> AssetSelection:
        """All assets; those made elsewhere, too, with ``include_sources``."""
        return cls(All() if include_sources else _HERE)

    @classmethod
    def assets(cls, *assets_defs: AssetsDefinition | AssetSpec | AssetDep | CoercibleToAssetKey) -> AssetSelection:
        """The assets of these definitions and keys, made here or elsewhere.

        Raises:
            SelectionError: something among them is neither a definition nor a key.
        """
        return cls._of(_any_of([Key(str(key)) for item in assets_defs for key in _keys_in(item)]))

    @classmethod
    def keys(cls, *asset_keys: CoercibleToAssetKey) -> AssetSelection:
        """The assets of these keys; `assets` takes definitions, too."""
        return cls.assets(*asset_keys)

    @classmethod
    def groups(cls, *group_strs: str, include_sources: bool = False) -> AssetSelection:
        """The assets of any of these groups."""
        return cls._described(Group, group_strs, include_sources)

    @classmethod
    def tag(cls, key: str, value: str, include_sources: bool = False) -> AssetSelection:
        """The assets that have the tag ``key`` with just that ``value``."""
        return cls._of(Tag(_text("tag", key), _text("tag", value) if value else ""), include_sources)

    @classmethod
    def tag_string(cls, string: str, include_sources: bool = False) -> AssetSelection:
        """The assets with a tag that is given as ``"key=value"``; ``"key"`` alone means an empty value."""
        key, _, value = string.partition("=")
        if "=" in value:
            raise SelectionError(f"{string!r} is no tag: write key=value, with one '='")
        return cls.tag(key, value, include_sources)

    @classmethod
    def kind(cls, kind: str | None, include_sources: bool = False) -> AssetSelection:
        """The assets of a kind; with None, those that have none."""
        return cls._described(Kind, (kind,), include_sources)

    @classmethod
    def owner(cls, owner: str | None) -> AssetSelection:
        """The assets of an owner, made here or elsewhere; with None, those that have none."""
        return cls._described(Owner, (owner,), include_sources=True)

    @classmethod
    def key_prefixes(cls, *key_prefixes: CoercibleToAssetKey, include_sources: bool = False) -> AssetSelection:
        """The assets whose keys begin with the parts of any of these, as ``raw/eu/orders`` with ``["raw", "eu"]``."""
        prefixes = [str(key) for prefix in key_prefixes for key in _keys_in(prefix)]
        return cls._described(KeyPrefix, prefixes, include_sources)

    @classmethod
    def key_substring(cls, key_substring: str, include_sources: bool = False) -> AssetSelection:
        """The assets with this text somewhere in their keys."""
        return cls._described(KeySubstring, (key_substring,), include_sources)

    @classmethod
    def from_string(cls, string: str) -> AssetSelection:
        """What a text stands for, as everywhere in asset_magic: ``*`` and attributes count all assets in.

        Raises:
            SelectionError: the text is no selection; a caret shows where.
        """
        node = parse(string)
        return cls(node, nesting(node))

    @classmethod
    def from_coercible(cls, selection: CoercibleToAssetSelection) -> AssetSelection:
        """The selection behind whatever can say one; the items of a list are united.

        Raises:
            SelectionError: it is not one of these things, or its text cannot be read.

        >>> print(AssetSelection.from_coercible(["+orders", AssetKey(["raw", "rates"])]))
        +orders or raw/rates
        """
        if isinstance(selection, AssetSelection):
            return selection
        if isinstance(selection, str) and not isinstance(selection, AssetKey):
            return cls.from_string(selection)
        if not isinstance(selection, (Sequence, Set)) or isinstance(selection, AssetKey):
            return cls.assets(selection)
        if not selection:
            raise SelectionError("the selection is an empty list")
        given = sorted(selection, key=str) if isinstance(selection, Set) else selection
        parts = [cls.assets(item) if isinstance(item, (list, tuple)) else cls.from_coercible(item) for item in given]
        return cls._joined(Or, parts)

    def upstream(self, depth: int | None = None, include_self: bool = True) -> AssetSelection:
        """This and what it is computed from, as far as it is made here.

        Args:
            depth: how many levels up; all of them by default.
            include_self: count this selection in.
        """
        above = self._reach(up=_levels(depth)).materializable()
        return above if include_self else above - self

    def downstream(self, depth: int | None = None, include_self: bool = True) -> AssetSelection:
        """This and what is computed from it.

        Args:
            depth: how many levels down; all of them by default.
            include_self: count this selection in.
        """
        below = self._reach(down=_levels(depth))
        return below if include_self else below - self

    def roots(self) -> AssetSelection:
        """Those of this that no other of it is upstream of, near or far."""
        return self._applied(Roots)

    def sources(self) -> AssetSelection:
        """The same as `roots`, by its older name."""
        return self.roots()

    def sinks(self) -> AssetSelection:
        """Those of this that no other of it is downstream of, near or far."""
        return self._applied(Sinks)

    def upstream_source_assets(self) -> AssetSelection:
        """The assets made elsewhere that this is computed from, or has in it."""
        return self._reach(up=None) & AssetSelection(Is("external"))

    def materializable(self) -> AssetSelection:
        """Those of this that are made here."""
        return self & AssetSelection(_HERE)

    def required_multi_asset_neighbors(self) -> AssetSelection:
        """This and what cannot but be made with it, by multi-assets without ``can_subset``."""
        return self._applied(Neighbors)

    def resolve(
        self,
        all_assets: Iterable[AssetsDefinition | AssetSpec | AssetChecksDefinition],
        allow_missing: bool = False,
    ) -> set[AssetKey]:
        """The keys of those of ``all_assets`` that are meant; `assets.select` does so in the notebook.

        What they depend on without being among them counts as made elsewhere, and nothing has a value yet.

        Args:
            all_assets: definitions and specs; checks are passed over.
            allow_missing: whether names that no asset has stand for nothing.

        Raises:
            SelectionError: a name is that of no asset or of several.
            DefinitionError: something among ``all_assets`` is no definition.
        """
        graph = _graph_of(all_assets)
        options = {"allow_empty": True, "allow_missing": allow_missing}
        return set(select(self.node, graph, lambda key: ("missing",), **options))

    def to_selection_str(self) -> str:
        """The text of the selection, as the magics and the command line take it."""
        return str(self.node)

    def __or__(self, other: AssetSelection) -> AssetSelection:
        if not isinstance(other, AssetSelection):
            return NotImplemented
        return self._joined(Or, (self, other))

    def __and__(self, other: AssetSelection) -> AssetSelection:
        if not isinstance(other, AssetSelection):
            return NotImplemented
        return self._joined(And, (self, other))

    def __sub__(self, other: AssetSelection) -> AssetSelection:
        if not isinstance(other, AssetSelection):
            return NotImplemented
        return self & AssetSelection(Not(other.node), 1 + other._inside(Not.binds))

    def __str__(self) -> str:
        return self.to_selection_str()

    def __repr__(self) -> str:
        return f"AssetSelection.from_string({str(self)!r})"

    @classmethod
    def _described(cls, kind: type[Labelled], values: Collection[str | None], include_sources: bool) -> AssetSelection:
        return cls._of(_any_of([kind(_text(kind.attribute, value)) for value in values]), include_sources)

    @classmethod
    def _of(cls, node: Selection, include_sources: bool = True) -> AssetSelection:
        selection = cls(node, nesting(node))
        return selection if include_sources else selection.materializable()

    @classmethod
    def _joined(cls, kind: type[Joined], parts: Sequence[AssetSelection]) -> AssetSelection:
        return cls(kind.of(*[part.node for part in parts]), max([part._inside(kind.binds) for part in parts]))

    def _reach(self, up: int | None = 0, down: int | None = 0) -> AssetSelection:
        if up == down == 0:
            return self
        return AssetSelection(Reach(self.node, up, down), self._inside(5))

    def _applied(self, function: type[Applied]) -> AssetSelection:
        return AssetSelection(function(self.node), self.nesting + 1)

    def _inside(self, binds: int) -> int:
        """How deep this nests where parentheses are put around what binds less than ``binds``."""
        return self.nesting + (self.node.binds < binds)


def keys_of(
    selection: CoercibleToAssetSelection, graph: Selectable, status_of: StatusOf, *, allow_empty: bool = False
) -> tuple[AssetKey, ...]:
    """The keys that ``selection`` stands for in ``graph``, upstream first; see `select`.

    Raises:
        SelectionError: it is no selection, a name in it is that of no asset, or nothing matches.
    """
    return select(AssetSelection.from_coercible(selection).node, graph, status_of, allow_empty=allow_empty)


def _any_of(nodes: list[Selection]) -> Selection:
    return Or.of(*nodes) if nodes else _NOTHING


def _keys_in(item: Any) -> tuple[AssetKey, ...]:
    """The keys that a definition, a spec, a handle or a key stands for."""
    if isinstance(item, AssetsDefinition):
        return item.keys
    if isinstance(item, AssetDep):
        return (item.asset_key,)
    key = getattr(item, "key", item)
    if not isinstance(key, (str, list, tuple)) or not key:
        raise SelectionError(
            f"{with_article(type(item).__name__)} is no selection: give text, a key, a definition, or a list of these"
        )
    try:
        return (AssetKey(key),)
    except DefinitionError as error:
        raise SelectionError(str(error)) from None


def _text(attribute: str, value: str | None) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise SelectionError(f"{attribute}: needs a value, not {value!r}")
    if '"' in value and "'" in value:
        raise SelectionError(f"{value!r} has both kinds of quotes, so that no selection can say it: put a * for one")
    return value


def _levels(depth: int | None) -> int | None:
    if depth is not None and (not isinstance(depth, int) or depth < 0):
        raise SelectionError(f"depth is a number of levels, or None for all of them, not {depth!r}")
    return depth


def _graph_of(items: Iterable[AssetsDefinition | AssetSpec | AssetChecksDefinition]) -> Graph:
    definitions = []
    for item in items:
        if isinstance(item, (AssetsDefinition, AssetSpec)):
            definitions.append(AssetsDefinition((item,), None, external=True) if isinstance(item, AssetSpec) else item)
        elif not isinstance(item, AssetChecksDefinition):
            raise DefinitionError(f"{item!r} is no definition of an asset")
    graph = Graph(binds=False)
    for definition in upstream_first(definitions):
        graph.define(definition, frozenset())
    undefined = {up: None for key in graph.definitions for up in graph.upstream(key) if up not in graph}
    for key in undefined:
        graph.define(AssetsDefinition((AssetSpec(key=key),), None, external=True), frozenset())
    return graph
