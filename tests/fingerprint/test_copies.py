"""Private copies share nothing changeable with the original."""

from __future__ import annotations

import random
import threading

import networkx
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sample_values
from sample_values import Node, Order

from asset_magic.fingerprint import Uncopyable, fingerprint, private_copy

UNCOPYABLE = {"keys", "mapping", "memoryview", "module"}


@pytest.mark.parametrize("name", sorted(sample_values.all_values().keys() - UNCOPYABLE))
def test_a_copy_is_equal(name):
    value = sample_values.all_values()[name]
    assert fingerprint(private_copy(value)) == fingerprint(value)


def object_array():
    array = np.empty(1, dtype=object)
    array[0] = [1]
    return array


def frame():
    return pd.DataFrame(
        {
            "number": [1.0, 2.0],
            "text": ["x", "y"],
            "nullable": pd.array([1, 2], dtype="Int64"),
            "category": pd.Categorical(["u", "v"]),
            "time": pd.date_range("2020", periods=2, tz="UTC"),
            "object": [[1], {"k": 1}],
        }
    )


def write_under(array):
    """What a user can do to the array under a column, if set on it."""
    array.flags.writeable = True
    array[0] = 9


def set_first(array, value):
    array[0] = value


CHANGES = {
    "a list in a list": (lambda: [[1]], lambda value: value[0].append(2)),
    "a list in a tuple": (lambda: ([1],), lambda value: value[0].append(2)),
    "a list in a dict": (lambda: {"a": [1]}, lambda value: value["a"].append(2)),
    "an attribute": (lambda: Order(1, ["a"]), lambda value: value.lines.append("b")),
    "a circle": (sample_values.circle, lambda value: value[0].others[0].others.append(1)),
    "an array": (lambda: np.zeros(3), lambda value: set_first(value, 1)),
    "a view": (lambda: np.zeros((3, 3))[:, 1], lambda value: set_first(value, 1)),
    "an array of lists": (object_array, lambda value: value[0].append(2)),
    "a random generator": (lambda: np.random.default_rng(1), lambda value: value.random()),
    "Python's random generator": (lambda: random.Random(1), lambda value: value.random()),
    "a graph": (lambda: networkx.path_graph(3), lambda value: value.nodes[0].update(a=1)),
    "a polars frame": (
        lambda: pl.DataFrame({"a": [1, 2]}),
        lambda value: value.insert_column(0, pl.Series("b", [1, 2])),
    ),
    "a cell of a frame": (frame, lambda value: value.isetitem(0, 5)),
    "an array under a frame": (frame, lambda value: write_under(value["number"].to_numpy())),
    "numbers by .array": (frame, lambda value: set_first(value["number"].array, 9)),
    "nullable numbers by .array": (frame, lambda value: set_first(value["nullable"].array, 9)),
    "categories by .array": (frame, lambda value: set_first(value["category"].array, "v")),
    "times by .array": (frame, lambda value: set_first(value["time"].array, pd.Timestamp("2021", tz="UTC"))),
    "texts by .array": (frame, lambda value: set_first(value["text"].array, "z")),
    "an object in a frame": (frame, lambda value: value["object"][0].append(2)),
    "an object in a series": (lambda: frame()["object"], lambda value: value[1].update(k=2)),
    "an object in a frame in a dict": (lambda: {"a": frame()}, lambda value: value["a"]["object"][0].append(2)),
    "the attributes of a frame": (frame, lambda value: value.attrs.update(a=1)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_original_does_not_show_in_the_copy(name):
    make, change = CHANGES[name]
    original = make()
    before = fingerprint(original)
    copied = private_copy(original)
    change(original)
    assert fingerprint(original) != before
    assert fingerprint(copied) == before


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_copy_does_not_show_in_the_original(name):
    make, change = CHANGES[name]
    original = make()
    before = fingerprint(original)
    change(private_copy(original))
    assert fingerprint(original) == before


def test_what_is_shared_inside_stays_shared():
    part = [1]
    first, second = private_copy([part, part])
    assert first is second
    assert first is not part


def test_a_tuple_in_a_circle():
    inner = []
    value = (inner, 1)
    inner.append(value)
    copied = private_copy(value)
    assert copied[0][0] is copied
    assert copied is not value


def test_what_cannot_change_is_not_copied():
    value = ("a", (1, 2.0), frozenset({1}))
    assert private_copy(value) is value


def test_a_frame_keeps_its_dtypes_and_index():
    value = frame().set_index("text")
    value.loc["y", "object"] = None
    pd.testing.assert_frame_equal(private_copy(value), value)


def test_duplicate_column_names():
    value = pd.DataFrame([[[1], [2]]], columns=["x", "x"])
    copied = private_copy(value)
    value.iloc[0, 1].append(3)
    assert copied.iloc[0].tolist() == [[1], [2]]


def test_a_lock_cannot_be_copied():
    with pytest.raises(Uncopyable, match=r"a list cannot be copied: .*lock"):
        private_copy([threading.Lock()])


def test_nesting_without_end_cannot_be_copied():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Uncopyable, match="nested too deeply"):
        private_copy(value)


def test_an_error_of_the_users_own_copying_is_chained():
    class Broken(Node):
        def __deepcopy__(self, memo):
            raise RuntimeError("no room")

    with pytest.raises(Uncopyable, match="no room") as caught:
        private_copy(Broken("a"))
    assert isinstance(caught.value.__cause__, RuntimeError)
