"""Looks at one object at two moments: what it holds, what reading fills in, and what functions keep."""

from __future__ import annotations

import threading
from functools import cached_property
from random import Random

import pytest

from asset_magic.fingerprint import fingerprint, look_at, private_copy


def prints(value, change):
    before = look_at(value)
    change(value)
    return before, look_at(value)


def test_print_is_the_fingerprint_where_there_is_one():
    assert look_at([1, {"a": 2}]).print == fingerprint([1, {"a": 2}])


def test_part_without_content_does_not_hide_the_rest():
    before, after = prints([threading.Lock(), [1]], lambda value: value[1].append(2))
    assert before.print != after.print


def test_part_without_content_is_itself():
    value = [threading.Lock()]
    assert look_at(value).print == look_at(value).print != look_at([threading.Lock()]).print


class Table:
    def __init__(self):
        self.rows = [1]
        self._sum = None
        self._kept = {}

    @cached_property
    def twice(self):
        return [2 * row for row in self.rows]

    @property
    def sum(self):
        if self._sum is None:
            self._sum = sum(self.rows)
        return self._sum

    def get(self, key):
        self._kept[key] = key
        return key


@pytest.mark.parametrize("read", [lambda t: t.twice, lambda t: t.sum], ids=["cached property", "memo"])
def test_filling_in_is_no_change(read):
    before, after = prints(Table(), read)
    assert before.print == after.print


@pytest.mark.parametrize(
    "change", [lambda t: t.rows.append(2), lambda t: t.get(1)], ids=["content", "a dict that grows"]
)
def test_other_attributes_are_content(change):
    before, after = prints(Table(), change)
    assert before.print != after.print


def test_what_was_filled_in_shows_beside_the_print():
    value = Table()
    value.twice  # noqa: B018 - fills it in
    before, after = prints(value, lambda t: t.twice.append(9))
    assert before.print == after.print
    assert before.filled != after.filled


def test_generator_of_the_process_is_known_by_its_name():
    import random

    assert fingerprint(random.random) == (random.random(), fingerprint(random.random))[1]
    drawn = Random(0)
    assert fingerprint(drawn) != (drawn.random(), fingerprint(drawn))[1]


def keeper():
    count, found = 0, []

    def keep(x, seen=[]):  # noqa: B006 - kept between calls on purpose
        nonlocal count
        count += 1
        found.append(x)
        seen.append(x)
        keep.calls = count
        return count, len(found), len(seen)

    keep.calls = 0
    return keep


def test_copy_of_a_function_keeps_its_own():
    original = keeper()
    original(1)
    copied = private_copy(original)
    assert copied(1) == (2, 2, 2)
    assert copied(1) == (3, 3, 3)
    assert original(1) == (2, 2, 2)


def test_functions_that_share_a_variable_still_do_in_the_copy():
    def pair():
        count = 0

        def up():
            nonlocal count
            count += 1

        return up, lambda: count

    original = pair()
    up, count = private_copy(original)
    up()
    assert (count(), original[1]()) == (1, 0)


def test_function_that_keeps_nothing_is_shared():
    assert private_copy(len) is len
    assert private_copy(prints) is prints


def test_instance_of_a_users_list_is_copied():
    rows = type("Rows", (list,), {"__module__": "__main__"})([1])
    copied = private_copy(rows)
    rows.append(2)
    assert copied == [1]
