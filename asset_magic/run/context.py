"""What the code of an asset or a check may ask of the run that it is part of."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from asset_magic.model.check_specs import AssetCheckKey, AssetCheckSpec
from asset_magic.model.definitions import AssetsDefinition, DirectContext
from asset_magic.model.errors import AssetMagicError, DefinitionError, UnknownAssetError
from asset_magic.model.facts import metadata_of
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.model.metadata import EMPTY
from asset_magic.model.results import DEFAULT_OUTPUT, DataVersion

_current: ContextVar[AssetExecutionContext | None] = ContextVar("asset_magic_context", default=None)


class _ToReader(logging.Handler):
    """Prints to the cell that is running, unless the user has made logging print there."""

    def emit(self, record: logging.LogRecord) -> None:
        if not any(type(handler) is logging.StreamHandler for handler in logging.root.handlers):
            print(f"{record.levelname} {record.getMessage()}", file=sys.stderr)  # noqa: T201 - the reader's own page


def _logger() -> logging.Logger:
    logger = logging.getLogger("asset_magic.run")
    if not logger.handlers:
        logger.addHandler(_ToReader())
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)
    return logger


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The run: its id and the tags it was started with."""

    run_id: str
    tags: Mapping[str, str] = field(default_factory=dict)


def _nothing_to_load(key: AssetKey) -> Any:
    raise AssetMagicError(f"{key} cannot be loaded here: this context belongs to no run")


class _OfRun:
    """What every piece of code may ask of its run.

    Attributes:
        run: the run it belongs to.
        retry_number: how often the code was tried before.
    """

    def __init__(self, run: RunInfo) -> None:
        self.run = run
        self.retry_number = 0

    @property
    def log(self) -> logging.Logger:
        """A logger for messages to the reader, shown below the cell from ``info`` on."""
        return _logger()

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.run.run_id

    @property
    def run_tags(self) -> Mapping[str, str]:
        """The tags that the run was started with."""
        return self.run.tags

    def has_tag(self, key: str) -> bool:
        """Whether the run was started with the tag ``key``."""
        return key in self.run.tags

    def get_tag(self, key: str) -> str | None:
        """The value of the tag ``key`` of the run, or None."""
        return self.run.tags.get(key)

    def forget(self) -> None:
        """Take back what the code said, since it is run again."""


