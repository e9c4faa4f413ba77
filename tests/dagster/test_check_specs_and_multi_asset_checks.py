"""Checks: functions of their own, several at once, and verdicts that an asset's body reaches itself."""

import pytest
from runs import verdicts

from asset_magic import (
    AssetCheckExecutionContext,
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
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
)


@asset
def orders():
    return [1, 2]


@asset
def customers():
    return ["ann"]


# Functions of their own


def test_a_check_of_a_value():
    @asset_check(asset=orders)
    def not_empty(orders):
        return AssetCheckResult(passed=len(orders) > 0)

    result = materialize([orders, not_empty])
    assert result.success
    assert verdicts(result) == {"orders:not_empty": True}


@pytest.mark.parametrize("named", ["orders", ["orders"], AssetKey("orders"), orders])
def test_a_check_names_its_asset_in_any_way(named):
    @asset_check(asset=named)
    def not_empty(orders):
        return AssetCheckResult(passed=False)

    assert verdicts(materialize([orders, not_empty])) == {"orders:not_empty": False}


def test_the_parameter_of_a_check_may_have_any_name():
    @asset_check(asset=orders)
    def not_empty(rows):
        return AssetCheckResult(passed=rows == [1, 2])

    assert verdicts(materialize([orders, not_empty])) == {"orders:not_empty": True}


def test_a_check_of_a_prefixed_asset():
    @asset(key_prefix="shop")
    def sales():
        return [1]

    @asset_check(asset=["shop", "sales"])
    def not_empty(sales):
        return AssetCheckResult(passed=len(sales) > 0)

    assert verdicts(materialize([sales, not_empty])) == {"shop/sales:not_empty": True}


def test_a_check_without_parameters_runs_after_its_asset():
    ran = []

    @asset
    def zebra():
        ran.append("asset")

    @asset_check(asset=zebra)
    def a_check():
        ran.append("check")
        return AssetCheckResult(passed=True)

    materialize([a_check, zebra])
    assert ran == ["asset", "check"]


def test_the_name_of_a_check():
    @asset_check(asset=orders, name="has_rows")
    def not_empty(orders):
        return AssetCheckResult(passed=True)

    assert verdicts(materialize([orders, not_empty])) == {"orders:has_rows": True}


def test_the_description_of_a_check():
    @asset_check(asset=orders, description="There are rows")
    def not_empty(orders):
        return AssetCheckResult(passed=True)

    (spec,) = not_empty.check_specs
    assert (spec.name, spec.asset_key, spec.description) == ("not_empty", AssetKey("orders"), "There are rows")


def test_the_metadata_of_a_checks_definition():
    @asset_check(asset=orders, metadata={"why": "billing"}, blocking=True)
    def not_empty(orders):
        return AssetCheckResult(passed=True)

    (spec,) = not_empty.check_specs
    assert dict(spec.metadata) == {"why": "billing"}
    assert spec.blocking is True


def test_an_evaluation_says_what_the_result_said():
    @asset_check(asset=orders)
    def not_empty(orders):
        return AssetCheckResult(
            passed=False, severity=AssetCheckSeverity.WARN, metadata={"rows": 2}, description="Two rows"
        )

    (evaluation,) = materialize([orders, not_empty]).get_asset_check_evaluations()
    assert evaluation.asset_key == AssetKey("orders")
    assert evaluation.check_name == "not_empty"
    assert evaluation.asset_check_key == AssetCheckKey(AssetKey("orders"), "not_empty")
    assert evaluation.passed is False
    assert evaluation.severity == AssetCheckSeverity.WARN
    assert evaluation.metadata["rows"].value == 2
    assert evaluation.description == "Two rows"
    assert evaluation.blocking is False


def test_several_checks_of_one_asset():
    @asset_check(asset=orders)
    def not_empty(orders):
        return AssetCheckResult(passed=True)

    @asset_check(asset=orders)
    def not_long(orders):
        return AssetCheckResult(passed=False)

    found = verdicts(materialize([orders, not_empty, not_long]))
    assert found == {"orders:not_empty": True, "orders:not_long": False}


def test_additional_ins_load_other_assets():
    @asset_check(asset=orders, additional_ins={"people": AssetIn("customers")})
    def as_many(orders, people):
        return AssetCheckResult(passed=len(orders) == len(people))

    assert verdicts(materialize([orders, customers, as_many])) == {"orders:as_many": False}


