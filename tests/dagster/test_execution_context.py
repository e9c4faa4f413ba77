"""`AssetExecutionContext`: what a body may ask of, and tell, the run that it is part of."""

import pytest
from runs import materialized, metadata_of, tags_of

from asset_magic import (
    AssetExecutionContext,
    AssetIn,
    AssetKey,
    AssetOut,
    DataVersion,
    MaterializeResult,
    Output,
    asset,
    build_asset_context,
    materialize,
    multi_asset,
)


@asset
def orders():
    return [1, 2]


def asked(question, **options):
    """What ``question(context)`` gives inside a body."""

    @asset(key_prefix="shop")
    def curious(context):
        return question(context)

    return materialize([curious], **options).output_for_node("shop__curious")


def test_a_first_parameter_called_context_gets_it():
    @asset
    def total(context, orders):
        assert isinstance(context, AssetExecutionContext)
        return sum(orders)

    assert set(total.dependency_keys) == {AssetKey("orders")}
    assert materialize([total, orders]).output_for_node("total") == 3


def test_the_annotated_context():
    @asset
    def total(context: AssetExecutionContext, orders):
        return context.asset_key.to_user_string(), sum(orders)

    assert materialize([total, orders]).output_for_node("total") == ("total", 3)


def test_asset_key():
    assert asked(lambda context: context.asset_key) == AssetKey(["shop", "curious"])


def test_run_id_is_that_of_the_result():
    @asset
    def curious(context):
        return context.run_id, context.run.run_id

    result = materialize([curious])
    assert result.output_for_node("curious") == (result.run_id, result.run_id)


def test_run_tags():
    assert asked(lambda context: dict(context.run.tags), tags={"why": "test"}) == {"why": "test"}
    assert asked(lambda context: dict(context.run_tags), tags={"why": "test"}) == {"why": "test"}
    assert asked(lambda context: dict(context.run.tags)) == {}


def test_has_tag_and_get_tag():
    def question(context):
        return context.has_tag("why"), context.get_tag("why"), context.has_tag("no"), context.get_tag("no")

    assert asked(question, tags={"why": "test"}) == (True, "test", False, None)


def test_selected_keys_and_outputs_of_one_asset():
    assert asked(lambda context: set(context.selected_asset_keys)) == {AssetKey(["shop", "curious"])}
    assert asked(lambda context: set(context.selected_output_names)) == {"result"}
    assert asked(lambda context: context.is_subset) is False


def test_retry_number_begins_at_zero():
    assert asked(lambda context: context.retry_number) == 0


def test_log_takes_what_a_logger_takes():
    def question(context):
        context.log.debug("a")
        context.log.info("rows: %s", 3)
        context.log.warning("w")
        context.log.error("e")
        return True

    assert asked(question)


def test_asset_key_for_output_and_input():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut(key="top")}, ins={"rows": AssetIn("orders")})
    def split(context, rows):
        return context.asset_key_for_output("high"), context.asset_key_for_input("rows")

    result = materialize([split, orders])
    assert result.output_for_node("split", "low") == AssetKey("top")
    assert result.output_for_node("split", "high") == AssetKey("orders")


def test_asset_key_for_output_of_one_asset():
    assert asked(lambda context: context.asset_key_for_output()) == AssetKey(["shop", "curious"])
    assert asked(lambda context: context.output_for_asset_key(context.asset_key)) == "result"


@pytest.mark.parametrize(
    "question",
    [
        lambda context: context.asset_key,
        lambda context: context.asset_key_for_output("nosuch"),
        lambda context: context.asset_key_for_input("nosuch"),
        lambda context: context.add_output_metadata({"rows": 1}),
        lambda context: context.add_asset_metadata({"rows": 1}),
    ],
    ids=["asset_key", "unknown output", "unknown input", "metadata of no output", "metadata of no asset"],
)
def test_what_one_of_several_assets_cannot_ask(question):
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split(context):
        question(context)
        return 1, 2

    assert not materialize([split], raise_on_error=False).success


def test_assets_def_is_the_definition():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split(context):
        return set(context.assets_def.keys), 2

    assert materialize([split]).asset_value("low") == {AssetKey("low"), AssetKey("high")}


def test_get_is_the_context_of_the_running_body():
    @asset
    def curious(context):
        return helper() is context

    def helper():
        return AssetExecutionContext.get()

    assert materialize([curious]).output_for_node("curious") is True


def test_get_in_a_body_that_takes_no_context():
    @asset
    def curious():
        return AssetExecutionContext.get().asset_key

    assert materialize([curious]).output_for_node("curious") == AssetKey("curious")


def test_get_outside_a_body_is_an_error(unavailable):
    with unavailable("context"):
        AssetExecutionContext.get()


def test_load_asset_value():
    @asset(deps=[orders])
    def total(context):
        return sum(context.load_asset_value(AssetKey("orders")))

    assert materialize([total, orders]).output_for_node("total") == 3


