"""What is said of assets, what they may return, and several assets of one function."""

from __future__ import annotations

import pytest
from sample_assets import numbers

from asset_magic import (
    AssetExecutionContext,
    AssetKey,
    AssetMagicError,
    AssetOut,
    DataVersion,
    MaterializeResult,
    Output,
    asset,
    materialize,
    multi_asset,
)


def test_arguments_of_an_asset():
    """Name, prefix, group, description, metadata, tags, kinds, owners and code version are kept."""

    @asset(
        name="orders",
        key_prefix="raw",
        group_name="ingestion",
        description="As delivered",
        metadata={"rows": "all"},
        tags={"tier": "gold"},
        kinds={"pandas"},
        owners=["team:data"],
        code_version="7",
    )
    def function():
        return 1

    (spec,) = function.specs
    assert spec.key == AssetKey(["raw", "orders"])
    assert (spec.group_name, spec.description, spec.code_version) == ("ingestion", "As delivered", "7")
    assert spec.metadata == {"rows": "all"}
    assert spec.tags == {"tier": "gold"}
    assert list(spec.kinds) == ["pandas"]
    assert list(spec.owners) == ["team:data"]
    assert materialize([function]).asset_materializations_for_node("function")[0].code_version == "7"


def test_docstring_is_the_description():
    """The docstring describes an asset that says nothing else."""

    @asset
    def documented():
        """All orders."""

    assert documented.specs[0].description == "All orders."


def test_context():
    """A parameter called ``context`` is the context of the run, and no dependency."""

    @asset
    def told(context: AssetExecutionContext, numbers):
        context.log.info("working")
        context.add_output_metadata({"rows": len(numbers)})
        return str(context.asset_key)

    result = materialize([numbers, told])
    assert result.output_for_node("told") == "told"
    assert result.asset_materializations_for_node("told")[0].metadata["rows"] == 3


def test_output():
    """An ``Output`` gives a value with its metadata and its data version."""

    @asset
    def stated():
        return Output(5, metadata={"rows": 5}, data_version=DataVersion("v1"))

    result = materialize([stated])
    assert result.output_for_node("stated") == 5
    (record,) = result.asset_materializations_for_node("stated")
    assert "v1" in record.data_version
    assert record.metadata["rows"] == 5


def test_materialize_result():
    """A ``MaterializeResult`` records metadata, and its value is None unless it has one."""

    @asset
    def effect():
        return MaterializeResult(metadata={"rows": 5})

    result = materialize([effect])
    assert result.output_for_node("effect") is None
    assert result.asset_materializations_for_node("effect")[0].metadata["rows"] == 5


def test_yielded_output_of_one_asset():
    """An asset may yield its one ``Output``."""

    @asset
    def yielded():
        yield Output(5, metadata={"rows": 5})

    assert materialize([yielded]).output_for_node("yielded") == 5


def test_read_once_value():
    """A value that can be read only once is refused with advice."""

    @asset
    def once():
        return (n for n in range(3))

    with pytest.raises(AssetMagicError, match="list"):
        materialize([once])


def test_multi_asset_that_yields():
    """Yielded outputs go by their names, in any order."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split(numbers):
        yield Output(max(numbers), output_name="high")
        yield Output(min(numbers), output_name="low", metadata={"kind": "min"})

    result = materialize([numbers, split])
    assert (result.asset_value("low"), result.asset_value("high")) == (1, 3)
    assert (result.output_for_node("split", "low"), result.output_for_node("split", "high")) == (1, 3)


def test_multi_asset_that_returns_a_tuple():
    """A returned tuple goes by position."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split(numbers):
        return min(numbers), max(numbers)

    result = materialize([numbers, split])
    assert (result.asset_value("low"), result.asset_value("high")) == (1, 3)


def test_multi_asset_with_keys_of_its_own():
    """An ``AssetOut`` may state its key, prefix and labels."""

    @multi_asset(
        outs={
            "low": AssetOut(key_prefix="raw", group_name="a", description="the least"),
            "high": AssetOut(key=AssetKey(["other", "top"])),
        },
        group_name="b",
    )
    def split():
        return 1, 2

    assert split.keys == (AssetKey("raw/low"), AssetKey("other/top"))
    assert [spec.group_name for spec in split.specs] == ["a", "b"]
    result = materialize([split])
    assert result.asset_value("other/top") == 2
    assert result.output_for_node("split", "high") == 2


def test_multi_asset_runs_once():
    """All outputs come from one call."""
    calls = []

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        calls.append(1)
        return 1, 2

    @asset
    def both(low, high):
        return low + high

    assert materialize([both, split]).output_for_node("both") == 3
    assert len(calls) == 1


@pytest.mark.parametrize("given", [(1,), (1, 2, 3), 5, None], ids=repr)
def test_multi_asset_that_gives_the_wrong_number(given):
    """Too few or too many values are an error that names the function."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        return given

    with pytest.raises(AssetMagicError, match="split"):
        materialize([split])


def test_multi_asset_that_leaves_an_output_out():
    """An output that is never yielded is an error that names it."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        yield Output(1, output_name="low")

    with pytest.raises(AssetMagicError, match="high"):
        materialize([split])


def test_multi_asset_that_yields_an_unknown_output():
    """An output that was not declared is an error that names it."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        yield Output(1, output_name="middle")

    with pytest.raises(AssetMagicError, match="middle"):
        materialize([split])
