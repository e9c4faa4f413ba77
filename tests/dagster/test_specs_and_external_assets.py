"""`AssetSpec`: what is said of an asset, with the code that makes it or without."""

import pytest
from runs import materialized

from asset_magic import (
    AssetDep,
    AssetKey,
    AssetOut,
    AssetSpec,
    SourceAsset,
    asset,
    map_asset_specs,
    materialize,
    multi_asset,
)


def full(**changes):
    given = {
        "deps": ["raw"],
        "description": "Clean orders",
        "metadata": {"rows": 3},
        "group_name": "sales",
        "code_version": "2",
        "owners": ["team:data"],
        "tags": {"tier": "gold"},
        "kinds": {"pandas"},
    }
    return AssetSpec(["shop", "orders"], **(given | changes))


def test_a_spec_holds_what_it_was_given():
    spec = full()
    assert spec.key == AssetKey(["shop", "orders"])
    assert [dep.asset_key for dep in spec.deps] == [AssetKey("raw")]
    assert (spec.description, spec.group_name, spec.code_version) == ("Clean orders", "sales", "2")
    assert (dict(spec.metadata), list(spec.owners)) == ({"rows": 3}, ["team:data"])
    assert spec.tags["tier"] == "gold"
    assert set(spec.kinds) == {"pandas"}
    assert spec.skippable is False


def test_the_defaults_of_a_spec():
    spec = AssetSpec("orders")
    assert (list(spec.deps), spec.code_version) == ([], None)
    assert (dict(spec.metadata), dict(spec.tags), list(spec.owners), set(spec.kinds)) == ({}, {}, [], set())


@pytest.mark.parametrize("key", ["orders", ["orders"], AssetKey("orders")])
def test_the_key_of_a_spec(key):
    assert AssetSpec(key).key == AssetKey("orders")


def test_the_deps_of_a_spec_take_whatever_names_an_asset():
    @asset
    def one():
        return 1

    spec = AssetSpec("orders", deps=[one, AssetSpec("two"), "three", AssetKey("four"), AssetDep("five"), ["p", "six"]])
    assert [dep.asset_key.to_user_string() for dep in spec.deps] == ["one", "two", "three", "four", "five", "p/six"]


def test_equal_specs():
    assert full() == full()
    assert full() != full(group_name="other")


def test_replace_attributes():
    spec = full().replace_attributes(key="sales", deps=[], group_name="other", tags={"area": "north"}, owners=[])
    assert spec.key == AssetKey("sales")
    assert list(spec.deps) == []
    assert (spec.group_name, list(spec.owners)) == ("other", [])
    assert (spec.tags["area"], "tier" in spec.tags) == ("north", False)
    assert spec.description == "Clean orders"
    assert set(spec.kinds) == {"pandas"}


def test_replaced_kinds_leave_the_tags():
    spec = full().replace_attributes(kinds={"polars"})
    assert set(spec.kinds) == {"polars"}
    assert spec.tags["tier"] == "gold"


def test_replace_attributes_leaves_the_spec_itself():
    spec = full()
    spec.replace_attributes(group_name="other")
    assert spec == full()


def test_merge_attributes():
    spec = full().merge_attributes(
        deps=["rates"], metadata={"columns": 2}, owners=["team:ops"], tags={"area": "north"}, kinds={"csv"}
    )
    assert [dep.asset_key.to_user_string() for dep in spec.deps] == ["raw", "rates"]
    assert dict(spec.metadata) == {"rows": 3, "columns": 2}
    assert list(spec.owners) == ["team:data", "team:ops"]
    assert (spec.tags["tier"], spec.tags["area"]) == ("gold", "north")
    assert set(spec.kinds) == {"pandas", "csv"}


def test_merged_values_win():
    spec = full().merge_attributes(metadata={"rows": 4}, tags={"tier": "silver"})
    assert (spec.metadata["rows"], spec.tags["tier"]) == (4, "silver")


# External assets


def test_a_spec_stands_for_an_asset_made_elsewhere():
    raw = AssetSpec("raw", description="From the shop")

    @asset(deps=[raw])
    def orders():
        return 1

    result = materialize([raw, orders])
    assert result.success
    assert materialized(result) == ["orders"]


