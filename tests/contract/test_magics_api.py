"""What the API says of assets, said on the first line of a cell and in its last expression."""

import pytest
from notebook_user import asset_cell


@pytest.fixture
def api(nb):
    """A notebook with the names of the API."""
    assert nb.run("from asset_magic import *").ok
    return nb


def test_a_body_that_fails_is_tried_again(api):
    """`max_retries`: the body runs again, and the reader is told."""
    ran = api.asset("a", "from asset_probe import counts\nassert counts['a'] > 2, 'not yet'\n7", "max_retries=3")
    assert ran.ok, ran.message
    assert api.value("a") == 7
    assert api.count("a") == 3
    assert "AssertionError: not yet: retry 2 of 3" in ran.stderr


def test_retries_end(api):
    """After the last retry the error of the body is the error of the cell."""
    ran = api.asset("a", "1 / 0", "max_retries=2 delay=0.001 backoff=exponential")
    assert isinstance(ran.error, ZeroDivisionError)
    assert api.count("a") == 3


def test_what_retries_said_is_shown_again(api):
    """A cell that is fresh shows what its run showed, the retries too."""
    body = "from asset_probe import counts\nassert counts['a'] > 1\n7"
    first = api.asset("a", body, "max_retries=1")
    assert api.rerun("a").stderr == first.stderr != ""


def test_an_input_changed_by_a_failed_try_is_put_back(api):
    """The second try begins from the recorded input."""
    api.asset("rows", "[1, 2]")
    ran = api.asset(
        "a",
        "from asset_probe import counts\nrows.append(3)\nassert counts['a'] > 1\nlist(rows)",
        "max_retries=1",
    )
    assert ran.ok, ran.message
    assert api.value("a") == [1, 2, 3]
    assert api.value("rows") == [1, 2]


def test_a_loaded_value_that_is_changed_is_put_back(api):
    """`context.load_asset_value` lends a value as a name does: each try, and each asset, sees the recorded one."""
    api.asset("rows", "[1, 2]")
    body = "from asset_probe import counts\nrows_ = context.load_asset_value('rows')\nrows_.append(3)\n"
    api.asset("a", f"{body}assert counts['a'] > 1\nlen(rows_)", "deps=rows max_retries=1 defer")
    api.asset("b", "list(rows)", "defer")
    ran = api.materialize()
    assert ran.ok, ran.message
    assert (api.value("a"), api.value("b")) == (3, [1, 2])
    assert "changed rows in place" in ran.stderr


def test_a_delay_by_chance_is_not_shown(api):
    """`jitter` waits another time in each run, and two runs of a notebook are to show the same."""
    body = "from asset_probe import counts\nassert counts['a'] > 1, 'not yet'\n7"
    ran = api.asset("a", body, "max_retries=1 delay=0.001 jitter=full")
    assert ran.stderr.strip() == "WARNING AssertionError: not yet: retry 1 of 1"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("max_retries=many", "no number"),
        ("max_retries=-1", "max_retries"),
        ("max_retries=1.5", "max_retries"),
        ("backoff=linear", "give a delay too"),
        ("delay=1 backoff=square", "linear or exponential"),
        ("output_required=perhaps", "true or false"),
    ],
)
def test_bad_options_leave_the_graph(api, options, words):
    """A retry policy that cannot be is a short error, and nothing is registered."""
    ran = api.asset("a", "1", options)
    assert words in ran.message
    assert "\n" not in ran.message
    assert "a" not in api.assets


def test_a_body_may_give_no_value(api):
    """`output_required=false`: None is no value; what is downstream is skipped, and nothing fails."""
    api.run("found = None")
    ran = api.asset("maybe", "found", "output_required=false")
    assert ran.ok, ran.message
    assert "it has no value: its code gave no value" in ran.text
    below = api.asset("below", "maybe + 1")
    assert below.ok, below.message
    assert "it has no value: upstream maybe gave no value" in below.text
    assert api.statuses() == {"maybe": "missing", "below": "missing"}
    assert api.materialize().ok
    api.run("found = 4")
    assert api.materialize().ok
    assert api.value("below") == 5


