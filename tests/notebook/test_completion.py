"""Tab completion: what may follow on the lines of the magics, where a selection is typed and elsewhere."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter

from asset_magic.notebook.completion import candidates
from asset_magic.session.live import current_runner

NAMES = ["orders", "out/report"]
EXPECTING_AN_ASSET = [*NAMES, "key:", "group:", "tag:", "kind:", "owner:", "is:", "status:", "key_prefix:"]


@pytest.fixture
def shop(nb):
    nb.run("%%asset orders group=raw tags=tier=gold owners=team:data kinds=pandas\n1")
    ran = nb.run("%%asset report key_prefix=out group=shop tags={tier: silver, daily: ''} owners=team:r+d\norders")
    assert ran.ok, ran.text
    return nb


def offered(line):
    return candidates(current_runner(), line)[1]


@pytest.mark.parametrize("magic", ["materialize", "lineage", "assets", "stale", "forget"])
@pytest.mark.parametrize(
    "before", ["", "+", "1+", "(", "not ", "orders and ", "orders or ", "orders, ", "roots(", "a AND +"]
)
def test_where_an_asset_is_due_names_and_attributes_are_offered(shop, magic, before):
    found = offered(f"%{magic} {before}")

    assert found[: len(EXPECTING_AN_ASSET)] == EXPECTING_AN_ASSET
    assert "and " not in found
    assert offered(f"%{magic} {before}ord") == ["orders"]


@pytest.mark.parametrize(
    "before", ["orders ", "+orders ", "(orders) ", 'owner:"team:r+d" ', "orders+1 ", "tag:tier=gold "]
)
def test_behind_an_asset_the_joining_words_are_offered(shop, before):
    assert offered(f"%stale {before}") == ["and ", "or "]
    assert offered(f"%stale {before}a") == ["and "]


def test_what_is_compared_is_a_name_and_places_in_its_history(shop):
    shop.run("%%asset orders\n2")
    assert offered("%diff ") == NAMES
    assert offered("%diff out") == ["out/report"]
    assert offered("%diff orders ") == offered("%diff orders 1 ") == ["0", "1"]
    assert offered("%diff nobody ") == []


def test_behind_a_name_to_forget_more_names_are_offered(shop):
    assert offered("%forget orders ") == ["and ", "or ", *NAMES]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("group:", ["group:raw", "group:shop"]),
        ('owner:"team:r', ['owner:"team:r+d"']),
        ("kind:", ["kind:<null>", "kind:pandas"]),
        ("owner:", ['owner:"team:r+d"', "owner:<null>", "owner:team:data"]),
        ("owner:team:d", ["owner:team:data"]),
        ("tag:", ["tag:<null>", "tag:daily", 'tag:daily=""', "tag:tier", "tag:tier=gold", "tag:tier=silver"]),
        ("tag:tier=g", ["tag:tier=gold"]),
        ("status:", ["status:fresh", "status:stale", "status:missing", "status:failed"]),
        ("is:", ["is:external", "is:materializable"]),
        ("key:o", ["key:orders", "key:out/report"]),
        ("key_prefix:", ["key_prefix:out"]),
        ("nothing:", []),
    ],
)
def test_behind_an_attribute_its_known_values_are_offered(shop, typed, found):
    assert candidates(current_runner(), f"%lineage orders and {typed}") == (typed, found)


@pytest.mark.parametrize("typed", ["group:", "kind:", "owner:", "tag:", "status:", "is:", "key:", "key_prefix:"])
def test_what_is_offered_can_be_selected(shop, typed):
    for text in offered(f"%assets {typed}"):
        ran = shop.run(f"%assets {text} or orders", "scratch")
        assert ran.ok, ran.text


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("%materialize --", ["--only", "--force", "--dry-run"]),
        ("%materialize orders --d", ["--dry-run"]),
        ("%materialize orders+", []),
        ("%asset o", NAMES),
        ("%%asset_check o", NAMES),
        ("%%asset new deps=o", NAMES),
        ("%%asset new deps=orders,ou", ["out/report"]),
        ("%%asset new gro", ["group="]),
        ("%%asset o", []),
        ("%assets", []),
        ("orders ", []),
        ("", []),
    ],
)
def test_other_places(shop, line, found):
    assert offered(line) == found


def test_the_shell_puts_a_completion_in_the_place_of_what_was_typed(shop):
    line = '%materialize orders or owner:"team:r'
    with provisionalcompleter():
        completions = list(shop.shell.Completer.completions(line, len(line)))

    assert [line[: c.start] + c.text for c in completions] == ['%materialize orders or owner:"team:r+d"']
