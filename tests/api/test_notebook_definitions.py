"""Definitions in a notebook: ``@asset`` in a cell, and ``materialize([...])`` beside the notebook's own graph."""

from __future__ import annotations

import pytest

BASE = """
from asset_magic import asset

@asset
def base():
    import asset_probe; asset_probe.ran("base")
    return 20
"""


def snapshot(nb):
    """What a user holds of the notebook's graph."""
    return {
        "statuses": nb.statuses(),
        "edges": nb.edges(),
        "last runs": {key: nb.last_run(key) for key in nb.statuses()},
        "histories": {key: [r.run_id for r in nb.assets[key].history] for key in nb.statuses()},
        "variables": {key: nb.here(key) for key in nb.statuses() if nb.bound(key)},
    }


def test_definition_is_registered_and_bound(nb):
    """``@asset`` in a cell registers without running, and binds the definition."""
    assert nb.run(BASE).ok
    assert nb.statuses() == {"base": "missing"}
    assert nb.count("base") == 0
    assert nb.here("base")() == 20


def test_asset_cell_reads_the_value(nb):
    """A ``%%asset`` cell below reads the value; the variable stays the definition."""
    nb.run(BASE)
    ran = nb.asset("double", "base * 2")
    assert ran.ok, ran.text
    assert nb.value("double") == 40
    assert nb.value("base") == 20
    assert callable(nb.here("base"))


def test_definition_below_an_asset_cell(nb):
    """A definition takes the value of an asset cell by a parameter."""
    nb.asset("base", "20")
    nb.run("from asset_magic import asset\n@asset\ndef double(base):\n    return base * 2")
    assert nb.materialize().ok
    assert nb.value("double") == 40
    assert nb.edges() == {("base", "double")}
    nb.asset("base", "30")
    assert nb.status("double") == "stale"
    assert "upstream base has a new value" in nb.causes("double")


def test_parameter_takes_the_value_and_not_the_definition(nb):
    """The parameter of a definition is a value, also where a definition of that name is bound."""
    nb.run(BASE + "\n@asset\ndef double(base):\n    return base * 2\n")
    assert nb.materialize().ok
    assert nb.value("double") == 40


def test_definition_cell_run_again_unchanged(nb):
    """Running the defining cell again leaves its asset fresh, and nothing runs."""
    nb.run(BASE, "c1")
    nb.materialize()
    nb.rerun("c1")
    assert nb.status("base") == "fresh"
    nb.materialize()
    assert nb.count("base") == 1


def test_edit_of_a_definition(nb):
    """An edit makes the asset stale, with the cause; a comment does not."""
    nb.run(BASE, "c1")
    nb.materialize()
    nb.edit("c1", BASE.replace("return 20", "return 20  # rows"))
    assert nb.status("base") == "fresh"
    nb.edit("c1", BASE.replace("return 20", "return 21"))
    assert nb.status("base") == "stale"
    assert nb.categories("base") == {"code"}


def test_helper_and_variable_of_a_definition(nb):
    """A definition follows the helpers and the variables that its function reads."""
    nb.run("rate = 2", "rate")
    nb.run("def scaled(n):\n    return n * rate", "helper")
    nb.run("from asset_magic import asset\n@asset\ndef base():\n    return scaled(10)", "c1")
    nb.materialize()
    assert nb.value("base") == 20
    nb.edit("rate", "rate = 3")
    assert nb.status("base") == "stale"
    assert any("rate 2 -> 3" in cause for cause in nb.causes("base"))
    nb.edit("rate", "rate = 2")
    assert nb.status("base") == "fresh"
    nb.edit("helper", "def scaled(n):\n    return n + rate")
    assert any("scaled changed" in cause for cause in nb.causes("base"))


def test_cell_that_no_longer_defines_it(nb):
    """A cell that no longer defines an asset retires it."""
    nb.run(BASE, "c1")
    nb.materialize()
    nb.edit("c1", "from asset_magic import asset")
    assert nb.statuses() == {}


def test_cell_that_defines_fewer(nb):
    """A cell that defines one of two assets now retires the other."""
    other = "\n@asset\ndef other():\n    return 1\n"
    nb.run(BASE + other, "c1")
    assert set(nb.statuses()) == {"base", "other"}
    nb.edit("c1", BASE)
    assert set(nb.statuses()) == {"base"}


def test_check_in_a_notebook(nb):
    """``@asset_check`` in a cell is evaluated with its asset, and retired with its cell's text."""
    nb.run(BASE, "c1")
    nb.run("from asset_magic import asset_check\n@asset_check(asset=base)\ndef big(base):\n    return base > 10", "c2")
    assert nb.materialize().ok
    assert nb.checks("base") == {"big": True}
    nb.edit("c2", "pass")
    assert nb.checks("base") == {}


def test_blocking_check_in_a_notebook(nb):
    """A failed blocking check of a definition is an error of ``%materialize``, and skips what is below."""
    nb.run(BASE, "c1")
    nb.run(
        "from asset_magic import asset_check\n"
        "@asset_check(asset=base, blocking=True)\ndef small(base):\n    return base < 10",
        "c2",
    )
    nb.run("@asset\ndef below(base):\n    return base", "c3")
    ran = nb.materialize()
    assert not ran.ok
    assert "small" in ran.message
    assert nb.statuses() == {"base": "fresh", "below": "missing"}


def test_multi_asset_in_a_notebook(nb):
    """``@multi_asset`` in a cell registers all its assets; asset cells read them."""
    nb.run(
        """
        from asset_magic import AssetOut, Output, multi_asset

        @multi_asset(outs={"low": AssetOut(), "high": AssetOut(group_name="top")})
        def split():
            yield Output(1, output_name="low")
            yield Output(3, output_name="high", metadata={"rows": 1})
        """
    )
    assert set(nb.statuses()) == {"low", "high"}
    ran = nb.asset("both", "low + high")
    assert ran.ok, ran.text
    assert nb.value("both") == 4
    assert [str(key) for key in nb.assets.select("group:top")] == ["high"]


