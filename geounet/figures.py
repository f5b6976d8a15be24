"""Figures as people read them, in a report and in a terminal alike."""

from typing import TypeAlias

Number: TypeAlias = "float | None"

UNDEFINED = "–"
"""What stands for a figure that is 0 / 0."""


def ratio(value: Number) -> str:
    """A share of one, with three decimals."""
    return UNDEFINED if value is None else f"{value:.3f}"


def fine(value: Number) -> str:
    """A small share of one, with six decimals."""
    return UNDEFINED if value is None else f"{value:.6f}"


def percent(value: Number) -> str:
    """A share as a percentage, with one decimal."""
    return UNDEFINED if value is None else f"{100 * value:.1f} %"


def difference(value: Number) -> str:
    """A relative difference, with its sign."""
    return UNDEFINED if value is None else f"{100 * value:+.1f} %".replace("-", "−")


def count(value: Number) -> str:
    """A whole number, in groups of three."""
    return UNDEFINED if value is None else f"{value:,.0f}"


def metres(value: Number) -> str:
    """A length: with two decimals, or in kilometres."""
    if value is None:
        return UNDEFINED
    return (
        f"{value / 1000:,.1f} km"
        if value >= 10_000
        else f"{value:,.0f} m"
        if value >= 100
        else f"{value:.2f} m"
    )


def square_metres(value: Number) -> str:
    """An area: in square metres, hectares or square kilometres."""
    if value is None:
        return UNDEFINED
    if value >= 10_000_000:
        return f"{value / 1e6:,.0f} km²" if value >= 1e9 else f"{value / 1e6:,.1f} km²"
    return f"{value / 1e4:,.1f} ha" if value >= 100_000 else f"{value:,.0f} m²"


def size_range(low: float, high: Number) -> str:
    """A class of sizes in square metres."""
    if high is None:
        return f"from {low:,.0f} m²"
    return f"under {high:,.0f} m²" if not low else f"{low:,.0f} – {high:,.0f} m²"


def duration(seconds: Number) -> str:
    """A time: in seconds, minutes and seconds, or hours and minutes."""
    if seconds is None:
        return UNDEFINED
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60:,} h {minutes % 60:02d} min"


def megapixels(pixels: Number) -> str:
    """Pixels, or pixels a second, in millions: with three digits, or as a whole number."""
    if pixels is None:
        return UNDEFINED
    millions = pixels / 1e6
    return f"{millions:.3g}" if millions < 100 else f"{millions:,.0f}"
