"""What can be wrong with a store; the messages are for the reader of a notebook."""

from __future__ import annotations

from asset_magic.model.errors import AssetMagicError


class StoreError(AssetMagicError):
    """The store cannot be used, or not as it was asked to."""


class NewerStore(StoreError):
    """A newer version of asset_magic has written the store."""

    def __init__(self, version: int) -> None:
        super().__init__(f"a newer version of asset_magic wrote it (format {version}): update asset_magic to use it")
