"""What the oracle found, each at its smallest."""

from __future__ import annotations


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
