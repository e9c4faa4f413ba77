"""Where a notebook's results are kept: what the reader has set, and what the front end says of the notebook."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets import TraitError

from asset_magic.model.errors import ArgumentError
from asset_magic.session.stores import open_store
from asset_magic.store.errors import StoreError
from asset_magic.store.place import store_folder

if TYPE_CHECKING:
    from asset_magic.notebook.arguments import Parsed
    from asset_magic.notebook.config import AssetMagic
    from asset_magic.notebook.shell import Shell
    from asset_magic.session.session import Session
    from asset_magic.store.protocol import Store

PLACES = ["store", "store_beneath"]
LIMITS = ["keep", "keep_bytes"]


def notebook_name(shell: Shell) -> str:
    """The path of the notebook that the shell belongs to, as Jupyter or VS Code says it; "" if nobody does."""
    said = shell.variables.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    return os.path.abspath(said) if isinstance(said, str) and said.endswith(".ipynb") else ""


def store_for(config: AssetMagic, notebook: str, say: Callable[[str], None]) -> Store:
    """The store that is set, or that is usual; if there can be none, one in memory, and the reader is told."""
    try:
        store = _opened(config, notebook, say, layered=False)
    except StoreError as error:
        say(f"results are kept in memory only: {error}")
        return open_store(None, say=say)
    try:
        return _opened(config, notebook, say) if config.store_beneath else store
    except StoreError as error:
        say(f"nothing is taken from another store: {error}")
        return store


def refuse_to_move(session: Session) -> None:
    """See that results may be kept somewhere else.

    Raises:
        TraitError: there are some already.
    """
    if any(session.values.get(key) is not None for key in session.graph.definitions):
        raise TraitError(
            "where results are kept has to be set before the first asset: after a restart, or %reload_ext asset_magic"
        )


def change_limits(session: Session, config: AssetMagic) -> None:
    """Keep another number of values from now on, as ``%config`` says."""
    from asset_magic.store.limits import Limits

    session.store.limit(Limits(config.keep, config.keep_bytes))


def change_store(session: Session, config: AssetMagic, notebook: str) -> None:
    """Keep results somewhere else from now on, as ``%config`` says.

    Raises:
        TraitError: there can be no store.
    """
    try:
        session.keep_in(_opened(config, notebook, session.notify))
    except StoreError as error:
        raise TraitError(str(error)) from error


def keep_house(session: Session, asked: Parsed) -> str:
    """Do what ``%assets --gc`` or ``%assets --trust`` asks for, and tell what came of it.

    Raises:
        ArgumentError: more than one thing is asked for, or none.
        StoreError: there is no store, or it cannot be used.
    """
    from asset_magic.page.housekeeping import cleared_text, trusted_text  # not needed before somebody asks

    dry = asked.options.get("dry_run", False)
    doing = [name for name in ("gc", "trust") if asked.options.get(name)]
    if len(doing) != 1 or asked.selection or (dry and doing != ["gc"]):
        raise ArgumentError("%assets --gc, %assets --gc --dry-run and %assets --trust are for the whole store")
    with session.lock:
        if doing == ["trust"]:
            trusted = session.store.trust()
            session.look_in_store_again()
            return trusted_text(trusted)
        return cleared_text(session.store.clear(dry=dry), dry=dry)


def _opened(config: AssetMagic, notebook: str, say: Callable[[str], None], *, layered: bool = True) -> Store:
    from asset_magic.store.limits import Limits

    here = Path.cwd()
    folder = store_folder(config.store, os.environ, here)
    beneath = store_folder(config.store_beneath, {}, here) if config.store_beneath and layered else None
    return open_store(
        folder, say=say, notebook=notebook, limits=Limits(config.keep, config.keep_bytes), beneath=beneath
    )
