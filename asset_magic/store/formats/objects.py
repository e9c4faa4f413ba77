"""Nodes for many Python objects in a row: columns of text with gaps, labels, and object arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.builtin import read_items, write_items

if TYPE_CHECKING:
    from asset_magic.store.formats.tree import Node, Reader, Writer

_MANY = 64  # items; fewer are written one by one
_SAMPLE = 1000


def write_objects(writer: Writer, items: list[Any]) -> Node:
    """Objects: those that repeat are written once; then texts together, and the rest one by one."""
    import numpy as np

    if len(items) < _MANY:
        return write_items(writer, items)
    # Equal texts are one; of everything else only the very same object is.
    texts = set(map(type, items)) == {str}
    keys = items if texts else [item if type(item) is str else id(item) for item in items]
    if _repeats(keys):
        distinct = dict(zip(keys, items, strict=True))
        number = {key: place for place, key in enumerate(distinct)}
        codes = np.fromiter(map(number.__getitem__, keys), np.int32, len(keys))
        return {"of": write_items(writer, list(distinct.values())), "codes": writer.part(memoryview(codes))}
    if texts:
        return write_items(writer, items)
    others = [place for place, item in enumerate(items) if type(item) is not str]
    if len(others) == len(items):
        return write_items(writer, items)
    return {
        "texts": write_items(writer, [item if type(item) is str else "" for item in items]),
        "others": write_objects(writer, [items[place] for place in others]),
        "places": writer.part(memoryview(np.array(others, np.int64))),
    }


def _repeats(keys: list[Any]) -> bool:
    """Whether most items come again, by some of them taken from all over."""
    sample = keys[:: max(1, len(keys) // _SAMPLE)]
    return 2 * len(set(sample)) <= len(sample)


def read_objects(reader: Reader, node: Node) -> Any:
    """The objects, as a NumPy array of one dimension."""
    import numpy as np

    if type(node) is dict and "codes" in node:
        of = _array(read_items(reader, node["of"]))
        codes = np.frombuffer(reader.part(node["codes"]), np.int32)
        return of[codes]
    if type(node) is dict and "others" in node:
        objects = _array(read_items(reader, node["texts"]))
        others = read_objects(reader, node["others"])
        places = np.frombuffer(reader.part(node["places"]), np.int64)
        if len(places) != len(others):
            raise ValueUnreadable("the stored column does not have its values")
        objects[places] = others
        return objects
    return _array(read_items(reader, node))


def _array(items: list[Any]) -> Any:
    import numpy as np

    return np.fromiter(items, object, len(items))
