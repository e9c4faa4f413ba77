"""Rules that hold for every selection, every graph and every text.

What a selection means is written here a second time, straight from its definition: sets and recursion over the tree,
with paths looked up by networkx. It knows nothing of the evaluator that it is compared with.
"""

from __future__ import annotations

import fnmatch

import networkx as nx
from hypothesis import example, given
from hypothesis import strategies as st

from asset_magic import AssetKey, AssetSelection, AssetSpec, SelectionError
from asset_magic.graph.graph import Graph
from asset_magic.graph.selection import select
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
    Sinks,
    Status,
    Tag,
)
from asset_magic.graph.selection_syntax import MAX_DEPTH, listed, parse
from asset_magic.model.definitions import AssetsDefinition

NAMES = ["n0", "n1", "p/n2", "p/q/n3", "n4", "n5"]
STATUSES = ["fresh", "stale", "missing", "failed"]


class World:
    """Assets drawn at random: their definitions, and the same as a networkx graph."""

    def __init__(self, definitions: list[AssetsDefinition], statuses: dict[str, set[str]]) -> None:
        self.definitions = definitions
        self.statuses = statuses
        self.said = {spec.key: spec for definition in definitions for spec in definition.specs}
        self.made_by = {key: definition for definition in definitions for key in definition.keys}
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(self.said)
        self.graph.add_edges_from((up, key) for key, spec in self.said.items() for up in spec.dep_keys)

    def selected(self, node):
        graph = Graph()
        for definition in self.definitions:
            graph.define(definition, frozenset())
        return select(node, graph, self.statuses.__getitem__, allow_empty=True)

    def __repr__(self) -> str:
        return f"World(edges={list(self.graph.edges)}, definitions={self.definitions}, statuses={self.statuses})"


@st.composite
def worlds(draw):
    definitions, names = [], list(NAMES)
    while names:
        together = 2 if len(names) > 1 and draw(st.integers(0, 4)) == 0 else 1
        made, names = names[:together], names[together:]
        above = NAMES[: NAMES.index(made[0])]
        deps = draw(st.lists(st.sampled_from(above), unique=True, max_size=3)) if above else []
        specs = tuple([draw(spec(name, deps)) for name in made])
        options = {"external": draw(st.booleans())} if together == 1 else {"can_subset": draw(st.booleans())}
        definitions.append(AssetsDefinition(specs, None, **options))
    statuses = {name: {draw(st.sampled_from(STATUSES)), draw(st.sampled_from(STATUSES))} for name in NAMES}
    return World(definitions, statuses)


@st.composite
def spec(draw, name, deps):
    return AssetSpec(
        AssetKey(name),
        deps=[AssetKey(dep) for dep in deps],
        group_name=draw(st.sampled_from(["g", "h"])),
        tags=draw(st.dictionaries(st.sampled_from(["t", "tt"]), st.sampled_from(["", "v", "vw"]))),
        kinds=draw(st.sets(st.sampled_from(["k", "kk"]))),
        owners=draw(st.lists(st.sampled_from(["team:a", "b@x.org"]), unique=True)),
    )


LEAVES = st.one_of(
    st.just(All()),
    st.sampled_from(NAMES).map(Key),
    st.sampled_from(["n*", "p/*", "*3", "*/n*", "**"]).map(Key),
    st.sampled_from(["p", "p/q", "n0", "n"]).map(KeyPrefix),
    st.sampled_from(["n", "/", "q/n3", "zz"]).map(KeySubstring),
    st.sampled_from(["g", "*", "x", None]).map(Group),
    st.sampled_from(["k", "k*", None]).map(Kind),
    st.sampled_from(["team:a", "*@x.org", None]).map(Owner),
    st.sampled_from(["external", "materializable"]).map(Is),
    st.sampled_from(STATUSES).map(Status),
    st.builds(Tag, st.sampled_from(["t", "t*", "x"]), st.sampled_from([None, "", "v", "v*"])),
    st.just(Tag(None)),
)
LEVELS = st.sampled_from([0, 1, 2, None])
SELECTIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Reach, inner, LEVELS, LEVELS),
        st.builds(Sinks, inner),
        st.builds(Roots, inner),
        st.builds(Neighbors, inner),
        st.builds(Not, inner),
        st.builds(And, st.tuples(inner, inner)),
        st.builds(Or, st.tuples(inner, inner, inner)),
    ),
    max_leaves=6,
)


