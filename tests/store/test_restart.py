"""A kernel that is started again: everything is up again, and nothing runs."""

from __future__ import annotations

import gc
import os
import sqlite3
import subprocess
import sys
import time
import weakref
from pathlib import Path

import nbformat
import pytest
from book import asset_cell
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook


def counted(name):
    """The line by which a body counts itself."""
    return f"import asset_probe; asset_probe.ran({name!r})"


KINDS = {
    "a value": [asset_cell("a", "{'x': [1, 2.5, None]}")],
    "None": [asset_cell("a", "None"), asset_cell("b", "1", "deps=a")],
    "a multi-asset": ["%%multi_asset lo hi\n" + counted("lo") + "\nlo, hi = 1, 2", asset_cell("c", "lo + hi")],
    "a class of a plain cell": [
        "class Thing:\n    def __init__(self, n):\n        self.n = n",
        asset_cell("thing", "Thing(3)"),
        asset_cell("n", "thing.n"),
    ],
    "a class of the body": [asset_cell("thing", "class Inner:\n    n = 4\nInner()"), asset_cell("n", "thing.n")],
    "a function": [asset_cell("f", "def double(x):\n    return 2 * x\ndouble"), asset_cell("n", "f(3)")],
    "a partial": [asset_cell("f", "import functools\nfunctools.partial(pow, 2)"), asset_cell("n", "f(3)")],
    "an awaited value": [asset_cell("a", "import asyncio\nawait asyncio.sleep(0)\n{1, 2}")],
    "a value with a version": [
        asset_cell("a", "from asset_magic import DataVersion, Output\nOutput([1], data_version=DataVersion('v1'))"),
        asset_cell("b", "len(a)"),
    ],
    "a function with the decorator": [
        "from asset_magic import asset\n@asset\ndef a():\n    " + counted("a") + "\n    return 5",
        asset_cell("b", "1", "deps=a"),
        "%materialize",
    ],
    "an observed source": [
        "%%source_asset feed\n" + counted("feed") + "\n[1, 2]",
        asset_cell("n", "len(feed)"),
    ],
    "a drawing from a generator": [
        "import numpy as np\nrng = np.random.default_rng(7)",
        asset_cell("a", "rng.normal(size=3)"),
        asset_cell("b", "rng.normal(size=3) + a"),
    ],
    "a module of one's own": [
        "from pathlib import Path\nPath('mine.py').write_text('def f():\\n    return 7')\nimport mine",
        asset_cell("a", "mine.f()"),
    ],
    "a file that is read": [
        "from pathlib import Path\nPath('in.csv').write_text('x\\n1')",
        "%source_asset rows path=in.csv",
        asset_cell("a", "rows.read_text()"),
    ],
    "a retried body": [
        "tries = []",
        asset_cell(
            "a",
            "import builtins\nbuiltins.tried = getattr(builtins, 'tried', 0) + 1\nassert builtins.tried > 1\n5",
            "max_retries=2",
        ),
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_again(book, kind):
    """After a restart the same cells run no body, have the same statuses and show the same outputs."""
    book.play(*KINDS[kind])
    before, page = book.nb.statuses(), book.page
    values = {name: repr(book.nb.value(name)) for name in before if kind not in ("a function", "a class of the body")}
    assert set(before.values()) == {"fresh"}, book.shown
    nb = book.again()
    sources = {"feed": 1} if kind == "an observed source" else {}
    assert book.ran == sources
    assert nb.statuses() == before
    assert [shown[2:] for shown in book.page] == [shown[2:] for shown in page]
    if "class" not in kind and "partial" not in kind:
        assert {name: repr(nb.value(name)) for name in values} == values


def test_what_was_printed_and_displayed_is_shown_again(book):
    """What a body printed and displayed, rich outputs too, stands below its cell again."""
    body = "print('reading')\ndisplay({'text/html': '<b>3</b>', 'text/plain': 'three'}, raw=True)\n[3]"
    book.play(asset_cell("a", body))
    page = book.page
    assert "reading" in page[0][0]
    book.again()
    assert book.ran == {}
    assert book.page == page


def test_verdicts_of_checks_are_known_again(book):
    """No check runs again, and a blocking one that had failed still blocks."""
    book.play(asset_cell("a", "[1]"))
    book.nb.check("a", "len(a) == 1", name="good")
    book.nb.check("a", "len(a) == 2", "blocking", name="bad")
    book.nb.asset("b", "a + [2]")
    nb = book.again()
    assert book.ran == {}
    assert nb.checks("a") == {"good": True, "bad": False}
    assert "blocking check bad did not pass" in book.shown[-1].message


def test_a_check_of_another_code_runs(book):
    """A stored verdict belongs to the check's own code."""
    book.play(asset_cell("a", "[1]"))
    book.nb.check("a", "len(a) == 1")
    nb = book.restart()
    nb.rerun("c0")
    nb.check("a", "len(a) == 7")
    assert nb.checks("a") == {"ok": False}


def test_a_deferred_asset_is_fresh_and_its_value_waits_in_the_store(book):
    """A deferred cell is fresh by what the store knows, binds nothing, and gives its value when asked."""
    book.play(asset_cell("a", "[1, 2]", "defer"), "%materialize")
    nb = book.restart()
    nb.rerun("c0")
    assert nb.status("a") == "fresh"
    assert not nb.bound("a")
    assert nb.value("a") == [1, 2]
    assert not nb.bound("a")


def test_materialize_binds_what_only_the_store_has(book):
    """`%materialize` brings deferred assets up, without running them."""
    book.play(asset_cell("a", "[1, 2]", "defer"), "%materialize")
    nb = book.again()
    assert nb.here("a") == [1, 2]
    assert book.ran == {}


def test_a_dependent_of_a_deferred_asset_reads_the_stored_value(book):
    """What depends on a deferred asset is given its stored value."""
    book.play(asset_cell("a", "[1, 2]", "defer"), "%materialize")
    nb = book.restart()
    nb.rerun("c0")
    nb.asset("b", "sum(a)")
    assert nb.value("b") == 3
    assert nb.count("a") == 0


def test_a_variable_that_is_set_back_after_a_restart(book):
    """A value made for another setting of a variable, kernels ago, is there again when that is set back."""
    book.play("rate = 1", asset_cell("a", "[rate]"))
    book.nb.edit("c0", "rate = 2")
    book.nb.rerun("c1")
    nb = book.again()
    nb.edit("c0", "rate = 1")
    nb.rerun("c1")
    assert nb.here("a") == [1]
    assert book.ran == {}


def test_an_older_branch_of_the_notebook_runs_nothing(book):
    """Older cells find their older values, through all of the chain."""
    old = [asset_cell("a", "[1, 2]"), asset_cell("b", "sum(a)"), asset_cell("c", "b + 1")]
    new = [asset_cell("a", "[1, 3]"), asset_cell("b", "sum(a)"), asset_cell("c", "b + 2")]
    book.play(*old)
    book.restart()
    book.play(*new)
    assert book.ran == {"a": 1, "b": 1, "c": 1}
    nb = book.restart()
    book.play(*old)
    assert book.ran == {}
    assert nb.here("c") == 4


def test_a_stored_value_of_older_code_is_stale_and_not_missing(book):
    """A deferred cell that was edited while no kernel lived is stale, says why, and is made anew."""
    book.play(asset_cell("a", "[1]", "defer"), "%materialize")
    nb = book.restart()
    nb.edit("c0", asset_cell("a", "[2]", "defer"))
    assert nb.status("a") == "stale"
    assert nb.categories("a") == {"code"}
    assert nb.value("a") == [1]
    nb.materialize()
    assert nb.here("a") == [2]


def test_an_edited_cell_runs_after_a_restart(book):
    """The edited cell runs, and what is downstream of an equal value does not."""
    book.play(asset_cell("a", "[1, 2]"), asset_cell("b", "sum(a)"))
    book.nb.cells["c0"] = asset_cell("a", "sorted([2, 1])")
    book.again()
    assert book.ran == {"a": 1}


def test_a_helper_that_was_edited_makes_what_calls_it_run(book):
    """A helper counts across kernels as within one."""
    book.play("def f():\n    return 1", asset_cell("a", "f()"))
    book.nb.cells["c0"] = "def f():\n    return 2"
    nb = book.again()
    assert nb.here("a") == 2
    assert book.ran == {"a": 1}


def test_a_source_file_that_changed_while_no_kernel_lived(book):
    """The content of a file decides."""
    Path("in.csv").write_text("1")
    book.play("%source_asset rows path=in.csv", asset_cell("a", "rows.read_text()"))
    Path("in.csv").write_text("2")
    nb = book.again()
    assert nb.here("a") == "2"


def test_time_stamps_never_decide(book, monkeypatch):
    """Neither touched files nor a clock that was set back by years change anything."""
    Path("in.csv").write_text("1")
    cells = ["%source_asset rows path=in.csv", "rate = 1", asset_cell("a", "rows.read_text() * rate", "defer")]
    book.play(*cells, "%materialize")
    monkeypatch.setattr(time, "time", lambda now=time.time: now() - 1e9)
    book.nb.edit("c1", "rate = 2")
    book.nb.materialize()
    monkeypatch.undo()
    monkeypatch.chdir(book.folder)
    for path in [Path("in.csv"), *(path for path in Path(".asset_magic").rglob("*") if path.is_file())]:
        os.utime(path, (1e9, 1e9))
    monkeypatch.setenv("ASSET_MAGIC_HOME", str(book.folder / ".asset_magic"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(book.folder / "book.ipynb"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(book.folder / "jupyter"))
    nb = book.restart()
    nb.run("%source_asset rows path=in.csv")
    nb.run("rate = 3")
    nb.rerun("c2")
    assert nb.value("a") == "11", "the newest is what was made last, whatever the clock said"
    assert [one.load() for one in nb.assets["a"].history] == ["11", "1"]
    nb.run("rate = 2")
    nb.rerun("c2")
    assert nb.status("a") == "fresh"
    assert book.ran == {}


def test_a_failed_asset_runs_again(book):
    """A failure is no value: the body is asked again."""
    book.play(asset_cell("a", "1 / 0"))
    book.again()
    assert book.ran == {"a": 1}


def test_a_value_that_cannot_be_stored_is_made_again_and_says_why(book):
    """It works in memory, the asset says why it is not stored, and only it runs again."""
    book.play(asset_cell("lock", "import threading\nthreading.Lock()"), asset_cell("a", "[1]"))
    assert "lock cannot be stored" in book.nb.run("%asset lock").text
    assert "in memory only" not in book.nb.run("%asset a").text
    nb = book.again()
    assert book.ran == {"lock": 1}
    assert nb.status("lock") == "fresh"


def test_changes_in_place_are_put_back_from_the_store(book):
    """The stored value stands in for one that a cell changes in place, arrays that are mapped too."""
    book.play("import numpy as np", asset_cell("small", "[1]"), asset_cell("big", "np.zeros(50_000)"))
    nb = book.again()
    said = nb.run("small.append(2)\nbig[0] = 5")
    assert "changed small in place; it was put back" in said.text
    assert "changed big in place; it was put back" in said.text
    assert (nb.here("small"), float(nb.here("big")[0])) == ([1], 0.0)
    assert nb.statuses() == {"small": "fresh", "big": "fresh"}
    assert float(book.again().here("big")[0]) == 0.0, "the file itself was never changed"


def test_del_frees_the_memory_of_a_stored_value(book):
    """`del name` frees the value, dependents read it again from the store, and the asset's cell binds it again."""
    book.play("import numpy as np", asset_cell("big", "np.arange(50_000)"))
    value = weakref.ref(book.nb.here("big"))
    book.nb.run("del big")
    gc.collect()
    assert value() is None
    assert book.nb.status("big") == "fresh"
    book.nb.asset("n", "int(big[7])")
    assert book.nb.value("n") == 7
    book.nb.rerun("c1")
    assert int(book.nb.here("big")[7]) == 7
    assert book.ran == {"big": 1, "n": 1}


def test_a_value_whose_file_is_deleted_while_the_kernel_lives(book):
    """The value in memory goes on being used; once it is needed from the file it is made again, and that is told."""
    book.play("import numpy as np", asset_cell("big", "np.arange(50_000)"), asset_cell("n", "int(big.sum())"))
    for path in Path(".asset_magic", "values").rglob("*"):
        if path.is_file():
            path.unlink()
    book.nb.asset("m", "int(big[3])")
    assert (book.nb.value("m"), book.nb.count("big")) == (3, 1)
    again = book.again()
    assert book.ran == {"big": 1}
    assert set(again.statuses().values()) == {"fresh"}
    assert "made again" in book.shown[1].stderr


def test_a_damaged_value_counts_as_missing(book):
    """A value that was never read in this kernel turns out to be damaged: it is missing then, and made again."""
    book.play(asset_cell("a", "[1, 2]", "defer"), "%materialize")
    book.nb.close()
    with sqlite3.connect(".asset_magic/events.db") as log:
        log.execute("UPDATE materializations SET value = zeroblob(9)")
    log.close()
    nb = book.restart()
    nb.rerun("c0")
    assert "damaged" in nb.run("from asset_magic import assets\nassets['a'].value").message
    assert nb.status("a") == "missing"
    nb.materialize()
    assert nb.here("a") == [1, 2]
    assert book.ran == {"a": 1}


def test_loading_the_extension_again_finds_the_store(book):
    """`%reload_ext` begins without assets, and their cells find their values."""
    book.play(asset_cell("a", "[1]"))
    book.nb.run("%reload_ext asset_magic")
    book.nb.rerun("c0")
    assert book.nb.status("a") == "fresh"
    assert book.ran == {"a": 1}


def test_a_store_that_config_names(book):
    """`%config AssetMagic.store` keeps results in another folder, before the first asset."""
    book.play("%config AssetMagic.store = 'elsewhere'", asset_cell("a", "[1]"))
    assert Path("elsewhere", "events.db").exists()
    assert not Path(".asset_magic").exists()
    book.again()
    assert book.ran == {}


def test_the_store_does_not_move_once_there_are_results(book):
    """A store that is named too late is refused, and the old one goes on."""
    book.play(asset_cell("a", "[1]"), "%config AssetMagic.store = 'elsewhere'", asset_cell("b", "[2]"))
    assert not Path("elsewhere").exists()
    assert "elsewhere" not in book.nb.run("%config AssetMagic.store").text
    nb = book.restart()
    nb.rerun("c0")
    nb.rerun("c2")
    assert book.ran == {}


def test_how_much_is_kept_can_be_changed_at_any_time(book):
    """`%config AssetMagic.keep` takes effect with the next value; the history stays."""
    book.play("rate = 0", asset_cell("a", "[rate]"), "%config AssetMagic.keep = 2")
    for rate in range(1, 5):
        book.nb.edit("c0", f"rate = {rate}")
        book.nb.rerun("c1")
    history = book.nb.assets["a"].history
    assert len(history) == 5
    assert [history[0].load(), history[1].load()] == [[4], [3]]
    with pytest.raises(Exception, match="not kept any more"):
        history[2].load()


def test_no_secret_is_written_down(book):
    """What goes by the name of a secret is known by its fingerprint only."""
    book.play(
        "import os\nos.environ['T'] = 'hunter2hunter2'\ntoken = os.environ['T']",
        "url = 'postgres://me:' + token + '@host'",
        asset_cell("a", "len(token)"),
        asset_cell("b", "len(url)"),
    )
    book.nb.close()
    written = b"".join(path.read_bytes() for path in Path(".asset_magic").rglob("*") if path.is_file())
    assert b"len(token)" in written
    assert b"hunter2" not in written
    assert set(book.again().statuses().values()) == {"fresh"}
    assert book.ran == {}


@pytest.mark.parametrize("setting", [{}, {"ASSET_MAGIC_HOME": "memory"}])
def test_under_pytest_nothing_is_written(folder, monkeypatch, setting):
    """Tests, and notebooks under nbval, leave no store behind, unless they name one."""
    from notebook_user import Notebook

    monkeypatch.delenv("ASSET_MAGIC_HOME", raising=False)
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    with Notebook() as nb:
        nb.asset("a", "1")
    assert list(folder.iterdir()) == []


PROGRAM = """
import sys
sys.path[:0] = {paths!r}
from notebook_user import Notebook
with Notebook() as nb:
    nb.run("rate = 0.1\\nnames = {{'x', 'y', 'zzz', (1, 'a')}}\\ndef f(v):\\n    return v * rate")
    nb.run("class Thing:\\n    def __init__(self, n):\\n        self.n = n")
    nb.asset("a", "sorted(map(str, names))")
    nb.asset("b", "[f(len(x)) for x in a]")
    nb.asset("c", "{{frozenset(a): Thing(3)}}")
    nb.asset("d", "[name for name in names if name in names]", "defer")
    print(sorted(nb.statuses().items()), dict(nb.counts))
    print([event.data_version for name in "abc" for event in nb.assets[name].history])
"""


def in_a_process(folder, python=sys.executable, **environ):
    """What a process of its own prints that runs the notebook of `PROGRAM`."""
    paths = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    done = subprocess.run(
        [python, "-c", PROGRAM.format(paths=paths)],
        env={**os.environ, "ASSET_MAGIC_HOME": str(folder / "store"), "JUPYTER_DATA_DIR": str(folder), **environ},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


def test_another_process_with_another_hash_seed_runs_nothing(folder):
    """Neither the process nor PYTHONHASHSEED is part of a version."""
    first = in_a_process(folder, PYTHONHASHSEED="1")
    second = in_a_process(folder, PYTHONHASHSEED="2")
    assert first[0].endswith("{'a': 1, 'b': 1, 'c': 1}")
    assert second[0].endswith("{}")
    assert second[1] == first[1]


def run_by_command_line(path):
    """The text of a notebook with its outputs, run by `asset-magic materialize` in a new process."""
    command = [sys.executable, "-m", "asset_magic.cli", "materialize", path.name, "--output", "out.ipynb"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    subprocess.run(command, env=environ, cwd=path.parent, capture_output=True, check=True, timeout=120)
    return path.with_name("out.ipynb").read_text()


def run_by_nbclient(path):
    """The text of a notebook with its outputs, run by nbclient in a new kernel."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=60, record_timing=False, resources=where)
    client.execute(env={**os.environ, "IPYTHONDIR": str(path.parent / "ipython")})
    return nbformat.writes(notebook)


CELLS = [
    "%load_ext asset_magic",
    "rate = 0.5",
    "%%asset raw group=ingestion\nprint('reading')\n[3, 1, 2]",
    "%%asset ordered tags=tier=gold\ndisplay({'text/html': '<b>hi</b>', 'text/plain': 'hi'}, raw=True)\nsorted(raw)",
    "%%asset_check ordered name=not_empty blocking\nprint('checking')\nlen(ordered) > 0",
    "%%asset_check ordered name=odd severity=warn\nlen(ordered) > 9",
    "%%multi_asset low high\nlow, high = ordered[0], ordered[-1]",
    "%%asset later defer\nhigh * rate",
    "%%asset thing\nclass Thing:\n    pass\n[Thing()]",
    "%materialize",
    "%stale",
    "%assets",
    "%asset ordered",
    "%lineage",
    "%materialize --dry-run",
    "later",
]


@pytest.mark.parametrize("run", [run_by_command_line, run_by_nbclient])
def test_a_cold_and_a_warm_store_give_equal_files(folder, monkeypatch, run):
    """What is stored of a notebook tells nothing of the store that it was run with."""
    monkeypatch.setenv("ASSET_MAGIC_HOME", str(folder / "store"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "data"))
    path = folder / "book.ipynb"
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(CELLS)]
    path.write_text(nbformat.writes(new_notebook(cells=cells)))
    cold = run(path)
    with sqlite3.connect(folder / "store" / "events.db") as log:
        made = log.execute("SELECT count(*) FROM materializations").fetchone()
    warm = run(path)
    assert "reading" in cold
    assert warm.splitlines() == cold.splitlines()
    assert log.execute("SELECT count(*) FROM materializations").fetchone() == made, "nothing was made again"
    log.close()


def test_moved_with_its_store_a_notebook_still_finds_its_values(book, monkeypatch):
    """A folder that moves takes its store and the files that were read with it."""
    (book.folder / "one").mkdir()
    for place in ("one", "two"):
        if place == "two":
            book.nb.close()
            (book.folder / "one").rename(book.folder / "two")
        monkeypatch.chdir(book.folder / place)
        monkeypatch.setenv("ASSET_MAGIC_HOME", str(book.folder / place / ".asset_magic"))
        monkeypatch.setenv("JPY_SESSION_NAME", str(book.folder / place / "book.ipynb"))
        if place == "one":
            Path("in.csv").write_text("1\n2")
        book.restart()
        book.play(
            "%source_asset rows path=in.csv",
            asset_cell("a", "rows.read_text()"),
            asset_cell("b", "open('in.csv').read().split()"),
        )
        assert set(book.nb.statuses().values()) == {"fresh"}
        assert not any("too" in one.stderr for one in book.shown)
    assert book.ran == {}


def test_a_cell_whose_upstream_has_not_run_since_the_restart_is_told_so(book):
    """And what the cell of that time is called now is not taken for it."""
    book.play(asset_cell("orders", "[1, 2]"), asset_cell("total", "sum(orders)"))
    told = "orders is not defined yet: it was an asset of this notebook, so run its cell first"
    assert told in book.restart().run(asset_cell("total", "sum(orders)"), "c1").message
    book.again()
    book.nb.run(asset_cell("bestellungen", "[1, 2]"), "c0")
    assert told not in book.nb.run(asset_cell("total", "1 + sum(orders)"), "c1").message
