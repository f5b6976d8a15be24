"""The colours of classes: the same in a class raster and in a layer."""

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

BACKGROUND: Colour = (240, 240, 240)

PALETTE: tuple[Colour, ...] = (
    (214, 69, 65), (44, 111, 187), (46, 139, 87), (244, 166, 35), (125, 78, 160), (140, 86, 75),
    (227, 119, 194), (23, 190, 207),
)  # fmt: skip
"""Told apart at a glance, also as thin lines; they repeat after eight classes."""


def colour_of(number: int) -> Colour:
    """The colour of the class with a number; 0 is the background."""
    return PALETTE[(number - 1) % len(PALETTE)] if number else BACKGROUND
