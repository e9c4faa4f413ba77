"""Containers, arrays and frames, told apart in JSON with their large parts beside it. Reading it runs no code.

A node is a JSON scalar that stands for itself, or a list of a tag and what the tag needs. Types are known by name, as
in `asset_magic.fingerprint`; the module that writes a type, and with it the library, is imported when it is met. An
object that is met twice is written once, so that what was shared is shared again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from asset_magic.fingerprint.registry import library_name
from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.base import Format, Part, Unfit, Written
from asset_magic.store.formats.builtin import read_made, write_big_int, write_odd_float

Node: TypeAlias = Any
"""What JSON can say."""

_MOST = 50_000  # nodes; what has more is small objects, which pickle is better at
_LARGEST = 2**63
_RAW = {str, bool, type(None)}

_WRITERS = {
    **dict.fromkeys(
        ("builtins.complex", "builtins.ellipsis", "builtins.range", "builtins.slice"), "builtin:write_made"
    ),
    **dict.fromkeys(("datetime.date", "datetime.datetime", "datetime.time"), "builtin:write_made"),
    **dict.fromkeys(("datetime.timedelta", "datetime.timezone", "zoneinfo.ZoneInfo"), "builtin:write_made"),
    **dict.fromkeys(("decimal.Decimal", "fractions.Fraction", "uuid.UUID"), "builtin:write_made"),
    **dict.fromkeys(("pathlib.PosixPath", "pathlib.PurePosixPath"), "builtin:write_made"),
    **dict.fromkeys(("pathlib.WindowsPath", "pathlib.PureWindowsPath"), "builtin:write_made"),
    "builtins.bytes": "builtin:write_bytes",
    "builtins.tuple": "builtin:write_sequence",
    "builtins.frozenset": "builtin:write_sequence",
}
_SHARED = {
    "builtins.list": "builtin:write_sequence",
    "builtins.set": "builtin:write_sequence",
    "builtins.dict": "builtin:write_dict",
    "builtins.bytearray": "builtin:write_bytes",
    "numpy.ndarray": "numpy_:write_ndarray",
    "pandas.DataFrame": "pandas_:write_frame",
    "pandas.Series": "pandas_:write_series",
    **dict.fromkeys(("pandas.Index", "pandas.RangeIndex", "pandas.MultiIndex"), "pandas_:write_index"),
    **dict.fromkeys(("pandas.DatetimeIndex", "pandas.TimedeltaIndex", "pandas.PeriodIndex"), "pandas_:write_index"),
    **dict.fromkeys(("pandas.CategoricalIndex", "pandas.IntervalIndex"), "pandas_:write_index"),
    **dict.fromkeys(("pyarrow.Table", "pyarrow.RecordBatch"), "arrow_:write_table"),
    "polars.DataFrame": "polars_:write_frame",
    "polars.Series": "polars_:write_series",
}
_OTHERS = {
    # Libraries with more types than it is good to list.
    "numpy": "numpy_:write_scalar",
    "pandas": "pandas_arrays:write_other",
    "pyarrow": "arrow_:write_array",
    "pytz": "builtin:write_pytz",
}
_READERS = {
    "int": "builtin:read_big_int",
    "float": "builtin:read_odd_float",
    "bytes": "builtin:read_bytes",
    "tuple": "builtin:read_tuple",
    "frozenset": "builtin:read_frozenset",
    "pytz": "builtin:read_pytz",
    "numpy scalar": "numpy_:read_scalar",
    "pandas array": "pandas_arrays:read_array",
    "NaT": "pandas_arrays:read_nat",
    "NA": "pandas_arrays:read_na",
    "Timestamp": "pandas_arrays:read_timestamp",
    "Timedelta": "pandas_arrays:read_timedelta",
    "arrow array": "arrow_:read_array",
    "chunked array": "arrow_:read_chunked_array",
}
_SHARED_READERS = {
    "list": "builtin:read_list",
    "dict": "builtin:read_dict",
    "set": "builtin:read_set",
    "bytearray": "builtin:read_bytearray",
    "array": "numpy_:read_ndarray",
    "objects": "numpy_:read_objects_array",
    "frame": "pandas_:read_frame",
    "series": "pandas_:read_series",
    "index": "pandas_:read_index",
    "range index": "pandas_:read_range_index",
    "multi index": "pandas_:read_multi_index",
    "table": "arrow_:read_table",
    "record batch": "arrow_:read_record_batch",
    "polars frame": "polars_:read_frame",
    "polars series": "polars_:read_series",
}


class Writer:
    """Makes nodes of one value.

    Attributes:
        parts: the buffers that nodes name by their place; the first is that of the nodes themselves.
        certain: whether all that was written surely reads back equal.
    """

    def __init__(self) -> None:
        self.parts: list[Part] = [b""]
        self.certain = True
        self._left = _MOST
        self._numbers: dict[int, int] = {}
        self._open: set[int] = set()
        self._kept: list[object] = []  # an id must stay taken for as long as it is a key

    def write(self, value: Any) -> Node:
        """The node of a value.

        Raises:
            Unfit: nodes cannot tell it.
        """
        kind = type(value)
        if kind in _RAW:
            return value
        if kind is int:
            return value if -_LARGEST <= value < _LARGEST else write_big_int(value)
        if kind is float:
            return value if math.isfinite(value) else write_odd_float(value)
        name = library_name(kind)
        if name in _SHARED:
            return self._write_once(value, _SHARED[name])
        if name in _WRITERS:
            return _call(_WRITERS[name], self, value)
        library = name.partition(".")[0]
        if library in _OTHERS:
            return _call(_OTHERS[library], self, value)
        raise Unfit

    def write_all(self, values: Sequence[Any]) -> list[Node]:
        """The nodes of many values."""
        kinds = set(map(type, values))
        if kinds <= _RAW:
            return list(values)
        self._left -= len(values)
        if self._left < 0:
            raise Unfit
        return [self.write(value) for value in values]

    def part(self, buffer: Part) -> int:
        """The place of a buffer, which may be given in pieces."""
        self.parts.append(buffer)
        return len(self.parts) - 1

    def _write_once(self, value: Any, place: str) -> Node:
        key = id(value)
        if key in self._open:
            raise Unfit  # a circle
        if key in self._numbers:
            return ["again", self._numbers[key]]
        self._numbers[key] = len(self._numbers)
        self._kept.append(value)
        self._open.add(key)
        node = _call(place, self, value)
        self._open.discard(key)
        return node


class Reader:
    """Makes values of nodes.

    Attributes:
        parts: the buffers that nodes name by their place.
    """

    def __init__(self, parts: Sequence[memoryview]) -> None:
        self.parts = parts
        self._met: list[Any] = []

    def read(self, node: Node) -> Any:
        """The value of a node.

        Raises:
            Exception: it is not what `Writer` makes.
        """
        if type(node) is not list:
            if type(node) is dict:
                raise ValueUnreadable("the stored value holds what no value has")
            return node
        tag, *arguments = node
        if tag == "again":
            found = self._met[self._place(arguments[0], len(self._met))]
            if found is self:
                raise ValueUnreadable("the stored value goes round in a circle")
            return found
        if tag in _SHARED_READERS:
            place = len(self._met)
            self._met.append(self)
            value = self._met[place] = _call(_SHARED_READERS[tag], self, *arguments)
            return value
        if tag in _READERS:
            return _call(_READERS[tag], self, *arguments)
        return read_made(self, tag, *arguments)

    def read_all(self, nodes: Sequence[Node]) -> list[Any]:
        """The values of many nodes."""
        return [self.read(node) if type(node) in (list, dict) else node for node in nodes]

    def part(self, place: int) -> memoryview:
        """A buffer."""
        return self.parts[self._place(place, len(self.parts))]

    @staticmethod
    def _place(place: object, most: int) -> int:
        if type(place) is not int or not 0 <= place < most:
            raise ValueUnreadable("the stored value names a part that it does not have")
        return place


_called: dict[str, Callable[..., Any]] = {}


def _call(place: str, *arguments: Any) -> Any:
    function = _called.get(place)
    if function is None:
        module, _, name = place.partition(":")
        function = _called[place] = getattr(import_module(f"asset_magic.store.formats.{module}"), name)
    return function(*arguments)


def write_tree(value: Any) -> Written:
    """A value as nodes and parts."""
    writer = Writer()
    text = json.dumps(writer.write(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    writer.parts[0] = text.encode("utf-8", "surrogatepass")
    return Written(writer.parts, writer.certain)


def read_tree(parts: Sequence[memoryview], folder: Path) -> Any:
    """The value of what `write_tree` wrote."""
    return Reader(parts).read(json.loads(str(parts[0], "utf-8", "surrogatepass")))


TREE = Format("tree", write_tree, read_tree, runs_code=False)
