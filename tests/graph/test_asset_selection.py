"""Selections as objects: what they print, what they are made from, and what they refuse."""

from __future__ import annotations

import functools
import operator

import pytest

from asset_magic import (
    AssetKey,
    AssetSelection,
    AssetSpec,
    SelectionError,
    SourceAsset,
    asset,
    asset_check,
    multi_asset,
)
from asset_magic.model.errors import DefinitionError
from asset_magic.model.specs import AssetDep

S = AssetSelection


@asset(key_prefix="raw", group_name="ingestion")
def orders():
    return 1


@asset(group_name="shop", tags={"tier": "gold"}, kinds={"pandas"}, owners=["team:data"])
def report(orders_csv):
    return 1


@multi_asset(specs=[AssetSpec("train", deps=["report"]), AssetSpec("test", deps=["report"])])
def split():
    return 1, 2


orders_csv = SourceAsset("orders_csv")
SHOP = [orders, report, split, orders_csv]


@pytest.mark.parametrize(
    ("selection", "text"),
    [
        (S.all(), "is:materializable"),
        (S.all(include_sources=True), "*"),
        (S.assets("a", orders, ["raw", "b"]), "a or raw/orders or raw/b"),
        (S.assets(split), "train or test"),
        (S.assets(), "not *"),
        (S.keys("a", AssetKey("raw/b")), "a or raw/b"),
        (S.assets("AND"), 'key:"AND"'),
        (S.groups("a", "b b"), '(group:a or group:"b b") and is:materializable'),
        (S.groups("a", include_sources=True), "group:a"),
        (S.groups(), "not * and is:materializable"),
        (S.tag("tier", "gold", include_sources=True), "tag:tier=gold"),
        (S.tag_string("tier=gold", include_sources=True), "tag:tier=gold"),
        (S.tag_string("tier", include_sources=True), 'tag:tier=""'),
        (S.kind("pandas", include_sources=True), "kind:pandas"),
        (S.kind(None), "kind:<null> and is:materializable"),
        (S.owner("me@x.org"), "owner:me@x.org"),
        (S.key_prefixes("raw", ["eu", "raw"], include_sources=True), "key_prefix:raw or key_prefix:eu/raw"),
        (S.key_substring("aw/o", include_sources=True), "key_substring:aw/o"),
        (S.assets("a").upstream(), "+a and is:materializable"),
        (S.assets("a").upstream(2), "2+a and is:materializable"),
        (S.assets("a").upstream(0), "a and is:materializable"),
        (S.assets("a").upstream(include_self=False), "+a and is:materializable and not a"),
        (S.assets("a", "b").downstream(depth=1), "(a or b)+1"),
        (S.assets("a").downstream(include_self=False), "a+ and not a"),
        (S.assets("a").roots(), "roots(a)"),
        (S.assets("a").sources(), "roots(a)"),
        (S.assets("a").sinks(), "sinks(a)"),
        (S.assets("a").upstream_source_assets(), "+a and is:external"),
        (S.assets("a").materializable(), "a and is:materializable"),
        (S.assets("a").required_multi_asset_neighbors(), "required_multi_asset_neighbors(a)"),
        (S.assets("a") | S.assets("b") | S.assets("c"), "a or b or c"),
        (S.assets("a") & (S.assets("b") | S.assets("c")), "a and (b or c)"),
        (S.assets("a") - (S.assets("b") - S.assets("c")), "a and not (b and not c)"),
    ],
)
def test_an_object_prints_text_that_means_the_same(selection, text):
    assert str(selection) == selection.to_selection_str() == text
    assert S.from_string(text) == selection


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("+a, b", "+a or b"),
        (S.assets("a"), "a"),
        (AssetKey("raw/orders"), "raw/orders"),
        (AssetKey("OR"), 'key:"OR"'),
        (orders, "raw/orders"),
        (split, "train or test"),
        (AssetSpec("a"), "a"),
        (AssetDep("a"), "a"),
        (orders_csv, "orders_csv"),
        (["a", "+b"], "a or +b"),
        ([orders, "b+", AssetKey("c"), S.groups("g", include_sources=True)], "raw/orders or b+ or c or group:g"),
        ([["raw", "a"], ["b"]], "raw/a or b"),
        (("a",), "a"),
        ({AssetKey("b"), AssetKey("a")}, "a or b"),
        ({"a": 1}.keys(), "a"),
    ],
)
def test_whatever_can_say_a_selection_is_one(given, text):
    assert str(S.from_coercible(given)) == text


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: S.from_coercible(3), "an int is no selection: give text, a key, a definition, or a list of these"),
        (lambda: S.from_coercible([3]), "an int is no selection: give text, a key, a definition, or a list of these"),
        (lambda: S.from_coercible(b"a"), "an int is no selection: give text, a key, a definition, or a list of these"),
        (lambda: S.from_coercible(None), "a NoneType is no selection"),
        (lambda: S.from_coercible([]), "the selection is an empty list"),
        (lambda: S.from_coercible(""), "the selection is empty: write \\* for every asset"),
        (lambda: S.from_coercible(["a", "b c"]), "expected 'and' or 'or' here"),
        (lambda: S.assets("my-asset"), "'my-asset' cannot name an asset"),
        (lambda: S.assets([]), "a list is no selection"),
        (lambda: S.groups(""), "group: needs a value, not ''"),
        (lambda: S.groups(3), "group: needs a value, not 3"),
        (lambda: S.tag_string("a=b=c"), "'a=b=c' is no tag: write key=value, with one '='"),
        (lambda: S.kind("a\"b'c"), "has both kinds of quotes"),
        (lambda: S.assets("a").upstream(-1), "depth is a number of levels, or None for all of them, not -1"),
        (lambda: S.assets("a").downstream("2"), "depth is a number of levels, or None for all of them, not '2'"),
        (lambda: S("+a"), "a selection is made by a method of AssetSelection"),
    ],
)
def test_what_is_no_selection_is_refused(make, message):
    with pytest.raises(SelectionError, match=message):
        make()


