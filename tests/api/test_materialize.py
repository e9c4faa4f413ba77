"""`materialize`: a list of definitions becomes values, records and an honest result."""

from __future__ import annotations

import pytest
from sample_assets import below_broken, broken, numbers, total

from asset_magic import (
    AssetExecutionContext,
    AssetKey,
    AssetMagicError,
    AssetOut,
    AssetValueMissing,
    Output,
    asset,
    assets,
    materialize,
    multi_asset,
)


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


def test_call_leaves_the_arguments_alone():
    """A value that has a `bind` of its own, as loggers and widgets have, is no execution context."""

    class Widget:
        bound_to = ()

        def bind(self, *what):
            self.bound_to = what

    @asset
    def shown(widget):
        return widget

    assert shown(Widget()).bound_to == ()


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
