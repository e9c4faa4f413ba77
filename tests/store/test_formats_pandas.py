"""pandas' frames, series and indexes come back as they were, over the bytes in which they are kept."""

from __future__ import annotations

import datetime
import decimal
import zoneinfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import again, mapped, written

from asset_magic.store.formats import decode, runs_code

OBJECTS = (
    st.text(max_size=3)
    | st.none()
    | st.just(pd.NA)
    | st.just(np.nan)
    | st.just(pd.NaT)
    | st.integers()
    | st.booleans()
    | st.floats()
    | st.dates()
    | st.lists(st.integers(), max_size=2)
)


def maybe(parts, none=None):
    return st.just(none) | parts


COLUMNS = {
    "f8": st.floats(),
    "f4": st.floats(width=32),
    "i8": st.integers(-(2**63), 2**63 - 1),
    "u1": st.integers(0, 255),
    "bool": st.booleans(),
    "c16": st.complex_numbers(allow_nan=False),
    "M8[ns]": st.integers(-(2**60), 2**60),
    "M8[s]": st.integers(0, 2**33),
    "m8[us]": st.integers(-(2**40), 2**40),
    "datetime64[ns, Europe/Paris]": st.integers(-(2**60), 2**60),
    "datetime64[us, UTC]": st.integers(0, 2**40),
    "object": OBJECTS,
    "category": maybe(st.sampled_from(["a", "b", ""])),
    "Int64": maybe(st.integers(-(2**63), 2**63 - 1), pd.NA),
    "UInt8": maybe(st.integers(0, 255), pd.NA),
    "Float64": maybe(st.floats(allow_nan=False), pd.NA),
    "Float32": maybe(st.floats(width=32, allow_nan=False), pd.NA),
    "boolean": maybe(st.booleans(), pd.NA),
    "string[python]": maybe(st.text("aé\0", max_size=3)),
    "string[pyarrow]": maybe(st.text("aé\0", max_size=3)),
    "int64[pyarrow]": maybe(st.integers(-(2**63), 2**63 - 1)),
    "period[M]": st.integers(-1000, 1000),
    "interval[int64, left]": st.integers(-9, 9).map(lambda left: pd.Interval(left, left + 1, "left")),
    "Sparse[int64, 0]": st.integers(0, 1),
}


def series(kind, rows):
    def make(items):
        if kind.startswith("period"):
            return pd.Series(pd.PeriodIndex.from_ordinals(items, freq="M"))
        if kind.startswith(("M8", "m8", "datetime64")):
            naive = np.array(items, "i8").view("M8[ns]" if "ns" in kind else kind if "64" not in kind else "M8[us]")
            made = pd.Series(naive)
            return made.dt.tz_localize("UTC").dt.tz_convert(kind.split(", ")[1][:-1]) if ", " in kind else made
        if kind == "object":
            made = np.empty(len(items), object)
            made[:] = items
            return pd.Series(made, dtype=object)
        return pd.Series(items, dtype=kind)

    return st.lists(COLUMNS[kind], min_size=rows, max_size=rows).map(make)


@st.composite
def indexes(draw, rows):
    names = st.none() | st.text(max_size=2) | st.integers() | st.just(("a", 1))
    kind = draw(st.sampled_from(["range", "multi", "dates", *COLUMNS]))
    if kind == "range":
        return pd.RangeIndex(draw(st.integers(-3, 3)), name=draw(names))[:0].append(
            pd.RangeIndex(rows, name=draw(names))
        )
    if kind == "dates":
        zone = draw(st.sampled_from([None, "UTC", "Europe/Paris"]))
        frequency = draw(st.sampled_from(["D", "B", "h", "MS"]))
        return pd.date_range("2020", periods=rows, freq=frequency, tz=zone, name=draw(names))
    if kind == "multi":
        levels = [draw(series(draw(st.sampled_from(["i8", "category", "f8"])), rows)) for _ in range(2)]
        return pd.MultiIndex.from_arrays(levels, names=[draw(names), draw(names)])
    if kind.startswith(("Sparse", "object")):
        kind = "i8"
    return pd.Index(draw(series(kind, rows)), name=draw(names))


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 5))
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=6))
    frame = pd.DataFrame(dict(enumerate(draw(series(kind, rows)) for kind in kinds)), index=range(rows))
    frame.columns = draw(indexes(len(kinds)))
    frame.index = draw(indexes(rows))
    frame.attrs = draw(st.dictionaries(st.text(max_size=2), st.integers() | st.lists(st.text()), max_size=2))
    if frame.index.is_unique and frame.columns.is_unique and draw(st.booleans()):
        frame.flags.allows_duplicate_labels = False
    return frame


@given(frames())
def test_every_frame_comes_back_equal(frame):
    read, format = again(frame)
    pd.testing.assert_frame_equal(read, frame, check_flags=True, check_freq=True)
    assert list(map(type, [read.index, read.columns])) == list(map(type, [frame.index, frame.columns]))
    assert read.attrs == frame.attrs
    if not any(isinstance(dtype, pd.SparseDtype) for dtype in frame.dtypes):
        assert not runs_code(format)


@given(frames(), st.data())
def test_every_series_and_index_comes_back_equal(frame, data):
    for value in (frame.index, frame.columns, *(frame.iloc[:, place] for place in range(frame.shape[1]))):
        again(value)


