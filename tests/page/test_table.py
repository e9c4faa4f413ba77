"""What is asked for: the table of assets, what is stale, one asset in detail, a plan."""

import pytest

from asset_magic.model.keys import AssetKey
from asset_magic.page.detail import asset_detail
from asset_magic.page.table import assets_table, plan_table, stale_report
from asset_magic.page.text import columns
from asset_magic.session.views import AssetView, CauseView, CheckView

HOSTILE = "<img src=x onerror=alert(1)></script>"


def cause(reason, *children):
    return CauseView(category="data", reason=reason, children=children)


def asset(name, status="fresh", **more):
    return AssetView(key=AssetKey(name), status=status, **more)


def check(name, passed, **more):
    return CheckView(name=name, asset=AssetKey("orders"), passed=passed, **more)


SHOP = [
    asset("raw", kind="source", group="ingestion"),
    asset("orders", summary="DataFrame 3 × 2", checks=(check("a", True), check("b", False))),
    asset("report", "stale", causes=(cause("the code changed"), cause("rate 0.1 -> 0.2")), summary="str"),
    asset("page", "missing", causes=(cause("never materialized"),), checks=(check("c", False, severity="WARN"),)),
]


def test_the_table_of_all_assets():
    assert assets_table(SHOP)["text/plain"].split("\n") == [
        "name    group      status   why                         checks   value",
        "raw     ingestion  source",
        "orders  default    fresh                                ✓ 1 ✗ 1  DataFrame 3 × 2",
        "report  default    stale    the code changed (+1 more)           str",
        "page    default    missing  never materialized          ! 1",
        "4 assets: 2 fresh, 1 stale, 1 missing; 1 check failed; 1 warning",
    ]


def test_columns_that_say_nothing_are_left_out():
    assert assets_table([asset("a"), asset("b")])["text/plain"] == (
        "name  status\na     fresh\nb     fresh\n2 assets: 2 fresh"
    )


def test_a_failure_comes_before_other_causes():
    view = asset("a", "stale", last_run="failed", error="KeyError: 'x'", causes=(cause("the code changed"),))
    assert "the last run failed: KeyError: 'x' (+1 more)" in assets_table([view])["text/plain"]
    assert assets_table([view])["text/plain"].endswith("1 asset: 1 stale; 1 failed")


def test_the_text_fits_a_terminal():
    long = "word " * 40
    views = [asset("n" * 90, "stale", group="g" * 50, summary=long, causes=(cause(long), cause(long)))]
    views.append(asset("データ", summary="データ" * 20))
    assert all(columns(line) <= 100 for line in assets_table(views)["text/plain"].split("\n"))


def test_wide_characters_keep_columns_aligned():
    first, second = assets_table([asset("データ"), asset("abcdef")])["text/plain"].split("\n")[1:3]
    assert columns(first[: first.index("fresh")]) == columns(second[: second.index("fresh")])


def test_very_many_assets_show_what_is_not_fresh():
    views = [asset(f"a{k}") for k in range(5_000)] + [asset("late", "missing")]
    bundle = assets_table(views)
    assert bundle["text/plain"].split("\n")[1].startswith("late")
    assert "… 4,001 more assets" in bundle["text/plain"]
    assert bundle["text/html"].count("<tr data-key=") == 1_000


def test_the_pages_name_what_they_are_about_for_the_live_view():
    table = assets_table(SHOP, selection='group:"a"')["text/html"]
    assert table.startswith(
        '<div class="asset-magic" data-view="assets" data-keys="raw orders report page" '
        'data-selection="group:&quot;a&quot;">'
    )
    assert '<tr data-key="orders">' in table
    assert stale_report(SHOP)["text/html"].startswith(
        '<div class="asset-magic" data-view="stale" data-keys="report page" data-selection="">'
    )
    assert 'data-view="stale" data-keys="" data-selection="a+"' in stale_report([], selection="a+")["text/html"]
    assert asset_detail(asset("a"))["text/html"].startswith('<div class="asset-magic" data-view="asset" data-keys="a">')


