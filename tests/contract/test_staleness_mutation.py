"""The staleness table, rows on values that are changed or rebound where they should not be."""

from __future__ import annotations

import pytest

# global that the body changes (a random generator, a list it appends to)


def test_random_generator_as_a_global(nb):
    """Global that the body changes -> each run sees it as its plain cell left it, and it is left so."""
    nb.run("import numpy as np\nrng = np.random.default_rng(0)", "rng")
    nb.asset("a", "int(rng.integers(10**9))")
    nb.asset("b", "int(rng.integers(10**9))")
    drawn = nb.value("a")
    assert nb.value("b") == drawn
    nb.materialize("a --force")
    assert nb.value("a") == drawn
    assert nb.count("a") == 2
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}
    assert nb.run("int(rng.integers(10**9))").result == drawn


def test_warning_on_a_random_generator(nb):
    """... a warning says it."""
    nb.run("import numpy as np\nrng = np.random.default_rng(0)", "rng")
    assert "rng" in nb.asset("a", "int(rng.integers(10**9))").text


def test_random_generator_that_a_plain_cell_moved_on(nb):
    """A plain cell that draws from the generator changes it -> STALE global."""
    nb.run("import numpy as np\nrng = np.random.default_rng(0)", "rng")
    nb.asset("a", "int(rng.integers(10**9))")
    nb.run("rng.integers(10)", "draw")
    assert nb.status("a") == "stale"
    assert nb.categories("a") == {"global"}


def test_list_that_the_body_appends_to(nb):
    """Global that the body changes -> each run sees it as its plain cell left it, and it is left so."""
    nb.run("log = []", "log")
    ran = nb.asset("a", "log.append('x')\nlen(log)")
    assert "log" in ran.text
    nb.materialize("a --force")
    assert nb.value("a") == 1
    assert nb.here("log") == []
    assert nb.status("a") == "fresh"


def test_list_that_a_helper_appends_to(nb):
    """Global that the body changes -> the same through a helper."""
    nb.run("log = []", "log")
    nb.run("def note():\n    log.append('x')\n    return len(log)", "note")
    nb.asset("a", "note()")
    nb.materialize("a --force")
    assert nb.value("a") == 1
    assert nb.status("a") == "fresh"


# an asset's variable rebound or deleted outside its cell -> FRESH, flagged with the cell's number


def test_variable_of_an_asset_rebound(nb):
    """An asset's variable rebound outside its cell -> FRESH, flagged with the cell's number."""
    nb.asset("a", "1")
    ran = nb.run("a = 99", "oops")
    assert nb.status("a") == "fresh"
    assert f"In[{ran.number}]" in nb.flags("a")
    assert nb.value("a") == 1


def test_dependents_read_the_recorded_value(nb):
    """... dependents read the recorded value."""
    nb.asset("a", "1")
    nb.run("a = 99", "oops")
    nb.asset("b", "a + 1")
    assert nb.value("b") == 2
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}


def test_running_the_cell_binds_the_variable_again(nb):
    """Running a cell brings its asset up to date: its variable holds the value again, and the flag is gone."""
    nb.asset("a", "1")
    nb.run("a = 99", "oops")
    nb.rerun("a")
    assert nb.here("a") == 1
    assert nb.flags("a") == ""
    assert nb.count("a") == 1


def test_variable_of_an_asset_deleted(nb):
    """An asset's variable deleted outside its cell -> FRESH, flagged with the cell's number; dependents read on."""
    nb.asset("a", "1")
    ran = nb.run("del a", "oops")
    assert nb.status("a") == "fresh"
    assert f"deleted by In[{ran.number}]" in nb.flags("a")
    nb.asset("b", "a + 1")
    assert nb.value("b") == 2


def test_variable_of_an_asset_rebound_to_itself(nb):
    """Binding the same value again is nothing to flag."""
    nb.asset("a", "[1]")
    nb.run("a = a", "same")
    assert nb.flags("a") == ""


# an asset's value changed in place, by a plain cell or by a cell that has it as input


CHANGES = [
    pytest.param("[1, 2, 3]", "a.append(99)", "sum(a)", 6, id="list"),
    pytest.param("[[1], [2, 3]]", "a[0].append(99)", "sum(map(sum, a))", 6, id="nested list"),
    pytest.param("{'x': 6}", "a['x'] = 99", "a['x']", 6, id="dict"),
    pytest.param("import numpy as np\nnp.array([1, 2, 3])", "a[0] = 99", "int(a.sum())", 6, id="array"),
    pytest.param(
        "import pandas as pd\npd.DataFrame({'x': [1, 2, 3]})", "a['x'] = 99", "int(a['x'].sum())", 6, id="frame"
    ),
]


