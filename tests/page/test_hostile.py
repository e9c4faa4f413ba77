"""Whatever users write stays text: in every renderer, read back by a parser as a browser would read it."""

import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from xml.etree import ElementTree

import pytest

from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import MetadataValue
from asset_magic.model.tables import TableColumn, TableColumnConstraints, TableSchema
from asset_magic.page.card import card, check_card
from asset_magic.page.detail import asset_detail, live_detail
from asset_magic.page.diff import asset_diff, live_diff
from asset_magic.page.digraph import digraph
from asset_magic.page.groups import collapse
from asset_magic.page.history import history_html
from asset_magic.page.lineage import lineage
from asset_magic.page.live_picture import live_picture
from asset_magic.page.table import assets_table, plan_table, stale_report
from asset_magic.session.comparing import DiffTable, ValueDiff
from asset_magic.session.views import AssetView, CauseView, CheckView, DiffView, LineageView, RunView

SAID = {
    "image": "<img src=x onerror=alert(1)>",
    "script": "</script><script>alert(1)</script>",
    "attribute": "\"'><svg onload=alert(1)>",
    "link": '<a href="javascript:alert(1)">x</a>',
    "address": "javascript:alert(1)",
    "markdown": "[x](javascript:alert(1)) ![y](https://example.org/y.png) <b onclick=alert(1)>z</b>\n\n<iframe src=x>",
    "style": '" style="background:url(https://example.org/x)',
    "comment": "--><!-- ]]> <![CDATA[ <?php ?> <!DOCTYPE x>",
    "end": "</pre></code></td></tr></table></div></svg></text><h1>out</h1>",
    "controls": "\x00\x07\x1b[31m\x1b]0;title\x07\x7f\x9b\ud800\ufffe\u2028\r\n\t",
    "direction": "\u202egnp.exe \u2066abc \u200bתקציב تقرير",
    "entities": "&lt;img&gt; &#60;img&#62; &amp;amp;",
    "long": "x" * 1_000_000,
    "long line of markup": "<b>" * 300_000,
    "many lines": "<i>\n" * 250_000,
}

HTML = {
    "div", "span", "b", "bdi", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "a", "img", "time",
    "details", "summary", "p", "br", "ul", "li", "strong", "em",
}  # fmt: skip
ATTRIBUTES = {
    "class", "style", "dir", "colspan", "title", "role", "aria-label", "datetime", "href", "src", "alt", "open",
    "data-view", "data-keys", "data-key", "data-code", "data-print", "data-value", "data-selection", "data-check",
    "data-stream", "data-run", "data-said",
}  # fmt: skip
SVG = {"svg", "g", "defs", "marker", "clipPath", "path", "rect", "text", "tspan", "title"}
DRAWN = {
    "class", "width", "height", "viewBox", "role", "aria-label", "id", "refX", "refY", "markerWidth", "markerHeight",
    "orient", "d", "fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight",
    "text-anchor", "transform", "x", "y", "rx", "dx", "tabindex", "marker-end", "clip-path", "data-from", "data-to",
    "data-key", "data-keys", "data-group", "data-node", "data-status", "data-mark",
}  # fmt: skip
STYLE = re.compile(r"[a-z0-9#%.,:;() -]*")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff\ufffe]")


