"""``materialize([...])`` and the definitions that it runs, with no notebook about."""

from __future__ import annotations

import asyncio

import pytest

from asset_magic import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetDep,
    AssetExecutionContext,
    AssetKey,
    AssetMagicError,
    AssetOut,
    AssetValueMissing,
    DataVersion,
    MaterializeResult,
    Output,
    SourceAsset,
    asset,
    asset_check,
    assets,
    materialize,
    multi_asset,
)


@asset
def numbers():
    return [1, 2, 3]


@asset
def total(numbers):
    return sum(numbers)


@asset
def broken(numbers):
    raise LookupError("no such number")


@asset
def below_broken(broken):
    return broken


# Calling a definition


def test_call_an_asset():
    """A decorated function is called like any function."""
    assert numbers() == [1, 2, 3]
    assert total([4, 5]) == 9
    assert total(numbers=[4, 5]) == 9


def test_call_runs_the_function_each_time():
    """A direct call computes; nothing is remembered."""
    calls = []

    @asset
    def counted():
        calls.append(1)

    counted()
    counted()
    assert len(calls) == 2


def test_call_raises_what_the_function_raises():
    """A direct call fails as the function does."""
    with pytest.raises(LookupError, match="no such number"):
        broken([])


def test_definition_keeps_name_and_docstring():
    """The definition has the name and the docstring of its function."""

    @asset
    def documented():
        """All orders."""

    assert documented.__name__ == "documented"
    assert documented.__doc__ == "All orders."


# The result


def test_success():
    """A run without failures is a success, and has an id."""
    result = materialize([numbers, total])
    assert result.success
    assert result.run_id
    assert result.run_id != materialize([numbers]).run_id


def test_order_of_the_list_does_not_matter():
    """Definitions are run upstream first."""
    assert materialize([total, numbers]).output_for_node("total") == 6


def test_empty_list():
    """Nothing to run is a success."""
    assert materialize([]).success


@pytest.mark.parametrize("key", ["total", AssetKey("total"), ["total"]])
def test_asset_value(key):
    """The value of an asset, by its key in any form."""
    assert materialize([numbers, total]).asset_value(key) == 6


def test_output_for_node_of_an_unknown_name():
    """A name that was not run is an error of ours that names it."""
    with pytest.raises(AssetMagicError, match="nosuch"):
        materialize([numbers]).output_for_node("nosuch")


def test_output_for_node_is_named_after_the_key():
    """As in Dagster, the node of an asset is named by the parts of its key, joined by two underscores."""

    @asset(name="custom", key_prefix=["analytics", "daily"])
    def function():
        return 1

    assert materialize([function]).output_for_node("analytics__daily__custom") == 1


def test_materializations_for_node():
    """What was recorded for a node: the key and the metadata."""

    @asset
    def described():
        return Output([1], metadata={"rows": 1})

    (found,) = materialize([described]).asset_materializations_for_node("described")
    assert found.asset_key == AssetKey("described")
    assert found.metadata["rows"] == 1


