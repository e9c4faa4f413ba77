"""Section 2: running cells, `%materialize`, selections, arguments, multi-assets, sources, and the magics that show."""

from __future__ import annotations

import re

import pytest

# defer and force


def test_defer_registers_and_does_not_run(nb):
    """`defer`: register, do not run."""
    ran = nb.asset("a", "1", "defer")
    assert ran.ok
    assert nb.status("a") == "missing"
    assert nb.causes("a")
    assert nb.count("a") == 0
    assert not nb.bound("a")


def test_defer_is_no_part_of_the_definition(nb):
    """A cell whose `defer` is taken away is the same asset."""
    nb.asset("a", "1")
    nb.asset("a", "1", "--defer")
    assert nb.status("a") == "fresh"


def test_force_runs_even_when_fresh(nb):
    """`force`: run even when fresh, when this cell itself is run; no part of the definition."""
    nb.asset("a", "[1]")
    nb.asset("a", "[1]", "force")
    assert nb.count("a") == 2
    assert nb.status("a") == "fresh"


def test_force_counts_only_when_the_cell_itself_is_run(nb):
    """... when this cell itself is run: not when something downstream is, nor in `%materialize`."""
    nb.asset("a", "[1]", "force")
    nb.asset("b", "a + [2]")
    nb.materialize()
    assert nb.count("a") == 1


# %materialize


@pytest.fixture
def chain(nb):
    """a -> b -> c from the plain variable k, and z apart, all fresh."""
    nb.run("k = 1", "k")
    nb.asset("a", "k", "group=raw")
    nb.asset("b", "a + 1")
    nb.asset("c", "b + 1")
    nb.asset("z", "k * 100")
    return nb


def counts(nb):
    return {name: nb.count(name) for name in "abcz"}


def test_materialize_everything(chain):
    """`%materialize`: everything that is not fresh."""
    chain.edit("k", "k = 2")
    assert chain.materialize().ok
    assert set(chain.statuses().values()) == {"fresh"}
    assert {name: chain.here(name) for name in "abcz"} == {"a": 2, "b": 3, "c": 4, "z": 200}


def test_materialize_when_all_is_fresh(chain):
    """`%materialize`: what is fresh does not run."""
    assert chain.materialize().ok
    assert counts(chain) == {"a": 1, "b": 1, "c": 1, "z": 1}


def test_materialize_a_selection_and_its_stale_upstream(chain):
    """`%materialize [SELECTION]` brings the selection and its stale upstream up to date."""
    chain.edit("k", "k = 2")
    assert chain.materialize("b").ok
    assert chain.statuses() == {"a": "fresh", "b": "fresh", "c": "stale", "z": "stale"}


def test_materialize_only(chain):
    """`--only` runs exactly the selection."""
    chain.asset("b", "a + 10", "defer")
    chain.edit("k", "k = 2")
    chain.materialize("b --only")
    assert counts(chain) == {"a": 1, "b": 2, "c": 1, "z": 1}
    assert chain.value("b") == 11
    assert chain.status("a") == "stale"
    assert chain.status("b") == "stale"


def test_materialize_force(chain):
    """`--force` runs the selection even when fresh (not its upstream)."""
    assert chain.materialize("b --force").ok
    assert counts(chain) == {"a": 1, "b": 2, "c": 1, "z": 1}
    assert set(chain.statuses().values()) == {"fresh"}


def test_materialize_dry_run(chain):
    """`--dry-run` shows the plan."""
    chain.edit("k", "k = 2")
    ran = chain.materialize("b --dry-run")
    assert ran.ok
    assert counts(chain) == {"a": 1, "b": 1, "c": 1, "z": 1}
    assert set(chain.statuses().values()) == {"stale"}
    assert re.search(r"\ba\b.*\bb\b", ran.text, re.S)
    assert not re.search(r"\bz\b", ran.text)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("b", "b"),
        ("+b", "ab"),
        ("b+", "bc"),
        ("+b+", "abc"),
        ("group:raw", "a"),
        ("not group:raw", "bcz"),
        ("+c and not b", "ac"),
        ("a+1", "ab"),
        ("(a or z)", "az"),
        ("*", "abcz"),
    ],
)
def test_selections(chain, selection, expected):
    """`assets.select` gives keys in topological order; `+orders` is all of its upstream."""
    selected = [str(key) for key in chain.assets.select(selection)]
    assert sorted(selected) == list(expected)
    in_order = [key for key in selected if key != "z"]
    assert in_order == sorted(in_order)


