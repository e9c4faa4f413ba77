"""Which code ran when, so that whatever is found changed can be laid at somebody's door."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

_REMEMBERED = 200  # pieces of code
_NAMED = 3  # of those, so many are named at most


@dataclass(slots=True)
class _Ran:
    until: int
    who: str
    names: frozenset[str]


class Suspects:
    """Code that ran, in order.

    Attributes:
        moment: goes up whenever code may have run that has the notebook's objects in hand. What was looked at in this
            moment is still as it was.
    """

    def __init__(self) -> None:
        self.moment = 0
        self._ran: deque[_Ran] = deque(maxlen=_REMEMBERED)

    def pass_time(self) -> None:
        """Tell that something may have run unseen: a callback, a task of the event loop, a thread."""
        self.moment += 1

    def ran(self, who: str, names: Collection[str] = ()) -> None:
        """Tell that code ran up to now.

        Args:
            who: it, in words: ``"In[3]"``.
            names: the variables of the notebook that it named.
        """
        self.moment += 1
        if self._ran and self._ran[-1].who == who:
            last = self._ran[-1]
            last.until, last.names = self.moment, last.names.union(names)
        else:
            self._ran.append(_Ran(self.moment, who, frozenset(names)))

    def since(self, moment: int, names: Collection[str] = ()) -> str:
        """Who ran since ``moment``; only those that named one of ``names``, if anybody did."""
        ran = [one for one in self._ran if one.until > moment]
        ran = [one for one in ran if not one.names.isdisjoint(names)] or ran
        who = list(dict.fromkeys(one.who for one in ran))
        if len(who) > _NAMED:
            return f"something between {who[0]} and {who[-1]}"
        return " or ".join(who) or "something outside the cells"

    def named_since(self, moment: int) -> frozenset[str]:
        """The variables that were named since ``moment``."""
        return frozenset().union(*(one.names for one in self._ran if one.until > moment))
