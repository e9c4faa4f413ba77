"""The main path through a real kernel: load, make assets, edit, be told why, bring up to date."""

from __future__ import annotations

import pytest


def test_load_says_nothing(running_kernel):
    """``%load_ext`` in a kernel shows nothing."""
    answer = running_kernel.run("%load_ext asset_magic")
    assert answer.ok
    assert answer.outputs == []


def test_card_is_one_display(kernel):
    """An asset cell shows one display, as HTML and as text, and no result of its own."""
    answer = kernel.run("%%asset total\n1 + 1", "c1")
    assert answer.ok, answer.text
    assert [kind for kind, _ in answer.outputs] == ["display_data"]
    (card,) = answer.cards
    assert "total" in card["text/html"]
    assert "total" in card["text/plain"]
    assert "2" in card["text/plain"]


def test_value_is_bound_in_the_kernel(kernel):
    """The value is a variable that plain cells read."""
    kernel.run("%%asset total\n1 + 1", "c1")
    assert kernel.run("total * 10", "c2").of_type("execute_result")[0]["data"]["text/plain"] == "20"


def test_nothing_is_added_to_out(kernel):
    """An asset cell adds nothing to ``Out`` and ``_``."""
    kernel.run("6 * 7", "c1")
    before = kernel.evaluate("sorted(Out)")
    kernel.run("%%asset total\n1 + 1", "c2")
    kernel.run("%materialize", "c3")
    assert kernel.evaluate("sorted(Out)") == before
    assert kernel.evaluate("_") == 42


def test_edit_upstream_then_stale_says_why_then_materialize(kernel):
    """Editing an upstream makes what is below it stale, ``%stale`` says why, and ``%materialize`` mends it."""
    kernel.run("%%asset base\n1", "c1")
    kernel.run("%%asset double\nbase * 2", "c2")
    kernel.run("%%asset label\nf'{double} rows'", "c3")
    assert set(kernel.statuses().values()) == {"fresh"}
    kernel.run("%%asset base\n5", "c1")
    assert kernel.statuses() == {"base": "fresh", "double": "stale", "label": "stale"}
    told = kernel.run("%stale", "c4")
    assert told.ok
    assert "upstream base has a new value" in told.text
    assert "upstream double is stale" in told.text
    done = kernel.run("%materialize", "c5")
    assert done.ok, done.text
    assert set(kernel.statuses().values()) == {"fresh"}
    assert kernel.evaluate("label") == "10 rows"


def test_downstream_cell_refreshes_what_it_needs(kernel):
    """Running a cell first refreshes its stale upstream."""
    kernel.run("%%asset base\n1", "c1")
    kernel.run("%%asset double\nbase * 2", "c2")
    kernel.run("%%asset base defer\n5", "c1")
    kernel.run("%%asset double\nbase * 2", "c2")
    assert kernel.evaluate("double") == 10


def test_plain_variable_change_is_followed(kernel):
    """A plain variable that a body reads makes it stale when it changes, and fresh when it is set back."""
    kernel.run("rate = 2", "c1")
    kernel.run("%%asset paid\n100 * rate", "c2")
    kernel.run("rate = 3", "c1")
    assert kernel.statuses() == {"paid": "stale"}
    assert "rate 2 -> 3" in kernel.run("%stale", "c3").text
    kernel.run("rate = 2", "c1")
    assert kernel.statuses() == {"paid": "fresh"}


def test_cell_that_names_another_asset_retires_the_old_one(kernel):
    """A cell, known by its id, that registers another name retires the one before."""
    kernel.run("%%asset old\n1", "c1")
    kernel.run("%%asset new\n1", "c1")
    assert kernel.statuses() == {"new": "fresh"}
    assert kernel.evaluate("'old' in globals()") is False


def test_same_name_from_another_cell_warns(kernel):
    """The same name from another cell: the last one wins, and a warning names both cells."""
    kernel.run("%%asset total\n1", "first-cell")
    answer = kernel.run("%%asset total\n2", "second-cell")
    assert answer.ok
    assert "first-cell" in answer.stream("stderr")
    assert "second-cell" in answer.stream("stderr")
    assert kernel.evaluate("total") == 2


