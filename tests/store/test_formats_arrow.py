"""Arrow's and polars' values come back as they were."""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from values import again, mapped, written

from asset_magic.store.formats import ValueUnreadable, decode, runs_code

TABLE = pa.table(
    {
        "number": [1, None, 3],
        "text": ["a", None, "é"],
        "list": [[1], [], None],
        "struct": [{"x": 1}, None, {"x": 2}],
        "time": [datetime.datetime(2020, 1, 1), None, None],
        "category": pa.array(["a", "b", "a"]).dictionary_encode(),
        "nothing": pa.nulls(3),
        "map": pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int8())),
        "exact": pa.array([1, 2, None], pa.decimal128(10, 2)),
    },
    metadata={"a": "b"},
)


@pytest.mark.parametrize(
    "value",
    [
        TABLE,
        TABLE.slice(1, 1),
        TABLE.slice(0, 0),
        TABLE.select([]),
        pa.concat_tables([TABLE.select([0, 1]), TABLE.select([0, 1])]),
        TABLE.to_batches()[0],
        TABLE["text"],
        TABLE["list"].chunk(0).slice(1),
        pa.array([], pa.string()),
        pa.chunked_array([], pa.int8()),
        {"a": TABLE, "b": pa.array([1])},
        pl.DataFrame({"a": [1, None], "b": ["x", "é"], "c": [[1], []], "d": [{"x": 1}, None]}),
        pl.DataFrame({"a": ["x", "y"]}, schema={"a": pl.Categorical}),
        pl.DataFrame({"a": ["x", "y"]}, schema={"a": pl.Enum(["x", "y", "z"])}),
        pl.DataFrame({"a": [datetime.datetime(2020, 1, 1)]}, schema={"a": pl.Datetime("ms", "Europe/Paris")}),
        pl.DataFrame({"a": [1]}).clear(),
        pl.DataFrame(),
        pl.Series("a", [1.5, None]),
        pl.Series("", [b"x", None]),
        [pl.Series("a", ["x"]), pl.DataFrame({"a": [datetime.time(1)]})],
    ],
    ids=lambda value: f"{type(value).__module__.partition('.')[0]} {type(value).__name__}",
)
def test_values_come_back_without_running_code(value):
    _, format = again(value)
    assert not runs_code(format)


@pytest.mark.parametrize(
    "value",
    [
        pa.schema([pa.field("a", pa.int8())]),
        pa.scalar(1),
        pl.Series("a", [object()], dtype=pl.Object) if False else pl.Int8,
        pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"x" * 16], pa.binary(16))),
    ],
    ids=range(4),
)
def test_other_values_come_back(value):
    again(value)


def test_a_table_is_used_where_it_lies():
    format, data = written(pa.table({"a": np.arange(1e6)}))
    place = mapped(data)
    column = decode(format, place, None).column("a").to_numpy()
    assert np.shares_memory(column, np.frombuffer(place, "u1"))


def test_a_table_is_written_without_copying_it():
    from asset_magic.store.formats import encode

    numbers = np.arange(1e6)
    encoded = encode(pa.table({"a": numbers}), lambda other: True)
    assert any(np.shares_memory(np.frombuffer(part, "u1"), numbers) for part in encoded.parts)


def test_text_that_is_no_text_is_refused():
    format, data = written(pa.table({"a": ["abcdefgh" * 100]}))
    with pytest.raises(ValueUnreadable, match="the stored value cannot be read: ArrowInvalid"):
        decode(format, mapped(data.replace(b"abcdefgh" * 100, b"\xff" * 800)), None)
