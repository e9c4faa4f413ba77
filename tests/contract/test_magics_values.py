"""Section 2: what a cell's value is, where its names live, and how they are bound in the notebook."""

from __future__ import annotations

import pytest

# the value


def test_value_is_what_is_bound_to_the_asset_s_own_name(nb):
    """The value of a cell: what it binds to the asset's own name."""
    nb.asset("a", "a = [1]\nlen(a)")
    assert nb.value("a") == [1]


def test_value_is_the_last_expression(nb):
    """... else its last expression."""
    nb.asset("a", "x = 3\nx + 1")
    assert nb.value("a") == 4


def test_value_is_none(nb):
    """... else None (an asset that only has an effect)."""
    assert nb.asset("a", "x = 3").ok
    assert nb.value("a") is None
    assert nb.status("a") == "fresh"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("for a in [1, 2, 3]:\n    pass", id="for"),
        pytest.param("import io\nwith io.StringIO('3') as f:\n    a = int(f.read())", id="with"),
        pytest.param("a = 1\na += 2", id="augmented"),
        pytest.param("x, a = 1, 3", id="unpacking"),
        pytest.param("def a():\n    return 3\na = a()", id="bound twice"),
        pytest.param("if True:\n    a = 3\nelse:\n    a = 4", id="branch"),
    ],
)
def test_ways_to_bind_the_own_name(nb, body):
    """The value of a cell: what it binds to the asset's own name, by any statement."""
    assert nb.asset("a", body).ok
    assert nb.value("a") == 3


def test_semicolon_after_the_last_expression(nb):
    """A semicolon hides an output; it does not take the value away."""
    nb.asset("a", "1 + 2;")
    assert nb.value("a") == 3


def texts(ran):
    return [data["text/plain"] for data in ran.displays]


@pytest.mark.parametrize("last", ["len(a);", "len(a) ; # é", "a"])
def test_what_a_cell_ends_with_beside_its_value_is_not_shown(nb, last):
    """A semicolon hides it, as in IPython, and the value itself is shown once."""
    shown = [text for text in texts(nb.asset("a", f"a = [5]\n{last}")) if not text.startswith("a = ")]
    assert shown == []


def test_what_a_cell_ends_with_beside_its_value_is_shown(nb):
    """The last expression of a cell is shown, as in any cell."""
    assert "1" in texts(nb.asset("a", "a = [5]\nlen(a)  # ;"))


def test_last_expression_may_be_an_output(nb):
    """The last expression may be an `Output`, as in Dagster."""
    nb.asset("a", "from asset_magic import Output\nOutput([1, 2], metadata={'rows': 2})")
    assert nb.value("a") == nb.here("a") == [1, 2]
    rows = nb.assets["a"].history[0].metadata["rows"]
    assert getattr(rows, "value", rows) == 2


def test_last_expression_may_be_a_materialize_result(nb):
    """... or a `MaterializeResult`."""
    nb.asset("a", "from asset_magic import MaterializeResult\nMaterializeResult(metadata={'rows': 2})")
    assert nb.value("a") is None
    rows = nb.assets["a"].history[0].metadata["rows"]
    assert getattr(rows, "value", rows) == 2


@pytest.mark.parametrize("last", ["Output(a, metadata={'rows': 2})", "MaterializeResult(metadata={'rows': 2})"])
def test_body_may_bind_the_name_and_then_say_more_of_it(nb, last):
    """A body that binds the asset's name and ends in an `Output` or a `MaterializeResult` records both."""
    ran = nb.asset("a", f"from asset_magic import MaterializeResult, Output\na = [1, 2]\n{last}")
    assert nb.value("a") == nb.here("a") == [1, 2]
    rows = nb.assets["a"].history[0].metadata["rows"]
    assert getattr(rows, "value", rows) == 2
    assert "Output(" not in ran.text
    assert "MaterializeResult(" not in ran.text


