"""The staleness table, rows on what lies outside of the notebook: modules, files, and things without a fingerprint."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sys
from pathlib import Path

import pytest


def write(path, text):
    """Write a file so that its time stamp is a new one."""
    path = Path(path)
    newer = path.stat().st_mtime_ns + 2_000_000_000 if path.exists() else None
    path.write_text(text)
    if newer is not None:
        os.utime(path, ns=(newer, newer))


def touch(path):
    """Give a file a later time stamp and nothing else."""
    later = Path(path).stat().st_mtime_ns + 5_000_000_000
    os.utime(path, ns=(later, later))


# value without a stable fingerprint (a lock, an unknown extension object) -> each run is a new version


def test_value_without_a_fingerprint(nb):
    """Value without a stable fingerprint -> each run is a new version; the cause says so."""
    nb.asset("a", "import threading\nthreading.Lock()")
    nb.asset("b", "a.locked()")
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}
    nb.materialize("a --force")
    assert nb.categories("b") == {"data"}
    assert any(re.search("fingerprint|each run|every run|no stable", reason) for reason in nb.all_causes("b"))


def test_unchanged_value_without_a_fingerprint(nb):
    """Unchanged cell run again -> FRESH, reused, nothing runs, whatever its value."""
    nb.asset("a", "import threading\nthreading.Lock()")
    nb.asset("b", "a.locked()")
    nb.rerun("a")
    nb.rerun("b")
    assert (nb.count("a"), nb.count("b")) == (1, 1)


# global without a stable fingerprint (a database connection, a client) -> known by the code that bound it


def test_connection_bound_again_by_the_same_code(nb):
    """Global without a stable fingerprint -> known by the code that bound it: the same code, FRESH."""
    nb.run("import sqlite3", "import")
    nb.run("con = sqlite3.connect(':memory:')", "con")
    nb.asset("b", "con.execute('select 1').fetchone()[0]")
    assert nb.status("b") == "fresh"
    nb.rerun("con")
    assert nb.status("b") == "fresh"
    nb.rerun("b")
    assert nb.count("b") == 1


def test_connection_bound_by_other_code(nb):
    """Global without a stable fingerprint -> known by the code that bound it: other code, STALE global."""
    nb.run("import sqlite3", "import")
    nb.run("con = sqlite3.connect(':memory:')", "con")
    nb.asset("b", "con.execute('select 1').fetchone()[0]")
    nb.edit("con", "con = sqlite3.connect('other.db')")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    nb.run("con.close()")


def test_using_a_connection_changes_nothing(nb):
    """A connection used by a plain cell or by the body is the same connection."""
    nb.run("import sqlite3\ncon = sqlite3.connect(':memory:')", "con")
    nb.asset("b", "con.execute('select 1').fetchone()[0]")
    nb.run("con.execute('create table t (x)')")
    assert nb.status("b") == "fresh"


# module imported: another module bound to the name, or another minor version -> STALE global


@pytest.fixture
def library(folder, monkeypatch):
    """Installs a version of `some_library`, as pip does; what was imported of another version is forgotten."""
    site = folder / "lib" / "site-packages"
    monkeypatch.syspath_prepend(site)

    def install(version):
        shutil.rmtree(site, ignore_errors=True)
        package, facts = site / "some_library", site / f"some_library-{version}.dist-info"
        package.mkdir(parents=True)
        facts.mkdir()
        (package / "__init__.py").write_text(f"__version__ = {version!r}\n\ndef answer():\n    return 42\n")
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: some_library\nVersion: {version}\n")
        (facts / "RECORD").write_text("some_library/__init__.py,,\n")
        (facts / "top_level.txt").write_text("some_library\n")
        importlib.invalidate_caches()
        sys.modules.pop("some_library", None)

    install("1.2.3")
    return install


def test_another_module_bound_to_the_name(nb):
    """Another module bound to the name -> STALE global."""
    nb.run("import math as m", "import")
    nb.asset("b", "m.sqrt(4)")
    nb.edit("import", "import cmath as m")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    nb.edit("import", "import math as m")
    assert nb.status("b") == "fresh"


@pytest.mark.parametrize(
    ("version", "status"), [("1.2.3", "fresh"), ("1.2.9", "fresh"), ("1.3.0", "stale"), ("2.2.3", "stale")]
)
def test_another_version_of_a_module(nb, library, version, status):
    """Another minor version of an imported module -> STALE global; another patch -> FRESH."""
    nb.run("import some_library", "import")
    nb.asset("b", "some_library.answer()")
    library(version)
    nb.rerun("import")
    assert nb.status("b") == status
    assert nb.categories("b") == ({"global"} if status == "stale" else set())


def test_imports_in_another_order(nb):
    """The same modules imported by another cell -> FRESH."""
    nb.run("import math, json", "import")
    nb.asset("b", "math.sqrt(4)")
    nb.run("import json, math", "again")
    assert nb.status("b") == "fresh"


# a local (not installed) module edited and reloaded / edited, not reloaded


def test_local_module_edited_and_reloaded(nb):
    """A local module edited and reloaded -> STALE global."""
    write("utils.py", "def f():\n    return 1\n")
    nb.run("import importlib, utils", "import")
    nb.asset("b", "utils.f()")
    write("utils.py", "def f():\n    return 1 + 1\n")
    nb.run("importlib.reload(utils)", "reload")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    nb.materialize()
    assert nb.value("b") == 2


def test_function_of_a_local_module_edited_and_reloaded(nb):
    """A local module edited and reloaded -> STALE global, also where a function was imported from it."""
    write("utils.py", "def g():\n    return 1\ndef f():\n    return g()\n")
    nb.run("from utils import f", "import")
    nb.asset("b", "f()")
    write("utils.py", "def g():\n    return 1 + 1\ndef f():\n    return g()\n")
    nb.run("import importlib, utils\nimportlib.reload(utils)", "reload")
    nb.rerun("import")
    assert nb.status("b") == "stale"
    nb.materialize()
    assert nb.value("b") == 2


def test_local_module_edited_but_not_reloaded(nb):
    """A local module edited, not reloaded -> flagged "utils.py on disk is newer than what this kernel holds"."""
    write("utils.py", "def f():\n    return 1\n")
    nb.run("import utils", "import")
    nb.asset("b", "utils.f()")
    assert nb.flags("b") == ""
    write("utils.py", "def f():\n    return 1 + 1\n")
    assert "utils.py on disk is newer than what this kernel holds" in nb.flags("b")


# source file content changed / only touched -> STALE source / FRESH


@pytest.fixture
def sourced(nb):
    """A notebook with the source asset `orders_csv`, and `b`, which counts its lines."""
    write("orders.csv", "x\n1\n")
    nb.run("%source_asset orders_csv path=orders.csv", "source")
    nb.asset("b", "orders_csv.read_text().splitlines()")
    assert nb.status("b") == "fresh"
    return nb


def test_value_of_a_source_asset(sourced):
    """A `%source_asset NAME path=FILE` has a `pathlib.Path` as its value."""
    assert isinstance(sourced.here("orders_csv"), Path)
    assert sourced.here("orders_csv").name == "orders.csv"
    assert sourced.edges() == {("orders_csv", "b")}


@pytest.mark.parametrize("text", ["x\n1\n2\n", "x\n2\n"], ids=["another size", "the same size"])
def test_source_file_changed(sourced, text):
    """Source file content changed -> STALE source."""
    write("orders.csv", text)
    assert sourced.status("b") == "stale"
    assert "source" in sourced.all_categories("b")
    assert any("orders" in reason for reason in sourced.causes("b"))
    assert sourced.materialize().ok
    assert sourced.status("b") == "fresh"
    assert sourced.value("b") == text.split()


def test_source_file_touched(sourced):
    """Source file only touched -> FRESH."""
    touch("orders.csv")
    assert sourced.status("b") == "fresh"
    sourced.rerun("b")
    assert sourced.count("b") == 1


def test_source_file_changed_back(sourced):
    """Source file content changed and changed back -> FRESH."""
    write("orders.csv", "x\n2\n")
    write("orders.csv", "x\n1\n")
    assert sourced.status("b") == "fresh"


def test_source_file_changed_below_an_asset(sourced):
    """Source file content changed -> everything below it is stale."""
    sourced.asset("c", "len(b)")
    sourced.asset("d", "c + 1")
    write("orders.csv", "x\n7\n")
    assert sourced.causes("c") == ["upstream b is stale"]
    assert sourced.materialize().ok
    assert set(sourced.statuses().values()) == {"fresh"}
    assert (sourced.count("c"), sourced.count("d")) == (2, 1)


def test_external_asset_never_observed(nb):
    """An external asset never observed counts as fresh."""
    nb.run("%source_asset raw_users")
    nb.asset("b", "3", "deps=raw_users")
    assert nb.status("b") == "fresh"
    assert nb.edges() == {("raw_users", "b")}


# a file the body names that is no source asset -> recorded as a source all the same, with a hint to declare it


@pytest.mark.parametrize(
    "body",
    [
        "import pandas as pd\nlen(pd.read_csv('orders.csv'))",
        "with open('orders.csv') as f:\n    n = len(f.readlines())\nn",
        "from pathlib import Path\nPath('orders.csv').read_text()",
    ],
    ids=["pandas", "open", "Path"],
)
def test_file_that_the_body_names(nb, body):
    """A file the body names that is no source asset -> recorded as a source all the same: STALE source."""
    write("orders.csv", "x\n1\n")
    nb.asset("b", body)
    assert nb.status("b") == "fresh"
    touch("orders.csv")
    assert nb.status("b") == "fresh"
    write("orders.csv", "x\n1\n2\n")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"source"}
    assert any("orders.csv" in reason for reason in nb.causes("b"))


def test_hint_to_declare_a_file(nb):
    """... with a hint to declare it."""
    write("orders.csv", "x\n1\n")
    ran = nb.asset("b", "import pandas as pd\nlen(pd.read_csv('orders.csv'))")
    assert "orders.csv" in ran.text
    assert "source_asset" in ran.text


def test_hint_of_many_files_names_the_first_ones(nb):
    """... one hint for each of the first files, and one for the rest."""
    for n in range(6):
        write(f"part{n}.csv", "x")
    nb.asset("b", "import pandas as pd\nlen([pd.read_csv(f'part{n}.csv') for n in range(6)])")
    flags = nb.flags("b")
    assert [f"part{n}.csv" in flags for n in range(6)] == [True, True, True, False, False, False]
    assert "reads 3 more files that are no source assets" in flags


def test_file_of_a_library_is_no_source(nb):
    """What a library opens of its own, wherever it is installed, is neither a source nor hinted at."""
    nb.run("folder = 'lib/site-packages/drawer'")
    Path("lib/site-packages/drawer").mkdir(parents=True)
    write("lib/site-packages/drawer/palette.txt", "red")
    nb.asset("b", "open(folder + '/palette.txt').read()")
    assert nb.flags("b") == ""


def test_file_in_a_folder_that_is_a_source(nb):
    """A file of a folder that is a source asset needs no hint, and makes its readers stale when it changes."""
    Path("data").mkdir()
    write("data/orders.csv", "x\n1\n")
    ran = nb.run("%source_asset data path=data", "source")
    assert "folder data" in ran.text
    nb.asset("b", "(data / 'orders.csv').read_text()")
    assert nb.flags("b") == ""
    write("data/orders.csv", "x\n2\n")
    assert nb.status("b") == "stale"
    assert "source" in nb.all_categories("b")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda: touch("data/a.csv"), "fresh"),
        (lambda: write("data/a.csv", "2"), "stale"),
        (lambda: write("data/below/b.csv", "2"), "stale"),
        (lambda: write("data/c.csv", "1"), "stale"),
        (lambda: Path("data/a.csv").rename("data/z.csv"), "stale"),
        (lambda: Path("data/a.csv").unlink(), "stale"),
    ],
    ids=["touched", "changed", "changed below", "added", "renamed", "removed"],
)
def test_what_becomes_of_a_source_that_is_a_folder(nb, change, status):
    """The version of a folder is which files it holds, and their content."""
    Path("data/below").mkdir(parents=True)
    write("data/a.csv", "1")
    write("data/below/b.csv", "1")
    nb.run("%source_asset data path=data", "source")
    nb.asset("b", "sorted(data.rglob('*.csv'))")
    assert nb.status("b") == "fresh"
    change()
    assert nb.status("b") == status


def test_file_that_the_body_writes_is_no_source(nb):
    """A file that the body writes is no source: running it again does not make it stale."""
    nb.asset("b", "with open('out.txt', 'w') as f:\n    f.write('x')\n3")
    assert nb.status("b") == "fresh"
    nb.rerun("b")
    assert nb.count("b") == 1
