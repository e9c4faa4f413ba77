"""Dagster's definitions in the cells of a notebook: the live graph follows what they say."""

import pytest


@pytest.fixture
def book(nb):
    assert nb.run("from asset_magic import *").ok
    return nb


def define(nb, text, id="definitions"):
    done = nb.run(text, id)
    assert done.ok, done.text
    return done


def test_ins_rename_in_the_live_graph(book):
    book.asset("orders", "[1, 2]")
    define(book, "@asset(ins={'rows': AssetIn('orders')})\ndef total(rows):\n    return sum(rows)")
    assert book.edges() == {("orders", "total")}
    assert book.materialize().ok
    assert book.value("total") == 3
    book.asset("orders", "[1, 2, 3]")
    assert "upstream orders has a new value" in book.causes("total")


def test_a_prefixed_upstream_is_found_by_asset_in(book):
    book.asset("customers", "['ann']", "key_prefix=shop")
    define(
        book, "@asset(ins={'customers': AssetIn(key_prefix='shop')})\ndef count(customers):\n    return len(customers)"
    )
    assert book.materialize().ok
    assert book.value("count") == 1


SPLIT = """
@multi_asset(outs={'low': AssetOut(is_required=False), 'high': AssetOut(is_required=False)}, can_subset=True)
def split(context, orders):
    for name in sorted(context.selected_output_names):
        import asset_probe; asset_probe.ran(name)
        yield Output({'low': min, 'high': max}[name](orders), name)
"""


def test_a_part_of_a_multi_asset_alone(book):
    book.asset("orders", "[1, 2]")
    define(book, SPLIT)
    assert book.materialize("low").ok
    assert (book.count("low"), book.count("high")) == (1, 0)
    assert book.statuses() == {"orders": "fresh", "low": "fresh", "high": "missing"}
    assert book.materialize().ok
    assert (book.count("low"), book.count("high")) == (1, 1)


def test_a_part_that_is_stale_is_all_that_runs(book):
    book.asset("orders", "[1, 2]")
    define(book, SPLIT)
    define(book, "@asset\ndef doubled(high):\n    return high * 2", "below")
    assert book.materialize("+doubled").ok
    assert (book.count("low"), book.count("high")) == (0, 1)
    assert book.value("doubled") == 4


OPTIONAL = """
@asset(output_required=False)
def found():
    if looked:
        yield Output(looked)

@asset
def below(found):
    import asset_probe; asset_probe.ran('below')
    return found * 2
"""


def test_an_optional_output_that_is_not_given_skips_what_is_below(book):
    book.run("looked = 0", "v")
    define(book, OPTIONAL)
    done = book.materialize()
    assert done.ok, done.text
    assert book.count("below") == 0
    assert book.last_run("below") == "skipped"
    assert book.statuses() == {"found": "missing", "below": "missing"}


def test_an_optional_output_that_is_given_later(book):
    book.run("looked = 0", "v")
    define(book, OPTIONAL)
    book.materialize()
    book.edit("v", "looked = 4")
    assert book.materialize().ok
    assert book.value("below") == 8


def test_an_optional_output_that_is_not_given_again_keeps_the_last_value(book):
    book.run("looked = 4", "v")
    define(book, OPTIONAL)
    book.materialize()
    book.edit("v", "looked = 0")
    book.materialize()
    assert book.value("below") == 8
    assert book.count("below") == 1


def test_a_retry_policy(book):
    define(
        book,
        """
tries = []

@asset(retry_policy=RetryPolicy(max_retries=2))
def flaky(context):
    tries.append(context.retry_number)
    if context.retry_number < 2:
        raise LookupError("not yet")
    return context.retry_number
""",
    )
    assert book.materialize().ok
    assert book.value("flaky") == 2


