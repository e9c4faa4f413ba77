"""The live page of a real kernel: what is told of changes, and what becomes of clicks."""

from __future__ import annotations

import re
import textwrap

import pytest

from tests.kernel.page_user import PageUser, _is_channel

CHAIN = {
    "rate": "rate = 2",
    "orders": "%%asset orders\norders = [1, 2, 3]",
    "total": "%%asset total\nprint('adding')\ntotal = sum(orders) * rate",
    "report": "%%asset report\nreport = f'total {total}'",
}


@pytest.fixture
def page(kernel):
    for id, source in CHAIN.items():
        answer = kernel.run(source, id)
        assert answer.ok, answer.text
    return PageUser(kernel)


def test_page_learns_of_all_assets(page):
    assert page.statuses() == {"orders": "fresh", "total": "fresh", "report": "fresh"}
    face = page.assets["total"]
    assert face["run"] == "success"
    assert face["made"] > 0
    assert face["took"] >= 0


def test_cards_turn_stale_when_something_upstream_changes(page, kernel):
    kernel.run("rate = 3", "rate")
    page.until(lambda: page.assets["report"]["status"] == "stale")
    assert page.assets["total"]["why"] == "rate 2 -> 3"
    assert page.assets["report"]["why"] == "upstream total is stale"
    assert page.assets["orders"]["status"] == "fresh"


def test_click_makes_fresh_and_says_nothing_in_the_notebook(page, kernel):
    kernel.run("rate = 3", "rate")
    assert page.materialize("report") == ""
    assert set(page.statuses().values()) == {"fresh"}
    answer = kernel.run("report", "look")
    assert "'total 18'" in answer.text
    assert "adding" not in answer.text


def test_new_value_is_seen_without_running_the_cell(page, kernel):
    before = page.assets["total"]["print"]
    kernel.run("rate = 3", "rate")
    page.materialize("total")
    assert page.assets["total"]["print"] != before
    view = page.look("card", key="total")
    assert "18" in view["html"]
    assert view["print"] == page.assets["total"]["print"]
    kernel.run("rate = 2", "rate")
    page.materialize("total")
    assert page.assets["total"]["print"] == before


def test_rich_value_comes_with_its_card(page, kernel):
    kernel.run("%%asset table\nimport pandas as pd\ntable = pd.DataFrame({'a': [1, 2]})", "table")
    view = page.look("card", key="table")
    assert "<table" in view["value"]["data"]["text/html"]


@pytest.mark.parametrize(
    ("code", "done"), [("orders = 5", "rebound"), ("del orders", "deleted"), ("%reset -f", "deleted")]
)
def test_page_learns_what_became_of_a_variable(page, kernel, code, done):
    kernel.run(code, "plain")
    page.until(lambda: any(f"the variable orders was {done}" in said for said in page.assets["orders"]["flags"]))


def test_body_that_exits_fails_and_the_kernel_lives(page, kernel):
    kernel.run("%%asset leaving\nif rate == 3:\n    raise SystemExit(3)\nleaving = rate", "leaving")
    kernel.run("rate = 3", "rate")
    assert page.materialize("leaving") == "SystemExit: 3"
    assert page.assets["leaving"]["run"] == "failed"
    assert "3" in kernel.run("rate", "look").text


def test_click_during_a_cell_waits_for_its_end(page, kernel):
    kernel.run("rate = 3", "rate")
    page.catch_up()
    sent = kernel.send("import time; time.sleep(1); late = rate", "long")
    id = page.click("report")
    kernel.wait_for(sent, "long")
    page.until(lambda: id in page.done)
    assert page.done[id] == ""
    assert page.assets["report"]["status"] == "fresh"


def test_click_that_arrives_on_another_thread_is_queued_and_can_be_taken_back(page, kernel):
    """Some versions of ipykernel hear the messages of pages on a thread of their own, while a cell runs."""
    kernel.run("rate = 3", "rate")
    clicks = [
        {"kind": "run", "id": "first", "label": "report", "keys": ["report"]},
        {"kind": "run", "id": "second", "label": "orders", "keys": ["orders"], "force": True},
        {"kind": "cancel", "id": "first"},
    ]
    code = f"""
        import contextvars, threading, time
        comm = get_ipython().kernel.comm_manager.get_comm({page.comm!r})
        def hear():
            for click in {clicks}:
                comm.handle_msg({{"content": {{"data": {{"method": "custom", "content": click}}}}, "buffers": []}})
        thread = threading.Thread(target=contextvars.copy_context().run, args=(hear,))
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        time.sleep(0.5)
    """
    queues = []
    sent = kernel.send(textwrap.dedent(code), "long")
    page.until(lambda: queues.append([waiting["id"] for waiting in page.queue]) or "second" in page.done)
    assert ["first", "second"] in queues
    assert kernel.wait_for(sent, "long").ok
    assert "first" not in page.done
    assert page.assets["report"]["status"] == "stale"


