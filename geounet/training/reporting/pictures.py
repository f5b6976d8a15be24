"""The pictures of a report: the sheet of results, and the sheet of augmented crops where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from geounet.models.card import ModelCard
from geounet.raster.thumbnail import photograph
from geounet.training.reporting.conclusion import Conclusion
from geounet.training.reporting.run_folder import AUGMENTATION
from geounet.training.reporting.sheet import Block, Image, block_row, chosen_blocks, sheet
from geounet.training.scenes.scene import LabelledScene

MOST_PLACES = 8
"""Places that are shown."""


@dataclass(frozen=True, slots=True)
class BlockPicture:
    """A row of the sheet."""

    block: Block
    media: str
    """Its media type."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Pictures:
    """All of them."""

    rows: tuple[BlockPicture, ...]
    sheet: Image
    """The same rows below one another, (3, rows, cols)."""
    augmentation: bytes | None
    """A PNG."""


def pictures(scenes: Sequence[LabelledScene], found: Conclusion, *, card: ModelCard) -> Pictures:
    """The pictures of scenes and what was found there, the worst place first."""
    rows, images = [], []
    for number in shown_places(found):
        scene, judged = scenes[number], found.judged[number]
        level = scene.level(card.gsd_m or scene.levels[0].gsd_m)
        for block in chosen_blocks(judged):
            image = block_row(level, judged, block, card=card)
            rows.append(BlockPicture(block, *photograph(image)))
            images.append(image)
    augmentation = found.report.with_name(AUGMENTATION)
    return Pictures(tuple(rows), sheet(images), augmentation.read_bytes() if augmentation.is_file() else None)


def shown_places(found: Conclusion) -> list[int]:
    """Which places are shown, from the worst to the best; of many some, evenly over their ranks."""
    places = found.verdict.by_place
    ranked = [n for n, one in enumerate(found.judged) if one.name in places]
    ranked.sort(key=lambda n: places[found.judged[n].name])
    if len(ranked) <= MOST_PLACES:
        return ranked
    return [ranked[round(k * (len(ranked) - 1) / (MOST_PLACES - 1))] for k in range(MOST_PLACES)]
