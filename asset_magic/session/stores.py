"""Which store a session writes to, and which it only reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from asset_magic.fingerprint import Unfingerprintable
from asset_magic.run.versions import version_of
from asset_magic.store.errors import StoreError
from asset_magic.store.memory import MemoryStore
from asset_magic.store.postponed import Postponed
from asset_magic.store.protocol import Store

if TYPE_CHECKING:
    from asset_magic.store.limits import Limits


def open_store(
    folder: Path | None,
    *,
    say: Callable[[str], None],
    notebook: str = "",
    limits: Limits | None = None,
    beneath: Path | None = None,
) -> Store:
    """The store in ``folder``; nothing is written before something is kept.

    Args:
        folder: None for one in memory.
        say: tells the reader a sentence.
        notebook: the notebook that writes, as a path.
        limits: how much is kept.
        beneath: the folder of another store, which is only read: what the first one lacks is looked for there.

    Raises:
        StoreError: there is no store beneath, or it is the same one.
    """
    if beneath is None:
        if folder is None:
            return MemoryStore(limits.count) if limits is not None else MemoryStore()
        return cast(Store, Postponed(lambda: _durable(folder, say, notebook, limits)))
    if beneath == folder:
        raise StoreError(f"{beneath} cannot lie beneath itself")
    if not beneath.is_dir():
        raise StoreError(f"there is no store at {beneath} that could lie beneath")
    from asset_magic.store.durable import DurableStore
    from asset_magic.store.layered import LayeredStore

    upper = MemoryStore() if folder is None else _durable(folder, say, notebook, limits)
    return LayeredStore(upper, DurableStore(beneath, same=same, say=say, readonly=True))


def _durable(folder: Path, say: Callable[[str], None], notebook: str, limits: Limits | None) -> Store:
    from asset_magic.store.durable import DurableStore  # not needed in memory

    return DurableStore(folder, same=same, say=say, notebook=_named(notebook, folder), limits=limits)


def same(value: Any, trial: Any) -> bool:
    """Whether ``trial`` is what ``value`` is; what has no fingerprint is taken at its word.

    >>> same([1, 2], [1, 2]), same([1, 2], (1, 2))
    (True, False)
    """
    try:
        version = version_of(value)
    except Unfingerprintable:
        return type(value) is type(trial)
    try:
        return version_of(trial) == version
    except Unfingerprintable:
        return False


def _named(notebook: str, folder: Path) -> str:
    """A notebook as a path from the folder around the store, so that both may move."""
    if not notebook:
        return ""
    try:
        return Path(os.path.relpath(notebook, folder.parent)).as_posix()
    except ValueError:  # another drive
        return Path(notebook).as_posix()
