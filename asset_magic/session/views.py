"""Snapshots for those who only look: what is true of an asset at one moment, as frozen values.

The page and the command line draw from these alone, so drawing can neither run nor change anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asset_magic.model.keys import AssetKey

if TYPE_CHECKING:
    from asset_magic.session.comparing.difference import ValueDiff


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseView:
    """Why something is stale: a sentence, how code has changed as lines of a diff, and the causes behind it."""

    category: str
    reason: str
    children: tuple[CauseView, ...] = ()
    diff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """The latest verdict of one check.

    Attributes:
        passed: None where it has not been evaluated.
        blocks: what has to wait until it passes, in topological order; empty unless it is a blocking one that failed.
        origin: the notebook that makes it, for an asset of another one, or "".
        code: the beginning of its code version.
    """

    name: str
    asset: AssetKey
    passed: bool | None
    severity: str = "ERROR"
    blocking: bool = False
    description: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    blocks: tuple[AssetKey, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """One asset as it stands.

    Attributes:
        kind: ``"asset"`` for one that runs here, ``"source"`` for one made elsewhere.
        status: ``"fresh"``, ``"stale"`` or ``"missing"``.
        last_run: ``"success"``, ``"failed"``, ``"skipped"``, ``"running"`` or None.
        error: the failure of the last run, in one line.
        summary: type and shape of the value, as in ``"DataFrame 333 × 8"``; empty where there is none.
        flags: what else the reader must know, a sentence each.
        rebound: the one of them that tells of its variable being the reader's own now, or "".
        origin: the notebook that makes it, for an asset of another one, or "".
        code: the beginning of the version of its code, which tells two definitions of one asset apart.
        accepted: the reader took its value as it was.
        metadata: of the definition and of the latest materialization, the latter winning.
    """

    key: AssetKey
    kind: str = "asset"
    status: str = "missing"
    causes: tuple[CauseView, ...] = ()
    flags: tuple[str, ...] = ()
    rebound: str = ""
    last_run: str | None = None
    error: str = ""
    summary: str = ""
    group: str = "default"
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[CheckView, ...] = ()
    upstream: tuple[AssetKey, ...] = ()
    downstream: tuple[AssetKey, ...] = ()
    globals: tuple[str, ...] = ()
    source: str = ""
    origin: str = ""
    code: str = ""
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One materialization of an asset, among those that are kept.

    Attributes:
        timestamp: when it was made, in seconds since the epoch.
        duration: of the body, in seconds.
        current: the asset's value is the one that was made then.
        printed: what the body printed and displayed, in order, each ``"stdout"``, ``"stderr"`` or "" and its text.
        accepted: nothing ran: the reader took the value as it was.
        id: what a page calls it when it asks how its value differs from another's; "" for what cannot be compared.
    """

    timestamp: float
    duration: float
    data_version: str = ""
    code_version: str = ""
    current: bool = False
    printed: tuple[tuple[str, str], ...] = ()
    accepted: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffView:
    """How an asset changed from one of its materializations to another.

    Attributes:
        older, newer: where the two stand in its history, 0 being the newest.
        chosen: the reader has said which two.
        value: how the value differs.
        causes: what else differs of what the two were made from, code and variables among it.
        unexplained: why the values differ although nothing else does, or "".
    """

    key: AssetKey
    older: int
    newer: int
    chosen: bool = True
    value: ValueDiff
    causes: tuple[CauseView, ...] = ()
    unexplained: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """Assets of one group that are drawn as one.

    Attributes:
        name: of the group.
        assets: those drawn here, in topological order.
        part, parts: a group that other assets lie between is drawn in several parts, numbered from 1.
    """

    name: str
    assets: tuple[AssetView, ...]
    part: int = 1
    parts: int = 1

    @property
    def key(self) -> str:
        """What edges call it; no asset can be called so."""
        return f"group:{self.name}" if self.parts == 1 else f"group:{self.name}:{self.part}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageView:
    """A part of the graph to draw.

    Attributes:
        assets: those drawn by themselves, in topological order.
        edges: the key of what is upstream and the key of what is downstream, for each edge between what is drawn.
        groups: those that are drawn as one.
    """

    assets: tuple[AssetView, ...]
    edges: tuple[tuple[str, str], ...]
    groups: tuple[GroupView, ...] = ()
