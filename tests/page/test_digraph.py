"""The lineage as a graphviz.Digraph."""

import shutil
import sys

import pytest

from asset_magic.model.keys import AssetKey
from asset_magic.page.digraph import digraph
from asset_magic.page.lineage import lineage
from asset_magic.session.views import AssetView, LineageView

HOSTILE = [
    "<b>bold</b>", '"quoted"', "back\\slash\\", "a\\nb", "&amp; & &#60;", "{a|b}", "]; b [label=x", "\x00\x1b[31m",
    "\u202eabc", "تقرير", "\\G \\N", "<",
]  # fmt: skip


def shop(**more):
    raw = AssetView(key=AssetKey("raw"), kind="source", status="fresh")
    orders = AssetView(
        key=AssetKey("shop/orders"), group="sales", kinds=("pandas",), summary="DataFrame 3 × 2", status="stale"
    )
    report = AssetView(**{"key": AssetKey("report"), "group": "sales", "last_run": "failed", **more})
    edges = ((raw.key, orders.key), (orders.key, report.key))
    return LineageView(assets=(raw, orders, report), edges=edges)


def statements(drawn):
    return [line.strip() for line in drawn.source.split("\n")]


def test_nodes_are_labelled_and_joined():
    lines = statements(digraph(shop()))
    assert any('label="shop/orders\\nDataFrame 3 × 2\\npandas"' in line for line in lines)
    assert {"n0 -> n1", "n1 -> n2"} <= set(lines)


def test_a_group_is_a_cluster_and_the_default_one_is_not():
    lines = statements(digraph(shop()))
    assert [line for line in lines if line.startswith("subgraph")] == ["subgraph cluster_1 {"]
    assert any(line.startswith("label=sales") or " label=sales" in line for line in lines)


def test_sources_are_dashed():
    dashed = [line for line in statements(digraph(shop())) if "dashed" in line]
    assert [line.split()[0] for line in dashed] == ["n0"]


def test_statuses_are_told_if_they_are_asked_for():
    words = ("fresh", "stale", "failed")
    assert not any(word in digraph(shop()).source for word in words)
    lines = statements(digraph(shop(), statuses=True))
    assert any('label="report\\nfailed"' in line for line in lines)
    assert any("pandas\\nstale" in line for line in lines)
    assert any('label="raw\\nsource"' in line for line in lines)


def test_equal_views_give_equal_sources():
    assert digraph(shop()).source == digraph(shop()).source


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_text_is_drawn_as_it_is(said):
    """Read back from what Graphviz itself understood."""
    import html
    import re

    from asset_magic.page.text import one_line

    svg = digraph(shop(summary=said, group=said, kinds=(said,))).pipe("svg", encoding="utf-8")
    assert len(re.findall(r'class="node"', svg)) == 3
    assert len(re.findall(r'class="edge"', svg)) == 2
    texts = [html.unescape(text).replace("\xa0", " ") for text in re.findall(r"<text[^>]*>(.*?)</text>", svg)]
    assert texts.count(one_line(said)) == 3


def test_a_stored_lineage_does_not_ask_for_graphviz(monkeypatch):
    before = lineage(shop())
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.setenv("PATH", "")
    assert lineage(shop()) == before
    with pytest.raises(ImportError):
        digraph(shop())