class Parsed(HTMLParser):
    """What a browser would find in a page, and whether all that is opened is closed."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.open, self.odd = [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        self.odd.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def everything(said):
    """An asset of which all that can be said is ``said``, but for its key."""
    key = AssetKey("shop/orders")
    facts = {
        said: said,
        "text": MetadataValue.text(said),
        "markdown": MetadataValue.md(said),
        "url": MetadataValue.url(said),
        "address": MetadataValue.url(f"https://example.org/{said}"),
        "path": MetadataValue.path(said),
        "notebook": MetadataValue.notebook(said),
        "asset": MetadataValue.asset(key),
        "json": MetadataValue.json({said: [said]}),
        "long json": MetadataValue.json([{said: said}] * 50),
        "table": MetadataValue.table([{said: said}] * 50),
        "schema": MetadataValue.table_schema(
            TableSchema([TableColumn(said, said, said, TableColumnConstraints(other=[said]))])
        ),
        "time": MetadataValue.timestamp(1_790_000_000.0),
        "null": MetadataValue.null(),
        "bool": MetadataValue.bool(True),
        "int": MetadataValue.int(10**30),
        "float": MetadataValue.float(float("nan")),
        "object": Hostile(said),
        "list": [said, {said: said}],
        "pure path": PurePosixPath(said.replace("\0", "")),
    }
    behind = CauseView(category="code", reason=said)
    cause = CauseView(category=said, reason=said, children=(behind,), diff=(f"+{said}", said))
    check = {"name": said, "asset": key, "description": said, "metadata": facts, "severity": said}
    verdicts = (True, False, None)
    checks = tuple(CheckView(passed=passed, blocking=True, blocks=(key,) * 9, **check) for passed in verdicts)
    return AssetView(
        key=key,
        status="stale",
        causes=(cause,) * 3,
        flags=(said,),
        rebound=said,
        last_run="failed",
        error=said,
        summary=said,
        group=said,
        description=said,
        tags={said: said},
        kinds=(said,),
        owners=(said,),
        metadata=facts,
        checks=(*checks, CheckView(passed=False, error=said, **check)),
        globals=(said,),
        source=said,
        code=said,
    )


class Hostile:
    """A value whose repr is what it is told to be."""

    def __init__(self, said):
        self.said = said

    def __repr__(self):
        return self.said


def graph(said):
    orders = everything(said)
    other = AssetView(key=AssetKey("report"), kind="source", group=f"{said}2", description=said)
    return LineageView(assets=(orders, other), edges=((orders.key, other.key),))


def difference(said):
    """How a value that says it everywhere differs."""
    row = ("+", (said, said, said))
    table = DiffTable(title=said, head=(said, "before", "now"), rows=(row, ("", row[1])), more=2, noun="cell")
    value = ValueDiff(before=said, after=f"{said}2", said=(said, said), tables=(table,), lines=(f"+{said}", said))
    cause = CauseView(category="code", reason=said, diff=(f"-{said}", f" {said}"))
    return DiffView(key=AssetKey("orders"), older=1, newer=0, value=value, causes=(cause,))


def pages(said):
    """Each kind of page that is made, as HTML."""
    view = everything(said)
    run = RunView(
        timestamp=0,
        duration=1,
        id="run 0.0",
        data_version=said,
        code_version=said,
        printed=((said, said), ("stderr", said)),
    )
    bundles = {
        "card": card(view),
        "card of a short value": card(view, {"text/plain": said[:60]}),
        "card of a long value": card(view, {"text/plain": f"{said}\n{said}"}, below={"text/html": said}),
        "check": check_card(view.checks[1]),
        "assets": assets_table([view], selection=said[:200]),
        "stale": stale_report([view], selection=said[:200]),
        "asset": asset_detail(view),
        "plan": plan_table([(said, said, said, said)]),
        "lineage": lineage(graph(said), selection=said[:200]),
        "diff": asset_diff(difference(said)),
    }
    texts = {name: bundle["text/plain"] for name, bundle in bundles.items()}
    html = {name: bundle["text/html"] for name, bundle in bundles.items()}
    html["difference"] = live_diff(difference(said))
    return html | {"panel": live_detail(view, [run], said), "history": history_html([run, run], said)}, texts


def pictures(said):
    view = graph(said)
    return {
        "stored": lineage(view)["image/svg+xml"],
        "live": live_picture(view),
        "groups": live_picture(collapse(view, {said})),
    }


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_pages_hold_no_element_or_attribute_but_those_they_are_made_of(said):
    for name, page in pages(said)[0].items():
        parsed = Parsed(page)
        assert parsed.open == parsed.odd == [], name
        assert {tag for tag, _ in parsed.elements} <= HTML, name
        for tag, attributes in parsed.elements:
            assert set(attributes) <= ATTRIBUTES, name
            assert STYLE.fullmatch(attributes.get("style", "")), name
            assert "url(" not in attributes.get("style", ""), name
            assert re.match("https?://|mailto:|$", attributes.get("href", "")), name
            assert re.match("data:image/svg|$", attributes.get("src", "")), name
            assert tag != "img" or set(attributes) == {"alt", "src", "style"}, name


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_pictures_hold_no_element_or_attribute_but_those_they_are_made_of(said):
    for name, picture in pictures(said).items():
        for element in ElementTree.fromstring(picture).iter():
            assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in SVG, name
            assert set(element.attrib) <= DRAWN, name


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_what_is_made_stays_small_and_shows_what_cannot_be_seen(said):
    html, texts = pages(said)
    for made in (html, texts, pictures(said), {"dot": digraph(graph(said)).source}):
        for name, text in made.items():
            assert len(text.encode()) < 300_000, name  # of five times twenty facts
            assert not UNSEEN.search(text), name


def test_the_pages_say_it_all_the_same():
    """The test above would pass for pages that leave out what is said."""
    for name, page in pages("<b>said</b>")[0].items():
        found = page.count("&lt;b&gt;said&lt;/b&gt;")
        assert found >= (0 if name == "lineage" else 2), name
    for name, picture in pictures("<b>said</b>").items():
        assert picture.count("&lt;b&gt;said&lt;/b&gt;") >= 2, name
