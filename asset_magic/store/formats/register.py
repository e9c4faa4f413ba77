"""Formats of the reader's own, for types that the formats here do not know or do not write well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from asset_magic.model.errors import ArgumentError
from asset_magic.store.formats.base import Format, Written

T = TypeVar("T")

_by_type: dict[tuple[str, str], Format] = {}
_by_name: dict[str, Format] = {}
_taken: set[str] = set()


def register_format(
    kind: type[T],
    *,
    name: str,
    write: Callable[[T, BinaryIO], object],
    read: Callable[[BinaryIO], T],
    runs_code: bool = True,
) -> None:
    """Say how values of a type are stored: ``kind``, and the types derived from it.

    A value is read back as soon as it is written. Where it has changed, or ``write`` fails, it is stored as if the
    format were not there, with a warning that says why. Register before the values are needed, in a cell near the top:
    what was stored in a format cannot be read where that is not registered.

    Args:
        kind: the type.
        name: the name of the format, with which its values are marked. Registered again, it is replaced.
        write: writes a value into a binary file.
        read: gives the value back, from a binary file that holds just what was written.
        runs_code: whether ``read`` can run code that comes with the data, as ``pickle.load`` and ``torch.load`` can.
            If so, only what you have stored yourself is read, unless you say ``%assets --trust``. Give False for
            formats that are data alone.

    Raises:
        ArgumentError: the type is none, or the name is taken or is no name.

    >>> class Mesh:
    ...     def __init__(self, corners):
    ...         self.corners = corners
    >>> register_format(
    ...     Mesh,
    ...     name="mesh",
    ...     write=lambda mesh, file: file.write(bytes(mesh.corners)),
    ...     read=lambda file: Mesh(list(file.read())),
    ...     runs_code=False,
    ... )

    With a library that writes files, it is one line::

        register_format(torch.nn.Module, name="torch", write=torch.save, read=torch.load)
    """
    if not isinstance(kind, type):
        raise ArgumentError(f"register_format takes a class first, and not {kind!r}")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][\w .+-]{0,63}", name):
        raise ArgumentError(f"{name!r} cannot name a format: take letters, digits, and - + . or _ between them")
    if name in _taken:
        raise ArgumentError(f"there is a format {name!r} already: choose another name")
    format = Format(name, _writer(write), _reader(read), runs_code=bool(runs_code), framed=False)
    _by_type[_place(kind)] = _by_name[name] = format


def registered(name: str) -> Format | None:
    """The format that was registered under a name."""
    return _by_name.get(name)


def registered_for(kind: type) -> Iterator[Format]:
    """The formats that were registered for a type or what it is derived from, the nearest first."""
    if _by_type:
        yield from (_by_type[_place(base)] for base in kind.__mro__ if _place(base) in _by_type)


def reserve(names: Sequence[str]) -> None:
    """Keep names from being registered."""
    _taken.update(names)


def _place(kind: type) -> tuple[str, str]:
    # By name, since a cell that defines a class makes a new one each time that it runs.
    return kind.__module__, kind.__qualname__


def _writer(write: Callable[[Any, BinaryIO], object]) -> Callable[[Any], Written]:
    def write_part(value: Any) -> Written:
        file = BytesIO()
        write(value, file)
        return Written([file.getvalue()], certain=False)

    return write_part


def _reader(read: Callable[[BinaryIO], Any]) -> Callable[[Sequence[memoryview], Path], Any]:
    return lambda parts, folder: read(BytesIO(parts[0]))
