"""The lineage that a live view draws over: what the page's script finds in it."""

from xml.etree import ElementTree

from asset_magic.model.keys import AssetKey
from asset_magic.page.groups import collapse
from asset_magic.page.live_picture import live_picture
from asset_magic.session.views import AssetView, CheckView, LineageView

SVG = "{http://www.w3.org/2000/svg}"


def asset(name, **more):
    return AssetView(key=AssetKey(name), **more)


def drawn(*assets, edges=(), groups=(), prefix="am"):
    view = LineageView(assets=assets, edges=tuple((AssetKey(a), AssetKey(b)) for a, b in edges))
    return ElementTree.fromstring(live_picture(collapse(view, groups), prefix=prefix))


def nodes(root):
    return {node.get("data-node"): node for node in root.iter(f"{SVG}g") if node.get("data-node")}


def part(node, name):
    return next(each for each in node.iter() if each.get("class") == name)


def test_a_node_has_all_that_the_script_patches():
    checks = tuple(CheckView(name=name, asset=AssetKey("a"), passed=passed) for name, passed in (("x", True), ("y", 0)))
    node = nodes(drawn(asset("x/a", status="stale", summary="int", checks=checks)))["x/a"]
    assert (node.get("class"), node.get("data-key"), node.get("data-status")) == ("am-node", "x/a", "stale")
    assert (node.get("role"), node.get("tabindex"), node.get("aria-label")) == ("button", "-1", "x/a, stale, int")
    assert [part(node, f"am-{name}").text for name in ("name", "meta", "status")] == ["a", "int", "stale"]
    assert [(mark.get("data-mark"), mark.text) for mark in part(node, "am-marks").iter(f"{SVG}tspan")] == [
        ("✓", "✓ 1"),
        ("✗", "✗ 1"),
    ]
    assert part(node, "am-bar").get("width") == "0"
    assert part(node, "am-card").tag == part(node, "am-pill").tag == f"{SVG}rect"


def test_every_status_has_its_word():
    views = [
        asset("a", status="fresh"),
        asset("b", status="missing"),
        asset("c", status="fresh", kind="source"),
        asset("d", status="stale", last_run="failed"),
        asset("e", status="stale", last_run="running"),
        asset("f", status="stale", last_run="success"),
    ]
    statuses = [node.get("data-status") for node in nodes(drawn(*views)).values()]
    assert statuses == ["fresh", "missing", "source", "failed", "running", "stale"]


def test_colours_are_left_to_the_page():
    root = drawn(asset("a", status="stale"), asset("b"), edges=[("a", "b")])
    coloured = {each.get("class") for each in root.iter() if each.get("fill", "none") != "none" or each.get("stroke")}
    assert coloured == {"am-stripe"}


def test_a_collapsed_group_names_its_assets_and_its_edges_lead_to_it():
    views = [asset("a", group="x", status="fresh"), asset("b", group="x", status="fresh"), asset("c")]
    root = drawn(*views, edges=[("a", "b"), ("b", "c")], groups={"x"})
    node = nodes(root)["group:x"]
    assert (node.get("class"), node.get("data-group"), node.get("data-keys")) == ("am-node am-group", "x", "a b")
    assert (node.get("data-key"), node.get("data-status")) == (None, "fresh")
    assert [part(node, f"am-{name}").text for name in ("name", "meta")] == ["x", "2 assets"]
    edge = part(root, "am-edge")
    assert (edge.get("data-from"), edge.get("data-to")) == ("group:x", "c")


def test_a_group_of_several_statuses_is_mixed_but_sources_do_not_count():
    def status(*views):
        return nodes(drawn(*views, groups={"default"}))["group:default"].get("data-status")

    source = asset("s", kind="source", status="fresh")
    assert status(asset("a", status="fresh"), asset("b", status="stale")) == "mixed"
    assert status(asset("a", status="stale"), source) == "stale"
    assert status(source) == "source"


def test_a_group_in_parts_says_so():
    views = [asset("a", group="x"), asset("b"), asset("c", group="x")]
    root = drawn(*views, edges=[("a", "b"), ("b", "c")], groups={"x"})
    assert part(nodes(root)["group:x:2"], "am-meta").text == "1 asset, part 2 of 2"


def test_ids_begin_with_the_prefix_and_what_refers_to_them_too():
    root = drawn(asset("a"), asset("b"), edges=[("a", "b")], prefix="am9")
    ids = {each.get("id") for each in root.iter() if each.get("id")}
    assert ids == {"am9-arrow", "am9-clip"}
    used = {each.get(name) for each in root.iter() for name in ("marker-end", "clip-path") if each.get(name)}
    assert used == {f"url(#{name})" for name in ids}


def test_a_thousand_assets_in_three_hundred_levels():
    keys = [f"a{k}" for k in range(1_000)]
    edges = [(keys[k], keys[k + 1]) for k in range(400)] + [(keys[k // 3], keys[k]) for k in range(401, 1_000)]
    assert len(nodes(drawn(*map(asset, keys), edges=edges))) == 1_000
