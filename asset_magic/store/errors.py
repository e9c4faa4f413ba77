"""What can be wrong with a store; the messages are for the reader of a notebook."""

from __future__ import annotations

from asset_magic.model.errors import AssetMagicError, ValueUnreadable


class StoreError(AssetMagicError):
    """The store cannot be used, or not as it was asked to."""


class NewerStore(StoreError):
    """A newer version of asset_magic has written the store."""

    def __init__(self, version: int) -> None:
        super().__init__(f"a newer version of asset_magic wrote it (format {version}): update asset_magic to use it")


class ValueUntrusted(ValueUnreadable):
    """A stored value could run code when it is loaded, and this user has not signed it."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the stored value of {key} is not loaded, since you have not signed it and loading it can run code: "
            "%assets --trust, if you trust whoever made it"
        )
