"""What surely cannot change, and how large values are."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import math
import pathlib
import re
import types
import uuid

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sample_values import Color, Mode, Node, Pair

from asset_magic.fingerprint import is_immutable, size_hint
from asset_magic.model.keys import AssetKey


class Name(str):
    """Text to which attributes can be added."""


@pytest.mark.parametrize(
    "value",
    [
        *(1, 1.0, 1j, True, None, ..., "a", b"a", range(3), (), (1, ("a", None)), frozenset({1, frozenset({2})})),
        *(decimal.Decimal(1), fractions.Fraction(1, 2), datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1)),
        *(datetime.timedelta(1), uuid.UUID(int=1), pathlib.Path("a"), re.compile("a"), Color.RED, Mode.READ),
        *(np.float64(1), np.datetime64("2020"), pd.Timestamp("2020"), pd.NaT, pd.NA, Pair(1, "a"), AssetKey("a")),
    ],
    ids=repr,
)
def test_these_cannot_change(value):
    assert is_immutable(value)


@pytest.mark.parametrize(
    "value",
    [
        *([], {}, set(), bytearray(), ([],), (1, ({},)), Pair(1, []), collections.deque(), object(), Node("a")),
        *(np.zeros(1), pd.Series([1]), pl.Series([1]), math, len, lambda: 1, Node, Name("a"), memoryview(b"")),
        *(types.SimpleNamespace(), iter(()), types.MappingProxyType({}), np.array([(1,)], dtype=[("a", "i8")])[0]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_these_may_change(value):
    assert not is_immutable(value)


def test_a_tuple_too_long_to_look_into_counts_as_changeable():
    assert not is_immutable(((1,),) * 1_000_000)


def test_deep_tuples_are_looked_into_without_recursion():
    value = ()
    for _ in range(100_000):
        value = (value,)
    assert not is_immutable(value)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (bytes(10**6), 10**6),
        (np.zeros((1000, 1000)), 8 * 10**6),
        (pd.DataFrame(np.zeros((1000, 1000))), 8 * 10**6),
        (pd.Series(np.zeros(1000)), 8 * 10**3),
        (pa.array(range(10**6)), 8 * 10**6),
        (pl.DataFrame({"a": np.zeros(10**6)}), 8 * 10**6),
        ([np.zeros(1000)] * 3, 24 * 10**3),
        ({"a": np.zeros(10**6)}, 8 * 10**6),
        ([[float(number) for number in range(1000)]] * 1, 32 * 10**3),
        ([str(number) for number in range(10**6)], 63 * 10**6),
        (dict.fromkeys(range(10**5), "x" * 100), 18 * 10**6),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_size_is_about_right(value, size):
    assert size / 2 < size_hint(value) < size * 2


def test_attributes_count():
    node = Node("a")
    node.others = np.zeros(1000)
    assert size_hint(node) > 8000


def test_a_value_in_itself_has_a_size():
    value = []
    value.append(value)
    assert size_hint(value) > 0


def test_a_value_nested_without_end_has_a_size():
    value = []
    for _ in range(100_000):
        value = [value]
    assert size_hint(value) > 0


def test_a_size_is_a_hint_and_never_an_error():
    class Broken:
        def __sizeof__(self):
            raise RuntimeError("no")

    assert size_hint([Broken()]) > 0
