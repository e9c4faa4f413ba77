"""Asynchronous assets and checks."""

from __future__ import annotations

import asyncio

import pytest
from sample_assets import numbers

from asset_magic import (
    AssetKey,
    AssetOut,
    Output,
    asset,
    asset_check,
    materialize,
    multi_asset,
)


def test_async_assets():
    """``async def`` assets run in a plain program, chained and mixed with others."""

    @asset
    async def fetched():
        await asyncio.sleep(0)
        return [1, 2]

    @asset
    def counted(fetched):
        return len(fetched)

    @asset
    async def doubled(counted):
        await asyncio.sleep(0)
        return counted * 2

    assert materialize([fetched, counted, doubled]).output_for_node("doubled") == 4


def test_async_multi_asset_and_check():
    """An ``async def`` multi-asset may yield its outputs, and a check may wait."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    async def split():
        await asyncio.sleep(0)
        yield Output(1, output_name="low")
        yield Output(2, output_name="high")

    @asset_check(asset=AssetKey("low"))
    async def good(low):
        await asyncio.sleep(0)
        return low == 1

    result = materialize([split, good])
    assert result.asset_value("high") == 2
    assert result.get_asset_check_evaluations()[0].passed


def test_async_check_of_a_plain_asset():
    """A check alone may wait."""

    @asset_check(asset=numbers)
    async def good(numbers):
        await asyncio.sleep(0)
        return True

    assert materialize([numbers, good]).get_asset_check_evaluations()[0].passed


def test_async_failure():
    """The failure of an ``async def`` asset is raised as it is."""

    @asset
    async def failing():
        await asyncio.sleep(0)
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        materialize([failing])


def test_call_of_an_async_asset():
    """A direct call gives the coroutine, as the function does."""

    @asset
    async def fetched():
        return 1

    assert asyncio.run(fetched()) == 1


def test_within_a_running_event_loop():
    """As in a notebook, whose loop runs while its cells do."""

    @asset
    async def fetched():
        await asyncio.sleep(0)
        return 1

    @asset
    async def broken(fetched):
        raise LookupError("no such page")

    async def cell():
        assert materialize([fetched]).asset_value("fetched") == 1
        with pytest.raises(LookupError, match="no such page"):
            materialize([fetched, broken])

    asyncio.run(cell())
