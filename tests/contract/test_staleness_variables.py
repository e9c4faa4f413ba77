"""The staleness table, rows on plain variables and on the names that a body reads."""

from __future__ import annotations

import pytest

# plain variable changed / set back to its old value -> STALE global "rate 0.1 -> 0.2" / FRESH again


def test_plain_variable_changed(nb):
    """Plain variable changed -> STALE global "rate 0.1 -> 0.2"."""
    nb.run("rate = 0.1", "rate")
    nb.asset("b", "rate * 10")
    nb.edit("rate", "rate = 0.2")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert nb.causes("b") == ["rate 0.1 -> 0.2"]


def test_plain_variable_set_back(nb):
    """Plain variable set back to its old value -> FRESH again."""
    nb.run("rate = 0.1", "rate")
    nb.asset("b", "rate * 10")
    nb.edit("rate", "rate = 0.2")
    nb.edit("rate", "rate = 0.1")
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


def test_plain_variable_set_back_after_a_run(nb):
    """Any kept materialization is reused: set a variable back, and the value returns without running."""
    nb.run("rate = 0.1", "rate")
    nb.asset("b", "rate * 10")
    nb.edit("rate", "rate = 0.2")
    nb.rerun("b")
    nb.edit("rate", "rate = 0.1")
    nb.rerun("b")
    assert nb.status("b") == "fresh"
    assert nb.value("b") == nb.here("b") == 1.0
    assert nb.count("b") == 2


def test_plain_variable_bound_by_another_cell(nb):
    """Plain variable changed -> STALE global, whichever cell changed it."""
    nb.run("rate = 0.1", "rate")
    nb.asset("b", "rate * 10")
    nb.run("rate = 0.2", "other")
    assert nb.causes("b") == ["rate 0.1 -> 0.2"]


def test_plain_variable_changed_in_place(nb):
    """Plain variable changed -> STALE global, also where it was changed in place."""
    nb.run("sizes = [1, 2]", "sizes")
    nb.asset("b", "sum(sizes)")
    nb.run("sizes[0] = 5", "change")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}


def test_plain_variable_from_before_the_extension_was_loaded(factory):
    """Plain variable changed -> STALE global, also where the first cell ran before the extension was loaded."""
    nb = factory(load=False)
    nb.run("rate = 0.1", "rate")
    nb.load()
    nb.asset("b", "rate * 10")
    nb.edit("rate", "rate = 0.2")
    assert nb.causes("b") == ["rate 0.1 -> 0.2"]


def test_plain_variable_in_the_cell_that_loads_the_extension(factory):
    """Plain variable changed -> STALE global, also where its cell loads the extension."""
    nb = factory(load=False)
    nb.run("%load_ext asset_magic\nrate = 0.1", "setup")
    nb.asset("b", "rate * 10")
    nb.edit("setup", "%load_ext asset_magic\nrate = 0.2")
    assert nb.causes("b") == ["rate 0.1 -> 0.2"]


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("count", "1", "2", "count 1 -> 2"),
        ("strict", "True", "False", "strict True -> False"),
        ("city", "'Rome'", "'Oslo'", "city 'Rome' -> 'Oslo'"),
    ],
)
def test_old_and_new_values_are_shown(nb, name, old, new, reason):
    """Old and new values are shown for numbers, booleans and short strings."""
    nb.run(f"{name} = {old}", "v")
    nb.asset("b", f"[{name}]")
    nb.edit("v", f"{name} = {new}")
    assert nb.causes("b") == [reason]


@pytest.mark.parametrize("name", ["api_token", "KEY", "password", "client_secret"])
def test_secrets_are_not_shown(nb, name):
    """Old and new values are shown for those whose name is not that of a secret."""
    nb.run(f"{name} = 'hunter1'", "v")
    nb.asset("b", f"len({name})")
    nb.edit("v", f"{name} = 'hunter22'")
    assert nb.categories("b") == {"global"}
    assert name in nb.causes("b")[0]
    assert "hunter" not in nb.causes("b")[0]


