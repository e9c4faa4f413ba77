"""Text and metadata made fit to show."""

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_magic.page.facts import facts_table
from asset_magic.page.metadata import metadata_line, metadata_text
from asset_magic.page.text import block, columns, escaped, one_line, plural, shorten, visible


class Rude:
    def __repr__(self):
        raise RuntimeError("no")


class Plain:
    pass


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3"),
        (True, "True"),
        (None, "None"),
        (2.0, "2"),
        (1234.56789, "1234.57"),
        (float("nan"), "nan"),
        ("as is", "as is"),
        ("two\nlines", "two lines"),
        ([1, "a", 2.5], "[1, 'a', 2.5]"),
        ({"a": [1]}, "{'a': [1]}"),
        ((1,), "(1)"),
        ({"b", "a", "c"}, "{'a', 'b', 'c'}"),
        (Path("out/orders.csv"), os.path.join("out", "orders.csv")),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 12), "2024-05-01T12:00:00"),
        (Plain, "<class 'test_text.Plain'>"),
        (10**400, "an integer of 1,329 bits"),
        (Rude(), "<Rude: its repr raised RuntimeError>"),
        ([[[[1]]]], "[[[[…]]]]"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, …]"),
    ],
)
def test_metadata_on_one_line(value, shown):
    assert metadata_text(value).replace(f"{__name__}.", "test_text.") == shown


def test_metadata_of_objects_holds_no_address():
    assert metadata_text(Plain()).endswith("Plain object at 0x…>")


def test_metadata_of_numpy_reads_as_python():
    import numpy as np

    values = [np.int64(3), np.float32(0.25), np.bool_(True), np.str_("a"), np.datetime64("2024-05-01")]
    assert [metadata_text(value) for value in values] == ["3", "0.25", "True", "a", "2024-05-01"]
    assert metadata_text([np.float64(1.5), np.int8(2)]) == "[1.5, 2]"


def test_a_list_that_holds_itself_ends():
    loop = []
    loop.append(loop)
    assert metadata_text(loop) == "[[[[…]]]]"


def test_metadata_does_not_depend_on_the_hash_seed():
    code = (
        "from asset_magic.page.metadata import metadata_text;"
        "print(metadata_text({'names': {'ada', 'grace', 'alan', 'edsger'}}))"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(shown) == 1


def test_metadata_in_sum_is_short():
    assert metadata_line({f"k{k}": k for k in range(20)}).endswith("k7: 7, …")
    assert "&lt;b&gt;" in facts_table({"<b>": "<b>"})
    assert len(metadata_text("x" * 1_000_000)) == 80


@given(st.text(st.characters(exclude_categories=[])), st.integers(2, 50))
def test_one_line_is_one_visible_line(text, limit):
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert line.encode().decode() == line
    assert visible(line) == line


@given(st.text(st.characters(exclude_categories=[])))
def test_a_block_is_bounded_and_visible(text):
    rows = block(text, lines=3, width=20).split("\n")
    assert len(rows) <= 4
    assert all(len(row) <= 20 or row.startswith("…") for row in rows)
    assert all(visible(row) == row for row in rows)


@given(st.text(st.characters(exclude_categories=[])))
def test_escaped_text_has_no_markup(text):
    assert not set('<>"') & set(escaped(text))


def test_what_is_cut_ends_in_an_ellipsis():
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdef", 5) == "abcd…"
    assert one_line("a " * 1_000, 11) == "a a a a a…"
    assert block("a\nb\nc", lines=1) == "a\n… 2 more lines"


def test_emoji_and_accents_are_left_alone():
    assert one_line("👩‍🔬 café ×") == "👩‍🔬 café ×"
    assert columns("é") == 1


def test_counts_agree_with_their_nouns():
    assert plural(0, "check") == "0 checks"
    assert plural(1, "dependency", "dependencies") == "1 dependency"
