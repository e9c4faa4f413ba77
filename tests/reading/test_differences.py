"""How code has changed, shown as a unified diff of what it means."""

from __future__ import annotations

import pytest

from asset_magic.reading.differences import code_difference

HELPER = '''
def clean(rows):
    """Rows that have a price."""
    found = []
    for row in rows:
        if row["price"] > 0:  # free ones are mistakes
            found.append(row)
    return found
'''


def changed(before: str, now: str) -> list[str]:
    """The lines that the diff removes and adds."""
    return [line for line in code_difference(before, now) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("a + b", "a+b"),
        ("a + b", "(a + b)"),
        ("f(1, 2)", "f(\n    1,\n    2,\n)"),
        ("x = 'a'", 'x = "a"'),
        ("x = 1", "# one\nx = 1  # really\n\n"),
        ("if a:\n    b()\nelse:\n    c()", "if (a):\n    b()\n\nelse:  # not\n    c()"),
        ("try:\n    a()\nexcept E:\n    b()", "try:\n    a()\nexcept (E) :\n\n    b()"),
        ("def f():\n    '''Old.'''\n    return 1", "def f():\n    '''New\n    text.'''\n    return 1"),
        ("    indented = 1", "indented = 1"),
        ("!ls\nx = 1", "!ls\nx = (1)"),
        ("if a:\n    b()\nc()", "if a:\n  b()\nc()"),
        ("a = 1; b = 2", "a = 1\nb = 2"),
        ("def f(x): return x", "def f(x):\n    return x"),
        ("class A:\n    def f(self): a(); b()", "class A:\n    def f(self):\n        a()\n        b()"),
    ],
)  # fmt: skip
def test_form_alone_is_no_difference(before, now):
    assert code_difference(before, now) == ()


def test_only_what_changed_is_removed_and_added():
    now = HELPER.replace("> 0:  # free ones are mistakes", ">= 0:").replace("Rows that", "All rows that")
    assert changed(HELPER, now) == [
        '-        if row["price"] > 0:  # free ones are mistakes',
        '+        if row["price"] >= 0:',
    ]


def test_what_is_around_a_change_is_shown_as_it_is_now():
    lines = code_difference("a = 1\nb = 2\nc = 3", "a = 1  # first\nb = 20\nc = 3")
    assert lines == ("@@ -1,3 +1,3 @@", " a = 1  # first", "-b = 2", "+b = 20", " c = 3")


def test_changes_far_apart_are_in_parts_of_their_own():
    before = "\n".join(f"a{k} = {k}" for k in range(20))
    lines = code_difference(before, before.replace("a1 = 1", "a1 = -1").replace("a18 = 18", "a18 = -18"))
    assert [line for line in lines if line.startswith("@@")] == ["@@ -1,4 +1,4 @@", "@@ -17,4 +17,4 @@"]


def test_an_indentation_is_a_difference():
    assert changed("if a:\n    b()\n    c()", "if a:\n    b()\nc()") == ["-    c()", "+c()"]


def test_a_text_that_is_a_value_is_no_docstring():
    assert changed("'a'", "'b'") == ["-'a'", "+'b'"]


def test_of_statements_on_one_line_those_that_changed_are_shown():
    assert changed("a = 1; b = 2", "a = 1; b = 3") == ["-b = 2", "+b = 3"]
    assert changed("def f(x): return x", "def f(x): return x + 1") == ["-    return x", "+    return x + 1"]
    assert changed("user = 1; token = 'abc'", "user = 2; token = 'abc'") == ["-user = 1", "+user = 2"]


def test_secrets_are_hidden_and_still_told_to_differ():
    lines = changed('token = "abc"\nsend(token)', 'token = "xyz"\nsend(token)')
    assert lines == ["-token = '…'", "+token = '…'"]


def test_code_that_is_no_python_is_compared_by_line():
    assert changed("this is\nno python", "this is\nnot python") == ["-no python", "+not python"]


def test_new_code_and_no_code():
    assert changed("", "a = 1") == ["+a = 1"]
    assert changed("a = 1", "") == ["-a = 1"]
