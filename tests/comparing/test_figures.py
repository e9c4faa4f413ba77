"""Figures: what is written and drawn in them, and both pictures."""

from __future__ import annotations

from io import BytesIO

import matplotlib as mpl
import pytest
from matplotlib import pyplot
from PIL import Image

from asset_magic.session.comparing import compare


@pytest.fixture
def draw():
    """Makes figures in one style, and forgets them."""
    with mpl.rc_context({"backend": "agg"}):
        pyplot.switch_backend("agg")

        def make(top=2, title="Bills", colour="C0", **line):
            figure, axes = pyplot.subplots(figsize=(4, 3))
            axes.plot([1, 2, 3], [1, top, 3], colour, label="line", **line)
            axes.bar([1, 2], [1, top])
            axes.set_title(title)
            axes.legend()
            return figure

        yield make
        pyplot.close("all")


def told(diff):
    return [(where, before, now) for table in diff.tables for _, (where, before, now) in table.rows]


def test_what_is_written_in_a_figure_is_told(draw):
    diff = compare(draw(), draw(title="Flippers"))
    assert told(diff) == [("axes 1, title", "'Bills'", "'Flippers'")]


def test_what_is_drawn_from_other_numbers_is_told(draw):
    places = {where: now for where, _, now in told(compare(draw(), draw(top=5)))}
    assert "the largest change is +3, at [1]" in places["axes 1, line 1, y"]
    assert places["axes 1, bars 1, sizes[1][3]"] == "5.0"


def test_a_figure_that_only_looks_otherwise_says_so(draw):
    diff = compare(draw(), draw(colour="C1"))
    assert (diff.equal, diff.said) == (False, ("two pictures; what is drawn in them differs in looks alone",))


def test_both_pictures_stand_side_by_side_equal_each_time(draw):
    old, new = draw(), draw(top=5)
    picture = compare(old, new).picture
    with Image.open(BytesIO(picture)) as image:
        assert (image.width, image.height) == (2 * 360 + 12, 270)
        left, right = image.crop((0, 0, 360, 270)), image.crop((372, 0, 732, 270))
        assert left.tobytes() != right.tobytes()
    assert compare(old, new).picture == picture


def test_comparing_figures_opens_none(draw):
    old, new = draw(), draw(top=5)
    before = pyplot.get_fignums()
    compare(old, new)
    assert pyplot.get_fignums() == before


def test_equal_figures_are_equal(draw):
    diff = compare(draw(), draw())
    assert (diff.equal, diff.picture) == (True, b"")
