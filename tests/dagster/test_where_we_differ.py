"""Where we differ from Dagster on purpose, as `docs/dagster.md` says; and what is only here."""

import pytest
from runs import materialized, metadata_of, verdicts

from asset_magic import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    AssetMagicError,
    AssetOut,
    AssetSpec,
    DataVersion,
    DefinitionError,
    MaterializeResult,
    MetadataValue,
    Output,
    RetryPolicy,
    SourceAsset,
    asset,
    asset_check,
    build_asset_context,
    materialize,
    multi_asset,
    multi_asset_check,
    observable_source_asset,
)


@asset
def orders():
    return [1, 2]


@asset
def customers():
    return ["ann"]


# Checks


@pytest.mark.parametrize("passed", [True, False])
def test_a_check_may_return_a_bool(passed):
    @asset_check(asset=orders)
    def judge(orders):
        return passed

    assert verdicts(materialize([orders, judge])) == {"orders:judge": passed}


def test_a_check_that_returns_nothing_is_an_error():
    @asset_check(asset=orders)
    def judge(orders):
        pass

    with pytest.raises(AssetMagicError, match="judge"):
        materialize([orders, judge])


def test_a_check_that_raises_is_a_check_that_did_not_pass():
    @asset_check(asset=orders)
    def judge(orders):
        raise LookupError("no such column")

    result = materialize([orders, judge], raise_on_error=False)
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.error) == (False, "LookupError: no such column")
    assert not result.success


def test_a_check_may_read_further_assets():
    @asset_check(asset=orders)
    def as_many(orders, customers):
        return len(orders) == len(customers)

    assert verdicts(materialize([orders, customers, as_many])) == {"orders:as_many": False}


def test_a_check_may_state_the_severity_of_its_failures():
    spec = AssetCheckSpec("judge", asset="sales", blocking=True, severity=AssetCheckSeverity.WARN)

    @asset(check_specs=[spec])
    def sales():
        return MaterializeResult(value=1, check_results=[AssetCheckResult(passed=False)])

    (evaluation,) = materialize([sales]).get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.severity) == (False, AssetCheckSeverity.WARN)


def test_what_a_check_definition_says_of_itself():
    @asset_check(asset=orders)
    def judge(orders):
        return True

    @multi_asset_check(
        specs=[AssetCheckSpec("a", asset="orders"), AssetCheckSpec("b", asset="orders")], can_subset=True
    )
    def look():
        return []

    assert judge.check_key.name == "judge"
    assert (judge.can_subset, look.can_subset) == (False, True)
    assert [spec.name for spec in look.specs] == [spec.name for spec in look.check_specs] == ["a", "b"]
    with pytest.raises(DefinitionError, match="2 checks"):
        _ = look.check_key


# Keys and names


def test_a_key_may_be_text_with_slashes():
    @asset(key="shop/sales", deps=["shop/raw"])
    def anything():
        return 1

    assert anything.key == AssetKey(["shop", "sales"]) == AssetKey("shop/sales") == "shop/sales"
    assert anything.dependency_keys == {AssetKey(["shop", "raw"])}


@pytest.mark.parametrize("name", ["a-b", "1a", "a.b"])
def test_a_name_is_a_python_name(name):
    with pytest.raises(DefinitionError, match="name"):
        asset(name=name)(lambda: 1)
    assert asset(name="für", group_name="größen", tags={"größe": "ä"})(lambda: 1).key.name == "für"


def test_kinds_are_no_tags():
    made = asset(name="made", kinds={"pandas"}, tags={"tier": "gold"})(lambda: 1)
    assert made.tags_by_key == {made.key: {"tier": "gold"}}
    assert made.get_asset_spec().kinds == {"pandas"}


def test_a_spec_has_a_group_and_a_description():
    spec = AssetSpec("orders")
    assert (spec.group_name, spec.description) == ("default", "")


def test_a_spec_may_say_which_variable_holds_the_value():
    assert AssetSpec("shop/orders", bind="shop_orders").variable == "shop_orders"
    assert AssetSpec("shop/orders").variable == "orders"


def test_what_a_source_says_of_itself():
    raw = SourceAsset("raw", metadata={"rows": 3})
    observed = SourceAsset("seen", observe_fn=lambda: DataVersion("1"))
    assert (raw.is_executable, raw.is_observable, raw.is_external) == (False, False, True)
    assert (observed.is_executable, observed.is_observable, observed.is_external) == (True, True, True)
    assert raw.metadata == {"rows": 3}


# Inputs


def test_an_optional_parameter_is_no_input():
    @asset
    def taxed(orders, rate=0.2):
        return [price * (1 + rate) for price in orders]

    assert taxed.dependency_keys == {AssetKey("orders")}
    assert materialize([orders, taxed]).asset_value("taxed") == [1.2, 2.4]


def test_the_context_may_stand_anywhere_and_be_annotated_as_anything():
    @asset
    def told(orders, context: int):
        return len(orders), context.asset_key

    assert materialize([orders, told]).asset_value("told") == (2, AssetKey("told"))


def test_ins_take_whatever_names_an_asset():
    @asset(ins={"rows": "orders", "people": customers})
    def both(rows, people):
        return len(rows), len(people)

    assert materialize([orders, customers, both]).asset_value("both") == (2, 1)