def test_additional_ins_without_the_asset_itself():
    @asset_check(asset=orders, additional_ins={"people": AssetIn("customers")})
    def any_customers(people):
        return AssetCheckResult(passed=people == ["ann"])

    assert verdicts(materialize([orders, customers, any_customers])) == {"orders:any_customers": True}


def test_additional_deps_run_first():
    ran = []

    @asset
    def zebra():
        ran.append("zebra")

    @asset_check(asset=orders, additional_deps=[zebra])
    def a_check(orders):
        ran.append("check")
        return AssetCheckResult(passed=True)

    materialize([orders, a_check, zebra])
    assert ran == ["zebra", "check"]


def test_the_context_of_a_check():
    @asset_check(asset=orders)
    def not_empty(context: AssetCheckExecutionContext, orders):
        context.log.info("rows: %s", len(orders))
        return AssetCheckResult(
            passed=isinstance(context, AssetCheckExecutionContext),
            metadata={"why": context.run.tags["why"], "tries": context.retry_number},
        )

    (evaluation,) = materialize([orders, not_empty], tags={"why": "test"}).get_asset_check_evaluations()
    assert evaluation.passed
    assert evaluation.metadata["why"].value == "test"
    assert evaluation.metadata["tries"].value == 0


def test_the_context_of_a_check_knows_its_checks():
    @asset_check(asset=orders)
    def not_empty(context, orders):
        (key,) = context.selected_asset_check_keys
        return AssetCheckResult(passed=key == AssetCheckKey(AssetKey("orders"), "not_empty"))

    assert verdicts(materialize([orders, not_empty])) == {"orders:not_empty": True}


@pytest.mark.parametrize("wrong", [{"check_name": "other"}, {"asset_key": "customers"}])
def test_a_result_of_another_check_fails(wrong):
    @asset_check(asset=orders)
    def not_empty(orders):
        return AssetCheckResult(passed=True, **wrong)

    result = materialize([orders, customers, not_empty], raise_on_error=False)
    assert not result.success
    assert not any(verdicts(result).values())


def test_a_result_may_name_its_own_check():
    @asset_check(asset=orders)
    def not_empty(orders):
        return AssetCheckResult(passed=True, check_name="not_empty", asset_key=AssetKey("orders"))

    assert verdicts(materialize([orders, not_empty])) == {"orders:not_empty": True}


def test_a_check_of_an_asset_that_is_not_selected_is_not_run():
    @asset_check(asset=orders)
    def not_empty(orders):
        return AssetCheckResult(passed=True)

    result = materialize([orders, customers, not_empty], selection="customers")
    assert result.success
    assert verdicts(result) == {}


def test_a_check_called_directly():
    @asset_check(asset="orders")
    def not_empty(orders):
        return AssetCheckResult(passed=len(orders) > 0)

    assert not_empty([1]).passed is True
    assert not_empty(orders=[]).passed is False


# Several at once


def test_a_multi_asset_check():
    @multi_asset_check(
        specs=[AssetCheckSpec("not_empty", asset="orders"), AssetCheckSpec("named", asset=customers)],
    )
    def look():
        yield AssetCheckResult(passed=True, check_name="not_empty", asset_key="orders")
        yield AssetCheckResult(passed=False, check_name="named", asset_key="customers")

    result = materialize([orders, customers, look])
    assert result.success
    assert verdicts(result) == {"orders:not_empty": True, "customers:named": False}


def test_the_ins_of_a_multi_asset_check():
    @multi_asset_check(
        specs=[AssetCheckSpec("not_empty", asset="orders"), AssetCheckSpec("named", asset="customers")],
        ins={"rows": "orders", "people": AssetIn("customers")},
    )
    def look(rows, people):
        yield AssetCheckResult(passed=rows == [1, 2], check_name="not_empty", asset_key="orders")
        yield AssetCheckResult(passed=people == ["ann"], check_name="named", asset_key="customers")

    assert verdicts(materialize([orders, customers, look])) == {"orders:not_empty": True, "customers:named": True}


