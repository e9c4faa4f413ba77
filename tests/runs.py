"""What a run did, read through Dagster's own names, so that the same test holds Dagster and us."""

from __future__ import annotations

from typing import Any


def materialized(result: Any) -> list[str]:
    """The keys that were materialized, in the order of their records."""
    return [event.asset_key.to_user_string() for event in result.get_asset_materialization_events()]


def metadata_of(result: Any, key: str) -> dict[str, Any]:
    """The plain values of the metadata of the latest materialization of ``key``."""
    found = {}
    for event in result.get_asset_materialization_events():
        if event.asset_key.to_user_string() == key:
            found = {name: entry.value for name, entry in event.materialization.metadata.items()}
    return found


def tags_of(result: Any, key: str) -> dict[str, str]:
    """The tags of the latest materialization of ``key``, its versions among them.

    Dagster keeps versions as tags whose names begin with ``dagster/``; here a record has attributes for them.
    """
    found = {}
    for event in result.get_asset_materialization_events():
        if event.asset_key.to_user_string() == key:
            record = event.materialization
            found = dict(record.tags)
            if hasattr(record, "provenance"):
                versions = {"data_version": record.data_version, "code_version": record.code_version}
                versions |= {f"input_data_version/{dep}": v for dep, v in record.provenance.deps.items()}
                found |= {f"dagster/{name}": version for name, version in versions.items()}
    return found


def verdicts(result: Any) -> dict[str, bool]:
    """Whether each evaluated check passed, by ``asset:check``."""
    return {
        f"{evaluation.asset_key.to_user_string()}:{evaluation.check_name}": evaluation.passed
        for evaluation in result.get_asset_check_evaluations()
    }
