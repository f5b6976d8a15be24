"""Rows of small pictures with captions, and a key, as one picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from geounet.palette import Colour

_INK, _PAPER = (30, 30, 30), (255, 255, 255)
_GAP, _LINE = 6, 20
"""Pixels between pictures, and of a line of text."""


@dataclass(frozen=True, slots=True)
class Row:
    """Pictures side by side."""

    caption: str
    """What stands above them."""
    pictures: tuple[NDArray[np.uint8], ...]
    """Each (side, side, 3)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of pictures of one size; raises ValueError without any."""

    title: str
    rows: tuple[Row, ...]
    key: tuple[tuple[str, Colour], ...] = ()
    """What each colour stands for."""

    def __post_init__(self) -> None:
        if not self.rows or not self.rows[0].pictures:
            raise ValueError("a sheet has no pictures; expected a row of them at least")

    def drawn(self) -> Image.Image:
        """The sheet as it is printed."""
        side = len(self.rows[0].pictures[0])
        across = max(len(row.pictures) for row in self.rows)
        height = 2 * (_LINE + _GAP) + len(self.rows) * (side + _LINE + _GAP) + _GAP
        sheet = Image.new("RGB", (across * (side + _GAP) + _GAP, height), _PAPER)
        pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
        pen.text((_GAP, _GAP), self.title, _INK, font)
        _draw_key(pen, self.key, top=_GAP + _LINE, font=font)
        for number, row in enumerate(self.rows):
            top = 2 * (_LINE + _GAP) + number * (side + _LINE + _GAP)
            pen.text((_GAP, top), row.caption, _INK, font)
            for place, picture in enumerate(row.pictures):
                sheet.paste(Image.fromarray(picture), (_GAP + place * (side + _GAP), top + _LINE))
        return sheet


def _draw_key(
    pen: ImageDraw.ImageDraw,
    key: Sequence[tuple[str, Colour]],
    *,
    top: int,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    """A square of each colour, and its name."""
    left = _GAP
    for name, colour in key:
        pen.rectangle((left, top + 3, left + 11, top + 14), colour)
        pen.text((left + 17, top), name, _INK, font)
        left += 17 + round(pen.textlength(name, font)) + 18
