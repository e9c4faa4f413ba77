"""The errors that users meet. Each message says what is wrong, where, and what to do."""

from __future__ import annotations


def shortened(text: str, most: int = 40) -> str:
    """``text`` as a message can quote it, of ``most`` characters at most."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


class Hint(str):
    """What a note on an error of the reader's code says to do; it is repeated wherever the error is told."""

    __slots__ = ()


def with_article(noun: str) -> str:
    """``noun`` with "a" or "an" before it.

    >>> with_article("int"), with_article("str")
    ('an int', 'a str')
    """
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


class AssetMagicError(Exception):
    """The base of every error that asset_magic raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message says all, and the frames of the engine say nothing."""
        return [f"{type(self).__name__}: {self}"]


class ArgumentError(AssetMagicError):
    """A magic was given an argument that it does not know or cannot use."""


class DefinitionError(AssetMagicError):
    """A cell or function cannot become an asset; the graph stays as it was."""


class CycleError(DefinitionError):
    """Assets would depend on each other in a circle.

    Attributes:
        path: the keys along the circle; the first and the last are equal.
    """

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path
        shown = path if len(path) <= 12 else (*path[:6], f"… {len(path) - 11} more …", *path[-5:])
        super().__init__(f"this would make a cycle: {' -> '.join(shown)}")


class SelectionError(AssetMagicError):
    """A selection cannot be read, or matches nothing."""


class UnknownAssetError(AssetMagicError, KeyError):
    """No asset of that name is known here."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else "unknown asset"


class AssetValueMissing(AssetMagicError):
    """The asset has no value yet, or its value is gone."""


class ValueUnreadable(AssetValueMissing):
    """The stored value is gone, damaged, or in a form that cannot be read here; it counts as missing."""


class ValueUnusable(AssetMagicError):
    """A body gave something that cannot be an asset's value or a check's result."""


class UpstreamError(AssetMagicError):
    """An asset could not run, because something that it needs is missing or failed."""


class BlockingCheckFailed(AssetMagicError):
    """A blocking asset check did not pass."""


class MaterializationError(AssetMagicError):
    """A run ended with failed or skipped assets, or with a failed blocking check."""


class Unstorable(AssetMagicError):
    """A value that no format can write; the message says why, as in "a lock cannot be stored: cannot pickle it"."""