def test_a_spec_that_nothing_needs():
    assert materialize([AssetSpec("raw")]).success


def test_a_source_asset_stands_for_an_asset_made_elsewhere():
    raw = SourceAsset(
        key=["shop", "raw"],
        metadata={"rows": 3},
        group_name="sales",
        description="From the shop",
        tags={"tier": "gold"},
    )

    @asset(deps=[raw])
    def orders():
        return 1

    assert raw.key == AssetKey(["shop", "raw"])
    assert (raw.group_name, raw.description) == ("sales", "From the shop")
    assert dict(raw.tags) == {"tier": "gold"}
    assert list(raw.metadata) == ["rows"]
    assert set(orders.dependency_keys) == {raw.key}
    assert materialized(materialize([raw, orders])) == ["orders"]


@pytest.mark.parametrize("source", [AssetSpec("raw"), SourceAsset("raw")], ids=["spec", "source asset"])
def test_a_value_that_nothing_made_cannot_be_loaded(source):
    @asset
    def orders(raw):
        return raw

    assert not materialize([source, orders], raise_on_error=False).success


def test_specs_of_a_multi_asset():
    @multi_asset(specs=[AssetSpec("low", group_name="a", tags={"x": "1"}), AssetSpec(["p", "high"], kinds={"csv"})])
    def split(): ...

    assert set(split.keys) == {AssetKey("low"), AssetKey(["p", "high"])}
    assert split.group_names_by_key[AssetKey("low")] == "a"
    assert split.group_names_by_key[AssetKey(["p", "high"])] == "default"
    assert dict(split.tags_by_key[AssetKey("low")]) == {"x": "1"}
    assert set(split.get_asset_spec(AssetKey(["p", "high"])).kinds) == {"csv"}


def test_the_labels_of_outs():
    out = AssetOut(
        key_prefix="p",
        description="Low ones",
        metadata={"rows": 1},
        group_name="g",
        code_version="3",
        owners=["team:data"],
        tags={"x": "1"},
        kinds={"csv"},
    )

    @multi_asset(outs={"low": out, "high": AssetOut()})
    def split(): ...

    spec = split.get_asset_spec(AssetKey(["p", "low"]))
    assert (spec.description, spec.group_name, spec.code_version) == ("Low ones", "g", "3")
    assert (dict(spec.metadata), list(spec.owners), spec.tags["x"]) == ({"rows": 1}, ["team:data"], "1")
    assert set(spec.kinds) == {"csv"}


def test_an_out_of_a_spec():
    spec = full(deps=[])

    @multi_asset(outs={"clean": AssetOut.from_spec(spec)})
    def split():
        return 7

    assert split.keys_by_output_name == {"clean": AssetKey(["shop", "orders"])}
    made = split.get_asset_spec()
    assert (made.description, made.group_name, made.code_version) == ("Clean orders", "sales", "2")
    assert set(made.kinds) == {"pandas"}
    assert materialize([split]).asset_value(["shop", "orders"]) == 7


def test_what_a_multi_asset_says_for_those_who_say_nothing():
    @multi_asset(
        outs={"low": AssetOut(description="Low ones", code_version="1"), "high": AssetOut()},
        description="Both",
        code_version="2",
    )
    def split(): ...

    low, high = AssetKey("low"), AssetKey("high")
    assert split.descriptions_by_key == {low: "Low ones", high: "Both"}
    assert split.code_versions_by_key == {low: "1", high: "2"}


def test_the_group_of_a_multi_asset():
    @multi_asset(specs=[AssetSpec("low"), AssetSpec("high")], group_name="g")
    def split(): ...

    assert set(split.group_names_by_key.values()) == {"g"}


def test_the_name_of_a_multi_asset_is_that_of_its_node():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()}, name="halves")
    def split():
        return 1, 2

    assert materialize([split]).output_for_node("halves", "high") == 2


def test_map_asset_specs():
    @asset
    def orders():
        return 5

    mapped = map_asset_specs(lambda spec: spec.replace_attributes(group_name="g"), [orders, AssetSpec("raw")])
    definition, spec = mapped
    assert definition.group_names_by_key == {orders.key: "g"}
    assert spec.group_name == "g"
    assert materialize([definition]).output_for_node("orders") == 5
