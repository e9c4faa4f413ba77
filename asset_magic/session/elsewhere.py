"""What other notebooks made in the same store: external assets here, which follow what becomes of them there."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import TYPE_CHECKING

from asset_magic.model.definitions import AssetsDefinition
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import Materialization
from asset_magic.model.specs import AssetSpec
from asset_magic.store.protocol import Standing

if TYPE_CHECKING:
    from asset_magic.session.session import Session


class Elsewhere:
    """The assets of other notebooks that this one depends on, and those that both of them define.

    Args:
        session: the session.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._external: set[AssetKey] = set()
        self._mine: set[AssetKey] = set()
        self._told: set[tuple[AssetKey, frozenset[str]]] = set()

    def defined(self, definition: AssetsDefinition) -> None:
        """Look in the store for what a new definition depends on, or what it stands for itself."""
        session = self._session
        for key in definition.keys:
            if definition.code is None and definition.path is None:
                self._follow(key)
            else:
                self._external.discard(key)
                self._mine.add(key)
                self._tell_of_both(key, definition.code_version(key))
        for key in definition.keys:
            for up in session.graph.upstream(key):
                if up not in session.graph:
                    self._declare(up)

    def moved(self) -> bool:
        """Look again if another kernel has written into the store; whether it has."""
        moved = self._session.store.moved()
        if moved:
            self.look()
        return moved

    def look(self) -> None:
        """Look again, since another kernel has written into the store."""
        session = self._session
        for key in [key for key in self._external if key in session.graph]:
            self._follow(key)
        for key in session.graph.undefined():
            self._declare(key)
        for key in [key for key in self._mine if key in session.graph]:
            self._tell_of_both(key, session.graph.definitions[key].code_version(key))

    def origin(self, key: AssetKey) -> str:
        """The notebook that made ``key``, or ""."""
        standings = self._standings(key) if key in self._external else ()
        return standings[-1].notebook if standings else ""

    def mend(self, key: AssetKey) -> str:
        """How a value of another notebook that cannot be read comes about again, in words."""
        maker = self.origin(key)
        return f" (run it again in {maker})" if maker else ""

    def newest(self, key: AssetKey) -> Materialization | None:
        """Where ``key`` stands for whoever made it last; None if nobody did."""
        store = self._session.store
        standings = self._standings(key) or store.standings(key)
        return store.stands_at(key, standings[-1]) if standings else next(iter(store.history(key, 1)), None)

    def knows(self, name: str) -> str:
        """What to do to use the stored asset called ``name``, in words; "" if there is none."""
        if not name.isidentifier() or keyword.iskeyword(name):
            return ""
        key, store = AssetKey(name), self._session.store
        makers = {one.notebook for one in store.standings(key)}
        if store.notebook in makers - {""} and key not in self._mine:
            return f"{name} is not defined yet: it was an asset of this notebook, so run its cell first"
        standings = self._standings(key)
        if not standings:
            return ""
        return f"{name} is an asset of {standings[-1].notebook or 'another notebook'}: name it in deps={name}"

    def _standings(self, key: AssetKey) -> Sequence[Standing]:
        """Where ``key`` stands for other notebooks, the newest last."""
        store = self._session.store
        found = store.standings(key)
        if store.notebook or key in self._mine:
            found = [one for one in found if one.beneath or one.notebook != store.notebook]
        return [one for one in found if not one.gone] or found

    def _declare(self, key: AssetKey) -> None:
        """Make an asset of another notebook an external one here."""
        if not self._standings(key):
            return
        try:
            self._session.define(AssetsDefinition((AssetSpec(key),), None, external=True))
        except DefinitionError as error:
            self._session.notify(f"{key} of another notebook cannot be used here: {error}")

    def _follow(self, key: AssetKey) -> None:
        """Let an external asset stand where the newest notebook that makes it left it."""
        session, standings = self._session, self._standings(key)
        if not standings:
            return
        self._external.add(key)
        current = session.values.get(key)
        known = current.record.data_version if current is not None and not current.unreadable else None
        if known == standings[-1].data_version:
            return
        newest = session.store.stands_at(key, standings[-1])
        if newest is None or (current is not None and current.record.identity == newest.identity):
            return
        session.values.shelve(newest, session.graph.spec(key).variable if current is not None else None)
        session.changed(key)
        makers = sorted({one.notebook for one in standings if one.notebook and not one.beneath})
        if len(makers) > 1 and (key, frozenset(makers)) not in self._told:
            self._told.add((key, frozenset(makers)))
            session.notify(
                f"{key} is made by {' and by '.join(makers)}: the newest counts, of {standings[-1].notebook}"
            )

    def _tell_of_both(self, key: AssetKey, code_version: str) -> None:
        """Tell, once, that another notebook makes an asset of the same name, unless it makes the very same one."""
        current, named = self._session.values.get(key), self._session.store.notebook != ""
        made = current is not None and current.record.code_version == code_version
        mine = current.record.data_version if current is not None and made else ""
        others = frozenset(
            one.notebook
            for one in self._standings(key)
            if named and one.notebook and not (one.beneath or one.gone)
            if one.code_version != code_version or one.data_version != (mine or one.data_version)
        )
        if others and (key, others) not in self._told:
            self._told.add((key, others))
            self._session.notify(
                f"{key} is made by {' and by '.join(sorted(others))}, too: each notebook keeps its own, and others "
                "that depend on it get the newest. Two names keep them apart"
            )
