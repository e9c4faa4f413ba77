"""`AssetIn`: the parameter of a function need not be named as the asset that it gets."""

from asset_magic import AssetDep, AssetIn, AssetKey, AssetOut, AssetSpec, asset, materialize, multi_asset


@asset
def orders():
    return [1, 2]


@asset(key_prefix="shop")
def customers():
    return ["ann", "bob", "cyd"]


def test_a_parameter_renamed_by_key():
    @asset(ins={"rows": AssetIn(key="orders")})
    def total(rows):
        return sum(rows)

    assert total.keys_by_input_name == {"rows": AssetKey("orders")}
    assert materialize([total, orders]).output_for_node("total") == 3


def test_the_key_of_an_asset_in_may_be_positional_and_have_parts():
    @asset(ins={"people": AssetIn(["shop", "customers"])})
    def head_count(people):
        return len(people)

    assert materialize([head_count, customers]).output_for_node("head_count") == 3


def test_key_prefix_of_an_asset_in_keeps_the_name_of_the_parameter():
    @asset(ins={"customers": AssetIn(key_prefix="shop")})
    def head_count(customers):
        return len(customers)

    assert head_count.keys_by_input_name == {"customers": AssetKey(["shop", "customers"])}
    assert materialize([head_count, customers]).output_for_node("head_count") == 3


def test_an_empty_asset_in_is_the_parameter_itself():
    @asset(ins={"orders": AssetIn()})
    def total(orders):
        return sum(orders)

    assert materialize([total, orders]).output_for_node("total") == 3


def test_parameters_that_ins_does_not_name_keep_their_own():
    @asset(ins={"people": AssetIn(key=AssetKey(["shop", "customers"]))})
    def both(orders, people):
        return len(orders), len(people)

    assert materialize([both, orders, customers]).output_for_node("both") == (2, 3)


def test_the_key_prefix_of_an_asset_does_not_reach_its_inputs():
    @asset(key_prefix="shop")
    def total(orders):
        return sum(orders)

    assert set(total.dependency_keys) == {AssetKey("orders")}


def test_an_asset_in_holds_what_it_was_given():
    given = AssetIn(key=["shop", "customers"], metadata={"columns": ["name"]})
    assert given.key == AssetKey(["shop", "customers"])
    assert dict(given.metadata) == {"columns": ["name"]}


def test_a_key_may_be_a_dep_and_an_input():
    @asset(ins={"rows": AssetIn("orders")}, deps=["orders"])
    def total(rows):
        return sum(rows)

    assert set(total.dependency_keys) == {AssetKey("orders")}
    assert materialize([total, orders]).output_for_node("total") == 3


def test_ins_and_deps_stand_side_by_side():
    @asset(ins={"rows": AssetIn("orders")}, deps=[customers])
    def total(rows):
        return sum(rows)

    assert set(total.dependency_keys) == {AssetKey("orders"), AssetKey(["shop", "customers"])}
    assert total.keys_by_input_name["rows"] == AssetKey("orders")
    assert materialize([total, orders, customers]).output_for_node("total") == 3


def test_ins_of_a_multi_asset():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()}, ins={"rows": AssetIn("orders")})
    def split(rows):
        return rows[0], rows[1]

    result = materialize([split, orders])
    assert result.output_for_node("split", "low") == 1
    assert result.output_for_node("split", "high") == 2


def test_each_output_of_a_multi_asset_depends_on_all_of_its_inputs():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()}, ins={"rows": AssetIn("orders")}, deps=["rates"])
    def split(rows, limits):
        return 1, 2

    everything = {AssetKey("orders"), AssetKey("rates"), AssetKey("limits")}
    assert {key: set(up) for key, up in split.asset_deps.items()} == {
        AssetKey("low"): everything,
        AssetKey("high"): everything,
    }


def test_internal_asset_deps_say_which_output_needs_what():
    @multi_asset(
        outs={"low": AssetOut(), "high": AssetOut()},
        ins={"rows": AssetIn("orders")},
        internal_asset_deps={"low": {AssetKey("orders")}, "high": {AssetKey("low")}},
    )
    def split(rows):
        return 1, 2

    assert {key: set(up) for key, up in split.asset_deps.items()} == {
        AssetKey("low"): {AssetKey("orders")},
        AssetKey("high"): {AssetKey("low")},
    }


def test_the_deps_of_each_spec_are_its_own():
    @multi_asset(specs=[AssetSpec("low", deps=["orders"]), AssetSpec("high", deps=[AssetDep("low")])])
    def split(): ...

    assert {key: set(up) for key, up in split.asset_deps.items()} == {
        AssetKey("low"): {AssetKey("orders")},
        AssetKey("high"): {AssetKey("low")},
    }


def test_ins_load_what_a_spec_depends_on():
    seen = []

    @multi_asset(specs=[AssetSpec("low", deps=["orders"]), AssetSpec("high")], ins={"rows": AssetIn("orders")})
    def split(rows):
        seen.append(rows)

    assert materialize([split, orders]).success
    assert seen == [[1, 2]]


def test_an_asset_dep_knows_its_key_and_metadata():
    dep = AssetDep("orders", metadata={"why": "joined"})
    assert dep.asset_key == AssetKey("orders")
    assert dict(dep.metadata) == {"why": "joined"}


def test_an_asset_dep_of_a_spec_and_of_a_definition():
    assert AssetDep(AssetSpec("raw")).asset_key == AssetKey("raw")
    assert AssetDep(customers).asset_key == AssetKey(["shop", "customers"])


def test_equal_asset_deps():
    assert AssetDep("orders") == AssetDep(AssetKey("orders"))
