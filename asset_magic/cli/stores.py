"""``asset-magic gc``: what a store holds for nothing is cleared away."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asset_magic.page.clearing import cleared_text
from asset_magic.store.errors import StoreError
from asset_magic.store.files import ValueFiles
from asset_magic.store.log import EventLog
from asset_magic.store.place import on_network, reason, store_folder
from asset_magic.store.retention import clear

if TYPE_CHECKING:
    from collections.abc import Iterator


class UnusableStoreError(Exception):
    """There is no store, or it cannot be used; the message says why."""


def gc(store: str | None, *, keep: int, dry: bool) -> None:
    """Clear old values, and files that nothing refers to, away from a store, and print what that freed.

    Args:
        store: its folder; by default that of the notebooks in the working folder.
        keep: how many values of each asset stay.
        dry: change nothing.

    Raises:
        UnusableStoreError: there is no store, or it cannot be used.
    """
    with _opened(store) as (log, files):
        print(cleared_text(clear(log, files, keep=keep, dry=dry), dry=dry))


@contextmanager
def _opened(store: str | None) -> Iterator[tuple[EventLog, ValueFiles]]:
    import sqlite3

    folder = _folder(store)
    log = EventLog(folder, wal=not on_network(folder))
    if not log.exists():
        raise UnusableStoreError(f"there is no store at {folder}")
    try:
        yield log, ValueFiles(folder)
    except StoreError as error:
        raise UnusableStoreError(f"the store at {folder} cannot be used: {error}") from error
    except (sqlite3.Error, OSError) as error:
        raise UnusableStoreError(f"the store at {folder} cannot be used: {reason(error)}") from error
    finally:
        log.close()


def _folder(store: str | None) -> Path:
    if store is not None:
        return Path(store).expanduser().absolute()
    try:
        folder = store_folder("", os.environ, Path.cwd())
    except StoreError as error:
        raise UnusableStoreError(str(error)) from error
    if folder is None:
        raise UnusableStoreError("values are kept in memory here: say which store is meant, by --store")
    return folder
