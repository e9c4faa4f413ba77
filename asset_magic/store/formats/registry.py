"""Which formats are tried for which values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any
from warnings import warn

from asset_magic.fingerprint.errors import type_name
from asset_magic.fingerprint.registry import library_name
from asset_magic.model.errors import Unstorable, ValueUnreadable, with_article
from asset_magic.store.formats.base import Format, Unfit
from asset_magic.store.formats.layout import changeable, pack, pieces, unpack
from asset_magic.store.formats.register import registered, registered_for, reserve

_OWN = {
    "text": "plain:TEXT",
    "bytes": "plain:BYTES",
    "json": "plain:JSON",
    "tree": "tree:TREE",
    "file": "files:FILE",
    "pickle": "pickles:PICKLE",
    "cloudpickle": "pickles:CLOUDPICKLE",
}
_SAFE = frozenset({"text", "bytes", "json", "tree", "file"})
reserve([*_OWN])

_FIRST = {
    "builtins.str": ("text",),
    "builtins.bytes": ("bytes",),
    "builtins.NoneType": ("json",),
    "builtins.bool": ("json",),
    "builtins.int": ("json",),
    "builtins.float": ("json",),
    "builtins.list": ("short json", "tree", "json"),
    "pathlib.PosixPath": ("file",),
    "pathlib.WindowsPath": ("file",),
    "builtins.dict": ("short json", "tree", "json"),
}
_ALWAYS = ("tree", "pickle", "cloudpickle")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A value as bytes.

    Attributes:
        format: the name of the format, by which the bytes are read again.
        parts: to be written one after the other; large ones are those of the value itself, not copies.
        size: how many bytes there are.
        runs_code: whether reading them can run code, so that they have to be signed.
    """

    format: str
    parts: tuple[bytes | memoryview, ...]
    size: int
    runs_code: bool


def encode(value: Any, same: Callable[[Any], bool]) -> Encoded:
    """``value`` in the first format that keeps it as it is.

    Args:
        value: any value.
        same: whether another value equals this one. It is asked, of what is read back, where a format may change it.

    Raises:
        Unstorable: no format can keep the value.

    >>> encoded = encode([1, 2.5], lambda other: other == [1, 2.5])
    >>> encoded.format, b"".join(encoded.parts)
    ('json', b'[1,2.5]')
    >>> import threading
    >>> encode(threading.Lock(), lambda other: True)
    Traceback (most recent call last):
        ...
    asset_magic.model.errors.Unstorable: a lock cannot be stored: cannot pickle '_thread.lock' object
    """
    problem = "no format is made for it"
    for format in _candidates(type(value)):
        try:
            written = format.write(value)
            parts = [pieces(part) for part in written.parts]
            if written.certain or same(format.read([_whole(part) for part in parts], Path())):
                return _encoded(format, parts)
            problem = "it would come back changed"
        except Unfit:
            continue
        except RecursionError:
            problem = "it is nested too deeply"
        except MemoryError:
            problem = "there is not enough memory"
        except Exception as error:  # whatever a class does to be pickled may fail in any way
            problem = str(error) or type(error).__name__
        if registered(format.name) is format:
            warn(f"the format {format.name!r} is not used for a value: {problem}", stacklevel=2)
    raise Unstorable(f"{with_article(_called(type(value)))} cannot be stored: {problem}")


def decode(format: str, data: memoryview, folder: Path) -> Any:
    """The value that was written as ``data``. It can be changed in place if ``data`` can, or is copied.

    Args:
        format: the name of the format.
        data: the bytes; large values go on using them where they are.
        folder: where files may be unpacked.

    Raises:
        ValueUnreadable: the bytes are damaged, or what is needed to read them is not there.

    >>> decode("json", memoryview(b"[1,2.5]"), Path())
    [1, 2.5]
    """
    known = _named(format)
    try:
        return known.read(unpack(changeable(data)) if known.framed else [data], folder)
    except ValueUnreadable:
        raise
    except RecursionError:
        raise ValueUnreadable("the stored value cannot be read: it is nested too deeply") from None
    except Exception as error:
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ValueUnreadable(f"the stored value cannot be read: {reason}") from error


def runs_code(format: str) -> bool:
    """Whether reading this format can run code that its bytes bring along; true of a format that is not known.

    >>> runs_code("json"), runs_code("pickle"), runs_code("of somebody else")
    (False, True, True)
    """
    own = registered(format)
    return own.runs_code if own is not None else format not in _SAFE


def _candidates(kind: type) -> Iterator[Format]:
    yield from registered_for(kind)
    for name in dict.fromkeys((*_FIRST.get(library_name(kind), ()), *_ALWAYS)):
        if name == "short json":
            from asset_magic.store.formats.plain import write_short_json

            yield replace(_named("json"), write=write_short_json)
        else:
            yield _named(name)


def _named(name: str) -> Format:
    own = registered(name)
    if own is not None:
        return own
    place = _OWN.get(name)
    if place is None:
        raise ValueUnreadable(
            f"the stored value is in the format {name!r}, which is not known here: "
            f"run the cell that calls register_format(..., name={name!r})"
        )
    module, _, constant = place.partition(":")
    format: Format = getattr(import_module(f"asset_magic.store.formats.{module}"), constant)
    return format


def _whole(part: list[memoryview]) -> memoryview:
    """A part for a trial, which must not write into the value itself."""
    return part[0].toreadonly() if len(part) == 1 else memoryview(b"".join(part))


def _encoded(format: Format, parts: list[list[memoryview]]) -> Encoded:
    packed = pack(parts) if format.framed else tuple(piece for part in parts for piece in part if len(piece))
    return Encoded(format.name, packed, sum(map(len, packed)), format.runs_code)


def _called(kind: type) -> str:
    """How a sentence names a type: what Python hides in private modules by its bare name, as "lock"."""
    return kind.__qualname__ if kind.__module__.startswith("_") else type_name(kind)