def test_check_specs(book):
    define(
        book,
        """
@asset(check_specs=[AssetCheckSpec("not_empty", asset="orders"), AssetCheckSpec("short", asset="orders")])
def orders():
    yield Output(rows)
    yield AssetCheckResult(passed=len(rows) > 0, check_name="not_empty")
    yield AssetCheckResult(passed=len(rows) < 3, check_name="short")
""",
    )
    book.run("rows = [1, 2, 3]", "v")
    assert book.materialize().ok
    assert book.checks("orders") == {"not_empty": True, "short": False}
    book.edit("v", "rows = [1]")
    book.materialize()
    assert book.checks("orders") == {"not_empty": True, "short": True}


def test_a_blocking_check_spec(book):
    book.run("rows = []", "v")
    define(
        book,
        """
@asset(check_specs=[AssetCheckSpec("not_empty", asset="orders", blocking=True)])
def orders():
    return MaterializeResult(value=rows, check_results=[AssetCheckResult(passed=len(rows) > 0)])

@asset
def total(orders):
    import asset_probe; asset_probe.ran("total")
    return sum(orders)
""",
    )
    done = book.materialize()
    assert not done.ok
    assert "not_empty" in done.message
    assert book.count("total") == 0
    assert not book.materialize("total").ok
    assert book.count("total") == 0
    book.edit("v", "rows = [1, 2]")
    assert book.materialize().ok
    assert book.value("total") == 3


def test_a_multi_asset_check(book):
    book.asset("orders", "[1, 2]")
    book.asset("customers", "['ann']")
    define(
        book,
        """
@multi_asset_check(specs=[AssetCheckSpec("few", asset="orders"), AssetCheckSpec("known", asset="customers")])
def look(orders, customers):
    import asset_probe; asset_probe.ran("look")
    yield AssetCheckResult(passed=len(orders) < 2, check_name="few", asset_key="orders")
    yield AssetCheckResult(passed="ann" in customers, check_name="known", asset_key="customers")
""",
    )
    assert book.materialize().ok
    assert book.checks("orders") == {"few": False}
    assert book.checks("customers") == {"known": True}
    book.materialize()
    assert book.count("look") == 1


def test_metadata_tags_and_versions_in_the_history(book):
    define(
        book,
        """
@asset(code_version="2")
def orders(context):
    context.add_output_metadata({"from": "context"})
    return Output([1, 2], metadata={"rows": 2}, tags={"quality": "good"}, data_version=DataVersion("7"))
""",
    )
    assert book.materialize().ok
    (record,) = book.assets["orders"].history
    assert dict(record.metadata) == {"rows": 2, "from": "context"}
    assert (record.code_version, record.data_version) == ("2", "7")
    assert dict(record.tags) == {"quality": "good"}


def test_an_equal_data_version_stops_the_staleness(book):
    book.run("day = 1", "v")
    define(
        book,
        """
@asset
def orders():
    return Output([day], data_version=DataVersion("always"))

@asset
def total(orders):
    import asset_probe; asset_probe.ran("total")
    return sum(orders)
""",
    )
    book.materialize()
    book.edit("v", "day = 2")
    book.materialize()
    assert book.count("total") == 1
    assert book.status("total") == "fresh"


def test_a_declared_code_version_replaces_the_code(book):
    text = "@asset(code_version='{}')\ndef orders():\n    import asset_probe; asset_probe.ran('orders')\n    return {}"
    define(book, text.format("1", "[1]"))
    book.materialize()
    book.edit("definitions", text.format("1", "[1, 2]"))
    assert book.status("orders") == "fresh"
    book.edit("definitions", text.format("2", "[1, 2]"))
    assert book.categories("orders") == {"code"}
    book.materialize()
    assert book.value("orders") == [1, 2]


def test_an_observable_source(book):
    book.run("day = 1", "v")
    define(
        book,
        """
@observable_source_asset
def raw():
    return DataVersion(str(day))

@asset(deps=[raw])
def orders():
    import asset_probe; asset_probe.ran("orders")
    return day
""",
    )
    assert book.materialize().ok
    book.materialize()
    assert book.count("orders") == 1
    assert book.status("orders") == "fresh"
    book.edit("v", "day = 2")
    assert book.materialize().ok
    assert book.value("orders") == 2


