"""Trying again: when code that failed is run once more, and after how long."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from asset_magic.model.errors import DefinitionError
from asset_magic.model.facts import metadata_of

_chance = random.Random()  # not the one that notebooks seed


class Backoff(Enum):
    """How the delay grows from one retry to the next."""

    LINEAR = "LINEAR"
    EXPONENTIAL = "EXPONENTIAL"


class Jitter(Enum):
    """How the delay is spread, so that many who wait do not come back at once.

    ``FULL`` is anywhere between nothing and the delay, ``PLUS_MINUS`` up to one whole delay shorter or longer.
    """

    FULL = "FULL"
    PLUS_MINUS = "PLUS_MINUS"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often code that failed is tried again.

    Attributes:
        max_retries: how often, after the first time.
        delay: seconds to wait before a retry; None for none.
        backoff: how the delay grows; it stays the same if None.
        jitter: how the delay is spread; not at all if None.

    Raises:
        DefinitionError: a number is below zero, backoff or jitter is none, or stands without a delay.

    >>> policy = RetryPolicy(max_retries=3, delay=0.5, backoff=Backoff.EXPONENTIAL)
    >>> [policy.calculate_delay(attempt) for attempt in (1, 2, 3)]
    [0.5, 1.5, 3.5]
    """

    max_retries: int = 1
    delay: float | None = None
    backoff: Backoff | None = None
    jitter: Jitter | None = None

    def __post_init__(self) -> None:
        if isinstance(self.max_retries, bool) or not isinstance(self.max_retries, int) or self.max_retries < 0:
            raise DefinitionError(f"max_retries is a whole number from 0 on, not {self.max_retries!r}")
        if self.delay is not None and (not isinstance(self.delay, (int, float)) or not self.delay >= 0):
            raise DefinitionError(f"delay is a number of seconds from 0 on, not {self.delay!r}")
        for name, kind in (("backoff", Backoff), ("jitter", Jitter)):
            given = getattr(self, name)
            if given is not None and not isinstance(given, kind):
                choices = " or ".join(str(choice) for choice in kind)
                raise DefinitionError(f"{name} is {choices}, not {given!r}")
        if self.delay is None and (self.backoff or self.jitter):
            raise DefinitionError("backoff and jitter change the delay between retries: give a delay too, in seconds")

    def calculate_delay(self, attempt_num: int) -> float:
        """Seconds to wait before retry number ``attempt_num``, counted from 1."""
        delay = self.delay or 0.0
        if self.backoff is Backoff.LINEAR:
            delay *= attempt_num
        elif self.backoff is Backoff.EXPONENTIAL:
            delay *= 2**attempt_num - 1
        if self.jitter is Jitter.FULL:
            return _chance.random() * delay
        if self.jitter is Jitter.PLUS_MINUS:
            return max(0.0, delay + (2 * _chance.random() - 1) * (self.delay or 0.0))
        return delay


class RetryRequested(Exception):
    """Raised by an asset's code to be run again.

    Args:
        max_retries: how often, after the first time.
        seconds_to_wait: before the next time.
    """

    def __init__(self, max_retries: int | None = 1, seconds_to_wait: float | None = None) -> None:
        super().__init__("the code asked to be run again")
        self.max_retries = 1 if max_retries is None else max_retries
        self.seconds_to_wait = seconds_to_wait


class Failure(Exception):
    """Raised by an asset's code to say that it failed, and with what facts.

    Attributes:
        description: what failed, in words.
        metadata: the facts.
        allow_retries: whether a retry policy counts; False if trying again cannot help.
    """

    def __init__(
        self,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        allow_retries: bool | None = None,
    ) -> None:
        super().__init__(description or "")
        self.description = description
        self.metadata = metadata_of(metadata)
        self.allow_retries = True if allow_retries is None else allow_retries
