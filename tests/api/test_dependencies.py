"""What functions take and depend on, by parameters and by `deps`."""

from __future__ import annotations

import pytest
from sample_assets import broken, numbers, total

from asset_magic import (
    AssetDep,
    AssetKey,
    AssetMagicError,
    SourceAsset,
    asset,
    materialize,
)


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