def test_load_asset_value_where_there_is_none():
    @asset
    def table():
        return MaterializeResult(metadata={"rows": 1})

    @asset(deps=[table])
    def below(context):
        return context.load_asset_value(AssetKey("table"))

    result = materialize([table, below], raise_on_error=False)
    assert not result.success
    assert materialized(result) == ["table"]


def test_set_data_version():
    @asset
    def versioned(context):
        context.set_data_version(context.asset_key, DataVersion("v7"))
        return 1

    assert tags_of(materialize([versioned]), "versioned")["dagster/data_version"] == "v7"


def test_the_data_version_of_an_output_counts_more():
    @asset
    def versioned(context):
        context.set_data_version(context.asset_key, DataVersion("of the context"))
        return Output(1, data_version=DataVersion("of-the-output"))

    assert tags_of(materialize([versioned]), "versioned")["dagster/data_version"] == "of-the-output"


# Metadata


def test_add_output_metadata():
    @asset
    def counted(context):
        context.add_output_metadata({"rows": 2, "note": "ok"})
        return 1

    found = metadata_of(materialize([counted]), "counted")
    assert (found["rows"], found["note"]) == (2, "ok")


def test_add_asset_metadata():
    @asset
    def counted(context):
        context.add_asset_metadata({"rows": 2})
        return 1

    assert metadata_of(materialize([counted]), "counted")["rows"] == 2


def test_add_output_metadata_joins_that_of_the_output_and_wins():
    @asset
    def counted(context):
        context.add_output_metadata({"rows": 2, "from_context": 1})
        return Output(1, metadata={"rows": 3, "from_output": 1})

    found = metadata_of(materialize([counted]), "counted")
    assert (found["rows"], found["from_context"], found["from_output"]) == (2, 1, 1)


def test_add_asset_metadata_joins_that_of_the_result_and_wins():
    @asset
    def counted(context):
        context.add_asset_metadata({"rows": 2, "from_context": 1})
        return MaterializeResult(metadata={"rows": 3, "from_result": 1})

    found = metadata_of(materialize([counted]), "counted")
    assert (found["rows"], found["from_context"], found["from_result"]) == (2, 1, 1)


def test_metadata_added_twice_is_joined_and_the_later_wins():
    @asset
    def counted(context):
        context.add_output_metadata({"rows": 1, "first": 1})
        context.add_output_metadata({"rows": 2})
        return 1

    found = metadata_of(materialize([counted]), "counted")
    assert (found["rows"], found["first"]) == (2, 1)


def test_metadata_of_one_output_of_several():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut(key_prefix="p")})
    def split(context):
        context.add_output_metadata({"rows": 1}, output_name="low")
        context.add_asset_metadata({"rows": 2}, asset_key=["p", "high"])
        return 1, 2

    result = materialize([split])
    assert metadata_of(result, "low")["rows"] == 1
    assert metadata_of(result, "p/high")["rows"] == 2


@pytest.mark.parametrize(
    "add",
    [
        lambda context: context.add_output_metadata({"rows": 1}, output_name="nosuch"),
        lambda context: context.add_asset_metadata({"rows": 1}, asset_key="nosuch"),
    ],
    ids=["output", "asset"],
)
def test_metadata_for_something_unknown_fails(add):
    @asset
    def counted(context):
        add(context)
        return 1

    assert not materialize([counted], raise_on_error=False).success


# Calling a definition directly


def test_a_direct_call_takes_a_built_context_first_or_by_name():
    @asset(key_prefix="shop")
    def total(context, orders):
        return context.asset_key, sum(orders)

    expected = (AssetKey(["shop", "total"]), 3)
    assert total(build_asset_context(), [1, 2]) == expected
    assert total(build_asset_context(), orders=[1, 2]) == expected
    assert total(context=build_asset_context(), orders=[1, 2]) == expected


def test_a_direct_call_without_its_context_says_so(uncallable):
    @asset
    def total(context, orders):
        return 1

    with uncallable("context"):
        total(orders=[1])


def test_a_built_context_has_tags_and_a_log():
    context = build_asset_context(run_tags={"why": "test"})
    assert dict(context.run_tags) == {"why": "test"}
    assert (context.has_tag("why"), context.get_tag("why"), context.has_tag("no")) == (True, "test", False)
    assert context.run_id == "EPHEMERAL"
    context.log.info("hello")


def test_a_built_context_tells_the_metadata_that_the_call_added():
    @asset
    def counted(context):
        context.add_output_metadata({"rows": 2})
        return 1

    context = build_asset_context()
    assert counted(context) == 1
    assert dict(context.get_output_metadata("result")) == {"rows": 2}


def test_output_metadata_can_be_read_back_in_the_body():
    @asset
    def counted(context):
        context.add_output_metadata({"rows": 2})
        return context.get_output_metadata("result")["rows"]

    result = materialize([counted])
    assert materialized(result) == ["counted"]
    assert result.output_for_node("counted") == 2