def test_materializations_of_a_multi_asset():
    """One record for each output, in order."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    def split():
        return 1, 2

    found = materialize([split]).asset_materializations_for_node("split")
    assert [record.key for record in found] == ["low", "high"]


def test_tags_of_a_run():
    """The tags of a run reach the context of its assets."""
    seen = {}

    @asset
    def tagged(context: AssetExecutionContext):
        seen.update(context.run.tags, run_id=context.run_id)

    result = materialize([tagged], tags={"who": "me"})
    assert seen == {"who": "me", "run_id": result.run_id}


# Failures


def test_raise_on_error():
    """By default the failure of an asset is raised as it is."""
    with pytest.raises(LookupError, match="no such number"):
        materialize([numbers, broken])


def test_no_raise_on_error():
    """The failure is reported instead, what is downstream is skipped, and the rest is made."""
    result = materialize([numbers, broken, below_broken, total], raise_on_error=False)
    assert result.success is False
    assert result.asset_value("total") == 6
    for name in ("broken", "below_broken"):
        with pytest.raises(AssetValueMissing, match=name):
            result.output_for_node(name)
        assert result.asset_materializations_for_node(name) == []


def test_failure_skips_all_that_is_downstream():
    """What is below a failure does not run, at any distance."""
    ran = []

    @asset
    def far(below_broken):
        ran.append("far")

    @asset(deps=[broken])
    def beside():
        ran.append("beside")

    materialize([numbers, broken, below_broken, far, beside], raise_on_error=False)
    assert ran == []


def test_upstream_that_is_not_given():
    """A parameter that names no given asset is a short error that names both."""
    with pytest.raises(AssetMagicError, match="total takes numbers") as caught:
        materialize([total])
    assert len(str(caught.value).splitlines()) == 1


# Dependencies


def of_every_kind():
    @asset(deps=["numbers"])
    def by_string():
        return 1

    @asset(deps=[numbers])
    def by_definition():
        return 1

    @asset(deps=[AssetDep("numbers")])
    def by_dep():
        return 1

    @asset(deps=[AssetDep(numbers)])
    def by_dep_of_a_definition():
        return 1

    @asset(deps=[AssetKey("numbers")])
    def by_key():
        return 1

    return [by_string, by_definition, by_dep, by_dep_of_a_definition, by_key]


@pytest.mark.parametrize("below", of_every_kind(), ids=lambda definition: definition.name)
def test_deps(below):
    """``deps`` orders the runs and counts in provenance, in each way to write it."""
    result = materialize([below, numbers])
    (record,) = result.asset_materializations_for_node(below.name)
    (upstream,) = result.asset_materializations_for_node("numbers")
    assert dict(record.provenance.deps) == {"numbers": upstream.data_version}
    assert upstream.timestamp <= record.timestamp


@pytest.mark.parametrize("below", of_every_kind(), ids=lambda definition: definition.name)
def test_deps_below_a_failure(below):
    """A dependency that passes no value is skipped all the same."""

    @asset(name="numbers")
    def failing():
        raise LookupError

    result = materialize([below, failing], raise_on_error=False)
    assert result.asset_materializations_for_node(below.name) == []


def test_deps_on_a_prefixed_asset():
    """A key with a prefix is written with slashes, as parts or as the definition."""

    @asset(key_prefix="raw")
    def orders():
        return [1]

    for dep in ("raw/orders", ["raw", "orders"], orders):

        @asset(deps=[dep])
        def below():
            return 1

        (record,) = materialize([orders, below]).asset_materializations_for_node("below")
        assert list(record.provenance.deps) == ["raw/orders"]


def test_parameter_of_a_prefixed_asset():
    """A parameter names an upstream by the last part of its key where only one has it."""

    @asset(key_prefix=["raw"])
    def orders():
        return [1]

    @asset
    def count(orders):
        return len(orders)

    assert materialize([orders, count]).output_for_node("count") == 1


def test_deps_and_parameters_together():
    """One asset may have both."""

    @asset(deps=["first"])
    def second(numbers):
        return len(numbers)

    @asset
    def first():
        return 0

    (record,) = materialize([second, first, numbers]).asset_materializations_for_node("second")
    assert set(record.provenance.deps) == {"first", "numbers"}


def test_none_is_passed_on():
    """None is a value like any other."""

    @asset
    def nothing():
        return None

    @asset
    def told(nothing):
        return nothing is None

    assert materialize([nothing, told]).output_for_node("told") is True


# What is said of an asset


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


# Context and results


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


# Multi-assets


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


# Checks


def checked(passed, **options):
    """An asset, something below it, and a check."""

    @asset
    def rows():
        return [1]

    @asset
    def below(rows):
        return len(rows)

    @asset_check(asset=rows, **options)
    def good(rows):
        return passed(rows) if callable(passed) else passed

    return [rows, below, good]


def test_check_result_and_metadata():
    """A check gives an ``AssetCheckResult`` with metadata."""
    result = materialize(checked(lambda rows: AssetCheckResult(passed=True, metadata={"rows": len(rows)})))
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.asset_key, evaluation.check_name, evaluation.passed) == (AssetKey("rows"), "good", True)
    assert evaluation.metadata["rows"] == 1


def test_check_that_gives_a_bool():
    """A bare bool is a verdict."""
    (evaluation,) = materialize(checked(False)).get_asset_check_evaluations()
    assert evaluation.passed is False


def test_failed_check_does_not_block():
    """A failed check is reported; what is downstream runs, and the run is a success."""
    result = materialize(checked(False))
    assert result.success
    assert result.asset_value("below") == 1


def test_blocking_check_that_fails():
    """A failed blocking check keeps the value, skips what is downstream, and the run is no success."""
    result = materialize(checked(False, blocking=True), raise_on_error=False)
    assert result.success is False
    assert result.asset_value("rows") == [1]
    assert result.asset_materializations_for_node("below") == []
    assert [e.passed for e in result.get_asset_check_evaluations()] == [False]


def test_blocking_check_that_fails_raises():
    """As in Dagster, a failed blocking check is raised, and the message names it."""
    with pytest.raises(AssetMagicError, match="good"):
        materialize(checked(False, blocking=True))


def test_blocking_check_that_passes():
    """A blocking check that passes lets everything run."""
    assert materialize(checked(True, blocking=True)).asset_value("below") == 1


def test_blocking_check_that_warns():
    """A failure of severity WARN does not block."""
    warning = AssetCheckResult(passed=False, severity=AssetCheckSeverity.WARN)
    result = materialize(checked(warning, blocking=True))
    assert result.asset_value("below") == 1
    assert result.get_asset_check_evaluations()[0].severity is AssetCheckSeverity.WARN


@pytest.mark.parametrize("given", [None, 1, "yes"], ids=repr)
def test_check_that_gives_something_else(given):
    """A check that gives neither a bool nor a result has not passed, and the evaluation says why."""
    (evaluation,) = materialize(checked(given), raise_on_error=False).get_asset_check_evaluations()
    assert evaluation.passed is False
    assert "AssetCheckResult" in evaluation.error


def test_check_by_key_and_with_a_name():
    """A check names its asset by key, and may have a name of its own."""

    @asset_check(asset="numbers", name="three", description="There are three.")
    def function(numbers):
        return len(numbers) == 3

    (evaluation,) = materialize([numbers, function]).get_asset_check_evaluations()
    assert (evaluation.check_name, evaluation.description) == ("three", "There are three.")


def test_check_without_parameters():
    """A check need not take the value."""

    @asset_check(asset=numbers)
    def always():
        return True

    assert materialize([numbers, always]).get_asset_check_evaluations()[0].passed


def test_check_of_an_asset_that_failed():
    """A check of an asset that was not made is not evaluated."""

    @asset_check(asset=broken)
    def never(broken):
        return True

    result = materialize([numbers, broken, never], raise_on_error=False)
    assert result.get_asset_check_evaluations() == []


def test_check_of_an_asset_that_is_not_given():
    """A check whose asset is not among the definitions is a short error that names it."""

    @asset_check(asset="nosuch")
    def check():
        return True

    with pytest.raises(AssetMagicError, match="nosuch"):
        materialize([numbers, check])


# Sources


def test_source_asset_in_deps():
    """A source can be depended on and is not run."""
    raw = SourceAsset(key="raw", description="made elsewhere")

    @asset(deps=[raw])
    def clean():
        return 1

    for definitions in ([raw, clean], [clean]):
        result = materialize(definitions)
        assert result.success
        assert result.output_for_node("clean") == 1


def test_source_asset_with_a_prefix():
    """The key of a source may have parts."""
    assert SourceAsset(key=AssetKey(["raw", "users"])).key == AssetKey("raw/users")
    assert SourceAsset(key=["raw", "users"]).key == AssetKey("raw/users")


# Selection


@pytest.mark.parametrize("selection", ["numbers", ["numbers"], [AssetKey("numbers")], [numbers]])
def test_selection(selection):
    """Only the selection is made: text, or a list of keys and definitions."""
    result = materialize([numbers, total], selection=selection)
    assert result.success
    assert result.asset_value("numbers") == [1, 2, 3]
    assert result.asset_materializations_for_node("total") == []


def test_selection_with_upstream():
    """A selection may take its upstream with it."""
    result = materialize([numbers, total, broken], selection="+total")
    assert result.asset_value("total") == 6


def test_selection_that_matches_nothing():
    """A selection that matches nothing is an error of ours that repeats it."""
    with pytest.raises(AssetMagicError, match="nosuch"):
        materialize([numbers], selection="nosuch")


def test_selection_does_not_evaluate_other_checks():
    """The checks of what was not selected are not evaluated."""
    rows, below, good = checked(True)
    assert materialize([rows, below, good], selection="rows").get_asset_check_evaluations()
    assert not materialize([numbers, rows, below, good], selection="numbers").get_asset_check_evaluations()


# Asynchronous functions


def test_async_assets():
    """``async def`` assets run in a plain program, chained and mixed with others."""

    @asset
    async def fetched():
        await asyncio.sleep(0)
        return [1, 2]

    @asset
    def counted(fetched):
        return len(fetched)

    @asset
    async def doubled(counted):
        await asyncio.sleep(0)
        return counted * 2

    assert materialize([fetched, counted, doubled]).output_for_node("doubled") == 4


def test_async_multi_asset_and_check():
    """An ``async def`` multi-asset may yield its outputs, and a check may wait."""

    @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    async def split():
        await asyncio.sleep(0)
        yield Output(1, output_name="low")
        yield Output(2, output_name="high")

    @asset_check(asset=AssetKey("low"))
    async def good(low):
        await asyncio.sleep(0)
        return low == 1

    result = materialize([split, good])
    assert result.asset_value("high") == 2
    assert result.get_asset_check_evaluations()[0].passed


def test_async_check_of_a_plain_asset():
    """A check alone may wait."""

    @asset_check(asset=numbers)
    async def good(numbers):
        await asyncio.sleep(0)
        return True

    assert materialize([numbers, good]).get_asset_check_evaluations()[0].passed


def test_async_failure():
    """The failure of an ``async def`` asset is raised as it is."""

    @asset
    async def failing():
        await asyncio.sleep(0)
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        materialize([failing])


def test_call_of_an_async_asset():
    """A direct call gives the coroutine, as the function does."""

    @asset
    async def fetched():
        return 1

    assert asyncio.run(fetched()) == 1


# Nothing is left behind


def test_runs_are_apart():
    """Each call computes anew: nothing of the call before is reused."""
    calls = []

    @asset
    def counted():
        calls.append(1)

    materialize([counted])
    materialize([counted])
    assert len(calls) == 2


def test_registry_without_a_notebook():
    """Without a notebook the registry is empty, whatever was defined and materialized."""
    materialize([numbers, total])
    assert len(assets) == 0
    assert list(assets) == []
    assert "numbers" not in assets


# Bad definitions


def test_cycle():
    """A circle is an error that names its path."""

    @asset
    def one(two):
        return two

    @asset
    def two(one):
        return one

    with pytest.raises(AssetMagicError, match="cycle") as caught:
        materialize([one, two])
    assert "one -> two -> one" in str(caught.value) or "two -> one -> two" in str(caught.value)


BAD = {
    "variable arguments": ("def bad(*rows): pass", {}, ["rows"]),
    "variable keywords": ("def bad(**rows): pass", {}, ["rows"]),
    "own name": ("def bad(bad): pass", {}, ["bad"]),
    "own name in deps": ("def bad(): pass", {"deps": ["bad"]}, ["bad"]),
    "name that is no identifier": ("def bad(): pass", {"name": "my asset"}, ["my asset"]),
    "name that is a keyword": ("def bad(): pass", {"name": "class"}, ["class"]),
    "prefix that is no identifier": ("def bad(): pass", {"key_prefix": "2x"}, ["2x"]),
    "dependency that is no key": ("def bad(): pass", {"deps": [3]}, ["3"]),
    "deps that are a string": ("def bad(): pass", {"deps": "numbers"}, ["deps"]),
}


@pytest.mark.parametrize(("source", "options", "words"), BAD.values(), ids=BAD)
def test_bad_definition(source, options, words):
    """A definition that cannot be is a short error of ours in the user's words."""
    found = {}
    exec(source, found)
    with pytest.raises(AssetMagicError) as caught:
        materialize([asset(**options)(found["bad"])])
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert all(word in message for word in words), message


def test_bad_multi_asset():
    """A multi-asset needs outputs."""
    with pytest.raises(AssetMagicError, match="outs"):
        multi_asset()


def test_two_definitions_of_one_key():
    """Two definitions of one key in one list are an error that names it."""

    @asset(name="numbers")
    def other():
        return 0

    with pytest.raises(AssetMagicError, match="numbers"):
        materialize([numbers, other])


def test_plain_function_in_the_list():
    """What is no definition is an error that says how to make it one."""

    def plain():
        pass

    with pytest.raises(AssetMagicError, match="@asset"):
        materialize([plain])


def test_definition_instead_of_a_list():
    """One definition without the list is an error of ours, too."""
    with pytest.raises(AssetMagicError):
        materialize(numbers)
