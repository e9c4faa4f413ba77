"""Registering what the running cell defines, as its own."""

from __future__ import annotations

from collections.abc import Iterable

from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition, Computation
from asset_magic.model.errors import AssetMagicError
from asset_magic.model.keys import AssetKey
from asset_magic.model.specs import AssetSpec
from asset_magic.session.cells import Made
from asset_magic.session.session import Session

_ID = 12  # characters of a cell's id that are shown


def add_assets(session: Session, definition: AssetsDefinition) -> None:
    """Register assets as those of the running cell, and say so where another cell had them.

    Raises:
        CycleError, DefinitionError: they cannot be part of the graph, which stays as it was.
    """
    before = {key: session.graph.definitions.get(key) for key in definition.keys}
    _declare_specs(session, definition)
    leaving = _leaving(session, definition)
    if leaving:
        _define_instead(session, definition, leaving)
    else:
        session.define(definition)
    for key, old in before.items():
        session.cells.add(key)
        _say_if_taken(session, key, str(key), old.code if old is not None else None)


def _leaving(session: Session, definition: AssetsDefinition) -> list[AssetKey]:
    """What an earlier run of the same cell bound to the same variable under another key."""
    here = session.cells.ref
    made = session.cells.made_by(here.id) if here is not None else ()
    others = [key for key in made if key not in definition.keys]
    names = {spec.variable for spec in definition.specs} if others else ()
    return [
        key
        for key in others
        if isinstance(key, AssetKey) and key in session.graph and session.graph.spec(key).variable in names
    ]


def _define_instead(session: Session, definition: AssetsDefinition, leaving: Iterable[AssetKey]) -> None:
    """Define in the place of ``leaving``, which come back if the definition is refused."""
    before = [(key, session.graph.definitions[key], session.values.get(key)) for key in leaving]
    session.retire(*leaving)
    try:
        session.define(definition)
    except AssetMagicError:
        for key, old, current in before:
            session.define(old)
            session.cells.add(key)
            if current is not None:
                session.values.restore(key, current)
                session.changed(key)
        raise


def _declare_specs(session: Session, definition: AssetsDefinition) -> None:
    """Declare the external assets among the dependencies that a variable of the notebook holds the spec of."""
    for deps in definition.stated.values():
        for key in deps:
            spec = session.namespace.variables.get(key.name) if key not in session.graph else None
            if isinstance(spec, AssetSpec) and spec.key == key:
                session.define(AssetsDefinition((spec,), None, external=True))


def add_checks(session: Session, definition: AssetChecksDefinition) -> None:
    """Register checks as those of the running cell, and say so where another cell had them.

    Raises:
        UnknownAssetError: there is no such asset to check.
    """
    known = {spec.key: session.graph.checks.get(spec.asset_key, {}).get(spec.name) for spec in definition.specs}
    session.add_checks(definition)
    for key, old in known.items():
        session.cells.add(key)
        _say_if_taken(session, key, f"the check {key.name} of {key.asset_key}", old.code if old is not None else None)


def _say_if_taken(session: Session, made: Made, name: str, old: Computation | None) -> None:
    here, owner = session.cells.ref, session.cells.owner(made)
    if here is not None and here.id is not None and owner not in (None, here.id):
        where = old.cell if old is not None and old.cell else "another cell"
        before, now = _shown(owner or ""), _shown(here.id)
        session.notify(f"{name} was defined by {where} (cell {before}); from now on it is by {here} (cell {now})")


def _shown(cell: str) -> str:
    """The id of a cell, which some front ends make long and others an address."""
    return cell if len(cell) <= _ID else f"{cell[:_ID]}…"
