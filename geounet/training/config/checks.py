"""What values of a config have in common: ranges."""

from geounet.errors import TrainingError


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
