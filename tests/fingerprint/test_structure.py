"""What counts in plain values and objects, and what does not."""

from __future__ import annotations

import copy
import pickle
import sys

import pytest
import sample_values
from sample_values import Color, Mode, Node, Order, Pair, Point, Words

from asset_magic.fingerprint import Unfingerprintable, fingerprint

NAMES = sorted(sample_values.all_values())


@pytest.mark.parametrize("name", NAMES)
def test_a_value_made_again_is_equal(name):
    assert fingerprint(sample_values.all_values()[name]) == fingerprint(sample_values.all_values()[name])


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"keys", "mapping", "memoryview", "module", "class of __main__"}))
def test_a_deep_copy_is_equal(name):
    value = sample_values.all_values()[name]
    assert fingerprint(copy.deepcopy(value)) == fingerprint(value)


@pytest.mark.parametrize(
    "name",
    sorted(set(NAMES) - {"keys", "mapping", "memoryview", "module", "class of __main__", "instance of __main__"}),
)
def test_a_pickled_value_is_equal(name):
    value = sample_values.all_values()[name]
    assert fingerprint(pickle.loads(pickle.dumps(value))) == fingerprint(value)


def test_all_sample_values_differ():
    values = sample_values.all_values()
    assert len({fingerprint(value) for value in values.values()}) == len(values)


def test_it_is_32_hexadecimal_digits():
    for value in (1, "a", b"a", [1], object()):
        text = fingerprint(value)
        assert len(text) == 32
        assert set(text) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "values",
    [
        (1, 1.0, True, "1", b"1", 1 + 0j, [1], (1,), {1}, frozenset({1}), {1: 1}, range(1)),
        (0.0, -0.0, 0, False, None, "", b"", [], (), {}, set(), frozenset(), ...),
        ([1, 2], (1, 2), [2, 1], [[1], 2], [[1, 2]], [1, [2]], [1, 2, 3]),
        (["ab", "c"], ["a", "bc"], ["abc"], ["ab", "c", ""], ["ab\0c"], ["ab\0", "c"], ["ab", "\0c"]),
        ([1, 2.0], [1.0, 2], [True, 2], [1, 2]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2, "b": 1}),
        ({1, 2}, {1, 2.0}, {1, 3}, {1, 2, 3}, {(1, 2)}),
        (b"ab", bytearray(b"ab"), memoryview(b"ab"), "ab"),
        (Color.RED, Color.BLUE, 1, Mode.READ, Mode.READ | Mode.WRITE),
        (Words("ab"), list("ab"), Words("ba")),
        (Pair(1, 2), (1, 2), Pair(2, 1)),
        (Point(1, 2), Point(1, 2.0), Order(1, [])),
        (range(0, 3, 2), range(0, 4, 2), slice(0, 3, 2)),
        (["a"] * 8192 + ["b"], ["a"] * 8193, ["a"] * 8191 + ["b", "a"]),
    ],
)
def test_values_that_differ_anywhere_differ(values):
    assert len({fingerprint(value) for value in values}) == len(values)


def test_one_element_of_a_million_counts():
    numbers = list(range(1_000_000))
    before = fingerprint(numbers)
    numbers[777_777] += 1
    assert fingerprint(numbers) != before


def test_a_change_deep_inside_counts():
    value = [{"a": [({"b": [Node("x")]},)]}]
    before = fingerprint(value)
    value[0]["a"][0][0]["b"][0].name = "y"
    assert fingerprint(value) != before


def test_a_shared_part_is_equal_to_two_equal_parts():
    part = [1, Node("x")]
    assert fingerprint([part, part]) == fingerprint([[1, Node("x")], [1, Node("x")]])


def test_sharing_at_every_level_takes_no_longer():
    """A tree of 2**60 leaves, of which there are 60 in memory."""
    value = [object()]
    for _ in range(60):
        value = [value, value]
    assert fingerprint(value) == fingerprint(copy.deepcopy(value))


def test_interned_and_other_strings_are_equal():
    assert fingerprint([sys.intern("word"), 1]) == fingerprint(["".join(["wo", "rd"]), 1])


