"""Groups drawn as one: nothing is lost, nothing is doubled, and no circle appears."""

import graphlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_magic.model.keys import AssetKey
from asset_magic.page.groups import collapse
from asset_magic.session.views import AssetView, LineageView


def graph(groups, edges):
    """Assets a0, a1, … of the given groups."""
    keys = [AssetKey(f"a{k}") for k in range(len(groups))]
    assets = tuple(AssetView(key=key, group=group) for key, group in zip(keys, groups, strict=True))
    return LineageView(assets=assets, edges=tuple((keys[a], keys[b]) for a, b in edges))


def members(view):
    return {group.key: [asset.key for asset in group.assets] for group in view.groups}


def test_a_group_becomes_one_node_and_keeps_its_edges_to_others():
    shown = collapse(graph("xxyy", [(0, 1), (0, 2), (1, 2), (2, 3)]), {"x"})
    assert members(shown) == {"group:x": ["a0", "a1"]}
    assert [asset.key for asset in shown.assets] == ["a2", "a3"]
    assert shown.edges == (("group:x", "a2"), ("a2", "a3"))


def test_assets_of_a_group_need_not_be_joined_to_one_another():
    assert members(collapse(graph("xyx", []), {"x"})) == {"group:x": ["a0", "a2"]}


def test_a_group_that_others_lie_between_is_drawn_in_parts():
    shown = collapse(graph("xyxyx", [(0, 1), (1, 2), (2, 3), (3, 4)]), {"x"})
    assert members(shown) == {"group:x:1": ["a0"], "group:x:2": ["a2"], "group:x:3": ["a4"]}
    assert [(group.part, group.parts) for group in shown.groups] == [(1, 3), (2, 3), (3, 3)]


def test_two_groups_that_feed_one_another_do_not_make_a_circle():
    shown = collapse(graph("xyyx", [(0, 1), (2, 3)]), {"x", "y"})
    assert members(shown) == {"group:x:1": ["a0"], "group:y": ["a1", "a2"], "group:x:2": ["a3"]}


def test_a_way_back_through_another_group_is_seen():
    """Adding a2 to y puts the part of z above it below x, too."""
    shown = collapse(graph("xyzyzx", [(0, 1), (2, 4), (1, 3), (3, 4), (4, 5)]), {"x", "y", "z"})
    assert members(shown)["group:x:2"] == ["a5"]


def test_nothing_is_collapsed_unless_it_is_asked_for():
    view = graph("xy", [(0, 1)])
    assert collapse(view, ()) == view
    assert collapse(view, {"elsewhere"}) == view


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 24))
    groups = draw(st.lists(st.sampled_from("wxyz"), min_size=count, max_size=count))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    return graph(groups, draw(st.lists(pairs, max_size=50, unique=True)) if count > 1 else [])


@given(graphs(), st.sets(st.sampled_from("wxyz")))
def test_every_graph_keeps_its_assets_and_edges_and_gets_no_circle(view, groups):
    shown = collapse(view, groups)
    placed = [(asset.key, asset.key) for asset in shown.assets]
    placed += [(asset.key, group.key) for group in shown.groups for asset in group.assets]
    assert sorted(key for key, _ in placed) == sorted(asset.key for asset in view.assets)
    node = dict(placed)
    assert set(shown.edges) == {(node[a], node[b]) for a, b in view.edges if node[a] != node[b]}
    assert len(set(shown.edges)) == len(shown.edges)
    assert all(asset.group not in groups for asset in shown.assets)
    assert all({asset.group for asset in group.assets} == {group.name} for group in shown.groups)
    sorter = graphlib.TopologicalSorter()
    for a, b in shown.edges:
        sorter.add(b, a)
    sorter.prepare()  # raises CycleError


@pytest.mark.parametrize("count", [2_000])
def test_a_long_chain_of_mixed_groups(count):
    view = graph(["xyz"[k // 2 % 3] for k in range(count)], [(k, k + 1) for k in range(count - 1)])
    assert len(collapse(view, {"x", "y", "z"}).groups) == count // 2
