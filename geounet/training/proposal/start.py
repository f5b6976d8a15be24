"""What a run begins with: a model that does the same already, the encoder of one, or nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from geounet.errors import BandError
from geounet.models.bundle import CARD, read_card
from geounet.models.card import ModelCard
from geounet.models.catalogue import find, shipped
from geounet.raster.scene import SAME_GSD
from geounet.training.proposal.imagery import Bands


@dataclass(frozen=True, slots=True)
class Start:
    """A model that the run goes on from."""

    name: str
    """As the config names it."""
    card: ModelCard
    fits: bool
    """Whether it finds the same at this pixel size already; else its encoder is what is worth having."""

    def bands_among(self, bands: Bands) -> tuple[str, ...]:
        """The bands that the run is to have: the model's, or where scenes are several files, all of theirs."""
        return bands.names if bands.parts else self.card.bands


def find_start(
    model: str | None, bands: Bands, *, gsd_m: float, task: str, classes: Sequence[str]
) -> Start | None:
    """The model to go on from: the one that was asked for, else a shipped one whose bands the scenes have.

    Raises BandError where the scenes lack the bands of the one that was asked for, ModelError where there is none.
    """
    if model is not None:
        card = find(model).card
        if not _has_bands(bands, card):
            raise BandError(
                f"the scenes have the bands {', '.join(bands.names)}, model {model!r} expects {', '.join(card.bands)}; "
                "take another model, or none"
            )
        return Start(model, card, _fits(card, gsd_m=gsd_m, task=task, classes=classes))
    cards = {name: read_card(folder / CARD) for name, folder in shipped().items()}
    starts = [
        Start(name, card, _fits(card, gsd_m=gsd_m, task=task, classes=classes))
        for name, card in cards.items()
        if _has_bands(bands, card) and card.activation == "softmax"
    ]
    return min(starts, key=lambda s: (not s.fits, _octaves(s.card, gsd_m)), default=None)


def _has_bands(bands: Bands, card: ModelCard) -> bool:
    """Whether the scenes have a card's bands: by name, or as many without."""
    if not bands.named:
        return len(bands.names) == len(card.bands)
    return {name.casefold() for name in card.bands} <= {name.casefold() for name in bands.names}


def _fits(card: ModelCard, *, gsd_m: float, task: str, classes: Sequence[str]) -> bool:
    """Whether the model's task is this one, and scenes are as fine as it needs: finer ones are made coarser."""
    coarsest = (card.gsd_range_m or (0.0, 1.5 * (card.gsd_m or math.inf)))[1]
    same = len([c for c in card.classes if c not in card.auxiliary]) == len(classes) and card.task == task
    return same and gsd_m <= coarsest * (1 + SAME_GSD)


def _octaves(card: ModelCard, gsd_m: float) -> float:
    return abs(math.log2(gsd_m / card.gsd_m)) if card.gsd_m else 0.0
