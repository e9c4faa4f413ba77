"""Going back: how an asset changed between two of its materializations, and why."""

from __future__ import annotations

import re

import pytest

from asset_magic.model.errors import ArgumentError

FRAME = "import pandas as pd\npd.DataFrame({{'id': [1, 2, 3], 'price': [1.0, {}, 3.0]}})"


def diff(nb, line):
    """What ``%diff`` shows, as text."""
    ran = nb.run(f"%diff {line}")
    assert ran.ok, ran.text
    (shown,) = ran.displays
    assert shown.keys() == {"text/plain", "text/html"}
    return shown["text/plain"]


@pytest.fixture
def prices(nb):
    """A frame that was materialized three times, with other code each time."""
    for price in ("2.0", "2.5", "4.0"):
        assert nb.asset("prices", FRAME.format(price)).ok
    return nb


def test_what_changed_since_the_last_time_is_what_is_asked_for_most(prices):
    text = diff(prices, "prices")
    assert text.startswith("prices: DataFrame 3 × 2\n")
    assert "1 row changed, matched by" in text
    assert re.search(r"price\s+2\.5\s+4\.0", text)


def test_the_change_of_the_code_stands_beside_that_of_the_value(prices):
    lines = diff(prices, "prices").split("\n")
    code = [line.strip() for line in lines[lines.index("  made from") :]]
    assert code[1] == "its code changed"
    assert [line[0] for line in code if line.endswith("})")] == ["-", "+"]


def test_any_two_are_compared_by_their_place_in_the_history(prices):
    assert re.search(r"price\s+2\.0\s+2\.5", diff(prices, "prices 2 1"))
    assert re.search(r"price\s+2\.0\s+4\.0", diff(prices, "prices 2"))
    assert re.search(r"price\s+4\.0\s+2\.0", diff(prices, "prices 0 -1"))


def test_equal_values_are_called_equal_and_the_code_is_still_compared(nb):
    nb.asset("a", "[1, 2]")
    nb.asset("a", "[1, 1 + 1]")
    text = diff(nb, "a")
    assert "the values are equal" in text
    assert "+[1, 1 + 1]" in text


def test_the_newest_other_value_is_what_is_compared_with(nb):
    """An equal value that was made in between tells nothing."""
    for body in ("[1]", "[2]", "[1]", "[2 - 1]"):
        nb.asset("a", body)
    assert "[0]    2       1" in diff(nb, "a")


def test_after_a_variable_was_set_back_the_asset_is_compared_with_what_it_was_before(nb):
    nb.run("rate = 1", id="rate")
    nb.asset("a", "rate * 2")
    nb.edit("rate", "rate = 3")
    nb.run("%materialize")
    nb.edit("rate", "rate = 1")
    nb.run("%materialize")
    text = diff(nb, "a")
    assert "6 -> 2 (-4, -66.7%)" in text
    assert "rate 3 -> 1" in text


def test_upstream_values_and_sources_that_changed_are_told(nb, folder):
    (folder / "n.txt").write_text("1")
    nb.run("%source_asset n path=n.txt", id="n")
    nb.asset("up", "1", id="up")
    nb.asset("a", "int(n.read_text()) + up")
    (folder / "n.txt").write_text("5")
    nb.asset("up", "2", id="up")
    nb.run("%materialize")
    text = diff(nb, "a")
    assert "2 -> 7" in text
    assert "source n changed" in text
    assert "upstream up had another value" in text


def test_a_value_that_nothing_explains_says_what_is_not_followed(nb):
    nb.asset("a", "import random\nrandom.random()")
    nb.asset("a", "import random\nrandom.random()", options="force", id=next(reversed(nb.cells)))
    assert "what is not followed (the clock, the network, unseeded randomness)" in diff(nb, "a")


def test_secrets_are_not_shown(nb):
    nb.run("api_token = 'hunter2'", id="t")
    nb.asset("login", "{'user': 'me', 'password': api_token}")
    nb.asset("my_secret", "api_token * 2")
    nb.edit("t", "api_token = 'swordfish'")
    nb.run("%materialize")
    for name in ("login", "my_secret"):
        text = diff(nb, name)
        assert "api_token changed" in text
        assert "hunter2" not in text
        assert "swordfish" not in text


def test_values_that_are_not_kept_are_said_to_be_gone_and_the_code_is_still_compared(nb):
    for n in range(2):
        nb.asset(
            "a",
            f"import threading\nclass Held: pass\nheld = Held()\nheld.lock = threading.Lock()\n[held, {n}]",
        )
    text = diff(nb, "a")
    assert "the older value cannot be shown: no copy of this value could be kept" in text
    assert "+[held, 1]" in text


def test_what_is_stored_is_equal_for_every_run_from_top_to_bottom(factory):
    """No time, duration, random id or address."""
    shown = []
    for _ in range(2):
        nb = factory()
        nb.asset("a", "[object, {'x': 1}, {3, 'b'}]")
        nb.asset("a", "[object, {'x': 2}, {3, 'c'}]")
        (output,) = nb.run("%diff a").displays
        shown.append(output)
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("prices 3", "prices has 3 kept materializations, 0 (the newest) to 2: there is no 3"),
        ("prices 0 -4", "prices has 3 kept materializations, 0 (the newest) to 2: there is no -4"),
        ("prices 1.5", "'1.5' is no whole number: %diff takes NAME [OLDER [NEWER]]"),
        ("prices 1 0 2", "unexpected '2' in %diff"),
        ("price", "there is no asset called 'price': did you mean prices?"),
        ("", "%diff needs a name"),
        ("once", "once was materialized once: there is nothing to compare it with yet"),
        ("never", "never has not been materialized: there is nothing to compare it with yet"),
    ],
)
def test_mistakes_are_told_in_the_words_of_the_reader(prices, line, message):
    prices.asset("once", "1")
    prices.asset("never", "1", options="defer")
    ran = prices.run(f"%diff {line}")
    assert ran.message.startswith(message)


