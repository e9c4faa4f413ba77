"""Waiting for what a page comes to, and never for a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Seen = TypeVar("Seen")
PATIENCE = 20.0  # seconds until what should come counts as not coming
_LOOK_AGAIN = 0.05


def eventually(look: Callable[[], Seen], is_right: Callable[[Seen], bool], patience: float = PATIENCE) -> Seen:
    """Look until what is seen is right, and give it.

    Raises:
        AssertionError: it did not become right in time; says what was seen last.
    """
    deadline = time.monotonic() + patience
    while not is_right(seen := look()):
        assert time.monotonic() < deadline, f"after {patience:g} s, this is what there is: {seen!r}"
        time.sleep(_LOOK_AGAIN)
    return seen


def becomes(look: Callable[[], Seen], expected: Seen, patience: float = PATIENCE) -> None:
    """Look until what is seen equals what is expected.

    Raises:
        AssertionError: it did not in time; says what was seen last.
    """
    eventually(look, lambda seen: seen == expected, patience)
