"""Bodies that yield and bodies that wait."""

import asyncio
import inspect

from runs import materialized, metadata_of, verdicts

from asset_magic import (
    AssetCheckResult,
    AssetOut,
    MaterializeResult,
    Output,
    asset,
    asset_check,
    materialize,
    multi_asset,
)


def test_a_generator_yields_its_output():
    @asset
    def orders():
        yield Output([1, 2], metadata={"rows": 2})

    @asset
    def total(orders):
        return sum(orders)

    result = materialize([orders, total])
    assert result.output_for_node("total") == 3
    assert metadata_of(result, "orders")["rows"] == 2


def test_a_generator_yields_its_result():
    @asset
    def orders():
        yield MaterializeResult(value=[1, 2])

    @asset
    def total(orders):
        return sum(orders)

    assert materialize([orders, total]).output_for_node("total") == 3


def test_code_after_the_yield_runs():
    ran = []

    @asset
    def orders():
        yield Output(1)
        ran.append("after")

    assert materialize([orders]).success
    assert ran == ["after"]


def test_a_generator_that_fails_after_an_output_fails():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        yield Output(1, "low")
        raise LookupError("no more")

    result = materialize([split], raise_on_error=False)
    assert not result.success
    assert "high" not in materialized(result)


def test_an_async_asset():
    @asset
    async def orders():
        await asyncio.sleep(0)
        return [1, 2]

    @asset
    def total(orders):
        return sum(orders)

    assert materialize([orders, total]).output_for_node("total") == 3


def test_an_async_asset_reads_another():
    @asset
    async def orders():
        return [1, 2]

    @asset
    async def total(context, orders):
        await asyncio.sleep(0)
        return context.asset_key.to_user_string(), sum(orders)

    assert materialize([orders, total]).output_for_node("total") == ("total", 3)


def test_an_async_asset_gives_an_output():
    @asset
    async def orders():
        return Output([1], metadata={"rows": 1})

    result = materialize([orders])
    assert result.output_for_node("orders") == [1]
    assert metadata_of(result, "orders")["rows"] == 1


def test_an_async_generator():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    async def split():
        yield Output(1, "low")
        await asyncio.sleep(0)
        yield Output(2, "high")

    result = materialize([split])
    assert (result.asset_value("low"), result.asset_value("high")) == (1, 2)


def test_an_async_generator_of_one_asset():
    @asset
    async def orders():
        await asyncio.sleep(0)
        yield Output([1, 2])

    assert materialize([orders]).output_for_node("orders") == [1, 2]


def test_an_async_multi_asset_returns_a_tuple():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    async def split():
        await asyncio.sleep(0)
        return 1, 2

    assert materialize([split]).asset_value("high") == 2


def test_the_exception_of_an_async_asset():
    @asset
    async def orders():
        await asyncio.sleep(0)
        raise LookupError("no such file")

    assert not materialize([orders], raise_on_error=False).success


def test_an_async_check():
    @asset
    def orders():
        return [1]

    @asset_check(asset=orders)
    async def not_empty(orders):
        await asyncio.sleep(0)
        return AssetCheckResult(passed=len(orders) > 0)

    assert verdicts(materialize([orders, not_empty])) == {"orders:not_empty": True}


def test_a_generator_check():
    @asset
    def orders():
        return [1]

    @asset_check(asset=orders)
    def not_empty(orders):
        yield AssetCheckResult(passed=len(orders) > 0)

    assert verdicts(materialize([orders, not_empty])) == {"orders:not_empty": True}


# Direct calls


def test_a_direct_call_of_a_generator_gives_the_generator():
    @asset
    def orders():
        yield Output(3)

    given = orders()
    assert inspect.isgenerator(given)
    assert [output.value for output in given] == [3]


def test_a_direct_call_of_an_async_asset_is_awaited():
    @asset
    async def total(orders):
        return sum(orders)

    assert asyncio.run(total([1, 2])) == 3


def test_a_direct_call_of_an_async_generator_is_iterated():
    @asset
    async def orders():
        yield Output(3)

    async def collect():
        return [output.value async for output in orders()]

    assert asyncio.run(collect()) == [3]
