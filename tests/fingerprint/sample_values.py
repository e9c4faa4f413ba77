"""Values of many kinds, made anew at each call, for tests that compare processes and copies."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import pathlib
import random
import re
import sys
import types
import uuid
import zoneinfo


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


@dataclasses.dataclass
class Order:
    number: int
    lines: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


Pair = collections.namedtuple("Pair", "left right")


class Node:
    def __init__(self, name):
        self.name = name
        self.others = []


class Words(list):
    pass


def circle():
    first, second = Node("first"), Node("second")
    first.others, second.others = [second, first], [first]
    return [second, first]


def builtin_values():
    """Values of the standard library only."""
    local = {}
    exec(
        "class Local:\n    limit = 3\n    def f(self, x={'a', 'b'}): return x in {'c', 'd'}",
        {"__name__": "__main__"},
        local,
    )
    return {
        "int": 2**80,
        "float": 0.1,
        "text": "gr\u00fc\u00df\ud800",
        "set": {"b", "a", "c", 1, None, (2, "x")},
        "nested frozensets": frozenset({frozenset({"a", "b"}), frozenset({"c", frozenset({"d", "e"})})}),
        "set of enums": {Color.RED, Color.BLUE},
        "flag": Mode.READ | Mode.WRITE,
        "dict": {"b": {1, 2, 3}, "a": [{"x": frozenset("xyz")}]},
        "many": [{"a": number, "b": str(number)} for number in range(10_000)],
        "dataclass": Order(1, ["a"]),
        "frozen dataclass": Point(1.0, 2.0),
        "namedtuple": Pair(1, "b"),
        "circle": circle(),
        "subclass": Words(["a"]),
        "decimal": decimal.Decimal("1.10"),
        "fraction": fractions.Fraction(1, 3),
        "datetime": datetime.datetime(2024, 1, 2, tzinfo=zoneinfo.ZoneInfo("Europe/Paris")),
        "timedelta": datetime.timedelta(seconds=1),
        "uuid": uuid.UUID(int=7),
        "path": pathlib.PurePosixPath("a/b"),
        "pattern": re.compile("a+", re.IGNORECASE),
        "range": range(3),
        "slice": slice(1, None, 2),
        "array": array.array("d", [1.0, 2.0]),
        "bytearray": bytearray(b"ab"),
        "memoryview": memoryview(b"ab"),
        "deque": collections.deque([1, 2], maxlen=3),
        "ordered": collections.OrderedDict(a=1),
        "default": collections.defaultdict(list, a=[1]),
        "counter": collections.Counter("abca"),
        "random": random.Random(1),
        "partial": functools.partial(print, 1, end=""),
        "namespace": types.SimpleNamespace(a=1),
        "class of __main__": local["Local"],
        "instance of __main__": local["Local"](),
        "installed class": decimal.Decimal,
        "module": decimal,
        "error": ValueError("a"),
        "mapping": types.MappingProxyType({"a": 1}),
        "keys": {"a": 1}.keys(),
    }


def library_values():
    """Values of the libraries that data people use."""
    import networkx
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from scipy import sparse
    from sklearn.linear_model import LinearRegression

    frame = pd.DataFrame(
        {
            "number": [1, 2],
            "text": ["x", None],
            "category": pd.Categorical(["u", "v"]),
            "time": pd.date_range("2020", periods=2, tz="UTC"),
            "period": pd.period_range("2020", periods=2, freq="D"),
            "nullable": pd.array([1, None], dtype="Int64"),
            "object": [[1], {"b", "a"}],
            "interval": pd.interval_range(0, 2),
            "sparse": pd.arrays.SparseArray([0, 1]),
            "arrow": pd.array([1, 2], dtype="int64[pyarrow]"),
            "flag": [True, False],
        }
    )
    numbers = np.arange(12.0).reshape(4, 3)
    return {
        "ndarray": numbers,
        "objects": np.array([1, "a", None], dtype=object),
        "record": np.array([(1, 2.0)], dtype=[("a", "i1"), ("b", "f8")]),
        "scalar": np.int64(1),
        "masked": np.ma.array([1, 2], mask=[True, False]),
        "dtype": np.dtype("f4"),
        "generator": np.random.default_rng(1),
        "random state": np.random.RandomState(1),
        "frame": frame,
        "series": frame["text"],
        "multi index": frame.set_index(["number", "text"]),
        "timestamp": pd.Timestamp("2020", tz="UTC"),
        "table": pa.table({"a": [1, None], "b": [["x"], None]}),
        "polars": pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [[1], []]}),
        "sparse": sparse.csr_matrix(numbers),
        "graph": networkx.path_graph(4),
        "model": LinearRegression().fit(numbers, [1, 2, 3, 4]),
    }


def all_values():
    return {**builtin_values(), **library_values()}


if __name__ == "__main__":
    from asset_magic.fingerprint import fingerprint

    # The classes here are known under one name, whichever process asks.
    sys.modules["sample_values"] = sys.modules["__main__"]
    for name, value in all_values().items():
        print(name, fingerprint(value))
