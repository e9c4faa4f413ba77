"""The content of what the standard library defines, where copying by ``__reduce_ex__`` would not tell it well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint.errors import Unfingerprintable
from asset_magic.fingerprint.immutable import is_of_process
from asset_magic.fingerprint.objects import own_attributes

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping
    from enum import Enum
    from fractions import Fraction
    from io import BytesIO, StringIO
    from pathlib import PurePath
    from random import Random
    from re import Pattern

    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher


def feed_sequence(hasher: Hasher, stream: xxh3_128, value: list[Any] | tuple[Any, ...]) -> None:
    """Lists and tuples: their items, in order."""
    hasher.feed_items(stream, value)


def feed_dict(hasher: Hasher, stream: xxh3_128, value: dict[Any, Any]) -> None:
    """A dict: its keys and values, in order, since a frame or a JSON text made of it shows that order."""
    hasher.feed_items(stream, list(value))
    hasher.feed_items(stream, list(value.values()))


def feed_set(hasher: Hasher, stream: xxh3_128, value: set[Any] | frozenset[Any]) -> None:
    """Sets: their items in no order; a set differs from an equal frozenset, as it can be changed and that cannot."""
    hasher.feed_unordered(stream, value)
    if type(value) not in (set, frozenset):
        hasher.feed_attributes(stream, own_attributes(hasher, value))


def feed_buffer(hasher: Hasher, stream: xxh3_128, value: bytearray) -> None:
    """A bytearray: its bytes."""
    stream.update(value)


def feed_memoryview(hasher: Hasher, stream: xxh3_128, value: memoryview) -> None:
    """A memoryview: its format, its shape and its bytes, in C order."""
    stream.update(f"{value.format}{value.shape}".encode())
    stream.update(value.tobytes())


def feed_array(hasher: Hasher, stream: xxh3_128, value: array[Any]) -> None:
    """An ``array.array``: its type code and its bytes."""
    stream.update(value.typecode.encode())
    stream.update(value.tobytes())


def feed_slice(hasher: Hasher, stream: xxh3_128, value: slice) -> None:
    """A slice: its bounds and its step."""
    hasher.feed_items(stream, (value.start, value.stop, value.step))


def feed_range(hasher: Hasher, stream: xxh3_128, value: range) -> None:
    """A range: its bounds and its step, which can be read off it, even where another range gives the same numbers."""
    hasher.feed_items(stream, (value.start, value.stop, value.step))


def feed_mapping(hasher: Hasher, stream: xxh3_128, value: Mapping[Any, Any]) -> None:
    """A read-only view of a mapping: its items."""
    hasher.feed_items(stream, list(value.keys()))
    hasher.feed_items(stream, list(value.values()))


def feed_view(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A view of the keys, values or items of a dict: what it shows."""
    hasher.feed_items(stream, list(value))


def feed_random(hasher: Hasher, stream: xxh3_128, value: Random) -> None:
    """A random generator: its state; that of the whole process is known by its name."""
    if is_of_process(value):
        stream.update(b"of the process")
    else:
        hasher.feed(stream, value.getstate())
        hasher.feed_attributes(stream, own_attributes(hasher, value))


def feed_fraction(hasher: Hasher, stream: xxh3_128, value: Fraction) -> None:
    """A fraction: numerator and denominator; how it pickles depends on the Python version."""
    hasher.feed_items(stream, (value.numerator, value.denominator))
    hasher.feed_attributes(stream, getattr(value, "__dict__", {}))


def feed_pattern(hasher: Hasher, stream: xxh3_128, value: Pattern[Any]) -> None:
    """A regular expression: its text and flags."""
    hasher.feed_items(stream, (value.pattern, value.flags))


def feed_text(hasher: Hasher, stream: xxh3_128, value: object) -> None:
    """A value that its text tells in full, such as a time zone."""
    hasher.feed_items(stream, (str(value),))


def feed_memory_file(hasher: Hasher, stream: xxh3_128, value: BytesIO | StringIO) -> None:
    """A file in memory: its content and the position in it."""
    if value.closed:
        raise Unfingerprintable("a closed file has no content")
    hasher.feed_items(stream, (value.getvalue(), value.tell()))


def feed_enum(hasher: Hasher, stream: xxh3_128, value: Enum) -> None:
    """A member of an enumeration: its name and value."""
    hasher.feed_items(stream, (value._name_, value._value_))


def feed_path(hasher: Hasher, stream: xxh3_128, value: PurePath) -> None:
    """A path: its text. What the file holds is no part of the value."""
    hasher.feed_items(stream, (str(value),))
    if not type(value).__module__.startswith("pathlib"):
        caches = {"_str", "_hash", "_parts", "_cparts", "_drv", "_root", "_raw_paths", "_tail_cached"}
        attributes = own_attributes(hasher, value)
        hasher.feed_attributes(stream, {name: attributes[name] for name in attributes.keys() - caches})
