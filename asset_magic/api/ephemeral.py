"""``materialize``: run a list of definitions on their own, apart from the notebook's graph and store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from asset_magic.api.left_out import explains_what_is_left_out
from asset_magic.graph.asset_selection import CoercibleToAssetSelection
from asset_magic.graph.links import upstream_first
from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition
from asset_magic.model.errors import BlockingCheckFailed, DefinitionError, UnknownAssetError
from asset_magic.model.keys import AssetKey, CoercibleToAssetKey
from asset_magic.model.records import AssetCheckEvaluation, Materialization
from asset_magic.model.results import DEFAULT_OUTPUT
from asset_magic.model.specs import AssetSpec
from asset_magic.run.execute import drive
from asset_magic.run.report import RunReport
from asset_magic.session import inspect
from asset_magic.session.runner import Runner
from asset_magic.session.session import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MaterializationEvent:
    """That a run made an asset.

    Attributes:
        materialization: what was recorded.
    """

    materialization: Materialization

    @property
    def asset_key(self) -> AssetKey:
        """The asset."""
        return self.materialization.key


class ExecuteInProcessResult:
    """What `materialize` did.

    Attributes:
        success: whether every asset was made and every blocking check passed.
        run_id: the id of the run.
    """

    def __init__(self, runner: Runner, report: RunReport) -> None:
        self._runner = runner
        self._report = report
        self.success = report.success
        self.run_id = report.run.run_id

    def output_for_node(self, node_str: str, output_name: str = DEFAULT_OUTPUT) -> Any:
        """The value that the function ``node_str`` gave.

        Args:
            node_str: the name of the function, or an asset key.
            output_name: which output, where there are several.

        Raises:
            UnknownAssetError: nothing of that name was run.
        """
        definition = self._node(node_str)
        if len(definition.keys) == 1 and output_name == DEFAULT_OUTPUT:
            return self.asset_value(definition.keys[0])
        if output_name not in definition.outputs:
            raise UnknownAssetError(f"{node_str} has no output {output_name!r}: it has {', '.join(definition.outputs)}")
        return self.asset_value(definition.outputs[output_name])

    def asset_value(self, asset_key: CoercibleToAssetKey) -> Any:
        """The value of ``asset_key``.

        Raises:
            UnknownAssetError: it was not part of the run.
            AssetValueMissing: it was not made.
        """
        return self._runner.session.values.value(self._runner.session.known(AssetKey(asset_key)))

    def asset_materializations_for_node(self, node_name: str) -> list[Materialization]:
        """What was recorded for the function ``node_name``, in the order of its outputs."""
        records = (self._runner.session.values.get(key) for key in self._node(node_name).keys)
        return [current.record for current in records if current is not None]

    def get_asset_materialization_events(self) -> list[MaterializationEvent]:
        """What was recorded, in the order of the run."""
        values = self._runner.session.values
        ran = [key for key, outcome in self._report.outcomes.items() if outcome.state == "ran"]
        records = (values.get(key) for key in ran if not self._runner.graph.is_external(key))
        return [MaterializationEvent(current.record) for current in records if current is not None]

    def is_node_success(self, node_str: str) -> bool:
        """Whether the function ``node_str`` was run and did not fail."""
        return self._states(node_str) - {"skipped"} == {"ran"}

    def is_node_failed(self, node_str: str) -> bool:
        """Whether the function ``node_str`` failed."""
        return "failed" in self._states(node_str)

    def is_node_skipped(self, node_str: str) -> bool:
        """Whether the function ``node_str`` was not run, because of something upstream."""
        return self._states(node_str) == {"skipped"}

    def _states(self, node: str) -> set[str]:
        outcomes = self._report.outcomes
        return {outcomes[key].state for key in self._node(node).keys if key in outcomes}

    def retry_attempts_for_node(self, node_name: str) -> int:
        """How often the function ``node_name`` was tried again."""
        outcomes = self._report.outcomes
        return max((outcomes[key].retries for key in self._node(node_name).keys if key in outcomes), default=0)

    def get_asset_check_evaluations(self) -> list[AssetCheckEvaluation]:
        """The verdict of every check that was evaluated."""
        return list(self._report.evaluations)

    def _node(self, name: str) -> AssetsDefinition:
        graph = self._runner.graph
        if name in graph.definitions:
            return graph.definitions[AssetKey(name)]
        for definition in graph.definitions.values():
            if name in (definition.name, definition.keys[0].name, "__".join(definition.keys[0].path)):
                return definition
        raise UnknownAssetError(f"nothing called {name!r} was run")

    def __repr__(self) -> str:
        states = [outcome.state for outcome in self._report.outcomes.values()]
        return f"<run of {len(states)} assets: {'success' if self.success else 'failure'}>"


@explains_what_is_left_out
def materialize(
    assets: Sequence[AssetsDefinition | AssetChecksDefinition | AssetSpec],
    selection: CoercibleToAssetSelection | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
) -> ExecuteInProcessResult:
    """Run definitions in this process, in memory; the notebook's graph and store are not touched.

    Args:
        assets: definitions of assets, sources and checks.
        selection: which assets to make: text, an `AssetSelection`, a key, a definition, or a list of these; all of
            them by default.
        raise_on_error: raise the first failure instead of only reporting it.
        tags: labels of the run.

    Raises:
        SelectionError: the selection cannot be read, or matches nothing.
        DefinitionError: the definitions do not fit together, or an upstream asset is not among them.
        Exception: what an asset's code raised, if ``raise_on_error``.

    >>> from asset_magic import asset
    >>> @asset
    ... def one():
    ...     return 1
    >>> materialize([one]).asset_value("one")
    1
    """
    runner = Runner(Session({}, binds=False))
    _define_all(runner.session, assets)
    keys = inspect.selected(runner, selection)
    _see_that_upstream_is_there(runner, keys)
    work = runner.materialize(keys, force=True, only=selection is not None, tags=tags)
    report = drive(work, awaits=runner.any_waits(), alone=True)
    if raise_on_error:
        _raise_first(runner, report)
    return ExecuteInProcessResult(runner, report)


@explains_what_is_left_out
def materialize_to_memory(
    assets: Sequence[AssetsDefinition | AssetChecksDefinition | AssetSpec],
    selection: CoercibleToAssetSelection | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
) -> ExecuteInProcessResult:
    """The same as `materialize`, which keeps nothing but in memory either."""
    return materialize(assets, selection, raise_on_error, tags)


def _define_all(session: Session, assets: Sequence[AssetsDefinition | AssetChecksDefinition | AssetSpec]) -> None:
    if isinstance(assets, (AssetsDefinition, AssetChecksDefinition, AssetSpec, str)) or not isinstance(
        assets, Iterable
    ):
        raise DefinitionError("materialize takes a list of definitions: put [ ] around it")
    definitions: dict[AssetKey, AssetsDefinition] = {}
    for item in _once_each(assets):
        if isinstance(item, AssetSpec):
            item = AssetsDefinition((item,), None, external=True)
        if isinstance(item, AssetsDefinition):
            for key in item.keys:
                if key in definitions:
                    raise DefinitionError(f"{key} is defined twice among the given assets")
                definitions[key] = item
        elif not isinstance(item, AssetChecksDefinition):
            raise DefinitionError(f"{item!r} is neither an asset nor a check: decorate it with @asset or @asset_check")
    for definition in upstream_first(list(dict.fromkeys(definitions.values()))):
        session.define(definition)
    for item in _once_each(assets):
        if isinstance(item, AssetChecksDefinition):
            _add_checks(session, item)


def _add_checks(session: Session, definition: AssetChecksDefinition) -> None:
    for spec in definition.specs:
        if spec.name in session.graph.checks.get(spec.asset_key, ()):
            raise DefinitionError(f"the check {spec.name} of {spec.asset_key} is defined twice")
    session.add_checks(definition)


def _once_each(items: Sequence[T]) -> Iterable[T]:
    return {id(item): item for item in items}.values()


def _raise_first(runner: Runner, report: RunReport) -> None:
    for outcome in report.outcomes.values():
        if outcome.error is not None:
            raise outcome.error
    for broken in report.broken_checks:
        raise runner.checks.errors[broken.asset_check_key]
    for failure in report.blocking_failures:
        raise BlockingCheckFailed(f"the blocking check {failure.check_name} of {failure.asset_key} did not pass")


def _see_that_upstream_is_there(runner: Runner, keys: Sequence[AssetKey]) -> None:
    """A value has to come from a given asset; what is only depended on may be made elsewhere."""
    for key in keys:
        code = runner.graph.code(key)
        passed = code.parameters.values() if code is not None else ()
        for up in runner.graph.upstream(key):
            if up in runner.graph:
                continue
            if up in passed:
                raise DefinitionError(f"{key} takes {up}, which is not among the given assets")
            runner.session.define(AssetsDefinition((AssetSpec(up),), None, external=True))