def test_parameters_of_a_multi_asset_check_name_assets():
    @multi_asset_check(specs=[AssetCheckSpec("not_empty", asset="orders"), AssetCheckSpec("short", asset="orders")])
    def look(orders):
        yield AssetCheckResult(passed=len(orders) > 0, check_name="not_empty")
        yield AssetCheckResult(passed=len(orders) < 2, check_name="short")

    assert verdicts(materialize([orders, look])) == {"orders:not_empty": True, "orders:short": False}


def test_name_and_description_of_a_multi_asset_check():
    @multi_asset_check(name="looking", description="Both", specs=[AssetCheckSpec("not_empty", asset="orders")])
    def look():
        yield AssetCheckResult(passed=True)

    assert {(key.asset_key, key.name) for key in look.check_keys} == {(AssetKey("orders"), "not_empty")}
    assert verdicts(materialize([orders, look])) == {"orders:not_empty": True}


def test_a_multi_asset_check_owes_all_of_its_results():
    @multi_asset_check(specs=[AssetCheckSpec("not_empty", asset="orders"), AssetCheckSpec("short", asset="orders")])
    def look():
        yield AssetCheckResult(passed=True, check_name="not_empty")

    assert not materialize([orders, look], raise_on_error=False).success


def test_a_multi_asset_check_that_can_subset_runs_for_what_is_selected():
    @multi_asset_check(
        specs=[AssetCheckSpec("not_empty", asset="orders"), AssetCheckSpec("named", asset="customers")],
        can_subset=True,
    )
    def look(context):
        for key in context.selected_asset_check_keys:
            yield AssetCheckResult(passed=True, check_name=key.name, asset_key=key.asset_key)

    assert verdicts(materialize([orders, customers, look], selection="customers")) == {"customers:named": True}


def test_a_multi_asset_check_called_directly():
    @multi_asset_check(specs=[AssetCheckSpec("not_empty", asset="orders"), AssetCheckSpec("short", asset="orders")])
    def look(orders):
        yield AssetCheckResult(passed=True, check_name="not_empty")
        yield AssetCheckResult(passed=False, check_name="short")

    assert [result.check_name for result in look([1])] == ["not_empty", "short"]


# Verdicts of the body itself


def test_check_specs_of_an_asset():
    @asset(check_specs=[AssetCheckSpec("not_empty", asset="sales")])
    def sales():
        yield Output([1])
        yield AssetCheckResult(passed=True)

    result = materialize([sales])
    assert result.asset_value("sales") == [1]
    assert verdicts(result) == {"sales:not_empty": True}
    assert set(sales.check_keys) == {AssetCheckKey(AssetKey("sales"), "not_empty")}


def test_a_verdict_before_the_output():
    @asset(check_specs=[AssetCheckSpec("not_empty", asset="sales")])
    def sales():
        yield AssetCheckResult(passed=False)
        yield Output([1])

    result = materialize([sales])
    assert result.success
    assert verdicts(result) == {"sales:not_empty": False}


def test_several_check_specs_go_by_name():
    @asset(check_specs=[AssetCheckSpec("not_empty", asset="sales"), AssetCheckSpec("short", asset="sales")])
    def sales():
        yield Output([1])
        yield AssetCheckResult(passed=False, check_name="short")
        yield AssetCheckResult(passed=True, check_name="not_empty")

    assert verdicts(materialize([sales])) == {"sales:short": False, "sales:not_empty": True}


def test_the_check_results_of_a_materialize_result():
    @asset(check_specs=[AssetCheckSpec("not_empty", asset="sales")])
    def sales():
        return MaterializeResult(value=[1], check_results=[AssetCheckResult(passed=True, metadata={"rows": 1})])

    result = materialize([sales])
    assert result.asset_value("sales") == [1]
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.passed
    assert evaluation.metadata["rows"].value == 1


def test_check_specs_of_a_multi_asset():
    @multi_asset(
        outs={"low": AssetOut(), "high": AssetOut()},
        check_specs=[AssetCheckSpec("positive", asset="low"), AssetCheckSpec("positive", asset="high")],
    )
    def split():
        yield Output(1, "low")
        yield Output(2, "high")
        yield AssetCheckResult(passed=True, check_name="positive", asset_key="low")
        yield AssetCheckResult(passed=False, check_name="positive", asset_key="high")

    assert verdicts(materialize([split])) == {"low:positive": True, "high:positive": False}


