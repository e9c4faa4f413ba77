"""The staleness table, the row on values that are changed in place: by whatever way the code has reached them."""

from __future__ import annotations

import textwrap

import pytest

CLASSES = """
import threading
from dataclasses import dataclass, field
class Box:
    def __init__(self):
        self.rows = [1, 2]
    def add(self):
        self.rows.append(3)
    def __repr__(self):
        return f"Box{vars(self)}"
class Slots:
    __slots__ = ("rows",)
    def __init__(self):
        self.rows = [1, 2]
    def __repr__(self):
        return f"Slots{self.rows}"
@dataclass(frozen=True)
class Frozen:
    rows: list = field(default_factory=list)
"""

LIST = ("[1, 2]", "X.append(3)", "repr(X)")
KINDS = {
    "list": LIST,
    "sorted": ("[2, 1]", "X.sort()", "repr(X)"),
    "shuffled": ("list(range(50))", "import random; random.shuffle(X)", "repr(X)"),
    "grown by +=": ("[1, 2]", "X += [3]", "repr(X)"),
    "order of a dict": ("{'a': 1, 'b': 2}", "X['a'] = X.pop('a')", "repr(X)"),
    "defaultdict read": ("from collections import defaultdict\ndefaultdict(list)", "X['new']", "repr(dict(X))"),
    "deque": ("from collections import deque\ndeque([1, 2])", "X.rotate()", "repr(X)"),
    "tuple of a list": ("([1], 2)", "X[0].append(3)", "repr(X)"),
    "object": ("Box()", "X.add()", "repr(X)"),
    "new attribute": ("Box()", "X.extra = 1", "repr(X)"),
    "slots": ("Slots()", "X.rows = []", "repr(X)"),
    "frozen dataclass": ("Frozen()", "X.rows.append(3)", "repr(X)"),
    "bound method": ("[1, 2].append", "X(3)", "repr(X.__self__)"),
    "function": ("def keep(x, found=[]):\n    found.append(x)\nkeep", "X(1)", "repr(X.__defaults__)"),
    "array": ("import numpy as np\nnp.arange(4)", "X[0] = 9", "repr(X)"),
    "array into itself": ("import numpy as np\nnp.arange(4)", "__import__('numpy').add(X, 1, out=X)", "repr(X)"),
    "shape": ("import numpy as np\nnp.arange(4)", "X.shape = (2, 2)", "repr(X)"),
    "objects in an array": ("import numpy as np\nnp.array([[1], [2, 3]], dtype=object)", "X[0].append(9)", "repr(X)"),
    "frame": ("import pandas as pd\npd.DataFrame({'c': [2, 1]})", "X.loc[0, 'c'] = 9", "repr(X)"),
    "frame sorted": ("import pandas as pd\npd.DataFrame({'c': [2, 1]})", "X.sort_values('c', inplace=True)", "repr(X)"),
    "array of a column": ("import pandas as pd\npd.DataFrame({'c': [2, 1]})", "X['c'].array[0] = 9", "repr(X)"),
    "attrs": ("import pandas as pd\npd.DataFrame({'c': [2, 1]})", "X.attrs['a'] = 1", "repr(X.attrs)"),
    "name of an index": ("import pandas as pd\npd.DataFrame({'c': [2, 1]})", "X.index.name = 'i'", "repr(X)"),
    "attribute of a frame": (
        "import pandas as pd\npd.DataFrame({'c': [2, 1]})",
        "X.note = 'hi'",
        "getattr(X, 'note', 'none')",
    ),
    "graph": ("import networkx as nx\nnx.path_graph(3)", "X.edges[0, 1]['w'] = 9", "repr(list(X.edges(data=True)))"),
}

