"""Why an asset is stale, as a tree down to what has changed: what `%asset`, `%stale` and `stale_causes` tell."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from notebook_user import Notebook


def detail(nb: Notebook, name: str) -> str:
    """What `%asset` shows as text."""
    return nb.run(f"%asset {name}", None).text


def chain(nb: Notebook, length: int) -> None:
    """``a0`` reads rate, and each further asset the one before it."""
    nb.run("rate = 1")
    nb.asset("a0", "rate")
    for k in range(1, length):
        nb.asset(f"a{k}", f"a{k - 1} + 1")


# Down to what has changed


def test_the_tree_goes_down_to_what_has_changed(nb):
    chain(nb, 4)
    nb.run("rate = 2")
    assert detail(nb, "a3").startswith(
        "a3 is stale\n"
        "  upstream a2 is stale\n"
        "    upstream a1 is stale\n"
        "      upstream a0 is stale\n"
        "        rate 1 -> 2\n"
    )


def test_the_middle_of_a_long_chain_is_counted(nb):
    chain(nb, 10)
    nb.run("rate = 2")
    assert detail(nb, "a9").startswith(
        "a9 is stale\n"
        "  upstream a8 is stale\n"
        "    … 7 more assets between: a7, a6, a5, …\n"
        "      upstream a0 is stale\n"
        "        rate 1 -> 2\n"
    )
    assert "… 7 more assets between" in nb.run("%stale a9", None).text


def test_a_chain_is_told_up_to_where_something_else_has_changed_too(nb):
    chain(nb, 8)
    nb.asset("a4", "a3 + 2", "defer")
    nb.run("rate = 2")
    shown = detail(nb, "a7")
    assert "… 2 more assets between" not in shown.split("its code changed")[0]
    assert "its code changed" in shown
    assert "rate 1 -> 2" in shown


def test_what_is_behind_a_diamond_is_told_once(nb):
    nb.run("rate = 1")
    nb.asset("root", "rate")
    nb.asset("left", "root + 1")
    nb.asset("right", "root + 2")
    nb.asset("join", "left + right")
    nb.run("rate = 2")
    assert detail(nb, "join").startswith(
        "join is stale\n"
        "  upstream left is stale\n"
        "    upstream root is stale\n"
        "      rate 1 -> 2\n"
        "  upstream right is stale\n"
        "    upstream root is stale (see above)\n"
    )


def test_layers_that_read_each_other_fully_stay_short(nb):
    nb.run("rate = 1")
    for layer in range(4):
        above = " + ".join(f"x{layer - 1}{k}" for k in range(4)) or "rate"
        for k in range(4):
            nb.asset(f"x{layer}{k}", above if layer else "rate")
    nb.run("rate = 2")
    shown = detail(nb, "x33")
    assert "upstream x00, x01, x02, x03 are not fresh (see above)" in shown
    assert len(shown.split("is stale\n", 1)[1].split("group")[0].splitlines()) < 30


def test_causes_as_objects_have_the_same_tree(nb):
    chain(nb, 3)
    nb.run("rate = 2")
    (cause,) = nb.assets["a2"].stale_causes
    (behind,) = cause.children
    (first,) = behind.children
    assert [cause.reason, behind.reason, first.reason] == [
        "upstream a1 is stale",
        "upstream a0 is stale",
        "rate 1 -> 2",
    ]


def test_what_is_shown_of_a_stale_asset_is_the_same_each_time(nb):
    chain(nb, 10)
    nb.run("def f(x):\n    return x", "f")
    nb.asset("b", "f(a9)")
    nb.run("rate = 2")
    nb.run("def f(x):\n    return x + 1", "f")
    first, second = (nb.run("%asset b", None).displays for _ in range(2))
    assert first == second


# How code has changed


def test_a_changed_body_is_shown_as_a_diff(nb):
    nb.run("%%asset a\nx = 1\nx + 1", "a")
    nb.run("%%asset a defer\n# better\nx = 1\nx + 2", "a")
    assert "  its code changed\n    @@ -1,2 +2,2 @@\n     x = 1\n    -x + 1\n    +x + 2\n" in detail(nb, "a")
    (cause,) = nb.assets["a"].stale_causes
    assert cause.diff == ("@@ -1,2 +2,2 @@", " x = 1", "-x + 1", "+x + 2")


def test_a_changed_helper_two_levels_down_is_shown_where_it_counts(nb):
    nb.run("def inner(x):\n    return x + 1", "inner")
    nb.run("def outer(x):\n    return inner(x)", "outer")
    nb.asset("a", "outer(1)")
    nb.asset("b", "a")
    nb.run("def inner(x):\n    # more\n    return x + 2", "inner")
    shown = detail(nb, "b")
    assert "helper inner changed (through outer, used by a)" in shown
    assert "-    return x + 1" in shown
    assert "+    return x + 2" in shown
    assert "# more" not in shown
    assert "outer changed" not in shown


@pytest.mark.parametrize(
    ("before", "now", "lines"),
    [
        ("f = lambda: 1", "f = lambda: 2", ["-f = lambda: 1", "+f = lambda: 2"]),
        ("class f:\n    n = 1", "class f:\n    n = 2", ["-    n = 1", "+    n = 2"]),
        (
            "class f:\n    def g(self): return 1",
            "class f:\n    def g(self): return 2",
            ["-        return 1", "+        return 2"],
        ),
        (
            "from dataclasses import dataclass\n@dataclass\nclass f:\n    n: int = 1",
            "from dataclasses import dataclass\n@dataclass\nclass f:\n    n: int = 2",
            ["-    n: int = 1", "+    n: int = 2"],
        ),
        (
            "from functools import cache\n@cache\ndef f():\n    return 1",
            "from functools import cache\n@cache\ndef f():\n    return 2",
            ["-    return 1", "+    return 2"],
        ),
        ("f = {'g': lambda: 1}", "f = {'g': lambda: 2}", ["-f = {'g': lambda: 1}", "+f = {'g': lambda: 2}"]),
    ],
)  # fmt: skip
def test_each_kind_of_helper_is_shown_as_a_diff(nb, before, now, lines):
    nb.run(before, "f")
    nb.asset("a", "str(type(f))")
    nb.run(now, "f")
    shown = [line.strip(" ") for line in detail(nb, "a").splitlines()]
    assert [line for line in shown if line[:1] in ("+", "-")] == [line.strip() for line in lines]


def test_a_class_set_back_is_shown_as_it_is_now(nb):
    nb.run("class Config:\n    rate = 1", "config")
    nb.run("class Config:\n    rate = 2", "config")
    nb.asset("a", "Config.rate")
    nb.run("class Config:\n    rate = 1", "config")
    assert nb.assets["a"].stale_causes[0].diff[-2:] == ("-    rate = 2", "+    rate = 1")


def test_a_helper_of_which_only_what_it_holds_has_changed_says_so(nb):
    nb.run("def make(n):\n    return lambda x: n * x", "make")
    nb.run("times = make(2)", "times")
    nb.asset("a", "times(1)")
    nb.run("times = make(3)", "times")
    assert "helper times changed\n    its own code is the same" in detail(nb, "a")


def test_a_local_module_is_shown_as_a_diff(nb):
    path = Path("shop_rates.py")
    path.write_text("RATE = 1\n\n\ndef rate():\n    return RATE\n")
    nb.run("import shop_rates\nfrom shop_rates import rate", "imports")
    nb.asset("whole", "vars(shop_rates)['RATE']")
    nb.asset("part", "rate()")
    path.write_text("# Rates\nRATE = 1\n\n\ndef rate():\n    return RATE * 2\n")
    importlib.invalidate_caches()
    nb.run("import importlib\nimportlib.reload(shop_rates)\nfrom shop_rates import rate", "imports")
    for name in ("whole", "part"):
        shown = detail(nb, name)
        assert "-    return RATE\n" in shown
        assert "+    return RATE * 2\n" in shown
        assert "# Rates" not in shown


def test_a_diff_is_told_once(nb):
    nb.run("def f(x):\n    return x", "f")
    nb.asset("a", "f(1)")
    nb.asset("b", "f(2)")
    nb.asset("c", "a + b")
    nb.run("def f(x):\n    return x + 1", "f")
    assert detail(nb, "c").count("+    return x + 1") == 1


def test_a_diff_in_html_marks_what_is_removed_and_added(nb):
    nb.asset("a", "'<b>'")
    nb.asset("a", "'<i>'", "defer")
    html = nb.run("%asset a", None).displays[0]["text/html"]
    assert "+&#x27;&lt;i&gt;&#x27;</span>" in html
    assert "-&#x27;&lt;b&gt;&#x27;</span>" in html
    assert "<b>'" not in html


def test_long_diffs_are_cut(nb):
    nb.asset("a", "\n".join(f"x{k} = {k}" for k in range(100)))
    nb.asset("a", "\n".join(f"x{k} = {k + 1}" for k in range(100)), "defer")
    assert "more lines" in detail(nb, "a").split("group")[0]
    assert len(detail(nb, "a").split("group")[0].splitlines()) < 35


def test_a_declared_version_is_shown(nb):
    nb.asset("a", "1", "code_version=v1")
    nb.asset("a", "1", "code_version=v2 defer")
    assert nb.causes("a") == ["its code version changed: v1 -> v2"]


# Secrets


@pytest.mark.parametrize("name", ["api_token", "PASSWORD", "secret_key", "my_key", "auth", "credentials"])
def test_values_of_secret_variables_are_never_shown(nb, name):
    nb.run(f"{name} = 'hunter2old'", "secret")
    nb.asset("a", f"len({name})")
    nb.run(f"{name} = 'hunter2newer'", "secret")
    assert nb.causes("a") == [f"{name} changed"]
    assert "hunter2" not in detail(nb, "a")


def test_a_value_that_looks_like_a_secret_is_not_shown(nb):
    nb.run("url = 'postgres://ada:hunter2@host/db'", "url")
    nb.asset("a", "len(url)")
    nb.run("url = 'postgres://ada:hunter22@host/db'", "url")
    assert nb.causes("a") == ["url changed"]


def test_secrets_in_code_are_never_shown(nb):
    helper = "def connect():\n    token = '{}'\n    return len(token)"
    nb.run(helper.format("hunter2old"), "connect")
    nb.asset("a", "password = 'hunter2old'\nconnect() + len(password)")
    nb.run(helper.format("hunter2newer"), "connect")
    nb.asset("a", "password = 'hunter2newer'\nconnect() + len(password)", "defer")
    for data in nb.run("%asset a", None).displays:
        assert not any("hunter2" in text for text in data.values())
    shown = detail(nb, "a")
    assert shown.count("-password = '…'") == shown.count("+    token = '…'") == 1


def test_files_are_named_without_the_folders_of_this_machine(nb, folder):
    Path("orders.csv").write_text("a")
    nb.asset("a", "open('orders.csv').read()")
    Path("orders.csv").write_text("b")
    assert nb.causes("a") == ["file orders.csv changed"]
    assert str(folder) not in detail(nb, "a")