def test_materialize_takes_a_selection(chain):
    """`%materialize +orders and group:ingestion`."""
    chain.materialize("+c and group:raw --force")
    assert counts(chain) == {"a": 2, "b": 1, "c": 1, "z": 1}


def test_materialize_from_python(chain):
    """`assets.materialize(selection=..., force=False, only=False)` works as `%materialize`."""
    chain.run("from asset_magic import assets\nassets.materialize(selection='b', force=True)")
    assert counts(chain) == {"a": 1, "b": 2, "c": 1, "z": 1}


# arguments


@pytest.mark.parametrize("options", ["deps=a,b", "deps=[a, b]", 'deps="a, b"', "deps=['a', 'b']"])
def test_lists(nb, options):
    """Lists as `deps=a,b` or `deps=[a, b]` or `deps="a, b"`."""
    nb.asset("a", "1")
    nb.asset("b", "1")
    assert nb.asset("c", "1", options).ok
    assert nb.edges() == {("a", "c"), ("b", "c")}


def test_descriptions(nb):
    """`group`, `description`, `tags`, `kinds`, `owners`: what is said of an asset can be selected and shown."""
    nb.asset("a", "1", 'group=ingestion description="Orders as delivered" tags=tier=gold kinds=pandas owners=team:data')
    for selection in ("group:ingestion", "tag:tier=gold", "kind:pandas", 'owner:"team:data"'):
        assert [str(key) for key in nb.assets.select(selection)] == ["a"]
    assert "Orders as delivered" in nb.run("%asset a").text


def test_help(nb):
    """`%%asset?` documents itself."""
    doc = nb.shell.find_magic("asset", "cell").__doc__
    options = "deps uses bind key_prefix group description tags kinds owners metadata code_version defer force"
    assert [option for option in options.split() if option not in doc] == []


@pytest.mark.parametrize(
    ("line", "completion"),
    [
        ("%materialize ord", "orders"),
        ("%%asset b gro", "group"),
        ("%%asset b deps=ord", "orders"),
        ("%forget o", "orders"),
        ("%%asset b group=in", "ingestion"),
        ("%%asset b kinds=csv,pan", "pandas"),
        ("%%asset b tags=ti", "tier=gold"),
        ("%%asset b owners=te", "team:data"),
        ("%%asset b backoff=exp", "exponential"),
        ("%%asset_check orders severity=", "warn"),
    ],
)
def test_completion(nb, line, completion):
    """Tab completes argument names, their known values, asset names and selections."""
    nb.asset("orders", "1", "group=ingestion kinds=pandas tags=tier=gold owners=team:data")
    _, matches = nb.shell.complete(None, line, len(line))
    assert any(completion in match for match in matches)


# the magics that show


def test_assets_table(chain):
    """`%assets`: the table: status, why, checks."""
    chain.check("b", "b > 0", name="positive")
    chain.edit("k", "k = 2")
    text = chain.run("%assets").text
    for word in ("a", "b", "c", "z", "stale", "k 1 -> 2"):
        assert word in text


def test_asset_detail(chain):
    """`%asset orders`: one asset in detail: code, deps, causes, checks."""
    chain.check("b", "b > 0", name="positive")
    chain.edit("k", "k = 2")
    text = chain.run("%asset b").text
    for word in ("a + 1", "upstream a is stale", "positive"):
        assert word in text


def test_stale_magic(chain):
    """`%stale`: what is stale and the cause of each."""
    chain.edit("k", "k = 2")
    text = chain.run("%stale").text
    assert "k 1 -> 2" in text
    assert "upstream a is stale" in text


