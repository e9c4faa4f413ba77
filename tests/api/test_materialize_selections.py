"""``materialize([...], selection=...)``: whatever can say a selection says which of the definitions are run."""

import pytest

from asset_magic import AssetKey, AssetSelection, AssetSpec, SelectionError, asset, materialize, multi_asset
from asset_magic.model.errors import AssetMagicError, CycleError


@asset(group_name="first")
def one():
    return 1


@asset
def two(one):
    return one + 1


@multi_asset(specs=[AssetSpec("left"), AssetSpec("right")])
def both():
    return 1, 2


def made(selection):
    result = materialize([one, two, both], selection=selection)
    return {node for node in ("one", "two", "both") if result.asset_materializations_for_node(node)}


@pytest.mark.parametrize(
    ("selection", "nodes"),
    [
        (None, "one two both"),
        ("+two", "one two"),
        (["one", "+two"], "one two"),
        (AssetSelection.groups("first"), "one"),
        (AssetSelection.assets(two).upstream(), "one two"),
        (AssetKey("one"), "one"),
        (one, "one"),
        (both, "both"),
        ([one, AssetKey("two")], "one two"),
        (AssetSelection.all() - AssetSelection.assets(both), "one two"),
    ],
)
def test_what_is_selected_is_made(selection, nodes):
    assert made(selection) == set(nodes.split())


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ("one and", "the selection ends too early after 'and'\n  one and\n         ^"),
        (["on"], "no asset is called 'on': did you mean one?"),
        (AssetSelection.groups("second"), "'group:second and is:materializable' matches no asset"),
        ([], "the selection is an empty list"),
        (1, "an int is no selection: give text, a key, a definition, or a list of these"),
    ],
)
def test_what_cannot_be_selected_is_an_error(selection, message):
    with pytest.raises(SelectionError) as caught:
        made(selection)

    assert str(caught.value) == message


def test_definitions_may_be_given_in_any_order():
    result = materialize([two, both, one])

    assert (result.asset_value("two"), result.asset_value("left"), result.asset_value("right")) == (2, 1, 2)
    with pytest.raises(AssetMagicError, match="one is defined twice"):
        materialize([two, one, asset(name="one")(lambda: 3)])


def test_definitions_that_make_a_circle_are_refused():
    with pytest.raises(CycleError, match="this would make a cycle"):
        materialize([two, asset(name="one", deps=["two"])(lambda: 1), both])
