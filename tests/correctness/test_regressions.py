"""What the oracle and other readers found, each at its smallest."""

from __future__ import annotations

import pytest


def test_a_branch_that_is_not_taken_leaves_its_variable_over_however_often(nb):
    """A variable bound in a branch is left over when the branch is not taken, also when the cell runs once more."""
    nb.run("k = 1", "k")
    nb.run("if k % 2:\n    n = 1", "n")
    nb.asset("a", "n")
    nb.run("k = 2", "k")
    for _ in range(3):
        nb.rerun("n")
        nb.materialize()
        assert nb.status("a") == "stale"
        assert "left over" in nb.causes("a")[0]


def test_what_was_left_over_is_so_after_the_extension_was_loaded_again(nb):
    """Loading again begins without assets, but the notebook's variables are still there."""
    nb.run("k = 1", "k")
    nb.run("if k % 2:\n    n = 1", "n")
    nb.run("k = 2", "k")
    nb.run("%reload_ext asset_magic")
    nb.rerun("n")
    nb.asset("a", "n")
    assert nb.causes("a") == [f"n is left over from an earlier In[{nb.numbers['n']}]"]


def test_a_value_of_an_asset_is_not_there_when_the_extension_is_loaded_again(nb):
    """Else a cell would read what nobody knows to be stale, as here, where the asset gives none any more."""
    nb.run("k = 1", "k")
    nb.asset("a", "k if k % 2 else None", "output_required=false")
    nb.run("k = 2", "k")
    nb.run("%reload_ext asset_magic")
    assert not nb.bound("a")
    assert nb.here("k") == 2


def test_a_variable_of_an_asset_that_was_rebound_stays_when_the_extension_is_loaded_again(nb):
    """What the reader bound there belongs to the reader."""
    nb.asset("a", "1")
    nb.run("a = 99")
    nb.run("%reload_ext asset_magic")
    assert nb.here("a") == 99


def test_a_plain_cell_that_becomes_an_asset_leaves_over_what_it_changed(nb):
    """The asset that takes its place reads the generator as the other cell left it, which has to run first."""
    nb.run("import random", "imports")
    nb.run("rng = random.Random(1)", "rng")
    nb.run("a = rng.randrange(90)", "a")
    nb.asset("a", "rng.randrange(90)")
    assert nb.causes("a") == [f"rng is left over from an earlier In[{nb.numbers['a']}]; run In[{nb.numbers['rng']}]"]
    nb.rerun("rng")
    nb.materialize()
    assert nb.status("a") == "fresh"
    drawn = nb.value("a")
    with nb.restart_and_run_all() as clean:
        assert clean.value("a") == drawn


ASKING = [
    "assets['a'].value[0] + 1",
    "assets[which].value[0] + 1",
    "assets.load('a')[0] + 1",
    "assets['a'].history[0].load()[0] + 1",
    "first('a') + 1",
]


@pytest.mark.parametrize("body", ASKING)
def test_a_body_that_asks_the_registry_for_what_it_does_not_depend_on(nb, body):
    """Nothing would follow that value, so it is an error, until the asset is declared; then it is followed."""
    nb.run("from asset_magic import assets\nwhich = 'a'\ndef first(key):\n    return assets[key].value[0]", "plain")
    nb.asset("a", "[1, 2]")
    ran = nb.asset("b", body)
    assert ran.message == "a is not among the dependencies here: declare it, as in deps=a"
    assert nb.asset("b", body, "deps=a").ok
    assert nb.value("b") == 2
    nb.asset("a", "[10, 2]")
    assert nb.causes("b") == ["upstream a has a new value"]
    nb.materialize()
    assert nb.value("b") == 11


def test_a_body_that_changes_in_place_what_it_got_from_the_registry(nb):
    """It is put back, as if the body had named it."""
    nb.run("from asset_magic import assets", "plain")
    nb.asset("a", "[1]")
    ran = nb.asset("b", "assets['a'].value.append(2)", "deps=a")
    assert f"the code of In[{ran.number}] changed a in place" in ran.text
    assert nb.value("a") == [1]


def test_a_check_that_asks_the_registry(nb):
    """It is given what it checks, and no other asset."""
    nb.run("from asset_magic import assets", "plain")
    nb.asset("a", "[1]")
    nb.asset("b", "[2]")
    nb.check("a", "assets['a'].value == [1]", name="own")
    assert nb.checks("a")["own"]
    nb.check("a", "assets['b'].value == [2]", name="other")
    assert not nb.checks("a")["other"]


