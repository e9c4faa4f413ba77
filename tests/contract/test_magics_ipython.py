"""Section 2: what IPython offers works inside of a body too."""

from __future__ import annotations

import re

# what IPython offers, inside a body


def test_line_magic_reads_names(nb):
    """Line magics work inside, and the names that they read are read."""
    nb.run("secret = 20", "secret")
    nb.asset("a", "%time z = secret + 1\nz * 2")
    assert nb.value("a") == 42
    nb.edit("secret", "secret = 30")
    assert nb.status("a") == "stale"


def test_shell_command_reads_names(nb):
    """`!shell` works inside, and the names that it reads are read."""
    nb.run("word = 'hello'", "word")
    nb.asset("a", "lines = !echo {word}\nlist(lines)")
    assert nb.value("a") == ["hello"]
    nb.edit("word", "word = 'bye'")
    assert nb.status("a") == "stale"


def test_shell_command_reads_own_names(nb):
    """`!shell` sees the body's own names, and leaves none behind."""
    nb.asset("a", "own = 'hello'\nlines = !echo {own} $own\nlist(lines)")
    assert nb.value("a") == ["hello hello"]
    assert not nb.bound("own")


def test_await(nb):
    """`await` works inside."""
    ran = nb.asset("a", "import asyncio\nawait asyncio.sleep(0)\n42")
    assert ran.ok
    assert nb.value("a") == nb.here("a") == 42


def test_await_upstream(nb):
    """`await` works inside, also when the body runs for the sake of another cell or in `%materialize`."""
    nb.run("k = 1", "k")
    nb.asset("a", "import asyncio\nawait asyncio.sleep(0)\nk")
    nb.asset("b", "a + 1")
    nb.edit("k", "k = 2")
    nb.rerun("b")
    assert nb.value("b") == 3
    nb.edit("k", "k = 3")
    assert nb.materialize().ok
    assert nb.value("b") == 4


def test_display_and_print(nb):
    """`display`, `print`, rich outputs work inside."""
    ran = nb.asset(
        "a", "from IPython.display import HTML\nprint('printed')\ndisplay(HTML('<b>shown</b>'))\nprint('again')\n1"
    )
    assert "printed" in ran.stdout
    assert "again" in ran.stdout
    assert any("<b>shown</b>" in data.get("text/html", "") for data in ran.displays)


def test_output_is_shown_again(nb):
    """The output of a body is kept and shown again when its asset is reused."""
    body = """
        import sys
        from IPython.display import HTML
        print('printed')
        print('warned', file=sys.stderr)
        display(HTML('<b>shown</b>'))
        1
    """
    first = nb.asset("a", body)
    again = nb.rerun("a")
    assert nb.count("a") == 1
    for ran in (first, again):
        assert ran.stdout.count("printed") == 1
        assert ran.stderr.count("warned") == 1
        assert sum("<b>shown</b>" in data.get("text/html", "") for data in ran.displays) == 1


def test_output_of_an_upstream_is_its_own(nb):
    """What an upstream printed belongs to its own cell and is shown again there."""
    nb.run("k = 1", "k")
    nb.asset("a", "print('from a', k)\nk")
    nb.asset("b", "print('from b')\na")
    nb.edit("k", "k = 2")
    nb.rerun("b")
    assert "from a" not in nb.rerun("b").stdout
    assert "from a 2" in nb.rerun("a").stdout
    assert nb.count("a") == 2


def test_traceback_points_at_the_right_line(nb):
    """Tracebacks that point at the right line of the right cell work inside."""
    ran = nb.run("%%asset a\n\nx = 1\ny = 0\nx / y  # here\nz = 2", "a")
    assert isinstance(ran.error, ZeroDivisionError)
    assert f"In[{ran.number}], line 5" in ran.text
    assert re.search(r"-+> 5 x / y  # here", ran.text)


def test_traceback_hides_the_engine(nb):
    """A traceback shows the user's code, not the engine's."""
    nb.run("def h():\n    return 1 / 0", "h")
    ran = nb.asset("a", "h()")
    assert "return 1 / 0" in ran.text
    assert "h()" in ran.text
    assert "asset_magic" not in ran.text


def test_a_refused_option_shows_no_traceback(nb):
    """What refuses an option is the engine's, wherever it stands: the message is all that is shown."""
    ran = nb.run("%%asset a max_retries=-1\n1", "a")
    assert "max_retries" in ran.message
    assert "Traceback" not in ran.text
    assert "__init__" not in ran.text


def test_traceback_of_an_upstream_names_its_cell(nb):
    """Tracebacks point at the right cell, also where the body runs for the sake of another."""
    nb.run("k = 1", "k")
    upstream = nb.asset("a", "10 / k")
    nb.asset("b", "a + 1")
    nb.edit("k", "k = 0")
    ran = nb.rerun("b")
    assert not ran.ok
    assert "ZeroDivisionError" in ran.text
    assert f"In[{upstream.number}]" in ran.text


def test_traceback_of_a_cell_that_ran_again_names_its_present_number(nb):
    """A cell that ran again as it was is known by the number on the page, and so are the functions in it."""
    nb.run("k = 1", "k")
    first = nb.asset("a", "def h():\n    return 10 / k\nh()")
    nb.asset("b", "a + 1")
    again = nb.rerun("a")
    nb.edit("k", "k = 0")
    ran = nb.rerun("b")
    assert ran.text.count(f"In[{again.number}], line") == 2
    assert f"In[{first.number}]" not in ran.text


def test_capture_around_an_asset_cell(nb):
    """`%%capture` around an asset cell keeps its output and registers it as ever."""
    ran = nb.run("%%capture out\n%%asset a\nprint('printed')\n1", "a")
    assert ran.ok
    assert "printed" not in ran.text
    assert nb.value("a") == 1
