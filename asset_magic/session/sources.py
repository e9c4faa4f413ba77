"""Source assets that stand for a file: observing them is looking at the file."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from asset_magic.model.keys import AssetKey
from asset_magic.model.records import Materialization
from asset_magic.session.summary import summary

if TYPE_CHECKING:
    from asset_magic.session.session import Session


def observe_path(session: Session, key: AssetKey) -> None:
    """Record the present content of the file that the source ``key`` stands for."""
    definition = session.graph.definitions[key]
    path = Path(definition.path or "")
    version = session.files.version(path)
    current = session.values.get(key)
    if current is not None and current.record.data_version == version and current.held == path:
        return
    record = next((one for one in session.kept(key) if one.data_version == version), None)
    if record is None:
        record = Materialization(
            key=key,
            run_id="",
            timestamp=time.time(),
            duration=0.0,
            data_version=version,
            provenance=session.provenance(key, {os.path.abspath(path): version}),
            summary=summary(path),
            observed=True,
        )
        session.store.record(record, path)
    session.values.set(record, path, definition.spec(key).variable)
    session.last_run[key] = "success"
    session.changed(key)