def test_outputs_of_a_body_that_binds_all_names(nb):
    """... and so does a `%%multi_asset` that ends in one for each."""
    nb.run(
        """
        %%multi_asset x y
        from asset_magic import Output
        x, y = 1, 2
        Output(x, metadata={"n": 1}), Output(y, metadata={"n": 2})
        """
    )
    assert (nb.value("x"), nb.value("y")) == (1, 2)
    facts = [nb.assets[name].history[0].metadata["n"] for name in ("x", "y")]
    assert [getattr(fact, "value", fact) for fact in facts] == [1, 2]


def test_data_version_of_an_output_stands_for_its_value(nb):
    """The data version of an `Output` replaces the value's fingerprint."""
    nb.run("k = 1", "k")
    nb.asset("a", "from asset_magic import DataVersion, Output\nOutput(k, data_version=DataVersion('x'))")
    nb.asset("b", "a + 1")
    nb.edit("k", "k = 2")
    nb.materialize("a")
    assert nb.count("a") == 2
    assert nb.status("b") == "fresh"


# the namespace of a body


def test_scratch_names_stay_inside(nb):
    """What a body assigns stays inside, except the asset's value."""
    nb.asset("a", "df = 1\nfor i in range(3):\n    pass\nimport math\ndef f(): ...\ndf")
    assert not any(nb.bound(name) for name in ("df", "i", "math", "f", "asset_probe"))
    assert nb.here("a") == 1


def test_scratch_names_never_conflict(nb):
    """Scratch names (`i`, `df`, `ax`) never conflict between cells."""
    nb.run("df = 'mine'", "df")
    nb.asset("a", "df = 1\ndf")
    nb.asset("b", "df = 2\ndf + a")
    nb.rerun("a")
    assert nb.here("df") == "mine"
    assert (nb.value("a"), nb.value("b")) == (1, 3)
    assert nb.edges() == {("a", "b")}


def test_name_that_the_body_binds_is_its_own_from_there_on(nb):
    """A name that it binds itself is its own from there on."""
    nb.run("rate = 2", "rate")
    nb.asset("a", "x = rate\nrate = 10\nx + rate")
    assert nb.value("a") == 12
    assert nb.here("rate") == 2


def test_functions_and_classes_see_the_names_of_their_body(nb):
    """A body runs as the top of a module does: its functions, classes and comprehensions see its names."""
    nb.asset(
        "a",
        """
        k = 2
        def power(n):
            return 1 if n == 0 else k * power(n - 1)
        class C:
            size = k
        sum(power(i) for i in range(k)) + C.size
        """,
    )
    assert nb.value("a") == 5


def test_body_does_not_see_what_it_does_not_name(nb):
    """It sees its inputs and those notebook globals that it names: `eval` says how to declare others."""
    nb.run("x = 5", "x")
    ran = nb.asset("a", "eval('x')")
    assert isinstance(ran.error, NameError)
    assert "uses=" in ran.text


def test_uses_names_what_is_only_met_in_strings(nb):
    """`uses=` names what is only met in strings."""
    nb.run("x = 5", "x")
    nb.asset("a", "eval('x') + 1", "uses=x")
    assert nb.value("a") == 6
    nb.edit("x", "x = 7")
    assert nb.causes("a") == ["x 5 -> 7"]


def test_uses_in_a_query(nb):
    """`uses=` names what is only met in strings (`df.query("a < @limit")`)."""
    nb.run("import pandas as pd\nlimit = 2", "setup")
    nb.asset("a", "df = pd.DataFrame({'x': [1, 2, 3]})\nlen(df.query('x < @limit'))", "uses=limit")
    assert nb.value("a") == 1


def test_uses_may_name_an_asset(nb):
    """`uses=` names what is only met in strings: an asset named there is a dependency."""
    nb.asset("a", "1")
    nb.asset("b", "eval('a') + 1", "uses=a")
    assert nb.value("b") == 2
    assert nb.edges() == {("a", "b")}


def test_hint_for_a_name_that_an_asset_cell_kept_to_itself(nb):
    """A plain cell that looks for a name which an asset cell kept to itself gets a hint."""
    nb.asset("orders", "scratch_frame = 1\nscratch_frame")
    ran = nb.run("scratch_frame + 1")
    assert isinstance(ran.error, NameError)
    assert "orders" in ran.text


