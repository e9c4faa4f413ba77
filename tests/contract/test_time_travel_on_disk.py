"""Going back across restarts: what a store on disk still knows of earlier materializations."""

from __future__ import annotations

import re

import pytest

SETUP = "import pandas as pd\nrate = {}"
BODY = "pd.DataFrame({'item': ['tea', 'jam'], 'price': [2.0 * rate, 4.0]})"


@pytest.fixture
def restart(factory, monkeypatch, tmp_path):
    """Starts a kernel, one after the other, on one store."""
    monkeypatch.setenv("ASSET_MAGIC_HOME", str(tmp_path / "store"))
    return factory


def make(nb, *rates):
    for rate in rates:
        nb.run(SETUP.format(rate), id="rate")
        assert nb.asset("prices", BODY).ok
    return nb


def diff(nb, line):
    ran = nb.run(f"%diff {line}")
    assert ran.ok, ran.text
    return ran.displays[0]


def test_values_of_an_earlier_kernel_are_compared(restart):
    make(restart(), 1, 2)
    text = diff(make(restart(), 3), "prices 2 0")["text/plain"]
    assert re.search(r"0\s+price\s+2\.0\s+6\.0", text)
    assert "rate 1 -> 3" in text


def test_the_value_of_an_earlier_kernel_is_there_before_anything_runs(restart):
    make(restart(), 1, 2)
    nb = make(restart(), 2)
    assert nb.count("prices") == 0
    assert [entry.load().price[0] for entry in nb.assets["prices"].history] == [4.0, 2.0]


def test_what_is_stored_of_a_difference_is_equal_whatever_the_store_knows_already(restart):
    first = diff(make(restart(), 1, 2), "prices")
    assert diff(make(restart(), 1, 2), "prices") == first


def test_what_was_tried_in_between_is_not_what_a_notebook_compares_with(restart):
    first = diff(make(restart(), 1, 2), "prices")
    make(restart(), 7, 8)
    assert diff(make(restart(), 1, 2), "prices") == first


def test_after_a_restart_the_newest_other_value_is_what_is_compared_with(restart):
    make(restart(), 1, 2)
    assert "rate 1 -> 2" in diff(make(restart(), 2), "prices")["text/plain"]


def test_of_a_value_that_was_cleared_away_the_shape_and_the_code_are_still_told(restart):
    nb = make(restart(), *range(8))
    text = diff(nb, "prices 7 0")["text/plain"]
    assert "the older value cannot be shown: this value of prices is not kept any more: only the newest 5 are" in text
    assert "DataFrame 2 × 2" in text
    assert "rate 0 -> 7" in text


def test_figures_of_an_earlier_kernel_are_compared(restart):
    for title in ("old", "new"):
        nb = restart()
        nb.run("import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt")
        nb.asset("drawn", f"figure, axes = plt.subplots()\naxes.set_title('{title}')\nfigure")
    told, pictures = nb.run("%diff drawn").displays
    assert re.search("axes 1, title +'old' +'new'", told["text/plain"])
    assert "image/png" in pictures
    assert nb.run("plt.get_fignums()").result == []


def test_what_failed_is_told_after_a_restart(restart):
    restart().asset("prices", "raise ValueError('no prices today')")
    nb = make(restart(), 1)
    history = nb.run("%asset prices --history").text
    assert re.search(r"failed \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ValueError: no prices today", history)
