"""What magics and shell commands read and bind, in the calls that IPython makes of them."""

from __future__ import annotations

import ast

import pytest

from asset_magic.reading.names import names_in


def line(name: str, text: str) -> str:
    return f"get_ipython().run_line_magic({name!r}, {text!r})"


def cell(name: str, text: str, body: str) -> str:
    return f"get_ipython().run_cell_magic({name!r}, {text!r}, {body!r})"


@pytest.mark.parametrize(
    ("source", "reads", "binds"),
    [
        (line("time", "z = secret"), {"secret"}, {"z"}),
        (line("time", "z = 1") + "; z", set(), {"z"}),
        (line("timeit", "-n 10 -r 3 z = f(y)"), {"f", "y"}, set()),
        (line("timeit", "-qo f(y)"), {"f", "y"}, set()),
        ("t = " + line("timeit", "-o f()"), {"f"}, {"t"}),
        (line("prun", "-l 5 -s cumulative r = f()"), {"f"}, {"r"}),
        (line("memit", "f(x)"), {"f", "x"}, set()),
        (line("lprun", "-f helper f(x)"), {"f", "x", "helper"}, set()),
        (line("debug", "-b a.py:3 f(x)"), {"f", "x"}, set()),
        (cell("debug", "", "x = y"), {"y"}, {"x"}),
        (line("matplotlib", "inline"), set(), set()),
        (line("cd", "{folder}/x"), {"folder"}, set()),
        (line("pinfo", "x.y"), {"x"}, set()),
        (line("pinfo2", "x"), {"x"}, set()),
        ("get_ipython().system('echo {a + b.c} $d ${e} $$f')", {"a", "b", "d", "e"}, {"_exit_code"}),
        ("get_ipython().system(\"awk '{print $1}' x\")", set(), {"_exit_code"}),
        ("files = get_ipython().getoutput('ls {folder}')", {"folder"}, {"files"}),
        (cell("time", "", "x = y\nw = x"), {"y"}, {"x", "w"}),
        (cell("capture", "out --no-stderr", "x = y"), {"y"}, {"out", "x"}),
        (cell("timeit", "-n 3 k = a", "x = k + b"), {"a", "b"}, set()),
        (cell("time", "", "%time x = y\n!ls {z}\nt = !ls"), {"y", "z"}, {"x", "t", "_exit_code"}),
        (cell("capture", "", "%%time\nx = y"), {"y"}, {"x"}),
        (cell("bash", "--out text", "echo $x {y}"), set(), {"text"}),
        (cell("writefile", "{name}.txt", "a b c"), {"name"}, set()),
    ],
)
def test_names(source, reads, binds):
    names = names_in(ast.parse(source))
    assert (names.reads, names.binds, names.opaque) == (reads, binds, False)


def test_what_a_command_fills_in_is_optional():
    names = names_in(ast.parse("get_ipython().system('ls {a} $HOME'); b"))
    assert names.optional == {"a", "HOME"}
    assert names.reads == {"a", "HOME", "b"}


def test_a_name_read_elsewhere_is_not_optional():
    for source in ("a; get_ipython().system('ls {a}')", "get_ipython().system('ls {a}'); a"):
        assert names_in(ast.parse(source)).optional == set(), source
