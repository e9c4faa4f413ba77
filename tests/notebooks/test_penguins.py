"""The penguins notebook as stored: what nbval does not look at."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat

PENGUINS = Path(__file__).parents[2] / "notebooks" / "penguins.ipynb"


def test_two_runs_give_the_same_bytes(tmp_path):
    runs = [tmp_path / "first.ipynb", tmp_path / "second.ipynb"]
    for run in runs:
        command = [sys.executable, "-m", "asset_magic.cli", "materialize", PENGUINS, "--output", run]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
    assert runs[0].read_bytes() == runs[1].read_bytes()


def test_what_is_stored_holds_nothing_of_the_machine_it_was_made_on():
    notebook = nbformat.read(PENGUINS, as_version=4)
    assert [cell.id for cell in notebook.cells if cell.metadata] == []
    stored = str([cell.get("outputs") for cell in notebook.cells])
    assert re.search(r"site-packages|/home/|/tmp/|[A-Z]:\\| at 0x", stored) is None


def test_its_cells_have_names():
    ids = [cell.id for cell in nbformat.read(PENGUINS, as_version=4).cells]
    assert [i for i in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", i)] == []
