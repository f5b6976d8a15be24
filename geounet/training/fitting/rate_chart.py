"""The chart of a learning-rate range test, as SVG."""

import math

import numpy as np
from numpy.typing import NDArray

from geounet.html.markup import Markup, joined, tag

WIDTH, HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 20, 48
"""Room for the labels of the axes."""

Float64 = NDArray[np.float64]


def rate_chart(rates: Float64, smooth: Float64, *, losses: Float64, suggestion: float) -> str:
    """Loss over the logarithm of the rate: as found, smoothed, and where the suggestion lies. All are (n,)."""
    low = float(min(smooth.min(), losses.min()))
    high = 2 * float(smooth[0]) - low  # what has gone up beyond that is cut off
    ends = math.floor(np.log10(rates[0]) + 1e-9), math.ceil(np.log10(rates[-1]) - 1e-9)

    def place(rate: float, loss: float) -> tuple[float, float]:
        across = (math.log10(rate) - ends[0]) / max(1, ends[1] - ends[0])
        up = (min(loss, high) - low) / max(1e-12, high - low)
        return _LEFT + across * (WIDTH - _LEFT - _RIGHT), HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM)

    points = [
        tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="2", fill="#9ab")
        for x, y in map(place, rates.tolist(), losses.tolist())
        if y > _TOP
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, rates.tolist(), smooth.tolist()))
    x, _ = place(suggestion, low)
    grid = [_tick(place(10.0**n, low)[0], f"1e{n}") for n in range(ends[0], ends[1] + 1)]
    drawing = [
        tag("rect", width=WIDTH, height=HEIGHT, fill="#fff"),
        *grid,
        *points,
        tag("polyline", points=path, fill="none", stroke="#1b5e9e", stroke_width=2),
        tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=_TOP, y2=HEIGHT - _BOTTOM, stroke="#c0392b"),
        tag("text", f"{suggestion:.1e}", x=f"{x + 6:.1f}", y=_TOP + 12, fill="#c0392b"),
        tag("text", "learning rate", x=WIDTH // 2, y=HEIGHT - 8, text_anchor="middle"),
        *(_level(place(rates[0], loss)[1], f"{loss:.3g}") for loss in (low, (low + high) / 2, high)),
    ]
    return tag(
        "svg", *drawing,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", font_family="sans-serif", font_size=12,
    ) + "\n"  # fmt: skip


def _tick(x: float, text: str) -> Markup:
    line = tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=_TOP, y2=HEIGHT - _BOTTOM, stroke="#e3e7ea")
    return joined(line, tag("text", text, x=f"{x:.1f}", y=HEIGHT - _BOTTOM + 17, text_anchor="middle"))


def _level(y: float, text: str) -> Markup:
    return tag("text", text, x=_LEFT - 8, y=f"{y + 4:.1f}", text_anchor="end")
