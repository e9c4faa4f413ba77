"""Parameters of Dagster that have no meaning in a notebook: whoever types one is told why, and what to do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asset_magic.model.errors import DefinitionError

P = ParamSpec("P")
R = TypeVar("R")

_STORE = "values are kept by asset_magic's own store"
_RESOURCES = "there are no resources: make the connection in a plain cell, and read its variable"
_CONFIG = "there is no run configuration: set a plain variable, and read it"
_PARTITIONS = "there are no partitions yet"
_AUTOMATION = "there is no automation yet"
_OPS = "there are no ops beneath assets"
_TYPES = "types are not checked: write an asset check"
_NO_INSTANCE = "there is no Dagster instance"

LEFT_OUT = {
    "io_manager_def": _STORE,
    "io_manager_key": _STORE,
    "input_manager_key": _STORE,
    "resource_defs": _RESOURCES,
    "required_resource_keys": _RESOURCES,
    "resources": _RESOURCES,
    "config_schema": _CONFIG,
    "config": _CONFIG,
    "run_config": _CONFIG,
    "partitions_def": _PARTITIONS,
    "partition_key": _PARTITIONS,
    "partition_mapping": _PARTITIONS,
    "backfill_policy": _PARTITIONS,
    "automation_condition": _AUTOMATION,
    "auto_materialize_policy": _AUTOMATION,
    "auto_observe_interval_minutes": _AUTOMATION,
    "freshness_policy": _AUTOMATION,
    "legacy_freshness_policy": _AUTOMATION,
    "hooks": _AUTOMATION,
    "op_tags": _OPS,
    "pool": _OPS,
    "compute_kind": "it is called kinds: write kinds={...}",
    "dagster_type": _TYPES,
    "is_virtual": "write an external asset with AssetSpec",
    "instance": _NO_INSTANCE,
}


def explains_what_is_left_out(function: Callable[P, R]) -> Callable[P, R]:
    """Give ``function`` a `DefinitionError` of its own for the parameters that Dagster has and it has not."""

    @functools.wraps(function)
    def explained(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name in LEFT_OUT:
                raise DefinitionError(f"{name}= is not supported: {LEFT_OUT[name]}")
        return function(*args, **kwargs)

    return explained
