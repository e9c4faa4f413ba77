"""What a body may give: plain values, `Output`, `MaterializeResult`, tuples and generators of them."""

import pytest
from runs import materialized, metadata_of, tags_of, verdicts

from asset_magic import (
    AssetCheckResult,
    AssetKey,
    AssetOut,
    AssetSpec,
    DataVersion,
    MaterializeResult,
    Output,
    asset,
    asset_check,
    materialize,
    materialize_to_memory,
    multi_asset,
)


def test_a_plain_value():
    @asset
    def orders():
        return [1, 2]

    result = materialize([orders])
    assert result.output_for_node("orders") == [1, 2]
    assert result.asset_value("orders") == [1, 2]


def test_an_output_hands_its_value_on():
    @asset
    def orders():
        return Output([1, 2], metadata={"rows": 2})

    @asset
    def total(orders):
        return sum(orders)

    result = materialize([orders, total])
    assert result.output_for_node("total") == 3
    assert metadata_of(result, "orders")["rows"] == 2


def test_an_output_with_tags_and_a_data_version():
    @asset
    def orders():
        return Output([1], tags={"quality": "good"}, data_version=DataVersion("v7"))

    tags = tags_of(materialize([orders]), "orders")
    assert tags["quality"] == "good"
    assert tags["dagster/data_version"] == "v7"


def test_the_attributes_of_an_output():
    output = Output(3, metadata={"rows": 1}, tags={"a": "b"}, data_version=DataVersion("1"))
    assert (output.value, output.output_name, output.data_version) == (3, "result", DataVersion("1"))
    assert output.metadata["rows"].value == 1
    assert dict(output.tags) == {"a": "b"}


def test_an_output_by_name_in_second_place():
    output = Output(3, "train")
    assert (output.value, output.output_name) == (3, "train")


def test_a_materialize_result_hands_its_value_on():
    @asset
    def orders():
        return MaterializeResult(value=5, metadata={"rows": 1})

    @asset
    def below(orders):
        return orders + 1

    result = materialize([orders, below])
    assert result.output_for_node("below") == 6
    assert metadata_of(result, "orders")["rows"] == 1


def test_a_materialize_result_of_the_value_none():
    @asset
    def orders():
        return MaterializeResult(value=None)

    @asset
    def below(orders):
        return orders is None

    assert materialize([orders, below]).output_for_node("below") is True


def test_nothing_can_load_a_materialize_result_without_value():
    @asset
    def orders():
        return MaterializeResult(metadata={"rows": 1})

    @asset
    def below(orders):
        return orders

    result = materialize([orders, below], raise_on_error=False)
    assert not result.success
    assert materialized(result) == ["orders"]


def test_no_check_takes_a_materialize_result_without_value():
    @asset
    def orders():
        return MaterializeResult(metadata={"rows": 1})

    @asset_check(asset=orders)
    def not_empty(orders):
        return AssetCheckResult(passed=True)

    @asset_check(asset=orders)
    def written():
        return AssetCheckResult(passed=True)

    result = materialize([orders, not_empty, written], raise_on_error=False)
    assert not result.success
    assert [check for check, passed in verdicts(result).items() if passed] == ["orders:written"]


def test_deps_are_content_with_a_materialize_result_without_value():
    @asset
    def orders():
        return MaterializeResult(metadata={"rows": 1})

    @asset(deps=[orders])
    def below():
        return 1

    assert materialize([orders, below]).success


def test_a_materialize_result_with_tags_and_a_data_version():
    @asset
    def orders():
        return MaterializeResult(tags={"quality": "good"}, data_version=DataVersion("v7"))

    tags = tags_of(materialize([orders]), "orders")
    assert tags["quality"] == "good"
    assert tags["dagster/data_version"] == "v7"


def test_the_attributes_of_a_materialize_result():
    given = MaterializeResult(asset_key="orders", metadata={"rows": 1}, tags={"a": "b"}, value=4)
    assert given.asset_key == AssetKey("orders")
    assert dict(given.metadata) == {"rows": 1}
    assert dict(given.tags) == {"a": "b"}
    assert (given.value, given.data_version, list(given.check_results)) == (4, None, [])


def test_a_materialize_result_may_name_its_asset():
    @asset(key_prefix="shop")
    def orders():
        return MaterializeResult(asset_key=["shop", "orders"], metadata={"rows": 2})

    assert metadata_of(materialize([orders]), "shop/orders")["rows"] == 2


def test_a_materialize_result_of_another_asset_fails():
    @asset
    def orders():
        return MaterializeResult(asset_key="customers")

    result = materialize([orders], raise_on_error=False)
    assert not result.success
    assert materialized(result) == []


def test_an_asset_without_return_gives_none():
    @asset
    def orders():
        pass

    @asset
    def below(orders):
        return orders is None

    assert materialize([orders, below]).output_for_node("below") is True


def test_metadata_of_the_definition_stays_with_the_definition():
    @asset(metadata={"source": "shop"})
    def orders():
        return Output(1, metadata={"rows": 1})

    assert "source" not in metadata_of(materialize([orders]), "orders")


