"""The version of code changes when the code means something else, and not else."""

from __future__ import annotations

import ast

import pytest

from asset_magic.reading.code import code_version, normal_form

BASE = '''
def f(x, y=1):
    """Docs."""
    total = x.a + y
    return [total, "s"]
'''


def version(source: str) -> str:
    return code_version(ast.parse(source))


@pytest.mark.parametrize(
    "same",
    [
        BASE + "\n# a comment\n",
        BASE.replace("total = x.a + y", "total = ( x . a   +\\\n y )  # why"),
        BASE.replace('"""Docs."""', "'Other docs.'"),
        BASE.replace('    """Docs."""\n', ""),
        BASE.replace('"s"', "'s'"),
        BASE.replace('"s"', "u's'"),
        BASE.replace('[total, "s"]', '[\n        total,\n        "s",\n    ]'),
        BASE.replace("y=1", "y=0x1"),
    ],
)
def test_writing_it_otherwise_changes_nothing(same):
    assert version(same) == version(BASE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(
            ("f(x", "g(x"),
            ("x, y=1", "x, /, y=1"),
            ("y=1", "y=2"),
            ("y=1", "y=1.0"),
            ("y=1", "y=True"),
            ("y=1", "*, y=1"),
        ),
        *(("x.a", "x.b"), ("x.a +", "x.a -"), ("+ y", "+ x"), ("total =", "total +="), ('"s"', '"S"'), ('"s"', 'b"s"')),
        *(("[total", "(total"), ("return", "yield"), ("def f", "async def f"), ("total = x", "total: int = x")),
        *(("def f", "@d\ndef f"), ('"s"', '"s", "s"'), ('"s"', 'f"{x}s"'), ("x, y=1", "x: int, y=1")),
    ],
)
def test_each_change_of_meaning_is_seen(old, new):
    changed = BASE.replace(old, new)
    if new.startswith("("):
        changed = changed.replace('"s"]', '"s")')
    assert changed != BASE
    assert version(changed) != version(BASE)


@pytest.mark.parametrize(
    "constants",
    [
        *(["1", "1.0", "True", "1j", "'1'", "b'1'"], ["0.0", "-0.0", "0", "False", "None", "..."], ["()", "[]", "{}"]),
        *(["f(a, b)", "f(a, k=b)", "f(a, *b)", "f(a, **b)", "f((a, b))"], ["x[a:]", "x[:a]", "x[::a]", "x[a]"]),
        *(["{**a, 1: b}", "{1: b, **a}"], ["a < b < c", "a < (b < c)"], ["'a,b'", "'a', 'b'"], ["f'{a}'", "f'{a!r}'"]),
        ["f'{a:>{b}}'", "f'{a:>b}'", "f'{a}{b}'"],
    ],
)
def test_similar_code_differs(constants):
    assert len({version(constant) for constant in constants}) == len(constants)


def test_a_bare_string_at_the_top_level_counts():
    assert version("'a'") != version("'b'")


def test_a_body_of_only_a_docstring_reads_as_pass():
    assert version("def f(): 'docs'") == version("def f(): pass")
    assert version("class A: 'docs'") == version("class A: pass")


def test_numbers_of_any_length_have_a_form():
    assert len({version(f"x = {hex(16**5000 + extra)}") for extra in (0, 1)}) == 2


def test_code_of_any_depth_has_a_form():
    assert normal_form(ast.parse(" + ".join(["a"] * 2000))).count("BinOp") == 1999


def test_the_form_is_plain_ascii_whatever_the_code_holds():
    source = "x = '\\ud800 \\U0001FAE8 \u00e9'"
    assert normal_form(ast.parse(source)).isascii()


def test_the_version_is_fixed():
    # Stored versions must stay valid: change this only together with the store's format.
    assert version("x = f(1.5, 'a') if not y else -z[0:1]") == "b7fa9a19e6ad7a49e0bf1da9981e3f37"