def test_a_value_that_is_not_given_again_stays_and_is_stale(api):
    """The last value is kept where there is no new one, and it is said that it is old."""
    source = api.run("found = 4")
    api.asset("maybe", "found", "output_required=false")
    api.asset("below", "maybe + 1")
    api.edit(source.id, "found = None")
    assert api.materialize().ok
    assert api.statuses() == {"maybe": "stale", "below": "stale"}
    assert api.value("maybe") == 4
    assert "no new value" in api.flags("maybe")
    api.edit(source.id, "found = 4")
    assert api.materialize().ok
    assert api.statuses() == {"maybe": "fresh", "below": "fresh"}
    assert api.flags("maybe") == ""


def test_some_of_several_may_be_left_out(api):
    """In a multi-asset each name that is not bound has no value."""
    ran = api.run("%%multi_asset odd even output_required=false\nodd = [1, 3]", "split")
    assert ran.ok, ran.message
    api.asset("below", "even")
    assert api.statuses() == {"odd": "fresh", "even": "missing", "below": "missing"}


def test_a_part_of_several_is_made_alone(api):
    """`can_subset`: only what is asked for is made, and the context says what that is."""
    body = "made = {name: 1 for name in context.selected_output_names}\nlocals().update(made)"
    api.run(f"%%multi_asset a b can_subset defer\n{body}", "split")
    assert api.materialize("a").ok
    assert api.statuses() == {"a": "fresh", "b": "missing"}


def test_a_part_does_not_wait_for_what_another_part_needs(api):
    """`can_subset`: what keeps one of several from being made does not keep the others."""
    api.run("""
        @multi_asset(specs=[AssetSpec("a", deps=["unknown"]), AssetSpec("b")], can_subset=True)
        def both(context):
            for key in context.selected_asset_keys:
                yield MaterializeResult(asset_key=key, value=1)
    """)
    assert api.materialize("b").ok
    assert api.statuses() == {"a": "missing", "b": "fresh"}


def test_the_context(api):
    """A body finds its execution context under the name `context`."""
    api.asset("a", "context.log.info('two rows')\ncontext.add_output_metadata({'rows': 2})\ncontext.asset_key.path")
    assert api.value("a") == ["a"]
    assert api.assets["a"].history[0].metadata == {"rows": 2}


def test_what_is_logged_is_shown_below_the_cell(api):
    """`context.log.info` is for the reader; what is for debugging is not."""
    ran = api.asset("a", "context.log.info('two rows')\ncontext.log.debug('unseen')\n1")
    assert "INFO two rows" in ran.stderr
    assert "unseen" not in ran.text


def test_a_variable_called_context_comes_first(api):
    """A notebook that has a variable of that name means it."""
    api.run("context = 'mine'")
    api.asset("a", "context")
    assert api.value("a") == "mine"


def test_a_variable_called_context_that_comes_later(api):
    """The asset is stale then, as with any name that appears."""
    api.asset("a", "str(context)[:4]")
    assert api.status("a") == "fresh"
    api.run("context = 'mine'")
    assert api.status("a") == "stale"


def test_a_result_says_something_of_the_bound_value(api):
    """A body that binds its name and ends with a result gives the value, and what is said of it."""
    ran = api.asset("a", "a = [1, 2]\nMaterializeResult(metadata={'rows': len(a)})")
    assert ran.ok, ran.message
    assert api.here("a") == [1, 2]
    assert "rows: 2" in ran.text


def test_a_body_that_evaluates_its_own_checks(api):
    """`check_specs`: the verdicts come with the value."""
    result = "MaterializeResult(check_results=[AssetCheckResult(check_name='sorted', passed=a == sorted(a))])"
    assert api.asset("a", f"a = [1, 2]\n{result}", "check_specs=sorted").ok
    assert api.checks("a") == {"sorted": True}
    ran = api.edit("a", f"%%asset a check_specs=sorted\na = [2, 1]\n{result}")
    assert ran.ok
    assert "✗ sorted" in ran.text
    assert api.checks("a") == {"sorted": False}


def test_the_verdict_returns_with_the_value(api):
    """An edit undone brings back the value and its verdict, and nothing runs."""
    body = "a = {}\nAssetCheckResult(passed=a > 1)"
    first = api.asset("a", body.format(2), "check_specs=large")
    assert first.ok, first.message
    api.edit("a", asset_cell("a", body.format(1), "check_specs=large"))
    assert api.checks("a") == {"large": False}
    api.edit("a", asset_cell("a", body.format(2), "check_specs=large"))
    assert api.checks("a") == {"large": True}
    assert api.count("a") == 2