def test_same_name_without_ids_does_not_warn(kernel):
    """Where the front end sends no ids, nothing is said: it may be the same cell."""
    kernel.run("%%asset total\n1")
    answer = kernel.run("%%asset total\n2")
    assert answer.ok
    assert answer.stream("stderr") == ""


def test_bad_argument_is_a_real_error(kernel):
    """A mistake in the line is an ``error`` message that names the argument, and the graph stays."""
    kernel.run("%%asset total\n1", "c1")
    answer = kernel.run("%%asset total grop=x\n1", "c1")
    (error,) = answer.of_type("error")
    assert error["ename"] == "ArgumentError"
    assert "grop" in error["evalue"]
    assert "group" in error["evalue"]
    assert answer.reply["status"] == "error"
    assert kernel.statuses() == {"total": "fresh"}


def test_error_of_a_body(kernel):
    """An error of a body is the user's own error, at the right line of the right cell, with no frame of the engine."""
    answer = kernel.run("%%asset broken\nrows = []\nnote = 'two'\nrows[3]\n", "c1")
    (error,) = answer.of_type("error")
    assert error["ename"] == "IndexError"
    assert error["evalue"] == "list index out of range"
    assert f"In[{answer.number}], line 4" in answer.traceback
    assert "rows[3]" in answer.traceback
    assert "asset_magic" not in answer.traceback
    assert answer.reply["ename"] == "IndexError"


def test_error_of_a_helper(kernel):
    """A traceback goes through the user's helper in its own cell, and through nothing else."""
    helper = kernel.run("def ratio(a, b):\n    return a / b", "c1")
    answer = kernel.run("%%asset broken\n\nratio(1, 0)", "c2")
    assert answer.of_type("error")[0]["ename"] == "ZeroDivisionError"
    assert f"In[{answer.number}], line 3" in answer.traceback
    assert f"In[{helper.number}], line 2" in answer.traceback
    assert "asset_magic" not in answer.traceback


def test_error_after_await(kernel):
    """The same for a body that has waited."""
    answer = kernel.run("%%asset broken\nimport asyncio\nawait asyncio.sleep(0)\n{}['key']", "c1")
    assert answer.of_type("error")[0]["ename"] == "KeyError"
    assert f"In[{answer.number}], line 4" in answer.traceback
    assert "asset_magic" not in answer.traceback


def test_error_of_an_upstream_names_both(kernel):
    """A cell whose upstream fails ends with an error that names the upstream and its reason."""
    kernel.run("%%asset base defer\n1 / 0", "c1")
    answer = kernel.run("%%asset double\nbase * 2", "c2")
    assert answer.reply["status"] == "error"
    assert "base" in answer.traceback
    assert "ZeroDivisionError" in answer.traceback


def test_prints_are_shown_again(kernel):
    """What a body printed is shown again when its value is reused, on the same streams and in the same place."""
    cell = "%%asset noisy\nimport sys\nprint('out')\nprint('err', file=sys.stderr)\ndisplay({'a': 1})\n3"
    first = kernel.run(cell, "c1")
    second = kernel.run(cell, "c1")
    assert first.ok, first.text
    for answer in (first, second):
        assert answer.stream("stdout") == "out\n"
        assert answer.stream("stderr") == "err\n"
        assert [d["text/plain"] for d in answer.displays if "text/html" not in d] == ["{'a': 1}"]
        assert len(answer.cards) == 1


def test_prints_are_streamed_while_the_body_runs(kernel):
    """What a body prints arrives while it runs: this one ends only when its reader has seen it."""
    seen = kernel.folder / "seen"

    def see(kind, content):
        if kind == "stream" and "started" in content["text"]:
            seen.touch()

    answer = kernel.run(
        f"""
        %%asset slow
        import os, time
        print("started", flush=True)
        until = time.monotonic() + 20
        while not os.path.exists({str(seen)!r}):
            assert time.monotonic() < until, "nobody has seen it"
            time.sleep(0.01)
        "done"
        """,
        "c1",
        on_output=see,
    )
    assert answer.ok, answer.text
    assert answer.stream("stdout") == "started\n"


