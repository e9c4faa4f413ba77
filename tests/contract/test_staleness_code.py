"""The staleness table, rows on the code: its form and its meaning."""

from __future__ import annotations

import pytest

# comment, blank line, formatting, docstring of a helper -> FRESH


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("x = 1\nx + 1", "# why\nx = 1  # one\nx + 1", id="comment"),
        pytest.param("x = 1\nx + 1", "x = 1\n\n\nx + 1\n\n", id="blank line"),
        pytest.param("x = [1, 2]\nx", "x = [\n    1,\n    2,\n]\nx", id="line breaks"),
        pytest.param("x = 'one'\nx", 'x   =  "one"\nx', id="spaces and quotes"),
        pytest.param("x = 1\nx + 1", "x = (1)\n(x + 1)", id="parentheses"),
        pytest.param("1_000 + 0x10", "1000 + 16", id="spelling of numbers"),
    ],
)
def test_form_of_the_body(nb, before, after):
    """Comment, blank line, formatting of the body -> FRESH."""
    nb.asset("b", before)
    ran = nb.asset("b", after)
    assert ran.ok
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


@pytest.mark.parametrize(
    "after",
    [
        pytest.param("def h(x):\n    # add one\n    return x + 1", id="comment"),
        pytest.param("def h(x):\n\n    return x + 1\n\n", id="blank line"),
        pytest.param("def h( x ):\n        return (x+1)", id="formatting"),
        pytest.param('def h(x):\n    """Add one."""\n    return x + 1', id="docstring"),
    ],
)
def test_form_of_a_helper(nb, after):
    """Comment, blank line, formatting, docstring of a helper -> FRESH."""
    nb.run("def h(x):\n    return x + 1", "h")
    nb.asset("b", "h(1)")
    nb.edit("h", after)
    assert nb.status("b") == "fresh"
    nb.rerun("b")
    assert nb.count("b") == 1


def test_form_of_a_helper_of_a_helper(nb):
    """Comment, blank line, formatting, docstring of a helper -> FRESH, however deep the helper is."""
    nb.run("def h(x):\n    return x + 1", "h")
    nb.run("def g(x):\n    return h(x)", "g")
    nb.asset("b", "g(1)")
    nb.edit("h", 'def h(x):\n    """Add one."""\n    return x + 1  # plus')
    assert nb.status("b") == "fresh"


def test_docstring_of_a_class(nb):
    """Docstring of a helper -> FRESH; a class is a helper too."""
    nb.run("class P:\n    def f(self):\n        return 1", "P")
    nb.asset("b", "P().f()")
    nb.edit("P", 'class P:\n    """A P."""\n\n    def f(self):\n        """One."""\n        return 1')
    assert nb.status("b") == "fresh"


def test_a_string_that_is_the_value_is_no_docstring(nb):
    """Body changed -> STALE code, also where the body is only a string."""
    nb.run('%%asset b\n"one"', "b")
    nb.run('%%asset b\n"two"', "b")
    assert nb.value("b") == "two"


def test_options_that_describe_are_no_code(nb):
    """Nothing else decides: what is said of an asset does not make it stale."""
    nb.asset("b", "1")
    nb.asset("b", "1", 'group=gold description="The b" tags=tier=gold owners=team:data')
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


# unchanged cell run again -> FRESH, reused, nothing runs


def test_unchanged_cell_run_again(nb):
    """Unchanged cell run again -> FRESH, reused, nothing runs."""
    nb.asset("b", "object()")
    first = nb.value("b")
    ran = nb.rerun("b")
    assert ran.ok
    assert nb.count("b") == 1
    assert nb.value("b") is first
    assert nb.here("b") is first
    assert nb.status("b") == "fresh"


def test_unchanged_helper_cell_run_again(nb):
    """Unchanged cell run again -> FRESH: a helper defined once more is the same helper."""
    nb.run("def h(x):\n    return x + 1", "h")
    nb.asset("b", "h(1)")
    nb.rerun("h")
    assert nb.status("b") == "fresh"


def test_all_cells_run_again(nb):
    """Unchanged cells run again -> FRESH, reused, nothing runs, for a whole notebook."""
    nb.run("rate = 2", "rate")
    nb.asset("a", "rate * 10")
    nb.run("n = a + 1", "n")
    nb.asset("b", "a + n")
    nb.run_all()
    assert nb.statuses() == {"a": "fresh", "b": "fresh"}
    assert (nb.count("a"), nb.count("b")) == (1, 1)


def test_cell_run_again_reads_what_becomes_an_asset(nb):
    """Unchanged cell run again, and then a variable that it reads is made an asset: it depends on that."""
    nb.run("k = 1", "k")
    nb.asset("b", "k + 1")
    nb.rerun("b")
    nb.asset("k", "10")
    assert nb.edges() == {("k", "b")}
    assert nb.status("b") == "stale"


# body changed -> STALE code


def test_body_changed(nb):
    """Body changed -> STALE code."""
    nb.asset("b", "1 + 1")
    nb.asset("b", "1 + 2", "defer")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"code"}


def test_body_changed_and_run(nb):
    """Running a cell brings its asset up to date."""
    nb.asset("b", "1 + 1")
    nb.asset("b", "1 + 2")
    assert nb.status("b") == "fresh"
    assert nb.value("b") == nb.here("b") == 3


def test_body_changed_and_changed_back(nb):
    """Undo an edit, and the value returns without running."""
    nb.asset("b", "[1]")
    nb.asset("b", "[2]")
    nb.asset("b", "[1]")
    assert nb.status("b") == "fresh"
    assert nb.value("b") == nb.here("b") == [1]
    assert nb.count("b") == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("1 + 1", "1 - 1", id="operator"),
        pytest.param("1", "1.0", id="type of a constant"),
        pytest.param("0.0", "-0.0", id="sign of zero"),
        pytest.param("1", "True", id="number and boolean"),
        pytest.param("'a'", "b'a'", id="text and bytes"),
        pytest.param("f'{1}'", "f'{1:3}'", id="format of an f-string"),
        pytest.param("x = 1\nx", "x = 1\nNone", id="last expression"),
        pytest.param("def f(x, k=1):\n    return k\nf(0)", "def f(x, k=2):\n    return k\nf(0)", id="default"),
    ],
)
def test_any_change_of_meaning_is_a_change_of_the_body(nb, before, after):
    """Body changed -> STALE code."""
    nb.asset("b", before)
    nb.asset("b", after, "defer")
    assert nb.categories("b") == {"code"}


def test_declared_code_version_replaces_the_code(nb):
    """`code_version` replaces the code's own hash, as in Dagster."""
    nb.asset("b", "1", "code_version=1")
    nb.asset("b", "2", "code_version=1 defer")
    assert nb.status("b") == "fresh"
    nb.asset("b", "2", "code_version=2 defer")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"code"}