def meant(node, world):
    """What ``node`` stands for, from its definition and with no thought of speed."""
    everything = set(world.graph)
    match node:
        case All():
            return everything
        case Not(inner):
            return everything - meant(inner, world)
        case And(parts):
            return set.intersection(*[meant(part, world) for part in parts])
        case Or(parts):
            return set.union(*[meant(part, world) for part in parts])
        case Reach(inner, up, down):
            start = meant(inner, world)
            above = {key for one in start for key in near(world.graph.reverse(), one, up)}
            return start | above | {key for one in start for key in near(world.graph, one, down)}
        case Roots(inner):
            members = meant(inner, world)
            return {key for key in members if not nx.ancestors(world.graph, key) & members}
        case Sinks(inner):
            members = meant(inner, world)
            return {key for key in members if not nx.descendants(world.graph, key) & members}
        case Neighbors(inner):
            members = meant(inner, world)
            whole = [world.made_by[key] for key in members if not world.made_by[key].can_subset]
            return members | {key for definition in whole for key in definition.keys}
    return {key for key in everything if describes(node, key, world)}


def near(graph, start, levels):
    return nx.single_source_shortest_path_length(graph, start, len(graph) if levels is None else levels)


def describes(node, key, world):
    said = world.said[key]
    match node:
        case Key(pattern):
            return fnmatch.fnmatchcase(key, pattern)
        case KeyPrefix(prefix):
            return key.path[: len(prefix.split("/"))] == prefix.split("/")
        case KeySubstring(text):
            return text in key
        case Is(what):
            return world.made_by[key].external is (what == "external")
        case Status(status):
            return status in world.statuses[key]
        case Tag(None, _):
            return not said.tags
        case Tag(name, value):
            fits = [v for k, v in said.tags.items() if fnmatch.fnmatchcase(k, name)]
            return bool(fits) if value is None else any(fnmatch.fnmatchcase(v, value) for v in fits)
        case Group(pattern) | Kind(pattern) | Owner(pattern):
            values = {Group: [said.group_name], Kind: said.kinds, Owner: said.owners}[type(node)]
            return any(fnmatch.fnmatchcase(v, pattern) for v in values) if pattern is not None else not values
    raise AssertionError(node)


@given(SELECTIONS, worlds())
def test_selecting_is_what_the_definition_says(node, world):
    found = world.selected(node)

    assert set(found) == meant(node, world)
    assert len(set(found)) == len(found)


@given(SELECTIONS, worlds())
def test_what_is_selected_comes_upstream_first(node, world):
    found = world.selected(node)

    assert not [(a, b) for n, a in enumerate(found) for b in found[:n] if nx.has_path(world.graph, a, b)]


@given(SELECTIONS, worlds())
def test_text_means_what_it_was_printed_from(node, world):
    again = parse(str(node))

    assert parse(str(again)) == again
    assert meant(again, world) == meant(node, world)


LEAF_OBJECTS = st.one_of(
    st.booleans().map(AssetSelection.all),
    st.lists(st.sampled_from(NAMES), max_size=3).map(lambda names: AssetSelection.assets(*names)),
    st.builds(AssetSelection.groups, st.sampled_from(["g", "x"]), include_sources=st.booleans()),
    st.builds(AssetSelection.tag, st.just("t"), st.sampled_from(["", "v"]), st.booleans()),
    st.builds(AssetSelection.kind, st.sampled_from(["k", None]), st.booleans()),
    st.sampled_from(["team:a", None]).map(AssetSelection.owner),
    st.builds(AssetSelection.key_prefixes, st.sampled_from(["p", "p/q"]), include_sources=st.booleans()),
    LEAVES.map(str).map(AssetSelection.from_string),
)
OBJECTS = st.recursive(
    LEAF_OBJECTS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
        st.builds(AssetSelection.upstream, inner, LEVELS, st.booleans()),
        st.builds(AssetSelection.downstream, inner, LEVELS, st.booleans()),
        inner.map(AssetSelection.roots),
        inner.map(AssetSelection.sinks),
        inner.map(AssetSelection.materializable),
        inner.map(AssetSelection.required_multi_asset_neighbors),
    ),
    max_leaves=5,
)


