"""From a notebook's session to what is drawn of it."""

import pytest

from asset_magic.page.registry import assets
from asset_magic.session import inspect


@pytest.fixture
def chain(nb):
    nb.asset("a", "print('made a')\n1", "group=g")
    nb.asset("b", "a + 1")
    nb.asset("c", "b + 1")
    return nb


def history(key):
    runner = assets._runner
    return inspect.history(runner, runner.session.known(key))


def test_runs_are_told_newest_first_with_what_they_printed(chain):
    chain.asset("a", "import sys\nprint('made again', file=sys.stderr)\n2", "group=g")
    newest, oldest = history("a")
    assert (newest.printed, oldest.printed) == ((("stderr", "made again\n"),), (("stdout", "made a\n"),))
    assert (newest.current, oldest.current) == (True, False)
    assert newest.timestamp >= oldest.timestamp
    assert newest.duration >= 0
    assert newest.data_version != oldest.data_version


def test_what_never_ran_has_no_runs(nb):
    nb.asset("a", "1", "defer")
    assert history("a") == ()


def test_a_failed_blocking_check_names_all_that_waits_for_it(chain):
    chain.run("%%asset_check a blocking name=big\na > 5")
    runner = assets._runner
    (check,) = inspect.view(runner, runner.session.known("a")).checks
    assert check.blocks == ("b", "c")
    chain.run("%%asset_check a name=big\na > 5")
    (check,) = inspect.view(runner, runner.session.known("a")).checks
    assert check.blocks == ()


def test_a_lineage_tells_statuses_if_they_are_asked_for(chain):
    chain.asset("a", "3", "group=g defer")
    runner = assets._runner
    keys = inspect.selected(runner, None)
    assert [asset.status for asset in inspect.lineage(runner, keys, statuses=True).assets] == ["stale"] * 3
    assert [asset.status for asset in inspect.lineage(runner, keys).assets] == ["fresh"] * 3


def test_the_code_of_a_view_tells_one_definition_from_another(chain):
    runner = assets._runner
    before = inspect.view(runner, runner.session.known("b")).code
    chain.asset("b", "a + 1  # the same")
    assert inspect.view(runner, runner.session.known("b")).code == before != ""
    chain.asset("b", "a + 2")
    assert inspect.view(runner, runner.session.known("b")).code != before


def test_the_graph_can_be_had_for_graphviz(chain):
    source = assets.to_graphviz("a+1").source
    assert "a\\nint" in source
    assert "n0 -> n1" in source
    assert "n2" not in source
    assert "fresh" in assets.to_graphviz(statuses=True).source
