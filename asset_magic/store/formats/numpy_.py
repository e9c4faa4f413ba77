"""Nodes for NumPy's arrays, which are used where they lie, and scalars."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.base import Unfit
from asset_magic.store.formats.objects import read_objects, write_objects

if TYPE_CHECKING:
    from asset_magic.store.formats.tree import Node, Reader, Writer

_PLAIN = re.compile(r"[<>|=][?bBiufcmMSUV]\d+(\[\d*[A-Za-zμ]+(/\d+)?\])?")
_MOST = 2**40  # elements, where some axis has none


def write_ndarray(writer: Writer, value: Any) -> Node:
    """An array: its elements as they lie, with its dtype, its shape and their order."""
    if value.dtype.kind == "O":
        return ["objects", write_objects(writer, value.ravel().tolist()), list(value.shape)]
    return ["array", *write_elements(writer, value), bool(value.flags.writeable)]


def read_ndarray(reader: Reader, dtype: Node, shape: list[int], order: str, place: int, writeable: bool) -> Any:
    """The array, over the buffer itself."""
    array = read_elements(reader, dtype, shape, order, place)
    if not writeable:
        array.flags.writeable = False
    return array


def write_elements(writer: Writer, value: Any) -> Node:
    """The elements of an array as they lie, with their dtype, shape and order."""
    import numpy as np

    order = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
    lying = value.T if order == "F" else value if value.flags.c_contiguous else np.ascontiguousarray(value)
    data = memoryview(lying.reshape(-1).view(np.uint8))
    return [write_dtype(value.dtype), list(value.shape), order, writer.part(data)]


def read_elements(reader: Reader, dtype: Node, shape: list[int], order: str, place: int) -> Any:
    """An array over the buffer that the elements are in."""
    data, kind = reader.part(place), read_dtype(dtype)
    return array_of(data, kind, shape[::-1]).T if order == "F" else array_of(data, kind, shape)


def read_objects_array(reader: Reader, objects: Node, shape: list[int]) -> Any:
    """The array of objects."""
    return read_objects(reader, objects).reshape(shape)


def array_of(data: memoryview, dtype: Any, shape: list[int]) -> Any:
    """An array over a buffer that has just its size."""
    import numpy as np

    if not all(type(length) is int and length >= 0 for length in shape):
        raise ValueUnreadable("the stored array has no shape")
    if math.prod(shape) * dtype.itemsize != len(data) or math.prod(filter(None, shape)) > _MOST:
        raise ValueUnreadable("the stored array does not have the size that its shape says")
    array = np.frombuffer(data, dtype).reshape(shape) if len(data) else np.empty(shape, dtype)
    _check_flags(array)
    return array


def _check_flags(array: Any) -> None:
    """NumPy counts on it that booleans are 0 or 1."""
    if array.dtype.names is not None:
        for name in array.dtype.names:
            _check_flags(array[name])
    elif array.dtype.kind == "b" and array.size and array.view("u1").max() > 1:
        raise ValueUnreadable("the stored array has booleans that are neither true nor false")


def write_scalar(writer: Writer, value: Any) -> Node:
    """A scalar: its dtype and its bytes."""
    import numpy as np

    if not isinstance(value, np.generic) or type(value) is not value.dtype.type:
        raise Unfit
    return ["numpy scalar", write_dtype(value.dtype), value.tobytes().hex()]


def read_scalar(reader: Reader, dtype: Node, data: str) -> Any:
    """The scalar."""
    return array_of(memoryview(bytearray.fromhex(data)), read_dtype(dtype), [])[()]


def write_dtype(dtype: Any) -> Node:
    """A dtype of numbers, times, fixed text, or a record of them."""
    node = _dtype_node(dtype)
    if read_dtype(node) != dtype or read_dtype(node).isalignedstruct != dtype.isalignedstruct:
        raise Unfit
    return node


def _dtype_node(dtype: Any) -> Node:
    if dtype.hasobject or not dtype.itemsize or dtype.metadata is not None:
        raise Unfit
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return ["many", _dtype_node(base), list(shape)]
    if dtype.names is None:
        if not _PLAIN.fullmatch(dtype.str):
            raise Unfit
        return dtype.str
    fields = [dtype.fields[name] for name in dtype.names]
    if any(len(field) > 2 for field in fields):  # with titles
        raise Unfit
    kinds, offsets = [_dtype_node(field[0]) for field in fields], [field[1] for field in fields]
    return ["record", list(dtype.names), kinds, offsets, dtype.itemsize, dtype.isalignedstruct]


def read_dtype(node: Node) -> Any:
    """The dtype."""
    import numpy as np

    if type(node) is str:
        if not _PLAIN.fullmatch(node):
            raise ValueUnreadable("the stored array has elements of an unknown kind")
        return np.dtype(node)
    tag, *rest = node
    if tag == "many":
        base, shape = rest
        return np.dtype((read_dtype(base), tuple(shape)))
    names, kinds, offsets, size, aligned = rest
    formats = [read_dtype(kind) for kind in kinds]
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size}, align=aligned is True)
