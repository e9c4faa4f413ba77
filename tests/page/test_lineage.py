"""The lineage: one picture and one tree, both complete, stable and safe."""

import base64
import random
import re
from xml.etree import ElementTree

import pytest

from asset_magic.model.keys import AssetKey
from asset_magic.page.lineage import lineage
from asset_magic.page.picture import fit, picture
from asset_magic.session.views import AssetView, CheckView, LineageView

SVG = "{http://www.w3.org/2000/svg}"


def graph(edges, *lonely, **views):
    names = dict.fromkeys([*lonely, *(name for edge in edges for name in edge)])
    assets = tuple(views.get(name) or AssetView(key=AssetKey(name)) for name in names)
    return LineageView(assets=assets, edges=tuple((AssetKey(a), AssetKey(b)) for a, b in edges))


def numbered(count, edges):
    keys = [AssetKey(f"a{k}") for k in range(count)]
    return LineageView(
        assets=tuple(AssetView(key=key) for key in keys), edges=tuple((keys[a], keys[b]) for a, b in edges)
    )


def nodes(svg):
    return {node.get("data-key"): node for node in ElementTree.fromstring(svg).iter(f"{SVG}g") if node.get("data-key")}


def edges_of(svg):
    return {
        (path.get("data-from"), path.get("data-to"))
        for path in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if path.get("data-from")
    }


def texts(node):
    return [text.text for text in node.iter(f"{SVG}text")]


DIAMOND = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]


def test_the_tree_writes_an_asset_out_once():
    assert lineage(graph(DIAMOND))["text/plain"] == "a\n├─ b\n│  └─ d\n└─ c\n   └─ d ↑"


def test_the_tree_shows_values_checks_and_sources():
    check = CheckView(name="not_empty", asset=AssetKey("orders"), passed=True)
    view = graph(
        [("raw", "orders")],
        raw=AssetView(key=AssetKey("raw"), kind="source"),
        orders=AssetView(key=AssetKey("orders"), summary="DataFrame 3 × 2", checks=(check,)),
    )
    assert lineage(view)["text/plain"] == "raw (source)\n└─ orders · DataFrame 3 × 2 · ✓ 1"


def test_every_root_begins_at_the_margin():
    assert lineage(graph([("a", "c"), ("b", "c")], "lonely"))["text/plain"] == "lonely\na\n└─ c\nb\n└─ c ↑"


def test_deep_branches_go_on_at_the_margin():
    text = lineage(numbered(60, [(k, k + 1) for k in range(59)]))["text/plain"]
    lines = text.split("\n")
    assert max(map(len, lines)) < 80
    assert [line for line in lines if line.endswith("↓")] == [" " * 57 + "└─ a20 ↓", " " * 57 + "└─ a40 ↓"]
    assert [line for line in lines if line[0] == "a"] == ["a0", "a20", "a40"]


def test_large_graphs_are_shortened_in_text():
    text = lineage(numbered(300, [(0, k) for k in range(1, 300)]))["text/plain"].split("\n")
    assert text[0] == "300 assets, 299 dependencies"
    assert text[-1] == "… 240 more assets"
    assert len(text) == 62


def test_an_empty_graph_says_so_in_every_form():
    bundle = lineage(LineageView(assets=(), edges=()))
    assert bundle["text/plain"] == "No assets yet."
    assert "No assets yet." in bundle["text/html"]
    assert "No assets yet." in bundle["image/svg+xml"]
    ElementTree.fromstring(bundle["image/svg+xml"])


def test_all_assets_and_dependencies_are_drawn():
    view = graph(DIAMOND, "lonely")
    svg = picture(view)
    assert set(nodes(svg)) == {"a", "b", "c", "d", "lonely"}
    assert edges_of(svg) == set(DIAMOND)


def test_dependencies_on_what_is_not_shown_are_left_out():
    view = LineageView(assets=(AssetView(key=AssetKey("a")),), edges=((AssetKey("b"), AssetKey("a")),))
    assert edges_of(picture(view)) == set()


def test_the_page_holds_the_picture_itself_and_its_keys():
    bundle = lineage(graph(DIAMOND))
    page = bundle["text/html"]
    data = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[1]
    assert base64.b64decode(data).decode() == bundle["image/svg+xml"]
    assert 'class="asset-magic"' in page
    assert 'data-keys="a b c d" data-selection=""' in page
    assert 'data-selection="a+"' in lineage(graph(DIAMOND), selection="a+")["text/html"]
    assert 'alt="Asset lineage: 4 assets, 4 dependencies: a, b, c, d"' in page


