"""What is told of values other than tables."""

from __future__ import annotations

import dataclasses
import threading
from collections import namedtuple
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from asset_magic.session.comparing import compare


def told(old, new):
    """The differences of two nested values: where, before, now."""
    return [(f"{sign}{where}", before, now) for sign, (where, before, now) in compare(old, new).tables[0].rows]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (10, 12, "10 -> 12 (+2, +20%)"),
        (0, 2, "0 -> 2 (+2)"),
        (2.5, float("nan"), "2.5 -> nan"),
        (1, 1.0, "1 -> 1.0 (+0, +0%)"),
        (True, False, "True -> False"),
        (np.float64(1.5), np.float64(3), "1.5 -> 3.0 (+1.5, +100%)"),
        (np.int8(-100), np.int8(100), "-100 -> 100 (+200, +200%)"),
        (Decimal("1.5"), Decimal("1.4"), "Decimal('1.5') -> Decimal('1.4') (-0.1, -6.67%)"),
        (Decimal("1.5"), 2.5, "Decimal('1.5') -> 2.5"),
        (1 + 2j, 2j, "(1+2j) -> 2j"),
        (10**400, 1.5, f"{10**400!r:.18}…{'0' * 19} -> 1.5"),
        ("a", "b", "'a' -> 'b'"),
        (b"abc", b"abd", "b'abc' -> b'abd'"),
        (None, 3, "None -> 3"),
        ([1], (1,), "[1] -> (1,)"),
        (
            date(2020, 1, 1),
            date(2020, 1, 3),
            "datetime.date(2020, 1, 1) -> datetime.date(2020, 1, 3) (+2 days, 0:00:00)",
        ),
        (Path("a"), Path("b"), f"{Path('a')!r} -> {Path('b')!r}"),
    ],
)
def test_a_single_value_is_told_with_what_it_was(old, new, said):
    assert compare(old, new).said[0] == said


def test_moments_with_and_without_a_zone_have_no_distance():
    assert "->" in compare(datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)).said[0]


def test_dicts_are_compared_key_by_key():
    old = {"a": 1, "b": {"c": [1, 2], "d": 3}, "e": 5}
    new = {"a": 1, "b": {"c": [1, 4], "d": 3}, "f": 5}
    assert told(old, new) == [("['b']['c'][1]", "2", "4"), ("-['e']", "5", ""), ("+['f']", "", "5")]
    assert compare(old, new).said == ("1 item added, 1 item removed, 1 item changed",)


def test_an_item_that_is_new_does_not_make_those_after_it_look_changed():
    old = [{"a": 1}, {"b": 2}, {"c": 3}]
    assert told(old, [{"new": 0}, *old]) == [("+[0]", "", "{'new': 0}")]
    assert told(old, [old[0], old[2]]) == [("-[1]", "{'b': 2}", "")]
    assert told(old, [{"new": 0}, {"a": 2}, *old[1:]]) == [("+[1]", "", "{'a': 2}")] or len(told(old, old[1:])) == 1


@pytest.mark.parametrize(("old", "new"), [([1], [1.0]), ([True], [1]), ([0.0], [-0.0]), ([(1,)], [[1]])])
def test_types_count_in_containers(old, new):
    assert len(told(old, new)) == 1


def test_sets_have_members():
    assert told({1, "a"}, {1, "b"}) == [("-{'a'}", "'a'", ""), ("+{'b'}", "", "'b'")]


@dataclasses.dataclass
class Model:
    rate: float
    steps: list


class Slotted:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (Model(0.1, [1]), Model(0.2, [1]), ".rate"),
        (Model(0.1, [1]), Model(0.1, [2]), ".steps[0]"),
        (Slotted(1), Slotted(2), ".x"),
        (Point(1, 2), Point(1, 3), ".y"),
        (SimpleNamespace(a=1), SimpleNamespace(a=2), ".a"),
        ({"m": Model(0.1, [1])}, {"m": Model(0.2, [1])}, "['m'].rate"),
    ],
)
def test_objects_are_compared_by_their_attributes(old, new, where):
    assert [row[0] for row in told(old, new)] == [where]


def test_a_table_inside_is_told_by_what_changed_in_it():
    old = {"frame": pd.DataFrame({"x": [1, 2]}), "array": np.zeros(3)}
    new = {"frame": pd.DataFrame({"x": [1, 3]}), "array": np.ones(3)}
    assert told(old, new) == [
        ("['frame']", "<DataFrame 2 × 1>", "<DataFrame 2 × 1>: 1 row changed, matched by place"),
        ("['array']", "<ndarray 3>", "<ndarray 3>: 3 of 3 elements differ; the largest change is +1, at [0]"),
    ]