def test_click_taken_back_while_a_cell_runs_is_never_served(page, kernel):
    kernel.run("rate = 3", "rate")
    page.catch_up()
    sent = kernel.send("import time; time.sleep(1)", "long")
    first = page.click("report")
    page.say(kind="cancel", id=first)
    kernel.wait_for(sent, "long")
    page.materialize("orders")
    assert first not in page.done
    assert page.assets["report"]["status"] == "stale"


def test_clicks_are_served_between_cells_that_wait_already(page, kernel):
    page.use_subshell()
    kernel.run("rate = 3", "rate")
    page.catch_up()
    sent = [kernel.send(f"import time; time.sleep(0.4); n{n} = {n}", f"long{n}") for n in range(4)]
    id = page.click("report")
    page.until(lambda: id in page.done)
    kernel.wait_for(sent[-1], "long3")
    assert "total 18" in kernel.run("n3, report", "see").text


def test_bodies_run_in_the_main_thread(page, kernel):
    kernel.run("%%asset where\nimport threading\nwhere = threading.current_thread() is threading.main_thread()", "w")
    page.materialize("where", force=True)
    assert "True" in page.look("card", key="where")["html"]


def test_interrupt_stops_a_run_started_by_a_click(page, kernel):
    kernel.run("%%asset slow defer\nimport time\ntime.sleep(60)", "slow")
    kernel.run("%%asset after defer deps=slow\n1", "after")
    id = page.click("after")
    page.until(lambda: page.run and page.run["key"] == "slow")
    kernel.interrupt()
    page.until(lambda: id in page.done, timeout=20)
    assert "interrupted" in page.done[id]
    assert page.run is None
    assert page.assets["orders"]["status"] == "fresh"
    assert kernel.run("1 + 1", "next").ok


def test_failure_is_told_in_place_and_the_last_good_value_stays(page, kernel):
    kernel.run("rate = 'x' ", "rate")
    kernel.run("orders2 = 1", "other")
    kernel.run("rate = None", "rate")
    said = page.materialize("report")
    assert "total failed" in said
    assert "report skipped" in said
    page.until(lambda: page.assets["total"]["run"] == "failed")
    assert page.assets["total"]["error"].startswith("TypeError")
    assert "upstream total failed" in page.assets["report"]["blocked"]
    assert "12" in page.look("card", key="total")["html"]


def test_failed_check_is_told(page, kernel):
    kernel.run("%%asset_check total name=small blocking\ntotal < 15", "check")
    page.until(lambda: page.assets["total"]["checks"] == [["✓", 1]])
    kernel.run("rate = 3", "rate")
    said = page.materialize("report")
    assert "blocking check small of total did not pass" in said
    assert page.assets["total"]["checks"] == [["✗", 1]]


def test_verdict_goes_when_what_the_check_reads_changes(page, kernel):
    kernel.run("limit = 15", "limit")
    kernel.run("%%asset_check total name=small\ntotal < limit", "check")
    page.until(lambda: page.assets["total"]["checks"] == [["✓", 1]])
    kernel.run("limit = 5", "limit")
    page.until(lambda: page.assets["total"]["checks"] == [["○", 1]])
    assert page.materialize(stale=True) == ""
    assert page.assets["total"]["checks"] == [["✗", 1]]


def test_progress_tells_how_far_a_run_is_and_how_long_it_may_take(page, kernel):
    for n in range(3):
        kernel.run(f"%%asset step{n}\nimport time\ntime.sleep(0.3)", f"s{n}")
    page.catch_up()
    page.runs.clear()
    assert page.materialize(*(f"step{n}" for n in range(3)), force=True) == ""
    assert [run["key"] for run in page.runs if run["key"]] == ["step0", "step1", "step2"]
    assert [run["done"] for run in page.runs] == [0, 1, 2]
    first = page.runs[0]
    assert first["total"] == 3
    assert first["expected"] == pytest.approx(0.3, abs=0.2)
    assert first["left"] == pytest.approx(0.9, abs=0.5)
    assert page.run is None


def test_what_a_run_has_to_do_is_told_once_when_it_begins(page, kernel):
    for n in range(3):
        kernel.run(f"%%asset step{n}\nimport time\ntime.sleep(0.2)", f"s{n}")
    page.catch_up()
    page.runs.clear()
    assert page.materialize(*(f"step{n}" for n in range(3)), force=True) == ""
    assert [run.get("waiting") for run in page.runs] == [[["step0"], ["step1"], ["step2"]], None, None]


