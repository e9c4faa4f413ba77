"""The staleness table, rows on plain cells: what they read when they ran, and what they bound."""

from __future__ import annotations

import pytest

# plain variable computed from an asset that has changed since, or from a variable whose own cell was run again


def derived(nb):
    """`orders` from `rows`, `n` from `orders` in a plain cell, `b` from `n`."""
    nb.run("rows = [1, 2, 3]", "rows")
    nb.asset("orders", "list(rows)")
    nb.run("n = len(orders)", "n")
    nb.asset("b", "n * 10")
    assert nb.statuses() == {"orders": "fresh", "b": "fresh"}


def older(nb, name, source):
    """The sentence on a plain variable that was computed from something older."""
    return f"{name} was computed in In[{nb.numbers[name]}] from an older {source}; run that cell"


def test_plain_variable_computed_from_an_asset_that_changed(nb):
    """... -> STALE global: "n was computed in In[4] from an older orders; run that cell"."""
    derived(nb)
    nb.edit("rows", "rows = [1, 2, 3, 4]")
    nb.rerun("orders")
    assert nb.status("orders") == "fresh"
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert nb.causes("b") == [older(nb, "n", "orders")]


def test_materialize_says_that_it_cannot_mend_a_plain_variable(nb):
    """... `%materialize` says so too, since running assets cannot mend it."""
    derived(nb)
    nb.edit("rows", "rows = [1, 2, 3, 4]")
    ran = nb.materialize()
    assert older(nb, "n", "orders") in ran.text
    assert nb.status("orders") == "fresh"
    assert nb.status("b") == "stale"
    assert nb.causes("b") == [older(nb, "n", "orders")]


def test_running_the_plain_cell_mends_it(nb):
    """... run that cell: then the asset is stale for the variable's new value, and can be materialized."""
    derived(nb)
    nb.edit("rows", "rows = [1, 2, 3, 4]")
    nb.rerun("orders")
    nb.rerun("n")
    assert nb.causes("b") == ["n 3 -> 4"]
    assert nb.materialize().ok
    assert nb.status("b") == "fresh"
    assert nb.value("b") == 40


def test_plain_variable_computed_from_an_asset_that_is_stale(nb):
    """FRESH equals what a new kernel gives: what was computed from an asset is not fresh while that asset is stale."""
    derived(nb)
    nb.edit("rows", "rows = [1, 2, 3, 4]")
    assert nb.status("orders") == "stale"
    assert nb.status("b") == "stale"
    nb.edit("rows", "rows = [1, 2, 3]")
    assert nb.statuses() == {"orders": "fresh", "b": "fresh"}


def test_plain_variable_computed_from_an_asset_that_ran_again_with_an_equal_value(nb):
    """Upstream ran again with an equal value -> FRESH, through plain cells too."""
    derived(nb)
    nb.edit("rows", "rows = (1, 2, 3)")
    nb.rerun("orders")
    assert nb.count("orders") == 2
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


def test_plain_variable_computed_by_a_helper_that_reads_an_asset(nb):
    """Plain cells are followed through helpers: `n = size()`, where `size` reads orders."""
    nb.run("rows = [1, 2, 3]", "rows")
    nb.asset("orders", "list(rows)")
    nb.run("def size():\n    return len(orders)", "size")
    nb.run("n = size()", "n")
    nb.asset("b", "n * 10")
    nb.edit("rows", "rows = [1, 2, 3, 4]")
    nb.rerun("orders")
    assert nb.status("b") == "stale"
    assert nb.causes("b") == [older(nb, "n", "orders")]


def test_plain_variable_computed_from_a_variable_whose_cell_ran_again(nb):
    """... or from a variable whose own cell was run again (same cell id) with another result -> STALE global."""
    nb.run("k = 2", "k")
    nb.run("m = k * 10", "m")
    nb.asset("b", "m + 1")
    nb.edit("k", "k = 3")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert nb.causes("b") == [older(nb, "m", "k")]
    nb.rerun("m")
    assert nb.causes("b") == ["m 20 -> 30"]


