"""What becomes of a definition when its cell runs: in a notebook it is registered at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition, Computation
from asset_magic.model.errors import AssetMagicError
from asset_magic.session.cells import Made
from asset_magic.session.live import notebook_runner
from asset_magic.session.session import Session


def register_function(definition: AssetsDefinition) -> None:
    """Register assets that were made of a function of the notebook."""
    session = _notebook_of(definition.code)
    if session is not None:
        _register(session, lambda: session.define(definition), definition.keys)


def register_external(definition: AssetsDefinition) -> None:
    """Register assets that are made elsewhere, if a cell of a notebook declares them."""
    runner = notebook_runner()
    if runner is not None and runner.session.cells.current is not None:
        _register(runner.session, lambda: runner.session.define(definition), definition.keys)


def register_checks(definition: AssetChecksDefinition) -> None:
    """Register checks that were made of a function of the notebook."""
    session = _notebook_of(definition.code)
    if session is not None:
        _register(session, lambda: session.add_checks(definition), definition.check_keys)


def _notebook_of(code: Computation | None) -> Session | None:
    """The session of the notebook that the code was written in."""
    runner = notebook_runner()
    here = runner is not None and code is not None and code.namespace is runner.session.namespace.variables
    return runner.session if here and runner is not None else None


def _register(session: Session, register: Callable[[], None], made: Iterable[Made]) -> None:
    with session.lock:
        try:
            register()
        except AssetMagicError:
            session.cells.refuse()
            raise
        for one in made:
            session.cells.add(one)
