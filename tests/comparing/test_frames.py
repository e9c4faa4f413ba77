"""Tables: which rows and columns were added, removed and changed, and which row is which."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from asset_magic.session.comparing import compare

FRAME = pd.DataFrame({"id": [1, 2, 3], "price": [10.0, 20.0, np.nan], "name": ["a", "b", None]})


def counts(old, new):
    return {name: count for name, count in compare(old, new).counts.items() if count and name != "rows_same"}


def rows(diff, *head):
    """The rows of the table with these first titles."""
    return [row for table in diff.tables if table.head[: len(head)] == head for row in table.rows]


def test_a_changed_cell_is_shown_with_what_it_was_and_is():
    new = FRAME.assign(price=[10.0, 25.0, np.nan])
    diff = compare(FRAME, new)
    assert counts(FRAME, new) == {"rows_changed": 1, "cells_changed": 1}
    assert rows(diff, "row", "column") == [("", ("1", "price", "20.0", "25.0"))]
    assert diff.said == ("1 row changed, matched by place",)


def test_what_is_missing_in_both_is_no_change():
    new = pd.concat([FRAME, FRAME.iloc[:1]], ignore_index=True)
    assert counts(FRAME, new) == {"rows_added": 1}


def test_rows_are_matched_by_an_index_that_names_them():
    old = FRAME.set_index("name")
    new = old.iloc[[1, 0, 2]].assign(price=[20.0, 11.0, np.nan])
    assert counts(old, new) == {"rows_changed": 1, "cells_changed": 1}
    assert rows(compare(old, new), "row", "column") == [("", ("a", "price", "10.0", "11.0"))]


def test_an_index_that_only_counts_names_no_row():
    new = pd.concat([FRAME.iloc[:1].assign(id=9), FRAME], ignore_index=True)
    assert counts(FRAME, new) == {"rows_added": 1}
    assert compare(FRAME, new).said == ("1 row added, matched by column id",)


def test_rows_left_by_a_filter_are_matched_by_the_labels_that_they_kept():
    new = FRAME[FRAME.price != 20.0]
    assert counts(FRAME, new) == {"rows_removed": 1}
    assert compare(FRAME, new).said == ("1 row removed, matched by index",)


def test_rows_without_a_name_are_matched_by_what_is_in_them():
    old = pd.DataFrame({"x": [1.5, 2.5, 2.5, 3.5] * 5, "y": [0.5, 0.25, 0.25, 1.0] * 5})
    new = pd.concat([old.iloc[-1:], old.iloc[:10], old.iloc[11:]], ignore_index=True)
    assert counts(old, new) == {"rows_added": 1, "rows_removed": 1}
    assert compare(old, new).said[0].endswith("matched by content")


def test_a_column_of_numbers_that_change_names_no_row():
    old = pd.DataFrame({"price": [10, 20, 30], "taxed": [12.0, 24.0, 36.0]})
    assert counts(old, old.assign(price=[10, 25, 30])) == {"rows_changed": 1, "cells_changed": 1}


def test_columns_come_go_and_turn_into_others():
    new = FRAME.drop(columns="name").assign(id=FRAME.id.astype("int32"), taxed=1.5)
    diff = compare(FRAME, new)
    assert counts(FRAME, new) == {"columns_added": 1, "columns_removed": 1, "columns_retyped": 1}
    assert ("+", ("taxed", "float64", "added", "")) in rows(diff, "column")
    assert ("", ("id", "int64 -> int32", "", "")) in rows(diff, "column")
    assert [sign for sign, (column, *_) in rows(diff, "column") if column == "name"] == ["-"]


def test_the_largest_change_of_each_column_is_told():
    new = FRAME.assign(price=[9.0, 25.0, 3.0])
    assert rows(compare(FRAME, new), "column") == [("", ("price", "float64", "3 cells", "+5"))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param([1, 2], [1, 3], id="int"),
        pytest.param(["a", "b"], ["a", "c"], id="str"),
        pytest.param([None, "b"], [None, "c"], id="missing"),
        pytest.param([True, True], [True, False], id="bool"),
        pytest.param([[1], [2]], [[1], [3]], id="lists"),
        pytest.param([1, "b"], [1, 2], id="mixed"),
        pytest.param(pd.to_datetime(["2020-01-01", None]), pd.to_datetime(["2020-01-01", "2021-01-01"]), id="moments"),
        pytest.param(
            pd.to_datetime(["2020-01-01", "2020-01-02"], utc=True),
            pd.to_datetime(["2020-01-01", "2021-01-01"], utc=True),
            id="zoned",
        ),
        pytest.param(pd.Categorical(["a", "b"]), pd.Categorical(["a", "c"]), id="categories"),
        pytest.param(pd.array([1, None], "Int64"), pd.array([1, 2], "Int64"), id="Int64"),
        pytest.param(pd.array([1, 2], "int64[pyarrow]"), pd.array([1, None], "int64[pyarrow]"), id="arrow"),
        pytest.param(pd.arrays.SparseArray([0, 1]), pd.arrays.SparseArray([0, 2]), id="sparse"),
        pytest.param(
            pd.period_range("2020", periods=2), pd.PeriodIndex(["2020-01-01", "2021-01-02"], freq="D"), id="periods"
        ),
    ],
)
def test_cells_of_every_kind_are_compared(old, new):
    before, now = pd.DataFrame({"x": old, "y": 1.5}), pd.DataFrame({"x": new, "y": 1.5})
    assert compare(before, now).counts["cells_changed"] == 1


def test_columns_of_one_name_are_told_apart():
    old = pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])
    new = pd.DataFrame([[1, 2], [3, 5]], columns=["x", "x"])
    assert rows(compare(old, new), "row", "column") == [("", ("1", "x (2)", "4", "5"))]


@pytest.mark.parametrize("empty", [FRAME.iloc[:0], FRAME.iloc[:, :0], pd.DataFrame()])
def test_a_table_without_rows_or_columns_is_compared_too(empty):
    assert compare(empty, FRAME).counts["columns_added"] == len(FRAME.columns) - len(empty.columns)
    assert compare(FRAME, empty).counts["columns_removed"] == len(FRAME.columns) - len(empty.columns)


def test_series_and_indexes_are_tables_of_one_column():
    old = pd.Series([1.0, 2.0], index=["a", "b"])
    assert rows(compare(old, old.replace(2.0, 3.0)), "row", "column") == [("", ("b", "value", "2.0", "3.0"))]
    assert counts(pd.Index([1, 2]), pd.Index([1, 3])) == {"rows_changed": 1, "cells_changed": 1}
    assert counts(pd.MultiIndex.from_tuples([(1, "a"), (1, "b")]), pd.MultiIndex.from_tuples([(1, "a"), (2, "b")])) == {
        "rows_changed": 1,
        "cells_changed": 1,
    }


def test_of_a_very_large_table_a_sample_is_compared_and_it_is_said():
    old = pd.DataFrame(np.zeros((2_000_000, 30)))
    (said,) = compare(old, old + 1).said
    assert "rows changed" in said
    assert " in a sample of " in said
    assert " of 2,000,000, matched by place" in said


def test_a_table_that_differs_in_nothing_that_shows_says_so():
    diff = compare(FRAME, FRAME.rename_axis(index="row"))
    assert not diff.equal
    assert diff.said[0].startswith("nothing that differs is seen")


TABLES = [
    pytest.param(pl.from_pandas, id="polars"),
    pytest.param(pa.Table.from_pandas, id="arrow"),
    pytest.param(lambda frame: pa.RecordBatch.from_pandas(frame), id="batch"),
]


@pytest.mark.parametrize("table", TABLES)
def test_tables_of_other_libraries_are_told_alike(table):
    old = FRAME.assign(lists=[[1], [2], [3]])
    new = pd.DataFrame(
        {"id": [0, 1, 2, 3], "price": [9, 10, 25, np.nan], "name": ["n", "a", "b", None], "lists": [[0], [1], [2], [4]]}
    )
    diff = compare(table(old), table(new.assign(taxed=True)))
    assert diff.said == ("1 row added, 2 rows changed, matched by column id", "1 column added")
    assert rows(diff, "row", "column") == [("", ("2", "price", "20.0", "25.0")), ("", ("3", "lists", "[3]", "[4]"))]
    assert ("", ("price", diff.tables[0].rows[0][1][1], "1 cell", "+5")) in rows(diff, "column")
    assert [cells[:4] for sign, cells in rows(diff, "row", "id") if sign == "+"] == [("0", "0", "9.0", "'n'")]


@pytest.mark.parametrize("table", TABLES)
def test_rows_without_a_name_are_matched_by_what_is_in_them_in_other_libraries_too(table):
    old = pd.DataFrame({"x": [1.5, 2.5, 2.5, 3.5] * 5, "y": [0.5, 0.25, 0.25, 1.0] * 5})
    new = pd.concat([old.iloc[-1:], old.iloc[:10], old.iloc[11:]], ignore_index=True)
    assert compare(table(old), table(new)).said == ("1 row added, 1 row removed, matched by content",)


@pytest.mark.parametrize("table", TABLES)
def test_tables_without_rows_or_columns_of_other_libraries(table):
    for empty in (FRAME.iloc[:0], pd.DataFrame()):
        added = len(FRAME.columns) - len(empty.columns)
        assert compare(table(empty), table(FRAME)).counts["columns_added"] == added
        assert compare(table(FRAME), table(empty)).counts["columns_removed"] == added


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (pl.Series([1, None]), pl.Series([1, 2])),
        (pl.Series(["a", "b"]), pl.Series(["a", "c"])),
        (pl.Series([{"a": 1}, {"a": 2}]), pl.Series([{"a": 1}, {"a": 3}])),
        (pl.Series(["a", "b"], dtype=pl.Categorical), pl.Series(["a", "c"], dtype=pl.Categorical)),
        (pl.Series([1, 2]), pl.Series(["1", "2"])),
        (pa.array([1, None]), pa.array([1, 2])),
        (pa.array([1.0, float("nan")]), pa.array([2.0, float("nan")])),
        (pa.array(["a", "b"]).dictionary_encode(), pa.array(["a", "c"]).dictionary_encode()),
        (pa.array([{"a": 1}, {"a": 2}]), pa.array([{"a": 1}, {"a": 3}])),
        (pa.chunked_array([[1], [2]]), pa.chunked_array([[1, 3]])),
        (pa.array([1, 2]), pa.array(["1", "2"])),
    ],
)
def test_columns_of_other_libraries(old, new):
    changed = 2 if str(getattr(old, "dtype", "")) == "Int64" and str(getattr(new, "dtype", "")) == "String" else 1
    changed = 2 if str(getattr(old, "type", "")) == "int64" and str(getattr(new, "type", "")) == "string" else changed
    assert compare(old, new).counts["cells_changed"] == changed


def test_a_table_that_moved_to_another_library_is_told_so():
    assert compare(FRAME, pl.from_pandas(FRAME)).said == ("pandas DataFrame 3 × 3 -> polars DataFrame 3 × 3",)


COLUMNS = {
    "int": [1, 2, 3],
    "float": [1.0, np.nan, 3],
    "str": ["a", None, "c"],
    "mixed": [1, "a", None],
    "lists": [[1], [2], None],
    "arrays": [np.arange(3)] * 3,
    "tables": [FRAME] * 3,
    "tuples": [(1,), (2,), (3,)],
    "bool": [True, False, True],
    "moments": pd.to_datetime(["2020", "2021", None]),
    "zoned": pd.to_datetime(["2020", "2021", None], utc=True),
    "spans": pd.to_timedelta([1, 2, None], "s"),
    "periods": pd.period_range("2020", periods=3, freq="D"),
    "dates": [datetime.date(2020, 1, 1)] * 3,
    "categories": pd.Categorical(["a", "b", None]),
    "Int64": pd.array([1, None, 3], "Int64"),
    "boolean": pd.array([True, None, False], "boolean"),
    "arrow": pd.array([1, None, 2], "int64[pyarrow]"),
    "arrow lists": pd.array([[1], None, [2]], pd.ArrowDtype(pa.list_(pa.int64()))),
    "sparse": pd.arrays.SparseArray([0, 1, 0]),
    "intervals": pd.interval_range(0, 3),
    "complex": [1j, 2, 3],
    "big": [2**70, 1, 2],
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_is_compared_with_one_of_any_other_kind(kind):
    old = pd.DataFrame({"k": COLUMNS[kind], "v": [1, 2, 3]})
    for other, cells in COLUMNS.items():
        new = pd.DataFrame({"k": cells, "v": [1, 2, 3]})
        found = [compare(old, new), compare(old, new.iloc[[2, 0, 1]]), compare(old.k, new.k)]
        found.append(compare(old.set_index("k"), new.set_index("k")))
        for counts in (diff.counts for diff in found if diff.counts):
            assert counts["rows_same"] + counts["rows_changed"] + counts["rows_added"] == 3
        if other == kind:
            assert found[0].equal
            assert found[1].counts["cells_changed"] == 0
