"""What becomes of a definition when its cell runs: in a notebook it is registered at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition, Computation
from asset_magic.model.errors import AssetMagicError
from asset_magic.model.specs import AssetSpec
from asset_magic.session.live import notebook_runner
from asset_magic.session.registering import add_assets, add_checks
from asset_magic.session.session import Session


def register_function(definition: AssetsDefinition, deps: Iterable[Any] | None = None) -> None:
    """Register assets that were made of a function of the notebook.

    Args:
        definition: the assets.
        deps: what they depend on, as the user said it: a spec among it declares an external asset.
    """
    session = _notebook_of(definition.code)
    if session is None:
        return
    for dep in deps or ():
        if isinstance(dep, AssetSpec) and _declares(session, dep):
            register_external(AssetsDefinition((dep,), None, external=True))
    _register(session, lambda: add_assets(session, definition))


def register_external(definition: AssetsDefinition) -> None:
    """Register assets that are made elsewhere, if a cell of a notebook declares them."""
    runner = notebook_runner()
    if runner is not None and runner.session.cells.current is not None:
        _register(runner.session, lambda: add_assets(runner.session, definition))


def register_checks(definition: AssetChecksDefinition) -> None:
    """Register checks that were made of a function of the notebook."""
    session = _notebook_of(definition.code)
    if session is not None:
        _register(session, lambda: add_checks(session, definition))


def _declares(session: Session, spec: AssetSpec) -> bool:
    """Whether a dependency on ``spec`` says what there is to say of that key: nothing, or this cell, has said it."""
    known = session.graph.definitions.get(spec.key)
    if known is None:
        return True
    ref = session.cells.ref
    here = ref is not None and spec.key in session.cells.made_by(ref.id)
    return here and known.external and known.code is None


def _notebook_of(code: Computation | None) -> Session | None:
    """The session of the notebook that the code was written in."""
    runner = notebook_runner()
    here = runner is not None and code is not None and code.namespace is runner.session.namespace.variables
    return runner.session if here and runner is not None else None


def _register(session: Session, register: Callable[[], None]) -> None:
    with session.lock:
        try:
            register()
        except AssetMagicError:
            session.cells.refuse()
            raise
