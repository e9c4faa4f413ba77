"""Every scenario of the table in docs/correctness.md, played at a real shell and beside a new kernel."""

from __future__ import annotations

import pytest
from correctness.scenarios.player import play
from correctness.scenarios.table import DOCUMENT, THEMES, written

PLAYED = [
    pytest.param(scenario, id=f"{theme.__name__.rpartition('.')[2]}-{number}: {scenario.do}")
    for theme in THEMES
    for number, scenario in enumerate(theme.SCENARIOS, 1)
]


@pytest.mark.parametrize("scenario", PLAYED)
def test_scenario(scenario, folder):
    """What the table says comes true, and in the end all is as in a new kernel."""
    play(scenario)


def test_the_table_in_the_document_is_what_the_data_says():
    assert DOCUMENT.read_text() == written(DOCUMENT.read_text()), "python tests/correctness/scenarios/table.py"
