"""How an asset changed between two of its materializations: its value, its code, and what else it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from asset_magic.graph.causes import StaleCause, differences
from asset_magic.model.errors import ArgumentError, AssetValueMissing
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import Materialization, Provenance
from asset_magic.reading.secrets import is_secret
from asset_magic.session.explain import MOVED, cause_views, shown_path
from asset_magic.session.views import DiffView

if TYPE_CHECKING:
    from asset_magic.session.comparing import ValueDiff
    from asset_magic.session.runner import Runner

_DEPTH = 100  # levels of upstream assets; long lines are cut short, and no asset is told of twice
_SINGLE = (str, bytes, int, float, complex)
_UNEXPLAINED = (
    "its code and all that it is known to read were the same: it depends on what is not followed (the clock, the "
    "network, unseeded randomness)"
)


def diff_view(runner: Runner, key: AssetKey, older: int | None = None, newer: int | None = None) -> DiffView:
    """How ``key`` changed from one materialization to another.

    Args:
        runner: the session's assets.
        key: the asset.
        older: where in the history the one to begin from is, 0 being the newest and -1 the oldest. By default it is
            what the asset was before in this kernel, or else the newest whose value differs from the other's.
        newer: where the one to end with is; by default the one that the asset stands at.

    Raises:
        AssetValueMissing: there are no two materializations.
        ArgumentError: the history does not go back so far.
        UnknownAssetError: the code of an asset asks, and does not depend on it.
    """
    runner.lending.allow(key)
    history = runner.session.store.history(key)
    if len(history) < 2:
        made = "was materialized once" if history else "has not been materialized"
        raise AssetValueMissing(f"{key} {made}: there is nothing to compare it with yet")
    end = _standing(runner, key, history) if newer is None else _place(key, newer, history)
    start = _before(runner, history, end, newer) if older is None else _place(key, older, history)
    before, now = history[start], history[end]
    causes = _causes(runner, key, before.provenance, now.provenance)
    value = _value_diff(runner, before, now)
    return DiffView(
        key=key,
        older=start,
        newer=end,
        chosen=older is not None or newer is not None,
        value=value,
        causes=cause_views(runner.session, causes, _DEPTH, diffs=True),
        unexplained="" if causes or value.equal or start == end else now.unstable or _UNEXPLAINED,
    )


def _place(key: AssetKey, index: int, history: Sequence[Materialization]) -> int:
    if -len(history) <= index < len(history):
        return index % len(history)
    raise ArgumentError(
        f"{key} has {len(history)} kept materializations, 0 (the newest) to {len(history) - 1}: there is no {index}"
    )


def _standing(runner: Runner, key: AssetKey, history: Sequence[Materialization]) -> int:
    """Where in its history the asset stands; most often at the newest."""
    current = runner.session.values.get(key)
    return _place_of(current.record, history) or 0 if current is not None else 0


def _place_of(record: Materialization | None, history: Sequence[Materialization]) -> int | None:
    return next(
        (k for k, event in enumerate(history) if record is not None and event.identity == record.identity), None
    )


def _before(runner: Runner, history: Sequence[Materialization], end: int, newer: int | None) -> int:
    """What the one at ``end`` is compared with, if the reader does not say.

    That is what the asset stood at in this kernel before, so that a notebook that runs from top to bottom compares the
    same, whatever its store knows besides; else the newest with another value, of those before ``end`` first where the
    reader has named it; else the newest other one.
    """
    stood = _place_of(runner.session.values.before(history[end].key), history) if newer is None else None
    others = [k for k in range(len(history)) if k != end]
    if newer is not None:
        others.sort(key=lambda k: k < end)
    candidates = others if stood is None else [stood, *others]
    return next((k for k in candidates if history[k].data_version != history[end].data_version), others[0])


def _causes(runner: Runner, key: AssetKey, before: Provenance, now: Provenance) -> tuple[StaleCause, ...]:
    """What differs of what two materializations were made from, with the same of their upstream behind it."""
    news = partial(_news, runner)
    moved = {news(dep)[1]: dep for dep, version in now.deps.items() if before.deps.get(dep, version) != version}
    causes = []
    for cause in differences(key, before, now, news, shown_path):
        dep = moved.get(cause.reason)
        if dep is not None:
            cause = cause.because_of(dep, partial(_behind, runner, dep, before.deps[dep], now.deps[dep]))
        causes.append(cause)
    return tuple(causes)


def _behind(runner: Runner, key: AssetKey, older: str, newer: str) -> tuple[StaleCause, ...]:
    """Why ``key`` had one data version and then another, as far as its history tells."""
    made = {event.data_version: event.provenance for event in reversed(runner.session.store.history(key))}
    return _causes(runner, key, made[older], made[newer]) if {older, newer} <= made.keys() else ()


def _news(runner: Runner, key: AssetKey) -> tuple[str, str]:
    """The category and the words for a dependency that stood at another data version."""
    if key in runner.graph and runner.graph.is_external(key):
        return "source", f"source {key} changed"
    return "data", f"upstream {key} {MOVED}"


def _value_diff(runner: Runner, before: Materialization, now: Materialization) -> ValueDiff:
    from asset_magic.session.comparing import EQUAL, ValueDiff, compare

    stated = before.stated or now.stated
    if before.data_version == now.data_version and not stated:
        return ValueDiff(equal=True, said=(EQUAL,))
    values, problems = [], []
    for record, which in ((before, "the older value"), (now, "the newer value")):
        try:
            values.append(_load(runner, record))
        except AssetValueMissing as error:
            problems.append(f"{which} cannot be shown: {error}")
    if problems:
        return ValueDiff(before=before.summary, after=now.summary, said=("the values differ", *problems))
    if is_secret(before.key.name) and isinstance(values[0], _SINGLE):
        return ValueDiff(said=("the values differ; they go by the name of a secret and are not shown",))
    unknown = stated or before.unstable or now.unstable
    return compare(*values, equal=None if unknown else False)


def _load(runner: Runner, record: Materialization) -> Any:
    """The value of a record; the asset's own where the store keeps no copy."""
    session = runner.session
    try:
        return session.store.load(record)
    except AssetValueMissing:
        current = session.values.get(record.key)
        if current is None or record.identity != current.record.identity:
            raise
        return session.values.value(record.key)
