"""The oracle finds what is wrong: each fault that is put into the engine makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from oracle.faults import FAULTS
from oracle.machine import NotebookMachine

ENOUGH = settings(
    max_examples=400,
    stateful_step_count=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_oracle_finds(fault, monkeypatch):
    """A fault in the engine is found within 400 notebooks."""
    FAULTS[fault](monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(seed(1)(NotebookMachine), settings=ENOUGH)
