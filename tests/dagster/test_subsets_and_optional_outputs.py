"""Outputs that may be left out, what is skipped behind them, and multi-assets that can make a part of themselves."""

from runs import materialized

from asset_magic import AssetKey, AssetOut, AssetSpec, MaterializeResult, Output, asset, materialize, multi_asset


@asset(output_required=False)
def nothing_new():
    if False:
        yield Output(1)


@asset
def always():
    return 1


def test_an_optional_output_that_is_not_yielded_is_not_materialized():
    result = materialize([nothing_new])
    assert result.success
    assert materialized(result) == []


def test_an_optional_output_that_is_yielded_is_materialized():
    @asset(output_required=False)
    def found():
        yield Output(7)

    @asset
    def below(found):
        return found + 1

    assert materialize([found, below]).output_for_node("below") == 8


def test_returning_none_is_a_value_and_no_skip():
    @asset(output_required=False)
    def found():
        return None

    @asset
    def below(found):
        return found is None

    result = materialize([found, below])
    assert materialized(result) == ["found", "below"]
    assert result.output_for_node("below") is True


def test_the_value_of_an_output_left_out_is_not_there(unavailable):
    result = materialize([nothing_new])
    with unavailable():
        result.asset_value("nothing_new")
    with unavailable():
        result.output_for_node("nothing_new")
    assert result.asset_materializations_for_node("nothing_new") == []


def test_what_reads_a_missing_optional_output_is_skipped():
    @asset
    def below(nothing_new):
        raise AssertionError("must not run")

    result = materialize([nothing_new, below])
    assert result.success
    assert materialized(result) == []
    assert result.is_node_skipped("below")


def test_skipping_goes_on_downstream():
    @asset
    def below(nothing_new):
        raise AssertionError("must not run")

    @asset
    def further(below):
        raise AssertionError("must not run")

    result = materialize([nothing_new, below, further])
    assert result.success
    assert result.is_node_skipped("further")


def test_a_mere_dep_on_a_missing_optional_output_is_skipped_too():
    @asset(deps=[nothing_new])
    def below():
        raise AssertionError("must not run")

    result = materialize([nothing_new, below])
    assert result.success
    assert result.is_node_skipped("below")


def test_one_missing_input_of_several_is_enough_to_skip():
    @asset
    def both(always, nothing_new):
        raise AssertionError("must not run")

    @asset(deps=[always, nothing_new])
    def both_deps():
        raise AssertionError("must not run")

    result = materialize([always, nothing_new, both, both_deps])
    assert result.success
    assert materialized(result) == ["always"]


def test_what_is_beside_a_skip_runs():
    @asset
    def beside(always):
        return always + 1

    result = materialize([always, nothing_new, beside])
    assert result.output_for_node("beside") == 2
    assert not result.is_node_skipped("beside")


def test_a_failure_is_no_skip():
    @asset
    def failing():
        raise LookupError

    @asset
    def below(failing):
        return 1

    result = materialize([failing, below], raise_on_error=False)
    assert not result.success
    assert not result.is_node_skipped("failing")
    assert not result.is_node_success("below")


def test_optional_outs_are_skipped_one_by_one():
    @multi_asset(outs={"low": AssetOut(is_required=False), "high": AssetOut(is_required=False)})
    def split():
        yield Output(1, "low")

    @asset
    def below_low(low):
        return low + 1

    @asset
    def below_high(high):
        raise AssertionError("must not run")

    result = materialize([split, below_low, below_high])
    assert result.success
    assert materialized(result) == ["low", "below_low"]


def test_a_required_out_beside_an_optional_one():
    @multi_asset(outs={"low": AssetOut(), "high": AssetOut(is_required=False)})
    def split():
        yield Output(1, "high")

    assert not materialize([split], raise_on_error=False).success


def test_skippable_specs_are_skipped_one_by_one():
    @multi_asset(specs=[AssetSpec("low", skippable=True), AssetSpec("high", skippable=True)])
    def split():
        yield MaterializeResult(asset_key="low")

    @asset(deps=["low"])
    def below_low():
        return 1

    @asset(deps=["high"])
    def below_high():
        raise AssertionError("must not run")

    result = materialize([split, below_low, below_high])
    assert result.success
    assert materialized(result) == ["low", "below_low"]


# Subsets


def letters(seen, **outs):
    @multi_asset(outs={name: AssetOut(is_required=False, **outs) for name in "abc"}, can_subset=True)
    def split(context):
        seen.append(context)
        seen.append((set(context.selected_output_names), set(context.selected_asset_keys), context.is_subset))
        for name in "abc":
            if name in context.selected_output_names:
                yield Output(name.upper(), output_name=name)

    return split


def test_a_part_of_a_multi_asset():
    seen = []
    split = letters(seen)
    assert split.can_subset
    result = materialize([split], selection="key:a or key:c")
    assert result.success
    assert materialized(result) == ["a", "c"]
    assert seen[1] == ({"a", "c"}, {AssetKey("a"), AssetKey("c")}, True)
    assert result.asset_value("c") == "C"


def test_all_of_a_multi_asset_that_can_subset():
    seen = []
    result = materialize([letters(seen)])
    assert materialized(result) == ["a", "b", "c"]
    assert seen[1] == ({"a", "b", "c"}, {AssetKey("a"), AssetKey("b"), AssetKey("c")}, False)


def test_output_names_are_selected_where_keys_differ():
    seen = []
    result = materialize([letters(seen, key_prefix="p")], selection=[AssetKey(["p", "b"])])
    assert materialized(result) == ["p/b"]
    assert seen[1] == ({"b"}, {AssetKey(["p", "b"])}, True)


def test_the_part_that_downstream_needs():
    @asset
    def below(b):
        return b * 2

    result = materialize([letters([]), below], selection="+key:below")
    assert materialized(result) == ["b", "below"]
    assert result.output_for_node("below") == "BB"


def test_a_part_of_specs():
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")], can_subset=True)
    def split(context):
        for key in context.selected_asset_keys:
            yield MaterializeResult(asset_key=key)

    assert materialized(materialize([split], selection="b")) == ["b"]


def test_specs_that_can_subset_give_what_they_yield():
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")], can_subset=True)
    def split():
        yield MaterializeResult(asset_key="a")

    result = materialize([split])
    assert result.success
    assert materialized(result) == ["a"]


def test_an_output_that_was_not_selected_fails():
    @multi_asset(outs={name: AssetOut(is_required=False) for name in "ab"}, can_subset=True)
    def split():
        yield Output(1, "a")
        yield Output(2, "b")

    result = materialize([split], selection="a", raise_on_error=False)
    assert not result.success
    assert "b" not in materialized(result)


def test_a_result_that_was_not_selected_fails():
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")], can_subset=True)
    def split():
        yield MaterializeResult(asset_key="a")
        yield MaterializeResult(asset_key="b")

    result = materialize([split], selection="a", raise_on_error=False)
    assert not result.success
    assert "b" not in materialized(result)
