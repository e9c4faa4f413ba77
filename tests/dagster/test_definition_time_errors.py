"""What is refused when it is defined, before anything runs."""

import pytest

from asset_magic import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetDep,
    AssetIn,
    AssetKey,
    AssetOut,
    AssetSpec,
    MaterializeResult,
    Output,
    asset,
    asset_check,
    materialize,
    multi_asset,
    multi_asset_check,
    observable_source_asset,
)


def orders():
    return 1


def total(rows):
    return rows


@pytest.mark.parametrize("part", ["a b", "a*", 'a"', "a?"])
def test_names_that_are_no_names(part, refused):
    with refused("name"):
        asset(name=part)(orders)
    with refused("name"):
        asset(key=["shop", part])(orders)
    with refused("name"):
        asset(key_prefix=part)(orders)


def test_a_keyword_is_no_name(refused):
    with refused("import"):
        asset(name="import")(orders)


def test_a_key_says_it_all(refused):
    with refused("key"):
        asset(key="sales", name="orders")(orders)
    with refused("key"):
        asset(key="sales", key_prefix="shop")(orders)


@pytest.mark.parametrize("path", [5, [1]])
def test_a_key_is_text_or_a_list_of_texts(path, refused):
    with refused():
        AssetKey(path)


@pytest.mark.parametrize("group", ["a b", "a-b", "a.b", "", "/a", "a//b"])
def test_groups(group, refused):
    with refused("group"):
        asset(group_name=group)(orders)
    with refused("group"):
        AssetSpec("orders", group_name=group)


@pytest.mark.parametrize("owner", ["ann", "team:", "ann@example", "TEAM:data", ""])
def test_owners(owner, refused):
    with refused("own"):
        asset(owners=[owner])(orders)
    with refused("own"):
        AssetSpec("orders", owners=[owner])


def test_owners_are_a_list(refused):
    with refused("owners"):
        asset(owners="team:data")(orders)


@pytest.mark.parametrize(
    "tags",
    [
        {"a b": "c"},
        {"a": "b c"},
        {"a": 1},
        {"a/b/c": "x"},
        {"": "x"},
        {"a": "b=c"},
        {"a": "x" * 64},
        {1: "x"},
    ],
)
def test_tags(tags, refused):
    with refused("tag"):
        asset(tags=tags)(orders)
    with refused("tag"):
        AssetSpec("orders", tags=tags)


def test_tags_are_a_mapping(refused):
    with refused("tags"):
        asset(tags=["gold"])(orders)


@pytest.mark.parametrize("kind", ["a b", "a/b", "a*"])
def test_kinds(kind, refused):
    with refused("kind"):
        asset(kinds={kind})(orders)


@pytest.mark.parametrize("metadata", [{1: 2}, [1]])
def test_metadata_go_by_names(metadata, refused):
    with refused("metadata"):
        asset(metadata=metadata)(orders)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("description", 5),
        ("code_version", 5),
        ("deps", [5]),
        ("deps", [None]),
        ("retry_policy", 3),
        ("check_specs", [1]),
    ],
)
def test_options_of_the_wrong_type(option, value, refused):
    with refused(option if option != "deps" else str(value[0])):
        asset(**{option: value})(orders)


def test_an_unknown_option():
    with pytest.raises(TypeError, match="nosuch"):
        asset(nosuch=1)(orders)


def test_an_asset_of_no_function(refused):
    with refused("5"):
        asset(5)


def test_star_args(refused):
    def anything(*rows): ...

    with refused("rows"):
        asset(anything)


# ins


def test_an_asset_in_has_a_key_or_a_prefix(refused):
    with refused("key_prefix"):
        AssetIn(key="orders", key_prefix="shop")


def test_ins_for_a_parameter_that_is_not_there(refused):
    with refused("nosuch"):
        asset(ins={"nosuch": AssetIn("orders")})(total)


# Several assets


def test_outs_or_specs(refused):
    with refused("specs"):
        multi_asset(outs={"low": AssetOut()}, specs=[AssetSpec("high")])(orders)


def test_an_out_has_a_key_or_a_prefix(refused):
    with refused("key_prefix"):
        AssetOut(key="low", key_prefix="p")


def test_two_outs_of_one_key(refused):
    with refused("low"):
        multi_asset(outs={"low": AssetOut(), "high": AssetOut(key="low")})(orders)


