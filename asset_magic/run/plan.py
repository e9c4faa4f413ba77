"""What a run has to look at, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from asset_magic.graph.graph import Graph
from asset_magic.model.definitions import AssetsDefinition
from asset_magic.model.keys import AssetKey


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of code to bring up to date: the unit of running.

    Attributes:
        definition: the code.
        keys: the assets that it makes.
        force: run it even when nothing has changed.
    """

    definition: AssetsDefinition
    keys: tuple[AssetKey, ...]
    force: bool = False


def plan(
    graph: Graph,
    selected: Iterable[AssetKey],
    is_fresh: Callable[[AssetKey], bool],
    *,
    force: bool = False,
    only: bool = False,
) -> list[Step]:
    """The steps that bring ``selected`` up to date, upstream first.

    Each step is looked at again when its turn comes: it runs only if something that it follows from has really changed.

    Args:
        graph: the graph.
        selected: the assets that are asked for.
        is_fresh: whether an asset is fresh now.
        force: run the selected ones even when fresh (not what they are computed from).
        only: leave everything that is not selected alone.
    """
    wanted = [key for key in dict.fromkeys(selected) if graph.code(key) is not None or graph.definitions[key].path]
    reach = set(wanted) if only else graph.ancestors(wanted) if force else _not_fresh(graph, wanted, is_fresh)
    forced = set(wanted) if force else set()
    steps: dict[AssetsDefinition, Step] = {}
    for key in graph.topological(sorted(reach)):
        definition = graph.definitions[key]
        if key not in forced and is_fresh(key):
            continue
        if definition.code is None and definition.path is None:
            continue
        if definition.can_subset:
            keys = (*steps[definition].keys, key) if definition in steps else (key,)
        elif definition in steps:
            continue
        else:
            keys = graph.unit(definition)
        steps[definition] = Step(definition, keys, force=not forced.isdisjoint(keys))
    return _in_order(graph, steps)


def _not_fresh(graph: Graph, wanted: Iterable[AssetKey], is_fresh: Callable[[AssetKey], bool]) -> set[AssetKey]:
    """``wanted`` and all of its upstream that is not fresh; what is upstream of a fresh asset is fresh too."""
    found = {key for key in wanted if not is_fresh(key)}
    work = list(found)
    while work:
        for up in graph.upstream(work.pop()):
            if up not in found and up in graph and not is_fresh(up):
                found.add(up)
                work.append(up)
    return found


def _in_order(graph: Graph, steps: dict[AssetsDefinition, Step]) -> list[Step]:
    """A multi-asset comes after what any of its keys needs, so order by its last key."""
    if all(len(step.keys) == 1 for step in steps.values()):
        return list(steps.values())
    order = {key: n for n, key in enumerate(graph.topological([k for step in steps.values() for k in step.keys]))}
    return sorted(steps.values(), key=lambda step: max(order[key] for key in step.keys))
