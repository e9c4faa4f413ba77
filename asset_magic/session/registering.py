"""Registering what the running cell defines, as its own."""

from __future__ import annotations

from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition, Computation
from asset_magic.model.specs import AssetSpec
from asset_magic.session.cells import Made
from asset_magic.session.session import Session


def add_assets(session: Session, definition: AssetsDefinition) -> None:
    """Register assets as those of the running cell, and say so where another cell had them.

    Raises:
        CycleError, DefinitionError: they cannot be part of the graph, which stays as it was.
    """
    before = {key: session.graph.definitions.get(key) for key in definition.keys}
    _declare_specs(session, definition)
    session.define(definition)
    for key, old in before.items():
        session.cells.add(key)
        _say_if_taken(session, key, str(key), old.code if old is not None else None)


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
        session.notify(f"{name} was defined by {where} (cell {owner}); from now on it is by {here} (cell {here.id})")
