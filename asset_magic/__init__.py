"""Software-defined data assets in any notebook.

``%load_ext asset_magic`` brings the magics; the names below are the same engine for programs. They are imported when
first used, so that loading the extension costs no more than it has to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from asset_magic.api.check_decorators import asset_check, multi_asset_check
    from asset_magic.api.decorators import asset, multi_asset
    from asset_magic.api.ephemeral import ExecuteInProcessResult, materialize, materialize_to_memory
    from asset_magic.api.source_decorators import SourceAsset, observable_source_asset
    from asset_magic.graph.asset_selection import AssetSelection
    from asset_magic.graph.causes import StaleCause
    from asset_magic.model.check_specs import AssetCheckKey, AssetCheckSeverity, AssetCheckSpec
    from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition, map_asset_specs
    from asset_magic.model.errors import (
        ArgumentError,
        AssetMagicError,
        AssetValueMissing,
        CycleError,
        DefinitionError,
        MaterializationError,
        SelectionError,
    )
    from asset_magic.model.keys import AssetKey
    from asset_magic.model.metadata import MetadataValue
    from asset_magic.model.records import AssetStatus
    from asset_magic.model.results import AssetCheckResult, DataVersion, MaterializeResult, ObserveResult, Output
    from asset_magic.model.retries import Backoff, Failure, Jitter, RetryPolicy, RetryRequested
    from asset_magic.model.specs import AssetDep, AssetIn, AssetOut, AssetSpec
    from asset_magic.model.tables import (
        TableColumn,
        TableColumnConstraints,
        TableConstraints,
        TableRecord,
        TableSchema,
    )
    from asset_magic.page.registry import assets
    from asset_magic.run.context import (
        AssetCheckExecutionContext,
        AssetExecutionContext,
        build_asset_context,
    )
    from asset_magic.store.formats.register import register_format

__version__ = "0.1.0"

_HOMES = {
    "asset_magic.graph.asset_selection": ("AssetSelection",),
    "asset_magic.graph.causes": ("StaleCause",),
    "asset_magic.model.definitions": ("AssetChecksDefinition", "AssetsDefinition", "map_asset_specs"),
    "asset_magic.model.errors": (
        "ArgumentError",
        "AssetMagicError",
        "AssetValueMissing",
        "CycleError",
        "DefinitionError",
        "MaterializationError",
        "SelectionError",
    ),
    "asset_magic.model.keys": ("AssetKey",),
    "asset_magic.model.metadata": ("MetadataValue",),
    "asset_magic.model.records": ("AssetStatus",),
    "asset_magic.model.results": ("AssetCheckResult", "DataVersion", "MaterializeResult", "ObserveResult", "Output"),
    "asset_magic.model.retries": ("Backoff", "Failure", "Jitter", "RetryPolicy", "RetryRequested"),
    "asset_magic.model.check_specs": ("AssetCheckKey", "AssetCheckSeverity", "AssetCheckSpec"),
    "asset_magic.model.specs": ("AssetDep", "AssetIn", "AssetOut", "AssetSpec"),
    "asset_magic.model.tables": (
        "TableColumn",
        "TableColumnConstraints",
        "TableConstraints",
        "TableRecord",
        "TableSchema",
    ),
    "asset_magic.page.registry": ("assets",),
    "asset_magic.run.context": ("AssetCheckExecutionContext", "AssetExecutionContext", "build_asset_context"),
    "asset_magic.store.formats.register": ("register_format",),
    "asset_magic.api.check_decorators": ("asset_check", "multi_asset_check"),
    "asset_magic.api.decorators": ("asset", "multi_asset"),
    "asset_magic.api.source_decorators": ("SourceAsset", "observable_source_asset"),
    "asset_magic.api.ephemeral": ("ExecuteInProcessResult", "materialize", "materialize_to_memory"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "ArgumentError",
    "AssetCheckExecutionContext",
    "AssetCheckKey",
    "AssetCheckResult",
    "AssetCheckSeverity",
    "AssetCheckSpec",
    "AssetChecksDefinition",
    "AssetDep",
    "AssetExecutionContext",
    "AssetIn",
    "AssetKey",
    "AssetMagicError",
    "AssetOut",
    "AssetSelection",
    "AssetSpec",
    "AssetStatus",
    "AssetValueMissing",
    "AssetsDefinition",
    "Backoff",
    "CycleError",
    "DataVersion",
    "DefinitionError",
    "ExecuteInProcessResult",
    "Failure",
    "Jitter",
    "MaterializationError",
    "MaterializeResult",
    "MetadataValue",
    "ObserveResult",
    "Output",
    "RetryPolicy",
    "RetryRequested",
    "SelectionError",
    "SourceAsset",
    "StaleCause",
    "TableColumn",
    "TableColumnConstraints",
    "TableConstraints",
    "TableRecord",
    "TableSchema",
    "asset",
    "asset_check",
    "assets",
    "build_asset_context",
    "load_ipython_extension",
    "map_asset_specs",
    "materialize",
    "materialize_to_memory",
    "multi_asset",
    "multi_asset_check",
    "observable_source_asset",
    "register_format",
    "unload_ipython_extension",
]


if not TYPE_CHECKING:  # or a name that does not exist would be Any

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module 'asset_magic' has no attribute {name!r}")
        import importlib

        value = globals()[name] = getattr(importlib.import_module(_HOME[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by ``%load_ext asset_magic``."""
    from asset_magic.notebook.extension import load

    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by ``%unload_ext asset_magic``: the shell is as before, and the values stay in its variables."""
    from asset_magic.notebook.extension import unload

    unload(ipython)