def test_no_assets():
    for make in (assets_table, stale_report):
        assert make([])["text/plain"] == "No assets yet."
        assert "No assets yet." in make([])["text/html"]


def test_what_is_stale_and_why():
    deep = cause("upstream orders is stale", cause("helper h changed (through g)"))
    views = [asset("a"), asset("b", "stale", causes=(deep, cause("rate 0.1 -> 0.2"))), asset("c", "missing")]
    assert stale_report(views)["text/plain"] == (
        "b is stale\n  upstream orders is stale\n    helper h changed (through g)\n  rate 0.1 -> 0.2\nc is missing"
    )


def test_nothing_is_stale():
    assert stale_report([asset("a")])["text/plain"] == "Everything is fresh."
    assert "Everything is fresh." in stale_report([asset("a")])["text/html"]


def test_causes_thousands_deep_are_cut():
    chain = cause("the first")
    for k in range(5_000):
        chain = cause(f"upstream a{k} is stale", chain)
    for bundle in (
        stale_report([asset("z", "stale", causes=(chain,))]),
        asset_detail(asset("z", "stale", causes=(chain,))),
    ):
        assert len(bundle["text/plain"].split("\n")) < 15
        assert "…" in bundle["text/plain"]


def test_very_many_causes_are_cut():
    view = asset("z", "stale", causes=tuple(cause(f"global g{k} changed") for k in range(500)))
    assert len(stale_report([view])["text/plain"].split("\n")) == 14


def test_one_asset_in_detail():
    view = asset(
        "orders",
        "stale",
        causes=(cause("the code changed"),),
        description="As delivered",
        flags=("rebound in In[4]",),
        last_run="success",
        summary="DataFrame 3 × 2",
        group="sales",
        tags={"tier": "gold"},
        kinds=("pandas",),
        owners=("team:data",),
        metadata={"rows": 3},
        checks=(check("not_empty", True, metadata={"rows": 3}),),
        upstream=(AssetKey("raw"),),
        downstream=(AssetKey("report"), AssetKey("page")),
        globals=("rate",),
        source="orders = raw.dropna()\norders * rate",
    )
    assert asset_detail(view)["text/plain"].split("\n") == [
        "orders is stale",
        "  the code changed",
        "As delivered",
        "! rebound in In[4]",
        "  group       sales",
        "  kinds       pandas",
        "  tags        tier=gold",
        "  owners      team:data",
        "  value       DataFrame 3 × 2",
        "  last run    success",
        "  upstream    raw",
        "  downstream  report, page",
        "  reads       rate",
        "  rows        3",
        "  ✓ not_empty (rows: 3)",
        "",
        "orders = raw.dropna()",
        "orders * rate",
    ]


def test_a_plan():
    rows = [("orders", "run", "the code changed", "1.2 s"), ("report", "reuse", "", "")]
    assert plan_table(rows)["text/plain"].split("\n") == [
        "asset   plan   why               last took",
        "orders  run    the code changed  1.2 s",
        "report  reuse",
    ]
    assert plan_table([])["text/plain"] == "Nothing to do."


@pytest.mark.parametrize("said", [HOSTILE, '"><script>', "\x1b]0;title\x07"])
def test_hostile_text_stays_text(said):
    view = asset(
        "a",
        "stale",
        causes=(cause(said, cause(said)),),
        description=said,
        flags=(said,),
        last_run="failed",
        error=said,
        summary=said,
        group=said,
        tags={said: said},
        kinds=(said,),
        owners=(said,),
        metadata={said: said},
        checks=(check(said, False, description=said, metadata={said: said}),),
        globals=(said,),
        source=said,
    )
    pages = [assets_table([view]), stale_report([view]), asset_detail(view), plan_table([(said, said, said, said)])]
    for bundle in pages:
        assert said not in bundle["text/html"]
        assert "<script" not in bundle["text/html"]
        assert "\x1b" not in bundle["text/plain"]
        assert "\x07" not in bundle["text/html"]


def test_equal_views_give_equal_bytes():
    assert assets_table(SHOP) == assets_table(list(SHOP))