def test_specs_with_parameters_and_deps():
    @multi_asset(specs=[AssetSpec("low"), AssetSpec("high", deps=["rates"])], deps=["customers"])
    def split(orders):
        yield MaterializeResult(asset_key="low", value=min(orders))
        yield MaterializeResult(asset_key="high", value=max(orders))

    assert split.asset_deps[AssetKey("low")] == {AssetKey("orders"), AssetKey("customers")}
    assert split.asset_deps[AssetKey("high")] == {AssetKey("orders"), AssetKey("customers"), AssetKey("rates")}
    assert materialize([orders, customers, split]).asset_value("high") == 2


# Results


def test_assets_of_specs_may_carry_values():
    @multi_asset(specs=[AssetSpec("low"), AssetSpec("high")])
    def split():
        yield MaterializeResult(asset_key="low", value=1)
        yield MaterializeResult(asset_key="high", value=2)

    @asset
    def total(low, high):
        return low + high

    assert materialize([split, total]).asset_value("total") == 3


def test_named_outputs_in_a_tuple_may_be_in_any_order():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        return Output(2, output_name="high"), Output(1, output_name="low")

    result = materialize([split])
    assert (result.asset_value("low"), result.asset_value("high")) == (1, 2)


def test_a_body_that_fails_gives_nothing():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        yield Output(1, "low")
        raise LookupError

    assert materialized(materialize([split], raise_on_error=False)) == []


def test_nothing_annotated_as_none_is_a_value_like_any():
    @asset
    def table() -> None:
        pass

    @asset
    def below(table):
        return table is None

    assert materialize([table, below]).asset_value("below") is True


def test_metadata_may_be_added_after_the_output():
    @asset
    def counted(context):
        yield Output(1)
        context.add_output_metadata({"rows": 1})

    assert metadata_of(materialize([counted]), "counted") == {"rows": 1}


@pytest.mark.parametrize("fact", [{1, 2}, (1, 2), object(), b"x"], ids=lambda fact: type(fact).__name__)
def test_metadata_may_be_anything(fact):
    @asset
    def counted():
        return Output(1, metadata={"fact": fact})

    (record,) = materialize([counted]).asset_materializations_for_node("counted")
    assert record.metadata["fact"] == fact


def test_metadata_values_are_what_they_hold():
    assert MetadataValue.int(3) == 3
    assert MetadataValue.int(3) + 1 == 4
    assert MetadataValue.text("a").upper() == "A"
    assert MetadataValue.json({"a": 1}) == {"a": 1}
    assert MetadataValue.text("a") != MetadataValue.md("a")


def test_a_plain_value_is_recorded():
    result = materialize([orders])
    (record,) = result.asset_materializations_for_node("orders")
    assert record.asset_key == AssetKey("orders")
    assert record.data_version == materialize([orders]).asset_materializations_for_node("orders")[0].data_version
    assert (record.code_version, record.provenance.deps) == (record.provenance.code_version, {})
    assert dict(record.tags) == {}
    assert metadata_of(result, "orders") == {}


# Runs


def test_the_rest_runs_before_the_failure_is_raised():
    ran = []

    @asset
    def a_failing():
        raise LookupError("no such file")

    @asset
    def beside():
        ran.append("beside")

    with pytest.raises(LookupError, match="no such file"):
        materialize([a_failing, beside])
    assert ran == ["beside"]


def test_giving_up_raises_what_the_code_raised():
    @asset(retry_policy=RetryPolicy(max_retries=1))
    def flaky():
        raise LookupError("not yet")

    with pytest.raises(LookupError, match="not yet"):
        materialize([flaky])


def test_a_part_of_a_multi_asset_that_cannot_subset_runs_all_of_it():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split(context):
        assert not context.is_subset
        return 1, 2

    assert materialized(materialize([split], selection="low")) == ["low", "high"]


def test_an_asset_that_gave_nothing_counts_as_skipped():
    @asset(output_required=False)
    def nothing_new():
        if False:
            yield Output(1)

    result = materialize([nothing_new])
    assert result.success
    assert result.is_node_skipped("nothing_new")
    assert not result.is_node_success("nothing_new")


def test_records_come_in_the_order_of_the_outs():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        yield Output(2, "high")
        yield Output(1, "low")

    assert materialized(materialize([split])) == ["low", "high"]


def test_specs_keep_their_keys_when_they_are_mapped():
    with pytest.raises(DefinitionError, match="key"):
        orders.map_asset_specs(lambda spec: spec.replace_attributes(key="sales"))


def test_a_result_knows_the_retries():
    tries = []

    @asset(retry_policy=RetryPolicy(max_retries=3))
    def flaky():
        tries.append(1)
        if len(tries) < 3:
            raise LookupError("not yet")

    assert materialize([flaky]).retry_attempts_for_node("flaky") == 2
    assert materialize([orders]).retry_attempts_for_node("orders") == 0


def test_materialize_looks_at_observable_sources():
    looked = []

    @observable_source_asset
    def raw():
        looked.append(1)
        return DataVersion("7")

    @asset(deps=[raw])
    def below():
        return 1

    result = materialize([raw, below])
    assert looked == [1]
    assert materialized(result) == ["below"]


def test_an_observable_source_can_be_called():
    @observable_source_asset
    def raw():
        return DataVersion("7")

    assert raw() == DataVersion("7")


def test_a_context_outside_a_call_is_of_no_definition():
    context = build_asset_context()
    assert not context.has_assets_def
    with pytest.raises(AssetMagicError, match="definition"):
        _ = context.assets_def
