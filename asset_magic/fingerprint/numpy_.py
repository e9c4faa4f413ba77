"""The content of NumPy's values. Memory layout does not show; dtypes and shapes do."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint.immutable import is_of_process
from asset_magic.fingerprint.objects import lasting

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher

# A quarter of a megabyte stays in the cache while it is put in order and hashed.
_SCRATCH = 1 << 18
_TILE = 64
_WIDE = 512


def feed_ndarray(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """An array: its dtype, its shape and its elements; for a subclass, what is set on it, too."""
    feed_elements(hasher, stream, value)
    if not type(value).__module__.startswith("numpy"):
        hasher.feed_attributes(stream, lasting(hasher, value, dict(getattr(value, "__dict__", {}))))


def feed_elements(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """Write an array's dtype, shape and elements, in C order whatever the layout."""
    import numpy as np

    array = value.view(np.ndarray)
    dtype = array.dtype
    stream.update(f"{dtype.str}{array.shape}".encode())
    if dtype.names is not None:
        # Field by field, since the padding between the fields holds anything.
        hasher.feed_items(stream, dtype.names)
        for name in dtype.names:
            feed_elements(hasher, stream, array[name])
    elif dtype.hasobject or dtype.kind == "T":
        hasher.feed_items(stream, array.ravel().tolist())
    elif array.flags.c_contiguous:
        stream.update(array.reshape(-1).view(np.uint8))
    else:
        _feed_reordered(stream, array)


def _feed_reordered(stream: xxh3_128, array: Any) -> None:
    import numpy as np

    if array.ndim == 0 or array.size == 0:
        stream.update(array.tobytes())
        return
    wide = array.ndim == 2 and array.shape[1] >= _WIDE
    rows = _TILE if wide else max(1, _SCRATCH // max(1, array.nbytes // len(array)))
    for start in range(0, len(array), rows):
        part = array[start : start + rows]
        if wide:
            # One row of a wide array in Fortran order touches a page for each element: go tile by tile.
            block = np.empty(part.shape, part.dtype)
            for column in range(0, part.shape[1], _TILE):
                block[:, column : column + _TILE] = part[:, column : column + _TILE]
        else:
            block = np.ascontiguousarray(part)
        stream.update(block.reshape(-1).view(np.uint8))


def feed_scalar(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A NumPy scalar: its dtype and its bytes."""
    import numpy as np

    feed_elements(hasher, stream, np.asarray(value))


def feed_ufunc(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A universal function: its name, and the Python function that ``frompyfunc`` made it from."""
    stream.update(f"{value.__name__} {value.nin} {value.nout}".encode())
    hasher.feed(stream, *(part for part in gc.get_referents(value) if callable(part)))


def feed_masked(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A masked array: its mask, its fill value and its elements, those under the mask included."""
    import numpy as np

    feed_elements(hasher, stream, np.ma.getmaskarray(value))
    feed_elements(hasher, stream, np.asarray(value.fill_value))
    feed_elements(hasher, stream, np.ma.getdata(value))


def feed_generator(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A random generator: the state of its bit generator."""
    hasher.feed(stream, value.bit_generator)


def feed_bit_generator(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """A bit generator: its state, and that of the seed sequence from which it spawns others."""
    hasher.feed(stream, value.state, getattr(value.seed_seq, "state", None))


def feed_random_state(hasher: Hasher, stream: xxh3_128, value: Any) -> None:
    """NumPy's older random generator: its state; that of the whole process is known by its name."""
    if is_of_process(value):
        stream.update(b"of the process")
    else:
        hasher.feed(stream, value.get_state(legacy=False))