def test_a_declared_check_without_a_verdict(api):
    """A check that the body does not speak of is an error that names it."""
    ran = api.asset("a", "1", "check_specs=sorted")
    assert "no AssetCheckResult for the check sorted of a" in ran.message


def test_a_check_that_is_no_longer_declared_is_gone(api):
    """The checks of a body are those of its last edit."""
    api.asset("a", "a = 1\nAssetCheckResult(passed=True)", "check_specs=one")
    api.edit("a", "%%asset a\n1")
    assert api.checks("a") == {}


FACTS = {
    "text": ("MetadataValue.text('a <b>')", "a &lt;b&gt;", "k: a <b>"),
    "url": (
        "MetadataValue.url('https://example.org/x')",
        '<a href="https://example.org/x">',
        "k: https://example.org/x",
    ),
    "other address": (
        "MetadataValue.url('javascript:alert(1)')",
        ">javascript:alert(1)</td>",
        "k: javascript:alert(1)",
    ),
    "path": ("MetadataValue.path('data/x.csv')", "font-family:monospace", "k: data/x.csv"),
    "md": ("MetadataValue.md('**bold** <i>x</i>')", "<strong>bold</strong> &lt;i&gt;", "**bold** <i>x</i>"),
    "picture": ("MetadataValue.md('![x](https://example.org/x.png)')", "<p>!<a href=", "![x]"),
    "table": ("MetadataValue.table([{'n': 1, 'who': '<b>'}])", "<td", "n  who"),
    "long table": ("MetadataValue.table([{'n': n} for n in range(30)])", "10 more rows", "… 10 more rows"),
    "json": ("{'a': [1, {'b': None}]}", "{&quot;a&quot;: [1,", 'k: {"a": [1, {"b": null}]}'),
    "long json": ("{'a': list(range(50))}", "<pre", '"a": ['),
    "int": ("12", ">12</td>", "k: 12"),
    "float": ("0.123456789", ">0.123457</td>", "k: 0.123457"),
    "bool": ("True", ">True</td>", "k: True"),
    "none": ("None", ">None</td>", "k: None"),
    "columns": ("TableSchema([TableColumn('n', 'int', 'How many')])", "How many", "How many"),
}


@pytest.mark.parametrize(("fact", "page", "text"), FACTS.values(), ids=FACTS)
def test_metadata_is_shown_as_what_it_is(api, fact, page, text):
    """Links, tables, Markdown and JSON in the card, and the same as text; markup of the user's is never obeyed."""
    ran = api.asset("a", f"Output(1, metadata={{'k': {fact}}})")
    assert ran.ok, ran.message
    card = ran.displays[0]
    assert page in card["text/html"]
    assert "<img" not in card["text/html"]
    assert text in card["text/plain"]


def test_metadata_of_a_check_is_shown_as_what_it_is(api):
    """The table behind a verdict stands below it."""
    api.asset("a", "[1, -1]")
    ran = api.check(
        "a", "AssetCheckResult(passed=False, metadata={'bad': MetadataValue.table([{'row': 1, 'value': -1}])})"
    )
    assert "row  value" in ran.text
    assert "✗ ok" in ran.text


@pytest.mark.parametrize(
    "results",
    [
        "MaterializeResult(asset_key='p/b', metadata={'n': 1})",
        "[MaterializeResult(asset_key='p/b', metadata={'n': 1}), MaterializeResult(asset_key='p/a')]",
        "Output(2, 'b', metadata={'n': 1})",
        "Output(1), Output(2, metadata={'n': 1})",
    ],
)
def test_results_say_something_of_some_of_the_bound_values(api, results):
    """In a multi-asset too: no bound value is lost, whatever is said of it or of another one."""
    ran = api.run(f"%%multi_asset a b key_prefix=p\na, b = 1, 2\n{results}", "m")
    assert ran.ok, ran.message
    assert (api.value("p/a"), api.value("p/b")) == (1, 2)
    assert api.assets["p/b"].history[0].metadata == {"n": 1}


