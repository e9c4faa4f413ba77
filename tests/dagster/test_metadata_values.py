"""Metadata: what a value becomes, and the constructors of `MetadataValue`."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from runs import metadata_of, verdicts

from asset_magic import (
    AssetCheckResult,
    AssetKey,
    MaterializeResult,
    MetadataValue,
    Output,
    TableColumn,
    TableColumnConstraints,
    TableConstraints,
    TableRecord,
    TableSchema,
    asset,
    asset_check,
    materialize,
)


def recorded(value):
    """The metadata entry that ``value`` becomes in a materialization."""

    @asset
    def orders():
        return MaterializeResult(metadata={"fact": value})

    (record,) = materialize([orders]).asset_materializations_for_node("orders")
    return record.metadata["fact"]


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (3, MetadataValue.int(3)),
        (1.5, MetadataValue.float(1.5)),
        (True, MetadataValue.bool(True)),
        ("words", MetadataValue.text("words")),
        (None, MetadataValue.null()),
        ({"a": [1, None]}, MetadataValue.json({"a": [1, None]})),
        ([1, "b"], MetadataValue.json([1, "b"])),
        (Path("data/orders.csv"), MetadataValue.path("data/orders.csv")),
        (AssetKey(["shop", "orders"]), MetadataValue.asset(AssetKey(["shop", "orders"]))),
        (TableSchema([TableColumn("a")]), MetadataValue.table_schema(TableSchema([TableColumn("a")]))),
    ],
)
def test_plain_values_become_metadata_values(given, same):
    entry = recorded(given)
    assert isinstance(entry, MetadataValue)
    assert type(entry) is type(same)
    assert entry == same


@pytest.mark.parametrize(
    "given",
    [
        MetadataValue.md("# Orders"),
        MetadataValue.url("https://example.com"),
        MetadataValue.json({"a": 1}),
        MetadataValue.table([TableRecord({"a": 1})]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_metadata_values_are_recorded_as_they_are(given):
    assert recorded(given) == given


def test_not_a_number_is_a_float():
    assert math.isnan(recorded(float("nan")).value)


def test_an_output_has_its_metadata_as_values_at_once():
    assert Output(1, metadata={"rows": 3}).metadata["rows"] == MetadataValue.int(3)


def test_the_metadata_of_a_check():
    @asset
    def orders():
        return [1, 2]

    @asset_check(asset=orders)
    def counted(orders):
        return AssetCheckResult(passed=True, metadata={"rows": len(orders)})

    result = materialize([orders, counted])
    assert verdicts(result) == {"orders:counted": True}
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.metadata["rows"] == MetadataValue.int(2)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        (MetadataValue.text("words"), "words"),
        (MetadataValue.md("**words**"), "**words**"),
        (MetadataValue.url("https://example.com"), "https://example.com"),
        (MetadataValue.path("data/orders.csv"), "data/orders.csv"),
        (MetadataValue.path(Path("data/orders.csv")), "data/orders.csv"),
        (MetadataValue.notebook("orders.ipynb"), "orders.ipynb"),
        (MetadataValue.json({"a": [1]}), {"a": [1]}),
        (MetadataValue.int(3), 3),
        (MetadataValue.float(1.5), 1.5),
        (MetadataValue.bool(False), False),
        (MetadataValue.null(), None),
        (MetadataValue.timestamp(5.0), 5.0),
        (MetadataValue.timestamp(datetime(2024, 1, 1, tzinfo=UTC)), 1704067200.0),
        (MetadataValue.asset(AssetKey("orders")), AssetKey("orders")),
        (MetadataValue.table_schema(TableSchema([TableColumn("a")])), TableSchema([TableColumn("a")])),
    ],
)
def test_the_plain_value_behind_it(entry, value):
    assert entry.value == value
    assert isinstance(entry, MetadataValue)


@pytest.mark.parametrize(
    ("entry", "name", "value"),
    [
        (MetadataValue.text("words"), "text", "words"),
        (MetadataValue.md("**words**"), "md_str", "**words**"),
        (MetadataValue.url("https://example.com"), "url", "https://example.com"),
        (MetadataValue.path("data/orders.csv"), "path", "data/orders.csv"),
        (MetadataValue.json({"a": 1}), "data", {"a": 1}),
        (MetadataValue.table([TableRecord({"a": 1})]), "records", [TableRecord({"a": 1})]),
    ],
)
def test_the_value_goes_by_the_name_that_dagster_gives_it(entry, name, value):
    assert getattr(entry, name) == value


def test_equality():
    assert MetadataValue.text("a") == MetadataValue.text("a")
    assert MetadataValue.text("a") != MetadataValue.text("b")
    assert hash(MetadataValue.int(3)) == hash(MetadataValue.int(3))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MetadataValue.int(1.5),
        lambda: MetadataValue.int("1"),
        lambda: MetadataValue.float("1"),
        lambda: MetadataValue.json({1, 2}),
        lambda: MetadataValue.json({"a": object()}),
        lambda: MetadataValue.timestamp(datetime(2024, 1, 1)),
    ],
    ids=[
        "int of a fraction",
        "int of text",
        "float of text",
        "json of a set",
        "json of objects",
        "timestamp without time zone",
    ],
)
def test_values_that_do_not_fit_the_constructor(wrong, refused):
    with refused():
        wrong()


def test_a_table():
    table = MetadataValue.table([TableRecord({"a": 1, "b": "x"}), TableRecord({"a": 2, "b": None})])
    assert [record.data for record in table.records] == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


def test_the_schema_of_a_table_is_inferred():
    table = MetadataValue.table([TableRecord({"a": 1, "b": "x", "c": 1.5, "d": True})])
    assert [(column.name, column.type) for column in table.schema.columns] == [
        ("a", "int"),
        ("b", "string"),
        ("c", "float"),
        ("d", "bool"),
    ]


def test_the_schema_of_a_table_may_be_given():
    schema = TableSchema([TableColumn("a", "bigint", description="how many")])
    assert MetadataValue.table([TableRecord({"a": 1})], schema=schema).schema == schema
    assert MetadataValue.table([], schema=schema).records == []


def test_the_parts_of_a_schema():
    column = TableColumn(
        "id",
        "int",
        description="the key",
        constraints=TableColumnConstraints(nullable=False, unique=True, other=["> 0"]),
        tags={"role": "key"},
    )
    schema = TableSchema(columns=[column], constraints=TableConstraints(other=["one row a day"]))
    assert schema.columns[0].name == "id"
    assert (schema.columns[0].constraints.nullable, schema.columns[0].constraints.unique) == (False, True)
    assert list(schema.columns[0].constraints.other) == ["> 0"]
    assert dict(schema.columns[0].tags) == {"role": "key"}
    assert list(schema.constraints.other) == ["one row a day"]


def test_the_defaults_of_a_column():
    column = TableColumn("a")
    assert (column.type, column.description) == ("string", None)
    assert (column.constraints.nullable, column.constraints.unique) == (True, False)


def test_metadata_of_a_run_are_plain_to_read():
    @asset
    def orders():
        return MaterializeResult(metadata={"rows": 3, "preview": MetadataValue.md("| a |")})

    found = metadata_of(materialize([orders]), "orders")
    assert (found["rows"], found["preview"]) == (3, "| a |")
