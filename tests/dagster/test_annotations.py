"""The annotations that Dagster's users write are met without complaint."""

from collections.abc import Iterable, Iterator
from typing import Any

from runs import metadata_of, verdicts

from asset_magic import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetOut,
    AssetSpec,
    MaterializeResult,
    Output,
    asset,
    asset_check,
    materialize,
    multi_asset,
)


def test_a_value_and_its_readers():
    @asset
    def orders() -> list[int]:
        return [1, 2]

    @asset
    def total(context: AssetExecutionContext, orders: list[int]) -> int:
        return sum(orders)

    @asset
    def anything(total: Any) -> Any:
        return total

    assert materialize([orders, total, anything]).output_for_node("anything") == 3


def test_nothing():
    @asset
    def table() -> None:
        pass

    @asset(deps=[table])
    def report() -> None:
        pass

    assert materialize([table, report]).success


def test_an_output_of_something():
    @asset
    def orders() -> Output[list[int]]:
        return Output([1, 2], metadata={"rows": 2})

    result = materialize([orders])
    assert result.output_for_node("orders") == [1, 2]
    assert metadata_of(result, "orders")["rows"] == 2


def test_a_materialize_result():
    @asset
    def orders() -> MaterializeResult:
        return MaterializeResult(metadata={"rows": 2})

    @asset
    def customers() -> MaterializeResult[list[str]]:
        return MaterializeResult(value=["ann"])

    result = materialize([orders, customers])
    assert metadata_of(result, "orders")["rows"] == 2
    assert result.asset_value("customers") == ["ann"]


def test_a_tuple():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split() -> tuple[int, int]:
        return 1, 2

    assert materialize([split]).asset_value("high") == 2


def test_a_tuple_of_outputs():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split() -> tuple[Output[int], Output[int]]:
        return Output(1), Output(2)

    assert materialize([split]).asset_value("high") == 2


def test_iterators():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split() -> Iterator[Output[int]]:
        yield Output(1, "low")
        yield Output(2, "high")

    @multi_asset(specs=[AssetSpec("tables")])
    def write() -> Iterable[MaterializeResult]:
        yield MaterializeResult(asset_key="tables", metadata={"rows": 2})

    result = materialize([split, write])
    assert result.asset_value("high") == 2
    assert metadata_of(result, "tables")["rows"] == 2


def test_checks():
    @asset
    def orders() -> list[int]:
        return [1]

    @asset_check(asset=orders)
    def not_empty(orders: list[int]) -> AssetCheckResult:
        return AssetCheckResult(passed=len(orders) > 0)

    @asset_check(asset=orders)
    def short(orders: list[int]) -> Iterator[AssetCheckResult]:
        yield AssetCheckResult(passed=len(orders) < 5)

    found = verdicts(materialize([orders, not_empty, short]))
    assert found == {"orders:not_empty": True, "orders:short": True}
