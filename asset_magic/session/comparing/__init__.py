"""How a value differs from an earlier one: pure functions of the two, with one module for each kind of value.

What is imported of a library is imported when one of its values is at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asset_magic.fingerprint import Unfingerprintable, fingerprint
from asset_magic.session.comparing.difference import DiffTable, ValueDiff
from asset_magic.session.comparing.shown import LIBRARIES, shown
from asset_magic.session.summary import summary

__all__ = ["DiffTable", "ValueDiff", "compare"]

EQUAL = "the values are equal"
_UNSEEN = "nothing that differs is seen: look at types, the order of items, attributes, and code that it holds"


def compare(old: Any, new: Any, *, equal: bool | None = None) -> ValueDiff:
    """How ``new`` differs from ``old``. NaN equals NaN, and types count.

    Args:
        old: the earlier value.
        new: the later value.
        equal: whether they are equal, where that is known.

    >>> compare({"a": 1, "b": 2}, {"a": 1, "b": 3}).tables[0].rows
    (('', ("['b']", '2', '3')),)
    >>> compare([1.0], [1.0]).said
    ('the values are equal',)
    """
    from dataclasses import replace

    before, after = summary(old), summary(new)
    if equal is None:
        equal = _equal(old, new)
    if equal:
        return ValueDiff(equal=True, before=before, after=after, said=(EQUAL,))
    found = _compared(old, new)
    return replace(found, before=before, after=after, said=found.said or (_UNSEEN,))


def _equal(old: Any, new: Any) -> bool:
    if old is new:
        return True
    try:
        return type(old) is type(new) and fingerprint(old) == fingerprint(new)
    except Unfingerprintable:
        return False


def _compared(old: Any, new: Any) -> ValueDiff:
    from asset_magic.session.comparing import arrays, nested, scalars, texts

    if scalars.is_number(old) and scalars.is_number(new):
        return scalars.compare_numbers(old, new)
    kind = _kind(old)
    if kind != _kind(new):
        return ValueDiff(said=(f"{_typed(old)} -> {_typed(new)}",))
    match kind:
        case "text":
            return texts.compare_texts(old, new)
        case "bytes":
            return texts.compare_bytes(old, new)
        case "array":
            return arrays.compare_arrays(old, new)
        case "pandas":
            from asset_magic.session.comparing import frames, pandas_

            return frames.compare_frames(pandas_.frame_of(old), pandas_.frame_of(new))
        case "polars":
            from asset_magic.session.comparing import frames, polars_

            return frames.compare_frames(polars_.frame_of(old), polars_.frame_of(new))
        case "arrow":
            from asset_magic.session.comparing import arrow_, frames

            return frames.compare_frames(arrow_.frame_of(old), arrow_.frame_of(new))
        case "figure":
            from asset_magic.session.comparing import figures

            return figures.compare_figures(old, new, compare)
        case "path":
            return _compare_paths(old, new)
    if type(old) is type(new):
        return nested.compare_nested(old, new, compare)
    return scalars.compare_others(old, new)


def _kind(value: Any) -> str:
    """Which of the modules here knows values such as this; "" for none."""
    return next((_KINDS[name] for name in map(_library_name, type(value).__mro__) if name in _KINDS), "")


def _library_name(kind: type) -> str:
    return f"{str(kind.__module__).partition('.')[0]}.{kind.__name__}"


_KINDS = {
    "builtins.str": "text",
    "builtins.bytes": "bytes",
    "builtins.bytearray": "bytes",
    "numpy.ndarray": "array",
    "pandas.DataFrame": "pandas",
    "pandas.Series": "pandas",
    "pandas.Index": "pandas",
    "polars.DataFrame": "polars",
    "polars.Series": "polars",
    "pyarrow.Table": "arrow",
    "pyarrow.RecordBatch": "arrow",
    "pyarrow.ChunkedArray": "arrow",
    "pyarrow.Array": "arrow",
    "matplotlib.Figure": "figure",
    "pathlib.PurePath": "path",
}


def _typed(value: Any) -> str:
    library = str(type(value).__module__).partition(".")[0]
    return f"{library} {summary(value)}" if library in LIBRARIES else f"{type(value).__name__} {shown(value)}"


def _compare_paths(old: Path, new: Path) -> ValueDiff:
    if old != new:
        return ValueDiff(said=(f"{shown(old)} -> {shown(new)}",))
    return ValueDiff(said=("the same path; what it leads to has changed, and only the present content is there",))
