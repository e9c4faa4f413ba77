"""Verdicts of checks: what each follows from, and whether it still holds."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from asset_magic.model.arrangement import arranged_check
from asset_magic.model.check_specs import AssetCheckKey, AssetCheckSpec
from asset_magic.model.definitions import AssetCheck
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, Provenance
from asset_magic.model.results import AssetCheckResult
from asset_magic.run.capture import Outputs
from asset_magic.run.report import one_line
from asset_magic.session.session import Session


class Checks:
    """The verdicts that a session knows.

    Attributes:
        errors: what the code of a check raised when it was last evaluated.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.errors: dict[AssetCheckKey, Exception] = {}
        self._abstained: dict[AssetCheckKey, Provenance | None] = {}

    def inputs(self, check: AssetCheck) -> Collection[AssetKey]:
        """The assets that the code of ``check`` checks or reads."""
        graph = self.session.graph
        keys = dict.fromkeys(spec.asset_key for spec in (check.spec, *check.together))
        keys |= dict.fromkeys(graph.key_of(dep.asset_key) for dep in check.spec.additional_deps)
        if check.code is not None:
            keys |= dict.fromkeys(graph.key_of(key) for key in check.code.parameters.values())
            keys |= dict.fromkeys(graph.variables[name] for name in sorted(self.session.closure(check.code).assets))
        return keys.keys()

    def lacks(self, check: AssetCheck) -> str:
        """Which value the code of ``check`` takes and nothing gave, in words, or ""."""
        session, code = self.session, check.code
        if code is None:
            return ""
        taken = {session.graph.key_of(key) for key in code.parameters.values()}
        taken |= {session.graph.variables[name] for name in session.closure(code).assets}
        for key in sorted(taken):
            current = session.values.get(key)
            if current is not None and not current.record.has_value:
                return f"{key} has no value: its code gave a result without one, so a check cannot take it"
        return ""

    def provenance(self, check: AssetCheck) -> Provenance | None:
        """What a verdict of ``check`` would follow from now; None if it has nothing to follow from."""
        session = self.session
        if check.code is None:
            return self._of_asset(check.spec.asset_key)
        deps = {key: session.version(key) if key in session.graph else "none" for key in self.inputs(check)}
        globals_ = session.closure(check.code).globals
        return Provenance(arranged_check(check, check.code), deps, globals_, {}, check.code.source)

    def _of_asset(self, key: AssetKey) -> Provenance | None:
        """A verdict that the asset's own code gave follows from all that the asset does, and belongs to its value."""
        current = self.session.values.get(key)
        if current is None:
            return None
        recorded = current.record.provenance
        return replace(recorded, deps={**recorded.deps, key: current.record.data_version})

    def verdict(self, check: AssetCheck) -> AssetCheckEvaluation | None:
        """The verdict on the present data, or None if there is none."""
        present = self.provenance(check)
        for evaluation in self.session.store.checks(check.spec.asset_key) if present is not None else ():
            if evaluation.check_name == check.spec.name and evaluation.provenance == present:
                return _under(evaluation, check.spec)
        return None

    def due(self, key: AssetKey) -> Sequence[AssetCheck]:
        """The checks of ``key`` with code of their own that have no verdict on the present data and code."""
        checks = self.session.graph.checks.get(key)
        if not checks or self.session.values.get(key) is None:
            return ()
        return [check for check in checks.values() if check.code is not None and self._is_due(check)]

    def _is_due(self, check: AssetCheck) -> bool:
        if self.verdict(check) is not None:
            return False
        return not check.optional or self._abstained.get(check.spec.key) != self.provenance(check)

    def abstain(self, check: AssetCheck) -> None:
        """Note that the code of ``check`` left its verdict out, as it may."""
        self._abstained[check.spec.key] = self.provenance(check)

    def record(self, check: AssetCheck, result: AssetCheckResult | Exception, outputs: Outputs) -> AssetCheckEvaluation:
        """Write down the verdict of ``check``; an error in its code is a verdict too."""
        spec = check.spec
        error = result if isinstance(result, Exception) else None
        verdict = AssetCheckResult(passed=False) if isinstance(result, Exception) else result
        evaluation = AssetCheckEvaluation(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=verdict.passed,
            severity=verdict.severity or spec.severity,
            blocking=spec.blocking,
            provenance=self.provenance(check) or Provenance("", {}, {}),
            timestamp=time.time(),
            metadata=verdict.metadata,
            description=verdict.description or spec.description,
            stated=(verdict.severity, verdict.description),
            error=one_line(error) if error is not None else "",
            outputs=outputs.merged(),
        )
        self.session.store.record_check(evaluation)
        self.session.changes.note((spec.asset_key,))
        self.errors.pop(spec.key, None)
        if error is not None:
            self.errors[spec.key] = error
        return evaluation


def _under(evaluation: AssetCheckEvaluation, spec: AssetCheckSpec) -> AssetCheckEvaluation:
    """A verdict as its check reads now: what the code did not say of it, the check does."""
    severity, description = evaluation.stated[0] or spec.severity, evaluation.stated[1] or spec.description
    if (evaluation.severity, evaluation.blocking, evaluation.description) == (severity, spec.blocking, description):
        return evaluation
    return replace(evaluation, severity=severity, blocking=spec.blocking, description=description)
