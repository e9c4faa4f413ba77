"""What a run did: how it left each asset, and what the checks said."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from asset_magic.model.errors import AssetMagicError, Hint, MaterializationError
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation
from asset_magic.run.context import RunInfo


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run left one asset.

    Attributes:
        state: ``"ran"``, ``"reused"`` (a kept value fits), ``"fresh"`` (nothing to do), ``"failed"`` or ``"skipped"``.
        reason: why it was skipped, or the failure in one line.
        error: the failure.
        duration: of the body, in seconds.
        intended: it was skipped because code that may give no value gave none, which is no failure.
        retries: how often the code was tried again.
    """

    state: str
    reason: str = ""
    error: BaseException | None = None
    duration: float = 0.0
    intended: bool = False
    retries: int = 0

    @property
    def ok(self) -> bool:
        """Whether the asset has the value that was asked for."""
        return self.state in ("ran", "reused", "fresh")


@dataclass(slots=True)
class RunReport:
    """What a run did, in order.

    Attributes:
        run: its id and tags.
        outcomes: how it left each asset that it looked at.
        evaluations: the verdicts that it reached.
        standing: earlier failures of checks, on the assets that it was asked for, that still hold.
    """

    run: RunInfo
    outcomes: dict[AssetKey, Outcome] = field(default_factory=dict)
    evaluations: list[AssetCheckEvaluation] = field(default_factory=list)
    standing: list[AssetCheckEvaluation] = field(default_factory=list)

    @property
    def blocking_failures(self) -> list[AssetCheckEvaluation]:
        """The blocking checks that did not pass, in this run or before."""
        return [evaluation for evaluation in (*self.evaluations, *self.standing) if evaluation.blocks]

    @property
    def broken_checks(self) -> list[AssetCheckEvaluation]:
        """The checks whose own code failed."""
        return [evaluation for evaluation in (*self.evaluations, *self.standing) if evaluation.error]

    @property
    def success(self) -> bool:
        """Whether nothing failed, and nothing was skipped but on purpose."""
        done = all(outcome.ok or outcome.intended for outcome in self.outcomes.values())
        return done and not self.blocking_failures and not self.broken_checks

    def __repr__(self) -> str:
        return f"<run: {'success' if self.success else 'failure'}>"


Progress = Callable[[AssetKey, "Outcome | None", int, int], None]


def new_run(tags: Mapping[str, str] | None = None) -> RunInfo:
    """A run with an id of its own."""
    return RunInfo(os.urandom(16).hex(), dict(tags or {}))


def raise_for(report: RunReport) -> None:
    """Raise if a run left anything undone.

    Raises:
        MaterializationError: with one line for each asset or blocking check that failed.
    """
    if report.success:
        return
    lines = [f"{key} failed: {o.reason}" for key, o in report.outcomes.items() if o.state == "failed"]
    lines += [f"check {e.check_name} of {e.asset_key} failed to run: {e.error}" for e in report.broken_checks]
    blocking = [e for e in report.blocking_failures if not e.error]
    lines += [f"blocking check {e.check_name} of {e.asset_key} did not pass" for e in blocking]
    lines += _skipped(report)
    counts = [sum(o.state == s and not o.intended for o in report.outcomes.values()) for s in ("failed", "skipped")]
    words = [f"{n} {what}" for n, what in zip(counts, ("failed", "skipped"), strict=True) if n]
    words += [f"{_checks(report.broken_checks)} failed to run"] if report.broken_checks else []
    words += [f"{_checks(blocking, 'blocking ')} failed"] if blocking else []
    first = next((o.error for o in report.outcomes.values() if o.error is not None), None)
    raise MaterializationError(f"{', '.join(words)}\n" + "\n".join(f"  {line}" for line in lines)) from first


def _skipped(report: RunReport) -> list[str]:
    """What was skipped, one line a reason."""
    by_reason: dict[str, list[AssetKey]] = {}
    for key, outcome in report.outcomes.items():
        if outcome.state == "skipped" and not outcome.intended:
            by_reason.setdefault(outcome.reason, []).append(key)
    return [f"{', '.join(keys)} skipped: {reason}" for reason, keys in by_reason.items()]


def _checks(found: Sequence[AssetCheckEvaluation], kind: str = "") -> str:
    return f"{len(found)} {kind}check{'s' if len(found) > 1 else ''}"


def one_line(error: BaseException) -> str:
    r"""An error as one line: its type, the first line of its message and our hints; ours say all by their message.

    >>> one_line(ValueError("no rows\nat all"))
    'ValueError: no rows'
    """
    message = str(error).strip().partition("\n")[0]
    if message and isinstance(error, AssetMagicError):
        return message
    message = "; ".join([message, *(note for note in getattr(error, "__notes__", ()) if isinstance(note, Hint))])
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
