"""``asset-magic gc`` and ``asset-magic trust``: looking after a store without a notebook."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asset_magic.page.housekeeping import cleared_text, trusted_text
from asset_magic.session.stores import open_store
from asset_magic.store.errors import StoreError
from asset_magic.store.place import store_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asset_magic.store.protocol import Store


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
    with _opened(store) as opened:
        print(cleared_text(opened.clear(keep, dry=dry), dry=dry))


def trust(store: str | None) -> None:
    """Trust all that others have put into a store, though loading it can run code, and print what that is.

    Args:
        store: its folder; by default that of the notebooks in the working folder.

    Raises:
        UnusableStoreError: there is no store, or it cannot be used.
    """
    with _opened(store) as opened:
        print(trusted_text(opened.trust()))


@contextmanager
def _opened(store: str | None) -> Iterator[Store]:
    try:
        folder = Path(store).expanduser().absolute() if store else store_folder("", os.environ, Path.cwd())
        if folder is None:
            raise StoreError("results are kept in memory here: say which store is meant, by --store")
        opened = open_store(folder, say=lambda text: print(f"asset-magic: {text}", file=sys.stderr))
        try:
            yield opened
        finally:
            opened.close()
    except StoreError as error:
        raise UnusableStoreError(str(error)) from error
