"""Arrays: shape, dtype, how many elements differ, and the largest change and where it is."""

from __future__ import annotations

import warnings
from typing import Any

from asset_magic.session.comparing.difference import DiffTable, ValueDiff, counted
from asset_magic.session.comparing.scalars import signed
from asset_magic.session.comparing.shown import shown

_ROWS = 8
_REFINED = 100_000  # objects that are looked into
_SEEN = 30_000_000  # elements that are compared; of larger arrays a part is


def compare_arrays(old: Any, new: Any) -> ValueDiff:
    """How a numpy array differs from an earlier one.

    >>> import numpy as np
    >>> compare_arrays(np.array([1.0, 2.0]), np.array([1.0, 2.5])).said
    ('1 of 2 elements differs', 'the largest change is +0.5, at [1]')
    """
    import numpy as np

    said = []
    if old.dtype != new.dtype:
        said.append(f"dtype {old.dtype} -> {new.dtype}")
    where = ""
    if old.shape != new.shape:
        said.insert(0, f"shape {_shape(old)} -> {_shape(new)}")
        if old.ndim != new.ndim:
            return ValueDiff(said=tuple(said))
        common = tuple(slice(min(sizes)) for sizes in zip(old.shape, new.shape, strict=True))
        old, new, where = old[common], new[common], " in the part that both have"
    if new.size > _SEEN:
        step = -(-new.size // _SEEN)
        old, new, where = old[::step], new[::step], f"{where} in every {step:,}th row"
    differs = differing(old, new)
    count = int(np.count_nonzero(differs))
    verb = "differs" if count == 1 else "differ"
    said.append(f"{count:,} of {counted(new.size, 'element')} {verb}{where}" if count else f"no element differs{where}")
    places: Any = np.argwhere(differs)[:_ROWS] if count else []
    if count and (largest := _largest(old, new, differs)):
        said.append(largest)
    rows = tuple(("", (_place(at), shown(old[tuple(at)]), shown(new[tuple(at)]))) for at in places)
    table = DiffTable(head=("at", "before", "now"), rows=rows, more=count - len(rows), noun="element")
    counts = {"elements": int(new.size), "elements_changed": count}
    return ValueDiff(said=tuple(said), tables=(table,) if rows else (), counts=counts)


def differing(old: Any, new: Any) -> Any:
    """Which elements of two arrays of one shape differ, NaN and NaT not from themselves."""
    import numpy as np

    if np.ma.isMaskedArray(old) or np.ma.isMaskedArray(new):
        hidden, hides = np.ma.getmaskarray(old), np.ma.getmaskarray(new)
        if hidden.dtype != hides.dtype or hidden.dtype != bool:  # records hide each field by itself
            return np.asarray(old != new) if old.dtype == new.dtype else np.ones(new.shape, bool)
        return np.where(hidden | hides, hidden != hides, differing(np.ma.getdata(old), np.ma.getdata(new)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            unlike = np.asarray(old != new)
    except Exception:  # what objects in an array say to a comparison is up to them
        unlike = np.ones(new.shape, bool)
    if unlike.shape != new.shape or unlike.dtype != bool:
        unlike = np.ones(new.shape, bool)
    if old.dtype == object or new.dtype == object:
        return _refined(old, new, unlike)
    if old.dtype.kind in "fcmM" and new.dtype.kind == old.dtype.kind:
        unlike &= ~((old != old) & (new != new))
    return unlike


def _refined(old: Any, new: Any, unlike: Any) -> Any:
    """Elements that are objects may be the same although ``!=`` says otherwise."""
    import numpy as np

    from asset_magic.session.comparing.same import same

    unlike = unlike.copy()
    for at in map(tuple, np.argwhere(unlike)[:_REFINED]):
        unlike[at] = not same(old[at], new[at])
    return unlike


def _largest(old: Any, new: Any, differs: Any) -> str:
    """The largest change of a number; "" where there are no numbers."""
    import numpy as np

    if old.dtype.kind not in "iuf" or new.dtype.kind not in "iuf":
        return ""
    with np.errstate(all="ignore"):
        change = np.asarray(np.abs(np.subtract(new, old, dtype=float)))
    change[~differs | ~np.isfinite(change)] = -1
    at = np.unravel_index(int(np.argmax(change)), change.shape)
    if change[at] < 0:
        return ""
    before, now = old[at].item(), new[at].item()
    return f"the largest change is {signed(now - before)}, at {_place(at)}"


def _place(at: Any) -> str:
    return f"[{', '.join(str(int(k)) for k in at)}]"


def _shape(array: Any) -> str:
    return " × ".join(map(str, array.shape)) or "of one number"
