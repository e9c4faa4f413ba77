"""Rules that hold for every two values."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from asset_magic.session.comparing import compare

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.binary(max_size=4)
VALUES = st.recursive(
    LEAVES | st.frozensets(st.integers() | st.text(max_size=2), max_size=3),
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.lists(parts, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), parts, max_size=4)
    ),
    max_leaves=20,
)
COLUMNS = st.sampled_from(
    [
        st.integers(-3, 3),
        st.floats(width=16),
        st.sampled_from(["a", "b", None]),
        st.sampled_from([0, "a", None, 2.5]),
        st.booleans(),
    ]
)


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 6))
    kinds = draw(
        st.lists(st.tuples(st.sampled_from(["id", "x", "y", "z"]), COLUMNS), max_size=4, unique_by=lambda c: c[0])
    )
    columns = {name: draw(st.lists(cells, min_size=rows, max_size=rows)) for name, cells in kinds}
    labels = draw(st.none() | st.lists(st.integers(0, 9), min_size=rows, max_size=rows))
    return pd.DataFrame(columns, index=range(rows) if labels is None else labels)


ARRAYS = st.lists(st.floats(), min_size=4, max_size=4).map(np.array) | st.lists(st.integers(-9, 9), max_size=6).map(
    np.array
)
ALL = VALUES | frames() | ARRAYS


@given(ALL)
def test_every_value_equals_itself_and_its_copies(value):
    for other in (value, copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        diff = compare(value, other)
        assert (diff.equal, diff.said, diff.tables) == (True, ("the values are equal",), ())


@given(ALL, ALL)
def test_two_values_that_are_not_equal_are_told_apart_in_words_both_ways(old, new):
    forth, back = compare(old, new), compare(new, old)
    assert forth.equal == back.equal
    assert forth.said
    assert (forth.before, forth.after) == (back.after, back.before)


@given(frames(), frames())
def test_the_rows_that_are_told_are_the_rows_there_are(old, new):
    counts = compare(old, new).counts
    if counts:
        kept = counts["rows_same"] + counts["rows_changed"]
        assert kept + counts["rows_removed"] == len(old)
        assert kept + counts["rows_added"] == len(new)
        assert counts["rows_changed"] <= counts["cells_changed"]


@given(frames(), st.data())
def test_as_many_cells_are_told_as_were_changed(old, data):
    new = old.copy()
    changed = 0
    for column in range(old.shape[1]):
        if len(old) and data.draw(st.booleans()):
            new.isetitem(column, [f"new {k}" if k == 0 else cell for k, cell in enumerate(old.iloc[:, column])])
            changed += 1
    new.index = old.index = range(len(old))
    counts = compare(old, new).counts
    if counts and not counts["rows_added"]:
        assert counts["cells_changed"] >= changed


@given(VALUES, VALUES)
def test_as_many_differences_are_shown_as_are_counted(old, new):
    diff = compare(old, new)
    for table in diff.tables:
        assert len(table.rows) + table.more == sum(diff.counts.values())
        assert all(len(cells) == len(table.head) for _, cells in table.rows)


@given(ALL, ALL)
def test_the_same_two_values_are_told_in_the_same_words_each_time(old, new):
    assert compare(old, new) == compare(*pickle.loads(pickle.dumps((old, new))))