@pytest.mark.parametrize("kind", sorted(COLUMNS.keys() - {"Sparse[int64, 0]"}))
def test_a_column_of_any_dtype_can_be_changed_in_place_as_before(kind):
    frame = pd.concat({"a": sample(kind), "b": sample(kind)}, axis=1)
    read, _ = again(frame)
    read.iloc[0, 0] = frame.iloc[1, 0]
    frame.iloc[0, 0] = frame.iloc[1, 0]
    pd.testing.assert_frame_equal(read, frame)


def sample(kind):
    """A short column of a dtype."""
    if kind.startswith("period"):
        return pd.Series(pd.period_range("2020", periods=2, freq="M"))
    if kind.startswith("interval"):
        return pd.Series(pd.interval_range(0, 2, closed="left"))
    if kind.startswith(("M8", "datetime64")):
        dates = pd.Series(pd.date_range("2020", periods=2))
        return dates.dt.tz_localize(kind.split(", ")[1][:-1]) if ", " in kind else dates.astype(kind)
    if kind.startswith(("string", "category")):
        return pd.Series(["a", "b"], dtype=kind)
    return pd.Series([0, 1]).astype(kind)


def test_a_frame_is_used_where_it_lies():
    frame = pd.DataFrame(np.arange(1e6).reshape(-1, 4))
    format, data = written(frame)
    place = mapped(data)
    read = decode(format, place, None)
    assert np.shares_memory(read.to_numpy(), np.frombuffer(place, "u1"))
    read.iloc[0, 0] = 7.0
    assert read.iloc[0, 0] == 7.0


def test_columns_of_one_dtype_stay_together():
    frame = pd.DataFrame({"a": [1.0], "n": [1], "b": [2.0], "m": [2]})
    read, _ = again(frame)
    assert read._mgr.nblocks == 2


def many_texts():
    return [f"text {number % 7}" for number in range(1000)]


@pytest.mark.parametrize(
    "column",
    [
        many_texts(),
        [None if number % 3 else text for number, text in enumerate(many_texts())],
        [np.nan if number % 5 else f"{number}" for number in range(1000)],
        [f"{number}" if number % 5 else None for number in range(1000)],
        [f"{number}\0" if number % 5 else pd.NA for number in range(1000)],
        [number if number % 5 else f"{number}" for number in range(1000)],
        [datetime.date(2020, 1, 1)] * 1000,
        [decimal.Decimal(number) for number in range(1000)],
        [[number] for number in range(1000)],
        [1, 1.0, True] * 400,
    ],
    ids=range(10),
)
def test_columns_of_objects_need_no_code(column):
    made = np.empty(len(column), object)
    made[:] = column
    read, format = again(pd.DataFrame({"a": pd.Series(made, dtype=object)}))
    assert list(map(type, read["a"])) == list(map(type, column))
    assert not runs_code(format)


def test_one_list_in_many_rows_is_one_list_again():
    row = [1]
    read, _ = again(pd.DataFrame({"a": [row] * 100}))
    read.loc[0, "a"].append(2)
    assert read.loc[99, "a"] == [1, 2]


class Labeled(pd.DataFrame):
    _metadata = ["label"]  # noqa: RUF012

    @property
    def _constructor(self):
        return Labeled


def test_a_frame_of_a_class_of_its_own_comes_back():
    frame = Labeled({"a": [1]})
    frame.label = "x"
    read, _ = again(frame)
    assert read.label == "x"


def test_what_was_set_on_a_frame_comes_back():
    frame = pd.DataFrame({"a": [1]})
    object.__setattr__(frame, "note", [1])
    read, _ = again(frame)
    assert read.note == [1]


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2020-01-01 12:00:00.123456789"),
        pd.Timestamp("2020-10-25 00:30", tz="UTC").tz_convert("Europe/Paris"),
        pd.Timestamp("2020-10-25 02:30").replace(fold=1),
        pd.Timestamp("2020", tz=zoneinfo.ZoneInfo("Asia/Tokyo")).as_unit("s"),
        pd.Timedelta("1s"),
        pd.Timedelta("1D").as_unit("s"),
        pd.NaT,
        pd.NA,
        pd.Period("2020-01", "M"),
        pd.Interval(0, 1),
        pd.Categorical(["a", None]),
        pd.array([1, None]),
        pd.array(["a", None]),
        pd.array([1.5]),
        pd.date_range("2020", periods=2, tz="UTC").array,
        pd.arrays.SparseArray([0, 1]),
        pd.CategoricalDtype(["a"]),
        pd.DataFrame({"a": [1, 2, 1]}).groupby("a").size(),
        {"train": pd.DataFrame({"a": [1]}), "test": pd.Series([1.5])},
        pd.DataFrame(index=range(3)),
        pd.DataFrame(columns=["a"]),
        pd.DataFrame({"a": [1]}).set_flags(allows_duplicate_labels=False),
        pd.DataFrame([[1, "a"], [2, "b"]], columns=["x", "x"]),
        pd.DataFrame(np.arange(6).reshape(2, 3), columns=pd.MultiIndex.from_product([["a"], [1, 2, 3]])),
        pd.DataFrame({1: [1], "1": [2], None: [3], (1, 2): [4]}),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_other_values_of_pandas_come_back(value):
    again(value)


def test_frames_that_share_an_index_share_it_again():
    index = pd.Index(["a", "b"])
    read, _ = again([pd.Series([1, 2], index), pd.Series([3, 4], index)])
    assert read[0].index is read[1].index