def test_cards_show_value_kinds_and_verdicts():
    checks = tuple(
        CheckView(name=f"c{k}", asset=AssetKey("a"), passed=passed, severity=severity)
        for k, (passed, severity) in enumerate([(True, "ERROR"), (True, "WARN"), (False, "WARN"), (False, "ERROR")])
    )
    view = graph([], "a", a=AssetView(key=AssetKey("x/a"), summary="int", kinds=("pandas",), checks=checks))
    shown = texts(nodes(picture(view))["x/a"])
    assert sorted(shown) == sorted(["a", "int", "✗ 1", "! 1", "✓ 2", "pandas"])


def test_sources_are_dashed_and_say_so():
    view = graph([], "raw", raw=AssetView(key=AssetKey("raw"), kind="source"))
    node = nodes(picture(view))["raw"]
    assert "source" in texts(node)
    assert node.find(f"{SVG}rect").get("stroke-dasharray")


def test_long_names_are_cut_to_the_card_and_kept_in_the_title():
    name = "customer_lifetime_value_by_segment_and_region"
    node = nodes(picture(graph([], name)))[name]
    assert texts(node)[0].endswith("…")
    assert node.find(f"{SVG}title").text == name


def test_fitting_text_is_left_alone():
    assert fit("orders", 100, 13) == "orders"
    assert fit("W" * 50, 100, 13).endswith("…")


def legend(*groups):
    assets = tuple(AssetView(key=AssetKey(f"a{k}"), group=group) for k, group in enumerate(groups))
    root = ElementTree.fromstring(picture(LineageView(assets=assets, edges=())))
    return [text.text for part in root.iter(f"{SVG}g") if part.get("class") == "am-legend" for text in texts_of(part)]


def texts_of(node):
    return list(node.iter(f"{SVG}text"))


def test_a_legend_tells_the_colours_of_the_groups():
    assert legend("default", "data", "model", "data") == ["data", "model"]
    assert legend("default") == []


def test_a_legend_of_very_many_groups_is_cut_to_the_picture():
    shown = legend(*(f"a_rather_long_group_{k}" for k in range(40)))
    assert 3 < len(shown) < 40
    assert shown[-1] == f"+{40 - len(shown) + 1} more"


def test_no_status_is_drawn():
    """A stored picture must stay true."""
    views = [AssetView(key=AssetKey("a"), status=status, last_run="failed") for status in ("fresh", "stale", "missing")]
    assert len({str(lineage(LineageView(assets=(view,), edges=()))) for view in views}) == 1


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", '" onload="x', "]]>"]
)
def test_hostile_text_stays_text(text):
    asset = AssetView(key=AssetKey("a"), summary=text, description=text, kinds=(text,), group=text)
    bundle = lineage(LineageView(assets=(asset,), edges=()))
    root = ElementTree.fromstring(bundle["image/svg+xml"])
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "defs", "marker", "path", "g", "title", "rect", "text",
    }  # fmt: skip
    assert "<img src=x" not in bundle["text/html"]
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]


def test_what_xml_forbids_is_made_visible():
    asset = AssetView(key=AssetKey("a"), summary="\x00\x1b[31m\ud800\ufffe\u202e", description="\x07" * 1_000_000)
    svg = picture(LineageView(assets=(asset,), edges=()))
    assert texts(nodes(svg)["a"])[1].startswith("␀␛[31m\\ud800")
    assert len(svg.encode()) < 5_000


def test_equal_views_give_equal_bytes():
    rng = random.Random(5)
    pairs = [(rng.randrange(b), b) for b in range(1, 80) for _ in range(2)]
    assert lineage(numbered(80, pairs)) == lineage(numbered(80, pairs[::-1]))


def test_a_chain_of_two_thousand():
    bundle = lineage(numbered(2_000, [(k, k + 1) for k in range(1_999)]))
    assert len(nodes(bundle["image/svg+xml"])) == 2_000
    assert len(bundle["image/svg+xml"]) < 2_000 * 600
    assert len(bundle["text/plain"]) < 10_000


def test_ten_thousand_assets():
    view = numbered(10_000, [(k // 2, k) for k in range(1, 10_000)])
    assert len(edges_of(picture(view))) == 9_999
