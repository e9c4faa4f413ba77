"""The type hints of the public names, as mypy sees them in a user's program."""

from pathlib import Path

import pytest
from mypy import api

import asset_magic

PROGRAM = Path(__file__).parent / "program.py"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def check(program, cache):
    """What mypy --strict says of a program, in a project that has no settings of its own."""
    options = ["--strict", "--config-file", "", "--follow-imports", "silent", "--no-error-summary"]
    said, complaints, _ = api.run([*options, "--cache-dir", str(cache), str(program)])
    return said + complaints


def test_a_program_as_users_write_it(cache):
    assert check(PROGRAM, cache) == ""


def test_a_mistake_that_is_no_mistake_any_more_is_seen(tmp_path, cache):
    program = tmp_path / "program.py"
    program.write_text("from asset_magic import asset\n\nasset(name='orders')  # type: ignore[call-overload]\n")
    assert "unused-ignore" in check(program, cache)


def test_every_public_name_of_dagsters_is_in_the_program():
    text = PROGRAM.read_text(encoding="utf-8")
    tables = {"TableConstraints", "TableColumnConstraints"}
    ours = {name for name in asset_magic.__all__ if name.endswith(("Error", "_extension", "Missing", "Cause"))}
    assert sorted(name for name in {*asset_magic.__all__} - ours - tables if name not in text) == []
