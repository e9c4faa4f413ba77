"""What people do every day must not confuse the graph: sharing objects, star imports, classes, caches, aliases."""

from __future__ import annotations

import re

import pytest


def settled(nb):
    """The values after everything stale was materialized, and those of a new kernel."""
    nb.materialize()
    here = {name: nb.value(name) for name in nb.assets if nb.status(name) == "fresh"}
    there = nb.restart_and_run_all()
    there.materialize()
    return here, {name: there.value(name) for name in here}


def test_caching_helper_forgets_results_of_older_variables(nb):
    """A memo of `lru_cache` follows what its function reads."""
    nb.run("import functools", "import")
    nb.run("k = 1", "k")
    nb.run("@functools.lru_cache\ndef h(x):\n    return x * k", "h")
    nb.asset("a", "h(3)")
    nb.edit("k", "k = 2")
    here, there = settled(nb)
    assert here == there == {"a": 6}


def test_value_follows_its_class_when_the_class_cell_runs_again(nb):
    """An unchanged class cell run again makes a new class; instances of the old one are instances of it."""
    nb.run("from enum import Enum", "import")
    nb.run("class Mode(Enum):\n    FAST = 1", "class")
    nb.asset("mode", "Mode.FAST")
    nb.rerun("class")
    assert nb.status("mode") == "fresh"
    nb.asset("b", "mode is Mode.FAST")
    assert nb.value("b") is True


def test_globals_that_share_an_object_share_it_in_the_body(nb):
    """A body sees notebook variables as they hang together."""
    nb.run("l = [1]\nd = {'l': l}", "shared")
    nb.asset("a", "l.append(2)\nd['l']")
    assert nb.value("a") == [1, 2]
    assert nb.here("l") == [1]


def test_marker_objects_keep_their_identity(nb):
    """An object without content stands for itself."""
    nb.run("class S:\n    pass\nMISSING = S()\ndef f(x=MISSING):\n    return x is MISSING", "f")
    nb.asset("a", "f(MISSING)")
    assert nb.value("a") is True


def test_local_module_imported_inside_a_body(nb, folder):
    """A module that the body imports itself is followed like any other."""
    (folder / "utils_in_body.py").write_text("def f(x): return x * 2\n")
    nb.asset("a", "from utils_in_body import f\nf(10)")
    assert nb.value("a") == 20
    (folder / "utils_in_body.py").write_text("def f(x): return x * 22\n")
    nb.run("import importlib, utils_in_body\nimportlib.reload(utils_in_body)", "reload")
    assert nb.status("a") == "stale"
    nb.materialize()
    assert nb.value("a") == 220


def test_two_assets_that_are_one_object(nb):
    """An object changed in place under one asset's name is put back under the other's too."""
    nb.asset("a", "[1, 2]")
    nb.asset("b", "a")
    nb.asset("c", "b.append(5)\nlen(b)")
    nb.run("n = len(a)", "n")
    nb.asset("d", "n")
    assert nb.value("a") == nb.value("b") == [1, 2]
    assert nb.value("d") == 2


@pytest.mark.parametrize("again", ["add(1)", "m = l\nm.append(1)"], ids=["function", "alias"])
def test_append_twice_where_the_list_is_not_named(nb, again):
    """A plain cell run again on its own result, reached through a function or another name."""
    nb.run("l = []\ndef add(v):\n    l.append(v)", "l")
    nb.run(again, "again")
    nb.asset("a", "list(l)")
    nb.rerun("again")
    nb.materialize()
    assert nb.status("a") == "stale"
    assert any("ran again on its own result" in cause for cause in nb.causes("a"))


def test_file_of_a_path_asset_changed_by_somebody_else(nb, folder):
    """A Path stands for the content of its file."""
    nb.asset("p", "import pathlib\np = pathlib.Path('o.txt')\np.write_text('1')\np")
    (folder / "o.txt").write_text("2")
    assert nb.status("p") == "stale"
    nb.asset("r", "p.read_text()")
    assert nb.value("r") == "1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def h():\n    return 1\nm = h()", "def h():\n    return 2\nm = h()"),
        ("class C:\n    x = 1\nm = C().x", "class C:\n    x = 2\nm = C().x"),
    ],
    ids=["function", "class"],
)
def test_cell_that_defines_and_uses_something_is_edited(nb, before, after):
    """Editing a cell that calls its own function is an edit like any other."""
    nb.run(before, "m")
    nb.asset("a", "m")
    nb.edit("m", after)
    nb.materialize()
    assert nb.statuses() == {"a": "fresh"}
    assert nb.value("a") == 2


def test_star_import_run_again(nb):
    """Nothing is left over when a star import runs again."""
    nb.run("from math import *", "import")
    nb.asset("a", "sqrt(4)")
    nb.rerun("import")
    assert nb.status("a") == "fresh"


def test_star_import_in_a_body(nb):
    """Names of a star import in the body are the body's own."""
    ran = nb.asset("a", "from math import *\nsqrt(4)")
    assert ran.ok
    assert nb.value("a") == 2.0


