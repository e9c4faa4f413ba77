"""Values without stable content are refused, with a reason."""

from __future__ import annotations

import asyncio
import io
import itertools
import socket
import sqlite3
import threading
import weakref

import polars as pl
import pytest

from asset_magic.fingerprint import Unfingerprintable, fingerprint


async def coroutine():
    pass


async def async_generator():
    yield


class Client:
    pass


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (threading.Lock, "a lock has no stable content"),
        (threading.RLock, "a lock has no stable content"),
        (threading.Event, "a lock has no stable content"),
        (threading.current_thread, "a thread has no stable content"),
        (lambda: (x for x in []), "a generator can be read only once"),
        (async_generator, "an async generator can be read only once"),
        (lambda: iter([]), "an iterator can be read only once"),
        (lambda: zip([], strict=True), "an iterator can be read only once"),
        (lambda: itertools.chain([]), "an iterator can be read only once"),
        (lambda: weakref.ref(Client), "a weak reference has no content of its own"),
        (lambda: sqlite3.connect(":memory:"), "a database connection has no stable content"),
        (socket.socket, "a socket has no stable content"),
        (lambda: pl.LazyFrame({"a": [1]}), "a LazyFrame is a plan and not its result: collect it first"),
    ],
)
def test_it_says_why(make, reason):
    with pytest.raises(Unfingerprintable) as caught:
        fingerprint([{"part": make()}])
    assert str(caught.value) == reason


def test_a_coroutine_can_be_awaited_only_once():
    value = coroutine()
    with pytest.raises(Unfingerprintable, match="a coroutine can be awaited only once"):
        fingerprint(value)
    asyncio.run(value)


def test_an_open_file_is_refused_and_a_file_in_memory_is_not(tmp_path):
    with open(tmp_path / "a", "w") as file, pytest.raises(Unfingerprintable, match="an open file"):
        fingerprint(file)
    assert fingerprint(io.BytesIO(b"a")) == fingerprint(io.BytesIO(b"a"))
    assert fingerprint(io.StringIO("a")) != fingerprint(io.StringIO("b"))


def test_an_object_that_cannot_be_pickled_is_named():
    class Handle:
        def __reduce_ex__(self, protocol):
            raise ValueError("no")

    with pytest.raises(Unfingerprintable, match="Handle has no stable content"):
        fingerprint(Handle())


def test_nesting_without_end_is_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Unfingerprintable, match="the value is nested too deeply"):
        fingerprint(value)


def test_nesting_of_objects_without_end_is_refused():
    value = None
    for _ in range(100_000):
        outer = Client()
        outer.inner = value
        value = outer
    with pytest.raises(Unfingerprintable, match="the value is nested too deeply"):
        fingerprint(value)


def test_it_is_a_type_error():
    assert issubclass(Unfingerprintable, TypeError)
