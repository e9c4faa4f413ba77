"""Taking the value at hand for the one that the present code and data would give, on the reader's word."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace

from asset_magic.model.errors import AssetMagicError
from asset_magic.model.keys import AssetKey
from asset_magic.run.report import new_run
from asset_magic.session.runner import Runner

ACCEPTED = "accepted by hand: its value was not made by the present code and data"


def accept(runner: Runner, keys: Collection[AssetKey]) -> list[AssetKey]:
    """Record that the values of ``keys`` hold for their present provenance. Nothing runs, and the records say so.

    Args:
        runner: the session's assets.
        keys: the assets; those that are fresh stay as they are.

    Returns:
        What was accepted, upstream first.

    Raises:
        AssetMagicError: one of them has no value, cannot run as it is, or is made elsewhere; nothing is accepted then.
    """
    session = runner.session
    session.refresh()
    ordered = runner.graph.topological(keys)
    for key in ordered:
        if problem := _hindrance(runner, key):
            raise AssetMagicError(f"{key} cannot be accepted: {problem}")
    accepted = []
    for key in ordered:
        current = session.values.get(key)
        if current is None or not session.needs_run(key):
            continue
        value = session.values.value(key)
        files = {path: session.files.version(path) for path in current.record.provenance.files}
        record = replace(
            current.record,
            run_id=new_run().run_id,
            timestamp=time.time(),
            duration=0.0,
            provenance=session.provenance(key, files),
            accepted=True,
        )
        session.store.record(record, value)
        runner.make_current(record, value)
        accepted.append(key)
    return accepted


def _hindrance(runner: Runner, key: AssetKey) -> str:
    """Why the value of ``key`` cannot be taken as it is, or ""."""
    session = runner.session
    current = session.values.get(key)
    if runner.graph.is_external(key):
        return "it is made elsewhere"
    if current is None:
        return f"it has no value yet: run its cell, or %materialize {key}"
    if current.lost or not session.values.verify(key):
        return f"its value was changed in place: %materialize {key}"
    missing = [*session.closure(runner.graph.code(key)).missing]
    missing += [up for up in runner.graph.upstream(key) if up not in runner.graph]
    return f"{missing[0]} is not defined" if missing else ""