def test_prints_of_many_lines(kernel):
    """A body that prints many lines: each is shown, and shown again."""
    cell = "%%asset noisy\nfor i in range(20_000):\n    print(i)\nlen(range(20_000))"
    expected = "".join(f"{i}\n" for i in range(20_000))
    for _ in range(2):
        answer = kernel.run(cell, "c1")
        assert answer.ok, answer.text[:300]
        assert answer.stream("stdout") == expected


@pytest.mark.parametrize("last", ["figure", "figure;", "axes", "None"])
def test_figure_is_shown_once(kernel, last):
    """A body that draws a figure shows it once, whatever its last expression, and once more when it is reused."""
    cell = f"%%asset drawn\nimport matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2])\n{last}"
    first = kernel.run(cell, "c1")
    assert first.ok, first.text
    assert first.figures == 1
    assert kernel.run(cell, "c1").figures == 1
    assert kernel.run("1 + 1", "c2").figures == 0


def test_figure_with_metadata_is_shown_once(kernel):
    """... also when it is given as an `Output`."""
    draw = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2])"
    last = "from asset_magic import Output\nOutput(figure, metadata={'n': 2})"
    ran = kernel.run(f"%%asset drawn\n{draw}\n{last}", "c1")
    assert ran.figures == 1
    assert kernel.run("1 + 1", "c2").figures == 0


def test_figure_of_an_upstream_is_not_the_figure_of_the_cell(kernel):
    """A figure that an upstream body draws is shown once when another cell makes it run."""
    kernel.run("%%asset drawn defer\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n7", "c1")
    assert kernel.run("%%asset below\ndrawn + 1", "c2").figures <= 1
    assert kernel.run("1 + 1", "c3").figures == 0
    assert kernel.run("%%asset drawn\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n7", "c1").figures == 1


def test_decorated_function_in_a_kernel(kernel):
    """``@asset`` in a cell registers the definition, and an asset cell below reads its value."""
    kernel.run("from asset_magic import asset\n@asset\ndef base():\n    return 20", "c1")
    answer = kernel.run("%%asset double\nbase * 2", "c2")
    assert answer.ok, answer.text
    assert kernel.evaluate("double") == 40
    assert kernel.statuses() == {"base": "fresh", "double": "fresh"}


def test_blocking_check(kernel):
    """A failed blocking check is an error of the cell that asked, and keeps what is below from running."""
    kernel.run("%%asset rows\n[]", "c1")
    answer = kernel.run("%%asset_check rows blocking name=not_empty\nlen(rows) > 0", "c2")
    assert answer.of_type("error")[0]["ename"] == "BlockingCheckFailed"
    assert kernel.run("%%asset count\nlen(rows)", "c3").reply["status"] == "error"
    kernel.run("%%asset rows\n[1]", "c1")
    assert kernel.run("%%asset_check rows blocking name=not_empty\nlen(rows) > 0", "c2").ok
    assert kernel.run("%%asset count\nlen(rows)", "c3").ok


def test_lineage_is_a_picture(kernel):
    """``%lineage`` shows one picture, with text beside it."""
    kernel.run("%%asset base\n1", "c1")
    kernel.run("%%asset double\nbase * 2", "c2")
    answer = kernel.run("%lineage", "c3")
    (data,) = answer.displays
    assert {"text/html", "text/plain"} <= set(data)
    assert "double" in data["text/plain"]


def test_registry_at_the_end_of_a_cell(kernel):
    """``assets`` at the end of a cell shows the table, as HTML and as text."""
    kernel.run("%%asset base\n1", "c1")
    (result,) = kernel.run("from asset_magic import assets\nassets", "c2").of_type("execute_result")
    assert {"text/html", "text/plain"} <= set(result["data"])
    assert "base" in result["data"]["text/plain"]


def test_unload_and_load_again(kernel):
    """Unloading leaves the values and takes the magics; loading again brings them back."""
    kernel.run("%%asset base\n1", "c1")
    assert kernel.run("%unload_ext asset_magic").ok
    assert kernel.evaluate("base") == 1
    assert kernel.run("%%asset base\n1", "c1").text  # IPython says that there is no such magic
    assert kernel.run("%load_ext asset_magic").ok
    assert kernel.run("%%asset base\n1", "c1").ok
    assert kernel.statuses() == {"base": "fresh"}
