"""Each example of Dagster's page on assets, with only the import changed: in a plain file and in a notebook cell."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Example:
    """One block of code of the page.

    Attributes:
        name: what it shows.
        block: the code as it stands on the page.
        given: what the page leaves out.
        here: what must hold after it, in a file as in a notebook cell.
        fresh: what is fresh in a notebook after ``%materialize``.
    """

    name: str
    block: str
    given: str = ""
    here: str = ""
    fresh: tuple[str, ...] = ()

    @property
    def ours(self) -> str:
        return self.block.replace("from dagster import", "from asset_magic import")


EXAMPLES = [
    Example(
        "basic asset",
        """
import json
import os
from dagster import asset

@asset
def my_asset():
    os.makedirs("data", exist_ok=True)
    with open("data/my_asset.json", "w") as f:
        json.dump([1, 2, 3], f)
""",
        here="""
from asset_magic import materialize
result = materialize([my_asset])
assert result.success
assert result.output_for_node("my_asset") is None
assert json.load(open("data/my_asset.json")) == [1, 2, 3]
""",
        fresh=("my_asset",),
    ),
    Example(
        "parameter dependencies",
        """
from dagster import asset

@asset
def upstream_asset():
    return [1, 2, 3]

@asset
def downstream_asset(upstream_asset):
    # The parameter name matches the upstream asset
    return upstream_asset + [4]
""",
        here="""
from asset_magic import materialize
result = materialize([downstream_asset, upstream_asset])
assert result.success
assert result.output_for_node("downstream_asset") == [1, 2, 3, 4]
assert downstream_asset([7]) == [7, 4]
""",
        fresh=("upstream_asset", "downstream_asset"),
    ),
    Example(
        "deps",
        """
from dagster import asset, AssetDep

@asset
def upstream_table():
    # Creates a database table
    create_table("my_table")

@asset(deps=["upstream_table"])
def downstream_query():
    # Depends on upstream_table but doesn't load its output
    return query_table("my_table")
""",
        given="""
import contextlib
import sqlite3

def create_table(name):
    with contextlib.closing(sqlite3.connect("tables.db")) as database, database:
        database.execute(f"create table if not exists {name} as select 'row' as name")

def query_table(name):
    with contextlib.closing(sqlite3.connect("tables.db")) as database, database:
        return database.execute(f"select name from {name}").fetchall()
""",
        here="""
from asset_magic import materialize
result = materialize([downstream_query, upstream_table])
assert result.success
assert result.output_for_node("downstream_query") == [("row",)]
""",
        fresh=("upstream_table", "downstream_query"),
    ),
    Example(
        "configuration",
        """
from dagster import asset

@asset(
    name="custom_name",           # Override the function name
    key_prefix=["analytics"],    # Namespace: analytics/custom_name
    group_name="data_ingestion", # UI grouping
)
def my_asset():
    return compute_data()
""",
        given="def compute_data():\n    return 42",
        here="""
from asset_magic import AssetKey, materialize
assert my_asset.key == AssetKey(["analytics", "custom_name"])
assert materialize([my_asset]).asset_value("analytics/custom_name") == 42
assert my_asset() == 42
""",
        fresh=("analytics/custom_name",),
    ),
    Example(
        "multi-asset",
        """
from dagster import multi_asset, AssetOut, Output

@multi_asset(
    outs={
        "users": AssetOut(),
        "orders": AssetOut(),
    }
)
def extract_from_api():
    data = fetch_api_data()
    
    users_df = process_users(data)
    orders_df = process_orders(data)
    
    yield Output(users_df, output_name="users")
    yield Output(orders_df, output_name="orders")
""",  # noqa: W293
        given="""
def fetch_api_data():
    return {"users": ["u"], "orders": ["o", "p"]}

def process_users(data):
    return data["users"]

def process_orders(data):
    return data["orders"]
""",
        here="""
