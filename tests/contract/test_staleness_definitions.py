"""What is said of the code counts as the code does: which inputs it gets, and what becomes of what it gives."""

import pytest


@pytest.fixture
def api(nb):
    """A notebook with the names of the API, and two assets."""
    assert nb.run("from asset_magic import *").ok
    nb.asset("a", "1")
    nb.asset("b", "2")
    return nb


def test_inputs_change_places(api):
    """`ins`: the same assets under other names give another value."""
    api.run("%%asset d ins=x=a,y=b\n10 * x + y", "d")
    assert api.value("d") == 12
    api.edit("d", "%%asset d ins=x=b,y=a\n10 * x + y")
    assert api.value("d") == 21
    api.edit("d", "%%asset d ins=x=a,y=b defer\n10 * x + y")
    assert api.causes("d") == ["its definition changed"]


def test_inputs_of_a_function_change_places(api):
    """`ins` of a decorator, too."""
    function = "@asset(ins={{'x': '{}', 'y': '{}'}})\ndef d(x, y): return 10 * x + y"
    api.run(function.format("a", "b"), "d")
    api.materialize()
    api.edit("d", function.format("b", "a"))
    assert api.status("d") == "stale"
    api.materialize()
    assert api.value("d") == 21


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("%%multi_asset one two\n(1, 2)", "%%multi_asset two one\n(1, 2)"),
        (
            "@multi_asset(outs={'one': AssetOut(), 'two': AssetOut()})\ndef m(): return 1, 2",
            "@multi_asset(outs={'two': AssetOut(), 'one': AssetOut()})\ndef m(): return 1, 2",
        ),
        (
            "@multi_asset(outs={'x': AssetOut(key='one'), 'y': AssetOut(key='two')})\n"
            "def m():\n    yield Output(1, 'x')\n    yield Output(2, 'y')",
            "@multi_asset(outs={'x': AssetOut(key='two'), 'y': AssetOut(key='one')})\n"
            "def m():\n    yield Output(1, 'x')\n    yield Output(2, 'y')",
        ),
    ],
    ids=["cell", "order of outs", "keys of outs"],
)
def test_outputs_change_places(api, before, after):
    """Several assets are told apart by their place or the name of the output."""
    api.run(before, "m")
    api.materialize()
    assert (api.value("one"), api.value("two")) == (1, 2)
    api.edit("m", after)
    api.materialize()
    assert (api.value("one"), api.value("two")) == (2, 1)


def test_another_variable_is_the_value(api):
    """`bind` says which variable of the body is the value."""
    api.run("%%asset k/c bind=x\nx = 1\ny = 2", "c")
    api.edit("c", "%%asset k/c bind=y\nx = 1\ny = 2")
    assert api.value("k/c") == 2


def test_none_is_no_value_any_more(api):
    """`output_required=false`: a None that was a value is none, as in a new kernel."""
    api.run("found = None")
    api.asset("maybe", "found")
    assert api.status("maybe") == "fresh"
    api.asset("maybe", "found", "output_required=false")
    assert api.status("maybe") == "stale"
    assert api.restart_and_run_all().status("maybe") == "missing"


def test_a_check_that_is_declared_anew(api):
    """`check_specs`: the code runs again for a verdict that it has not given, and says so if it does not."""
    body = "c = 1\nAssetCheckResult(check_name='one', passed=True)"
    api.run(f"%%asset c check_specs=one\n{body}", "c")
    ran = api.edit("c", f"%%asset c check_specs=one,two\n{body}")
    assert "no AssetCheckResult for the check two of c" in ran.message
    assert api.status("c") == "stale"
    assert api.edit("c", f"%%asset c check_specs=one\n{body}").ok
    assert api.status("c") == "fresh"


@pytest.mark.parametrize(
    "options",
    [
        "max_retries=2 delay=0.1",
        "description=new group=g tags=x=y kinds=k owners=team:t metadata=n=1",
        "output_required=true",
    ],
)
def test_what_is_said_for_people_is_no_change(api, options):
    """Labels and retries leave an asset fresh."""
    api.asset("c", "a + 1")
    api.asset("c", "a + 1", options)
    assert api.status("c") == "fresh"
    assert api.count("c") == 1


def test_retries_that_are_taken_away(api):
    """A cell that says nothing of retries any more fails at once."""
    api.asset("c", "1 / 0", "max_retries=2")
    assert api.count("c") == 3
    api.asset("c", "1 / 0")
    assert api.count("c") == 4


def test_a_failed_check_becomes_blocking_and_is_not_any_more(api):
    """Whether a verdict blocks is for the check as it stands now; its code does not run again."""
    api.check("a", "a > 1", name="large")
    assert api.asset("c", "a").ok
    assert not api.check("a", "a > 1", "blocking", name="large").ok
    assert not api.asset("c", "a + 1").ok
    assert api.check("a", "a > 1", name="large").ok
    assert api.asset("c", "a + 1").ok
    assert api.count("check a large") == 1


def test_a_failed_check_becomes_a_warning(api):
    """So for its severity and description."""
    assert not api.check("a", "a > 1", "blocking", name="large").ok
    ran = api.check("a", "a > 1", "blocking severity=warn description='rather small'", name="large")
    assert ran.ok
    assert "! large (blocking, rather small)" in ran.text


def test_what_a_check_states_itself_stays(api):
    """A severity that the code gave counts before that of the check."""
    body = "AssetCheckResult(passed=a > 1, severity=AssetCheckSeverity.ERROR)"
    api.check("a", body, "blocking", name="large")
    assert not api.check("a", body, "blocking severity=warn", name="large").ok


def test_inputs_of_a_check_change_places(api):
    """The same assets under other names lead to another verdict."""
    check = "@asset_check(asset='a', additional_ins={{'x': '{}', 'y': '{}'}})\ndef less(x, y): return x < y"
    api.run(check.format("a", "b"), "less")
    api.materialize()
    assert api.checks("a") == {"less": True}
    api.edit("less", check.format("b", "a"))
    api.materialize()
    assert api.checks("a") == {"less": False}


def test_another_check_of_the_same_code(api):
    """Code that evaluates one check more is evaluated again for all, and fails if it does not know that one."""
    check = (
        "@multi_asset_check(specs=[AssetCheckSpec(name, asset='a') for name in {}])\n"
        "def of_a(a): yield AssetCheckResult(check_name='one', passed=True)"
    )
    api.run(check.format(["one"]), "of_a")
    assert api.materialize().ok
    api.edit("of_a", check.format(["one", "two"]))
    assert "no AssetCheckResult for the check two of a" in api.materialize().message


def test_a_verdict_that_is_left_out_is_not_asked_for_again(api):
    """`can_subset` of checks: the code runs again when something that it follows from has changed."""
    api.run("""
        @multi_asset_check(specs=[AssetCheckSpec(name, asset="a") for name in ("one", "two")], can_subset=True)
        def of_a(a):
            import asset_probe; asset_probe.ran("of_a")
            yield AssetCheckResult(check_name="one", passed=True)
    """)
    api.materialize()
    api.materialize()
    assert api.count("of_a") == 1
    api.asset("a", "3")
    assert api.count("of_a") == 2
