"""Nodes for pandas' columns of every dtype, for its arrays, and for its scalars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.base import Unfit
from asset_magic.store.formats.numpy_ import read_elements, write_elements
from asset_magic.store.formats.objects import read_objects, write_objects

if TYPE_CHECKING:
    from collections.abc import Callable

    from asset_magic.store.formats.tree import Node, Reader, Writer


def write_column(writer: Writer, values: Any) -> Node:
    """The values of a column, or of a block of columns of one dtype.

    Raises:
        Unfit: there is no node for this dtype.
    """
    import numpy as np
    import pandas as pd

    if type(values) is pd.arrays.NumpyExtensionArray:
        values = values.to_numpy()
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        array = np.asarray(values)
        if dtype.kind == "O":
            rows = array if array.ndim == 2 else [array]
            return ["objects", [write_objects(writer, list(row)) for row in rows], array.ndim]
        return ["numpy", *write_elements(writer, array)]
    for kind, (tag, write, _) in _kinds().items():
        if type(dtype) is kind:
            return [tag, *write(writer, values)]
    raise Unfit


def read_column(reader: Reader, node: Node) -> Any:
    """The values that `write_column` wrote: a NumPy array, or one of pandas' arrays."""
    tag, *rest = node
    if tag == "numpy":
        return read_elements(reader, *rest)
    if tag == "objects":
        return _read_objects(reader, *rest)
    for known, _, read in _kinds().values():
        if tag == known:
            return read(reader, *rest)
    raise ValueUnreadable("the stored column is of an unknown kind")


def _read_objects(reader: Reader, rows: list[Node], dimensions: int) -> Any:
    import numpy as np

    columns = [read_objects(reader, row) for row in rows]
    if dimensions == 1:
        (column,) = columns
        return column
    return columns[0].reshape(1, -1) if len(columns) == 1 else np.stack(columns)


def _kinds() -> dict[type, tuple[str, Callable[..., Any], Callable[..., Any]]]:
    """How columns of pandas' own dtypes are written and read."""
    import pandas as pd

    masked = ("masked", _write_masked, _read_masked)
    numbers = [f"{sign}Int{size}Dtype" for sign in ("", "U") for size in (8, 16, 32, 64)]
    return {
        pd.CategoricalDtype: ("categorical", _write_categorical, _read_categorical),
        pd.DatetimeTZDtype: ("zoned", _write_zoned, _read_zoned),
        pd.PeriodDtype: ("period", _write_period, _read_period),
        pd.IntervalDtype: ("interval", _write_interval, _read_interval),
        pd.StringDtype: ("string", _write_string, _read_string),
        pd.ArrowDtype: ("arrow", _write_arrow, _read_arrow),
        **{getattr(pd, name): masked for name in (*numbers, "Float32Dtype", "Float64Dtype", "BooleanDtype")},
    }


def _write_categorical(writer: Writer, values: Any) -> Node:
    return [write_elements(writer, values.codes), writer.write(values.categories), bool(values.ordered)]


def _read_categorical(reader: Reader, codes: Node, categories: Node, ordered: bool) -> Any:
    import pandas as pd

    dtype = pd.CategoricalDtype(reader.read(categories), ordered)
    return pd.Categorical.from_codes(read_elements(reader, *codes), dtype=dtype)


def _write_zoned(writer: Writer, values: Any) -> Node:
    writer.certain = False
    return [write_elements(writer, values.asi8), values.dtype.unit, writer.write(values.dtype.tz)]


def _read_zoned(reader: Reader, instants: Node, unit: str, zone: Node) -> Any:
    import pandas as pd

    instants = read_elements(reader, *instants).view(f"M8[{unit}]")
    return pd.array(instants, dtype=instants.dtype, copy=False).tz_localize("UTC").tz_convert(reader.read(zone))


def _write_period(writer: Writer, values: Any) -> Node:
    writer.certain = False
    return [write_elements(writer, values.asi8), values.dtype.name.removeprefix("period[")[:-1]]


def _read_period(reader: Reader, ordinals: Node, frequency: str) -> Any:
    import pandas as pd

    return pd.arrays.PeriodArray(read_elements(reader, *ordinals), dtype=pd.PeriodDtype(frequency))


def _write_interval(writer: Writer, values: Any) -> Node:
    writer.certain = False
    return [writer.write(values.left), writer.write(values.right), values.closed]


