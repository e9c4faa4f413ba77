"""Figures come back as figures that pyplot knows nothing of, so that they are not shown by themselves."""

from __future__ import annotations

import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure
from values import again


@pytest.fixture
def figure():
    pyplot.switch_backend("agg")
    figure, axes = pyplot.subplots(layout="constrained", dpi=120)
    axes.plot([1, 2, 3], label="line")
    axes.legend()
    axes.set_title("a title")
    yield figure
    pyplot.close("all")


def test_a_figure_is_a_figure_again(figure):
    read, _ = again(figure)
    assert isinstance(read, Figure)
    assert read.axes[0].get_title() == "a title"
    assert read.dpi == 120


def test_pyplot_does_not_know_of_a_figure_that_was_read(figure):
    before = pyplot.get_fignums()
    again(figure)
    assert pyplot.get_fignums() == before


@pytest.mark.parametrize("make", [lambda f: (f, f.axes), lambda f: f.axes[0], lambda f: {"fig": f, "ax": f.axes[0]}])
def test_nor_of_one_within_another_value(figure, make):
    before = pyplot.get_fignums()
    again(make(figure))
    assert pyplot.get_fignums() == before


def test_a_figure_and_its_axes_belong_together_again(figure):
    (read, (axes,)), _ = again((figure, figure.axes))
    assert axes.get_figure() is read


def test_a_resolution_that_was_set_later_stays(figure):
    figure.set_dpi(50)
    read, _ = again(figure)
    assert read.dpi == 50


def test_keeping_a_figure_does_not_take_it_from_pyplot(figure):
    again(figure)
    assert pyplot.fignum_exists(figure.number)
    assert pyplot.gcf() is figure
