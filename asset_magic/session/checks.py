"""Verdicts of checks: what each follows from, and whether it still holds."""

from __future__ import annotations

import time
from collections.abc import Sequence

from asset_magic.model.definitions import AssetCheckDefinition
from asset_magic.model.keys import AssetKey
from asset_magic.model.records import AssetCheckEvaluation, Provenance
from asset_magic.model.results import AssetCheckResult
from asset_magic.run.capture import Outputs
from asset_magic.run.execute import one_line
from asset_magic.session.session import Session


class Checks:
    """The verdicts that a session knows.

    Attributes:
        errors: what the code of a check raised when it was last evaluated, by asset and name.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.errors: dict[tuple[AssetKey, str], Exception] = {}

    def provenance(self, check: AssetCheckDefinition) -> Provenance:
        """What a verdict of ``check`` would follow from now."""
        session = self.session
        closure = session.closure(check.code)
        keys = {check.spec.asset: None}
        keys |= dict.fromkeys(session.graph.key_of(key) for key in check.code.parameters.values())
        keys |= dict.fromkeys(session.graph.variables[name] for name in sorted(closure.assets))
        deps = {key: session.version(key) if key in session.graph else "none" for key in keys}
        return Provenance(check.code.code_version, deps, closure.globals, {}, check.code.source)

    def verdict(self, check: AssetCheckDefinition) -> AssetCheckEvaluation | None:
        """The verdict on the present data, or None if there is none."""
        present = self.provenance(check)
        for evaluation in self.session.store.checks(check.spec.asset):
            if evaluation.check_name == check.spec.name and evaluation.provenance == present:
                return evaluation
        return None

    def due(self, key: AssetKey) -> Sequence[AssetCheckDefinition]:
        """The checks of ``key`` that have no verdict on the present data and code."""
        checks = self.session.graph.checks.get(key)
        if not checks or self.session.values.get(key) is None:
            return ()
        return [check for check in checks.values() if self.verdict(check) is None]

    def record(
        self, check: AssetCheckDefinition, result: AssetCheckResult | Exception, outputs: Outputs
    ) -> AssetCheckEvaluation:
        """Write down the verdict of ``check``; an error in its code is a verdict too."""
        spec = check.spec
        error = result if isinstance(result, Exception) else None
        verdict = AssetCheckResult(passed=False) if isinstance(result, Exception) else result
        evaluation = AssetCheckEvaluation(
            asset_key=spec.asset,
            check_name=spec.name,
            passed=verdict.passed,
            severity=verdict.severity or spec.severity,
            blocking=spec.blocking,
            provenance=self.provenance(check),
            timestamp=time.time(),
            metadata=verdict.metadata,
            description=verdict.description or spec.description,
            error=one_line(error) if error is not None else "",
            outputs=outputs.merged(),
        )
        self.session.store.record_check(evaluation)
        self.errors.pop(spec.id, None)
        if error is not None:
            self.errors[spec.id] = error
        return evaluation