WAYS = {
    "alias": (["other = a", "1 + 1"], "other", "{change}"),
    "held": (["held = {'k': [a]}", "1 + 1"], "it", "it = held['k'][0]\n{change}"),
    "loop": ([], "it", "for it in [a]:\n    {change}"),
    "function": (["def work(x):\n    {change}"], "x", "work(a)"),
    "closure": (["def made(x):\n    def work():\n        {change}\n    return work\nwork = made(a)"], "x", "work()"),
    "handle": (["from asset_magic import assets"], "it", "it = assets['a'].value\n{change}"),
    "failing cell": ([], "a", "{change}\n1 / 0"),
    "asked in the cell": (["from asset_magic import assets"], "a", "{change}\nassets['a'].status"),
    "%%capture": ([], "a", "%%capture\n{change}"),
    "body": ([], "a", "%%asset spoiler\n{change}\n1"),
    "failing body": ([], "a", "%%asset spoiler\n{change}\n1 / 0"),
    "retried body": ([], "a", "%%asset spoiler max_retries=1\n{change}\n1 / 0"),
    "helper": (["def work(x):\n    {change}"], "x", "%%asset spoiler\nwork(a)\n1"),
    "helper that holds it": (["def work(x=a):\n    {change}"], "x", "%%asset spoiler\nwork()\n1"),
    "class that holds it": (["class Held:\n    it = a"], "it", "%%asset spoiler\nit = Held.it\n{change}\n1"),
    "handle in a body": (
        ["from asset_magic import assets"],
        "it",
        "%%asset spoiler deps=a\nit = assets['a'].value\n{change}",
    ),
    "check": ([], "a", "%%asset_check a name=spoiler\n{change}\nTrue"),
    "function as asset": (
        ["from asset_magic import asset, assets"],
        "a",
        "@asset\ndef spoiler(a):\n    {change}\nassets['spoiler'].materialize()",
    ),
}  # fmt: skip

CASES = [pytest.param(kind, "alias", id=kind) for kind in KINDS]
CASES += [pytest.param(kind, "body", id=f"{kind} by a body") for kind in KINDS]
CASES += [pytest.param("list", way, id=way) for way in WAYS if way not in ("alias", "body")]


@pytest.mark.parametrize(("kind", "way"), CASES)
def test_what_was_changed_in_place_flows_nowhere(nb, kind, way):
    """An asset's value changed in place -> put back; dependents never compute from it, and it did not run again."""
    body, change, read = KINDS[kind]
    before, name, does = WAYS[way]
    nb.run(CLASSES)
    nb.asset("a", body)
    was = nb.run(read.replace("X", "a")).result
    for cell in (*before, does):
        nb.run(_with(cell, change.replace("X", name)))
    nb.asset("b", read.replace("X", "a"))
    assert nb.value("b") == was
    assert nb.run(read.replace("X", "a")).result == was
    assert (nb.status("a"), nb.status("b"), nb.count("a")) == ("fresh", "fresh", 1)


@pytest.mark.parametrize("way", [way for way in WAYS if "that holds it" not in way])
def test_the_cell_that_did_it_is_named_at_once(nb, way):
    """... with a warning naming the culprit, and nobody else."""
    before, name, does = WAYS[way]
    nb.asset("a", "[1, 2]")
    for cell in before:
        nb.run(_with(cell, f"{name}.append(3)"))
    spoiler = nb.run(_with(does, f"{name}.append(3)"))
    later = nb.asset("b", "sum(a)")
    told = spoiler.text + later.text
    assert f"In[{spoiler.number}] changed a in place" in told
    assert told.count("changed a in place") == (2 if way == "retried body" else 1)
    assert "changed a" in spoiler.text


def _with(cell, change):
    """A cell with a change in it, indented as its place is."""
    lines = cell.split("\n")
    return "\n".join(
        textwrap.indent(change, line[: len(line) - len(line.lstrip())]) if line.strip() == "{change}" else line
        for line in lines
    )


# what is bound to the value, or shares with it


def test_other_variables_of_the_same_value_are_put_back(nb):
    """A variable that holds the very value is put back with it, where the cell did not name it."""
    nb.asset("a", "[1]")
    nb.run("other = a")
    nb.run("a.append(9)")
    assert nb.here("other") is nb.here("a")
    assert nb.here("other") == [1]


def test_variable_that_was_worked_on_keeps_what_it_holds(nb):
    """A variable that the cell names keeps what it made of it; the asset is put back."""
    nb.asset("a", "[1]")
    nb.run("mine = a\nmine.append(9)")
    assert (nb.here("mine"), nb.here("a")) == ([1, 9], [1])


def test_view_made_of_a_value_keeps_what_it_shows(nb):
    """Views and parts keep what they hold, and are theirs from there on."""
    nb.asset("a", "import numpy as np\nnp.zeros(3)")
    nb.run("view = a[:2]")
    nb.run("view[0] = 9")
    assert nb.here("view")[0] == 9
    assert nb.here("a")[0] == 0


