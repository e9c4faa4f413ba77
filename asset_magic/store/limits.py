"""How much a store keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many values are kept; the history of all of them stays.

    Attributes:
        count: values of one asset of one notebook.
        size: bytes of all values together; the newest value of each asset stays, however large.
    """

    count: int = 5
    size: int = 10 * 2**30