# Several assets


def test_a_tuple_goes_to_the_outs_in_their_order():
    @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    def split():
        return [1, 2], [3]

    result = materialize([split])
    assert result.output_for_node("split", "train") == [1, 2]
    assert result.output_for_node("split", output_name="test") == [3]
    assert result.asset_value("test") == [3]


def test_a_tuple_of_outputs_without_names():
    @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    def split():
        return Output(1, metadata={"rows": 10}), Output(2)

    result = materialize([split])
    assert result.asset_value("train") == 1
    assert metadata_of(result, "train")["rows"] == 10


def test_yielded_outputs_in_any_order():
    @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    def split():
        yield Output(2, output_name="test")
        yield Output(1, output_name="train")

    result = materialize([split])
    assert (result.asset_value("train"), result.asset_value("test")) == (1, 2)


def test_results_by_key():
    @multi_asset(outs={"train": AssetOut(key_prefix="ml"), "test": AssetOut(key="held_out")})
    def split():
        yield MaterializeResult(asset_key=AssetKey(["ml", "train"]), metadata={"rows": 1}, value=1)
        yield MaterializeResult(asset_key="held_out", value=2)

    result = materialize([split])
    assert result.asset_value(["ml", "train"]) == 1
    assert result.asset_value("held_out") == 2
    assert metadata_of(result, "ml/train")["rows"] == 1


def test_returned_results_of_specs_in_any_order():
    @multi_asset(specs=[AssetSpec("train"), AssetSpec("test")])
    def split():
        return (
            MaterializeResult(asset_key="test", metadata={"rows": 2}),
            MaterializeResult(asset_key="train", metadata={"rows": 1}),
        )

    result = materialize([split])
    assert metadata_of(result, "train")["rows"] == 1
    assert metadata_of(result, "test")["rows"] == 2


def test_specs_are_all_materialized_by_a_body_that_returns_nothing():
    @multi_asset(specs=[AssetSpec("train"), AssetSpec("test")])
    def split():
        pass

    result = materialize([split])
    assert sorted(materialized(result)) == ["test", "train"]
    assert result.asset_value("train") is None


def test_specs_that_no_result_names_are_materialized_all_the_same():
    @multi_asset(specs=[AssetSpec("train"), AssetSpec("test")])
    def split():
        yield MaterializeResult(asset_key="test", metadata={"rows": 2})

    assert sorted(materialized(materialize([split]))) == ["test", "train"]


def test_a_result_without_key_is_enough_for_one_spec():
    @multi_asset(specs=[AssetSpec("train")])
    def split():
        return MaterializeResult(metadata={"rows": 2})

    assert metadata_of(materialize([split]), "train")["rows"] == 2


def test_one_out_gets_the_whole_value():
    @multi_asset(outs={"train": AssetOut()})
    def split():
        return (1,)

    assert materialize([split]).asset_value("train") == (1,)


def test_an_out_that_is_none():
    @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    def split():
        return None, None

    assert materialize([split]).asset_value("train") is None


def returns(value):
    def body():
        return value

    return body


def yields(*values):
    def body():
        yield from values

    return body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(returns(None), id="nothing"),
        pytest.param(returns(1), id="one value"),
        pytest.param(returns((1, 2, 3)), id="too many values"),
        pytest.param(returns({"train": 1, "test": 2}), id="a dict"),
        pytest.param(yields(Output(1, "train")), id="one output missing"),
        pytest.param(yields(Output(1, "train"), Output(2, "nosuch")), id="an unknown output"),
        pytest.param(yields(Output(1, "train"), Output(1, "train"), Output(2, "test")), id="an output twice"),
        pytest.param(yields(1, 2), id="bare values yielded"),
        pytest.param(yields(MaterializeResult(asset_key="nosuch")), id="a result of an unknown key"),
    ],
)
def test_what_does_not_fit_the_outs_fails(body):
    split = multi_asset(name="split", outs={"train": AssetOut(), "test": AssetOut()})(body)
    assert not materialize([split], raise_on_error=False).success


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(yields(), id="nothing"),
        pytest.param(yields(1), id="a bare value"),
        pytest.param(yields(Output(1), Output(2)), id="two outputs"),
        pytest.param(yields(MaterializeResult(), MaterializeResult()), id="two results"),
    ],
)
def test_a_generator_gives_one_output_for_one_asset(body):
    orders = asset(name="orders")(body)
    assert not materialize([orders], raise_on_error=False).success


# The run


def test_the_result_of_a_run():
    @asset
    def orders():
        return 1

    result = materialize([orders], tags={"why": "test"})
    assert result.success is True
    assert isinstance(result.run_id, str)
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [AssetKey("orders")]
    (record,) = result.asset_materializations_for_node("orders")
    assert record.asset_key == AssetKey("orders")


def test_two_runs_have_two_ids():
    @asset
    def orders():
        return 1

    assert materialize([orders]).run_id != materialize([orders]).run_id


def test_the_exception_of_a_body_is_raised_as_it_is():
    @asset
    def orders():
        raise LookupError("no such file")

    with pytest.raises(LookupError, match="no such file"):
        materialize([orders])


