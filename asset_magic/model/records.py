"""Records: what is written down when an asset is materialized or a check evaluated.

Their reprs leave out what differs from run to run, since a notebook may show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from asset_magic.model.check_specs import AssetCheckKey, AssetCheckSeverity
from asset_magic.model.definitions import CellRef
from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import EMPTY


class AssetStatus(str, Enum):
    """How an asset stands: its value follows from the present code and data, does not, or is not there."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"

    __str__ = str.__str__


@dataclass(frozen=True, slots=True)
class GlobalVersion:
    """What a notebook name stood for when it was read.

    Attributes:
        digest: equal digests mean the same thing to the code that reads the name.
        kind: ``"value"``, ``"helper"`` (a function or class), ``"module"``, ``"local"`` for a module of the user's, or
            ``"opaque"`` for a value without a stable fingerprint, which is known by the code that bound it.
        text: the value, or the version of an installed module, for people; empty if it may not be shown.
        via: the helper through which the name was reached, or "".
        code: the source of the code that it is, or that it holds, for people; empty where unknown.
    """

    digest: str
    kind: str = field(compare=False)
    text: str = field(default="", compare=False)
    via: str = field(default="", compare=False)
    code: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that a materialization follows from. Equal provenance means that the value may be used again.

    Attributes:
        code_version: of the code that ran.
        deps: the data version of each dependency.
        globals: what each notebook name stood for, those read by helpers included.
        files: the content version of each file that was read, by path.
        source: the text of the code, for showing what changed.
    """

    code_version: str
    deps: Mapping[AssetKey, str]
    globals: Mapping[str, GlobalVersion]
    files: Mapping[str, str] = field(default_factory=lambda: EMPTY, compare=False)
    source: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CapturedOutput:
    """One thing that a body printed or displayed: ``stream`` is stdout, stderr or "" for a display."""

    stream: str
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Materialization:
    """That an asset was made: when, from what, and which version came out.

    Attributes:
        run_id: the run that made it.
        timestamp: seconds since the epoch.
        duration: of the body, in seconds.
        data_version: of the value; equal versions mean equal values.
        stated: the version was stated by the code, and is no fingerprint.
        unstable: why the value has no fingerprint, so that each run counts as a new version; "" if it has one.
        outputs: what the body printed and displayed, in order.
        has_value: whether the code gave a value, None included; only a result may do without.
        summary: type and shape of the value in a few words; "" for None.
        observed: it was only looked at, and is made elsewhere.
        accepted: nothing ran: the reader said, by ``%accept``, that the value at hand holds for this provenance.
    """

    key: AssetKey
    run_id: str
    timestamp: float
    duration: float
    data_version: str
    provenance: Provenance
    unstable: str = ""
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    outputs: tuple[CapturedOutput, ...] = ()
    cell: CellRef | None = None
    has_value: bool = True
    stated: bool = False
    summary: str = ""
    observed: bool = False
    accepted: bool = False

    @property
    def asset_key(self) -> AssetKey:
        """The asset, as Dagster names it."""
        return self.key

    @property
    def identity(self) -> tuple[str, float]:
        """What tells it from all other materializations of its asset, also after it was written down and read again."""
        return self.run_id, self.timestamp

    def __repr__(self) -> str:
        return f"<materialization of {self.key}{'' if self.unstable else f', data version {self.data_version[:8]}'}>"

    @property
    def code_version(self) -> str:
        """The version of the code that ran."""
        return self.provenance.code_version


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCheckEvaluation:
    """The verdict of one check on one version of its asset.

    Attributes:
        provenance: the data versions, code and globals it was reached from.
        error: the failure of the check's own code, in one line; such a check has not passed.
        stated: severity and description as far as the code gave them; the check says the rest.
    """

    asset_key: AssetKey
    check_name: str
    passed: bool
    severity: AssetCheckSeverity
    blocking: bool
    provenance: Provenance = field(repr=False)
    timestamp: float = field(repr=False)
    metadata: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    description: str = ""
    error: str = ""
    outputs: tuple[CapturedOutput, ...] = field(default=(), repr=False)
    stated: tuple[AssetCheckSeverity | None, str] = field(default=(None, ""), repr=False)

    @property
    def asset_check_key(self) -> AssetCheckKey:
        """What identifies the check."""
        return AssetCheckKey(self.asset_key, self.check_name)

    @property
    def blocks(self) -> bool:
        """Whether everything downstream of the asset has to wait."""
        return self.blocking and not self.passed and self.severity is AssetCheckSeverity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRecord:
    """That the code of an asset failed.

    Attributes:
        run_id: the run in which it failed.
        timestamp: seconds since the epoch.
        error: the failure in one line.
    """

    run_id: str
    timestamp: float
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """How a run ended.

    Attributes:
        timestamp: when it began, in seconds since the epoch.
        duration: in seconds.
        outcomes: how many assets it left in each state, by the names of `run.report.Outcome.state`.
        tags: labels of the run.
    """

    run_id: str
    timestamp: float
    duration: float
    outcomes: Mapping[str, int]
    tags: Mapping[str, str] = field(default_factory=lambda: EMPTY)
