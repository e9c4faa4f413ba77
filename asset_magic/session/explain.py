"""Why an asset of the session is not fresh, in words for its reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from asset_magic.graph.causes import StaleCause, differences
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetStatus
from asset_magic.run.report import one_line

if TYPE_CHECKING:
    from asset_magic.session.session import Session


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
    changes = differences(key, recorded, present, partial(_news, session))
    causes += [change for change in changes if change.reason not in said]
    causes += [StaleCause("global", key, problem) for problem in session.problems(key)]
    for up in stale:
        reason = f"upstream {up} is {session.status(up)}"
        causes.append(StaleCause("data", key, reason, partial(_behind, up, causes_of)))
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


def _never_made(session: Session, key: AssetKey) -> str:
    error = session.errors.get(key)
    if key in session.withheld:
        return str(error)
    if session.last_run.get(key) == "skipped":
        return f"its run was skipped: {error}"
    if isinstance(error, BaseException):
        return f"the last run failed: {one_line(error)}"
    return "it has not been materialized yet"
