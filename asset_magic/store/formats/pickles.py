"""Pickle, with large buffers beside it, and cloudpickle where pickle does not reach.

Reading these runs whatever code they name, so what is written is signed.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from asset_magic.store.formats.base import Buffer, Format, Unfit, Written

_APART = 4096  # bytes; smaller buffers are kept in the pickle


def write_pickle(value: Any) -> Written:
    """Pickled by the rules of Python. What the notebook itself defines is left to `write_cloudpickle`."""
    written = _write(value, pickle.Pickler)
    if b"__main__" in written.parts[0]:
        raise Unfit
    return written


def write_cloudpickle(value: Any) -> Written:
    """Pickled with the functions and classes that the notebook defines."""
    import cloudpickle  # type: ignore[import-untyped]

    try:
        return _write(value, cloudpickle.Pickler)
    except pickle.PicklingError as error:
        if isinstance(error.__cause__, RecursionError):
            raise error.__cause__ from None
        raise


def read_pickle(parts: Sequence[memoryview], folder: Path) -> Any:
    """The object."""
    return pickle.loads(parts[0], buffers=parts[1:])


def _write(value: Any, pickler: Callable[..., Any]) -> Written:
    buffers: list[Buffer] = []

    def take(buffer: pickle.PickleBuffer) -> bool:
        """Whether the buffer is to stay in the pickle."""
        try:
            raw = buffer.raw()
        except BufferError:  # it does not lie in one piece
            return True
        if raw.nbytes < _APART:
            return True
        buffers.append(raw)
        return False

    stream = BytesIO()
    pickler(stream, protocol=5, buffer_callback=take).dump(value)
    return Written([stream.getbuffer(), *buffers], certain=False)


PICKLE = Format("pickle", write_pickle, read_pickle, runs_code=True)
CLOUDPICKLE = Format("cloudpickle", write_cloudpickle, read_pickle, runs_code=True)
