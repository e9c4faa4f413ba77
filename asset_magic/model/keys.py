"""Asset keys: how an asset is named, in code, in selections and on disk."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from asset_magic.model.errors import DefinitionError, shortened

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
        if not isinstance(path, Iterable):
            raise DefinitionError(f"{path!r} cannot name an asset: give a text, or a list of its parts")
        parts = path.split("/") if isinstance(path, str) else list(path)
        if not parts:
            raise DefinitionError("an asset needs a name")
        for part in parts:
            if not isinstance(part, str) or not part.isidentifier() or keyword.iskeyword(part):
                where = f" (in {shortened('/'.join(map(str, parts)))!r})" if len(parts) > 1 else ""
                raise DefinitionError(f"{shortened(str(part))!r} cannot name an asset: {_how_to_name(part)}{where}")
        return super().__new__(cls, "/".join(parts))

    @classmethod
    def from_user_string(cls, asset_key_string: str) -> AssetKey:
        """The key that `to_user_string` has written."""
        return cls(asset_key_string)

    @classmethod
    def from_coercible(cls, arg: CoercibleToAssetKey) -> AssetKey:
        """The key that a text, a list of parts or a key stands for."""
        return cls(arg)

    @property
    def path(self) -> list[str]:
        """The parts of the key, outermost first."""
        return self.split("/")

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the key, outermost first."""
        return tuple(self.split("/"))

    @property
    def name(self) -> str:
        """The last part: the variable that holds the value in a notebook."""
        return str(self).rpartition("/")[2]

    def with_prefix(self, prefix: CoercibleToAssetKey) -> AssetKey:
        """This key inside the namespace ``prefix``."""
        return AssetKey(f"{AssetKey(prefix)}/{self}")

    def has_prefix(self, prefix: Sequence[str]) -> bool:
        """Whether the key begins with these parts.

        >>> AssetKey("shop/orders").has_prefix(["shop"]), AssetKey("shopping").has_prefix(["shop"])
        (True, False)
        """
        return self.parts[: len(prefix)] == tuple(prefix)

    def to_user_string(self) -> str:
        """The key as text, as Dagster names it."""
        return str(self)

    def to_python_identifier(self, suffix: str | None = None) -> str:
        """The key as a name for Python, which has no ``/``.

        >>> AssetKey("shop/orders").to_python_identifier("check")
        'shop__orders__check'
        """
        return "__".join((*self.parts, suffix) if suffix else self.parts)

    def __repr__(self) -> str:
        return f"AssetKey({self.path!r})"


def _how_to_name(part: object) -> str:
    text = str(part)
    if text[:1].isdigit():
        return "a name does not begin with a digit"
    if text.endswith(","):
        return "write names with a space between them, and no comma"
    return "it is a word of Python's own" if keyword.iskeyword(text) else "use letters, digits and _"
