"""Values come back as they were: the formats of Python's own values, and what all formats have in common."""

from __future__ import annotations

import datetime
import decimal
import math
import pathlib
import struct
import threading
import uuid
import zoneinfo
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import again, written

from asset_magic.store.formats import Unstorable, ValueUnreadable, decode, encode, runs_code

ZONES = st.sampled_from(
    [
        None,
        datetime.UTC,
        zoneinfo.ZoneInfo("Europe/Paris"),
        datetime.timezone(datetime.timedelta(hours=2), "here"),
    ]
)
HASHABLE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(), max_size=6)
    | st.binary(max_size=6)
    | st.dates()
    | st.datetimes(timezones=ZONES)
    | st.times(timezones=ZONES)
    | st.timedeltas()
    | st.decimals().filter(lambda number: not number.is_snan())
    | st.fractions()
    | st.uuids()
    | st.text("abc/.", min_size=1, max_size=5).map(pathlib.PurePosixPath)
    | st.just(...)
)
LEAVES = (
    HASHABLE
    | st.frozensets(HASHABLE, max_size=3)
    | st.sets(HASHABLE, max_size=3)
    | st.binary(max_size=4).map(bytearray)
    | st.lists(st.floats(), min_size=60, max_size=70)
    | st.lists(st.integers(), min_size=60, max_size=70)
    | st.lists(st.text(max_size=3), min_size=60, max_size=70)
    | st.builds(range, st.integers(-5, 5), st.integers(-5, 5))
    | st.builds(slice, st.integers(), st.none(), st.none() | st.integers())
)


def containers(parts):
    return (
        st.lists(parts, max_size=4)
        | st.lists(parts, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, parts, max_size=4)
        | st.dictionaries(st.text(max_size=3), parts, max_size=4)
        | parts.map(lambda part: [part, part])
    )


VALUES = st.recursive(LEAVES, containers, max_leaves=15)


@given(VALUES)
def test_every_plain_value_comes_back_equal_and_without_running_code(value):
    _, format = again(value)
    assert not runs_code(format)


def bits(number: float) -> bytes:
    return struct.pack(">d", number)


@pytest.mark.parametrize(
    "value",
    [
        "",
        b"",
        [],
        {},
        (),
        None,
        True,
        0,
        -0.0,
        math.nan,
        struct.unpack(">d", bytes.fromhex("fff8000000000000"))[0],
        [math.nan, -math.inf],
        2**63,
        10**5000,
        [1, 1.0, True],
        {1: "a", "1": "b"},
        {"a": (1, 2)},
        ["\ud83d\ude00", "\ud83d" + "\ude00"],
        ["", "\0"] * 100,
        [2**70] * 100,
        [[]] * 3,
        b"x" * 100_000,
        datetime.UTC,
        decimal.Decimal("1E+999999"),
        Fraction(1, 3),
        uuid.UUID(int=1),
    ],
    ids=lambda value: repr(value)[:30] if type(value) is not int else "int",
)
def test_edges_come_back(value):
    read, format = again(value)
    assert not runs_code(format)
    if type(value) is float:
        assert bits(read) == bits(value)


def test_what_json_can_say_is_kept_as_json():
    assert written({"a": [1, 2.5, None, "é"]}) == ("json", '{"a":[1,2.5,null,"é"]}'.encode())


def test_text_and_bytes_are_kept_as_they_are():
    assert written("né") == ("text", "né".encode())
    assert written(b"\0a") == ("bytes", b"\0a")


def test_what_was_one_object_is_one_object_again():
    row = [0]
    read, format = again([row, row, {"row": row}])
    read[0].append(1)
    assert read == [[0, 1], [0, 1], {"row": [0, 1]}]
    assert format == "tree"


def test_a_circle_is_pickled():
    value = [1]
    value.append(value)
    read, format = again(value)
    assert read[1] is read
    assert format == "pickle"


def test_a_list_nested_deeper_than_python_recurses_cannot_be_stored():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Unstorable, match="a list cannot be stored: it is nested too deeply"):
        encode(value, lambda other: True)


def test_a_lock_cannot_be_stored():
    with pytest.raises(Unstorable, match=r"^a lock cannot be stored: cannot pickle '_thread.lock' object$"):
        encode(threading.Lock(), lambda other: True)


class Forgetful:
    """Loses half of itself when it is pickled."""

    def __init__(self):
        self.a, self.b = 1, 2

    def __getstate__(self):
        return {"a": self.a}


def test_what_would_come_back_changed_cannot_be_stored():
    with pytest.raises(Unstorable, match=r"a .*Forgetful cannot be stored: it would come back changed"):
        encode(Forgetful(), lambda other: vars(other) == {"a": 1, "b": 2})


class Broken:
    def __reduce__(self):
        return (int, ("no number",))


def test_what_could_not_be_read_again_cannot_be_stored():
    with pytest.raises(Unstorable, match="invalid literal for int"):
        encode(Broken(), lambda other: True)


def test_large_parts_are_not_copied():
    data = bytearray(1_000_000)
    encoded = encode([data], lambda other: True)
    data[0] = 7
    assert any(part[:1] == b"\7" for part in encoded.parts)


def test_an_unknown_format_is_an_error_in_words(tmp_path):
    with pytest.raises(ValueUnreadable, match="the format 'of tomorrow', which is not known here: run the cell"):
        decode("of tomorrow", memoryview(b""), tmp_path)