def test_source_in_a_notebook(nb):
    """``SourceAsset`` in a cell is an external asset that counts as fresh and is never run."""
    nb.run("from asset_magic import SourceAsset, asset\nraw = SourceAsset(key='raw')", "c1")
    nb.run("@asset(deps=[raw])\ndef clean():\n    return 1", "c2")
    assert nb.materialize().ok
    assert nb.statuses() == {"raw": "fresh", "clean": "fresh"}
    assert [str(key) for key in nb.assets.select("is:external")] == ["raw"]


def test_async_definition_in_a_notebook(nb):
    """``async def`` definitions run by ``%materialize`` and for cells below them."""
    nb.run(
        """
        import asyncio
        from asset_magic import asset

        @asset
        async def base():
            await asyncio.sleep(0)
            return 1
        """
    )
    ran = nb.asset("double", "base * 2")
    assert ran.ok, ran.text
    assert nb.value("double") == 2
    assert nb.materialize("--force base").ok


def test_definition_error_leaves_the_graph(nb):
    """A cell whose definition is bad is a short error, and the good assets stay."""
    nb.run(BASE, "c1")
    nb.materialize()
    before = snapshot(nb)
    ran = nb.edit("c1", BASE.replace("def base()", "def base(*rows)"))
    assert "rows" in ran.message
    assert snapshot(nb)["statuses"] == before["statuses"]


def test_cycle_of_definitions(nb):
    """A definition that would close a circle is refused with the path, and the graph stays."""
    nb.run("from asset_magic import asset\n@asset\ndef one():\n    return 1", "c1")
    nb.run("@asset\ndef two(one):\n    return one", "c2")
    ran = nb.edit("c1", "@asset\ndef one(two):\n    return two")
    assert not ran.ok
    assert "one -> two -> one" in ran.message or "two -> one -> two" in ran.message
    assert nb.edges() == {("one", "two")}


def test_imported_definitions_are_not_registered(nb, folder):
    """Definitions that a module holds are not in the notebook's graph by being imported."""
    (folder / "definitions.py").write_text("from asset_magic import asset\n@asset\ndef base():\n    return 1\n")
    ran = nb.run("from definitions import base")
    assert ran.ok, ran.text
    assert nb.statuses() == {}


# materialize([...]) beside the notebook's graph


@pytest.fixture
def mixed(nb):
    """An asset cell, and two definitions, all fresh."""
    nb.asset("cell", "1")
    nb.run(BASE, "c1")
    nb.run("@asset\ndef double(base):\n    return base * 2", "c2")
    assert nb.materialize().ok
    return nb


@pytest.mark.parametrize(
    "call",
    [
        "result = materialize([base, double])",
        "result = materialize([base, double], selection='base')",
        "result = materialize([base, double], raise_on_error=False, tags={'a': 'b'})",
    ],
)
def test_materialize_touches_nothing(mixed, call):
    """``materialize([...])`` leaves the notebook's graph, statuses, values and histories as they were."""
    before = snapshot(mixed)
    ran = mixed.run(f"from asset_magic import materialize\n{call}\nresult.success, result.output_for_node('base')")
    assert ran.ok, ran.text
    assert ran.result == (True, 20)
    assert snapshot(mixed) == before
    assert mixed.count("base") == 2


def test_materialize_does_not_read_the_notebook_s_values(mixed):
    """It computes everything anew, from the given definitions alone."""
    ran = mixed.run("from asset_magic import materialize\nmaterialize([double])")
    assert "base" in ran.message
    assert mixed.statuses() == dict.fromkeys(["cell", "base", "double"], "fresh")


def test_materialize_with_a_failure_touches_nothing(mixed):
    """A failure in it is no failure of the notebook's asset."""
    mixed.run("flag = False", "flag")
    mixed.run("@asset\ndef risky():\n    if flag:\n        raise LookupError('gone')\n    return 1", "c3")
    mixed.materialize()
    mixed.edit("flag", "flag = True")
    before = snapshot(mixed)
    ran = mixed.run("from asset_magic import materialize\nmaterialize([risky])")
    assert isinstance(ran.error, LookupError)
    assert snapshot(mixed) == before


def test_materialize_in_a_loop(mixed):
    """It may be called in a loop, as for a what-if."""
    ran = mixed.run(
        """
        from asset_magic import materialize
        [materialize([base, double]).output_for_node("double") for _ in range(3)]
        """
    )
    assert ran.result == [40, 40, 40]


def test_materialize_of_definitions_made_inside_a_function(mixed):
    """Definitions that a function makes are run by it; what was in the notebook before is as it was."""
    before = snapshot(mixed)
    ran = mixed.run(
        """
        from asset_magic import asset, materialize

        def what_if(start):
            @asset(name="start")
            def first():
                return start

            @asset
            def second(start):
                return start + 1

            return materialize([first, second]).output_for_node("second")

        [what_if(n) for n in (1, 2)]
        """
    )
    assert ran.ok, ran.text
    assert ran.result == [2, 3]
    assert mixed.statuses().items() >= before["statuses"].items()
    assert "fresh" not in {mixed.status(key) for key in set(mixed.statuses()) - set(before["statuses"])}


def test_materialize_shows_what_the_functions_print(mixed):
    """What the functions print is shown."""
    mixed.run("@asset\ndef talking():\n    print('hello')", "c3")
    ran = mixed.run("from asset_magic import materialize\nresult = materialize([talking])")
    assert ran.stdout == "hello\n"
