"""Asset keys: how an asset is named, in code, in selections and on disk."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from typing import TypeAlias

from asset_magic.model.errors import DefinitionError

CoercibleToAssetKey: TypeAlias = "AssetKey | str | Iterable[str]"


class AssetKey(str):
    """The name of an asset: identifiers joined by ``/``, as in ``analytics/orders``.

    A key is a string, so it can be looked up, sorted and printed as one. The last part is the
    variable under which a notebook sees the value.

    Args:
        path: the key as text (``"analytics/orders"``) or as its parts (``["analytics", "orders"]``).

    Raises:
        DefinitionError: a part is no Python identifier, or is a keyword.

    >>> AssetKey(["analytics", "orders"])
    AssetKey(['analytics', 'orders'])
    >>> AssetKey("analytics/orders").name
    'orders'
    >>> AssetKey("orders").with_prefix("analytics") == "analytics/orders"
    True
    """

    __slots__ = ()

    def __new__(cls, path: CoercibleToAssetKey) -> AssetKey:
        if isinstance(path, AssetKey):
            return path
        parts = path.split("/") if isinstance(path, str) else list(path)
        if not parts:
            raise DefinitionError("an asset needs a name")
        for part in parts:
            if not isinstance(part, str) or not part.isidentifier() or keyword.iskeyword(part):
                raise DefinitionError(
                    f"{part!r} cannot name an asset: use letters, digits and _, and no keyword"
                    + (f" (in {'/'.join(map(str, parts))!r})" if len(parts) > 1 else "")
                )
        return super().__new__(cls, "/".join(parts))

    @property
    def path(self) -> list[str]:
        """The parts of the key, outermost first."""
        return self.split("/")

    @property
    def name(self) -> str:
        """The last part: the variable that holds the value in a notebook."""
        return str(self).rpartition("/")[2]

    def with_prefix(self, prefix: CoercibleToAssetKey) -> AssetKey:
        """This key inside the namespace ``prefix``."""
        return AssetKey(f"{AssetKey(prefix)}/{self}")

    def to_user_string(self) -> str:
        """The key as text, as Dagster names it."""
        return str(self)

    def __repr__(self) -> str:
        return f"AssetKey({self.path!r})"