def test_only_selections_are_combined():
    for combine in (operator.or_, operator.and_, operator.sub):
        with pytest.raises(TypeError):
            combine(S.assets("a"), "b")


def test_a_selection_never_changes():
    selection = S.assets("a")
    with pytest.raises(AttributeError):
        selection.node = None

    assert selection.upstream() != selection
    assert str(selection) == "a"


def test_equal_by_content_and_printable():
    assert S.groups("g") | S.assets("a") == S.groups("g") | S.assets("a") != S.assets("a") | S.groups("g")
    assert len({S.assets("a"), S.from_string("key:a"), S.from_string(" a ")}) == 1
    assert repr(S.assets("a").upstream()) == "AssetSelection.from_string('+a and is:materializable')"
    assert eval(repr(S.assets("a").upstream()), {"AssetSelection": S}) == S.assets("a").upstream()


@pytest.mark.parametrize(
    ("selection", "keys"),
    [
        (S.all(), "raw/orders report test train"),
        (S.all(include_sources=True), "orders_csv raw/orders report test train"),
        (S.assets("train").upstream(), "report train"),
        (S.all().upstream_source_assets(), "orders_csv"),
        (S.assets("test").required_multi_asset_neighbors(), "test train"),
        (S.groups("shop") - S.owner("team:data"), ""),
        (S.from_string("status:missing and group:shop"), "report"),
    ],
)
def test_an_object_resolves_to_a_set_of_keys(selection, keys):
    found = selection.resolve(SHOP)

    assert found == set(keys.split())
    assert {type(key) for key in found} <= {AssetKey}


def test_what_is_depended_on_but_not_given_counts_as_made_elsewhere():
    assert S.assets(report).upstream_source_assets().resolve([report]) == {"orders_csv"}


def test_resolving_asks_for_names_that_exist():
    with pytest.raises(SelectionError, match="no asset is called 'reprot': did you mean report\\?"):
        S.assets("reprot").resolve(SHOP)
    assert (S.assets("reprot") | S.assets("report")).resolve(SHOP, allow_missing=True) == {"report"}


def test_resolving_passes_over_checks_and_refuses_what_defines_nothing():
    @asset_check(asset=report)
    def good():
        return True

    assert S.all().resolve([report, good, AssetSpec("orders_csv")]) == {"report"}
    with pytest.raises(DefinitionError, match="is no definition of an asset"):
        S.all().resolve(["report"])


def test_nesting_is_bounded():
    deep = S.assets("a")
    for _ in range(25):
        deep = (deep.sinks() | S.assets("b")).downstream(1)
    assert S.from_string(str(deep)) == deep
    with pytest.raises(SelectionError, match="nested more than 50 deep"):
        deep.sinks()


def test_many_selections_are_united_without_nesting():
    names = [f"a{number}" for number in range(3_000)]
    united = functools.reduce(operator.or_, map(S.assets, names))

    assert united == S.assets(*names)
    assert united.resolve([AssetSpec(name) for name in names]) == set(names)