def test_an_observed_version_makes_stale(book):
    define(
        book,
        """
import pathlib
pathlib.Path("version.txt").write_text("1")

@observable_source_asset
def raw():
    with open("version.txt") as file:
        return ObserveResult(data_version=DataVersion(file.read()), metadata={"rows": 3})

@asset(deps=[raw])
def orders():
    return 1
""",
    )
    book.materialize()
    book.run("pathlib.Path('version.txt').write_text('2')")
    book.run("assets['raw'].observe()")
    assert book.status("orders") == "stale"
    assert book.categories("orders") == {"source"}


DECLARED = """
raw = AssetSpec("raw", group_name="shop")

@asset(deps=[raw])
def orders():
    return 1
"""


def test_a_spec_among_the_deps_declares_an_external_asset(book):
    define(book, DECLARED)
    assert book.edges() == {("raw", "orders")}
    assert book.materialize().ok
    assert book.statuses() == {"raw": "fresh", "orders": "fresh"}
    assert list(book.assets.select("group:shop")) == ["raw"]


def test_a_declared_external_asset_follows_its_cell(book):
    define(book, DECLARED)
    book.rerun("definitions")
    assert book.statuses() == {"raw": "fresh", "orders": "missing"}
    book.edit("definitions", DECLARED.replace("shop", "office"))
    assert list(book.assets.select("group:office")) == ["raw"]
    book.edit("definitions", DECLARED.replace("deps=[raw]", ""))
    assert book.statuses() == {"orders": "missing"}


def test_a_spec_among_the_deps_leaves_the_asset_that_is_there(book):
    book.asset("raw", "[1]")
    define(book, DECLARED)
    assert book.value("raw") == [1]
    assert list(book.assets.select("group:default")) == ["raw", "orders"]


def test_selection_objects(book):
    book.asset("orders", "[1]", "group=shop")
    book.asset("total", "sum(orders)")
    book.asset("other", "1")
    define(book, "chosen = assets.select(AssetSelection.groups('shop').downstream())")
    assert list(book.here("chosen")) == ["orders", "total"]
    assert list(book.assets.select("group:shop+")) == ["orders", "total"]


def test_materialize_some_of_the_live_graph(book):
    book.asset("orders", "[1]", "defer")
    book.asset("other", "1", "defer")
    assert book.run("assets.materialize(AssetSelection.keys('orders'))").ok
    assert book.statuses() == {"orders": "fresh", "other": "missing"}


def test_context_in_a_live_run(book):
    define(
        book,
        """
@asset(deps=["orders"])
def total(context):
    context.log.info("adding")
    return context.asset_key.to_user_string(), sum(context.load_asset_value(AssetKey("orders")))
""",
    )
    book.asset("orders", "[1, 2]")
    assert book.materialize().ok
    assert book.value("total") == ("total", 3)


def test_failure_with_metadata(book):
    define(book, "@asset\ndef orders():\n    raise Failure('no rows', metadata={'rows': 0}, allow_retries=False)")
    done = book.materialize()
    assert not done.ok
    assert "no rows" in done.message
    assert book.last_run("orders") == "failed"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@asset(partitions_def=1)\ndef a():\n    return 1", "partitions_def"),
        ("@asset(owners=['ann'])\ndef a():\n    return 1", "own"),
        ("@asset(group_name='a b')\ndef a():\n    return 1", "group"),
        ("@asset(ins={'b': AssetIn('c')})\ndef a():\n    return 1", "'b'"),
        ("@multi_asset(outs={'a': AssetOut()}, specs=[])\ndef a():\n    return 1", "specs"),
        ("@asset(check_specs=[AssetCheckSpec('fine', asset='b')])\ndef a():\n    return 1", "fine"),
    ],
)
def test_a_refused_definition_leaves_the_graph(book, text, message):
    book.asset("kept", "1")
    done = book.run(text)
    assert not done.ok
    assert message in done.message
    assert book.statuses() == {"kept": "fresh"}
