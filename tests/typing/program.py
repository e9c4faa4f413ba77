"""A program as users write it, read by mypy (never run): types that must be known, and mistakes that must be found.

A line with ``type: ignore[...]`` is a mistake. If mypy no longer finds it, the comment is unused, and that is an error.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, assert_type

from asset_magic import (
    AssetCheckExecutionContext,
    AssetCheckKey,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetDep,
    AssetExecutionContext,
    AssetIn,
    AssetKey,
    AssetOut,
    AssetsDefinition,
    AssetSelection,
    AssetSpec,
    AssetStatus,
    Backoff,
    DataVersion,
    ExecuteInProcessResult,
    Failure,
    Jitter,
    MaterializeResult,
    MetadataValue,
    ObserveResult,
    Output,
    RetryPolicy,
    RetryRequested,
    SourceAsset,
    TableColumn,
    TableRecord,
    TableSchema,
    asset,
    asset_check,
    assets,
    build_asset_context,
    map_asset_specs,
    materialize,
    materialize_to_memory,
    multi_asset,
    multi_asset_check,
    observable_source_asset,
    register_format,
)

# Decorators


@asset
def plain() -> list[int]:
    return [1, 2]


assert_type(plain, AssetsDefinition)


@asset(
    key_prefix=["shop", "raw"],
    ins={"rows": AssetIn("plain"), "more": AssetIn(key_prefix="shop")},
    deps=[plain, "other", AssetKey(["a", "b"]), AssetDep("c"), AssetSpec("d"), ["e", "f"]],
    metadata={"rows": 3},
    tags={"tier": "gold"},
    description="All of it",
    group_name="shop",
    output_required=False,
    retry_policy=RetryPolicy(max_retries=3, delay=0.2, backoff=Backoff.EXPONENTIAL, jitter=Jitter.FULL),
    code_version="2",
    check_specs=[AssetCheckSpec("fine", asset="orders", blocking=True)],
    owners=["team:data"],
    kinds={"pandas"},
)
def orders(context: AssetExecutionContext, rows: list[int], more: list[int]) -> Iterator[Output[int]]:
    context.log.info("rows: %s", len(rows))
    yield Output(3, metadata={"rows": 3}, data_version=DataVersion("1"), tags={"a": "b"})


assert_type(orders, AssetsDefinition)


@asset
def without_saying_of_what() -> MaterializeResult:
    return MaterializeResult(metadata={"rows": 3})


@multi_asset(outs={"low": AssetOut(is_required=False), "high": AssetOut(key="top")}, can_subset=True)
def split(plain: list[int]) -> Iterator[Output[int]]:
    yield Output(1, "low")


assert_type(split, AssetsDefinition)


@multi_asset(specs=[AssetSpec("tables", deps=[plain], skippable=True)])
def write() -> Iterator[MaterializeResult[None]]:
    yield MaterializeResult(asset_key="tables", metadata={"rows": MetadataValue.int(2)}, value=None)


@asset_check(asset=plain, blocking=True, additional_ins={"rest": AssetIn("orders")})
def not_empty(context: AssetCheckExecutionContext, plain: list[int], rest: Any) -> AssetCheckResult:
    return AssetCheckResult(passed=len(plain) > 0, severity=AssetCheckSeverity.WARN, metadata={"rows": len(plain)})


assert_type(not_empty, AssetChecksDefinition)


@multi_asset_check(specs=[AssetCheckSpec("a", asset=plain), AssetCheckSpec("b", asset="orders")], ins={"rows": "plain"})
def look(rows: list[int]) -> Iterator[AssetCheckResult]:
    yield AssetCheckResult(passed=True, check_name="a", asset_key="plain")


assert_type(look, AssetChecksDefinition)


@observable_source_asset(name="raw", tags={"tier": "gold"})
def observed() -> DataVersion | ObserveResult:
    return DataVersion("1")


assert_type(observed, SourceAsset)

# Definitions

assert_type(plain.key, AssetKey)
assert_type(plain.get_asset_spec(), AssetSpec)
assert_type(plain.get_asset_spec().deps, tuple[AssetDep, ...])
assert_type(plain.keys_by_input_name, Mapping[str, AssetKey])
assert_type(split.check_keys, set[AssetCheckKey])
assert_type(AssetKey("a").with_prefix("b").path, list[str])
assert_type(AssetSpec("a").replace_attributes(group_name="b").group_name, str)
assert_type(map_asset_specs(lambda spec: spec, [plain, AssetSpec("a")]), list[AssetsDefinition | AssetSpec])
assert_type(plain.map_asset_specs(lambda spec: spec), AssetsDefinition)

register_format(
    bytearray, name="raw", write=lambda value, file: file.write(value), read=lambda file: bytearray(file.read())
)

# Results

assert_type(Output(3), Output[int])
assert_type(Output(3).value, int)
assert_type(MaterializeResult(value="a").value, str)
assert_type(
    MetadataValue.table([TableRecord({"a": 1})], TableSchema([TableColumn("a", "int")])).records, list[TableRecord]
)
assert_type(RetryPolicy().calculate_delay(1), float)
raise_me: Callable[[], Exception] = RetryRequested
raise_me = Failure

# Runs

result = materialize([plain, orders, not_empty, look, observed, AssetSpec("a")], selection="+orders", tags={"a": "b"})
assert_type(result, ExecuteInProcessResult)
assert_type(result.success, bool)
assert_type(result.run_id, str)
assert_type(result.is_node_success("plain"), bool)
assert_type([check.passed for check in result.get_asset_check_evaluations()], list[bool])
assert_type([event.asset_key for event in result.get_asset_materialization_events()], list[AssetKey])
materialize_to_memory(
    [plain], selection=AssetSelection.groups("shop").upstream(depth=1) - AssetSelection.keys("orders")
)
materialize([plain], selection=[plain, "orders", AssetKey("a")])

context = build_asset_context(run_tags={"a": "b"})
assert_type(context, AssetExecutionContext)
assert_type(context.asset_key, AssetKey)
assert_type(context.get_tag("a"), str | None)
assert_type(context.run.tags, Mapping[str, str])

# The registry

assert_type(assets["plain"].status, AssetStatus)
assert_type(assets[plain.key].upstream, tuple[AssetKey, ...])
assert_type([cause.reason for cause in assets["plain"].stale_causes], list[str])
assert_type(assets.select("+orders"), tuple[AssetKey, ...])

# Mistakes

from asset_magic import assett  # type: ignore[attr-defined]  # noqa: E402, F401

asset(nmae="orders")  # type: ignore[call-overload]
asset(tags=["gold"])  # type: ignore[call-overload]
asset(io_manager_key="io")  # type: ignore[call-overload]
asset("orders")  # type: ignore[call-overload]
multi_asset(outs=["low"])  # type: ignore[arg-type]
multi_asset(spec=[])  # type: ignore[call-arg]
asset_check(name="fine")  # type: ignore[call-arg]
asset_check(asset=plain, bloking=True)  # type: ignore[call-arg]
multi_asset_check()  # type: ignore[call-arg]
observable_source_asset(nmae="raw")  # type: ignore[call-overload]
AssetIn(prefix="shop")  # type: ignore[call-arg]
AssetOut(required=False)  # type: ignore[call-arg]
AssetSpec("a", ["b"])  # type: ignore[call-arg]
AssetSpec("a", group="b")  # type: ignore[call-arg]
AssetCheckResult(pased=True)  # type: ignore[call-arg]
AssetCheckResult()  # type: ignore[call-arg]
AssetCheckSpec("fine")  # type: ignore[call-arg]
Output(1, data_version="1")  # type: ignore[arg-type]
DataVersion(5)  # type: ignore[arg-type]
register_format(bytes, name=5, write=bytes.count, read=bytes)  # type: ignore[arg-type]
RetryPolicy(max_retries="3")  # type: ignore[arg-type]
RetryPolicy(backoff="LINEAR")  # type: ignore[arg-type]
MetadataValue.int("3")  # type: ignore[arg-type]
MetadataValue.nosuch("3")  # type: ignore[attr-defined]
materialize(plain)  # type: ignore[arg-type]
materialize([plain], raise_on_eror=False)  # type: ignore[call-arg]
materialize(["orders"])  # type: ignore[list-item]
print(result.sucess)  # type: ignore[attr-defined]
print(context.assetkey)  # type: ignore[attr-defined]
print(assets["plain"].stauts)  # type: ignore[attr-defined]
