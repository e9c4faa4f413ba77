"""One asset in a panel of the live view: why, checks, code, and what its runs did."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from asset_magic.model.keys import AssetKey
from asset_magic.page.detail import live_detail
from asset_magic.page.history import RUNS, history_html
from asset_magic.session.views import AssetView, CauseView, CheckView, RunView

ORDERS = AssetKey("orders")


class Words(HTMLParser):
    """The elements of a page, and its texts."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


def run(seconds=0.0, duration=1.0, version="v1", **more):
    return RunView(timestamp=1_790_000_000 + seconds, duration=duration, data_version=version, **more)


def test_the_panel_says_all_but_what_it_shows_itself():
    check = CheckView(name="not_empty", asset=ORDERS, passed=False, blocking=True, blocks=(AssetKey("report"),))
    cause = CauseView(
        category="data", reason="upstream raw is stale", children=(CauseView(category="c", reason="why"),)
    )
    view = AssetView(
        key=ORDERS,
        status="stale",
        causes=(cause,),
        flags=("rebound in In[4]",),
        summary="DataFrame 3 × 2",
        checks=(check,),
        metadata={"rows": 3},
        upstream=(AssetKey("raw"),),
        source="raw.dropna()",
    )
    texts = Words(live_detail(view, [run(printed=(("stdout", "dropped 2"),))])).texts
    for said in (
        "upstream raw is stale", "why", "! rebound in In[4]", "DataFrame 3 × 2", "✗ not_empty",
        "blocks report", "rows", "raw", "raw.dropna()", "dropped 2",
    ):  # fmt: skip
        assert said in texts
    assert not {"orders", "stale"} & set(texts)


def test_a_run_tells_when_it_was_for_the_page_to_count_from():
    (time,) = Words(history_html([run()])).all("time")
    assert datetime.fromisoformat(time["datetime"]) == datetime.fromtimestamp(1_790_000_000, UTC)


def test_each_run_has_its_place_in_the_history_and_a_name_to_ask_by():
    page = Words(history_html([run(id="b"), run(1, id="a")]))
    assert [row.get("data-run") for row in page.all("tr")] == [None, "b", "a"]
    assert [text for text in page.texts if text.isdigit()] == ["0", "1"]


def test_durations_are_bars_in_proportion_and_said_in_words():
    bars = Words(history_html([run(duration=4.0), run(duration=1.0), run(duration=0)])).all("div")
    assert [bar["aria-label"] for bar in bars] == ["took 4.0 s", "took 1.0 s", "took < 1 ms"]
    assert [re.search(r"width:(\d+)px", bar["style"])[1] for bar in bars] == ["120", "30", "2"]
    assert all(bar["role"] == "img" and bar["title"] for bar in bars)


def test_the_run_of_the_present_value_is_marked_and_an_equal_value_is_said_to_be_the_same():
    texts = Words(history_html([run(version="b"), run(version="b", current=True), run(version="a")])).texts
    assert texts.count("current") == 1
    assert texts.count("same") == 1
    assert texts.index("same") < texts.index("current")


def test_versions_are_short_and_without_their_kind():
    texts = Words(history_html([run(version="file:0123456789abcdef", code_version="fedcba9876543210")])).texts
    assert "01234567" in texts
    assert "fedcba98" in texts


def test_what_the_newest_run_printed_is_shown_as_a_terminal_would():
    printed = (("stdout", "10%\r100%\n"), ("stderr", "\x1b[31mwarned\x1b[0m"), ("", "<Figure>"), ("stdout", " \n"))
    page = Words(history_html([run(printed=printed), run(printed=(("stdout", "older"),))]))
    assert [block["data-stream"] for block in page.all("pre")] == ["stdout", "stderr", ""]
    assert {"100%", "warned", "<Figure>"} <= set(page.texts)
    assert "older" not in page.texts


def test_the_end_of_a_traceback_is_always_shown():
    trace = "\n".join(f"frame {k}" for k in range(500)) + "\nKeyError: 'x'"
    page = history_html([], trace)
    assert "KeyError: &#x27;x&#x27;</pre>" in page
    assert "frame 1\n" not in page


def test_no_runs_and_very_many():
    assert "Not materialized yet." in history_html([])
    texts = Words(history_html([run(k) for k in range(100)])).texts
    assert f"… {100 - RUNS} more runs" in texts


def test_of_many_printed_lines_the_last_are_shown():
    printed = "".join(f"line {n}\n" for n in range(1000))
    page = history_html([RunView(timestamp=0.0, duration=1.0, printed=(("stdout", printed),))])
    assert "… 960 earlier lines" in page
    assert "line 999" in page
    assert "line 959\n" not in page
