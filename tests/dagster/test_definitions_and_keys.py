"""Defining assets: names, keys, labels, and what a definition says of itself."""

import inspect

import pytest
from runs import materialized

from asset_magic import (
    AssetChecksDefinition,
    AssetDep,
    AssetKey,
    AssetOut,
    AssetsDefinition,
    AssetSpec,
    SourceAsset,
    asset,
    materialize,
    multi_asset,
)


def test_the_function_names_the_asset():
    @asset
    def orders():
        return [1]

    assert orders.key == AssetKey(["orders"])
    assert list(orders.keys) == [AssetKey(["orders"])]
    assert materialize([orders]).output_for_node("orders") == [1]


def test_the_decorator_with_empty_parentheses():
    @asset()
    def orders():
        return [1]

    assert materialize([orders]).output_for_node("orders") == [1]


def test_name_replaces_the_name_of_the_function():
    @asset(name="sales")
    def orders():
        return [1]

    assert orders.key == AssetKey("sales")
    assert materialize([orders]).output_for_node("sales") == [1]


@pytest.mark.parametrize("prefix", ["shop", ["shop"], ("shop",)])
def test_key_prefix_stands_in_front(prefix):
    @asset(key_prefix=prefix)
    def orders():
        return [1]

    assert orders.key == AssetKey(["shop", "orders"])


def test_key_prefix_of_several_parts_with_a_name():
    @asset(key_prefix=["shop", "raw"], name="sales")
    def orders():
        return [1]

    assert orders.key == AssetKey(["shop", "raw", "sales"])


@pytest.mark.parametrize("key", [["shop", "orders"], AssetKey(["shop", "orders"])])
def test_key_is_the_whole_key(key):
    @asset(key=key)
    def anything():
        return [1]

    assert anything.key == AssetKey(["shop", "orders"])


def test_the_node_of_a_prefixed_asset_joins_the_parts():
    @asset(key_prefix="shop")
    def orders():
        return [1]

    result = materialize([orders])
    assert result.output_for_node("shop__orders") == [1]
    assert [m.asset_key for m in result.asset_materializations_for_node("shop__orders")] == [orders.key]


def test_deps_take_whatever_names_an_asset():
    @asset
    def one():
        return 1

    two = AssetSpec("two")

    @asset(deps=[one, two, "three", ["p", "four"], AssetKey("five"), AssetDep("six")])
    def below():
        return 1

    expected = {AssetKey(k) for k in ("one", "two", "three", "five", "six")} | {AssetKey(["p", "four"])}
    assert set(below.dependency_keys) == expected
    assert {key: set(up) for key, up in below.asset_deps.items()} == {below.key: expected}


def test_deps_run_first_and_pass_nothing():
    ran = []

    @asset(deps=["first"])
    def a_second():
        ran.append("second")

    @asset
    def first():
        ran.append("first")

    assert materialize([a_second, first]).success
    assert ran == ["first", "second"]


def test_deps_named_twice_are_one_dependency():
    @asset(deps=["orders", AssetKey("orders")])
    def below():
        return 1

    assert set(below.dependency_keys) == {AssetKey("orders")}


def test_deps_on_a_multi_asset_are_deps_on_all_of_it():
    @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    def split():
        return 1, 2

    @asset(deps=[split])
    def report():
        return 1

    assert set(report.dependency_keys) == {AssetKey("train"), AssetKey("test")}


def test_a_dep_on_an_asset_that_is_not_given_does_not_hinder():
    @asset(deps=["made_elsewhere"])
    def below():
        return 1

    assert materialize([below]).success


def test_description_is_the_docstring_or_what_is_given():
    @asset
    def documented():
        """From the docstring."""

    @asset(description="Given")
    def described():
        """From the docstring."""

    assert documented.descriptions_by_key == {documented.key: "From the docstring."}
    assert described.descriptions_by_key == {described.key: "Given"}


def test_group_name():
    @asset(group_name="shop")
    def orders():
        return 1

    @asset
    def others():
        return 1

    assert orders.group_names_by_key == {orders.key: "shop"}
    assert others.group_names_by_key == {others.key: "default"}


def test_a_group_may_lie_in_a_group():
    @asset(group_name="shop/raw")
    def orders():
        return 1

    assert orders.group_names_by_key == {orders.key: "shop/raw"}


def test_tags():
    @asset(tags={"tier": "gold", "team/area": "north", "flag": ""})
    def orders():
        return 1

    assert dict(orders.tags_by_key[orders.key]) == {"tier": "gold", "team/area": "north", "flag": ""}


def test_owners():
    @asset(owners=["team:data", "ann@example.com"])
    def orders():
        return 1

    assert list(orders.owners_by_key[orders.key]) == ["team:data", "ann@example.com"]


@pytest.mark.parametrize("kinds", [{"pandas", "csv"}, ["pandas", "csv"]])
def test_kinds(kinds):
    @asset(kinds=kinds)
    def orders():
        return 1

    assert set(orders.get_asset_spec().kinds) == {"pandas", "csv"}


def test_metadata_of_the_definition_is_any_object():
    marker = object()

    @asset(metadata={"source": "shop", "marker": marker})
    def orders():
        return 1

    assert dict(orders.metadata_by_key[orders.key]) == {"source": "shop", "marker": marker}


def test_code_version():
    @asset(code_version="7")
    def orders():
        return 1

    @asset
    def others():
        return 1

    assert orders.code_versions_by_key == {orders.key: "7"}
    assert others.code_versions_by_key == {others.key: None}