@pytest.mark.parametrize(("body", "change", "read", "value"), CHANGES)
def test_value_changed_by_a_plain_cell(nb, body, change, read, value):
    """An asset's value changed in place -> dependents never compute from the changed value."""
    nb.asset("a", body)
    nb.run(change, "oops")
    nb.asset("b", read)
    assert nb.value("b") == value


@pytest.mark.parametrize(("body", "change", "read", "value"), CHANGES)
def test_value_changed_by_a_cell_that_has_it_as_input(nb, body, change, read, value):
    """An asset's value changed in place by a cell that has it as input -> dependents never compute from it."""
    nb.asset("a", body)
    nb.asset("b", f"{change}\n{read}")
    nb.asset("c", read)
    assert nb.value("c") == value


@pytest.mark.parametrize("body", ["[1, 2, 3]", "{1, 2, 3}", "dict.fromkeys([1, 2, 3])"])
def test_value_changed_in_place_is_put_back(nb, body):
    """An asset's value changed in place -> put back; STALE mutation only if it cannot be put back."""
    nb.asset("a", body)
    nb.run("a.clear()", "oops")
    assert nb.status("a") == "fresh"
    assert list(nb.value("a")) == [1, 2, 3]


def test_value_changed_through_another_name(nb):
    """An asset's value changed in place -> the name it was reached by does not matter."""
    nb.asset("a", "[1, 2, 3]")
    nb.run("df = a\ndef grow(x):\n    x.append(99)\ngrow(df)", "oops")
    nb.asset("b", "sum(a)")
    assert nb.value("b") == 6


def test_warning_names_the_plain_cell(nb):
    """... with a warning naming the culprit."""
    nb.asset("a", "[1, 2, 3]")
    oops = nb.run("a.append(99)", "oops")
    later = nb.asset("b", "sum(a)")
    assert f"In[{oops.number}]" in oops.text + later.text


def test_warning_names_the_asset_cell(nb):
    """... with a warning naming the culprit."""
    nb.asset("orders", "[1, 2, 3]")
    text = nb.asset("spoiler", "orders.append(99)\nsum(orders)").text
    assert "orders" in text
    assert "spoiler" in text or f"In[{nb.numbers['spoiler']}]" in text


def test_asset_that_changes_its_input_gives_the_same_value_each_time(nb):
    """An input changed in place is put back before the next run of any cell."""
    nb.asset("a", "[1, 2, 3]")
    nb.asset("b", "a.append(4)\nsum(a)")
    nb.materialize("b --force")
    assert nb.value("b") == 10
    assert nb.count("b") == 2


# attributes that reading fills in (`cached_property`, `G.nodes`, ...) -> no change


def test_cached_property(nb):
    """Attributes that reading fills in -> no change: `cached_property`."""
    nb.run(
        """
        from functools import cached_property
        class Table:
            def __init__(self, rows):
                self.rows = rows
            @cached_property
            def total(self):
                return sum(self.rows)
        """,
        "Table",
    )
    nb.asset("a", "Table([1, 2])")
    nb.asset("b", "a.total")
    nb.run("a.total", "read")
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}
    ran = nb.asset("c", "a.total + 1")
    assert nb.value("c") == 4
    assert "changed" not in ran.text


def test_graph_views(nb):
    """Attributes that reading fills in -> no change: `G.nodes`."""
    nb.run("import networkx as nx", "import")
    nb.asset("g", "nx.path_graph(3)")
    nb.run("len(g.nodes), len(g.edges), g.degree", "read")
    ran = nb.asset("b", "len(g.nodes) + len(g.adj)")
    assert nb.value("b") == 6
    assert nb.statuses() == {"g": "fresh", "b": "fresh"}
    assert "changed" not in ran.text


def test_plain_variable_whose_attributes_are_filled_in(nb):
    """Attributes that reading fills in -> no change, in plain variables too."""
    nb.run("import networkx as nx\ng = nx.path_graph(3)", "g")
    nb.asset("b", "len(g.nodes)")
    nb.run("len(g.edges), g.degree", "read")
    assert nb.status("b") == "fresh"