def test_plain_variable_computed_by_a_function_that_changed(nb):
    """... or from a helper whose own cell was run again with another result -> STALE global."""
    nb.run("def f():\n    return 1", "f")
    nb.run("m = f()", "m")
    nb.asset("b", "m + 1")
    nb.edit("f", "def f():\n    return 2")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    nb.edit("f", "def f():\n    return 1  # one")
    assert nb.status("b") == "fresh"


def test_variable_set_back_before_the_plain_cell_ran_again(nb):
    """Nothing but versions decides: a variable set back makes what was computed from it current again."""
    nb.run("k = 2", "k")
    nb.run("m = k * 10", "m")
    nb.asset("b", "m + 1")
    nb.edit("k", "k = 3")
    nb.edit("k", "k = 2")
    assert nb.status("b") == "fresh"


def test_plain_variable_computed_from_plain_variables(nb):
    """Plain cells are followed through each other, and mended one after the other."""
    derived(nb)
    nb.run("m = n + 1", "m")
    nb.asset("c", "m * 100")
    nb.edit("rows", "rows = [1, 2, 3, 4]")
    nb.rerun("orders")
    assert nb.status("c") == "stale"
    nb.rerun("n")
    assert nb.causes("c") == [older(nb, "m", "n")]
    nb.rerun("m")
    nb.materialize()
    assert nb.status("c") == "fresh"
    assert nb.value("c") == 500


def test_scratch_name_bound_again_by_another_cell(nb):
    """A rebinding by another cell does not count (scratch names are reused)."""
    nb.run("i = 1", "i")
    nb.run("m = i * 10", "m")
    nb.asset("b", "m + 1")
    nb.run("i = 99", "scratch")
    assert nb.status("b") == "fresh"


def test_plain_variable_of_a_cell_without_id(nb):
    """Plain variable computed from an asset that has changed since -> STALE, where front ends send no ids too."""
    nb.run("rows = [1, 2, 3]", None)
    nb.run("%%asset orders\nlist(rows)", None)
    ran = nb.run("n = len(orders)", None)
    nb.run("%%asset b\nn * 10", None)
    nb.run("rows = [1, 2, 3, 4]", None)
    nb.run("%%asset orders\nlist(rows)", None)
    assert nb.causes("b") == [f"n was computed in In[{ran.number}] from an older orders; run that cell"]


# plain cell (same cell id) run again on its own result, giving another value


def test_plain_cell_run_again_on_its_own_result(nb):
    """`k = k + 1` twice -> STALE global: "In[5] ran again on its own result; run In[4], then In[5]"."""
    nb.run("k = 1", "k")
    nb.run("k = k + 1", "more")
    nb.asset("b", "k * 10")
    nb.rerun("more")
    first, again = nb.numbers["k"], nb.numbers["more"]
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert f"In[{again}] ran again on its own result; run In[{first}], then In[{again}]" in nb.causes("b")


def test_materialize_cannot_mend_a_cell_that_ran_on_its_own_result(nb):
    """FRESH equals what a new kernel gives, so running the asset on `k = 3` does not make it fresh."""
    nb.run("k = 1", "k")
    nb.run("k = k + 1", "more")
    nb.asset("b", "k * 10")
    nb.rerun("more")
    ran = nb.materialize()
    assert "ran again on its own result" in ran.text
    assert nb.status("b") == "stale"


def test_running_both_cells_mends_it(nb):
    """... run In[4], then In[5]: the variable has its first value again, and the asset is FRESH."""
    nb.run("k = 1", "k")
    nb.run("k = k + 1", "more")
    nb.asset("b", "k * 10")
    nb.rerun("more")
    nb.rerun("k")
    nb.rerun("more")
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


def test_asset_first_run_after_a_cell_ran_on_its_own_result(nb):
    """You never see a result that a new kernel would not give without being told: the order does not matter."""
    nb.run("k = 1", "k")
    nb.run("k += 1", "more")
    nb.rerun("more")
    nb.asset("b", "k * 10")
    assert nb.status("b") == "stale"
    assert any("ran again on its own result" in reason for reason in nb.causes("b"))