def test_diff_documents_itself(prices):
    assert "%diff NAME [OLDER [NEWER]]" in prices.shell.magics_manager.magics["line"]["diff"].__doc__


def test_the_registry_gives_the_difference_as_something_to_display(prices):
    text = diff(prices, "prices")
    found = prices.assets["prices"].diff()
    assert found._repr_mimebundle_()["text/plain"] == repr(found) == text
    assert (found.equal, found.counts["rows_changed"]) == (False, 1)


def test_the_registry_takes_places_in_the_history_too(prices):
    handle = prices.assets["prices"]
    assert "2.0     4.0" in repr(handle.diff(2, 0))
    assert handle.diff(i=0, j=0).equal
    with pytest.raises(ArgumentError, match="there is no 9"):
        handle.diff(9)


def test_code_of_an_asset_may_compare_what_it_depends_on_alone(prices):
    body = "from asset_magic import assets\nassets['prices'].diff().counts['rows_changed']"
    assert "declare it, as in deps=prices" in prices.asset("told", body).message
    prices.asset("told", body, options="deps=prices")
    assert prices.value("told") == 1


def test_comparing_changes_nothing(prices):
    """Neither the values of the history nor the one at hand."""
    before = [entry.load().to_dict() for entry in prices.assets["prices"].history]
    diff(prices, "prices 2 0")
    assert [entry.load().to_dict() for entry in prices.assets["prices"].history] == before
    assert prices.status("prices") == "fresh"


def test_the_history_tells_by_which_number_each_run_is_compared(prices):
    prices.asset("prices", FRAME.format("2.0 * 2"))
    lines = prices.run("%asset prices --history").text.split("\n")
    assert [line.split()[0] for line in lines[-4:]] == ["0", "1", "2", "3"]
    assert [line.endswith("current, same value") for line in lines[-4:]] == [True, False, False, False]


def test_a_value_taken_by_hand_is_told_in_the_history(nb):
    nb.run("rate = 1", id="rate")
    nb.asset("a", "rate * 2")
    nb.edit("rate", "rate = 5")
    assert nb.run("%accept a").ok
    assert "accepted by hand" in nb.run("%asset a --history").text
    text = diff(nb, "a")
    assert "the values are equal" in text
    assert "rate 1 -> 5" in text


def test_a_file_that_changed_is_told_although_only_its_present_content_is_there(nb, folder):
    (folder / "n.txt").write_text("1")
    nb.run("%source_asset n path=n.txt", id="n")
    (folder / "n.txt").write_text("5")
    nb.run("%source_asset n path=n.txt", id="n")
    assert "only the present content is there" in diff(nb, "n")


def test_figures_are_shown_side_by_side_and_are_not_shown_again_by_themselves(nb):
    nb.run("import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt")
    for title in ("old", "new"):
        nb.asset("drawn", f"figure, axes = plt.subplots()\naxes.set_title('{title}')\nfigure")
    told, pictures = nb.run("%diff drawn").displays
    assert "axes 1, title  'old'   'new'" in told["text/plain"]
    assert "<img" not in told["text/html"]
    assert pictures.keys() == {"image/png", "text/plain"}
    assert nb.run("plt.get_fignums()").result == []


def test_an_effect_without_a_value_is_no_difference(nb):
    """Each run of it is a new version all the same."""
    for n in range(2):
        nb.asset("written", f"with open('out.txt', 'w') as file:\n    n = file.write('{n}')")
    assert "the values are equal" in diff(nb, "written")


def test_a_version_that_the_code_states_does_not_hide_what_changed(nb):
    for value in (1, 2):
        nb.asset("a", f"from asset_magic import DataVersion, Output\nOutput({value}, data_version=DataVersion('v'))")
    assert "1 -> 2" in diff(nb, "a 1 0")


def test_behind_an_upstream_asset_that_changed_stands_why_it_did(nb):
    nb.run("seed = 1", id="seed")
    nb.asset("raw", "[seed, 2]")
    nb.asset("middle", "[n * 2 for n in raw]")
    nb.asset("a", "sum(middle)")
    nb.edit("seed", "seed = 5")
    nb.run("%materialize")
    lines = diff(nb, "a").split("\n")
    assert [line.strip() for line in lines[lines.index("  made from") + 1 :]] == [
        "upstream middle had another value",
        "upstream raw had another value",
        "seed 1 -> 5",
    ]


def test_a_wide_and_deep_graph_is_told_in_a_page(nb):
    nb.run("seed = 1", id="seed")
    nb.asset("a0", "seed")
    nb.asset("b0", "seed")
    for n in range(1, 13):
        nb.asset(f"a{n}", f"a{n - 1} + b{n - 1}")
        nb.asset(f"b{n}", f"a{n - 1} - b{n - 1} + 3")
    nb.edit("seed", "seed = 5")
    nb.run("%materialize")
    text = diff(nb, "a12")
    assert len(text.split("\n")) < 40
    assert text.count("upstream a9 had another value") == 2
    assert "upstream a9 had another value (see above)" in text
