"""What values of a config have in common: they are numbers, in ranges."""

import dataclasses
import math
from collections.abc import Iterable

from geounet.errors import TrainingError


def check_finite(value: object) -> None:
    """Raise TrainingError where a field of a dataclass is or holds a number that is none, or has no end (NaN, inf)."""
    for field in dataclasses.fields(value):  # type: ignore[arg-type]  # any object to mypy
        found = getattr(value, field.name)
        numbers = found if isinstance(found, Iterable) else (found,)
        if any(isinstance(number, float) and not math.isfinite(number) for number in numbers):
            raise TrainingError(f"{field.name} is {found}; expected numbers, and finite ones")


def check_ranges(value: object, **ranges: tuple[float, float | None]) -> None:
    """Raise TrainingError unless the named fields lie in their ranges, ends included; None has no end."""
    for name, (low, high) in ranges.items():
        found = getattr(value, name)
        if not low <= found <= (float("inf") if high is None else high):
            limit = f"at least {low}" if high is None else f"{low} to {high}"
            raise TrainingError(f"{name} is {found}; expected {limit}")


def check_choice(value: object, name: str, choices: tuple[str, ...]) -> None:
    """Raise TrainingError unless the named field is one of the choices."""
    found = getattr(value, name)
    if found not in choices:
        raise TrainingError(f"{name} is {found!r}; expected one of {', '.join(choices)}")