def test_append_run_twice(nb):
    """An append twice -> STALE global: "In[5] ran again on its own result; run In[4], then In[5]"."""
    nb.run("xs = []", "xs")
    nb.run("xs.append(1)", "append")
    nb.asset("b", "sum(xs)")
    nb.rerun("append")
    first, again = nb.numbers["xs"], nb.numbers["append"]
    assert nb.categories("b") == {"global"}
    assert f"In[{again}] ran again on its own result; run In[{first}], then In[{again}]" in nb.causes("b")


@pytest.mark.parametrize(
    ("start", "again"),
    [
        pytest.param("x = -1", "x = abs(x)", id="assignment"),
        pytest.param("x = {}", "x['k'] = 1", id="item"),
        pytest.param("x = {2, 1}", "x.add(3)", id="set"),
    ],
)
def test_plain_cell_run_again_giving_the_same_value(nb, start, again):
    """A plain cell run again on its own result counts only where it gives another value."""
    nb.run(start, "x")
    nb.run(again, "again")
    nb.asset("b", "[x]")
    nb.rerun("again")
    assert nb.status("b") == "fresh"


def test_cell_that_starts_afresh_may_run_again(nb):
    """A cell that binds the name before it reads it does not run on its own result."""
    nb.run("k = 0\nk = k + 1\nfor i in range(3):\n    k += i", "k")
    nb.asset("b", "k * 10")
    nb.rerun("k")
    assert nb.status("b") == "fresh"


# plain variable whose cell (same cell id) was run again and no longer binds it


def left_over(nb, name, *numbers):
    """Whether b says that ``name`` is left over, by the number of the earlier run or of the cell now."""
    return any(f"{name} is left over from an earlier In[{number}]" in nb.causes("b") for number in numbers)


def test_plain_variable_left_over(nb):
    """... -> STALE global: "x is left over from an earlier In[4]"."""
    first = nb.run("x = 1", "x").number
    nb.asset("b", "x * 10")
    again = nb.edit("x", "y = 1").number
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert left_over(nb, "x", first, again)


def test_materialize_cannot_mend_a_variable_left_over(nb):
    """FRESH equals what a new kernel gives, and there x does not exist."""
    nb.run("x = 1", "x")
    nb.asset("b", "x * 10")
    nb.edit("x", "y = 1")
    nb.materialize()
    assert nb.status("b") == "stale"


def test_plain_variable_bound_again(nb):
    """... and FRESH again when the cell binds it once more."""
    nb.run("x = 1", "x")
    nb.asset("b", "x * 10")
    nb.edit("x", "y = 1")
    nb.edit("x", "x = 1")
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


def test_plain_variable_bound_by_another_cell_is_not_left_over(nb):
    """A variable that another cell binds now is that cell's."""
    nb.run("x = 1", "x")
    nb.asset("b", "x * 10")
    nb.edit("x", "y = 1")
    nb.run("x = 1", "new")
    assert nb.status("b") == "fresh"


def test_plain_variable_whose_cell_failed(nb):
    """... also where the cell failed before it bound the variable: a new kernel would not have it either."""
    nb.run("x = 1", "x")
    nb.asset("b", "x * 10")
    nb.edit("x", "1 / 0\nx = 1")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}


def test_helper_left_over(nb):
    """A helper is a plain variable too: renamed, the old one is left over."""
    first = nb.run("def h():\n    return 1", "h").number
    nb.asset("b", "h()")
    again = nb.edit("h", "def h2():\n    return 1").number
    assert nb.status("b") == "stale"
    assert left_over(nb, "h", first, again)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("def f():\n    return len(orders)\nn = f()", "stale"),
        ("def g():\n    return len(orders)\ndef f():\n    return g()\nn = f()", "stale"),
        ("class A:\n    def f(self):\n        return len(orders)\nn = A().f()", "stale"),
        ("def f():\n    global n\n    n = len(orders)\nf()", "stale"),
        ("def f():\n    return len(orders)\nn = 1", "fresh"),
        ("def f():\n    return len(orders)\ndef g():\n    return f()\nn = abs(1)", "fresh"),
    ],
)
def test_plain_variable_from_a_function_of_its_own_cell(nb, cell, status):
    """A plain variable comes from what a function of its own cell reads if the cell calls the function."""
    nb.run("k = 1", "k")
    nb.asset("orders", "[1] * k")
    nb.run(cell, "n")
    nb.asset("b", "n")
    nb.edit("k", "k = 2")
    nb.materialize("orders")
    assert nb.status("b") == status


