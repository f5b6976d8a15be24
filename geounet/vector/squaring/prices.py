"""What walls cost when the cheapest of a ring are sought."""

from typing import NamedTuple, Self


class Prices(NamedTuple):
    """Lengths in metres, prices in m³: what lies off a wall costs its distance squared, along its length."""

    half_x: float
    """Half a pixel along a row."""
    half_y: float
    """Half a pixel down a column."""
    tolerance: float
    """Furthest that a vertex may lie beyond half a pixel from its wall."""
    wall: float
    """Of a wall."""
    free: float
    """Of a wall that is neither along nor across, besides."""
    short: float
    """Length of a wall below which it costs more."""
    near: float
    """Length of outline within which a corner falls on a node."""

    @classmethod
    def of(cls, pixel: tuple[float, float], tolerance: float) -> Self:
        """The prices for pixels of a size (along a row, down a column) and a tolerance, in metres.

        A notch as deep and as wide as the tolerance costs as much as four walls along and across. Of the prices that were
        tried, these left rasterised footprints near their true outlines and most of a model's buildings square
        (benchmarks/regularize_rows.py).
        """
        cube = tolerance**3
        return cls(
            half_x=pixel[0] / 2,
            half_y=pixel[1] / 2,
            tolerance=tolerance,
            wall=0.25 * cube,
            free=1.5 * cube,
            short=tolerance,
            near=1.6 * (pixel[0] * pixel[1]) ** 0.5,
        )
