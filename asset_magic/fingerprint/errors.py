"""What cannot be done with a value, said in a few words."""

from __future__ import annotations


class Unfingerprintable(TypeError):
    """The value has no stable content; the message says why, as in "a lock has no stable content"."""


class Uncopyable(TypeError):
    """The value cannot be copied; the message says which type stands in the way."""


def type_name(kind: type) -> str:
    """How a type is named to people: without its module where that is builtin or the notebook's own."""
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return f"{kind.__module__.partition('.')[0].lstrip('_')}.{kind.__qualname__}"
