"""The current value of each asset: held, bound in the notebook, and put back when something changed it in place."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable
from typing import Any

from asset_magic.fingerprint import Look, Unfingerprintable, is_immutable
from asset_magic.model.errors import AssetValueMissing
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import Materialization
from asset_magic.run.versions import holds_code, version_of
from asset_magic.session.cost import Budget, estimate
from asset_magic.session.current import UNREAD, Current
from asset_magic.session.namespace import Namespace
from asset_magic.session.suspects import Suspects
from asset_magic.store.protocol import Store

_UNBOUND = object()


class Values:
    """Current values, by asset key.

    Args:
        namespace: where values are bound.
        store: where their recorded state is kept.
        notify: says a sentence to the reader.
        suspects: knows which code ran, and may have changed a value.
        derived: the plain variables that were computed from an asset.
        on_lost: told when a value was changed and cannot be put back.
        on_unreadable: told when the store cannot give a value back.
    """

    def __init__(
        self,
        namespace: Namespace,
        store: Store,
        notify: Callable[[str], None],
        suspects: Suspects,
        derived: Callable[[AssetKey], Collection[str]],
        on_lost: Callable[[AssetKey], None],
        on_unreadable: Callable[[AssetKey], None],
    ) -> None:
        self._namespace = namespace
        self._store = store
        self._notify = notify
        self._suspects = suspects
        self._derived = derived
        self._on_lost = on_lost
        self._on_unreadable = on_unreadable
        self._unreadable: set[tuple[str, float]] = set()
        self._current: dict[AssetKey, Current] = {}
        self._before: dict[AssetKey, Materialization] = {}
        self._verifying = False
        self._unread: set[AssetKey] = set()
        self._watched: dict[AssetKey, None] = {}  # what may change; first what was not looked at for longest

    def keep_in(self, store: Store) -> None:
        """Keep the recorded states in another store from now on; there must be none yet."""
        self._store = store

    def get(self, key: AssetKey) -> Current | None:
        """What ``key`` stands at, or None."""
        return self._current.get(key)

    def version(self, key: AssetKey) -> str | None:
        """The data version that ``key`` stands at, or None."""
        current = self._current.get(key)
        return current.record.data_version if current is not None else None

    def set(self, record: Materialization, value: Any, variable: str | None) -> None:
        """Make ``value`` the current one, and bind it to ``variable`` unless that is None."""
        old = self._current.get(record.key)
        if old is not None and old.up and old.record.data_version != record.data_version:
            self._before[record.key] = old.record
        current = Current(record, value, variable, self._print(value, record), self._suspects.moment, self._read)
        self._current[record.key] = current
        self._unread.discard(record.key)
        if current.print is not None or record.key in self._watched:
            self._watch(record.key, current)
        if variable is not None:
            self._namespace.variables[variable] = value

    def shelve(self, record: Materialization, variable: str | None) -> None:
        """Let the value that the store has for ``record`` be the current one. It is read when it is asked for."""
        self._watched.pop(record.key, None)
        self._unread.add(record.key)
        self._current[record.key] = Current(record, UNREAD, variable, None, 0, self._read, up=False)

    def restore(self, key: AssetKey, current: Current) -> None:
        """Take back what `get` gave before ``key`` was dropped."""
        self._current[key] = current
        if current.is_read:
            self._watch(key, current)
            self.bind(key)
        else:
            self._unread.add(key)

    def release(self, key: AssetKey) -> None:
        """Hold the value in the store only, if it is there."""
        current = self._current[key]
        if current.is_read and not current.lost and self._store.holds(current.record):
            current.held, current.print = UNREAD, None
            self._watched.pop(key, None)
            self._unread.add(key)

    def _read(self, current: Current) -> None:
        record = current.record
        try:
            value = self._store.load(record)
            if not self.is_sound(value, record):
                raise AssetValueMissing(f"the stored value of {record.key} is not what was recorded")
        except AssetValueMissing as error:
            self._unread.discard(record.key)
            self._unreadable.add(record.identity)
            current.unreadable = str(error)
            if self._current.get(record.key) is current:
                self._on_unreadable(record.key)
            raise
        self._unread.discard(record.key)
        current.held, current.print = value, self._print(value, record)
        current.verified = self._suspects.moment
        self._watch(record.key, current)

    def before(self, key: AssetKey) -> Materialization | None:
        """What ``key`` stood at in this kernel before it got another value; None if it has had one value only."""
        return self._before.get(key)

    def is_readable(self, record: Materialization) -> bool:
        """Whether the value of ``record`` may be had, as far as was tried."""
        return record.identity not in self._unreadable

    def try_again(self) -> None:
        """Forget what could not be read so far."""
        self._unreadable.clear()

    def drop(self, key: AssetKey) -> None:
        """Hold no value of ``key`` any more, and unbind its variable if it still is the value."""
        current = self._current.pop(key, None)
        self._before.pop(key, None)
        self._watched.pop(key, None)
        self._unread.discard(key)
        if current is not None and current.variable is not None:
            variables = self._namespace.variables
            if variables.get(current.variable, _UNBOUND) is current.held:
                del variables[current.variable]

    def value(self, key: AssetKey) -> Any:
        """The value as it was recorded.

        Raises:
            AssetValueMissing: there is none, or it was changed in place and cannot be put back.
        """
        current = self._current.get(key)
        if current is None:
            raise AssetValueMissing(f"{key} has no value yet: run its cell, or %materialize {key}")
        if current.unreadable:
            raise AssetValueMissing(current.unreadable)
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
            current.held = value
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
        if current.print is None or current.verified == self._suspects.moment:
            return True
        if self._is_as_it_was(current):
            current.verified = self._suspects.moment
            self._watch(key, current)
            return True
        return self._put_back(key, current, culprit)

    def verify_some(self, keys: Iterable[AssetKey] | None, budget: Budget) -> None:
        """Look at the values of ``keys``, or of all assets, as far as ``budget`` goes.

        The others are looked at before they are handed on or called fresh.
        """
        for key in list(self._watched) if keys is None else keys:
            current = self._current.get(key)
            if current is None or current.print is None:
                continue
            if budget.left <= 0 or (keys is None and current.verified == self._suspects.moment):
                return
            if current.cost is None:
                current.cost = estimate(current.value)
            if budget.affords(current.cost):
                budget.spend(current.cost)
                self.verify(key)

    def _watch(self, key: AssetKey, current: Current) -> None:
        self._watched.pop(key, None)
        if current.print is not None:
            self._watched[key] = None

    def find_lost(self, keys: Callable[[], Iterable[AssetKey]]) -> list[AssetKey]:
        """Which of ``keys``, which are only asked for if any value may change, turn out to be lost."""
        if not (self._watched or self._unread):
            return []
        return [key for key in keys() if self._turns_out_lost(key)]

    def _turns_out_lost(self, key: AssetKey) -> bool:
        if key in self._unread:
            try:
                self._read(self._current[key])
            except AssetValueMissing:
                return True
        return key in self._watched and not (self._current[key].lost or self.verify(key))

    def is_sound(self, value: Any, record: Materialization) -> bool:
        """Whether ``value``, which the store gave back, is what was recorded: code is kept by its name alone."""
        if is_immutable(value) or record.stated or ":" in record.data_version:
            return True
        try:
            return version_of(value) == record.data_version
        except Unfingerprintable:
            return False

    def _is_as_it_was(self, current: Current) -> bool:
        look = self._look_at(current.value)
        if look is None or look.print != current.print:
            return False
        known = current.filled
        if any(known.get(place, digest) != digest for place, digest in look.filled.items()):
            return False
        if look.filled:
            current.filled = {**known, **look.filled}
        return True

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
            if variables.get(old) is current.held:
                del variables[old]
            current.variable = new
            if current.up:
                variables[new] = current.value

    def let_go(self, key: AssetKey) -> None:
        """Leave the variable of ``key`` to the cell that binds it now."""
        current = self._current.get(key)
        if current is not None:
            current.variable = None

    def named(self, key: AssetKey, who: str) -> None:
        """Tell that ``who`` ran, and names the variable of ``key``: it deleted it if it is not there any more."""
        current = self._current.get(key)
        if current is not None and current.variable is not None:
            gone = current.variable not in self._namespace.variables
            current.deleted_by = (current.deleted_by or who) if gone and current.up else ""
            if current.deleted_by:
                self.release(key)

    def rebound(self, key: AssetKey) -> str:
        """What was done to the variable of ``key`` outside its cell: ``"rebound"``, ``"deleted"`` or ""."""
        current = self._current.get(key)
        if current is None or current.variable is None:
            return ""
        found = self._namespace.variables.get(current.variable, _UNBOUND)
        if found is current.held:
            return ""
        if found is _UNBOUND:
            return "deleted" if current.up else ""
        return "rebound"

    def _put_back(self, key: AssetKey, current: Current, culprit: str) -> bool:
        changed = current.value
        if not culprit:
            named = {current.variable or key, *self._derived(key)}
            culprit = self._suspects.since(current.verified, named)
        try:
            value = self._store.load(current.record)
        except AssetValueMissing:
            value = changed
        look = self._look_at(value) if value is not changed else None
        if look is None or look.print != current.print:
            current.lost = True
            self._on_lost(key)
            self._notify(f"{culprit} changed {key} in place, and it cannot be put back: it is stale now")
            return False
        self._bind_instead(current, changed, value)
        current.held = value
        current.verified = self._suspects.moment
        self._watch(key, current)
        self._notify(f"{culprit} changed {key} in place; it was put back. Change a copy, or make a new asset")
        self._verify_others(key, culprit)
        return True

    def _bind_instead(self, current: Current, changed: Any, value: Any) -> None:
        """Bind ``value`` to all variables that hold what was changed, but for those that were worked on by name."""
        variables, named = self._namespace.variables, self._suspects.named_since(current.verified)
        for name in [name for name, held in variables.items() if held is changed and name[:1] != "_"]:
            if name == current.variable or name not in named:
                variables[name] = value

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
        look = self._look_at(value)
        return look.print if look is not None else None

    def _look_at(self, value: Any) -> Look | None:
        """What the value itself is like; the notebook variables that code in it looks up are no part of it."""
        return self._namespace.reader().look_at(value)