def test_partial_is_not_changed_by_being_called(nb):
    """A `functools.partial` is the same before and after a call."""
    nb.run("from functools import partial", "import")
    nb.asset("p", "partial(int, base=2)")
    nb.asset("q", "p('101')")
    nb.run("p('1')", "use")
    assert nb.statuses() == {"p": "fresh", "q": "fresh"}


@pytest.mark.parametrize("body", ["for i in range(3):\n    a = i\na", "if True:\n    a = 2\na"], ids=["loop", "branch"])
def test_asset_bound_in_a_branch_does_not_read_itself(nb, body):
    """A name that the body binds is its own."""
    assert nb.asset("a", body).ok
    assert nb.value("a") == 2


@pytest.mark.parametrize("name", ["get_ipython", "In", "Out", "_", "__", "_i", "_1"])
def test_names_of_the_shell_are_refused(nb, name):
    """A variable of IPython's own cannot become an asset's."""
    ran = nb.run(f"%%asset {name}\n1")
    assert "belongs to IPython" in ran.message
    assert len(nb.assets) == 0


def test_empty_iterator_in_a_body(nb):
    """StopIteration in a body is an error in the user's words."""
    ran = nb.asset("a", "next(iter([]))")
    assert "StopIteration" in ran.message
    assert "coroutine" not in ran.message


def test_check_result_of_an_undeclared_check(nb):
    """A verdict on a check that nobody declared is not dropped in silence."""
    nb.run("from asset_magic import MaterializeResult, AssetCheckResult", "import")
    ran = nb.asset("a", "MaterializeResult(value=1, check_results=[AssetCheckResult(passed=False, check_name='q')])")
    assert "the check q, and declares no checks" in ran.message


def test_unknown_asset_is_named_as_typed(nb):
    """An error names the asset as the reader wrote it."""
    nb.asset("orders", "1")
    ran = nb.run("%asset order")
    assert "no asset called 'order': did you mean orders?" in ran.message


def test_check_that_raises_shows_where(nb):
    """The traceback of a check leads to its own line."""
    nb.asset("a", "1")
    ran = nb.check("a", "x = 0\n1 / x", name="broken")
    assert "ZeroDivisionError" in ran.text
    assert "1 / x" in ran.text


def test_history_shows_times_and_versions(nb):
    """`%asset NAME --history` is the one place that shows times."""
    nb.asset("a", "1")
    lines = nb.run("%asset a --history").text.splitlines()
    assert lines[-2].split() == ["#", "made", "took", "value", "code"]
    assert re.fullmatch(r"0  20\d\d-\d\d-\d\d \d\d:\d\d:\d\d +< 1 ms  [0-9a-f]{8}  [0-9a-f]{8}  current", lines[-1])
    assert f"defined in In[{nb.numbers['a']}]" in lines
    assert "In[" not in nb.run("%asset a").text


def test_missing_source_file_is_said(nb):
    """A source whose file is not there says so."""
    assert "no file nowhere.csv" in nb.run("%source_asset s path=nowhere.csv").text


def test_cd_in_a_body_works(nb, folder):
    """Line magics that keep a state of their own find it in a body."""
    (folder / "inner").mkdir()
    assert nb.asset("a", "%cd -q inner\n%cd -q ..\n1").ok


def test_change_is_not_lost_where_another_reader_is_looked_at_first(nb):
    """A variable changes, and before anyone asks, another asset that reads it loses its upstream."""
    nb.run("v = 1", "v")
    nb.asset("a", "0")
    nb.asset("b", "v")
    nb.asset("c", "v", "deps=a")
    nb.edit("v", "v = 0")
    nb.run("a = 5", "a")
    nb.materialize()
    assert nb.status("b") == "fresh"
    assert nb.value("b") == 0


def test_class_that_holds_its_own_instances(nb):
    """A class with constants of its own kind, or a singleton, has a version like any other."""
    nb.run("class Col:\n    def __init__(self, n):\n        self.n = n", "class")
    nb.run("Col.RED = Col('r')\nCol.BLUE = Col('b')\nCol.GREEN = Col('g')", "constants")
    nb.asset("a", "Col.RED.n")
    nb.materialize()
    assert nb.statuses() == {"a": "fresh"}


@pytest.mark.parametrize(
    ("start", "first", "second"),
    [
        ("xs = [1, 2, 60]", "xs = [x for x in xs if x < 50]", "xs = [x for x in xs if x < 100]"),
        ("xs = {'n': 0}", "xs['n'] = 5; xs['k'] = 1", "xs['k'] = 1"),
    ],
    ids=["filter", "item"],
)
def test_edited_cell_that_runs_on_its_own_result(nb, start, first, second):
    """An edit of a cell that works on its own earlier result is not fresh, even if the result is equal."""
    nb.run(start, "start")
    nb.run(first, "edited")
    nb.asset("a", "len(xs)")
    nb.edit("edited", second)
    assert nb.status("a") == "stale"
    nb.rerun("start")
    nb.rerun("edited")
    nb.materialize()
    assert nb.status("a") == "fresh"