class AssetExecutionContext(_OfRun, DirectContext):
    """Handed to an asset function whose first parameter is called ``context``; a cell sees it under that name.

    Attributes:
        assets_def: the definition whose code runs.
        selected_asset_keys: the assets that this call is to make.
    """

    def __init__(
        self,
        run: RunInfo,
        assets_def: AssetsDefinition | None = None,
        selected: tuple[AssetKey, ...] = (),
        load: Callable[[AssetKey], Any] = _nothing_to_load,
    ) -> None:
        super().__init__(run)
        self._assets_def = assets_def
        self.selected_asset_keys = frozenset(selected)
        self._load = load
        self._metadata: dict[AssetKey | None, dict[str, Any]] = {}
        self._data_versions: dict[AssetKey, DataVersion] = {}

    def bind(self, assets_def: AssetsDefinition) -> None:
        """Make this the context of a function that is called directly, if it is of none yet."""
        if self._assets_def is None:
            self._assets_def = assets_def
            self.selected_asset_keys = frozenset(assets_def.keys)

    @classmethod
    def get(cls) -> AssetExecutionContext:
        """The context of the code that is running.

        Raises:
            AssetMagicError: none is running.
        """
        context = _current.get()
        if context is None:
            raise AssetMagicError("no asset is being materialized, so there is no context")
        return context

    # The assets

    @property
    def assets_def(self) -> AssetsDefinition:
        """The definition whose code runs.

        Raises:
            AssetMagicError: this context belongs to no definition.
        """
        if self._assets_def is None:
            raise AssetMagicError("this context belongs to no definition")
        return self._assets_def

    @property
    def has_assets_def(self) -> bool:
        """Whether this context belongs to a definition."""
        return self._assets_def is not None

    @property
    def asset_key(self) -> AssetKey:
        """The asset that this code makes, where it is just one.

        Raises:
            DefinitionError: it makes several.
        """
        if len(self.assets_def.keys) != 1:
            keys = " and ".join(self.assets_def.keys)
            raise DefinitionError(f"this code makes {keys}: use context.selected_asset_keys")
        return self.assets_def.keys[0]

    @property
    def selected_output_names(self) -> frozenset[str]:
        """The names of the outputs that this call is to make."""
        return frozenset(name for name, key in self.assets_def.outputs.items() if key in self.selected_asset_keys)

    @property
    def selected_asset_check_keys(self) -> frozenset[AssetCheckKey]:
        """The checks that this call is to evaluate itself."""
        return frozenset(s.key for s in self.assets_def.check_specs if s.asset_key in self.selected_asset_keys)

    @property
    def is_subset(self) -> bool:
        """Whether the call is to make only some of its assets."""
        return len(self.selected_asset_keys) < len(self.assets_def.keys)

    def asset_key_for_output(self, output_name: str = DEFAULT_OUTPUT) -> AssetKey:
        """The key of the output ``output_name``.

        Raises:
            UnknownAssetError: there is no such output.
        """
        outputs = self.assets_def.outputs
        if output_name == DEFAULT_OUTPUT and len(outputs) == 1:
            return self.asset_key
        if output_name not in outputs:
            raise UnknownAssetError(f"there is no output {output_name!r}: there are {', '.join(outputs)}")
        return outputs[output_name]

    def output_for_asset_key(self, asset_key: CoercibleToAssetKey) -> str:
        """The name of the output that ``asset_key`` is.

        Raises:
            UnknownAssetError: it is not made here.
        """
        key = AssetKey(asset_key)
        for name, made in self.assets_def.outputs.items():
            if made == key:
                return name
        raise UnknownAssetError(f"{key} is not made here: {', '.join(self.assets_def.keys)} is")

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        """The key of the upstream asset behind the parameter ``input_name``.

        Raises:
            UnknownAssetError: no parameter is called so.
        """
        inputs = self.assets_def.keys_by_input_name
        if input_name not in inputs:
            raise UnknownAssetError(f"there is no input {input_name!r}: there are {', '.join(inputs) or 'none'}")
        return inputs[input_name]

    def load_asset_value(self, asset_key: CoercibleToAssetKey) -> Any:
        """The value of an upstream asset, declared in ``deps`` or taken as a parameter.

        Raises:
            UnknownAssetError: this code does not depend on it.
            AssetValueMissing: it has no value.
        """
        key = AssetKey(asset_key)
        if key not in self.assets_def.dependency_keys:
            raise UnknownAssetError(f"{key} is not among the dependencies here: declare it, as in deps=[{str(key)!r}]")
        return self._load(key)

    # What is said of the results

    def add_output_metadata(self, metadata: Mapping[str, Any], output_name: str | None = None) -> None:
        """Record facts with the materialization of ``output_name`` (of the only one, by default)."""
        if self._assets_def is None:
            key = None
        elif output_name is None and len(self.assets_def.keys) > 1:
            raise DefinitionError("this code makes several assets: say which, as in output_name='orders'")
        else:
            key = self.asset_key_for_output(output_name or DEFAULT_OUTPUT)
        self._metadata.setdefault(key, {}).update(metadata_of(metadata))

    def add_asset_metadata(self, metadata: Mapping[str, Any], asset_key: CoercibleToAssetKey | None = None) -> None:
        """Record facts with the materialization of ``asset_key`` (of the only one, by default)."""
        key = AssetKey(asset_key) if asset_key is not None else self.asset_key
        self.output_for_asset_key(key)
        self._metadata.setdefault(key, {}).update(metadata_of(metadata))

    def get_output_metadata(self, output_name: str) -> Mapping[str, Any]:
        """The facts recorded so far for ``output_name``."""
        key = self.asset_key_for_output(output_name) if self._assets_def is not None else None
        return dict(self._metadata.get(key, {}))

    def set_data_version(self, asset_key: CoercibleToAssetKey, data_version: DataVersion) -> None:
        """State the data version of an asset that is made here.

        Raises:
            UnknownAssetError: it is not made here.
        """
        self.output_for_asset_key(asset_key)
        self._data_versions[AssetKey(asset_key)] = data_version

    def said_of(self, key: AssetKey) -> tuple[Mapping[str, Any], DataVersion | None]:
        """The facts and the data version that the code stated of ``key``."""
        return self._metadata.get(key, EMPTY), self._data_versions.get(key)

    def forget(self) -> None:
        self._metadata.clear()
        self._data_versions.clear()


class AssetCheckExecutionContext(_OfRun):
    """Handed to a check function whose first parameter is called ``context``.

    Attributes:
        check_specs: the checks that the code evaluates.
    """

    def __init__(self, run: RunInfo, check_specs: tuple[AssetCheckSpec, ...] = ()) -> None:
        super().__init__(run)
        self.check_specs = check_specs

    @property
    def selected_asset_check_keys(self) -> frozenset[AssetCheckKey]:
        """The checks that this call is to evaluate."""
        return frozenset(spec.key for spec in self.check_specs)


def build_asset_context(run_tags: Mapping[str, str] | None = None) -> AssetExecutionContext:
    """A context to call a decorated function with, in a test.

    >>> context = build_asset_context(run_tags={"why": "test"})
    >>> context.run.tags["why"]
    'test'
    """
    return AssetExecutionContext(RunInfo("EPHEMERAL", dict(run_tags or {})))


class as_current:  # noqa: N801 - it is used like a function
    """Make ``context`` what `AssetExecutionContext.get` gives."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def __enter__(self) -> None:
        self._token = _current.set(self._context)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)
