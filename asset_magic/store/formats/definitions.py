"""Functions and classes that the notebook defines, within a pickle.

A pickle names a class by where it can be imported, but what a notebook defines cannot be imported, and may be defined
otherwise, or not yet, when the value is read. So each definition is kept in full, with its version and the text of its
cell. When the value is read, the notebook's own definition of that name is taken if it is of this version, so that
``isinstance`` holds; otherwise the value brings its own, which is made once.
"""

from __future__ import annotations

import linecache
import pickle
import sys
from collections.abc import Callable
from dataclasses import MISSING
from io import BytesIO
from types import FunctionType, ModuleType
from typing import Any
from weakref import WeakValueDictionary

import cloudpickle  # type: ignore[import-untyped]

from asset_magic.fingerprint import Unfingerprintable, fingerprint
from asset_magic.reading.helpers import code_of, is_local, local_module_of, module_version

_made: WeakValueDictionary[tuple[str, str], Any] = WeakValueDictionary()
_being_read: set[int] = set()


class _Circle(Exception):
    """Definitions that refer to each other have to be pickled together."""


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Pickles what Python's own pickler leaves out or does otherwise: what the notebook defines, and figures.

    Args:
        file: where to write.
        buffer_callback: as for Python's own.
        around: the definitions of which this pickles the inside, the innermost last.

    Attributes:
        texts: the text of each cell that the definitions are from, by its name.
    """

    def __init__(
        self,
        file: BytesIO,
        buffer_callback: Callable[[pickle.PickleBuffer], bool] | None = None,
        around: tuple[int, ...] = (),
        texts: dict[str, str] | None = None,
    ) -> None:
        super().__init__(file, protocol=5, buffer_callback=buffer_callback)
        self._around = around
        self.texts: dict[str, str] = {} if texts is None else texts

    def reducer_override(self, obj: Any) -> Any:
        """How an object is pickled; NotImplemented to do as Python does."""
        if _is_figure(obj):
            return _reduced_figure(obj)
        if obj is MISSING:  # which dataclasses know by identity
            return "MISSING"
        if isinstance(obj, FunctionType):
            self._note_text(obj)
        if not isinstance(obj, (type, FunctionType)) or obj.__module__ != "__main__":
            return super().reducer_override(obj)
        return self._reduced_definition(obj) or _without_tracker(super().reducer_override(obj))

    def _reduced_definition(self, obj: Any) -> Any:
        """A definition by name and version, with all of it beside; None to put it here as it is."""
        if self._around and self._around[-1] == id(obj):
            return None
        if id(obj) in self._around:
            raise _Circle(id(obj))
        if "<" in obj.__qualname__ or (isinstance(obj, FunctionType) and "." in obj.__qualname__):
            return None
        inside = BytesIO()
        try:
            Pickler(inside, around=(*self._around, id(obj)), texts=self.texts).dump(obj)
        except _Circle as circle:
            if circle.args[0] != self._around[-1]:
                raise
            return None
        version = _version(obj)
        return (definition, (obj.__qualname__, version, inside.getvalue())) if version else None

    def _note_text(self, function: FunctionType) -> None:
        name = function.__code__.co_filename
        entry = linecache.cache.get(name)
        if entry is not None and len(entry) == 4 and entry[1] is None:  # a cell, and no file
            self.texts[name] = "".join(entry[2])


def definition(name: str, version: str, pickled: bytes) -> Any:
    """The notebook's function or class of this name if it has this version, or else the one that was pickled."""
    here = _found(name)
    if here is not None and _version(here) == version:
        return here
    made = _made.get((name, version))
    if made is None:
        made = _made[name, version] = pickle.loads(pickled)
        made.__qualname__ = name  # of a class within a class, cloudpickle keeps the last part
    return made


def note_texts(texts: dict[str, str]) -> None:
    """Let the texts of cells be found where those of this kernel's cells are."""
    for name, text in texts.items():
        linecache.cache.setdefault(name, (len(text), None, text.splitlines(keepends=True), name))


def _found(name: str) -> Any:
    found: Any = sys.modules.get("__main__")
    for part in name.split("."):
        found = vars(found).get(part) if isinstance(found, (type, ModuleType)) else None
    return found if isinstance(found, (type, FunctionType)) else None


def _version(obj: Any) -> str:
    """The version of a definition; "" if it has none."""
    try:
        return _code_version(obj)
    except (Unfingerprintable, RecursionError):
        return ""


def _code_version(obj: Any) -> str:
    # As `asset_magic.run.versions` has it, which knows of stores.
    if isinstance(obj, ModuleType):
        if not is_local(obj):
            return module_version(obj, "minor")
        return local_module_of(obj, _value_version).digest
    if id(obj) in _being_read:  # a class that holds instances of itself
        return f"itself:{getattr(obj, '__qualname__', '')}"
    _being_read.add(id(obj))
    try:
        described = code_of(obj, {}, _value_version)
    finally:
        _being_read.discard(id(obj))
    if described is None:
        raise Unfingerprintable(f"{type(obj).__qualname__} has no stable content")
    return described.digest


def _value_version(value: Any) -> str:
    return fingerprint(value, code=_code_version)


def _without_tracker(reduced: Any) -> Any:
    """How cloudpickle makes a class, but always a new one: reading must not write into one that is there.

    Its last arguments but one are an id by which it finds again, and then overwrites, a class of this process.
    """
    if type(reduced) is tuple and getattr(reduced[0], "__name__", "") in (
        "_make_skeleton_class",
        "_make_skeleton_enum",
    ):
        make, (*arguments, _, extra), *rest = reduced
        return (make, (*arguments, None, extra), *rest)
    return reduced


def _is_figure(obj: Any) -> bool:
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(obj, module.Figure)


def _reduced_figure(figure: Any) -> Any:
    """A figure without its place in pyplot, which would show it by itself once it is read."""
    state = figure.__getstate__()
    state.pop("_restore_to_pylab", None)
    resolution = figure.dpi / figure.canvas.device_pixel_ratio
    return type(figure).__new__, (type(figure),), (state, resolution), None, None, restore_figure


def restore_figure(figure: Any, state: Any) -> None:
    """Make a new figure what it was, with the resolution that was set last: Matplotlib keeps the first."""
    attributes, resolution = state
    figure.__setstate__(attributes)
    figure.set_dpi(resolution)
