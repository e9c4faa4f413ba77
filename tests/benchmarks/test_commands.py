"""The benchmark commands run to their end and print their tables; what they measure is no business of the tests."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        ("run.py", ["%load_ext asset_magic", "materialize()", "1,000 assets: asset cell", "draw, per asset"]),
        ("peers.py", ["asset_magic, 50 assets", "marimo", "joblib", "ipyflow"]),
        ("restart.py", ["under 100 ms", "marimo", "joblib", "Dagster", "through the durable store", "asset cell, new"]),
    ],
)
def test_command_prints_its_tables(command, rows):
    """Each command ends well and has a row for each of its subjects, a peer that is not installed included."""
    done = subprocess.run([sys.executable, BENCHMARKS / command, "--quick"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [row for row in rows if row not in done.stdout] == []
