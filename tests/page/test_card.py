"""The card of an asset: results only, safe, and short enough to read."""

import re
from html.parser import HTMLParser

import pytest

from asset_magic.model.keys import AssetKey
from asset_magic.model.metadata import MetadataValue
from asset_magic.page.card import card, check_card, print_of
from asset_magic.page.text import group_colour
from asset_magic.session.views import AssetView, CauseView, CheckView

ORDERS = AssetKey("orders")
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '"><a href="javascript:alert(1)">x</a>',
]


def check(name="not_empty", passed=True, **more):
    return CheckView(name=name, asset=ORDERS, passed=passed, **more)


def text(preview=None, **more):
    return card(AssetView(**{"key": ORDERS, **more}), preview)["text/plain"]


def page(preview=None, **more):
    return card(AssetView(**{"key": ORDERS, **more}), preview)["text/html"]


class Tags(HTMLParser):
    """The tags and attributes of a page, and whether all tags are closed."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.styles, self.attributes, self.open, self.words = set(), [], set(), [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.styles += [value for name, value in attrs if name == "style"]
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_a_card_on_one_line():
    assert text(summary="DataFrame 333 × 8", checks=(check(),)) == "orders · DataFrame 333 × 8 · ✓ not_empty"


def test_short_values_stand_beside_the_name():
    assert text({"text/plain": "42"}, summary="int") == "orders = 42"
    assert "= <code" in page({"text/plain": "42"}, summary="int")


def test_spaces_of_a_value_are_kept():
    assert text({"text/plain": "'a   b'"}) == "orders = 'a   b'"
    assert "white-space:pre-wrap" in page({"text/plain": "'a   b'"})


def test_values_of_several_lines_follow():
    preview = {"text/plain": "   a  b\n0  1  2"}
    assert text(preview, summary="DataFrame 1 × 2") == "orders · DataFrame 1 × 2\n   a  b\n0  1  2"
    assert ">   a  b\n0  1  2</code></pre>" in page(preview)


def test_richer_values_are_left_to_the_caller():
    preview = {"text/plain": "<Figure>", "text/html": "<b>x</b>"}
    assert card(AssetView(key=ORDERS), preview) == card(AssetView(key=ORDERS))


def test_a_card_says_whether_its_value_is_the_next_output():
    assert "data-value" not in page({"text/plain": "42"})
    shown = card(AssetView(key=ORDERS), below={"text/html": "<b>x</b>", "text/plain": "x"})["text/html"]
    assert ' data-value="below"' in shown


def test_the_print_tells_what_the_reader_sees():
    def printed(below=None, **more):
        return print_of(card(AssetView(**{"key": ORDERS, **more}), below=below))

    assert re.fullmatch("[0-9a-f]{8}", printed())
    seen = [
        printed(),
        printed(summary="int"),
        printed(group="sales"),
        printed({"text/plain": "1"}),
        printed({"text/plain": "1", "text/html": "<b>1</b>"}),
    ]
    assert len(set(seen)) == len(seen)
    assert printed() == printed(status="stale", code="other")
    assert printed({"text/plain": "<Figure>", "image/png": "abc"}) == printed({"text/plain": "<Figure>"})
    assert printed({"text/plain": "<A at 0x7f0000000000>"}) == printed({"text/plain": "<A at 0x7f1111111111>"})
    assert print_of({"text/plain": "no card"}) == ""


def test_the_namespace_is_muted_and_the_name_bold():
    assert '<span style="opacity:0.65">shop/eu/</span><b>orders</b>' in page(key=AssetKey("shop/eu/orders"))


def test_every_verdict_has_its_sign():
    checks = (
        check("a"),
        check("b", passed=False, severity="WARN"),
        check("c", passed=False, blocking=True, description="no rows", metadata={"rows": 0}),
        check("d", passed=None),
        check("e", passed=False, error="KeyError: 'x'"),
    )
    assert text(checks=checks) == (
        "orders · ✓ a · ! b · ✗ c (blocking, no rows, rows: 0) · ○ d (not evaluated) · ✗ e (KeyError: 'x')"
    )


def test_the_rest_follows_line_by_line():
    assert text(description="As delivered", flags=("rebound by In[4]",), metadata={"rows": 3, "share": 1 / 3}) == (
        "orders\n  As delivered\n  ! rebound by In[4]\n  rows: 3, share: 0.333333"
    )


def test_labels_are_shown_on_the_page():
    shown = Tags(
        page(kind="source", group="sales", tags={"tier": "gold", "pii": ""}, kinds=("pandas",), owners=("team:data",))
    )
    assert shown.words[-11::2] == ["sales", "source", "pandas", "tier=gold", "pii", "team:data"]
    assert "default" not in page()


def rows(source):
    """The texts of each row of a page."""
    cells = [re.findall("<td.*?</td>", row) for row in re.findall("<tr.*?</tr>", source)]
    return [["".join(Tags(cell).words) for cell in row] for row in cells]


def test_each_check_has_a_row_with_what_follows_from_it():
    failed = {"passed": False, "description": "no rows"}
    blocks = tuple(map(AssetKey, ("report", "model", "page", "mail")))
    checks = (
        check("a", description="has rows"),
        check("b", severity="WARN", **failed),
        check("c", **failed),
        check("d", blocking=True, blocks=blocks, **failed),
        check("e", blocking=True, passed=False, error="KeyError: 'x'"),
        check("f", passed=None),
    )
    assert rows(page(checks=checks))[1:] == [
        ["✓ a", "has rows"],
        ["! b", "warning · no rows"],
        ["✗ c", "error · no rows"],
        ["✗ d", "blocks report, model (+2 more) · no rows"],
        ["✗ e", "blocking · KeyError: 'x'"],
        ["○ f", "not evaluated"],
    ]


def test_facts_have_a_row_each():
    assert rows(page(metadata={"rows": 3, "share": 1 / 3}))[1:] == [["rows", "3"], ["share", "0.333333"]]
    assert "… 70 more facts" in page(metadata={f"n{k}": k for k in range(100)})


def test_a_card_states_no_status():
    """A stored card must stay true."""
    causes = (CauseView(category="code", reason="the code changed"),)
    assert page(status="stale", causes=causes) == page(status="fresh")
    assert text(status="stale", causes=causes) == text(status="fresh")


def test_the_colour_of_a_group_is_its_own():
    assert group_colour("sales") == group_colour("sales")
    assert group_colour("sales") in page(group="sales")


def test_groups_have_many_colours_on_which_white_can_be_read():
    colours = {group_colour(f"group_{k}") for k in range(500)}
    assert len(colours) == 20
    assert all(1.05 / (_luminance(colour) + 0.05) >= 4.5 for colour in colours)


def test_groups_of_common_names_have_colours_of_their_own():
    names = "raw staging intermediate marts data model models features reports plots sums analytics ingest sources"
    assert len({group_colour(name) for name in names.split()}) == len(names.split())


def _luminance(colour):
    """Relative luminance, as the accessibility guidelines compute it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_page_names_its_key_for_the_live_view():
    assert page(key=AssetKey("shop/orders"), code="3f2a9c01").startswith(
        '<div class="asset-magic" data-view="card" data-keys="shop/orders" data-code="3f2a9c01" data-print="'
    )
    assert check_card(check("not_empty"))["text/html"].startswith(
        '<div class="asset-magic" data-view="check" data-keys="orders" data-check="not_empty" '
    )


