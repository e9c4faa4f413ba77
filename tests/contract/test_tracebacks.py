"""What a reader sees of an error: their own lines, in the cells that they stand in, and nothing of the engine."""

from __future__ import annotations

import io
import re
import sys

import pytest

FUNCTION = "from asset_magic import asset\n@asset\ndef a():\n    y = 0\n    return 1 / y"
REGISTRY = "from asset_magic import assets\n"
CATCHES = "try:\n    int('q')\nexcept ValueError as e:\n    "

# name -> (cells before it, the cell, the places shown: (which cell, which line), the last cell being 0)
FAILURES = {
    "the body": ([], "%%asset a\nx = 0\n1 / x", [(0, 3)]),
    "a helper": (["def h(v):\n    return v / 0"], "%%asset a\n\nh(1)", [(0, 3), (-1, 2)]),
    "a nested function": ([], "%%asset a\ndef f():\n    def g(): 1 / 0\n    g()\nf()", [(0, 5), (0, 4), (0, 3)]),
    "a lambda": ([], "%%asset a\nf = lambda: 1 / 0\nf()", [(0, 3), (0, 2)]),
    "a generator": ([], "%%asset a\ndef f():\n    yield 1 / 0\nlist(f())", [(0, 4), (0, 3)]),
    "timed": ([], "%%asset a\n%%time\nx = 0\n1 / x", [(0, 4)]),
    "timed, with magics": ([], "%%asset a\n%%time\n!true\n1 / 0", [(0, 4)]),
    "a timed line": ([], "%%asset a\nx = 0\n%time 1\n%time 1 / x\n%time 1 / x", [(0, 4)]),
    "a line in a loop": ([], "%%asset a\nfor i in [1]:\n    %timeit -n1 -r1 i / 0", [(0, 3)]),
    "timing above": ([], "%%time\n%%asset a\n1 / 0", [(0, 3)]),
    "capture": ([], "%%asset a\n%%capture out\nx = 0\n1 / x", [(0, 4)]),
    "await": ([], "%%asset a\nimport asyncio\nawait asyncio.sleep(0)\n1 / 0", [(0, 4)]),
    "await, with magics": ([], "%%asset a\nimport asyncio\nawait asyncio.sleep(0)\n%time 1 / 0", [(0, 4)]),
    "a coroutine": ([], "%%asset a\nasync def f():\n    1 / 0\nawait f()", [(0, 4), (0, 3)]),
    "several assets": ([], "%%multi_asset a b\na = 1\nb = 1 / 0", [(0, 3)]),
    "a check": (["%%asset a\n1"], "%%asset_check a name=c\nz = 0\na / z", [(0, 3)]),
    "a source": ([], "%%source_asset a\n1 / 0", [(0, 2)]),
    "a decorated function": ([FUNCTION], "%materialize a", [(-1, 5)]),
    "its handle": ([FUNCTION], "from asset_magic import assets\nassets['a'].materialize()", [(-1, 5)]),
    "its own call": ([FUNCTION], "x = 1\na()", [(0, 2), (-1, 5)]),
    "a list of definitions": ([FUNCTION], "from asset_magic import materialize\nmaterialize([a])", [(0, 2), (-1, 5)]),
    "upstream": (["k = 1", "%%asset u\n1 / k", "k = 0"], "%%asset a\nu", [(-2, 2)]),
    "%materialize": (["k = 1", "%%asset u\n1 / k", "k = 0"], "%materialize", [(-2, 2)]),
    "a cause": ([], f"%%asset a\n{CATCHES}raise OSError from e", [(0, 3), (0, 5)]),
    "a context": ([], f"%%asset a\n{CATCHES}1 / 0", [(0, 3), (0, 5)]),
    "a group": ([], f"%%asset a\n{CATCHES}raise ExceptionGroup('g', [e]) from None", [(0, 5), (0, 3)]),
    "code that is no Python": ([], "%%asset a\nx = 1\neval('1 +')", [(0, 3)]),
    "a magic that is not there": ([], "%%asset a\nx = 1\n%nothing_of_the_kind", [(0, 3)]),
    "recursion": ([], "%%asset a\ndef f(n): f(n + 1)\nf(0)", [(0, 3), (0, 2)]),
    "another body": (["%%asset u defer\n1 / 0"], f"%%asset a\n{REGISTRY}assets['u'].materialize()", [(-1, 2), (0, 3)]),
    "an error of ours": ([], f"%%asset a\n{REGISTRY}assets['nothing']", [(0, 3)]),
}  # fmt: skip


def places(ran, text):
    """Which cells and lines a traceback names, in order, each once in a row."""
    found = [(int(n), int(line)) for n, line in re.findall(r"Cell In\[(\d+)\], line (\d+)", text)]
    return [(n - ran.number, line) for i, (n, line) in enumerate(found) if not i or found[i - 1] != (n, line)]


@pytest.mark.parametrize(("before", "cell", "shown"), FAILURES.values(), ids=FAILURES)
def test_only_the_readers_frames(nb, before, cell, shown):
    """An error shows the lines of the reader's cells that it passed, and no frame of the engine or of IPython."""
    for each in before:
        nb.run(each)
    ran = nb.run(cell)
    assert not ran.ok
    assert places(ran, ran.text)[-len(shown) :] == shown  # `%%time` itself may stand before
    assert "asset_magic/" not in ran.text
    assert "IPython/" not in ran.text


