"""Figures are known by what they look like."""

from __future__ import annotations

from io import BytesIO

import matplotlib as mpl
import pytest
from matplotlib import pyplot

from asset_magic.fingerprint import fingerprint, private_copy


@pytest.fixture
def figure():
    with pyplot.rc_context(), mpl.rc_context({"backend": "agg"}):
        pyplot.switch_backend("agg")
        figure, axes = pyplot.subplots(layout="constrained")
        axes.plot([1, 2, 3], label="line")
        axes.legend()
        yield figure
        pyplot.close("all")


def test_drawing_a_figure_changes_nothing(figure):
    before = fingerprint(figure)
    figure.canvas.draw()
    assert fingerprint(figure) == before


@pytest.mark.parametrize("layout", ["constrained", "tight"])
def test_showing_a_figure_with_a_colour_bar_changes_nothing(layout):
    figure, axes = pyplot.subplots(figsize=(9, 3.6), layout=layout)
    figure.colorbar(axes.scatter([1, 2], [3, 4], c=[1, 2]))
    before = fingerprint(figure)
    for _ in range(2):
        figure.savefig(BytesIO(), bbox_inches="tight")
        assert fingerprint(figure) == before
    pyplot.close(figure)


def test_a_change_that_is_taken_back_is_no_change(figure):
    before = fingerprint(figure)
    (line,) = figure.axes[0].plot([3, 1])
    assert fingerprint(figure) != before
    line.remove()
    assert fingerprint(figure) == before


def test_asking_for_the_fingerprint_does_not_touch_the_figure(figure):
    canvas, numbers, position = figure.canvas, pyplot.get_fignums(), figure.axes[0].get_position().bounds
    fingerprint(figure)
    assert figure.canvas is canvas
    assert figure.stale
    assert figure.axes[0].get_position().bounds == position
    assert pyplot.get_fignums() == numbers


@pytest.mark.parametrize(
    "change",
    [
        lambda figure: figure.axes[0].plot([3, 1]),
        lambda figure: figure.axes[0].set_title("title"),
        lambda figure: figure.set_dpi(50),
        lambda figure: figure.set_size_inches(3, 3),
    ],
)
def test_what_shows_counts(figure, change):
    before = fingerprint(figure)
    change(figure)
    assert fingerprint(figure) != before


def test_axes_are_known_by_their_figure_and_their_place(figure):
    figure.clear()
    left, right = figure.subplots(1, 2)
    before = fingerprint(left)
    assert fingerprint(right) != before
    left.plot([1, 2])
    assert fingerprint(left) != before


def test_a_copy_is_equal_and_independent_and_unknown_to_pyplot(figure):
    numbers = pyplot.get_fignums()
    copied = private_copy(figure)
    assert pyplot.get_fignums() == numbers
    assert fingerprint(copied) == fingerprint(figure)
    figure.axes[0].plot([3, 1])
    assert fingerprint(copied) != fingerprint(figure)


def test_a_figure_with_a_function_inside(figure):
    figure.axes[0].xaxis.set_major_formatter(lambda value, position: f"<{value}>")
    assert fingerprint(figure) == fingerprint(private_copy(figure))
