"""The flights notebook: what nbval does not look at, and whether its prose says what its outputs say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

FLIGHTS = Path(__file__).parents[2] / "notebooks" / "flights.ipynb"
CELLS = {cell.id: cell for cell in nbformat.read(FLIGHTS, as_version=4).cells}


def shown(name: str) -> str:
    """All text that the cell ``name`` shows."""
    return "\n".join(out.get("text") or out.data["text/plain"] for out in CELLS[name].outputs)


def row(name: str, label: str) -> list[float]:
    """The numbers behind ``label`` in the table that the cell ``name`` shows."""
    line = next(line for line in shown(name).splitlines() if line.strip().startswith(label))
    return [float(number) for number in line.split(label, 1)[1].split()]


def number(name: str, fact: str) -> float:
    """The number of a fact that the cell ``name`` shows, as in ``flights: 52606``."""
    return float(re.search(rf"{fact}: (\d+)", shown(name))[1])


def prose(name: str) -> str:
    return " ".join(CELLS[name].source.split())


def materialize(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "asset_magic.cli", "materialize", *map(str, arguments)]
    env = os.environ | environment
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=env)


def test_two_runs_give_the_same_bytes(tmp_path):
    runs = [tmp_path / "first.ipynb", tmp_path / "second.ipynb"]
    for seed, run in enumerate(runs):
        done = materialize(FLIGHTS, "--output", run, PYTHONHASHSEED=str(seed))
        assert done.returncode == 0, done.stderr
    assert runs[0].read_bytes() == runs[1].read_bytes()


def test_its_blocking_check_finds_a_join_that_doubles_flights(tmp_path):
    """What it proposes to try: one plane too many in ``fleet``, and nothing downstream of the join runs."""
    notebook = nbformat.read(FLIGHTS, as_version=4)
    fleet = next(cell for cell in notebook.cells if cell.id == "fleet")
    assert "`fleet = pd.concat([fleet, fleet[:1]])`" in CELLS["yours"].source
    fleet.source += "\nfleet = pd.concat([fleet, fleet[:1]])"
    nbformat.write(notebook, tmp_path / "doubled.ipynb")
    done = materialize(tmp_path / "doubled.ipynb", "--select", "landed")
    assert done.returncode == 1
    assert "one_row_a_flight" in done.stdout + done.stderr
    assert re.search(r"^landed +delays +missing", done.stdout, re.MULTILINE)


def test_what_is_stored_holds_nothing_of_the_machine_it_was_made_on():
    assert [name for name, cell in CELLS.items() if cell.metadata] == []
    stored = str([cell.get("outputs") for cell in CELLS.values()])
    assert re.search(r"site-packages|/home/|/tmp/|[A-Z]:\\| at 0x", stored) is None


def test_its_cells_have_names():
    assert [name for name in CELLS if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


def test_no_cell_says_anything_on_stderr():
    loud = [name for name, cell in CELLS.items() for out in cell.get("outputs", ()) if out.get("name") == "stderr"]
    assert loud == []


def test_what_the_checks_find():
    assert shown("no-flight-twice") == "raw/flights · ✓ no_flight_twice"
    assert shown("one-row-a-flight") == "trips · ✓ one_row_a_flight"
    assert shown("beats-tables") == "scores · ✓ beats_tables"
    assert number("all-arrived", "cancelled") == 8255
    assert number("known-planes", "flights") == 52606
    assert number("airliners", "flights") == 2421
    assert number("one-row-an-hour", "rows") == 3
    assert number("possible-wind", "mph") == 1048
    signs = re.findall(
        r"(all_arrived|known_planes|airliners|one_row_an_hour|possible_wind) +(WARN|ERROR)", shown("findings")
    )
    assert dict(signs) == dict.fromkeys(dict(signs), "WARN") | {"possible_wind": "ERROR"}
    assert len(signs) == 5
    assert shown("assets").endswith("25 assets: 25 fresh; 1 check failed; 4 warnings")


def test_the_prose_on_the_checks_is_true():
    flights = 336_776
    assert f"{flights:,} flights" in prose("intro")
    assert f"raw/flights · DataFrame {flights} × 19" in shown("raw")
    assert "helicopters among them" in prose("intro")
    assert "R66" in shown("airliners")
    assert "Nearly one flight in six" in prose("planes-text")
    assert 1 / 7 < number("known-planes", "flights") / flights < 1 / 6
    assert "most of these are of American (`AA`) and Envoy (`MQ`)" in prose("planes-text")
    assert row("known-planes", "AA")[1] + row("known-planes", "MQ")[1] > 0.9 * number("known-planes", "flights")
    assert "3 November" in prose("weather-text")
    assert "when: 11/3 1:00, twice in UTC: 0" in shown("one-row-an-hour")
    assert "253 mph" in prose("wind-text")
    assert number("possible-wind", "mph") > 253


def test_the_prose_on_the_causes_is_true():
    assert "Rain and fog make twice as many late" in CELLS["causes"].source
    for weather in ("rain or snow", "heavy rain (0.1 in/h)", "fog (1 mile or less)"):
        _, late, usual = row("by-weather", weather)
        assert 1.75 < late / usual < 2.25
    assert "age hardly matters" in CELLS["causes"].source
    ages = ["0 to 2 years", "3 to 5 years", "6 to 10 years", "11 to 15 years", "16 to 20 years", "21 to 25 years"]
    for _, late, usual in (row("by-age", age) for age in [*ages, "26 years and more"]):
        assert abs(late - usual) < 2.5
    worst = re.findall(r"^ +(\d\d \w+) ", shown("through-the-year"), re.MULTILINE)
    assert worst == ["08 March", "17 December", "13 June"]
    assert "a storm on 8 March, another before Christmas" in prose("year-text")


def test_the_prose_on_the_model_is_true():
    assert "in the first tenth one flight in sixteen was late, in the last two out of three" in prose("importance-text")
    assert "first tenth: 6 % late, last tenth: 67 % late" in shown("tenths")
    assert row("scores", "model") == [0.21, 67.0]
    assert row("scores", "model") > row("scores", "queue alone") > row("scores", "hour and airline")
    expected = [int(minutes) for minutes in re.findall(r"expect (-?\d+) minutes", shown("use"))]
    assert expected[0] < 0 < 30 < expected[1]


def test_an_equal_value_upstream_leaves_the_rest_fresh():
    """Another limit of the wind makes 18 assets stale; making ``hours`` again, which comes out equal, makes none."""
    assert shown("other-wind") == "18 of 25 assets are stale\n"
    assert shown("cutoff") == "1 asset up to date\nEverything is fresh."
    assert "`%stale` lists 17 assets" in prose("yours")


def test_a_change_leaves_fresh_what_does_not_depend_on_it():
    stale = re.findall(r"^(\w+) is stale$", shown("stale"), re.MULTILINE)
    late = {"landed", "by_airline", "through_the_day", "through_the_year", "by_weather", "by_age", "causes"}
    assert set(stale) == late | {"scores", "tenths"}


@pytest.mark.parametrize(("cell", "first"), [("selected", 5.8), ("back", 12.9)])
def test_values_return_when_the_change_is_taken_back(cell, first):
    assert row(cell, "Hawaiian Airlines Inc.")[1] == first
    kept = row("by-airline", "Hawaiian Airlines Inc.") == row(cell, "Hawaiian Airlines Inc.")
    assert kept == (cell == "back")
