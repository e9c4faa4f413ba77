"""The last part of a key as a short name, where nothing is bound to a variable."""

import pytest

from asset_magic import AssetIn, DefinitionError, asset, materialize


def test_two_keys_may_end_alike():
    """Outside a notebook nothing is bound to a variable, so the last part of a key need not be its own."""

    @asset(key_prefix="north")
    def sales():
        return 1

    south = asset(key=["south", "sales"])(lambda: 2)

    @asset(ins={"one": AssetIn("north/sales"), "two": AssetIn("south/sales")})
    def both(one, two):
        return one, two

    assert materialize([both, sales, south]).asset_value("both") == (1, 2)


def test_a_short_name_that_two_keys_share_means_neither():
    """A parameter named after the last part of two keys is not guessed."""
    north = asset(key=["north", "sales"])(lambda: 1)
    south = asset(key=["south", "sales"])(lambda: 2)

    @asset
    def total(sales):
        return sales

    for given in ([north, south, total], [total, north, south], [north, total, south]):
        with pytest.raises(DefinitionError, match="total takes sales, which is not among the given assets"):
            materialize(given)