@pytest.mark.parametrize("mode", ["Plain", "Context", "Verbose", "Minimal"])
@pytest.mark.parametrize("name", ["a helper", "a context", "a group", "upstream", "a list of definitions"])
def test_in_every_mode(nb, mode, name):
    """Each of IPython's modes shows the same lines in its own way; the shortest shows none."""
    before, cell, shown = FAILURES[name]
    nb.run(f"%xmode {mode}")
    for each in before:
        nb.run(each)
    ran = nb.run(cell)
    short = mode == "Minimal" and name != "a group"  # IPython has one way only to show a group
    assert places(ran, ran.text) == ([] if short else shown)
    assert type(ran.error.__cause__ or ran.error).__name__ in ran.text
    assert "asset_magic/" not in ran.text


def test_the_error_itself_is_untouched(nb):
    """The hook only shows: type, message, cause and context are those of the body."""
    error = nb.run(f"%%asset a\n{CATCHES}1 / 0").error
    assert isinstance(error, ZeroDivisionError)
    assert isinstance(error.__context__, ValueError)
    assert error.__cause__ is None
    assert not error.__suppress_context__


def test_an_error_that_shows_itself(nb):
    """An exception with a rendering of its own is shown by it."""
    nb.run("class Mine(Exception):\n    def _render_traceback_(self): return ['in my words']")
    assert "in my words" in nb.run("%%asset a\nraise Mine").text


def test_capture_around_an_asset_cell_hides_no_failure(nb):
    """`%%capture` takes the output, and IPython then calls the cell good; here it fails, and so does what runs it."""
    ran = nb.run("%%capture out\n%%asset a\n1 / 0", "a")
    assert isinstance(ran.error, ZeroDivisionError)
    assert nb.last_run("a") == "failed"
    assert nb.run("%%capture out\nhere = 1").ok


def test_capture_inside_an_asset_cell_hides_no_failure(nb):
    """A body that failed has given no value, also under `%%capture`."""
    assert isinstance(nb.run("%%asset a\n%%capture out\nprint('x')\n1 / 0", "a").error, ZeroDivisionError)
    assert nb.status("a") == "missing"


def test_the_last_traceback_again(nb):
    """`%tb` shows what was shown."""
    nb.run("k = 0")
    first = nb.run("%%asset a\nx = 1\nx / k")
    again = nb.run("%tb")
    assert f"Cell In[{first.number}], line 3" in again.text
    assert "asset_magic/" not in again.text


def debugged(nb, cell, *typed):
    """What the debugger says to ``typed`` while ``cell`` runs."""
    nb.shell.InteractiveTB.pdb = None
    before, sys.stdin = sys.stdin, io.StringIO("\n".join([*typed, ""]))
    try:
        return nb.run(cell)
    finally:
        sys.stdin = before


@pytest.mark.parametrize(
    "body",
    ["own / k", "eval('1 +')", "%time own / k", "import asyncio\nawait asyncio.sleep(0)\nown / k"],
)
def test_debug_stops_in_the_body(nb, body):
    """`%debug` stops where the body failed, with the names of the body, and goes up to no frame of the engine."""
    nb.run("k = 0")
    nb.run(f"%%asset a\nown = 41\n{body}")
    ran = debugged(nb, "%debug", "p own + 1", "up", "up", "up", "up", "w", "q")
    assert "42" in ran.stdout
    assert "asset_magic/" not in ran.stdout


def test_debug_stops_in_the_body_that_a_run_came_to(nb):
    """It does so too where another cell, or `%materialize`, ran the body."""
    nb.run("k = 1", "k")
    nb.run("%%asset u\nown = 41\nown / k")
    nb.run("%%asset a\nu")
    nb.edit("k", "k = 0")
    for cell in ("%%asset a\nu", "%materialize"):
        assert not nb.run(cell, "again").ok
        assert "42" in debugged(nb, "%debug", "p own + 1", "q").stdout, cell


def test_debug_shows_helpers_and_those_who_called_them(nb):
    """From a helper of another cell the debugger goes up to the body."""
    nb.run("def h(v):\n    inner = v + 1\n    return inner / 0")
    nb.run("%%asset a\nown = 41\nh(own)")
    ran = debugged(nb, "%debug", "p inner", "up", "p own", "q")
    assert "42" in ran.stdout
    assert "41" in ran.stdout


def test_pdb_on_stops_in_the_body(nb):
    """`%pdb on` opens the debugger at once."""
    nb.run("%pdb on")
    ran = debugged(nb, "%%asset a\nown = 41\nown / 0", "p own + 1", "q")
    nb.run("%pdb off")
    assert "42" in ran.stdout
    assert not ran.ok


@pytest.mark.parametrize(
    "cell",
    ["%%asset a\nown = 41\n%debug own + k\nown + k", "%%asset a\n%%debug\nown = 41\nown + k"],
)
def test_stepping_through_a_body(nb, cell):
    """`%debug CODE` and `%%debug` stop in the body, which reads on from the notebook."""
    nb.run("k = 1", "k")
    ran = debugged(nb, cell, *(["n", "n"] if "%%debug" in cell else []), "p own + k", "c")
    assert ran.ok
    assert "42" in ran.stdout
    nb.edit("k", "k = 2")
    assert nb.status("a") == "stale"


def test_unloading_gives_the_shell_its_own_way_back(nb):
    """After `%unload_ext` the shell shows errors as if we had never been there."""
    nb.run("%unload_ext asset_magic")
    assert "showtraceback" not in vars(nb.shell)
    assert "1 / 0" in nb.run("1 / 0").text


def test_a_script_that_fails_inside_of_a_body(nb, tmp_path):
    """`%run` shows the error of a script and goes on; the asset has failed all the same, at the line of the script."""
    (tmp_path / "script.py").write_text("x = 0\n1 / x\n")
    ran = nb.run(f"%%asset a\n%run {tmp_path / 'script.py'}\n1", "a")
    assert isinstance(ran.error, ZeroDivisionError)
    assert "script.py:2" in ran.text
    assert nb.status("a") == "missing"
