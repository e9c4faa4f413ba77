"""Rules that hold for every value."""

from __future__ import annotations

import copy
import pickle

from hypothesis import assume, given
from hypothesis import strategies as st

from asset_magic.fingerprint import fingerprint, is_immutable, private_copy, size_hint

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=4)
    | st.binary(max_size=4)
    | st.frozensets(st.integers() | st.text(max_size=2), max_size=3)
)


def containers(parts):
    return (
        st.lists(parts, max_size=4)
        | st.lists(parts, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), parts, max_size=4)
    )


VALUES = st.recursive(LEAVES, containers, max_leaves=20)


def spelled(value) -> str:
    """Text that two values share only if they are equal in every respect."""
    if isinstance(value, frozenset):
        return f"frozenset({sorted(map(spelled, value))})"
    if isinstance(value, dict):
        return "{" + ",".join(f"{spelled(key)}:{spelled(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({','.join(map(spelled, value))})"
    return f"{type(value).__name__} {value!r}"


def places(value, path=()):
    """The path of each leaf of a nested value."""
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in places(part, (*path, key))]
    if isinstance(value, (list, tuple)):
        return [found for index, part in enumerate(value) for found in places(part, (*path, index))]
    return [path]


def replaced(value, path, leaf):
    """The value with another leaf at ``path``."""
    if not path:
        return leaf
    if isinstance(value, dict):
        return {key: replaced(part, path[1:], leaf) if key == path[0] else part for key, part in value.items()}
    return type(value)(replaced(part, path[1:], leaf) if index == path[0] else part for index, part in enumerate(value))


@given(VALUES)
def test_copies_are_equal(value):
    expected = fingerprint(value)
    assert fingerprint(copy.deepcopy(value)) == expected
    assert fingerprint(pickle.loads(pickle.dumps(value))) == expected
    assert fingerprint(private_copy(value)) == expected


@given(VALUES, VALUES)
def test_values_are_equal_exactly_if_their_content_is(first, second):
    assert (fingerprint(first) == fingerprint(second)) == (spelled(first) == spelled(second))


@given(VALUES, LEAVES, st.data())
def test_any_one_leaf_that_differs_shows(value, leaf, data):
    found = places(value)
    assume(found)
    other = replaced(value, data.draw(st.sampled_from(found)), leaf)
    assume(spelled(other) != spelled(value))
    assert fingerprint(other) != fingerprint(value)


@given(VALUES)
def test_a_value_that_is_not_plain_counts_the_same_way(value):
    """With an object in it, a value is hashed part by part instead of all at once."""
    marker = object()
    assert fingerprint([value, marker]) == fingerprint([copy.deepcopy(value), object()])
    assert fingerprint([value, marker]) != fingerprint([[value], marker])


@given(st.lists(LEAVES, max_size=8), st.randoms())
def test_the_order_of_a_set_never_counts(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    # Of 1 and True a set keeps the one that comes first.
    assume(len(set(items)) == len(set(map(spelled, items))))
    assert fingerprint(set(items)) == fingerprint(set(shuffled))
    assert fingerprint([frozenset(items), object()]) == fingerprint([frozenset(shuffled), object()])


@given(VALUES)
def test_what_is_immutable_holds_nothing_mutable(value):
    def holds_mutable(part):
        return isinstance(part, (list, dict)) or (isinstance(part, tuple) and any(map(holds_mutable, part)))

    assert is_immutable(value) == (not holds_mutable(value))


@given(VALUES)
def test_every_value_has_a_size(value):
    assert size_hint(value) > 0