def test_facts_and_verdicts_of_one_bound_value(api):
    """The value is there with both, under another variable too."""
    results = "[MaterializeResult(metadata={'n': 1}), AssetCheckResult(passed=True)]"
    ran = api.run(f"%%asset a bind=x check_specs=ok\nx = 5\n{results}", "a")
    assert ran.ok, ran.message
    assert (api.value("a"), api.here("x"), api.checks("a")) == (5, 5, {"ok": True})
    assert api.run("%%asset b bind=y check_specs=ok\ny = 6\nAssetCheckResult(passed=True)", "b").ok
    assert api.value("b") == 6


def test_one_of_several_is_taken_over_by_another_cell(api):
    """The other goes on being made, and what the code gives for the lost one is left aside."""
    rate = api.run("rate = 1")
    api.run("%%multi_asset a b\na = b = [rate]", "m")
    api.run("%%asset b\n[3]", "b")
    api.edit(rate.id, "rate = 2")
    assert api.materialize().ok
    assert (api.value("a"), api.value("b")) == ([2], [3])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@asset\ndef a(): return 1", "a was defined by In["),
        ("@asset_check(asset='u')\ndef c(u): return True", "the check c of u was defined by In["),
        ("%%asset_check u name=c\nTrue", "the check c of u was defined by In["),
    ],
)
def test_a_definition_in_another_cell_says_so(api, text, name):
    """The same name from another cell: the last wins, with a warning; the same cell again says nothing."""
    api.asset("u", "1")
    assert api.run(text, "one").stderr == ""
    assert name in api.run(text, "two").stderr
    assert api.rerun("two").stderr == ""


def test_what_a_check_prints_is_shown_once(api):
    """When it is evaluated, and when its cell runs again."""
    api.asset("a", "1")
    first = api.run("%%asset_check a name=c\nprint('looking')\na > 0", "c")
    assert first.stdout.count("looking") == 1
    assert api.rerun("c").stdout == first.stdout


def test_a_check_outlives_another_name_of_its_asset(api):
    """An asset that is renamed and gets its old name back has its checks, as in a new kernel."""
    api.asset("a", "1", id="cell")
    api.check("a", "a > 1", "blocking", name="large")
    api.asset("z", "1", id="cell")
    assert api.assets["z"].checks == ()
    api.asset("a", "1", id="cell")
    assert api.checks("a") == {"large": False}


def test_forgetting_an_asset_forgets_its_checks(api):
    """`%forget` is meant."""
    api.asset("a", "1")
    api.check("a", "a > 1", "blocking", name="large")
    api.run("%forget a")
    assert api.rerun("a").ok
    assert api.checks("a") == {}


def test_a_blocking_check_that_failed_before_is_told_again(api):
    """`%materialize` says how things stand, so running it twice says the same."""
    api.asset("a", "1")
    assert not api.check("a", "a > 1", "blocking", name="large").ok
    first = api.materialize()
    assert "blocking check large of a did not pass" in first.message
    assert api.materialize().message == first.message


def test_a_fresh_value_is_not_said_to_be_missing(api):
    """A variable set back makes the last value fresh again, though the run in between gave none."""
    source = api.run("found = 4")
    api.asset("maybe", "found", "output_required=false")
    api.edit(source.id, "found = None")
    api.materialize()
    assert "it has no new value" in api.causes("maybe")[0]
    api.edit(source.id, "found = 4")
    assert (api.status("maybe"), api.flags("maybe")) == ("fresh", "")


@pytest.mark.parametrize(
    "code",
    ["assets['a'].materialize(force=True)", "assets['a'].history", "assets['a'].checks", "assets['s'].observe()"],
)
def test_what_the_registry_gives_is_shown_alike_in_each_run(api, code):
    """No time, duration or random id reaches the page."""
    api.run("from asset_magic import assets")
    api.asset("a", "None")
    api.check("a", "a is None")
    api.run("%%source_asset s\nObserveResult()")
    first = api.run(code).stdout.partition(": ")[2]
    api.assets["a"].materialize(force=True)
    assert len(api.assets["a"].history) > 1
    second = api.run(f"{code}[:1]" if "history" in code else code).stdout.partition(": ")[2]
    assert second == first != ""


def test_an_error_of_ours_in_a_body_is_shown_where_the_body_calls(api):
    """Our own frames, and with them the paths of this machine, are left out."""
    ran = api.asset("a", "AssetSpec('no name')")
    assert "cannot name an asset" in ran.text
    assert "AssetSpec('no name')" in ran.text
    assert "specs.py" not in ran.text