def test_cell_that_runs_on_its_own_result_under_another_condition(nb):
    """The same holds if something else that the cell reads has changed."""
    nb.run("flag = True", "flag")
    nb.run("v = [0]", "v")
    nb.run("if flag:\n    v.append(1)", "if")
    nb.asset("a", "list(v)")
    nb.edit("flag", "flag = False")
    nb.rerun("if")
    nb.materialize()
    assert nb.status("a") == "stale"


@pytest.mark.parametrize("bound", ["iter([1, 2])", "(n for n in [1, 2])", "zip([1], [2])"])
def test_variable_that_can_be_read_only_once(nb, bound):
    """An iterator in a plain cell would be used up by the first body that reads it."""
    nb.run(f"it = {bound}", "it")
    ran = nb.asset("a", "list(it)")
    assert "the variable it is" in ran.message
    assert "read only once" in ran.message


def test_markers_inside_containers_keep_their_identity(nb):
    """Also as keys and values of the variables that a body reads."""
    nb.run("S = object()\nclass M:\n    pass\nZ = M()\nD = {Z: 1, 'k': S}\ndef f(x):\n    return x is S", "markers")
    nb.asset("a", "(D[Z], D['k'] is S, f(S))")
    assert nb.value("a") == (1, True, True)


@pytest.mark.parametrize(
    "cell",
    [
        "if flag:\n    v = 1",
        "try:\n    assert flag\n    v = 1\nexcept AssertionError:\n    pass",
        "for v in [1] * flag:\n    pass",
    ],
    ids=["if", "try", "for"],
)
def test_variable_that_a_branch_does_not_bind_again(nb, cell):
    """A cell that runs again and does not come to the branch any more leaves the variable over."""
    nb.run("flag = True", "flag")
    nb.run(cell, "cell")
    nb.asset("a", "v")
    nb.rerun("cell")
    assert nb.status("a") == "fresh"
    nb.edit("flag", "flag = False")
    nb.rerun("cell")
    assert nb.status("a") == "stale"
    assert any("left over" in cause for cause in nb.causes("a"))
    assert nb.here("v") == 1


def test_outdated_variable_that_is_mended_with_an_equal_result(nb, folder):
    """A variable two cells behind a source is outdated, then its cell runs again and gives the same."""
    (folder / "f.txt").write_text("1")
    nb.run("%source_asset src path=f.txt", "src")
    nb.run("n = len(src.read_text())", "n")
    nb.run("m = n + 1", "m")
    nb.asset("a", "m")
    (folder / "f.txt").write_text("2")
    assert nb.status("a") == "stale"
    nb.rerun("n")
    assert nb.status("a") == "fresh"


def test_variable_that_follows_from_another_asset_now(nb):
    """A plain cell reads another asset with an equal result; a change of that asset counts."""
    nb.asset("a", "1")
    nb.asset("b", "1")
    nb.run("n = a", "n")
    nb.run("m = n", "m")
    nb.asset("c", "m")
    nb.edit("n", "n = b")
    assert nb.status("c") == "fresh"
    nb.run("%%asset b\n2", "b")
    assert nb.status("c") == "stale"


def test_a_rebound_variable_is_said_by_stale(nb):
    """Everything may be fresh, and yet the variable on the page is the reader's own."""
    nb.asset("rows", "[1, 2, 3]")
    nb.run("rows = rows[:1]", "c1")
    ran = nb.run("%stale")
    assert "Everything is fresh." in ran.text
    assert "! rows: the variable rows was rebound by In[" in ran.text


def test_a_rebound_variable_is_no_older_value(nb):
    """A cell that shows the reader's own object shows no older value of the asset."""
    nb.asset("rows", "[1, 2, 3]")
    nb.run("rows = rows[:1]", "c1")
    nb.asset("rows", "[1, 2, 3, 4]", "defer", id="rows")
    assert "older value" not in nb.run("len(rows)").text


def test_the_variable_of_an_asset_without_value(nb):
    """Looking for the value of an asset that has not run says how to make it."""
    nb.asset("slow", "slow = 1", "defer")
    assert "the asset slow has no value yet: %materialize slow makes it" in nb.run("slow").text


def test_a_misspelt_name_in_a_body(nb):
    """What is close to a name that exists is suggested."""
    nb.asset("orders", "[1]")
    assert (
        "order is not defined: it is neither an asset nor a variable; did you mean orders?"
        in nb.asset("n", "len(order)").message
    )


def test_what_a_failure_skips_is_told_in_one_line(nb):
    """The cause comes first, and what waits for it once."""
    nb.asset("a", "1 / 0", "defer")
    for name in "bcd":
        nb.asset(name, "a + 1", "defer")
    ran = nb.materialize()
    assert ran.message.splitlines()[1:] == [
        "  a failed: ZeroDivisionError: division by zero",
        "  b, c, d skipped: upstream a failed (ZeroDivisionError: division by zero)",
    ]


def test_the_error_of_a_check_is_its_own(nb):
    """A check that fails to run raises what its code raised."""
    nb.asset("a", "{}")
    assert isinstance(nb.check("a", "a['x'] > 1").error, KeyError)
