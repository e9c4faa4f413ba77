"""Why an asset of the session is not fresh, in words for its reader."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from asset_magic.graph.causes import StaleCause, differences
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetStatus
from asset_magic.run.report import one_line
from asset_magic.session.views import CauseView

if TYPE_CHECKING:
    from asset_magic.session.session import Session


MOVED = "had another value"
"""What is said of an upstream asset where two materializations are compared."""

_TOLD = 50  # causes of one asset, from the first on
_BETWEEN = 2  # so many assets or more in the middle of a line are counted instead of told
_NAMED = 6  # assets named on one line
_LONGEST = 10_000  # assets of a line that are followed
_WAITED = re.compile(r"(upstream )?\S+ is not defined")  # it has come since, or the cause would be that it has not

Causes = Callable[[AssetKey], tuple[StaleCause, ...]]


def explainer(session: Session) -> Causes:
    """Gives the causes of asset after asset, each worked out once: for tables, in which many share their upstream."""

    @cache
    def causes(key: AssetKey) -> tuple[StaleCause, ...]:
        return () if session.status(key) is AssetStatus.FRESH else explain(session, key, causes)

    return causes


def explain(session: Session, key: AssetKey, causes_of: Causes) -> tuple[StaleCause, ...]:
    """The causes of a stale or missing asset: what keeps it from running, its own changes, then its upstream.

    Args:
        session: the session.
        key: the asset.
        causes_of: gives the causes behind what is upstream, when they are asked for.
    """
    graph = session.graph
    closure = session.closure(graph.code(key))
    undefined = (*closure.missing, *(up for up in graph.upstream(key) if up not in graph))
    causes = [StaleCause("dependencies", key, f"upstream {name} is not defined yet") for name in undefined]
    current = session.values.get(key)
    if current is None:
        causes = causes or [StaleCause("data", key, _never_made(session, key))]
        return (*causes, *(StaleCause("global", key, problem) for problem in session.problems(key)))
    if key in session.withheld:
        causes.append(StaleCause("data", key, f"it has no new value: {session.errors.get(key)}"))
    if current.lost:
        causes.append(StaleCause("mutation", key, "its value was changed in place and could not be put back"))
    recorded = current.record.provenance
    present = session.provenance(key, {path: session.files.version(path) for path in recorded.files})
    stale = [up for up in graph.upstream(key) if up in graph and not session.is_fresh(up)]
    said = (
        {cause.reason for cause in causes}
        | {f"dependency removed {name}" for name in undefined}
        | {f"upstream {up} has a new value" for up in stale}
    )
    changes = differences(key, recorded, present, partial(_news, session), shown_path)
    causes += [change for change in changes if change.reason not in said]
    causes += [StaleCause("global", key, problem) for problem in session.problems(key)]
    for up in stale:
        reason = f"upstream {up} is {session.status(up)}"
        causes.append(StaleCause("data", key, reason, partial(_behind, up, causes_of), upstream=up))
    return tuple(causes)


def _behind(up: AssetKey, causes_of: Causes) -> tuple[StaleCause, ...]:
    return tuple(cause.from_downstream() for cause in causes_of(up))


def _news(session: Session, key: AssetKey) -> tuple[str, str]:
    """The category and the words for a dependency that stands at another data version."""
    current = session.values.get(key)
    if key not in session.graph:
        return "dependencies", f"upstream {key} is not defined yet"  # told once, with what is undefined
    if session.graph.is_external(key):
        return "source", f"source {key} changed"
    if current is not None and current.record.unstable:
        return "data", f"upstream {key} ran again; {current.record.unstable}"
    return "data", f"upstream {key} has a new value"


def shown_path(path: str) -> str:
    """A path as seen from here; of one elsewhere the name alone, since a notebook is shown on other machines, too."""
    shown = os.path.relpath(path)
    return os.path.basename(path) if shown.startswith("..") else shown


def _never_made(session: Session, key: AssetKey) -> str:
    """Why an asset that nothing keeps from running now has no value."""
    error = session.errors.get(key)
    if key in session.withheld:
        return str(error)
    if session.last_run.get(key) == "skipped" and not _WAITED.match(str(error)):
        return f"its run was skipped: {error}"
    if isinstance(error, BaseException):
        return f"the last run failed: {one_line(error)}"
    return "it has not been materialized yet"


def cause_views(
    session: Session, causes: Iterable[StaleCause], depth: int, *, diffs: bool = False
) -> tuple[CauseView, ...]:
    """The causes with what is behind them, as much of it as can be shown from the top on.

    What is behind an upstream asset is told once. Of a long line of assets, each stale because of the next one alone,
    the first and the last are told: what has really changed is behind the last.

    Args:
        session: the session.
        causes: of one asset.
        depth: how many levels are wanted behind them.
        diffs: tell how code has changed, too, each change once.
    """
    with session.at_one_moment():
        return _Tree(session, depth, diffs=diffs).views(causes)


class _Told:
    """A cause as it is told, with those behind it."""

    def __init__(self, reason: str, cause: StaleCause) -> None:
        self.reason = reason
        self.cause = cause
        self.diff: tuple[str, ...] = ()
        self.behind: list[_Told] = []
        self.above = False  # what is behind it has been told already

    def view(self) -> CauseView:
        return CauseView(category=self.cause.category, reason=self.reason, children=_views(self.behind), diff=self.diff)


def _views(told: Sequence[_Told]) -> tuple[CauseView, ...]:
    """What is told side by side; upstream assets that were told above share a line."""
    above = [each for each in told if each.above]
    if len(above) > 1:
        names = [str(each.cause.upstream) for each in above]
        shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        how = "had other values" if f" {MOVED} " in above[0].reason else "are not fresh"
        above[0].reason = f"upstream {shown} {how} (see above)"
        told = [each for each in told if each is above[0] or not each.above]
    return tuple([each.view() for each in told])


class _Tree:
    """The causes of one asset, while they are told."""

    def __init__(self, session: Session, depth: int, *, diffs: bool) -> None:
        self._session = session
        self._depth = depth
        self._diffs = diffs
        self._assets: set[AssetKey] = set()
        self._shown: set[tuple[str, ...]] = set()

    def views(self, causes: Iterable[StaleCause]) -> tuple[CauseView, ...]:
        roots = [_Told(cause.reason, cause) for cause in causes]
        stack = [(root, 0) for root in reversed(roots)]
        for _ in range(_TOLD if self._depth or self._diffs else 0):
            if not stack:
                break
            told, level = stack.pop()
            self._show_diff(told)
            if self._depth:
                last, level = self._last_of_line(told, level)
                self._tell_behind(last, level)
                stack += [(behind, level + 1) for behind in reversed(last.behind)]
        return _views(roots)

    def _show_diff(self, told: _Told) -> None:
        diff = told.cause.diff if self._diffs else ()
        if diff not in self._shown:
            self._shown.add(diff)
            told.diff = diff

    def _last_of_line(self, told: _Told, level: int) -> tuple[_Told, int]:
        """The last asset of a line of them, where it is told next with a count of those between."""
        line = [told.cause]
        while (following := self._only_upstream(line[-1])) is not None and len(line) < _LONGEST:
            line.append(following)
        between = [cause.upstream for cause in line[1:-1] if cause.upstream is not None]
        if len(between) < _BETWEEN:
            return told, level
        self._assets.update(cause.upstream for cause in line[:-1] if cause.upstream is not None)
        names = ", ".join([*between[:3], *(["…"] if len(between) > 3 else [])])
        passed = _Told(f"… {len(between)} more assets between: {names}", told.cause)
        last = _Told(line[-1].reason, line[-1])
        told.behind, passed.behind = [passed], [last]
        return last, level + 2

    def _only_upstream(self, cause: StaleCause) -> StaleCause | None:
        """The one cause behind ``cause``, if that is another asset not told of yet."""
        if cause.upstream is None or cause.upstream in self._assets:
            return None
        behind = cause.children
        return behind[0] if len(behind) == 1 and behind[0].upstream is not None else None

    def _tell_behind(self, told: _Told, level: int) -> None:
        upstream = told.cause.upstream
        if upstream is not None and upstream in self._assets:
            told.reason += " (see above)"
            told.above = True
            return
        causes = list(islice(told.cause.children, _TOLD))
        if level >= self._depth and any(cause.upstream is not None for cause in causes):
            further = self._stale_above(upstream)
            causes = [cause for cause in causes if cause.upstream is None]
            told.behind = [_Told(f"… {further} more assets further up", told.cause)]
        if upstream is not None:
            self._assets.add(upstream)
        told.behind = [*(_Told(cause.reason, cause) for cause in causes), *told.behind]

    def _stale_above(self, key: AssetKey | None) -> int:
        graph = self._session.graph
        return sum(not self._session.is_fresh(up) for up in graph.ancestors([key]) - {key}) if key is not None else 0
