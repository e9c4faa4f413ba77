"""Pickle, with large buffers beside it, and cloudpickle for what the notebook defines and for figures.

Reading these runs whatever code they name, so what is written is signed.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from asset_magic.fingerprint.registry import library_name
from asset_magic.store.formats.base import Buffer, Format, Unfit, Written

_APART = 4096  # bytes; smaller buffers are kept in the pickle


def write_pickle(value: Any) -> Written:
    """Pickled by the rules of Python. What needs more care is left to `write_cloudpickle`."""
    buffers, take = _collector()
    stream = BytesIO()
    pickle.Pickler(stream, protocol=5, buffer_callback=take).dump(value)
    pickled = stream.getvalue()
    if b"__main__" in pickled or b"matplotlib" in pickled:
        raise Unfit
    return Written([pickled, *buffers], certain=False)


def read_pickle(parts: Sequence[memoryview], folder: Path) -> Any:
    """The object."""
    return pickle.loads(parts[0], buffers=parts[1:])


def write_cloudpickle(value: Any) -> Written:
    """Pickled with the functions and classes that the notebook defines, and the texts of their cells."""
    from asset_magic.store.formats.definitions import Pickler

    buffers, take = _collector()
    stream = BytesIO()
    pickler = Pickler(stream, take)
    try:
        pickler.dump(value)
    except pickle.PicklingError as error:
        if isinstance(error.__cause__, RecursionError):
            raise error.__cause__ from None
        raise
    # What a figure looks like is known from drawing such a copy, which takes too long to be done once more.
    certain = library_name(type(value)) == "matplotlib.Figure"
    return Written([stream.getbuffer(), json.dumps(pickler.texts).encode(), *buffers], certain)


def read_cloudpickle(parts: Sequence[memoryview], folder: Path) -> Any:
    """The object."""
    from asset_magic.store.formats.definitions import note_texts

    note_texts(json.loads(bytes(parts[1])))
    return pickle.loads(parts[0], buffers=parts[2:])


def _collector() -> tuple[list[Buffer], Callable[[pickle.PickleBuffer], bool]]:
    """A list, and a function that puts buffers in it or says that they are to stay in the pickle."""
    buffers: list[Buffer] = []

    def take(buffer: pickle.PickleBuffer) -> bool:
        try:
            raw = buffer.raw()
        except BufferError:  # it does not lie in one piece
            return True
        if raw.nbytes < _APART:
            return True
        buffers.append(raw)
        return False

    return buffers, take


PICKLE = Format("pickle", write_pickle, read_pickle, runs_code=True)
CLOUDPICKLE = Format("cloudpickle", write_cloudpickle, read_cloudpickle, runs_code=True)