def _read_interval(reader: Reader, left: Node, right: Node, closed: Any) -> Any:
    import pandas as pd

    return pd.arrays.IntervalArray.from_arrays(reader.read(left), reader.read(right), closed=closed)


def _write_masked(writer: Writer, values: Any) -> Node:
    return [write_elements(writer, values._data), write_elements(writer, values._mask)]


def _read_masked(reader: Reader, data: Node, mask: Node) -> Any:
    import pandas as pd

    arrays = {"i": pd.arrays.IntegerArray, "u": pd.arrays.IntegerArray, "b": pd.arrays.BooleanArray}
    data, mask = read_elements(reader, *data), read_elements(reader, *mask)
    if data.shape != mask.shape or data.ndim != 1:
        raise ValueUnreadable("the stored column does not have its values")
    return arrays.get(data.dtype.kind, pd.arrays.FloatingArray)(data, mask)


def _write_string(writer: Writer, values: Any) -> Node:
    import pandas as pd

    # Older versions of pandas know only pd.NA here, and have no name for it.
    missing = getattr(values.dtype, "na_value", pd.NA) is pd.NA
    if hasattr(values, "_pa_array"):
        from asset_magic.store.formats.arrow_ import write_array

        return [values.dtype.storage, missing, *write_array(writer, values._pa_array)[1:]]
    items = values.to_numpy(dtype=object, na_value=None)
    return [values.dtype.storage, missing, write_objects(writer, items.tolist())]


def _read_string(reader: Reader, storage: str, missing: bool, content: Node) -> Any:
    import numpy as np
    import pandas as pd

    kind: Any = pd.StringDtype
    dtype = kind(storage) if missing else kind(storage, na_value=np.nan)
    if type(content) is int:
        from asset_magic.store.formats.arrow_ import read_chunked_array

        return pd.array(read_chunked_array(reader, content), dtype=dtype)
    return pd.array(read_objects(reader, content), dtype=dtype)


def _write_arrow(writer: Writer, values: Any) -> Node:
    from asset_magic.store.formats.arrow_ import write_array

    return write_array(writer, values._pa_array)[1:]


def _read_arrow(reader: Reader, place: int) -> Any:
    import pandas as pd

    from asset_magic.store.formats.arrow_ import read_chunked_array

    return pd.arrays.ArrowExtensionArray(read_chunked_array(reader, place))


def write_other(writer: Writer, value: Any) -> Node:
    """One of pandas' arrays or scalars."""
    import pandas as pd

    if value is pd.NaT or value is pd.NA:
        return ["NaT" if value is pd.NaT else "NA"]
    if type(value) is pd.Timestamp:
        return ["Timestamp", value.asm8.view("i8").item(), value.unit, writer.write(value.tz), value.fold]
    if type(value) is pd.Timedelta:
        return ["Timedelta", value.asm8.view("i8").item(), value.unit]
    if isinstance(value, pd.api.extensions.ExtensionArray) and not isinstance(value, pd.arrays.NumpyExtensionArray):
        writer.certain = False
        return ["pandas array", write_column(writer, value)]
    raise Unfit


def read_array(reader: Reader, column: Node) -> Any:
    """One of pandas' arrays."""
    import pandas as pd

    values = read_column(reader, column)
    return pd.array(values, dtype=values.dtype, copy=False)


def read_nat(reader: Reader) -> Any:
    """What pandas has for no time."""
    import pandas as pd

    return pd.NaT


def read_na(reader: Reader) -> Any:
    """What pandas has for no value."""
    import pandas as pd

    return pd.NA


def read_timestamp(reader: Reader, count: int, unit: str, zone: Node, fold: int) -> Any:
    """A moment."""
    import numpy as np
    import pandas as pd

    moment: Any = pd.Timestamp(np.array(count, f"M8[{unit}]")[()])
    zone = reader.read(zone)
    if zone is not None:
        moment = moment.tz_localize("UTC").tz_convert(zone)
    return moment.replace(fold=fold) if fold != moment.fold else moment


def read_timedelta(reader: Reader, count: int, unit: str) -> Any:
    """A length of time."""
    import numpy as np
    import pandas as pd

    return pd.Timedelta(np.array(count, f"m8[{unit}]")[()])
