"""A notebook that finds all of its values leaves the store as it was, so that other kernels need not look again."""

from __future__ import annotations

import sqlite3

import pytest


@pytest.fixture
def restart(factory, monkeypatch, tmp_path):
    """Starts a kernel, one after the other, on one store."""
    monkeypatch.setenv("ASSET_MAGIC_HOME", str(tmp_path / "store"))
    return factory


def run_all(nb):
    nb.asset("prices", "[10, 20, 30]")
    nb.asset("total", "sum(prices)")
    assert nb.run("%materialize").ok
    return nb


def written(folder):
    """All rows of the event log."""
    with sqlite3.connect(folder / "events.db") as log:
        return list(log.iterdump())


def test_a_run_that_only_finds_values_writes_nothing(restart, tmp_path):
    run_all(restart())
    before = written(tmp_path / "store")
    nb = run_all(restart())
    assert nb.count("total") == 0
    assert written(tmp_path / "store") == before


def test_a_run_in_which_a_body_fails_is_written_down(restart, tmp_path):
    run_all(restart())
    before = written(tmp_path / "store")
    run_all(restart()).asset("share", "1 / 0")
    added = [line for line in written(tmp_path / "store") if line not in before]
    assert any("ZeroDivisionError" in line for line in added)
    assert any(line.startswith('INSERT INTO "runs"') and "failed" in line for line in added)
