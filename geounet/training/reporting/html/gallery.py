"""The pictures of a run's report."""

import base64
from collections.abc import Sequence

from geounet.evaluation.picture import COLOURS
from geounet.html.markup import Markup, joined, section, tag
from geounet.palette import Colour, colour_of
from geounet.training.reporting.pictures import BlockPicture
from geounet.training.reporting.sheet import COLUMNS

_OUTCOMES = ("hits", "false alarms", "misses", "wrong class", "not counted")


def results_section(rows: Sequence[BlockPicture], classes: Sequence[str]) -> Markup | None:
    """Truth beside prediction, of each place the worst, the middle and the best block."""
    if not rows:
        return None
    colours: dict[str, Colour] = {name: colour_of(number) for number, name in enumerate(classes) if number}
    errors = [name for name in _OUTCOMES if name != "wrong class" or len(classes) > 2]
    key = _swatches(colours | {name: COLOURS[name] for name in errors if name in COLOURS})
    head = tag("div", *(tag("span", name) for name in COLUMNS), class_="columns", aria_hidden="true")
    words = "Of each place the worst, the middle and the best block."
    return section("Truth and prediction", key, head, *map(_figure, rows), words=words)


def augmentation_section(picture: bytes | None) -> Markup | None:
    """The sheet of augmented crops."""
    if picture is None:
        return None
    image = _image("image/png", picture, "crops as they are read, and augmented")
    words = "A crop as it was read, and what augmentation makes of it."
    return section("Augmentation", tag("figure", image), words=words)


def _figure(row: BlockPicture) -> Markup:
    block, window = row.block, row.block.window
    words = (
        f"{block.place}, {block.rank} block: IoU {block.iou:.3f}, rows {window.row}–{window.row_stop - 1}, "
        f"columns {window.col}–{window.col_stop - 1}"
    )
    return tag("figure", _image(row.media, row.data, words), tag("figcaption", words))


def _swatches(colours: dict[str, Colour]) -> Markup:
    items = [
        tag("li", joined(tag("span", class_="swatch", style=f"background:rgb{colour}"), name))
        for name, colour in colours.items()
    ]
    return tag("ul", *items, class_="swatches")


def _image(media: str, data: bytes, words: str) -> Markup:
    return tag("img", src=f"data:{media};base64,{base64.b64encode(data).decode('ascii')}", alt=words)
