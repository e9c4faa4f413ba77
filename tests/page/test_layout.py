"""Where cards go: layers follow the edges, cards never meet, and size is no obstacle."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_magic.page.layout import Sizes, layout

SIZES = Sizes()


@st.composite
def graphs(draw, most=24):
    count = draw(st.integers(0, most))
    pairs = [(a, b) for b in range(count) for a in range(b)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3 * count)) if pairs else []
    names = draw(st.permutations(range(count)))
    return count, [(names[a], names[b]) for a, b in edges]


def overlapping(places):
    """Pairs of cards that share a point."""
    ordered = sorted(places)
    for k, (x, y) in enumerate(ordered):
        for other_x, other_y in ordered[k + 1 :]:
            if other_x >= x + SIZES.width:
                break
            if abs(other_y - y) < SIZES.height:
                yield (x, y), (other_x, other_y)


@settings(deadline=None)
@given(graphs())
def test_every_edge_leads_to_a_later_layer_and_to_the_right(graph):
    count, edges = graph
    plan = layout(count, edges)
    for a, b in edges:
        assert plan.layers[a] < plan.layers[b]
        assert plan.places[a][0] + SIZES.width < plan.places[b][0]


@settings(deadline=None)
@given(graphs())
def test_no_card_overlaps_another(graph):
    assert not list(overlapping(layout(*graph).places))


@settings(deadline=None)
@given(graphs())
def test_everything_lies_inside_the_picture(graph):
    plan = layout(*graph)
    for x, y in plan.places:
        assert 0 <= x <= plan.width - SIZES.width
        assert 0 <= y <= plan.height - SIZES.height
    for points in plan.routes.values():
        assert all(0 <= x <= plan.width and 0 <= y <= plan.height for x, y in points)


@settings(deadline=None)
@given(graphs())
def test_routes_join_their_cards_and_pass_through_no_other(graph):
    count, edges = graph
    plan = layout(count, edges)
    assert set(plan.routes) == set(edges)
    for (a, b), points in plan.routes.items():
        assert points[0] == (plan.places[a][0] + SIZES.width, plan.places[a][1] + SIZES.height // 2)
        assert points[-1] == (plan.places[b][0], plan.places[b][1] + SIZES.height // 2)
        for (x, y), (to_x, to_y) in zip(points[1:-1:2], points[2:-1:2], strict=True):
            assert y == to_y
            assert x < to_x
            assert not [
                card
                for card in plan.places
                if x < card[0] + SIZES.width and card[0] < to_x and card[1] <= y <= card[1] + SIZES.height
            ]


@settings(deadline=None)
@given(graphs())
def test_curves_stay_in_the_gaps_between_columns(graph):
    plan = layout(*graph)
    for points in plan.routes.values():
        for (x, _), (to_x, _) in zip(points[::2], points[1::2], strict=True):
            assert to_x - x == SIZES.gap_x


@settings(deadline=None)
@given(graphs(), st.randoms())
def test_the_order_in_which_edges_are_given_does_not_matter(graph, rng):
    count, edges = graph
    shuffled = edges[:]
    rng.shuffle(shuffled)
    assert layout(count, edges) == layout(count, shuffled + shuffled)


def test_sources_stand_next_to_their_consumers():
    #  0 -> 1 -> 2, and 3 -> 2
    assert layout(4, [(0, 1), (1, 2), (3, 2)]).layers == (0, 1, 2, 1)


def test_a_tree_has_no_crossings():
    edges = [(0, 1), (0, 2), (1, 3), (2, 4), (1, 5), (2, 6)]
    y = [place[1] for place in layout(7, edges).places]
    assert max(y[3], y[5]) < min(y[4], y[6]) or min(y[3], y[5]) > max(y[4], y[6])


def test_a_chain_is_a_straight_line():
    plan = layout(5, [(k, k + 1) for k in range(4)])
    assert {y for _, y in plan.places} == {0}


def test_unconnected_cards_fill_rows():
    plan = layout(13, [])
    assert not list(overlapping(plan.places))
    assert len({y for _, y in plan.places}) == 3


def test_a_circle_is_an_error():
    with pytest.raises(ValueError, match="circle"):
        layout(2, [(0, 1), (1, 0)])


def test_nothing_has_no_size():
    plan = layout(0, [])
    assert (plan.width, plan.height, plan.places) == (0, 0, ())


def test_a_chain_of_ten_thousand():
    plan = layout(10_000, [(k, k + 1) for k in range(9_999)])
    assert plan.layers[-1] == 9_999


def test_a_thousand_cards_in_layers():
    rng = random.Random(7)
    edges = sorted({(rng.randrange((b // 50 - 1) * 50, b // 50 * 50), b) for b in range(50, 1000) for _ in range(3)})
    plan = layout(1000, edges)
    assert not list(overlapping(plan.places))
    assert set(plan.routes) == set(edges)


def test_edges_over_hundreds_of_layers_do_not_multiply():
    chain = [(k, k + 1) for k in range(1_999)]
    hub = [(0, k) for k in range(2, 2_000)]
    plan = layout(2_000, chain + hub)
    assert len(plan.routes) == len(chain) + len(hub)
    assert sum(map(len, plan.routes.values())) < 20 * len(plan.routes)


def test_a_dense_graph_does_not_multiply():
    edges = [(a, b) for b in range(150) for a in range(b)]
    plan = layout(150, edges)
    assert not list(overlapping(plan.places))
    assert sum(map(len, plan.routes.values())) < 8 * len(edges)


def test_a_chain_stays_nearly_level_beside_a_source_that_all_of_it_reads():
    plan = layout(300, [(k, k + 1) for k in range(299)] + [(0, k) for k in range(2, 300)])
    heights = [y for _, y in plan.places]
    assert max(heights) - min(heights) < SIZES.height // 2
    assert plan.height < 3 * SIZES.height
