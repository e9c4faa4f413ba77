"""Random programs do here what they do in Dagster: what is made and with which values, and what the checks say."""

import json
from pathlib import Path

import pytest
from dagster_programs import answer

import asset_magic

RUNS = json.loads((Path(__file__).parent / "dagster_runs.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("run", RUNS, ids=range(len(RUNS)))
def test_a_program_does_what_it_does_in_dagster(run):
    assert answer(asset_magic, run["program"]) == run["answer"]


def test_the_programs_are_of_all_kinds():
    def count(test):
        return sum(bool(test(run["program"], run["answer"])) for run in RUNS)

    assert count(lambda program, answer: answer["success"]) > 20
    assert count(lambda program, answer: not answer["success"]) > 20
    assert count(lambda program, answer: program["selection"]) > 20
    assert count(lambda program, answer: any(passed is False for passed, *_ in answer["verdicts"].values())) > 20
    assert count(lambda program, answer: answer["success"] and not all(_kept(program, answer))) > 5


def _kept(program, answer):
    return (any(key.split("_")[0] == made["name"] for key in answer["values"]) for made in program["assets"])