from asset_magic import materialize
result = materialize([extract_from_api])
assert result.success
assert result.output_for_node("extract_from_api", "users") == ["u"]
assert result.output_for_node("extract_from_api", "orders") == ["o", "p"]
assert [output.value for output in extract_from_api()] == [["u"], ["o", "p"]]
""",
        fresh=("users", "orders"),
    ),
    Example(
        "materialize",
        """
from dagster import materialize

# Materialize a single asset
result = materialize([my_asset])

# Materialize assets with dependencies
result = materialize([upstream_asset, downstream_asset])
""",
        given="""
from asset_magic import asset

@asset
def my_asset():
    return 1

@asset
def upstream_asset():
    return [1, 2, 3]

@asset
def downstream_asset(upstream_asset):
    return upstream_asset + [4]
""",
        here="""
assert result.success
assert result.asset_value("downstream_asset") == [1, 2, 3, 4]
""",
        fresh=("my_asset", "upstream_asset", "downstream_asset"),
    ),
    Example(
        "checks",
        """
from dagster import asset, asset_check, AssetCheckResult

@asset
def orders_data():
    return load_orders()

@asset_check(asset=orders_data)
def orders_not_empty(orders_data):
    num_rows = len(orders_data)
    return AssetCheckResult(
        passed=num_rows > 0,
        metadata={"num_rows": num_rows},
    )
""",
        given="def load_orders():\n    return ['a', 'b']",
        here="""
from asset_magic import materialize
result = materialize([orders_data, orders_not_empty])
assert result.success
(evaluation,) = result.get_asset_check_evaluations()
assert evaluation.passed
assert evaluation.check_name == "orders_not_empty"
assert evaluation.metadata["num_rows"] == 2
assert orders_not_empty([]).passed is False
""",
        fresh=("orders_data",),
    ),
    Example(
        "source assets",
        """
from dagster import SourceAsset, asset

# Define a source asset
raw_users = SourceAsset(key="raw_users")

@asset(deps=[raw_users])
def clean_users():
    # Depends on raw_users but doesn't materialize it
    return load_and_clean("raw_users")
""",
        given="def load_and_clean(name):\n    return name.upper()",
        here="""
from asset_magic import materialize
result = materialize([clean_users, raw_users])
assert result.success
assert result.output_for_node("clean_users") == "RAW_USERS"
assert materialize([clean_users]).success
""",
        fresh=("raw_users", "clean_users"),
    ),
]
ids = [example.name for example in EXAMPLES]
NO_IPYTHON = "import sys\nassert 'IPython' not in sys.modules, 'asset_magic imports IPython'\n"


@pytest.mark.parametrize("example", EXAMPLES, ids=ids)
def test_in_a_plain_file(example, tmp_path):
    """The example runs as a ``.py`` file, and nothing of it imports IPython."""
    file = tmp_path / "example.py"
    file.write_text("\n".join([example.given, example.ours, example.here, NO_IPYTHON]))
    done = subprocess.run([sys.executable, str(file)], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == ""


@pytest.mark.parametrize("example", EXAMPLES, ids=ids)
def test_in_a_notebook_cell(example, nb):
    """The example runs in a cell of a notebook; what its cell defines is in the notebook's graph."""
    if example.given:
        ran = nb.run(example.given)
        assert ran.ok, ran.text
    ran = nb.run(example.ours)
    assert ran.ok, ran.text
    ran = nb.run(example.here)
    assert ran.ok, ran.text
    assert set(nb.statuses()) >= set(example.fresh)
    assert nb.materialize().ok
    assert {name: nb.status(name) for name in example.fresh} == dict.fromkeys(example.fresh, "fresh")


@pytest.mark.parametrize("example", EXAMPLES, ids=ids)
def test_cell_run_again(example, nb):
    """Running the example's cell once more changes nothing: all stays fresh."""
    nb.run(example.given or "pass", "given")
    assert nb.run(example.ours, "example").ok
    assert nb.materialize().ok
    assert nb.rerun("example").ok
    assert {name: nb.status(name) for name in example.fresh} == dict.fromkeys(example.fresh, "fresh")
