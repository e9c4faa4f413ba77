"""The current value of each asset: held, bound in the notebook, and put back when something changed it in place."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asset_magic.fingerprint import Unfingerprintable, is_immutable
from asset_magic.model.errors import AssetValueMissing
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import Materialization
from asset_magic.run.versions import Reader, holds_code
from asset_magic.session.namespace import Namespace
from asset_magic.store.protocol import Store

_UNBOUND = object()


@dataclass(slots=True)
class Current:
    """The materialization that an asset stands at.

    Attributes:
        value: the object itself, shared with the notebook.
        print: its fingerprint; None for a value that cannot change, or that has none.
        verified: the epoch of the notebook in which it was last seen unchanged.
        lost: it was changed in place and cannot be put back.
    """

    record: Materialization
    value: Any
    variable: str | None
    print: str | None
    verified: int
    lost: bool = False


class Values:
    """Current values, by asset key.

    Args:
        namespace: where values are bound.
        store: where their recorded state is kept.
        notify: says a sentence to the reader.
        culprits: names the cells that ran since an epoch and may have touched a variable.
        on_lost: told when a value was changed and cannot be put back.
    """

    def __init__(
        self,
        namespace: Namespace,
        store: Store,
        notify: Callable[[str], None],
        culprits: Callable[[str, int], str],
        on_lost: Callable[[AssetKey], None],
    ) -> None:
        self._namespace = namespace
        self._store = store
        self._notify = notify
        self._culprits = culprits
        self._on_lost = on_lost
        self._current: dict[AssetKey, Current] = {}
        self._verifying = False

    def get(self, key: AssetKey) -> Current | None:
        """What ``key`` stands at, or None."""
        return self._current.get(key)

    def version(self, key: AssetKey) -> str | None:
        """The data version that ``key`` stands at, or None."""
        current = self._current.get(key)
        return current.record.data_version if current is not None else None

    def set(self, record: Materialization, value: Any, variable: str | None) -> None:
        """Make ``value`` the current one, and bind it to ``variable`` unless that is None."""
        self._current[record.key] = Current(record, value, variable, self._print(value, record), self._namespace.epoch)
        if variable is not None:
            self._namespace.variables[variable] = value

    def drop(self, key: AssetKey) -> None:
        """Hold no value of ``key`` any more, and unbind its variable if it still is the value."""
        current = self._current.pop(key, None)
        if current is not None and current.variable is not None:
            variables = self._namespace.variables
            if variables.get(current.variable, _UNBOUND) is current.value:
                del variables[current.variable]

    def value(self, key: AssetKey) -> Any:
        """The value as it was recorded.

        Raises:
            AssetValueMissing: there is none, or it was changed in place and cannot be put back.
        """
        current = self._current.get(key)
        if current is None:
            raise AssetValueMissing(f"{key} has no value yet: run its cell, or %materialize {key}")
        if not self.verify(key):
            raise AssetValueMissing(f"{key} was changed in place and cannot be put back: %materialize {key}")
        self._follow_class(current)
        return current.value

    def given(self, key: AssetKey) -> Any:
        """The value, which may be None, but not for want of one.

        Raises:
            AssetValueMissing: there is none, the asset's code gave none, or it cannot be put back.
        """
        current = self._current.get(key)
        if current is not None and not current.record.has_value:
            raise AssetValueMissing(f"{key} has no value: its code gave a result without one")
        return self.value(key)

    def _follow_class(self, current: Current) -> None:
        """Make an instance of a notebook class one of the class as it is now, if its cell ran again unchanged."""
        kind = type(current.value)
        if kind.__module__ != "__main__":
            return
        present = self._namespace.variables.get(kind.__qualname__, kind)
        if present is kind:
            return
        try:
            if isinstance(present, enum.EnumMeta):
                value: Any = present[current.value.name]
            else:
                value = self._store.load(current.record)  # unpickling looks the class up by its name
        except Exception:  # the class may refuse what an older one wrote; whether that is stale its digest says
            return
        if self._print(value, current.record) == current.print:
            bound = current.variable is not None and self.rebound(current.record.key) == ""
            current.value = value
            if bound:
                self.bind(current.record.key)

    def verify(self, key: AssetKey, culprit: str = "") -> bool:
        """See that the value of ``key`` is as recorded, and put it back if it is not.

        Args:
            key: the asset.
            culprit: who had the value in hand, if that is known.

        Returns:
            Whether the value is as it was recorded.
        """
        current = self._current[key]
        if current.lost:
            return False
        if current.print is None or (current.verified == self._namespace.epoch and not culprit):
            return True
        if self._is_still(current.value, current.print):
            current.verified = self._namespace.epoch
            return True
        return self._put_back(key, current, culprit or self._culprits(current.variable or key, current.verified))

    def bind(self, key: AssetKey) -> None:
        """Bind the value to its variable again, whatever was put there since."""
        current = self._current.get(key)
        if current is not None and current.variable is not None:
            self._namespace.variables[current.variable] = current.value

    def rename(self, key: AssetKey, old: str, new: str) -> None:
        """Bind the value to another variable from now on."""
        current = self._current.get(key)
        if current is not None:
            variables = self._namespace.variables
            if variables.get(old) is current.value:
                del variables[old]
            current.variable = new
            variables[new] = current.value

    def let_go(self, key: AssetKey) -> None:
        """Leave the variable of ``key`` to the cell that binds it now."""
        current = self._current.get(key)
        if current is not None:
            current.variable = None

    def rebound(self, key: AssetKey) -> str:
        """What was done to the variable of ``key`` outside its cell: ``"rebound"``, ``"deleted"`` or ""."""
        current = self._current.get(key)
        if current is None or current.variable is None:
            return ""
        found = self._namespace.variables.get(current.variable, _UNBOUND)
        if found is current.value:
            return ""
        return "deleted" if found is _UNBOUND else "rebound"

    def _put_back(self, key: AssetKey, current: Current, culprit: str) -> bool:
        changed = current.value
        try:
            value = self._store.load(current.record)
        except AssetValueMissing:
            value = changed
        if current.print is None or not self._is_still(value, current.print):
            current.lost = True
            self._on_lost(key)
            self._notify(f"{culprit} changed {key} in place, and it cannot be put back: it is stale now")
            return False
        current.value = value
        current.verified = self._namespace.epoch
        variables = self._namespace.variables
        if current.variable is not None and variables.get(current.variable, _UNBOUND) is changed:
            variables[current.variable] = value
        self._notify(f"{culprit} changed {key} in place; it was put back. Change a copy, or make a new asset")
        self._verify_others(key, culprit)
        return True

    def _verify_others(self, key: AssetKey, culprit: str) -> None:
        """Look at all other values too, since they may share what was changed."""
        if not self._verifying:
            self._verifying = True
            try:
                for other in list(self._current):
                    if other != key:
                        self.verify(other, culprit)
            finally:
                self._verifying = False

    def _print(self, value: Any, record: Materialization) -> str | None:
        if is_immutable(value):
            return None
        counted = record.stated or ":" in record.data_version  # or the version of a file
        if not counted and not holds_code(record.data_version):
            return record.data_version
        return self._look_at(value)

    def _look_at(self, value: Any) -> str | None:
        """The fingerprint of the value itself; the notebook variables that code in it looks up are no part of it."""
        try:
            return Reader(self._namespace.variables).version_of(value)
        except Unfingerprintable:
            return None

    def _is_still(self, value: Any, fingerprint: str) -> bool:
        return self._look_at(value) == fingerprint
