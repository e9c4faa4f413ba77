"""Which assets a selection stands for.

`select` finds the assets of a selection in a graph. Reading and printing are in
`asset_magic.graph.selection_syntax`, what a selection is made of is in `asset_magic.graph.selection_nodes`. Nothing
here recurses along the graph, so chains may be as long as they like.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias

from asset_magic.graph.selection_nodes import (
    All,
    And,
    Group,
    Is,
    Key,
    KeyPrefix,
    KeySubstring,
    Kind,
    Neighbors,
    Not,
    Or,
    Owner,
    Reach,
    Roots,
    Selection,
    Sinks,
    Status,
    Tag,
    asks_for_status,
)
from asset_magic.model.errors import SelectionError, shortened
from asset_magic.model.keys import AssetKey

if TYPE_CHECKING:
    from asset_magic.model.specs import AssetSpec

StatusOf: TypeAlias = Callable[[AssetKey], Collection[str]]


class Selectable(Protocol):
    """What selecting needs to know of a graph."""

    @property
    def keys(self) -> Iterable[AssetKey]:
        """All assets, upstream before downstream."""

    def upstream(self, key: AssetKey, /) -> Iterable[AssetKey]:
        """What ``key`` is computed from, directly; keys that are not among `keys` are passed over."""

    def downstream(self, key: AssetKey, /) -> Iterable[AssetKey]:
        """What is computed from ``key``, directly."""

    def spec(self, key: AssetKey, /) -> AssetSpec:
        """What is said of ``key``."""

    def is_external(self, key: AssetKey, /) -> bool:
        """Whether ``key`` is made elsewhere."""

    def needed_with(self, key: AssetKey, /) -> Iterable[AssetKey]:
        """What cannot but be made when ``key`` is: the other assets of its multi-asset, unless it makes parts too."""


def select(
    selection: Selection,
    graph: Selectable,
    status_of: StatusOf,
    *,
    allow_empty: bool = False,
    allow_missing: bool = False,
) -> tuple[AssetKey, ...]:
    """The assets that a selection stands for, in the order of the graph.

    A name without ``*`` must be that of an asset: its key, or, where no key is just that, the last part of one
    key or the variable that holds one value. A pattern or an attribute may match nothing, as long as the whole
    selection matches something. ``*`` and the attributes count external assets in.

    ``roots(x)`` are those of x that no other asset of x is upstream of, near or far, also by way of assets that are
    not in x; ``sinks(x)`` likewise downstream. So ``roots(a or c)`` is a alone where c is computed from b and b from a.
    This is what Dagster does.

    Args:
        selection: from `parse`.
        graph: where to look.
        status_of: what holds of an asset, of ``"fresh"``, ``"stale"``, ``"missing"`` and ``"failed"``; asked only for
            selections with ``status:``.
        allow_empty: whether to return nothing, rather than to raise, when nothing matches. What asks for ``status:``
            may always match nothing.
        allow_missing: whether names that no asset has stand for nothing, rather than to raise.

    Raises:
        SelectionError: a name is that of no asset or of several, or nothing matches.

    >>> from asset_magic.graph.selection_syntax import parse
    >>> from asset_magic.model.specs import AssetSpec
    >>> class Chain:
    ...     keys = [AssetKey("raw"), AssetKey("orders"), AssetKey("report")]
    ...     def upstream(self, key): return self.keys[: self.keys.index(key)][-1:]
    ...     def downstream(self, key): return self.keys[self.keys.index(key) + 1 :][:1]
    ...     def spec(self, key): return AssetSpec(key=key)
    ...     def is_external(self, key): return key == "raw"
    ...     def needed_with(self, key): return ()
    >>> [str(key) for key in select(parse("+orders"), Chain(), lambda key: {"fresh"})]
    ['raw', 'orders']
    >>> select(parse("order"), Chain(), lambda key: {"fresh"})
    Traceback (most recent call last):
    ...
    asset_magic.model.errors.SelectionError: no asset is called 'order': did you mean orders?
    """
    selecting = _Selecting(graph, status_of, allow_missing)
    found = selecting.of(selection)
    if not found and not allow_empty and not asks_for_status(selection):
        why = "" if selecting.keys else ": there are no assets yet"
        raise SelectionError(f"{shortened(str(selection), 200)!r} matches no asset{why}")
    return tuple(found)


class _Selecting:
    """One evaluation. Sets of keys are dictionaries or sets; the result is put in order at the end."""

    def __init__(self, graph: Selectable, status_of: StatusOf, allow_missing: bool) -> None:
        self.graph = graph
        self.status_of = status_of
        self.allow_missing = allow_missing
        self.keys: dict[str, AssetKey] = {key: key for key in graph.keys}

    def of(self, selection: Selection) -> list[AssetKey]:
        found = self.members(selection)
        return [key for key in self.keys.values() if key in found]

    def members(self, node: Selection) -> set[AssetKey]:
        match node:
            case All():
                return set(self.keys.values())
            case And(operands):
                # Every operand is looked at, so that a misspelt name is found whatever stands before it.
                return set.intersection(*[self.members(operand) for operand in operands])
            case Or(operands):
                return set().union(*[self.members(operand) for operand in operands])
            case Not(operand):
                return set(self.keys.values()) - self.members(operand)
            case Reach(operand, up, down):
                start = self.members(operand)
                return self.reach(start, self.graph.upstream, up) | self.reach(start, self.graph.downstream, down)
            case Roots(operand):
                return self.ends(self.members(operand), self.keys.values(), self.graph.upstream)
            case Sinks(operand):
                return self.ends(self.members(operand), reversed(self.keys.values()), self.graph.downstream)
            case Neighbors(operand):
                found = self.members(operand)
                return found.union(*[self.graph.needed_with(key) for key in found])
            case Key(pattern):
                return self.named(pattern)
            case _:
                return {key for key in self.keys.values() if self.described(node, key)}

    def named(self, pattern: str) -> set[AssetKey]:
        if "*" in pattern:
            return {key for key in self.keys.values() if _fits(pattern, key)}
        if pattern in self.keys:
            return {self.keys[pattern]}
        found = self.by_name.get(pattern, ())
        if len(found) == 1:
            return set(found)
        if found:
            raise SelectionError(f"{pattern!r} may be {' or '.join(found)}: write the whole key")
        if self.allow_missing:
            return set()
        raise SelectionError(f"no asset is called {shortened(pattern)!r}{self.nearest(pattern)}")

    @cached_property
    def by_name(self) -> dict[str, dict[AssetKey, None]]:
        """The keys behind the last part of each key, and behind each variable."""
        found: defaultdict[str, dict[AssetKey, None]] = defaultdict(dict)
        for key in self.keys.values():
            for name in (key.name, self.graph.spec(key).variable):
                found[name][key] = None
        return found

    def nearest(self, name: str) -> str:
        if not self.keys:
            return ": there are no assets yet"
        whole = {**{key.name: key for key in self.keys.values()}, **self.keys}
        near = difflib.get_close_matches(name, whole, 1)
        return f": did you mean {whole[near[0]]}?" if near else ""

    def described(self, node: Selection, key: AssetKey) -> bool:
        spec = self.graph.spec(key)
        match node:
            case KeyPrefix(prefix):
                return key == prefix or key.startswith(f"{prefix}/")
            case KeySubstring(text):
                return str(text) in key
            case Group(pattern):
                return _any_fits(pattern, (spec.group_name,))
            case Kind(pattern):
                return _any_fits(pattern, spec.kinds)
            case Owner(pattern):
                return _any_fits(pattern, spec.owners)
            case Tag(name, value):
                values = [text for tag, text in spec.tags.items() if name is not None and _fits(name, tag)]
                return not spec.tags if name is None else _any_fits("*" if value is None else value, values)
            case Is(what):
                return self.graph.is_external(key) == (what == "external")
            case Status(status):
                return status in self.status_of(key)
            case _:
                raise TypeError(f"{type(node).__name__} is no part of a selection")

    def reach(
        self, start: set[AssetKey], step: Callable[[AssetKey], Iterable[AssetKey]], levels: int | None
    ) -> set[AssetKey]:
        """``start`` and what lies up to ``levels`` steps away from it."""
        seen = set(start)
        edge = list(start)
        while edge and levels != 0:
            edge = [key for key in {near for key in edge for near in step(key)} - seen if key in self.keys]
            seen.update(edge)
            levels = None if levels is None else levels - 1
        return seen

    def ends(
        self, chosen: set[AssetKey], order: Iterable[AssetKey], step: Callable[[AssetKey], Iterable[AssetKey]]
    ) -> set[AssetKey]:
        """Those of ``chosen`` from which no steps lead to another; ``order`` has first what a step leads to."""
        leads: set[AssetKey] = set()
        found: set[AssetKey] = set()
        for key in order:
            if any(near in chosen or near in leads for near in step(key)):
                leads.add(key)
            elif key in chosen:
                found.add(key)
        return found


def _any_fits(pattern: str | None, values: Collection[str]) -> bool:
    return not values if pattern is None else any(_fits(pattern, value) for value in values)


def _fits(pattern: str, text: str) -> bool:
    if "*" not in pattern:
        return pattern == text
    # No regular expression: one with many ".*" can take exponential time.
    first, *middle, last = pattern.split("*")
    start, end = len(first), len(text) - len(last)
    if start > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in middle:
        start = text.find(part, start, end) + len(part)
        if start < len(part):
            return False
    return True