@pytest.mark.parametrize("deps", [{"nosuch": {AssetKey("rows")}}, {"low": {AssetKey("nosuch")}}])
def test_internal_asset_deps_name_what_is_there(deps, refused):
    with refused("nosuch"):
        multi_asset(outs={"low": AssetOut(), "high": AssetOut()}, internal_asset_deps=deps)(total)


def test_internal_asset_deps_leave_no_input_out(refused):
    with refused("internal_asset_deps"):
        multi_asset(
            outs={"low": AssetOut(), "high": AssetOut()},
            deps=["rates"],
            internal_asset_deps={"low": {AssetKey("rows")}, "high": {AssetKey("low")}},
        )(total)


def test_an_asset_dep_is_of_one_asset(refused):
    @multi_asset(specs=[AssetSpec("low"), AssetSpec("high")])
    def split(): ...

    with refused("split"):
        AssetDep(split)
    with refused():
        AssetDep(4)


def test_replace_attributes_of_something_unknown(refused):
    with refused("nosuch"):
        AssetSpec("orders").replace_attributes(nosuch=1)


# Checks


def test_check_specs_are_of_the_asset_itself(refused):
    with refused("other"):
        asset(check_specs=[AssetCheckSpec("fine", asset="other")])(orders)
    with refused("other"):
        multi_asset(specs=[AssetSpec("low")], check_specs=[AssetCheckSpec("fine", asset="other")])(orders)


def test_check_specs_of_one_name(refused):
    with refused("fine"):
        asset(check_specs=[AssetCheckSpec("fine", asset="orders"), AssetCheckSpec("fine", asset="orders")])(orders)


def test_a_check_depends_on_its_own_asset_anyway(refused):
    with refused("orders"):
        asset_check(asset="orders", additional_deps=["orders"])(orders)
    with refused("orders"):
        AssetCheckSpec("fine", asset="orders", additional_deps=["orders"])


def test_two_checks_of_one_name(refused):
    made = asset(orders)

    @asset_check(asset=made, name="fine")
    def first():
        return AssetCheckResult(passed=True)

    @asset_check(asset=made, name="fine")
    def second():
        return AssetCheckResult(passed=True)

    with refused("fine"):
        materialize([made, first, second])


@pytest.mark.parametrize("passed", ["yes", 1, None])
def test_a_check_result_passed_or_not(passed, refused):
    with refused("passed"):
        AssetCheckResult(passed=passed)


# Results


@pytest.mark.parametrize("kind", [Output, MaterializeResult])
def test_the_tags_of_results(kind, refused):
    with refused("tag"):
        materialize([asset(name="orders")(lambda: kind(value=1, tags={"a b": "c"}))])


# Sources


def test_the_key_of_an_observable_source_says_it_all(refused):
    with refused("key"):
        observable_source_asset(key="raw", name="rows")(orders)


# Runs


def test_two_definitions_of_one_key(refused):
    with refused("orders"):
        materialize([asset(orders), asset(name="orders")(lambda: 2)])


def test_an_input_that_is_not_among_the_given(refused):
    with refused("rows"):
        materialize([asset(total)])


def test_a_cycle(refused):
    def first(second): ...
    def second(first): ...

    with refused("first"):
        materialize([asset(first), asset(second)])


def test_an_asset_that_depends_on_itself(refused):
    def rows(rows): ...

    with refused("rows"):
        materialize([asset(rows)])
    with refused("orders"):
        materialize([asset(deps=["orders"])(orders)])


@pytest.mark.parametrize("given", ["orders", [1], [["orders"]]], ids=["text", "a number", "a list in the list"])
def test_what_cannot_be_materialized(given, refused):
    with refused():
        materialize(given)


@pytest.mark.parametrize(
    "decorator",
    [
        asset(name="orders"),
        multi_asset(outs={"orders": AssetOut()}),
        asset_check(asset="orders", name="fine"),
        multi_asset_check(specs=[AssetCheckSpec("fine", asset="orders")]),
    ],
    ids=["asset", "multi-asset", "check", "multi-asset check"],
)
def test_only_functions_can_be_decorated(decorator, refused):
    with refused("3 is no function"):
        decorator(3)


def test_a_check_of_a_nameless_function_needs_a_name(refused):
    with refused("name='not_empty'"):
        asset_check(asset="orders")(lambda orders: len(orders) > 0)
