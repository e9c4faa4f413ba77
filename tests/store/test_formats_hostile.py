"""Bytes that are damaged, or that somebody has tampered with, are refused in words: they run nothing, end nothing."""

from __future__ import annotations

import datetime
import json
import random
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import mapped, written

from asset_magic.fingerprint import fingerprint
from asset_magic.store.formats import ValueUnreadable, decode, runs_code
from asset_magic.store.formats.layout import pack, unpack

SAMPLES = {
    "text": "né" * 50,
    "bytes": b"ab" * 50,
    "json": {"a": [1, 2.5, None], "b": {"c": "d"}},
    "builtins": [(1, {2, "x"}), {1: datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, [1.5] * 100, [[]] * 3],
    "array": np.arange(20.0).reshape(4, 5),
    "record": np.zeros(3, [("a", "i1"), ("b", "?"), ("c", "U3")]),
    "frame": pd.DataFrame(
        {
            "a": [1.5, 2.5],
            "b": ["x", None],
            "c": pd.Categorical(["u", "v"]),
            "d": pd.array([1, None], dtype="Int64"),
            "e": pd.date_range("2020", periods=2, tz="Europe/Paris"),
            "f": pd.Series([1, "x"], dtype=object),
            "g": [True, False],
        },
        index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b")]),
    ),
    "table": pa.table(
        {"a": [1, None], "b": ["x", "yy"], "c": [[1], []], "d": pa.array(["u", "v"]).dictionary_encode()}
    ),
    "polars": pl.DataFrame({"a": [1, None], "b": ["x", "yy"]}),
    "polars categories": pl.DataFrame({"a": ["x", "yy"]}, schema={"a": pl.Categorical}),
}
STORED = {name: written(value) for name, value in SAMPLES.items()}


def read_or_refused(format: str, data: bytes) -> None:
    """Reads bytes, and looks at all of what comes of them, as a session does."""
    assert not runs_code(format)
    try:
        value = decode(format, mapped(data), Path("nowhere"))
    except ValueUnreadable:
        return
    try:
        fingerprint(value)
        repr(value)
    except Exception:  # what is not sound need not be readable
        pass


@pytest.mark.parametrize("name", STORED)
def test_what_is_cut_short_is_refused(name):
    format, data = STORED[name]
    for length in range(0, len(data), max(1, len(data) // 200)):
        read_or_refused(format, data[:length])


@pytest.mark.parametrize("name", sorted(STORED.keys() - {"text", "bytes", "json"}))
def test_framed_bytes_that_are_cut_short_or_too_long_never_pass(name):
    format, data = STORED[name]
    for length in range(0, len(data), max(1, len(data) // 50)):
        with pytest.raises(ValueUnreadable):
            decode(format, mapped(data[:length]), None)
    with pytest.raises(ValueUnreadable):
        decode(format, mapped(data + b"\0"), None)


@pytest.mark.parametrize("name", STORED)
@given(st.data())
def test_flipped_bits_do_no_harm(name, data):
    format, stored = STORED[name]
    changed = bytearray(stored)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    read_or_refused(format, bytes(changed))


@given(st.sampled_from(sorted({format for format, _ in STORED.values()})), st.binary(max_size=300))
def test_bytes_of_any_kind_do_no_harm(format, data):
    read_or_refused(format, data)
    read_or_refused(format, b"aM\x01\n" + data)


def nodes_of(data: bytes):
    head, *parts = unpack(memoryview(data))
    return json.loads(bytes(head)), parts


def packed(nodes, parts) -> bytes:
    head = nodes if isinstance(nodes, bytes) else json.dumps(nodes).encode()
    return b"".join(pack([[memoryview(part)] for part in (head, *parts)]))


ODD = [None, True, -1, 0, 1, 2, 2**31, 2**63, -(2**63), 1.5, "", "x", "|O", "O8", "|V1000000000", [], {}, [[]]]


@pytest.mark.parametrize("name", sorted(name for name, (format, _) in STORED.items() if format == "tree"))
def test_nodes_with_anything_in_the_place_of_anything_do_no_harm(name):
    nodes, parts = nodes_of(STORED[name][1])
    rng = random.Random(1)

    def places(node):
        for place, part in enumerate(node) if type(node) is list else node.items() if type(node) is dict else ():
            yield node, place
            yield from places(part)

    found = list(places(nodes))
    for _ in range(600):
        node, place = rng.choice(found)
        kept = node[place]
        node[place] = rng.choice([*ODD, *(other[at] for other, at in rng.choices(found, k=3))])
        try:
            text = json.dumps(nodes).encode()
        except ValueError:  # it went into itself
            continue
        finally:
            node[place] = kept
        read_or_refused("tree", packed(text, parts))


@pytest.mark.parametrize(
    "nodes",
    [
        b"[" * 100_000,
        b"1" * 10_000,
        b"{}",
        b"[[]]",
        ["nothing known"],
        ["again", 0],
        ["list", [["again", 0]]],
        ["list", {"ints": 5}],
        ["list", {"floats": -1}],
        ["list", {"nothing": 0}],
        ["array", "|O", [1], "C", 1, True],
        ["array", "<f8", [2**61, 8], "C", 1, True],
        ["array", "<f8", [-1], "C", 1, True],
        ["array", "|V0", [2**60], "C", 1, True],
        ["array", ["record", ["a"], ["|O8"], [0], 8, False], [1], "C", 1, True],
        ["array", ["record", ["a"], ["<f8"], [100], 8, False], [1], "C", 1, True],
        ["array", ["many", "<f8", [2**40]], [1], "C", 1, True],
        ["array", "<f8", [0, 2**62], "C", 2, True],
        ["timezone", 1],
        ["ZoneInfo", "../../../etc/passwd"],
        ["Decimal", "x"],
        ["range index", ["list", [None]], 0, "x", 1],
    ],
    ids=str,
)
def test_nodes_that_no_writer_makes_are_refused(nodes):
    with pytest.raises(ValueUnreadable):
        decode("tree", mapped(packed(nodes, [b"\0" * 8, b""])), None)


def test_codes_beyond_the_categories_are_refused():
    format, data = written(pd.Series(pd.Categorical(["a", "b"])))
    nodes, parts = nodes_of(data)
    codes = next(place for place, part in enumerate(parts) if bytes(part) == b"\0\1")
    parts[codes] = b"\0\7"
    with pytest.raises(ValueUnreadable):
        decode(format, mapped(packed(nodes, parts)), None)


def test_booleans_that_are_neither_are_refused():
    format, data = written(np.array([True, False, True]))
    with pytest.raises(ValueUnreadable, match="neither true nor false"):
        decode(format, mapped(data[:-3] + b"\1\0\7"), None)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('[[[0], ["numpy"', '[[[1], ["numpy"'),
        ('[[[0], ["numpy"', '[[[0, 0], ["numpy"'),
        ('[[[0], ["numpy"', '[[[], ["numpy"'),
        ("0, 2, 1]", "0, 3, 1]"),
        ("0, 2, 1]", "0, 1, 1]"),
        ('"Index"', '"DatetimeIndex"'),
    ],
)
def test_a_frame_whose_parts_do_not_fit_together_is_refused(said, instead):
    format, data = written(pd.DataFrame({"a": [1.5, 2.5], "b": [1, 2]}))
    nodes, parts = nodes_of(data)
    text = json.dumps(nodes)
    assert said in text
    with pytest.raises(ValueUnreadable):
        decode(format, mapped(packed(text.replace(said, instead, 1).encode(), parts)), None)


def test_one_column_in_two_places_is_refused():
    format, data = written(pd.DataFrame({"a": pd.array([1, 2, 3], dtype="Int64")}).set_axis(range(1), axis=1))
    nodes, parts = nodes_of(data)
    text = json.dumps(nodes).replace("0, 1, 1]", "0, 2, 1]").replace("[[[0], [", "[[[0, 1], [")
    with pytest.raises(ValueUnreadable, match="does not have its rows"):
        decode(format, mapped(packed(text.encode(), parts)), None)


def test_an_attribute_that_would_hide_a_method_is_refused():
    frame = pd.DataFrame({"a": [1]})
    object.__setattr__(frame, "xx_note", 1)
    format, data = written(frame)
    nodes, parts = nodes_of(data)
    text = json.dumps(nodes).replace("xx_note", "to_numpy").encode()
    with pytest.raises(ValueUnreadable, match="would hide"):
        decode(format, mapped(packed(text, parts)), None)


def test_a_type_of_arrow_that_holds_a_pickle_is_refused():
    import pickle

    class Harm:
        def __reduce__(self):
            return (pytest.fail, ("code ran",))

    metadata = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(Harm()),
    }
    schema = pa.schema([pa.field("a", pa.int8(), metadata=metadata)])
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, schema) as writer:
        writer.write_batch(pa.record_batch([pa.array([1], pa.int8())], schema=schema))
    with pytest.raises(ValueUnreadable, match="would run code"):
        decode("tree", mapped(packed(["table", 1], [stream.getvalue()])), None)


def compressed() -> bytes:
    """A short stream of Arrow that says that it is very long."""
    stream = pa.BufferOutputStream()
    table = pa.table({"a": np.zeros(1_000_000)})
    with pa.ipc.new_stream(stream, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return stream.getvalue().to_pybytes()


def test_a_stream_that_has_to_be_unpacked_is_refused():
    with pytest.raises(ValueUnreadable, match="compressed"):
        decode("tree", mapped(packed(["table", 1], [compressed()])), None)


def test_a_count_of_parts_beyond_the_bytes_takes_no_memory():
    with pytest.raises(ValueUnreadable, match="cut short"):
        decode("tree", mapped(b"aM\x01\n" + struct.pack("<I", 2**32 - 1) + b"\0" * 64), None)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
def test_tampered_bytes_never_end_the_process_nor_take_its_memory():
    """In a process of its own with little memory, many thousand changes of every sample."""
    program = """
import random, resource
import test_formats_hostile as hostile
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
rng = random.Random(7)
for name, (format, data) in hostile.STORED.items():
    for _ in range(1000):
        changed = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            changed[rng.randrange(len(changed))] = rng.choice([0, 1, 127, 128, 255, rng.randrange(256)])
        hostile.read_or_refused(format, bytes(changed))
print("alive")
"""
    here = Path(__file__).parent
    done = subprocess.run([sys.executable, "-c", program], cwd=here, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("alive\n"), done.stderr[-2000:]