def test_a_plain_cell_that_asks_the_registry(nb):
    """What it binds was computed from that asset, and it is told when it shows a stale one."""
    nb.run("from asset_magic import assets", "plain")
    nb.run("rate = 1", "rate")
    nb.asset("a", "[rate]")
    ran = nb.run("n = assets['a'].value[0]", "n")
    nb.asset("b", "n")
    nb.run("rate = 2", "rate")
    assert "a is stale (rate 1 -> 2): this cell shows its older value" in nb.run("assets['a'].value").text
    nb.materialize("a")
    assert nb.causes("b") == [f"n was computed in In[{ran.number}] from an older a; run that cell"]
    nb.rerun("n")
    nb.materialize()
    assert nb.value("b") == 2


def test_a_variable_of_an_asset_that_is_bound_anew_and_deleted(nb):
    """The cell that deleted it is told, and not one that met it in vain later, or deleted an earlier one."""
    nb.asset("a", "1")
    nb.run("del a")
    nb.run("a = 5")
    ran = nb.run("del a")
    nb.run("a")
    assert nb.flags("a") == f"the variable a was deleted by In[{ran.number}]; dependents read the recorded value"


QUOTED = {
    "query": ("limit", "n = len(df.query('a < @limit'))"),
    "eval": ("limit", "n = eval('limit + 1')"),
    "exec": ("limit", "exec('n = limit + 1')"),
    "query in a cell with a function": ("limit", "def f():\n    pass\nn = len(df.query('a < @limit'))"),
}


@pytest.mark.parametrize("kind", QUOTED)
def test_a_plain_cell_that_names_a_variable_in_a_string(nb, kind):
    """What it binds was computed from that variable all the same."""
    name, source = QUOTED[kind]
    nb.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3]})", "df")
    nb.run(f"{name} = 2", "limit")
    ran = nb.run(source, "n")
    nb.asset("b", "n")
    nb.run(f"{name} = 3", "limit")
    assert nb.causes("b") == [f"n was computed in In[{ran.number}] from an older {name}; run that cell"]


def test_a_plain_cell_that_selects_from_an_asset(nb):
    """SQL over local frames names them in a string."""
    nb.run("import pandas as pd\nfrom types import SimpleNamespace\nduckdb = SimpleNamespace(sql=len)", "imports")
    nb.asset("orders", "pd.DataFrame({'a': [1, 2]})")
    ran = nb.run("n = duckdb.sql('select sum(a) from orders')", "n")
    nb.asset("b", "n")
    nb.asset("orders", "pd.DataFrame({'a': [1, 3]})")
    assert nb.causes("b") == [f"n was computed in In[{ran.number}] from an older orders; run that cell"]


def test_a_plain_cell_whose_message_has_the_name_of_a_variable(nb):
    """Words of a text that is no code are no names."""
    nb.run("limit = 2", "limit")
    nb.run("n = len('below the limit, mail ada@limit.org')\nm = 'a select few'", "n")
    nb.asset("b", "(n, m)")
    nb.run("limit = 3", "limit")
    assert nb.status("b") == "fresh"


def test_a_plain_cell_that_selects_from_its_own_table_runs_again(nb):
    """What it binds itself it did not read before."""
    nb.run("t = [1]\nn = len('select a from t') + len(t)", "n")
    nb.asset("b", "n")
    nb.run("t = [1, 2]\nn = len('select a from t') + len(t)", "n")
    assert nb.causes("b") == ["n 16 -> 17"]


@pytest.mark.parametrize("comes", ["X = 3", "%%asset X\n3"])
def test_what_an_asset_waited_for_is_no_cause_once_it_is_there(nb, comes):
    """It is missing because X is not defined yet, and then only because nobody has materialized it."""
    nb.asset("a", "X + 1")
    assert nb.causes("a") == ["upstream X is not defined yet"]
    nb.run(comes)
    assert nb.causes("a") == ["it has not been materialized yet"]


def test_a_plain_variable_that_is_out_of_date_says_so_where_it_is_shown(nb):
    """What was computed from an older asset is stale, too, and is not shown without a word."""
    nb.run("rate = 1", "rate")
    nb.asset("orders", "[rate]")
    nb.run("n = sum(orders)", "n")
    assert "In[" not in nb.run("n", "look").stderr
    nb.edit("rate", "rate = 2")
    assert f"n was computed in In[{nb.numbers['n']}] from orders, which is stale" in nb.rerun("look").stderr
    nb.materialize()
    assert f"n was computed in In[{nb.numbers['n']}] from an older orders; run that cell" in nb.rerun("look").stderr
    nb.rerun("n")
    assert nb.rerun("look").stderr == ""


def test_a_variable_of_an_asset_that_was_deleted_says_how_it_comes_back(nb):
    """The asset has its value still; what lacks is the variable, which its cell binds."""
    nb.asset("a", "1")
    nb.run("del a", "delete")
    said = nb.run("a", "look").stderr
    assert f"the variable of a was deleted by In[{nb.numbers['delete']}]: run the cell of a to bind it again" in said