def test_everything_can_be_run_though_it_is_fresh(page):
    made = {key: face["made"] for key, face in page.assets.items()}
    assert page.materialize(force=True, selection="") == ""
    assert all(page.assets[key]["made"] > made[key] for key in made)


def test_run_of_a_cell_is_told_too(page, kernel):
    kernel.run("%%asset slow\nimport time\ntime.sleep(0.2)", "slow")
    page.catch_up()
    assert [run["key"] for run in page.runs if run["key"]] == ["slow"]
    assert page.runs[0]["id"] is None


def test_downstream_and_stale_runs(page, kernel):
    kernel.run("rate = 3", "rate")
    assert page.materialize("total", downstream=True) == ""
    assert set(page.statuses().values()) == {"fresh"}
    kernel.run("rate = 4", "rate")
    assert page.materialize(stale=True) == ""
    assert set(page.statuses().values()) == {"fresh"}


def test_asset_that_awaits_is_handed_over_to_a_request_of_the_page(page, kernel):
    kernel.run("%%asset waited defer\nimport asyncio\nawait asyncio.sleep(0.01)\nwaited = 7", "w")
    id = page.click("waited")
    page.until(lambda: id in page.served)
    assert page.queue == [{"id": id, "label": "waited", "keys": ["waited"]}]
    code = f"await get_ipython().magics_manager.registry['AssetMagics'].serve({id!r})"
    assert kernel.run(code, "silent").ok
    page.until(lambda: id in page.done)
    assert page.done[id] == ""
    assert page.assets["waited"]["status"] == "fresh"


def test_page_that_comes_later_is_asked_to_hand_in_what_waits(page, kernel):
    """The page that was asked first may have been closed."""
    kernel.run("%%asset slow\nimport asyncio\nawait asyncio.sleep(0)\nslow = rate", "slow")
    kernel.run("rate = 3", "rate")
    id = page.click("slow")
    page.until(lambda: id in page.served)
    page.served.clear()
    page.say(kind="hello")
    page.until(lambda: id in page.served)


def test_kernel_is_busy_while_it_answers(page, kernel):
    """A page takes an idle kernel that does not answer for one that is no more, and some values are slow to show."""
    kernel.unheard.clear()
    page.look("card", key="total")
    of_itself = [m for m in kernel.unheard if m["msg_type"] == "status" and not m["parent_header"]]
    assert of_itself[-1]["content"]["execution_state"] == "busy"


def test_refused_runs_say_why(page):
    assert "nowhere" in page.materialize("nowhere")
    assert page.materialize(selection="group:(") != ""


def test_looks_that_cannot_be_had_say_why(page):
    assert "nowhere" in page.look("asset", key="nowhere")["error"]
    assert page.look("nothing")["error"]


def test_the_difference_of_two_runs_is_drawn_by_the_names_that_their_history_gives_them(page, kernel):
    kernel.run("rate = 3", "rate")
    page.materialize("report")
    newer, older = re.findall(r'<tr data-run="([^"]+)"', page.look("history", key="total")["html"])[:2]
    forth, back = (
        page.look("diff", key="total", **runs)["html"]
        for runs in ({"older": older, "newer": newer}, {"older": newer, "newer": older})
    )
    assert "12 -&gt; 18 (+6, +50%)" in forth
    assert "rate 2 -&gt; 3" in forth
    assert "18 -&gt; 12" in back


def test_runs_that_are_not_kept_any_more_cannot_be_compared(page, kernel):
    assert page.look("diff", key="total", older="x", newer="y")["error"] == "one of these runs is not kept any more"


def test_forgotten_asset_is_gone_from_the_page(page, kernel):
    kernel.run("%forget report", "f")
    page.until(lambda: "report" not in page.assets)


def test_what_the_session_says_during_a_click_is_told_on_the_page(page, kernel):
    kernel.run("%%asset sorted_orders\norders.append(9)\nsorted_orders = sorted(orders)", "sort")
    page.catch_up()
    said = page.materialize("sorted_orders", force=True)
    assert "changed orders in place" in said


def test_one_channel_for_a_kernel(kernel):
    for id, source in CHAIN.items():
        kernel.run(source, id)
    kernel.run("%lineage", "lineage")
    kernel.run("%assets", "assets")
    assert [_is_channel(m) for m in kernel.comms if m["msg_type"] == "comm_open"] == [True]