def test_check_results_beside_the_results_of_specs():
    @multi_asset(
        specs=[AssetSpec("low"), AssetSpec("high")],
        check_specs=[AssetCheckSpec("positive", asset="low"), AssetCheckSpec("positive", asset="high")],
    )
    def split():
        for key, passed in (("low", True), ("high", False)):
            check = AssetCheckResult(passed=passed, check_name="positive", asset_key=key)
            yield MaterializeResult(asset_key=key, check_results=[check])

    assert verdicts(materialize([split])) == {"low:positive": True, "high:positive": False}


def test_check_specs_of_the_part_that_is_selected():
    @multi_asset(
        specs=[AssetSpec("low"), AssetSpec("high")],
        check_specs=[AssetCheckSpec("positive", asset="low"), AssetCheckSpec("positive", asset="high")],
        can_subset=True,
    )
    def split(context):
        assert context.selected_asset_check_keys == {AssetCheckKey(AssetKey("low"), "positive")}
        yield MaterializeResult(asset_key="low")
        yield AssetCheckResult(passed=True, check_name="positive", asset_key="low")

    assert verdicts(materialize([split], selection="low")) == {"low:positive": True}


def yields(*values):
    def body():
        yield from values

    return body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(yields(Output(1), AssetCheckResult(passed=True)), id="a verdict without name"),
        pytest.param(yields(Output(1), AssetCheckResult(passed=True, check_name="not_empty")), id="a missing verdict"),
        pytest.param(
            yields(
                Output(1),
                AssetCheckResult(passed=True, check_name="not_empty"),
                AssetCheckResult(passed=True, check_name="nosuch"),
            ),
            id="an unknown check",
        ),
        pytest.param(
            yields(
                Output(1),
                AssetCheckResult(passed=True, check_name="not_empty"),
                AssetCheckResult(passed=True, check_name="not_empty"),
                AssetCheckResult(passed=True, check_name="short"),
            ),
            id="a verdict twice",
        ),
        pytest.param(lambda: 1, id="a bare value"),
        pytest.param(lambda: MaterializeResult(value=1), id="a result without verdicts"),
    ],
)
def test_verdicts_that_do_not_fit_the_check_specs_fail(body):
    checks = [AssetCheckSpec("not_empty", asset="sales"), AssetCheckSpec("short", asset="sales")]
    sales = asset(name="sales", check_specs=checks)(body)
    assert not materialize([sales], raise_on_error=False).success


def test_a_verdict_that_nothing_declared_fails():
    @asset
    def sales():
        yield Output(1)
        yield AssetCheckResult(passed=True, check_name="not_empty")

    result = materialize([sales], raise_on_error=False)
    assert not result.success
    assert verdicts(result) == {}


# What is said of a check


def test_a_check_spec():
    spec = AssetCheckSpec("not_empty", asset=["shop", "orders"], description="rows", blocking=True, metadata={"a": 1})
    assert (spec.name, spec.asset_key) == ("not_empty", AssetKey(["shop", "orders"]))
    assert (spec.description, spec.blocking, dict(spec.metadata)) == ("rows", True, {"a": 1})
    assert spec.key == AssetCheckKey(AssetKey(["shop", "orders"]), "not_empty")
    assert spec.get_python_identifier() == "shop__orders_not_empty"


def test_the_defaults_of_a_check_spec():
    spec = AssetCheckSpec("not_empty", asset="orders")
    assert (spec.blocking, dict(spec.metadata), list(spec.additional_deps)) == (False, {}, [])


def test_the_additional_deps_of_a_check_spec():
    spec = AssetCheckSpec("not_empty", asset="orders", additional_deps=["customers", AssetSpec("rates")])
    assert [dep.asset_key for dep in spec.additional_deps] == [AssetKey("customers"), AssetKey("rates")]


def test_a_check_key():
    key = AssetCheckKey(asset_key=AssetKey(["shop", "orders"]), name="not_empty")
    assert (key.asset_key, key.name) == (AssetKey(["shop", "orders"]), "not_empty")
    assert key.to_user_string() == "shop/orders:not_empty"
    assert len({key, AssetCheckKey(AssetKey(["shop", "orders"]), "not_empty")}) == 1


def test_the_defaults_of_a_check_result():
    result = AssetCheckResult(passed=True)
    assert (result.asset_key, result.check_name) == (None, None)
    assert dict(result.metadata) == {}