@given(OBJECTS)
def test_an_object_is_its_own_text(selection):
    assert AssetSelection.from_string(str(selection)) == selection
    assert selection.nesting == AssetSelection.from_string(str(selection)).nesting <= MAX_DEPTH


@given(OBJECTS, OBJECTS, OBJECTS, worlds())
def test_objects_are_combined_as_sets_are(a, b, c, world):
    def keys(selection):
        return set(world.selected(selection.node))

    assert keys(a | b) == keys(a) | keys(b)
    assert keys(a & b) == keys(a) & keys(b)
    assert keys(a - b) == keys(a) - keys(b)
    assert keys((a | b) & c) == keys((a & c) | (b & c))
    assert keys(a - (b | c)) == keys((a - b) & (a - c))
    assert keys(a - (b & c)) == keys((a - b) | (a - c))


@given(OBJECTS, LEVELS, worlds())
def test_going_up_and_down_is_walking_the_graph(a, depth, world):
    def keys(selection):
        return set(world.selected(selection.node))

    here = {key for key in NAMES if not world.made_by[AssetKey(key)].external}
    start = keys(a)
    up = start.union(*[near(world.graph.reverse(), key, depth) for key in start])
    down = start.union(*[near(world.graph, key, depth) for key in start])

    assert keys(a.upstream(depth)) == up & here
    assert keys(a.upstream(depth, include_self=False)) == (up & here) - start
    assert keys(a.downstream(depth)) == down
    assert keys(a.downstream(depth, include_self=False)) == down - start
    assert keys(a.upstream_source_assets()) == start.union(*[nx.ancestors(world.graph, k) for k in start]) - here
    assert keys(a.roots()) <= start >= keys(a.sinks())
    assert bool(keys(a.roots())) == bool(start) == bool(keys(a.sinks()))
    assert keys(a.materializable()) == start & here


@given(OBJECTS, worlds())
def test_resolving_gives_what_the_graph_gives(a, world):
    if "status:" not in str(a):
        assert a.resolve(world.definitions) == set(world.selected(a.node))
        assert a.resolve(world.definitions[::-1]) == set(world.selected(a.node))


PUNCTUATION = "a*=+2(),\"'/-&\0\u202e\u00e9 "
WORDS = ["key:", "group:", "tag:", "is:", "status:stale", "and", "or", "not", "NOT", "sinks", "roots", "<null>"]
TOKENS = st.lists(st.sampled_from([*WORDS, "key_prefix:", "column:", "1+", *PUNCTUATION]), max_size=15)
ANY_TEXT = st.one_of(
    st.text(),
    st.text(st.characters()),  # surrogates too
    TOKENS.map("".join),
    TOKENS.map(" ".join),
)


@given(ANY_TEXT)
@example("\ud800")
@example("\x1b[31ma\x00")
@example("١+a")
@example("²+a")
def test_any_text_is_read_or_refused(text):
    read_or_refused(text)
    read_or_refused(listed(text))


@given(TOKENS.map("".join), st.integers(1_000, 20_000), st.sampled_from(["", "a", "a or "]))
def test_text_of_any_length_is_read_or_refused(piece, length, start):
    read_or_refused(start + piece * (length // (len(piece) or 1)))


def read_or_refused(text):
    try:
        selection = parse(text)
    except SelectionError as error:
        refusal = str(error)
    else:
        assert parse(str(selection)) == selection
        return
    assert len(refusal.split("\n")) == (3 if text.strip() else 1)
    assert len(refusal) < 600
