"""Lists the asset API of the installed Dagster: the parameters and members of its public names.

Where Dagster 1.13 is installed: ``python tests/dagster/list_api.py > tests/dagster/dagster_1_13.json``.
`docs/dagster.md` has to speak of every name in that list; `test_the_table.py` sees to it.
"""

from __future__ import annotations

import enum
import inspect
import json
import sys
from typing import Any

import dagster

NAMES = [
    # deciding what is an asset
    *("asset", "multi_asset", "graph_asset", "graph_multi_asset", "observable_source_asset"),
    *("multi_observable_source_asset", "asset_check", "multi_asset_check", "map_asset_specs"),
    *("load_assets_from_modules", "load_asset_checks_from_modules"),
    # what is said of assets
    *("AssetKey", "AssetIn", "AssetOut", "AssetDep", "AssetSpec", "AssetsDefinition", "SourceAsset", "AssetSelection"),
    *("AssetCheckKey", "AssetCheckSpec", "AssetCheckSeverity", "AssetChecksDefinition"),
    # what code gives, and asks
    *("Output", "MaterializeResult", "ObserveResult", "AssetCheckResult", "DataVersion", "RetryPolicy"),
    *("RetryRequested", "Failure", "Backoff", "Jitter", "AssetExecutionContext", "AssetCheckExecutionContext"),
    *("MetadataValue", "TableRecord", "TableSchema", "TableColumn", "TableConstraints", "TableColumnConstraints"),
    *("TableColumnLineage", "TableColumnDep"),
    # runs
    *("materialize", "materialize_to_memory", "build_asset_context", "build_asset_check_context"),
    *("ExecuteInProcessResult", "AssetMaterialization", "AssetObservation", "AssetCheckEvaluation", "DataProvenance"),
]


NOT_CALLED = [  # by users: Dagster makes them
    *("AssetsDefinition", "AssetChecksDefinition", "AssetExecutionContext", "AssetCheckExecutionContext"),
    *("ExecuteInProcessResult", "AssetCheckSeverity", "Backoff", "Jitter"),
]


def parameters_of(thing: Any) -> list[str]:
    if thing.__name__ in NOT_CALLED:
        return []
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = inspect.signature(thing).parameters.values()
    return [parameter.name for parameter in found if parameter.kind not in kinds and parameter.name[0] != "_"]


def members_of(thing: Any) -> list[str]:
    if not isinstance(thing, type):
        return []
    inherited = {name for base in (tuple, enum.Enum, Exception) if issubclass(thing, base) for name in dir(base)}
    return [name for name in dir(thing) if name[0] != "_" and name not in inherited]


if __name__ == "__main__":
    found = {
        name: {"parameters": parameters_of(getattr(dagster, name)), "members": members_of(getattr(dagster, name))}
        for name in NAMES
    }
    json.dump({"version": dagster.__version__, "names": found}, sys.stdout, indent=1)
    sys.stdout.write("\n")