def test_stale_magic_leaves_out_what_is_fresh(nb):
    """`%stale`: what is stale, and nothing else."""
    nb.run("k = 1", "k")
    nb.asset("orders", "k")
    nb.asset("customers", "1")
    nb.edit("k", "k = 2")
    text = nb.run("%stale").text
    assert "orders" in text
    assert "customers" not in text


def test_lineage(chain):
    """`%lineage orders+`: the graph, as a picture and as text."""
    ran = chain.run("%lineage b+")
    assert ran.ok
    assert re.search(r"\bb\b", ran.text)
    assert re.search(r"\bc\b", ran.text)
    assert not re.search(r"\bz\b", ran.text)


def test_page_is_equal_for_equal_runs(factory):
    """What asset_magic adds to the notebook is equal for every top-to-bottom run."""
    pages = []
    for _ in range(2):
        nb = factory()
        ran = [
            nb.asset("a", "[1]"),
            nb.asset("b", "len(a)"),
            nb.check("b", "b > 0"),
            nb.run("%lineage"),
            nb.materialize(),
        ]
        pages.append([(each.stdout, each.stderr, each.displays) for each in ran])
    assert pages[0] == pages[1]
    assert any(displays for _, _, displays in pages[0])


# %%multi_asset


def test_multi_asset(nb):
    """`%%multi_asset train test deps=orders`: several assets that one cell makes."""
    nb.asset("orders", "[1, 2, 3, 4]")
    source = "%%multi_asset train test deps=orders\ntrain, test = orders[:3], orders[3:]"
    assert nb.run(source, "split").ok
    assert nb.here("train") == nb.value("train") == [1, 2, 3]
    assert nb.here("test") == nb.value("test") == [4]
    assert nb.edges() == {("orders", "train"), ("orders", "test")}
    assert nb.statuses() == {"orders": "fresh", "train": "fresh", "test": "fresh"}


def test_multi_asset_runs_once_for_all(nb):
    """A cell is the unit of running, an asset the unit of staleness."""
    nb.run("k = 3", "k")
    nb.run("%%multi_asset x y\nimport asset_probe; asset_probe.ran('xy')\nx, y = k, 1", "xy")
    nb.asset("below_x", "x + 1")
    nb.asset("below_y", "y + 1")
    nb.edit("k", "k = 4")
    assert nb.materialize().ok
    assert nb.count("xy") == 2
    assert (nb.count("below_x"), nb.count("below_y")) == (2, 1)
    assert set(nb.statuses().values()) == {"fresh"}


def test_multi_asset_cell_run_again(nb):
    """Unchanged cell run again -> reused, nothing runs."""
    nb.run("%%multi_asset x y\nimport asset_probe; asset_probe.ran('xy')\nx, y = 1, 2", "xy")
    nb.rerun("xy")
    assert nb.count("xy") == 1


def test_multi_asset_that_does_not_bind_a_name(nb):
    """A multi-asset cell that does not give one of its assets is an error naming it."""
    ran = nb.run("%%multi_asset train test\ntrain = 1", "split")
    assert not ran.ok
    assert "test" in ran.message
    assert nb.status("test") == "missing"


# %%source_asset


def test_source_cell_with_a_data_version(nb):
    """The cell form of `%%source_asset` runs a body that gives a `DataVersion`."""
    nb.run("v = '1'", "v")
    nb.run("%%source_asset feed\nfrom asset_magic import DataVersion\nDataVersion(v)", "feed")
    nb.asset("b", "3", "deps=feed")
    assert nb.status("b") == "fresh"
    nb.edit("v", "v = '2'")
    nb.rerun("feed")
    assert nb.status("b") == "stale"
    assert "source" in nb.all_categories("b")


def test_source_cell_with_a_value(nb):
    """... or a value."""
    nb.run("%%source_asset feed\n[1, 2]", "feed")
    nb.asset("b", "len(feed)")
    assert nb.value("b") == 2
    assert nb.edges() == {("feed", "b")}