def test_no_hint_for_a_name_that_is_nowhere(nb):
    """... and a name that is nowhere is an ordinary NameError."""
    nb.asset("orders", "1")
    ran = nb.run("nowhere + 1")
    assert isinstance(ran.error, NameError)
    assert "orders" not in ran.text


# binding


def test_value_is_bound_under_the_last_part_of_the_key(nb):
    """The value is bound in the notebook under the last part of the key."""
    nb.asset("orders", "[1]", "key_prefix=ingestion")
    assert nb.here("orders") == [1]
    assert nb.value("ingestion/orders") == [1]
    assert "orders" not in nb.statuses()


def test_key_may_be_written_with_its_prefix(nb):
    """A key is identifiers joined by `/`."""
    nb.asset("raw/ingestion/orders", "[1]")
    assert nb.here("orders") == [1]
    assert nb.statuses() == {"raw/ingestion/orders": "fresh"}


def test_body_reads_an_asset_under_its_variable(nb):
    """Names of assets that the body reads are dependencies; the name is the variable's."""
    nb.asset("orders", "[1]", "key_prefix=ingestion")
    nb.asset("n", "len(orders)")
    assert nb.edges() == {("ingestion/orders", "n")}
    assert nb.value("n") == 1


def test_bind_names_the_variable(nb):
    """`bind=` names the variable: two keys with one last part need it."""
    nb.asset("raw/orders", "[1]")
    nb.asset("clean/orders", "[*orders, 2]", "bind=clean_orders", id="clean")
    nb.asset("n", "len(clean_orders)")
    assert nb.here("orders") == [1]
    assert nb.here("clean_orders") == [1, 2]
    assert nb.value("n") == 2
    assert nb.edges() == {("raw/orders", "clean/orders"), ("clean/orders", "n")}


def test_out_and_underscore_are_untouched(nb):
    """An asset cell adds nothing to `Out` and `_`."""
    nb.run("40 + 2")
    ran = nb.asset("a", "7")
    assert nb.here("_") == 42
    assert ran.number not in nb.here("Out")
    assert ran.result is None


# the life of an asset and its cell


def test_running_a_cell_again_replaces_its_asset(nb):
    """Re-running a cell replaces its asset."""
    nb.asset("a", "1")
    nb.asset("a", "2")
    assert nb.statuses() == {"a": "fresh"}
    assert nb.here("a") == 2


def test_cell_that_registers_another_name_now(nb):
    """A cell that now registers another name retires its old one and unbinds its variable."""
    nb.asset("a", "1")
    nb.run("%%asset b\n2", "a")
    assert nb.statuses() == {"b": "fresh"}
    assert not nb.bound("a")


def test_cell_that_is_a_plain_cell_now(nb):
    """A cell that is a plain cell now retires its old asset and unbinds its variable."""
    nb.asset("a", "1")
    nb.run("z = 2", "a")
    assert nb.statuses() == {}
    assert not nb.bound("a")
    assert nb.here("z") == 2


def test_cell_that_binds_its_old_asset_as_a_plain_variable_now(nb):
    """A cell that is a plain cell now retires its old asset; what it binds itself stays."""
    nb.asset("a", "1")
    nb.run("a = 5", "a")
    assert "a" not in nb.assets
    assert nb.here("a") == 5
    nb.asset("b", "a + 1")
    assert nb.value("b") == 6
    assert nb.edges() == set()


def test_cell_that_binds_the_value_of_its_old_asset_now(nb):
    """... also where it happens to bind an equal value."""
    nb.asset("a", "1")
    nb.run("a = 1", "a")
    assert "a" not in nb.assets
    assert nb.here("a") == 1


def test_cell_renamed_and_renamed_back(nb):
    """A cell that registers its first name again retires the name that it had in between."""
    nb.asset("a", "1")
    cell = nb.cells["a"]
    nb.run("%%asset b\n2", "a")
    nb.run(cell, "a")
    assert nb.statuses() == {"a": "fresh"}
    assert nb.bound("a")
    assert not nb.bound("b")