def test_assets_that_share_a_part_are_both_put_back(nb):
    """An asset's value changed in place through another asset's -> both are put back."""
    nb.asset("a", "[1]")
    nb.asset("b", "{'rows': a}")
    nb.run("b['rows'].append(9)")
    assert (nb.value("a"), nb.value("b")) == ([1], {"rows": [1]})


UNDONE = [
    pytest.param("v = a[:2]", "int(sum(v))", "a[0] = 50", id="view"),
    pytest.param("h = {'k': a}", "int(sum(h['k']))", "a[0] = 50", id="holder"),
    pytest.param("p = [1]\nwork = (lambda x: lambda: x.append(9))(p)", "sum(p)", "work()", id="closure"),
    pytest.param("p = [[1]]\nit = iter(p)", "sum(map(sum, p))", "for row in it: row.append(9)", id="iterator"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "read", "change"), UNDONE)
def test_change_of_a_variable_that_the_cell_does_not_name(nb, plain, read, change):
    """A plain variable changed through another object -> left over if the cell does so no more."""
    nb.asset("a", "import numpy as np\nnp.arange(4)")
    nb.run(plain, "plain")
    nb.asset("c", read)
    clean = nb.value("c")
    nb.run(change, "change")
    nb.materialize()
    assert nb.status("c") == "fresh"
    nb.edit("change", "pass")
    assert nb.status("c") == "stale"
    assert "left over" in nb.causes("c")[0]
    nb.rerun("plain")
    nb.materialize()
    assert (nb.value("c"), nb.status("c")) == (clean, "fresh")


# what cannot be put back


@pytest.mark.parametrize("way", ["alias", "function", "body", "helper that holds it"])
def test_value_that_no_copy_is_kept_of_is_made_again(nb, way):
    """STALE mutation only if it cannot be put back: whoever takes it next has it made again first."""
    before, name, does = WAYS[way]
    nb.run(CLASSES)
    nb.asset("a", "[threading.Lock(), [1]]")
    for cell in (*before, does):
        nb.run(_with(cell, f"{name}[1].append(3)"))
    nb.asset("b", "repr(a[1])")
    assert nb.value("b") == "[1]"
    assert (nb.status("a"), nb.status("b")) == ("fresh", "fresh")


def test_cause_of_a_value_that_is_lost(nb):
    """STALE mutation, and what is downstream is stale with it."""
    nb.run(CLASSES)
    nb.asset("a", "[threading.Lock(), [1]]")
    nb.asset("b", "len(a)")
    nb.run("other = a")
    nb.run("other.append(3)")
    assert (nb.categories("a"), nb.status("b")) == ({"mutation"}, "stale")


def test_class_that_an_edit_made_returns_as_it_was(nb):
    """A kept value is taken back only if it is what was recorded: pickle keeps the name of a class and no more."""
    nb.asset("A", "class A:\n    x = 1")
    nb.asset("A", "class A:\n    x = 2")
    nb.asset("A", "class A:\n    x = 1")
    assert nb.value("A").x == 1


# what runs between cells


def test_thread_that_changes_values_between_cells(nb):
    """Code that runs when no cell does -> seen before anything is made of it."""
    nb.run("import threading\ngo, done, log = threading.Event(), threading.Event(), [1]")
    nb.asset("a", "[1]")
    nb.asset("b", "sum(log)")
    nb.run(
        """
        def work():
            go.wait()
            a.append(9)
            log.append(9)
            done.set()
        threading.Thread(target=work, daemon=True).start()
        """
    )
    nb.here("go").set()
    nb.here("done").wait(10)
    nb.asset("c", "sum(a)")
    assert nb.value("c") == 1
    assert (nb.status("a"), nb.status("b")) == ("fresh", "stale")


def test_callback_between_cells(nb):
    """What the callback of a widget changes is seen: kernels tell of it as of silent code."""
    nb.run("log = [1]")
    nb.asset("a", "[1]")
    nb.asset("b", "sum(log)")
    nb.shell.run_cell("a.append(9); log.append(9)", silent=True)
    nb.asset("c", "sum(a)")
    assert nb.value("c") == 1
    assert (nb.status("a"), nb.status("b")) == ("fresh", "stale")