@pytest.mark.parametrize("id", [None, "vscode-notebook-cell:/home/me/n.ipynb#W0sZmlsZQ%3D%3D"])
def test_no_channel_where_outputs_cannot_be_drawn_over(kernel, id):
    assert kernel.run("%%asset orders\n1", id).ok
    kernel.run("1", id)
    assert not any(map(_is_channel, kernel.comms))


def test_static_display_opens_no_channel(kernel):
    assert kernel.run("%config AssetMagic.display = static", "config").ok
    kernel.run("%%asset orders\n1", "orders")
    kernel.run("1", "one")
    assert not any(map(_is_channel, kernel.comms))


def test_live_display_opens_one_anywhere(kernel):
    assert kernel.run("%config AssetMagic.display = 'live'").ok
    kernel.run("%%asset orders\n1")
    assert sum(map(_is_channel, kernel.comms)) == 1


def test_channel_closes_when_display_turns_static_and_when_the_extension_goes(page, kernel):
    kernel.run("%config AssetMagic.display = static", "config")
    kernel.run("1", "one")
    assert [m["content"]["comm_id"] for m in kernel.comms if m["msg_type"] == "comm_close"] == [page.comm]


def test_details_of_a_failure_show_where_it_is(page, kernel):
    kernel.run("rate = None", "rate")
    page.materialize("total")
    for view in ("asset", "history"):
        html = page.look(view, key="total")["html"]
        assert "TypeError" in html
        assert "total = sum(orders) * rate" in html
        assert "execute.py" not in html


def test_history_shows_runs_and_what_the_body_printed(page, kernel):
    kernel.run("rate = 3", "rate")
    page.materialize("total")
    html = page.look("history", key="total")["html"]
    assert html.count("<time") == 2
    assert "adding" in html


def test_card_is_told_apart_by_what_the_body_printed(page, kernel):
    kernel.run("%%asset same\nprint('rate is', rate)\nsame = 5", "same")
    page.until(lambda: "same" in page.assets)
    stored = page.assets["same"]["print"]
    kernel.run("rate = 3", "rate")
    page.materialize("same")
    assert page.assets["same"]["print"] != stored
    assert page.look("card", key="same")["outputs"] == [
        {"data": {"application/vnd.jupyter.stdout": "rate is 3\n"}, "metadata": {}}
    ]


def test_card_of_a_failed_cell_is_over_when_the_asset_is_made(page, kernel):
    kernel.run("rate = None", "rate")
    card = next(data for data in kernel.run(CHAIN["total"], "total").displays if "text/html" in data)["text/html"]
    page.until(lambda: page.assets["total"]["run"] == "failed")
    assert f'data-print="{page.assets["total"]["print"]}"' in card
    kernel.run("rate = 4", "rate")
    assert page.materialize("total") == ""
    assert f'data-print="{page.assets["total"]["print"]}"' not in card


def test_what_a_failed_check_blocks_is_named_on_the_page_only(page, kernel):
    stored = kernel.run("%%asset_check total name=small blocking\ntotal < 5", "check").cards[0]["text/html"]
    assert "blocking" in stored
    assert "report" not in stored
    assert "blocks report" in page.look("check", key="total", check="small")["html"]


def test_what_the_reader_stopped_has_not_failed(page, kernel):
    kernel.run("%%asset slow defer\nimport time\ntime.sleep(60)", "slow")
    id = page.click("slow")
    page.until(lambda: page.run and page.run["key"] == "slow")
    kernel.interrupt()
    page.until(lambda: id in page.done, timeout=20)
    face = page.assets["slow"]
    assert (face["run"], face["error"], face["blocked"]) == ("interrupted", "", "interrupted")


FRAMED = "vscode-notebook-cell:/home/me/n.ipynb#W0sZmlsZQ%3D%3D"
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize("magic", ["%lineage", "%assets"])
def test_widget_is_shown_below_the_picture_where_outputs_sit_in_frames(kernel, magic):
    kernel.run("%config AssetMagic.display = widget", FRAMED)
    kernel.run("%%asset orders\n1", FRAMED)
    picture, widget = kernel.run(magic, FRAMED).displays
    assert "text/html" in picture
    assert WIDGET in widget
    assert widget["text/plain"] == "All assets, live while their kernel runs."


def test_no_widget_is_stored_where_outputs_come_alive_in_place(kernel):
    kernel.run("%config AssetMagic.display = widget", "config")
    kernel.run("%%asset orders\n1", "orders")
    (picture,) = kernel.run("%lineage", "lineage").displays
    assert WIDGET not in picture
    assert sum(map(_is_channel, kernel.comms)) == 1
