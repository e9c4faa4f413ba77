"""NumPy's arrays and scalars come back as they were, over the bytes in which they are kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from values import again, mapped, written

from asset_magic.store.formats import Unstorable, decode, encode, runs_code

DTYPES = (
    hnp.boolean_dtypes()
    | hnp.integer_dtypes()
    | hnp.unsigned_integer_dtypes()
    | hnp.floating_dtypes()
    | hnp.complex_number_dtypes()
    | hnp.datetime64_dtypes()
    | hnp.timedelta64_dtypes()
    | hnp.byte_string_dtypes(min_len=1)
    | hnp.unicode_string_dtypes(min_len=1)
)
RECORDS = DTYPES | hnp.array_dtypes(DTYPES, allow_subarrays=True)
ARRAYS = hnp.arrays(RECORDS, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))


@given(ARRAYS, st.sampled_from(["C", "F", "backwards", "swapped"]))
def test_every_array_comes_back_equal_and_without_running_code(array, layout):
    if layout == "backwards":
        array = array[::-1] if array.ndim else array
    elif layout == "swapped":
        array = array.swapaxes(0, -1) if array.ndim else array
    else:
        array = np.array(array, order=layout)
    read, format = again(array)
    assert read.dtype == array.dtype
    assert read.flags.writeable
    assert not runs_code(format) or array.dtype.names


@given(ARRAYS)
def test_every_scalar_comes_back_equal(array):
    for scalar in array.ravel()[:2]:
        again(scalar)


def test_an_array_is_used_where_it_lies():
    format, data = written(np.arange(1e6))
    place = mapped(data)
    read = decode(format, place, None)
    read[0] = 7
    assert place[-8_000_000:-7_999_992] == np.float64(7).tobytes()


def test_the_order_in_memory_stays():
    read, _ = again(np.asfortranarray(np.ones((3, 4))))
    assert read.flags.f_contiguous


def test_an_array_that_cannot_be_changed_stays_so():
    array = np.arange(3)
    array.flags.writeable = False
    read, _ = again(array)
    assert not read.flags.writeable


def test_an_array_met_twice_is_one_array_again():
    array = np.arange(3)
    read, format = again({"a": array, "b": (array,)})
    assert read["a"] is read["b"][0]
    assert format == "tree"


@pytest.mark.parametrize(
    "value",
    [
        np.array([1, "a", None], dtype=object),
        np.array([(1, object())[0]], dtype=[("a", object)]),
        np.ma.array([1, 2], mask=[True, False]),
        np.rec.array([(1, 2.0)], dtype=[("a", "i1"), ("b", "f8")]),
        np.array(["a", "bc"], dtype=np.dtypes.StringDType()),
        np.dtype("f4"),
        np.random.default_rng(1),
        np.zeros(3, dtype=np.dtype({"names": ["a"], "formats": ["i1"], "titles": ["t"]})),
        np.float64,
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'dtype', '')}",
)
def test_other_values_of_numpy_come_back(value):
    again(value)


class Doubling:
    """Changes its array in place when it is read."""

    def __init__(self):
        self.array = np.ones(10_000)

    def __setstate__(self, state):
        self.array = state["array"]
        self.array *= 2


def test_trying_to_read_a_value_never_changes_it():
    value = Doubling()
    with pytest.raises(Unstorable):
        encode(value, lambda other: bool((other.array == 1).all()))
    assert (value.array == 1).all()


def test_a_record_array_needs_no_code():
    kind = np.dtype([("at", "M8[s]"), ("place", "f4", (2,)), ("name", "U3")], align=True)
    read, format = again(np.zeros(3, kind))
    assert read.dtype.isalignedstruct
    assert not runs_code(format)
