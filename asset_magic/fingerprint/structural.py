"""The hasher: a Merkle hash of whatever a value is made of.

Every object has a digest of 16 bytes, made of its type and the digests of its parts. Equal parts have equal digests
wherever they stand, so sharing does not show, and a part that is met twice is hashed once.

Circles need more. Objects that reach each other are numbered in the order in which they are met, from the one that
is met first (Tarjan's algorithm finds where a circle is complete); going back to one of them hashes the distance
between the numbers. What is numbered is only the circle, so the same circle has the same digest in every context.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from xxhash import xxh3_128, xxh3_128_digest, xxh3_128_hexdigest

from asset_magic.fingerprint.errors import Unfingerprintable
from asset_magic.fingerprint.lazy import lazy_names, shown_by
from asset_magic.fingerprint.registry import Handler, find_handler, is_of_a_library

CodeVersion: TypeAlias = Callable[[object], str]

SCALARS = frozenset({int, float, complex, str, bytes, bool, type(None), type(...)})
_NESTABLE = SCALARS | {list, tuple, dict}

# Digests of different kinds of things come from different seeds, so no scalar can pass for a container.
_SEED_BYTES, _SEED_OBJECT, _SEED_BACKWARD, _SEED_MEMBER, _SEED_IDENTITY = 1, 2, 3, 4, 5

_CHUNK = 1 << 13
_PLAIN_DEPTH = 16
_PLAIN_SIZE = 1 << 17


def fingerprint(value: object, *, code: CodeVersion | None = None) -> str:
    """The version of a value: equal content gives equal text, in every process and every Python.

    Everything counts that a program can see without looking at identities: types (``1``, ``1.0`` and ``True``
    differ, so do ``set`` and ``frozenset``), dtypes, shapes, names, the order of a dict. What does not count: the
    order of a set, memory layout, chunking, values under nulls, and attributes that reading fills in.

    Args:
        value: the value.
        code: gives the version of a function, class or module that the value holds. By default these are known by
            their names, and by their bytecode if they cannot be imported.

    Raises:
        Unfingerprintable: the value, or a part of it, has no stable content.

    >>> fingerprint([1, 2]) == fingerprint([1, 2])
    True
    >>> fingerprint([1, 2]) == fingerprint([1, 2.0])
    False
    >>> fingerprint(iter([1]))
    Traceback (most recent call last):
        ...
    asset_magic.fingerprint.errors.Unfingerprintable: an iterator can be read only once
    """
    kind = type(value)
    if kind in SCALARS:
        if kind is bytes:
            return xxh3_128_hexdigest(value, _SEED_BYTES)  # type: ignore[arg-type]
        return xxh3_128_hexdigest(marshal.dumps(value, 2))  # type: ignore[arg-type]
    try:
        return Hasher(code or version_of_code).digest(value).hex()
    except RecursionError:
        # The traceback of a deep recursion is of no use, and keeping it keeps every frame.
        raise Unfingerprintable("the value is nested too deeply") from None


@dataclass(frozen=True, slots=True)
class Look:
    """What an object was like at one moment, to be compared with a later look at the same object.

    Attributes:
        print: the fingerprint, where it has one; parts without stable content count by identity.
        filled: what reading has filled in, by the digest of the object that holds it and the public name.
    """

    print: str
    filled: Mapping[tuple[bytes, str], bytes]


def look_at(value: object, *, code: CodeVersion | None = None) -> Look:
    """What ``value`` is like now.

    What reading fills in does not change the print. Once filled it has to stay, so it is told beside it.

    Raises:
        Unfingerprintable: the value is nested too deeply.

    >>> import threading
    >>> value = [threading.Lock(), 1]
    >>> before = look_at(value).print
    >>> value.append(2)
    >>> look_at(value).print == before
    False
    """
    hasher = Hasher(code or version_of_code, looking=True)
    try:
        print = hasher.digest(value).hex()
        shown = [(owner, *item) for owner, name, part in hasher.filled for item in shown_by(name, part)]
        return Look(print, {(hasher.digest(owner), name): hasher.digest(part) for owner, name, part in shown})
    except RecursionError:
        raise Unfingerprintable("the value is nested too deeply") from None


class Hasher:
    """Digests the parts of one value. Handlers are given a stream and write into it what their value is made of.

    Attributes:
        code: gives the version of a function, class or module; None to look into it.
        looking: parts without stable content count by identity, and what reading has filled in is noted.
        filled: what has been noted: the object, the attribute, and what it holds.
    """

    def __init__(self, code: CodeVersion | None, *, looking: bool = False) -> None:
        self.code = code
        self.looking = looking
        self.filled: list[tuple[object, str, object]] = []
        self._lazy: dict[type, frozenset[str]] = {}
        self._libraries: set[type] = set()
        self._within = 0  # objects of libraries around the current one: these count as a whole
        self._digests: dict[int, bytes] = {}
        self._kept: list[object] = []  # an id must stay taken for as long as it is a key
        self._open: list[int] = []  # ids of objects whose circle is not complete yet, in the order they were met
        self._position: dict[int, int] = {}
        self._current = 0
        self._lowest = 0  # the first object in `_open` that the current one leads back to
        self._unordered = 0
        self._shuffled: set[int] = set()
        self._handlers: dict[type, Handler] = {}

    def digest(self, value: object) -> bytes:
        """16 bytes that stand for the content of ``value``."""
        kind = type(value)
        if kind in SCALARS:
            return scalar_digest(value)
        key = id(value)
        if key in self._digests:
            if key in self._shuffled:
                raise Unfingerprintable("a set of objects that refer to each other has no stable order")
            return self._digests[key]
        if key in self._position:
            position = self._position[key]
            self._lowest = min(self._lowest, position)
            return xxh3_128_digest(b"%d" % (self._current - position), _SEED_BACKWARD)
        return self._digest_new(value, kind, key)

    def _digest_new(self, value: object, kind: type, key: int) -> bytes:
        mine = len(self._open)
        self._open.append(key)
        self._position[key] = mine
        self._kept.append(value)
        outer, outer_lowest = self._current, self._lowest
        self._current = self._lowest = mine
        stream = xxh3_128(seed=_SEED_OBJECT)
        lowest = mine
        handler = self._handlers.get(kind) or self._find(kind)
        within = self._within
        self._within += kind in self._libraries
        try:
            handler(self, stream, value)
            digest = stream.digest()
            lowest = self._lowest
            if lowest == mine:
                self._complete(mine, digest)
        except Unfingerprintable:
            self._forget(mine)
            if not self.looking or within:
                raise
            digest = self._digests[key] = xxh3_128_digest(b"%d" % key, _SEED_IDENTITY)
        finally:
            self._current, self._lowest = outer, min(outer_lowest, lowest)
            self._within = within
        return digest

    def _find(self, kind: type) -> Handler:
        handler = self._handlers[kind] = find_handler(kind)
        if self.looking and is_of_a_library(kind):
            self._libraries.add(kind)
        return handler

    def lazy_names(self, kind: type) -> frozenset[str]:
        """The attributes of instances of ``kind`` that reading fills in."""
        known = self._lazy.get(kind)
        if known is None:
            known = self._lazy[kind] = lazy_names(kind)
        return known

    def note_filled(self, owner: object, name: str, part: object) -> None:
        """Note an attribute that reading has filled in."""
        if self.looking:
            self.filled.append((owner, name, part))

    def _complete(self, first: int, digest: bytes) -> None:
        """All objects from ``first`` on form one circle (or are one object outside of any): their digests are final."""
        self._digests[self._open[first]] = digest
        for distance, key in enumerate(self._open[first + 1 :], 1):
            self._digests[key] = xxh3_128_digest(digest + b"%d" % distance, _SEED_MEMBER)
            if self._unordered:
                self._shuffled.add(key)
        self._forget(first)

    def _forget(self, first: int) -> None:
        for key in self._open[first:]:
            del self._position[key]
        del self._open[first:]

    def feed(self, stream: xxh3_128, *parts: object) -> None:
        """Write the digests of ``parts``."""
        for part in parts:
            stream.update(self.digest(part))

    def feed_items(self, stream: xxh3_128, items: Sequence[Any]) -> None:
        """Write the content of ``items`` in their order, many at a time where they are plain."""
        stream.update(b"#%d:" % len(items))
        for start in range(0, len(items), _CHUNK):
            chunk = items if len(items) <= _CHUNK else items[start : start + _CHUNK]
            kinds = set(map(type, chunk))
            if kinds == {str}:
                feed_strings(stream, chunk)
            elif kinds == {float}:
                stream.update(b"F" + array("d", chunk).tobytes())
            elif _is_plain(chunk, kinds):
                # Version 2 knows no references, so neither sharing nor interning shows in the bytes.
                stream.update(b"M" + marshal.dumps(chunk, 2))  # type: ignore[arg-type]
            else:
                stream.update(b"D" + b"".join([self.digest(item) for item in chunk]))

    def feed_unordered(self, stream: xxh3_128, items: Collection[Any]) -> None:
        """Write the content of ``items`` so that their order does not show.

        Raises:
            Unfingerprintable: the objects lead to each other in a circle, so that their order would show.
        """
        kinds = set(map(type, items))
        if kinds in ({int}, {str}, {bytes}):
            self.feed_items(stream, sorted(items))
            return
        stream.update(b"#%d:U" % len(items))
        height, inner = len(self._open), len(items) > 1
        self._unordered += inner
        digests = []
        try:
            for item in items:
                digests.append(self.digest(item))
                if inner and len(self._open) > height:
                    raise Unfingerprintable("a set of objects that refer back to it has no stable order")
        finally:
            self._unordered -= inner
            if not self._unordered:
                self._shuffled.clear()
        stream.update(b"".join(sorted(digests)))

    def feed_attributes(self, stream: xxh3_128, attributes: dict[str, object]) -> None:
        """Write attributes by name; the order in which they were set does not count."""
        names = sorted(attributes)
        self.feed_items(stream, names)
        self.feed_items(stream, [attributes[name] for name in names])


def scalar_digest(value: Any) -> bytes:
    """The digest of a value of one of the exact types in ``SCALARS``."""
    if type(value) is bytes:
        return xxh3_128_digest(value, _SEED_BYTES)
    return xxh3_128_digest(marshal.dumps(value, 2))


def feed_strings(stream: xxh3_128, strings: Sequence[str]) -> None:
    """Write exact strings: joined by a NUL, which is quickest, or with their lengths if one of them holds a NUL."""
    joined = "\0".join(strings)
    if joined.count("\0") == len(strings) - 1:
        stream.update(b"S")
    else:
        joined = "".join(strings)
        stream.update(b"L" + array("Q", map(len, strings)).tobytes())
    stream.update(joined.encode("utf-8", "surrogatepass"))


def _is_plain(items: Iterable[Any], kinds: set[type]) -> bool:
    """Whether ``items`` are only exact builtins, nested not too deep, of which ``marshal`` writes all."""
    for _ in range(_PLAIN_DEPTH):
        if kinds <= SCALARS:
            return True
        if not kinds <= _NESTABLE:
            return False
        nested = [item for item in items if type(item) not in SCALARS]
        if sum(map(len, nested)) > _PLAIN_SIZE:
            return False
        items = list(chain.from_iterable(chain(item, item.values()) if type(item) is dict else item for item in nested))
        kinds = set(map(type, items))
    return False


def version_of_code(value: object) -> str:
    """The version of a function, class or module where the caller has no reader of code: its name or its bytecode.

    It is found apart from the value that holds the code, since the two may lead to each other.
    """
    return Hasher(None).digest(value).hex()