def test_a_missing_asset_says_which_cell_to_run(api):
    """What was computed from an older helper may be why there is no value, so it is a cause there, too."""
    helper = api.run("def found(): return None")
    api.run("value = found()")
    api.asset("maybe", "value", "output_required=false")
    api.edit(helper.id, "def found(): return 4")
    assert any("run that cell" in cause for cause in api.causes("maybe"))


def test_a_check_may_not_replace_one_of_the_asset_itself(api):
    """Two checks of one name would overwrite each other's verdicts, whichever cell ran last."""
    api.run("%%asset a check_specs=ok\na = 1\nAssetCheckResult(passed=True)", "a")
    assert "give one another name" in api.check("a", "a > 5").message
    assert api.checks("a") == {"ok": True}


def test_an_upstream_that_is_gone_is_told_once(api):
    """A dependency that is declared without its value, too."""
    api.asset("a", "5")
    api.asset("b", "1", "deps=a")
    api.run("%forget a")
    assert api.causes("b") == ["upstream a is not defined yet"]


def test_a_missing_asset_that_failed_says_so(api):
    """It was tried, and why it has no value is known."""
    api.asset("a", "1 / 0")
    assert api.causes("a") == ["the last run failed: ZeroDivisionError: division by zero"]
    assert api.run("%stale").text.count("the last run failed") == 1


def test_a_check_that_reads_another_asset_brings_it_up_to_date(api):
    """The cell of a check needs all that its body reads, not only what it checks."""
    api.asset("limit", "3")
    api.asset("rows", "[1, 2]")
    api.edit("limit", asset_cell("limit", "1", "defer"))
    assert api.status("limit") == "stale"
    api.check("rows", "len(rows) <= limit")
    assert api.statuses() == {"limit": "fresh", "rows": "fresh"}
    assert api.checks("rows") == {"ok": False}


def test_a_spec_in_a_variable_declares_an_external_asset(api):
    """`deps=raw` means the external asset whose spec the variable `raw` holds."""
    api.run("raw = AssetSpec('shop/raw', description='From the shop')")
    ran = api.asset("a", "1", "deps=shop/raw")
    assert ran.ok, ran.message
    assert api.statuses() == {"shop/raw": "fresh", "a": "fresh"}


@pytest.mark.parametrize(
    "reader",
    ["%%asset b ins=x=a\nfound(), x", "@asset(ins={'x': 'a'})\ndef b(x): return found(), x"],
    ids=["cell", "function"],
)
def test_a_renamed_input_is_nothing_to_helpers(api, reader):
    """A helper that reads a variable of that name finds the notebook's own."""
    api.asset("a", "1")
    api.run("x = 7")
    api.run("def found(): return x")
    api.run(reader)
    assert api.materialize().ok
    assert api.value("b") == (7, 1)


def test_a_loaded_value_is_put_back_though_the_body_materializes_another(api):
    """What a run in the middle of a body loads and what the body itself loads are kept apart."""
    api.run("from asset_magic import assets")
    api.asset("rows", "[1]")
    api.asset("other", "1", "defer")
    ran = api.asset(
        "a", "mine = context.load_asset_value('rows')\nassets.materialize('other')\nmine.append(2)", "deps=rows"
    )
    assert "changed rows in place" in ran.stderr
    assert api.here("rows") == [1]


def test_checks_of_several_assets(api):
    """`check_specs=asset:check` in a multi-asset, with a verdict for each."""
    body = (
        "train, test = [1, 2], []\n"
        "made = {'train': train, 'test': test}\n"
        "[AssetCheckResult(asset_key=key, passed=bool(value)) for key, value in made.items()]"
    )
    ran = api.run(f"%%multi_asset train test check_specs=train:not_empty,test:not_empty\n{body}", "split")
    assert ran.ok, ran.message
    assert api.checks("train") == {"not_empty": True}
    assert api.checks("test") == {"not_empty": False}
    assert api.value("train") == [1, 2]


@pytest.mark.parametrize("checks", ["not_empty", "other:not_empty", "train:"])
def test_a_check_of_several_assets_says_which_it_checks(api, checks):
    """A check that is of none of them is a short error, and nothing is registered."""
    ran = api.run(f"%%multi_asset train test check_specs={checks}\ntrain = test = 1", "split")
    assert not ran.ok
    assert "check" in ran.message
    assert "\n" not in ran.message
    assert len(api.assets) == 0
