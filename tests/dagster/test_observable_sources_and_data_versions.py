"""Source assets that can be looked at, and data versions that are stated."""

import pytest
from runs import materialized, tags_of

from asset_magic import (
    AssetKey,
    DataVersion,
    MaterializeResult,
    ObserveResult,
    Output,
    asset,
    materialize,
    observable_source_asset,
)


def test_an_observable_source_is_named_by_its_function():
    @observable_source_asset
    def raw():
        return DataVersion("1")

    assert raw.key == AssetKey("raw")
    assert raw.is_observable


def test_the_labels_of_an_observable_source():
    @observable_source_asset(
        name="rows",
        key_prefix=["shop", "raw"],
        metadata={"rows": 3},
        description="From the shop",
        group_name="sales",
        tags={"tier": "gold"},
    )
    def anything():
        return DataVersion("1")

    assert anything.key == AssetKey(["shop", "raw", "rows"])
    assert (anything.description, anything.group_name) == ("From the shop", "sales")
    assert dict(anything.tags) == {"tier": "gold"}
    assert list(anything.metadata) == ["rows"]


def test_the_key_of_an_observable_source():
    @observable_source_asset(key=["shop", "rows"])
    def anything():
        return DataVersion("1")

    assert anything.key == AssetKey(["shop", "rows"])


def test_an_observable_source_is_not_materialized():
    @observable_source_asset
    def raw(context):
        return DataVersion("1")

    @asset(deps=[raw])
    def orders():
        return 1

    result = materialize([raw, orders])
    assert result.success
    assert materialized(result) == ["orders"]


def test_an_observable_source_passes_no_value():
    @observable_source_asset
    def raw():
        return DataVersion("1")

    @asset
    def orders(raw):
        return raw

    assert not materialize([raw, orders], raise_on_error=False).success


def test_an_observe_result():
    result = ObserveResult(asset_key="raw", metadata={"rows": 1}, data_version=DataVersion("2"), tags={"a": "b"})
    assert result.asset_key == AssetKey("raw")
    assert (dict(result.metadata), result.data_version, dict(result.tags)) == (
        {"rows": 1},
        DataVersion("2"),
        {"a": "b"},
    )
    assert list(result.check_results) == []


def test_a_data_version_is_its_text():
    assert DataVersion("1").value == "1"
    assert DataVersion("1") == DataVersion("1")
    assert DataVersion("1") != DataVersion("2")


@pytest.mark.parametrize("wrong", [lambda: DataVersion(5), lambda: Output(1, data_version="5")])
def test_a_data_version_that_is_none(wrong, refused):
    with refused("DataVersion|str|text"):
        wrong()


@pytest.mark.parametrize("kind", [Output, MaterializeResult])
def test_a_stated_data_version_is_recorded(kind):
    @asset
    def orders():
        return kind(value=1, data_version=DataVersion("v7"))

    assert tags_of(materialize([orders]), "orders")["dagster/data_version"] == "v7"


def test_a_version_is_recorded_though_none_is_stated():
    @asset
    def orders():
        return 1

    assert tags_of(materialize([orders]), "orders")["dagster/data_version"]


def test_the_code_version_is_recorded():
    @asset(code_version="3")
    def orders():
        return 1

    assert tags_of(materialize([orders]), "orders")["dagster/code_version"] == "3"


def test_the_versions_of_the_inputs_are_recorded():
    @asset(key_prefix="shop")
    def orders():
        return Output(1, data_version=DataVersion("v7"))

    @asset(deps=[["shop", "orders"]])
    def below():
        return 1

    assert tags_of(materialize([orders, below]), "below")["dagster/input_data_version/shop/orders"] == "v7"
