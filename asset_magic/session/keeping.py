"""What helpers keep between calls: variables of closures, default values, attributes, and a module's own variables.

Code that runs as an asset finds them as the plain cells left them, and leaves them so: else what a counter or a
home-made cache had seen before would decide what comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import CellType, FunctionType, ModuleType
from typing import Any

from asset_magic.fingerprint import Unfingerprintable
from asset_magic.run.versions import version_of
from asset_magic.session.cost import changeable

_DATA = frozenset({"builtins", "collections", "numpy", "pandas", "random"})
_ABSENT = object()


class State:
    """What one function, class, object or module keeps.

    Args:
        keeper: which; what it keeps is looked at now.
    """

    def __init__(self, keeper: Any) -> None:
        self._keeper = keeper
        self._cells: list[tuple[CellType, Any]] = []
        self._defaults: tuple[Any, ...] = ()
        self._keywords: dict[str, Any] = {}
        if isinstance(keeper, FunctionType):
            self._cells = [(cell, _content(cell)) for cell in keeper.__closure__ or ()]
            self._defaults = keeper.__defaults__ or ()
            self._keywords = dict(keeper.__kwdefaults__ or {})
        self._attributes = _attributes(keeper)
        self._lent: dict[int, tuple[Any, Any]] = {}

    @property
    def changeable(self) -> Iterator[Any]:
        """The values that code may change in place."""
        contents = (content for _, content in self._cells)
        values = (*contents, *self._defaults, *self._keywords.values(), *self._attributes.values())
        return (value for value in values if value is not _ABSENT and changeable(value))

    def lend(self, copies: dict[int, tuple[Any, Any]]) -> None:
        """Put copies in the place of values, given by the identity of each value, with the value."""
        self._lent = {id(value): copies[id(value)] for value in self.changeable if id(value) in copies}
        if not self._lent:
            return

        def lent(value: Any) -> Any:
            return self._lent[id(value)][1] if id(value) in self._lent else value

        for cell, value in self._cells:
            if id(value) in self._lent:
                cell.cell_contents = lent(value)
        if self._defaults:
            self._keeper.__defaults__ = tuple(map(lent, self._defaults))
        if self._keywords:
            self._keeper.__kwdefaults__ = {name: lent(value) for name, value in self._keywords.items()}
        for name, value in self._attributes.items():
            if id(value) in self._lent:
                _set(self._keeper, name, lent(value))

    def give_back(self) -> bool:
        """Put everything back as it was. Returns whether it had been changed."""
        changed = any(not _alike(value, copy) for value, copy in self._lent.values())
        for cell, value in self._cells:
            now = _content(cell)
            changed |= now is not value and id(value) not in self._lent
            if value is _ABSENT:
                if now is not _ABSENT:
                    del cell.cell_contents
            else:
                cell.cell_contents = value
        if self._lent and self._defaults:
            self._keeper.__defaults__ = self._defaults
        if self._lent and self._keywords:
            self._keeper.__kwdefaults__ = self._keywords
        return self._give_back_attributes() or changed

    def _give_back_attributes(self) -> bool:
        changed = False
        now = dict(getattr(self._keeper, "__dict__", {}))
        for name in self._attributes.keys() | _attributes(self._keeper).keys():
            before, after = self._attributes.get(name, _ABSENT), now.get(name, _ABSENT)
            # What was made on first use (a model, a connection) stays: it is no data, and may be costly.
            if after is not before and (after is _ABSENT or _is_data(after)):
                changed |= id(before) not in self._lent
                _set(self._keeper, name, before)
        return changed


def _attributes(keeper: Any) -> dict[str, Any]:
    """The data set on an object, class, function or module. What libraries set there to work with is let be."""
    own = getattr(keeper, "__dict__", {})
    return {name: value for name, value in own.items() if not name.startswith("__") and _is_data(value)}


def _is_data(value: Any) -> bool:
    kind = type(value)
    if kind.__module__.partition(".")[0] not in _DATA or isinstance(value, (ModuleType, type)):
        return False
    return not (hasattr(kind, "__get__") or callable(value))


def _set(keeper: Any, name: str, value: Any) -> None:
    """Set an attribute past what a class may have to say to that; ``_ABSENT`` deletes it."""
    if isinstance(keeper, type):
        if value is _ABSENT:
            type.__delattr__(keeper, name)
        else:
            type.__setattr__(keeper, name, value)
    elif value is _ABSENT:
        del vars(keeper)[name]
    else:
        vars(keeper)[name] = value


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _ABSENT


def _alike(value: Any, copy: Any) -> bool:
    try:
        return version_of(value) == version_of(copy)
    except Unfingerprintable:
        return False
