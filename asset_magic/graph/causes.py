"""Why an asset is stale: the recorded provenance beside the present one, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from asset_magic.model.arrangement import only_arranged_anew
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import GlobalVersion, Provenance

_DIGEST = re.compile(r"[0-9a-f]{32}(~|$)")  # else the version is one that the reader has stated
_HOLDS = "its own code is the same: something that it holds is not (a default, a closure, an attribute)"


@dataclass(frozen=True, slots=True)
class StaleCause:
    """One reason why an asset is stale or missing.

    Attributes:
        category: ``"code"``, ``"data"``, ``"dependencies"``, ``"global"``, ``"source"`` or ``"mutation"``.
        key: the asset that is stale.
        reason: the reason in words.
        way: the helpers through which the asset comes to what changed.
        upstream: the asset whose own causes are behind this one.
    """

    category: str
    key: AssetKey
    reason: str
    _expand: Callable[[], tuple[StaleCause, ...]] = field(default=tuple, repr=False, compare=False)
    way: tuple[str, ...] = field(default=(), repr=False, compare=False)
    _differ: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False, compare=False)
    upstream: AssetKey | None = field(default=None, repr=False, compare=False)

    @property
    def children(self) -> tuple[StaleCause, ...]:
        """The causes behind this one, worked out when asked for."""
        return self._expand()

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines of a unified diff where code has changed, without what differs in form alone; secrets are hidden.

        >>> before, now = (Provenance(str(n), {}, {}, source=f"x + {n}") for n in (1, 2))
        >>> next(differences(AssetKey("a"), before, now, lambda key: ("", ""))).diff
        ('@@ -1,1 +1,1 @@', '-x + 1', '+x + 2')
        """
        return self._differ()

    def because_of(self, upstream: AssetKey, expand: Callable[[], tuple[StaleCause, ...]]) -> StaleCause:
        """This cause as one of ``upstream``, with what ``expand`` gives behind it when it is asked for."""
        return replace(self, upstream=upstream, _expand=expand)

    def from_downstream(self) -> StaleCause:
        """This cause as told of an asset further downstream, with the whole way.

        >>> cause = StaleCause("global", AssetKey("orders"), "helper clean changed (through prepare)", way=("prepare",))
        >>> cause.from_downstream().reason
        'helper clean changed (through prepare, used by orders)'
        """
        if not self.way:
            return self
        return replace(self, reason=f"{self.reason.removesuffix(')')}, used by {self.key})")


def differences(
    key: AssetKey,
    recorded: Provenance,
    present: Provenance,
    news: Callable[[AssetKey], tuple[str, str]],
    shown: Callable[[str], str] = str,
) -> Iterator[StaleCause]:
    """What differs between two provenances of ``key``, the reader's own edits first.

    Args:
        key: the asset.
        recorded: what its value was made from.
        present: what it would be made from now.
        news: the category and the words for a dependency whose data version has changed.
        shown: how the path of a file is shown.
    """
    if recorded.code_version != present.code_version:
        yield _code_change(key, recorded, present)
    added = [dep for dep in present.deps if dep not in recorded.deps]
    removed = [dep for dep in recorded.deps if dep not in present.deps]
    if added or removed:
        parts = [f"{what} {', '.join(deps)}" for what, deps in (("added", added), ("removed", removed)) if deps]
        yield StaleCause("dependencies", key, f"dependency {' and '.join(parts)}")
    for dep, version in present.deps.items():
        if dep in recorded.deps and recorded.deps[dep] != version:
            category, reason = news(dep)
            yield StaleCause(category, key, reason)
    yield from _global_differences(key, recorded, present)
    for path, version in recorded.files.items():
        if present.files.get(path, version) != version:
            yield StaleCause("source", key, f"file {shown(path)} changed")


def _code_change(key: AssetKey, recorded: Provenance, present: Provenance) -> StaleCause:
    before, now = recorded.code_version, present.code_version
    if only_arranged_anew(before, now):
        reason = "its definition changed"
    elif _DIGEST.match(before) or _DIGEST.match(now):
        reason = "its code changed"
    else:
        reason = f"its code version changed: {before} -> {now}"
    return StaleCause("code", key, reason, _differ=partial(_code_difference, recorded.source, present.source))


def _global_differences(key: AssetKey, recorded: Provenance, present: Provenance) -> Iterator[StaleCause]:
    changed_helpers = {
        name
        for name, version in present.globals.items()
        if name in recorded.globals and recorded.globals[name] != version and version.kind == "helper"
    }
    for name, now in present.globals.items():
        before = recorded.globals.get(name)
        if before is None and (now.via in changed_helpers or recorded.code_version != present.code_version):
            continue  # a name that only new code reads: the change of that code says it
        if before != now:
            yield _change(key, name, before, now, way_to(name, present.globals))
    for name in recorded.globals:
        if name not in present.globals and recorded.code_version == present.code_version and not changed_helpers:
            yield StaleCause("global", key, f"{name} is not defined any more")


def _change(
    key: AssetKey, name: str, before: GlobalVersion | None, now: GlobalVersion, way: tuple[str, ...]
) -> StaleCause:
    cause = StaleCause("global", key, global_change(name, before, now, way), way=way)
    if before is None or not (before.code and now.code and before.kind == now.kind):
        return cause
    differ = partial(_code_difference, before.code, now.code)
    return replace(cause, _differ=differ, _expand=lambda: () if differ() else (StaleCause("global", key, _HOLDS),))


def way_to(name: str, names: Mapping[str, GlobalVersion]) -> tuple[str, ...]:
    """The helpers by which ``name`` was reached, the one that the asset itself names last.

    >>> names = {"h": GlobalVersion("1", "helper", via="g"), "g": GlobalVersion("2", "helper", via="f")}
    >>> way_to("h", {**names, "f": GlobalVersion("3", "helper")})
    ('g', 'f')
    """
    way: list[str] = []
    while name in names and (name := names[name].via) and name not in way:
        way.append(name)
    return tuple(way)


def global_change(name: str, before: GlobalVersion | None, now: GlobalVersion, way: Sequence[str] = ()) -> str:
    """How the notebook name changed, as in ``rate 0.1 -> 0.2`` or ``helper h changed (through g, f)``.

    >>> global_change("rate", GlobalVersion("1", "value", "0.1"), GlobalVersion("2", "value", "0.2"), ["tax"])
    'rate 0.1 -> 0.2 (through tax)'
    """
    through = f" (through {', '.join(way)})" if way else ""
    if now.kind == "helper" and (before is None or before.kind == "helper"):
        return f"helper {name} changed{through}"
    if now.kind == "local":
        return f"module {name.removeprefix('import ')} changed{through}"
    if now.kind == "opaque":  # known by the code that bound it, since it cannot be compared
        return f"{name} was bound by other code{through}"
    if before is not None and before.kind == now.kind == "module":
        return f"module {name} {before.text} -> {now.text}{through}"
    if before is not None and before.kind == now.kind == "value" and _may_be_shown(name, before.text, now.text):
        return f"{name} {before.text} -> {now.text}{through}"
    return f"{name} changed{through}"


def _code_difference(before: str, now: str) -> tuple[str, ...]:
    from asset_magic.reading.differences import code_difference  # not needed before somebody asks

    return code_difference(before, now)


def _may_be_shown(name: str, *texts: str) -> bool:
    from asset_magic.reading.secrets import is_secret, looks_secret  # not needed before something has changed

    return all(texts) and not is_secret(name) and not any(map(looks_secret, texts))