def test_the_order_of_a_set_does_not_count():
    forward, backward = set(), set()
    for number in range(0, 8000, 8):
        forward.add((number, "x"))
        backward.add((8000 - 8 - number, "x"))
    assert fingerprint(forward) == fingerprint(backward)


def test_the_order_in_which_attributes_were_set_does_not_count():
    first, second = Node("x"), Node.__new__(Node)
    second.others, second.name = [], "x"
    assert list(vars(first)) != list(vars(second))
    assert fingerprint(first) == fingerprint(second)


def test_a_subclass_differs_from_its_base():
    class Special(Node):
        pass

    assert fingerprint(Special("x")) != fingerprint(Node("x"))


def test_what_a_set_subclass_adds_counts():
    class Tags(set):
        pass

    first, second = Tags("ab"), Tags("ab")
    second.owner = "me"
    assert len({fingerprint(value) for value in (first, second, {"a", "b"})}) == 3


def test_slots_count():
    assert fingerprint(Point(1.0, 2.0)) != fingerprint(Point(1.0, 3.0))


class TestCircles:
    """Values that lead back to themselves."""

    def test_a_list_in_itself(self):
        first, second = [1], [1]
        first.append(first)
        second.append(second)
        assert fingerprint(first) == fingerprint(second)
        second[0] = 2
        assert fingerprint(first) != fingerprint(second)

    def test_which_object_a_circle_leads_back_to_counts(self):
        """Two circles that look alike from every object alone."""

        def value(which):
            left, right = Node("left"), Node("right")
            inner_left, inner_right = Node("inner"), Node("inner")
            left.others, right.others = [inner_left], [inner_right]
            inner_left.others, inner_right.others = [left], [right]
            return [left, right, [inner_left, inner_right][which]]

        assert fingerprint(value(0)) == fingerprint(value(0))
        assert fingerprint(value(0)) != fingerprint(value(1))

    def test_which_object_of_its_own_circle_a_part_leads_to_counts(self):
        def value(which):
            root, left, right = Node("root"), Node("left"), Node("right")
            inner_left, inner_right = Node("inner"), Node("inner")
            left.others, right.others = [inner_left, root], [inner_right, root]
            inner_left.others, inner_right.others = [left], [right]
            root.others = [left, right, [inner_left, inner_right][which]]
            return root

        assert fingerprint(value(0)) != fingerprint(value(1))

    def test_the_members_of_a_circle_differ(self):
        first, second = Node("a"), Node("b")
        first.others, second.others = [second], [first]
        assert len({fingerprint(value) for value in ([first, first], [first, second], [second, first])}) == 3

    def test_the_same_circle_is_equal_in_every_context(self):
        def circle():
            first, second = Node("a"), Node("b")
            first.others, second.others = [second], [first, second]
            return first

        shared = circle()
        assert fingerprint([shared, [[shared]]]) == fingerprint([circle(), [[circle()]]])

    def test_objects_that_all_know_each_other_are_quick(self):
        """Walking every path among 40 objects would take for ever."""
        nodes = [Node(number) for number in range(40)]
        for node in nodes:
            node.others = nodes
        assert fingerprint(nodes) == fingerprint(copy.deepcopy(nodes))

    def test_a_set_whose_objects_refer_to_each_other_is_refused(self):
        """The order in which they are met would show."""
        first, second = Node("a"), Node("b")
        first.others, second.others = [second], [first]
        with pytest.raises(Unfingerprintable, match="a set of objects that refer to each other has no stable order"):
            fingerprint({first, second})

    def test_a_set_whose_objects_refer_back_to_it_is_refused(self):
        first, second = Node("a"), Node("b")
        both = {first, second}
        first.others = both
        with pytest.raises(Unfingerprintable, match="has no stable order"):
            fingerprint(both)

    def test_an_object_that_is_in_its_own_set_is_fine(self):
        def value():
            node = Node("a")
            node.others = {node}
            return node

        assert fingerprint(value()) == fingerprint(value())
