"""How arrays, frames and tables lie in memory does not show; everything else about them does."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from asset_magic.fingerprint import fingerprint
from asset_magic.fingerprint.pandas_ import _column_digests
from asset_magic.fingerprint.structural import Hasher


def all_equal(*values) -> bool:
    return len({fingerprint(value) for value in values}) == 1


def all_different(*values) -> bool:
    return len({fingerprint(value) for value in values}) == len(values)


class Measured(np.ndarray):
    """An array with a unit."""


class TestNumPy:
    @pytest.mark.parametrize("shape", [(7, 5), (300, 700), (1000, 3), (3, 1000), (2, 3, 4), (0, 3), (5, 1), (600, 600)])
    def test_the_order_in_memory_does_not_show(self, shape):
        array = np.arange(np.prod(shape), dtype="f8").reshape(shape)
        padded = np.zeros([2 * size for size in shape])[tuple(slice(None, None, 2) for _ in shape)]
        padded[...] = array
        negative = np.ascontiguousarray(array[::-1])[::-1]
        assert all_equal(array, np.asfortranarray(array), padded, negative, array.T.copy().T)

    def test_shapes_and_dtypes_count(self):
        array = np.zeros(6)
        assert all_different(
            array,
            array.reshape(2, 3),
            array.reshape(3, 2),
            array.reshape(6, 1),
            array.astype("i8"),
            array.astype("f4"),
            array.astype(">f8"),
            array.astype("M8[s]"),
            array.astype("M8[ns]"),
            array.tolist(),
            array.astype(object),
        )

    def test_one_element_of_a_million_counts(self):
        array = np.zeros(1_000_000)
        before = fingerprint(array)
        array[777_777] = -0.0
        assert fingerprint(array) != before

    def test_what_lies_between_the_fields_of_a_record_does_not_show(self):
        kind = np.dtype({"names": ["a", "b"], "formats": ["i1", "f8"], "offsets": [0, 8], "itemsize": 16})
        clean, dirty = np.zeros(2, kind), np.frombuffer(b"\xff" * 32, kind).copy()
        dirty["a"] = dirty["b"] = 0
        assert clean.tobytes() != dirty.tobytes()
        assert all_equal(clean, dirty)

    def test_scalars_differ_from_pythons_and_from_arrays(self):
        assert all_different(
            np.int64(1), np.int32(1), np.float64(1), 1, 1.0, np.array(1), np.array([1]), np.bool_(True)
        )

    def test_text_of_any_length(self):
        kind = np.dtypes.StringDType()
        first = np.array(["a", "b" * 100], dtype=kind)
        assert all_equal(first, np.array(["a", "b" * 100], dtype=kind))
        assert all_different(first, np.array(["a", "c" * 100], dtype=kind))

    def test_masks_count(self):
        assert all_different(np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0]), np.array([1, 2]))

    def test_what_a_subclass_keeps_counts(self):
        first, second = (np.zeros(2).view(Measured) for _ in range(2))
        second.unit = "m"
        assert all_different(first, second, np.zeros(2))

    def test_a_memory_mapped_array_is_an_array(self, tmp_path):
        mapped = np.memmap(tmp_path / "a", dtype="f8", mode="w+", shape=3)
        assert fingerprint(mapped) != fingerprint(np.ones(3))
        mapped[:] = 1
        other = np.memmap(tmp_path / "b", dtype="f8", mode="w+", shape=3)
        other[:] = 1
        assert fingerprint(mapped) == fingerprint(other)

    def test_drawing_a_number_changes_a_generator(self):
        rng = np.random.default_rng(1)
        before = fingerprint(rng)
        assert fingerprint(np.random.default_rng(1)) == before
        rng.random()
        drawn = fingerprint(rng)
        rng.spawn(1)
        assert len({before, drawn, fingerprint(rng)}) == 3


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "a": [1.0, 2.0, 3.0],
            "b": [4.0, 5.0, 6.0],
            "text": ["x", None, "z"],
            "object": [[1], {"k": 1}, None],
            "category": pd.Categorical(["u", "v", "u"]),
            "time": pd.date_range("2020", periods=3),
            "zoned": pd.date_range("2020", periods=3, tz="UTC"),
            "nullable": pd.array([1, None, 3], dtype="Int64"),
            "period": pd.period_range("2020", periods=3, freq="D"),
            "interval": pd.interval_range(0, 3),
            "sparse": pd.arrays.SparseArray([0, 0, 1]),
            "arrow": pd.array([1, None, 3], dtype="int64[pyarrow]"),
            "span": pd.to_timedelta([1, 2, 3]),
            "flag": [True, False, True],
        }
    )


class TestPandas:
    def test_how_columns_are_put_into_blocks_does_not_show(self):
        whole = frame()
        one_by_one = pd.concat([whole[[name]] for name in whole], axis=1)
        assert len(one_by_one._mgr.blocks) != len(whole._mgr.blocks)
        grown = pd.DataFrame(index=whole.index)
        for name in whole:
            grown[name] = whole[name]
        assert all_equal(whole, one_by_one, grown, whole[list(whole)], whole.copy())

    def test_rows_or_columns_first_does_not_show(self):
        numbers = np.arange(40_000.0).reshape(4_000, 10)
        rows, columns = pd.DataFrame(numbers, copy=False), pd.DataFrame(np.asfortranarray(numbers), copy=False)
        assert rows._mgr.blocks[0].values.strides != columns._mgr.blocks[0].values.strides
        assert all_equal(rows, columns, rows.T.T)

    def test_blocks_are_not_needed(self):
        """pandas may hide its blocks one day; the fingerprint stays."""
        value, hasher = frame(), Hasher(None)
        without_blocks = SimpleNamespace(shape=value.shape, iloc=value.iloc)
        assert dict(_column_digests(hasher, without_blocks)) == dict(_column_digests(hasher, value))

    @pytest.mark.parametrize("name", frame().columns)
    def test_each_column_counts(self, name):
        value = frame()
        assert all_different(
            value,
            value.rename(columns={name: "other"}),
            value.drop(columns=name),
            value.assign(**{name: value[name].array[[1, 2, 0]]}),
            value.assign(**{name: value[name].astype(object)}) if value[name].dtype != object else None,
        )

    @pytest.mark.parametrize(
        "change",
        [
            lambda value: value.set_axis([5, 6, 7]),
            lambda value: value.set_axis(pd.Index([0, 1, 2])),
            lambda value: value.rename_axis("key"),
            lambda value: value.rename_axis("key", axis=1),
            lambda value: value.iloc[:2],
            lambda value: value[list(value)[::-1]],
            lambda value: value.set_index("a"),
            lambda value: value.set_index("a", drop=False),
            lambda value: value.set_index(["a", "b"]),
            lambda value: value.set_flags(allows_duplicate_labels=False),
            lambda value: value.assign(zoned=value["zoned"].dt.tz_convert("Europe/Paris")),
            lambda value: value.assign(a=value["a"].astype("f4")),
            lambda value: value.assign(category=value["category"].cat.set_categories(["v", "u"])),
            lambda value: value.assign(category=value["category"].cat.as_ordered()),
            lambda value: value.assign(text=value["text"].astype("string")),
            lambda value: value.assign(text=value["text"].fillna("")),
        ],
    )
    def test_everything_around_the_columns_counts(self, change):
        assert all_different(frame(), change(frame()))

    def test_attributes_count(self):
        value = frame()
        value.attrs["source"] = "shop"
        assert all_different(value, frame())

    def test_one_cell_counts_in_each_kind_of_column(self):
        value = frame()
        for name, cell in {"a": 9.0, "text": "q", "nullable": 9, "flag": False, "category": "v"}.items():
            changed = frame()
            changed.loc[2 if name != "category" else 0, name] = cell
            assert all_different(value, changed)

    def test_what_lies_under_a_null_does_not_show(self):
        first = pd.arrays.IntegerArray(np.array([1, 5]), np.array([False, True]))
        second = pd.arrays.IntegerArray(np.array([1, 7]), np.array([False, True]))
        assert all_equal(pd.Series(first), pd.Series(second))
        assert all_different(pd.Series(first), pd.Series([1, 5], dtype="Int64"))

    def test_a_missing_and_an_empty_text_differ(self):
        assert all_different(pd.Series(["a", ""]), pd.Series(["a", None]), pd.Series([None, "a"]))

    def test_reading_fills_caches_that_do_not_show(self):
        value = frame().set_index("text")
        before = fingerprint(value)
        _ = value.index.is_unique, value.index.get_loc("x"), value["a"].mean(), repr(value), value.columns.hasnans
        assert fingerprint(value) == before

    def test_unused_levels_do_not_show(self):
        value = frame().set_index(["text", "a"]).iloc[:1]
        trimmed = value.set_axis(value.index.remove_unused_levels())
        assert len(trimmed.index.levels[1]) != len(value.index.levels[1])
        assert all_equal(value, trimmed)

    def test_a_series_its_frame_and_its_array_differ(self):
        value = frame()["a"]
        assert all_different(value, value.to_frame(), value.array, value.to_numpy(), value.rename("b"), pd.Index(value))

    def test_what_a_subclass_declares_counts(self):
        class Located(pd.DataFrame):
            _metadata = ["place"]  # noqa: RUF012 - pandas' own interface

        first, second = Located({"a": [1]}), Located({"a": [1]})
        first.place, second.place = "here", "there"
        assert all_different(first, second, pd.DataFrame({"a": [1]}))

    def test_duplicate_column_names(self):
        value = pd.DataFrame([[1, 2.0, "a"]], columns=["x", "x", "x"])
        assert all_different(value, value.iloc[:, [1, 0, 2]])


TYPED = {
    "numbers": pa.array([1, None, 3]),
    "text": pa.array(["x", None, "grün", ""]),
    "large text": pa.array(["x", None, "z"], pa.large_string()),
    "text view": pa.array(["x", None, "z" * 20], pa.string_view()),
    "bytes": pa.array([b"x", None, b"z"]),
    "fixed bytes": pa.array([b"xy", None, b"zw"], pa.binary(2)),
    "flags": pa.array([True, None, False]),
    "lists": pa.array([[1, 2], None, [], [None]]),
    "fixed lists": pa.array([[1, 2], None, [3, None]], pa.list_(pa.int64(), 2)),
    "records": pa.array([{"a": 1, "b": ["x"]}, None, {"a": None, "b": []}]),
    "dictionary": pa.array(["x", None, "y", "x"]).dictionary_encode(),
    "maps": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "times": pa.array([1, None, 3], pa.timestamp("us", "UTC")),
    "nothing": pa.nulls(3),
}


class TestArrow:
    @pytest.mark.parametrize("name", TYPED)
    def test_chunks_and_slices_do_not_show(self, name):
        array = TYPED[name]
        longer = pa.concat_arrays([array[-1:], array, array[:1]])
        assert all_equal(array, longer[1 : 1 + len(array)])
        chunks = pa.chunked_array([array])
        pieces = pa.chunked_array([array[:1], array[1:1], longer[2 : 1 + len(array)]])
        assert all_equal(chunks, pieces)
        if array.null_count < len(array):
            assert all_different(array, pa.concat_arrays([array[1:], array[:1]]), array[1:], array[:-1])

    def test_what_lies_under_a_null_does_not_show(self):
        valid = TYPED["numbers"].buffers()[0]
        numbers = pa.py_buffer(np.array([1, 77, 3]))
        assert all_equal(TYPED["numbers"], pa.Array.from_buffers(pa.int64(), 3, [valid, numbers]))
        offsets = pa.py_buffer(np.array([0, 1, 2, 3], dtype="i4"))
        text = pa.Array.from_buffers(pa.string(), 3, [valid, offsets, pa.py_buffer(b"xyz")])
        assert text.to_pylist() == ["x", None, "z"]
        assert all_equal(pa.array(["x", None, "z"]), text)

    def test_null_false_and_empty_differ(self):
        assert all_different(pa.array([None, 1]), pa.array([0, 1]), pa.array([1, None]))
        assert all_different(pa.array(["", "a"]), pa.array([None, "a"]), pa.array(["a", ""]))
        assert all_different(pa.array([[], [1]]), pa.array([None, [1]]), pa.array([[1], []]))

    def test_types_count(self):
        assert all_different(*(pa.array([1], kind) for kind in (pa.int8(), pa.int64(), pa.duration("s"), pa.float64())))

    def test_names_order_and_metadata_of_a_table_count(self):
        table = pa.table({"a": [1], "b": [1]})
        assert all_equal(table, pa.concat_tables([table[:0], table]))
        assert all_different(
            table, table.rename_columns(["a", "c"]), table.select(["b", "a"]), table.replace_schema_metadata({"k": "v"})
        )


class TestPolars:
    def test_chunks_do_not_show(self):
        value = pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [[1], []], "d": [{"k": 1}, None]})
        assert all_equal(value, pl.concat([value[:1], value[1:]], rechunk=False), value.clone())

    def test_names_dtypes_and_elements_count(self):
        value = pl.DataFrame({"a": [1, 2]})
        assert all_different(
            value,
            value.rename({"a": "b"}),
            value.cast(pl.Int32),
            value[::-1],
            value["a"],
            value["a"].to_list(),
            pl.DataFrame({"a": [1, None]}),
        )

    def test_the_codes_of_a_categorical_do_not_show_and_those_of_an_enum_count(self):
        first = pl.Series(["a", "b"], dtype=pl.Categorical)
        assert all_equal(first, pl.Series(["b", "a", "b"], dtype=pl.Categorical)[1:])
        assert all_different(
            first, pl.Series(["a", "b"], dtype=pl.Enum(["a", "b"])), pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"]))
        )