def test_values_that_hold_themselves_are_compared():
    old, new = {"x": 1}, {"x": 2}
    old["self"], new["self"] = old, new
    assert told(old, new)[0] == ("['x']", "1", "2")


def test_very_deep_values_are_compared():
    old, new = [1], [2]
    for _ in range(5000):
        old, new = [old], [new]
    assert not compare(old, new).equal


def test_what_goes_by_the_name_of_a_secret_is_not_shown():
    diff = compare({"db_password": "hunter2", "n": 1}, {"db_password": "hunter3", "n": 1, "api_token": "t0"})
    assert "hunter" not in str(diff)
    assert "t0" not in str(diff)
    assert len(diff.tables[0].rows) == 2


def test_objects_that_nobody_can_tell_apart_are_no_difference():
    old, new = {"lock": threading.Lock(), "n": 1}, {"lock": threading.Lock(), "n": 2}
    assert told(old, new) == [("['n']", "1", "2")]


def test_another_order_of_a_dict_is_a_difference_that_does_not_show():
    diff = compare({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not diff.equal
    assert "order" in diff.said[0]


def test_texts_are_told_line_by_line():
    old = "\n".join(map(str, range(100)))
    diff = compare(old, old.replace("\n50\n", "\nfifty\n"))
    assert diff.lines == ("@@ -49,5 +49,5 @@", " 48", " 49", "-50", "+fifty", " 51", " 52")
    assert diff.said == ("1 line added, 1 line removed",)


def test_texts_that_differ_in_how_lines_end_are_not_called_equal():
    diff = compare("a\nb", "a\r\nb")
    assert (diff.equal, diff.said) == (False, ("only how its lines end differs",))


def test_texts_too_long_to_match_are_told_by_where_they_begin_to_differ():
    diff = compare("\n".join(map(str, range(9000))), "\n".join(map(str, range(1, 9001))) + "\nx")
    assert "from line 1 on" in diff.said[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (np.zeros(3), np.array([0, 2, 0.0]), ("1 of 3 elements differs", "the largest change is +2, at [1]")),
        (
            np.array([1.0, np.nan]),
            np.array([1.5, np.nan]),
            ("1 of 2 elements differs", "the largest change is +0.5, at [0]"),
        ),
        (
            np.zeros(2, "uint8"),
            np.full(2, 255, "uint8"),
            ("2 of 2 elements differ", "the largest change is +255, at [0]"),
        ),
        (
            np.array([255], "uint8"),
            np.array([0], "uint8"),
            ("1 of 1 element differs", "the largest change is -255, at [0]"),
        ),
        (
            np.array([2**62]),
            np.array([-(2**62)]),
            ("1 of 1 element differs", f"the largest change is {-(2**63):+,}, at [0]"),
        ),
        (np.zeros((2, 3)), np.zeros((3, 3)), ("shape 2 × 3 -> 3 × 3", "no element differs in the part that both have")),
        (np.zeros(3), np.zeros((3, 1)), ("shape 3 -> 3 × 1",)),
        (np.zeros(3, "f4"), np.zeros(3, "f8"), ("dtype float32 -> float64", "no element differs")),
        (np.array(["a", "b"]), np.array(["a", "c"]), ("1 of 2 elements differs",)),
        (np.array([[1], None], object), np.array([[1], 2], object), ("1 of 2 elements differs",)),
        (np.array(1.0), np.array(2.0), ("1 of 1 element differs", "the largest change is +1, at []")),
        (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 9], mask=[0, 1]), ("no element differs",)),
        (np.array([(1, 2.0)], "i4,f8"), np.array([(1, 3.0)], "i4,f8"), ("1 of 1 element differs",)),
        (np.array(["2020", "NaT"], "M8[D]"), np.array(["2021", "NaT"], "M8[D]"), ("1 of 2 elements differs",)),
        (np.zeros(0), np.zeros(0, "i4"), ("dtype float64 -> int32", "no element differs")),
    ],
)
def test_arrays_are_told_by_shape_type_and_largest_change(old, new, said):
    assert compare(old, new).said == said


def test_values_that_are_written_alike_are_said_to_differ_all_the_same():
    said = compare(lambda x: x + 1, lambda x: x + 2).said[0]
    assert said.startswith("they differ, and both are written as <function")