def test_raise_on_error_false_reports_and_lets_the_rest_go_on():
    ran = []

    @asset
    def a_failing():
        raise LookupError("no such file")

    @asset
    def below(a_failing):
        ran.append("below")

    @asset
    def beside():
        ran.append("beside")

    result = materialize([a_failing, below, beside], raise_on_error=False)
    assert not result.success
    assert ran == ["beside"]
    assert materialized(result) == ["beside"]


def test_what_failed_and_what_succeeded_by_node():
    @asset
    def failing():
        raise LookupError("no such file")

    @asset
    def beside():
        return 1

    result = materialize([failing, beside], raise_on_error=False)
    assert result.is_node_failed("failing")
    assert not result.is_node_success("failing")
    assert result.is_node_success("beside")


def test_the_value_of_an_asset_that_failed_is_not_there(unavailable):
    @asset
    def failing():
        raise LookupError("no such file")

    result = materialize([failing], raise_on_error=False)
    with unavailable():
        result.asset_value("failing")
    with unavailable():
        result.output_for_node("failing")


def test_the_value_of_an_asset_that_was_not_given_is_not_there(unavailable):
    @asset
    def orders():
        return 1

    result = materialize([orders])
    with unavailable():
        result.asset_value("nosuch")
    with unavailable():
        result.output_for_node("nosuch")
    with unavailable():
        result.output_for_node("orders", "nosuch")


def test_an_asset_twice_in_the_list_runs_once():
    ran = []

    @asset
    def orders():
        ran.append(1)

    assert materialize([orders, orders]).success
    assert ran == [1]


def test_an_empty_list_succeeds():
    assert materialize([]).success


def test_materialize_to_memory():
    @asset
    def orders():
        return [1, 2]

    @asset
    def total(orders):
        return sum(orders)

    result = materialize_to_memory([orders, total], tags={"why": "test"})
    assert result.success
    assert result.output_for_node("total") == 3


def test_materialize_to_memory_with_a_selection_and_errors_reported():
    @asset
    def orders():
        raise LookupError

    @asset
    def beside():
        return 1

    assert materialize_to_memory([orders, beside], selection="beside").success
    assert not materialize_to_memory([orders, beside], raise_on_error=False).success


# Selection


def chain():
    @asset(group_name="raw")
    def a():
        return 1

    @asset
    def b(a):
        return a + 1

    @asset
    def c(b):
        return b + 1

    return [a, b, c]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("a", ["a"]),
        ("+key:b", ["a", "b"]),
        ("+key:c", ["a", "b", "c"]),
        ("1+key:b", ["a", "b"]),
        ("key:a+", ["a", "b", "c"]),
        ("key:a+1", ["a", "b"]),
        ("group:raw", ["a"]),
        ("key:a or key:b", ["a", "b"]),
        ("not group:default", ["a"]),
        ("*", ["a", "b", "c"]),
        (["a", "b"], ["a", "b"]),
        ([AssetKey("a")], ["a"]),
    ],
)
def test_a_selection_runs_a_part(selection, expected):
    assert materialized(materialize(chain(), selection=selection)) == expected


def test_a_selection_by_definitions():
    a, b, c = chain()
    assert materialized(materialize([a, b, c], selection=[a, b])) == ["a", "b"]


def test_a_selection_without_the_value_upstream_fails():
    result = materialize(chain(), selection="b", raise_on_error=False)
    assert not result.success
    assert materialized(result) == []


def test_a_selection_below_a_mere_dep_runs():
    @asset
    def a():
        return 1

    @asset(deps=[a])
    def b():
        return 2

    assert materialized(materialize([a, b], selection="b")) == ["b"]


def test_a_selection_of_an_unknown_key_is_refused(unavailable):
    with unavailable("nosuch"):
        materialize(chain(), selection="nosuch", raise_on_error=False)


# Calling a definition directly


def test_a_call_gives_what_the_function_gives():
    @asset
    def total(orders):
        return sum(orders)

    assert total([1, 2]) == 3
    assert total(orders=[1, 2]) == 3


def test_a_call_gives_results_as_they_are():
    @asset
    def orders():
        return MaterializeResult(metadata={"rows": 1}, value=3)

    assert orders() == MaterializeResult(metadata={"rows": 1}, value=3)


def test_a_call_gives_the_output_itself():
    @asset
    def orders():
        return Output(4, metadata={"rows": 1})

    given = orders()
    assert isinstance(given, Output)
    assert given.value == 4


def test_a_call_raises_what_the_function_raises():
    @asset
    def orders():
        raise LookupError("no such file")

    with pytest.raises(LookupError, match="no such file"):
        orders()


def test_a_call_of_a_multi_asset():
    @multi_asset(outs={"train": AssetOut(), "test": AssetOut()})
    def split(orders):
        return orders[:1], orders[1:]

    assert split([1, 2]) == ([1], [2])


def test_a_call_without_an_input_says_which(uncallable):
    @asset
    def total(orders):
        return sum(orders)

    with uncallable("orders"):
        total()
