import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.training.reporting.html.plot import HEIGHT, WIDTH, Axis, Line, Plot


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_round_and_in_the_range(low, size):
    axis = Axis("x", low, low + size)
    ticks = axis.ticks
    assert 1 <= len(ticks) <= 6
    assert all(low - 1e-6 * size <= tick <= low + size * (1 + 1e-6) for tick in ticks)
    steps = {round((b - a) / size, 6) for a, b in itertools.pairwise(ticks)}
    assert len(steps) <= 1


def test_an_axis_without_length_is_refused():
    with pytest.raises(ValueError, match="range"):
        Axis("x", 1, 1)


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(-1, 1)), min_size=1, max_size=20))
def test_a_curve_lies_inside_the_chart_and_in_proportion(points):
    plot = Plot(Axis("step", 0, 30), Axis("y", -1, 1))
    drawn = plot.chart([Line("a", points)])
    [path] = re.findall(r'<path[^>]* d="([^"]*)"', drawn) or re.findall(r'd="(M[^"]*)"', drawn)
    places = [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]
    assert len(places) == len(points)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    left, bottom = plot._x(0), plot._y(-1)
    for (x, y), (across, up) in zip(places, points, strict=True):
        assert (x - left) / (plot._x(30) - left) == pytest.approx(across / 30, abs=1e-3)
        assert (y - bottom) / (plot._y(1) - bottom) == pytest.approx((up + 1) / 2, abs=1e-3)
