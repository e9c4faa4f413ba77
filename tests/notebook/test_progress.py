"""How far a run is: what watchers are told, and the line in a terminal."""

from __future__ import annotations

import io

from notebook_user import Notebook

from asset_magic.notebook.terminal import ProgressLine
from asset_magic.session.live import current_runner
from asset_magic.session.progress import Watch


def _told(notebook: Notebook, *cells: str) -> list:
    told = []
    runner = current_runner()
    runner.watch = Watch(runner.took, told.append)
    for cell in cells:
        notebook.run(cell)
    return told


def test_each_asset_is_told_when_its_turn_comes():
    notebook = Notebook()
    notebook.run("%%asset a defer\n1")
    notebook.run("%%asset b defer\na / 0")
    notebook.run("%%asset c defer\nb")
    told = _told(notebook, "%materialize")
    assert [(state.key, state.done, state.failed, state.skipped) for state in told[:-1]] == [
        ("a", 0, 0, 0),
        ("b", 1, 0, 0),
        ("c", 2, 1, 0),
    ]
    assert told[-1] is None


def test_nothing_is_estimated_where_nothing_has_run():
    notebook = Notebook()
    notebook.run("%%asset a defer\n1")
    (state, end) = _told(notebook, "%materialize")
    assert (state.expected, state.left, end) == (None, None, None)


def test_estimate_is_of_what_is_left_by_the_last_durations():
    notebook = Notebook()
    for name in "abc":
        notebook.run(f"%%asset {name}\nimport time\ntime.sleep(0.02)")
    took = [current_runner().took(key) for key in current_runner().graph.keys]
    told = _told(notebook, "%materialize --force")
    assert [state.expected for state in told[:-1]] == took
    assert [round(state.left, 9) for state in told[:-1]] == [round(sum(took[n:]), 9) for n in range(3)]


def test_asset_that_never_ran_counts_as_an_average_one():
    notebook = Notebook()
    notebook.run("%%asset a\nimport time\ntime.sleep(0.02)")
    notebook.run("%%asset b defer\n1")
    took = current_runner().took(next(iter(current_runner().graph.keys)))
    told = _told(notebook, "%materialize --force")
    assert told[0].left == 2 * took


def test_run_inside_a_body_is_part_of_the_outer_one():
    notebook = Notebook()
    notebook.run("%%asset a defer\n1")
    told = _told(
        notebook, "%%asset outer\nfrom asset_magic import assets\nassets.materialize('a')\nassets['a'].value + 1"
    )
    assert [state.key for state in told if state] == ["outer"]
    assert told.count(None) == 1


def test_nothing_is_told_when_nothing_has_to_run():
    notebook = Notebook()
    notebook.run("%%asset a\n1")
    assert _told(notebook, "%materialize") == []


def test_line_is_gone_before_a_body_prints_and_at_the_end():
    screen = io.StringIO()
    line = ProgressLine(screen)
    notebook = Notebook()
    notebook.run("%%asset slow\nimport time\ntime.sleep(0.6)\nprint('hello')")
    runner = current_runner()
    runner.watch = Watch(runner.took, line.told)
    notebook.run("%materialize --force")
    assert screen.getvalue().startswith("\r\x1b[Kmaterializing slow (1 of 1)")
    assert screen.getvalue().endswith("\r\x1b[K")


def test_short_runs_say_nothing():
    screen = io.StringIO()
    notebook = Notebook()
    notebook.run("%%asset quick\n1")
    runner = current_runner()
    runner.watch = Watch(runner.took, ProgressLine(screen).told)
    notebook.run("%materialize --force")
    assert screen.getvalue() == ""


def test_display_takes_its_words_with_and_without_quotes():
    notebook = Notebook()
    for text in ("static", "'live'", '"widget"', "auto"):
        assert notebook.run(f"%config AssetMagic.display = {text}").ok
        assert notebook.run("%config AssetMagic.display").result == text.strip("'\"")


def test_display_refuses_other_words():
    notebook = Notebook()
    notebook.run("%config AssetMagic.display = 'sometimes'")
    assert notebook.run("%config AssetMagic.display").result == "auto"