def test_the_spec_of_an_asset_holds_all_that_was_said():
    @asset(
        key_prefix="shop",
        deps=["raw"],
        description="Clean orders",
        group_name="sales",
        tags={"tier": "gold"},
        owners=["team:data"],
        kinds={"pandas"},
        metadata={"rows": 3},
        code_version="2",
    )
    def orders():
        return 1

    spec = orders.get_asset_spec()
    assert spec.key == AssetKey(["shop", "orders"])
    assert [dep.asset_key for dep in spec.deps] == [AssetKey("raw")]
    assert (spec.description, spec.group_name, spec.code_version) == ("Clean orders", "sales", "2")
    assert spec.tags["tier"] == "gold"
    assert list(spec.owners) == ["team:data"]
    assert set(spec.kinds) == {"pandas"}
    assert dict(spec.metadata) == {"rows": 3}
    assert list(orders.specs) == [spec]
    assert orders.specs_by_key == {spec.key: spec}


def test_a_parameter_is_a_dependency():
    @asset
    def total(orders):
        return sum(orders)

    assert set(total.dependency_keys) == {AssetKey("orders")}
    assert total.keys_by_input_name == {"orders": AssetKey("orders")}


def test_the_output_of_an_asset_is_called_result():
    @asset(key_prefix="shop")
    def orders():
        return 1

    assert orders.keys_by_output_name == {"result": AssetKey(["shop", "orders"])}


def test_the_outputs_of_a_multi_asset_go_by_the_names_of_its_outs():
    @multi_asset(outs={"a": AssetOut(key_prefix="p"), "b": AssetOut(key="other")})
    def both():
        return 1, 2

    assert both.keys_by_output_name == {"a": AssetKey(["p", "a"]), "b": AssetKey("other")}
    assert set(both.keys) == {AssetKey(["p", "a"]), AssetKey("other")}


def test_an_asset_is_executable_and_not_external():
    @asset
    def orders():
        return 1

    flags = orders.is_executable, orders.is_materializable, orders.is_observable, orders.is_external, orders.can_subset
    assert flags == (True, True, False, False, False)


def test_the_key_of_a_multi_asset_is_no_single_one(unavailable):
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")])
    def both(): ...

    with unavailable("2 assets"):
        _ = both.key
    assert both.get_asset_spec(AssetKey("b")).key == AssetKey("b")


def test_callables_that_are_no_plain_functions():
    from functools import partial

    class Loader:
        def __call__(self):
            return 4

    def times(k):
        return k * 2

    loaded = asset(name="loaded")(Loader())
    twice = asset(name="twice")(partial(times, 5))
    result = materialize([loaded, twice])
    assert result.output_for_node("loaded") == 4
    assert result.output_for_node("twice") == 10


def test_definitions_are_made_in_a_loop():
    def make(name, up):
        @asset(name=name, deps=[up] if up else [])
        def one():
            return name

        return one

    chain = [make("a", None), make("b", "a"), make("c", "b")]
    assert materialized(materialize(chain)) == ["a", "b", "c"]


def test_map_asset_specs_of_one_definition():
    @asset(tags={"tier": "gold"})
    def orders():
        return 5

    changed = orders.map_asset_specs(lambda spec: spec.merge_attributes(tags={"area": "north"}))
    assert dict(changed.tags_by_key[orders.key]) == {"tier": "gold", "area": "north"}
    assert dict(orders.tags_by_key[orders.key]) == {"tier": "gold"}
    assert changed() == 5


# Keys


def test_the_parts_of_a_key():
    key = AssetKey(["shop", "orders"])
    assert key.path == ["shop", "orders"]
    assert tuple(key.parts) == ("shop", "orders")


def test_a_key_of_one_part():
    assert AssetKey("orders") == AssetKey(["orders"])
    assert AssetKey("orders").path == ["orders"]


def test_a_key_as_text_and_back():
    key = AssetKey(["shop", "orders"])
    assert key.to_user_string() == "shop/orders"
    assert AssetKey.from_user_string("shop/orders") == key


def test_a_key_as_a_python_name():
    assert AssetKey(["shop", "orders"]).to_python_identifier() == "shop__orders"
    assert AssetKey(["shop", "orders"]).to_python_identifier("checks") == "shop__orders__checks"


def test_the_prefix_of_a_key():
    key = AssetKey(["shop", "orders"])
    assert key.has_prefix(["shop"])
    assert key.has_prefix(["shop", "orders"])
    assert not key.has_prefix(["sho"])
    assert not AssetKey("shopping").has_prefix(["shop"])


def test_with_prefix():
    assert AssetKey("orders").with_prefix("shop") == AssetKey(["shop", "orders"])
    assert AssetKey("orders").with_prefix(["shop", "raw"]) == AssetKey(["shop", "raw", "orders"])


def test_keys_sort_and_hash():
    assert sorted([AssetKey("b"), AssetKey("a")]) == [AssetKey("a"), AssetKey("b")]
    assert len({AssetKey("a"), AssetKey(["a"])}) == 1


def test_the_repr_of_a_key_is_its_constructor():
    key = AssetKey(["shop", "orders"])
    assert eval(repr(key)) == key


def test_from_coercible():
    assert AssetKey.from_coercible(["shop", "orders"]) == AssetKey(["shop", "orders"])
    assert AssetKey.from_coercible("orders") == AssetKey("orders")
    assert AssetKey.from_coercible(AssetKey("orders")) == AssetKey("orders")


@pytest.mark.parametrize(
    ("thing", "first"), [(SourceAsset, "key"), (AssetsDefinition, "specs"), (AssetChecksDefinition, "specs")]
)
def test_the_signature_of_a_class_of_definitions_can_be_asked_for(thing, first):
    """Editors and `help` show it."""
    assert next(iter(inspect.signature(thing).parameters)) == first


def test_the_signature_of_an_asset_is_that_of_its_function():
    @asset
    def total(context, rows):
        return len(rows)

    assert list(inspect.signature(total).parameters) == ["context", "rows"]
