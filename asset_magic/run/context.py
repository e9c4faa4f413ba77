"""What an asset may ask of the run that it is part of."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asset_magic.model.keys import AssetKey


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The run: its id and the tags it was started with."""

    run_id: str
    tags: Mapping[str, str] = field(default_factory=dict)


class AssetExecutionContext:
    """Handed to an asset function whose first parameter is called ``context``.

    Attributes:
        asset_keys: the assets that this call makes.
        run: the run it belongs to.
        log: a logger for messages to the reader.
    """

    def __init__(self, asset_keys: tuple[AssetKey, ...], run: RunInfo) -> None:
        self.asset_keys = asset_keys
        self.run = run
        self.log = logging.getLogger("asset_magic.run")
        self.metadata: dict[str, dict[str, Any]] = {}

    @property
    def asset_key(self) -> AssetKey:
        """The asset that this call makes, where it is just one.

        Raises:
            ValueError: it makes several.
        """
        if len(self.asset_keys) != 1:
            raise ValueError("this code makes several assets: use context.asset_keys")
        return self.asset_keys[0]

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.run.run_id

    def add_output_metadata(self, metadata: Mapping[str, Any], output_name: str | None = None) -> None:
        """Record facts with the materialization of ``output_name`` (of the only one, by default)."""
        name = output_name or self.asset_keys[0].name
        self.metadata.setdefault(name, {}).update(metadata)