def test_long_strings_are_not_shown(nb):
    """Old and new values are shown for short strings only."""
    nb.run("text = 'x' * 500", "v")
    nb.asset("b", "len(text)")
    nb.edit("v", "text = 'x' * 501")
    assert nb.status("b") == "stale"
    assert len(nb.causes("b")[0]) < 200


# a name the body does not read (own loop variable, comprehension, parameter, a name it imports itself) -> FRESH


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("k = 0\nfor name in range(3):\n    k += name\nk", id="own loop variable"),
        pytest.param("sum([name for name in range(3)])", id="comprehension"),
        pytest.param("{name: 1 for name, _ in [(1, 2)]}", id="dict comprehension"),
        pytest.param("def f(name):\n    return name\nf(1)", id="parameter"),
        pytest.param("(lambda name: name)(1)", id="lambda"),
        pytest.param("import math as name\nname.pi", id="import"),
        pytest.param("from math import pi as name\nname", id="from import"),
        pytest.param("name = 3\nname + 1", id="assignment"),
        pytest.param("(name := 3) + 1", id="walrus"),
        pytest.param("import io\nwith io.StringIO() as name:\n    pass\n1", id="with"),
        pytest.param("try:\n    1 / 0\nexcept Exception as name:\n    pass\n1", id="except"),
        pytest.param("match 3:\n    case name:\n        pass\nname", id="match"),
        pytest.param("dict(name=1)", id="keyword argument"),
        pytest.param("import types\ntypes.SimpleNamespace(name=1).name", id="attribute"),
        pytest.param("'name'", id="string"),
        pytest.param("def name():\n    return 1\nname()", id="own function"),
        pytest.param("class C:\n    name = 1\nC.name", id="class attribute"),
    ],
)
def test_name_that_the_body_does_not_read(nb, body):
    """A name the body does not read -> FRESH."""
    nb.run("name = 1", "name")
    assert nb.asset("b", body).ok
    nb.edit("name", "name = 2")
    assert nb.status("b") == "fresh"
    nb.rerun("b")
    assert nb.count("b") == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("sum([name for _ in range(3)])", id="inside a comprehension"),
        pytest.param("def f(x=name):\n    return x\nf()", id="default argument"),
        pytest.param("def f():\n    return name\nf()", id="inside a function"),
        pytest.param("class C:\n    k = name\nC.k", id="inside a class"),
        pytest.param("f'{name}'", id="f-string"),
        pytest.param("x = name\nname = 10\nx + name", id="before its own binding"),
        pytest.param("if len([]):\n    k = name\nelse:\n    k = 5\nk", id="in a branch not taken"),
    ],
)
def test_name_that_the_body_reads(nb, body):
    """A plain variable that the body reads anywhere -> STALE when it changes."""
    nb.run("name = 1", "name")
    assert nb.asset("b", body).ok
    nb.edit("name", "name = 2")
    assert nb.categories("b") == {"global"}


# a if flag else b -> reads all of flag, a and b (static reading is conservative)


def test_both_branches_are_read(nb):
    """`a if flag else b` -> reads all of flag, a and b."""
    nb.run("flag = True", "flag")
    nb.run("k = 1", "k")
    nb.asset("a", "1")
    nb.asset("b", "k")
    nb.asset("c", "a if flag else b")
    assert nb.edges() == {("a", "c"), ("b", "c")}
    nb.edit("k", "k = 2")
    assert nb.causes("c") == ["upstream b is stale"]
    nb.materialize()
    nb.edit("flag", "flag = False")
    assert nb.causes("c") == ["flag True -> False"]


# dict with another insertion order / set with another iteration order -> changed / equal


def test_dict_with_another_insertion_order(nb):
    """Dict with another insertion order -> changed."""
    nb.run("d = {'x': 1, 'y': 2}", "d")
    nb.asset("b", "list(d)")
    nb.edit("d", "d = {'y': 2, 'x': 1}")
    assert nb.categories("b") == {"global"}


def test_set_with_another_iteration_order(nb):
    """Set with another iteration order -> equal."""
    nb.run("s = {0, 8}", "s")
    nb.asset("b", "sum(s)")
    nb.edit("s", "s = {8, 0}")
    assert list(nb.here("s")) == [8, 0]
    assert nb.status("b") == "fresh"
