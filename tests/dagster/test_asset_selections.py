"""`AssetSelection`: which assets are meant, said with objects."""

import pytest
from runs import materialized

from asset_magic import AssetKey, AssetOut, AssetSelection, SourceAsset, asset, materialize, multi_asset

raw = SourceAsset("raw", group_name="source", tags={"tier": "gold"})


@asset(deps=[raw], group_name="shop", tags={"tier": "gold", "flag": ""}, kinds={"pandas"}, owners=["team:data"])
def orders():
    return 1


@asset(group_name="shop", owners=["ann@example.com"])
def rates():
    return 2


@asset(key_prefix=["eu", "north"])
def total(orders, rates):
    return orders + rates


@asset(deps=[total], tags={"tier": "silver"})
def report():
    return 3


@multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
def split():
    return 1, 2


MADE = ["eu/north/total", "high", "low", "orders", "rates", "report"]
EVERYTHING = [raw, orders, rates, total, report, split]


def chosen(selection):
    return sorted(key.to_user_string() for key in selection.resolve(EVERYTHING))


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (AssetSelection.all(), ["eu/north/total", "high", "low", "orders", "rates", "report"]),
        (
            AssetSelection.all(include_sources=True),
            ["eu/north/total", "high", "low", "orders", "rates", "raw", "report"],
        ),
        (AssetSelection.assets("orders", ["eu", "north", "total"]), ["eu/north/total", "orders"]),
        (AssetSelection.assets(orders, AssetKey("rates")), ["orders", "rates"]),
        (AssetSelection.assets(split), ["high", "low"]),
        (AssetSelection.keys("orders"), ["orders"]),
        (AssetSelection.groups("shop"), ["orders", "rates"]),
        (AssetSelection.groups("shop", "source"), ["orders", "rates"]),
        (AssetSelection.groups("source", include_sources=True), ["raw"]),
        (AssetSelection.tag("tier", "gold"), ["orders"]),
        (AssetSelection.tag("tier", "gold", include_sources=True), ["orders", "raw"]),
        (AssetSelection.tag_string("tier=silver"), ["report"]),
        (AssetSelection.tag_string("flag"), ["orders"]),
        (AssetSelection.kind("pandas"), ["orders"]),
        (AssetSelection.owner("ann@example.com"), ["rates"]),
        (AssetSelection.key_prefixes("eu"), ["eu/north/total"]),
        (AssetSelection.key_prefixes(["eu", "north"]), ["eu/north/total"]),
        (AssetSelection.key_prefixes(["eu", "nor"]), []),
        (AssetSelection.key_substring("or"), ["eu/north/total", "orders", "report"]),
        (AssetSelection.from_string("key:orders or key:rates"), ["orders", "rates"]),
        (AssetSelection.from_coercible(["orders", "rates"]), ["orders", "rates"]),
        (AssetSelection.from_coercible([orders, rates]), ["orders", "rates"]),
        (AssetSelection.from_coercible(AssetSelection.keys("orders")), ["orders"]),
    ],
)
def test_what_is_chosen(selection, expected):
    assert chosen(selection) == expected


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (AssetSelection.assets("report").upstream(), ["eu/north/total", "orders", "rates", "report"]),
        (AssetSelection.assets("report").upstream(depth=1), ["eu/north/total", "report"]),
        (AssetSelection.assets("report").upstream(depth=2, include_self=False), ["eu/north/total", "orders", "rates"]),
        (AssetSelection.assets("orders").downstream(), ["eu/north/total", "orders", "report"]),
        (AssetSelection.assets("orders").downstream(depth=1), ["eu/north/total", "orders"]),
        (AssetSelection.assets("orders").downstream(include_self=False), ["eu/north/total", "report"]),
        (AssetSelection.assets("orders", "report").upstream(depth=0), ["orders", "report"]),
        (AssetSelection.assets("orders").upstream_source_assets(), ["raw"]),
        (
            AssetSelection.all(include_sources=True).materializable() & AssetSelection.groups("shop"),
            ["orders", "rates"],
        ),
        (AssetSelection.assets("low").required_multi_asset_neighbors(), ["high", "low"]),
    ],
)
def test_what_is_around(selection, expected):
    assert chosen(selection) == expected


def test_roots_and_sinks():
    everything = AssetSelection.all() - AssetSelection.assets(split)
    assert chosen(everything.roots()) == ["orders", "rates"]
    assert chosen(everything.sources()) == ["orders", "rates"]
    assert chosen(everything.sinks()) == ["report"]


def test_roots_and_sinks_within_a_part():
    part = AssetSelection.assets("orders", ["eu", "north", "total"])
    assert chosen(part.roots()) == ["orders"]
    assert chosen(part.sinks()) == ["eu/north/total"]


def test_or_and_minus():
    shop, gold = AssetSelection.groups("shop"), AssetSelection.tag("tier", "gold")
    assert chosen(shop | AssetSelection.keys("report")) == ["orders", "rates", "report"]
    assert chosen(shop & gold) == ["orders"]
    assert chosen(shop - gold) == ["rates"]


def test_a_selection_runs_a_part():
    selection = AssetSelection.assets("report").upstream()
    assert sorted(materialized(materialize(EVERYTHING, selection=selection))) == [
        "eu/north/total",
        "orders",
        "rates",
        "report",
    ]


def test_a_selection_of_what_is_not_there(unavailable):
    with unavailable("nosuch"):
        AssetSelection.assets("nosuch").resolve(EVERYTHING)


def test_a_missing_key_may_be_allowed():
    selection = AssetSelection.assets("nosuch", "orders")
    assert selection.resolve(EVERYTHING, allow_missing=True) == {AssetKey("orders")}


def test_the_text_of_a_selection_selects_the_same():
    selection = (AssetSelection.groups("shop") - AssetSelection.tag("tier", "gold")).downstream(depth=1)
    again = AssetSelection.from_string(selection.to_selection_str())
    assert chosen(again) == chosen(selection) == ["eu/north/total", "rates"]


@pytest.mark.parametrize("text", ["key:", "orders or", "(orders", "+", "group:shop and and key:a"])
def test_a_text_that_is_no_selection(text, unavailable):
    with unavailable():
        AssetSelection.from_string(text)