def full(said):
    return AssetView(
        key=ORDERS,
        summary=said,
        description=said,
        flags=(said,),
        error=said,
        group=said,
        tags={said: said},
        kinds=(said,),
        owners=(said,),
        metadata={said: said},
        checks=(check(said, passed=False, description=said, metadata={said: said}, error=said),),
    )


@pytest.mark.parametrize("said", HOSTILE)
@pytest.mark.parametrize("preview", [None, "inline", "block"])
def test_hostile_text_stays_text(said, preview):
    shown = {None: None, "inline": {"text/plain": said}, "block": {"text/plain": f"{said}\n{said}"}}[preview]
    parsed = Tags(card(full(said), shown)["text/html"])
    assert parsed.tags <= {"div", "span", "b", "bdi", "pre", "code", "table", "tbody", "tr", "td"}
    assert parsed.attributes <= {
        "class", "style", "dir", "colspan", "data-view", "data-keys", "data-code", "data-print",
    }  # fmt: skip
    assert parsed.open == []
    assert said in "".join(parsed.words)


def test_huge_texts_are_cut():
    bundle = card(full("x" * 1_000_000), {"text/plain": "y" * 1_000_000})
    assert all(len(form) < 12_000 for form in bundle.values())
    lines = card(full(""), {"text/plain": "line\n" * 200_000})["text/plain"]
    assert lines.endswith("… 199,960 more lines")


def test_control_characters_are_made_visible():
    shown = text({"text/plain": "a\x1b[31mb"}, description="nul \x00 bell \x07")
    assert "a␛[31mb" in shown
    assert "nul ␀ bell ␇" in shown
    assert page(description="\ud800").encode()


def test_right_to_left_text_is_isolated():
    assert "<bdi>تقرير</bdi>" in page(key=AssetKey("تقرير"))
    assert "<bdi>סיכום</bdi>" in page(summary="סיכום")
    assert "\u202e" not in page(summary="abc\u202edef")
    assert 'dir="auto"' in page(description="סיכום")


def test_memory_addresses_are_left_out():
    shown = text({"text/plain": "<__main__.Model object at 0x7f3a2c1d4e50>"})
    assert shown == "orders = <__main__.Model object at 0x…>"


# What JupyterLab's sanitiser keeps of the styles in an untrusted notebook.
_PROPERTIES = {
    "border", "border-left", "padding", "padding-left", "margin", "line-height", "opacity", "color", "white-space",
    "overflow-x", "background", "font-size", "font-weight", "border-collapse", "border-radius", "table-layout",
    "text-align", "vertical-align",
}  # fmt: skip
_DROPPED = re.compile(r"currentcolor|inherit|var\(|,\s*\.\d", re.I)


def test_styles_survive_an_untrusted_notebook():
    for style in Tags(card(full("x"), {"text/plain": "a\nb"})["text/html"]).styles:
        for declaration in filter(None, style.split(";")):
            name, value = declaration.split(":", 1)
            assert name in _PROPERTIES
            assert not _DROPPED.search(value)


def test_equal_views_give_equal_bytes():
    assert card(full("x"), {"text/plain": "1"}) == card(full("x"), {"text/plain": "1"})


def test_a_table_of_a_check_is_shown_below_its_verdict_and_not_told_of_twice():
    worst = MetadataValue.table([{"carrier": "MQ", "flights": 9}])
    verdict = check("known", passed=False, metadata={"rows": 9, "worst": worst})
    shown = check_card(verdict)
    assert shown["text/plain"].startswith("orders · ✗ known (rows: 9)\n  worst:\n    carrier  flights\n")
    assert "table of" not in shown["text/html"]
    assert "✗ known (rows: 9, worst: table of 1 row)" in text(checks=(verdict,))
