"""Two plain cells that bind one name which an asset reads: the reader is told where they meet it."""

from __future__ import annotations

import pytest


def test_the_second_cell_that_binds_a_name_is_told_of(nb):
    first = nb.run("rate = 1")
    nb.asset("a", "rate")
    second = nb.run("rate = 2")
    said = (
        f"rate, which a reads, is bound in In[{second.number}] and In[{first.number}]: In[{second.number}] counts now"
    )
    assert said in second.stderr
    assert "in a new kernel the one that stands last in the notebook" in second.stderr


def test_the_cell_that_takes_the_name_back_is_told_of(nb):
    first = nb.run("rate = 1")
    nb.asset("a", "rate")
    nb.run("rate = 2")
    again = nb.rerun(first.id)
    assert f"In[{again.number}] counts now" in again.stderr


def test_running_the_same_cell_again_tells_nothing_more(nb):
    nb.run("rate = 1")
    nb.asset("a", "rate")
    second = nb.run("rate = 2")
    assert nb.rerun(second.id).stderr == ""
    assert nb.edit(second.id, "rate = 3").stderr == ""


def test_an_asset_that_comes_after_both_cells_is_told_once(nb):
    nb.run("rate = 1")
    nb.run("rate = 2")
    assert "rate, which a reads, is bound in In[3] and In[2]" in nb.asset("a", "rate").stderr
    assert nb.rerun("a").stderr == ""


def test_it_stays_a_flag_of_the_asset(nb):
    nb.run("rate = 1")
    nb.asset("a", "rate")
    nb.run("rate = 2")
    nb.materialize()
    assert "rate is bound in In[4] and In[2]: In[4] counts now" in nb.flags("a")
    assert "! rate is bound in In[4] and In[2]" in nb.run("%asset a").text


def test_a_name_that_a_helper_reads_counts(nb):
    nb.run("rate = 1")
    nb.run("def f():\n    return rate")
    nb.asset("a", "f()")
    assert "rate, which a reads, is bound in" in nb.run("rate = 2").stderr


def test_it_ends_when_one_of_the_cells_binds_another_name(nb):
    nb.run("rate = 1")
    nb.asset("a", "rate")
    second = nb.run("rate = 2")
    nb.edit(second.id, "other_rate = 2")
    assert "is bound in" not in nb.flags("a")


@pytest.mark.parametrize("cell", ["rate = 1", "other = 2", "rate2 = rate"])
def test_cells_that_do_not_disagree(nb, cell):
    """Equal values, and other names."""
    nb.run("rate = 1")
    nb.asset("a", "rate")
    assert nb.run(cell).stderr == ""
    assert nb.flags("a") == ""


@pytest.mark.parametrize("step", ["rows = rows + [2]", "rows.append(2)", "rows += [2]"])
def test_a_cell_that_goes_on_is_no_rival(nb, step):
    nb.run("rows = [1]")
    nb.asset("a", "sum(rows)")
    assert nb.run(step).stderr == ""
    assert nb.flags("a") == ""


def test_a_step_that_has_not_run_since_is_told_of(nb):
    first = nb.run("rows = [1]")
    step = nb.run("rows = rows + [2]")
    nb.asset("a", "sum(rows)")
    again = nb.rerun(first.id)
    said = f"is as In[{again.number}] bound it: In[{step.number}], which went on from there, has not run since"
    assert f"rows, which a reads, {said}" in nb.materialize().stderr
    assert nb.materialize().stderr == ""
    assert f"rows {said}" in nb.flags("a")
    nb.rerun(step.id)
    assert nb.flags("a") == ""


def test_names_that_no_asset_reads_are_reused_freely(nb):
    nb.run("i = 1")
    nb.asset("a", "1")
    assert nb.run("i = 2").stderr == ""


def test_cells_without_ids_are_not_told_from_each_other(nb):
    nb.run("rate = 1", None)
    nb.asset("a", "rate")
    assert nb.run("rate = 2", None).stderr == ""
    assert nb.flags("a") == ""