def test_cell_that_makes_fewer_assets_now(nb):
    """A multi-asset cell that makes one name less retires that one."""
    nb.run("%%multi_asset x y\nx, y = 1, 2", "cell")
    nb.run("%%asset x\n1", "cell")
    assert nb.statuses() == {"x": "fresh"}
    assert not nb.bound("y")


def test_same_name_from_another_cell(nb):
    """The same name from another cell: the last wins, with a warning naming both."""
    first = nb.asset("a", "1", id="cell-one")
    second = nb.asset("a", "2", id="cell-two")
    assert nb.value("a") == 2
    assert f"In[{first.number}]" in second.text or first.id in second.text
    assert f"In[{second.number}]" in second.text or second.id in second.text


def test_same_name_from_a_cell_without_id(nb):
    """... (only where both ids are known)."""
    nb.run("%%asset a\n1", None)
    ran = nb.run("%%asset a\n2", None)
    assert "In[" not in ran.text + ran.stderr
    assert nb.value("a") == 2


def test_cell_that_lost_its_name_does_not_retire_it(nb):
    """An asset belongs to the last cell that registered it, so changing an earlier one does not retire it."""
    nb.asset("a", "1", id="first")
    nb.asset("a", "2", id="second")
    nb.run("z = 1", "first")
    assert nb.statuses() == {"a": "fresh"}
    assert nb.here("a") == 2


def test_forget(nb):
    """`%forget orders` removes an asset from the graph."""
    nb.asset("a", "1")
    nb.asset("b", "a + 1")
    assert nb.run("%forget b").ok
    assert nb.statuses() == {"a": "fresh"}
    assert nb.edges() == set()


def test_forget_an_upstream(nb):
    """`%forget` leaves no ghost edges: what read the asset says that it is gone."""
    nb.asset("a", "1")
    nb.asset("b", "a + 1")
    nb.run("%forget a")
    assert "a" not in nb.assets
    assert ("a", "b") not in nb.edges()
    assert nb.status("b") == "stale"


def test_del_in_the_registry(nb):
    """`del assets["b"]` does what the magic does."""
    nb.asset("b", "1")
    nb.run("from asset_magic import assets\ndel assets['b']")
    assert nb.statuses() == {}


def test_decorated_function_in_a_notebook(nb):
    """`@asset def x` in a notebook registers x and binds the definition, as in Dagster."""
    nb.asset("a", "1")
    assert nb.run("from asset_magic import asset\n@asset\ndef x(a):\n    return a + 1", "x").ok
    assert nb.status("x") == "missing"
    assert nb.here("x")(10) == 11
    assert nb.edges() == {("a", "x")}
    assert nb.materialize().ok
    assert nb.value("x") == 2
    assert callable(nb.here("x"))


def test_a_result_bound_to_another_name_is_said_to_be_missing(nb):
    """The commonest slip: the cell of `totals` ends with `total = ...`, so `totals` is None, and the card says why."""
    ran = nb.run("%%asset totals\ntotal = sum([1, 2])", "c1")
    assert "it is None: its cell ends by binding total, not totals" in ran.text
    ran = nb.edit("c1", "%%asset totals\ntotals = sum([1, 2])")
    assert "None" not in ran.text
    nb.run("%%asset effect\nprint('written')", "c2")
    assert nb.flags("effect") == ""


def test_a_value_shows_itself_in_every_kind_it_offers_but_as_a_widget(nb):
    nb.run(
        "class Graph:\n"
        "    def _repr_mimebundle_(self, **_):\n"
        "        return {'text/plain': 'a graph', 'application/json': {'nodes': 2}}\n"
        "class Slider:\n"
        "    def _repr_mimebundle_(self, **_):\n"
        "        view = {'model_id': 'a1b2'}\n"
        "        return {'text/plain': 'a slider', 'application/vnd.jupyter.widget-view+json': view}"
    )
    card, shown = nb.run("%%asset graph\nGraph()").displays
    assert shown == {"text/plain": "a graph", "application/json": {"nodes": 2}}
    (card,) = nb.run("%%asset slider\nSlider()").displays
    assert card["text/plain"] == "slider = a slider"