@pytest.mark.parametrize(
    ("cell", "comes_from_it"),
    [
        ("limit = 3\nprint(orders)", False),
        ("limit, = other = -3, \nprint(orders)", True),
        ("limit = least = -3\n%materialize\norders", False),
        ("limit = (3, 'a')\nprint(orders)", False),
        ("limit = 3\nlimit += len(orders)", True),
        ("limit = 3\nif orders:\n    limit = 4", True),
        ("limit = 3\nfor limit in orders:\n    pass", True),
        ("limit = 3\ndef f():\n    global limit\n    limit = len(orders)\nf()", True),
        ("limit = 3\nset_limit()", True),
        ("limit = [3]\nlimit.append(len(orders))", True),
        ("limit = f'{orders}'", True),
    ],
)
def test_constant_bound_beside_an_asset_does_not_come_from_it(nb, cell, comes_from_it):
    """A plain variable that a cell binds to a constant is not computed from an asset that the cell shows, too."""
    nb.run("k = 1", "k")
    nb.asset("orders", "[k]")
    nb.run("def set_limit():\n    global limit\n    limit = len(orders)")
    nb.run(cell, "show")
    nb.asset("b", "limit")
    nb.edit("k", "k = 2")
    nb.materialize("orders")
    assert nb.status("b") == ("stale" if comes_from_it else "fresh")


# a plain cell that shows a stale asset -> it says so


@pytest.mark.parametrize("source", ["orders", "print(orders)", "orders.copy()"])
def test_plain_cell_that_shows_a_stale_asset(nb, source):
    """A plain cell that shows a stale asset -> it says so."""
    nb.run("k = 1", "k")
    nb.asset("orders", "[k]")
    assert "stale" not in nb.run(source, "show").text.lower()
    nb.edit("k", "k = 2")
    text = nb.rerun("show").text.lower()
    assert "stale" in text
    assert "orders" in text


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("%materialize orders\nprint(orders)", False),
        ("assets.materialize('orders')\nprint(orders)", False),
        ("%materialize other\nprint(orders)", True),
        ("k = 1\nprint(orders)\n%materialize", False),
    ],
    ids=["by the magic", "by the registry", "of something else", "set back"],
)
def test_plain_cell_that_materializes_what_it_shows(nb, cell, told):
    """A cell that brings the asset up to date before it shows it shows no older value, and does not say so."""
    nb.run("from asset_magic import assets\nk = 1", "k")
    nb.asset("orders", "[k]")
    nb.asset("other", "3")
    nb.run("k = 2")
    text = nb.run(cell, "show").text
    assert ("orders is stale (k 1 -> 2): this cell shows its older value" in text) == told


def test_plain_cell_that_shows_something_else_says_nothing(nb):
    """Only a cell that shows the stale asset says so."""
    nb.run("k = 1", "k")
    nb.asset("a", "[k]")
    nb.edit("k", "k = 2")
    assert "stale" not in nb.run("1 + 1", "show").text.lower()


def test_a_large_definition_is_known_by_its_code(nb):
    """Running the cell of a definition again changes nothing, however much is stated with it."""
    cell = """
        from asset_magic import asset

        @asset(name="rows", metadata={"sample": bytes(5_000_000)})
        def todays_rows():
            return [1]
        """
    nb.run(cell, "definition")
    nb.run("n = len(todays_rows.keys)", "n")
    nb.asset("b", "n")
    nb.rerun("definition")
    assert nb.status("b") == "fresh"
