"""All that is known of the data before a config is proposed."""

import dataclasses
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from geounet.errors import TrainingError
from geounet.models.card import ModelCard, Normalization
from geounet.models.catalogue import find
from geounet.raster.beside import BesideRule
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.config.run import UNSPECIFIED
from geounet.training.proposal.classes import Classes, find_classes
from geounet.training.proposal.imagery import Bands, Image, common_bands, look
from geounet.training.proposal.measure import Share, Stretch, count_classes, measure_stretch
from geounet.training.proposal.pairing import Pair, Pairing, pair
from geounet.training.proposal.sizes import Amount, Sizes, round_figure, sizes, working_gsd
from geounet.training.proposal.start import Start, find_start
from geounet.training.proposal.survey import Survey, survey
from geounet.training.scenes.causes import causes
from geounet.training.scenes.label_rasters import is_raster
from geounet.training.scenes.overlap import overlaps

ARCHITECTURE = {
    "name": "Unet",
    "encoder": "tu-mobilenetv1_100",
    "decoder_channels": [128, 64, 48, 32, 16],
}
"""What is trained where no model is gone on from: the shipped models' own, quick on a CPU."""
T = TypeVar("T")

LINE_M = 6.0
"""Width of a road of two lanes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found, and the first conclusions."""

    pairing: Pairing
    images: tuple[Image, ...]
    """A pair's each."""
    bands: Bands
    survey: Survey
    classes: Classes
    start: Start | None
    card: ModelCard
    """The card of the model to be."""
    data: DataConfig
    """How labels are drawn, so far."""
    shares: tuple[Share, ...]
    """A pair's each."""
    stretch: Stretch | None
    """What was measured; None where the normalisation is that of the model which is gone on from."""
    sizes: Sizes
    overlapping: tuple[tuple[Path, Path], ...]
    """Pairs of scenes that show the same ground."""

    @property
    def labelled(self) -> list[tuple[Pair, Share]]:
        """The scenes with labels, and how much there is of each class."""
        together = zip(self.pairing.pairs, self.shares, strict=True)
        return [(pair, share) for pair, share in together if share.has_labels]

    @property
    def class_shares(self) -> list[float]:
        """The part of the labelled scenes' pixels that each class has."""
        counts = np.sum([share.classes for _, share in self.labelled], axis=0)
        return [float(count / counts.sum()) for count in counts]

    @property
    def object_m(self) -> float | None:
        """Side of the typical object in metres; None where objects are not known."""
        return object_size(self.survey)


def gather(
    scenes: Sequence[Path], labels: Path, *, model: str | None, beside: Sequence[BesideRule] = ()
) -> Facts:
    """Look at all scenes and labels; raises GeounetError where they are not what can be trained on."""
    pairing = pair(scenes, labels, beside=beside)
    images = tuple(look(*one.files) for one in pairing.pairs)
    bands = common_bands(images)
    found = survey_all(pairing.pairs, images)
    classes = find_classes(found, words=_words(labels, found, pairing.pairs))
    native = float(np.median([image.gsd_m for image in images]))
    classes = _as_asked(classes, model)
    start = find_start(model, bands, gsd_m=native, task=classes.task, classes=classes.names)
    if start is not None and start.fits:
        classes = _as_the_model_calls_it(classes, start.card)
    gsd_m = start.card.gsd_m if start is not None and start.fits else None
    gsd_m = gsd_m or max(_working_gsd(native, found, classes), max(i.gsd_m for i in images) / 4)
    card = draft_card(classes, bands, start=start, gsd_m=gsd_m)
    data = draft_data(pairing.pairs, found, classes, card=card)
    shares = tuple(count_classes(scene, data, card) for scene in data.train)
    if not any(share.has_labels for share in shares):
        raise _no_label(pairing.pairs)
    stretch = None
    if start is None or not start.fits or card.bands != start.card.bands:
        stretch = measure_stretch([one.files for one in pairing.pairs], card, parts=bands.parts)
        card = dataclasses.replace(card, normalization=_normalization(stretch, card, start))
    labelled = sum(share.pixels for share in shares if share.has_labels)
    side = object_size(found)
    shorter = float(np.median([min(image.grid.height, image.grid.width) * image.gsd_m for image in images]))
    amount = Amount(labelled, side / gsd_m if side else None, gsd_m, shorter / gsd_m)
    numbers = sizes(amount, pretrained=start is not None, fits=start is not None and start.fits)
    overlapping = tuple((one.scene, other.scene) for one, other in overlaps(data.train, card))
    return Facts(
        pairing, images, bands, found, classes, start, card, data, shares, stretch, numbers, overlapping
    )


def survey_all(pairs: Sequence[Pair], images: Sequence[Image]) -> Survey:
    """What all labels hold, each file of a raster once."""
    total, seen = Survey(), set()
    for one, image in zip(pairs, images, strict=True):
        raster = is_raster(one.labels)
        if raster and one.labels in seen:
            continue
        seen.add(one.labels)
        total.add(survey(one.labels, image.grid, raster=raster))
    if not total.features and not total.pixels:
        raise _no_label(pairs)
    return total


def _no_label(pairs: Sequence[Pair]) -> TrainingError:
    scenes = (
        pairs[0].scene.name
        if len(pairs) == 1
        else f"any of {len(pairs)} scenes (the first is {pairs[0].scene.name})"
    )
    why = causes(SceneConfig(scene=one.scene, labels=one.labels, beside=one.beside) for one in pairs)
    return TrainingError(f"no label lies in {scenes}; expected one at least: {why}")


def _working_gsd(native: float, found: Survey, classes: Classes) -> float:
    """Metres per pixel to work at: a road is drawn as wide as few pixels, and areas fit a crop."""
    if found.kinds["lines"] > found.features / 2 and classes.task == "roads":
        return working_gsd(native, LINE_M, most=16, wanted=8)
    return working_gsd(native, object_size(found), most=100, wanted=48)


def object_size(found: Survey) -> float | None:
    """The median side of areas, in metres; None where there are hardly any."""
    sides = np.concatenate(found.sizes_m) if found.sizes_m else np.empty(0)
    return float(np.median(sides)) if len(sides) >= 3 else None


def draft_card(classes: Classes, bands: Bands, *, start: Start | None, gsd_m: float) -> ModelCard:
    """The card of the model to be; its normalisation is found when the scenes are read through it."""
    base = start.card if start is not None else None
    same = base if start is not None and start.fits else None
    names = start.bands_among(bands) if start is not None else bands.names
    plain = Normalization("dtype", (1.0, 99.0), (0.5,) * len(names), (0.25,) * len(names))
    return ModelCard(
        name="draft",
        version="0.1.0",
        description="",
        task=classes.task,
        architecture=(base.architecture if base is not None else None) or ARCHITECTURE,
        bands=names,
        classes=same.classes if same is not None else classes.names,
        auxiliary=same.auxiliary if same is not None else (),
        activation="softmax",
        gsd_m=gsd_m,
        normalization=same.normalization if same is not None and same.bands == names else plain,
        tile=base.tile if base is not None else 512,
        margin=base.margin if base is not None else 64,
        stride=base.stride if base is not None else 32,
        license=base.license if base is not None else UNSPECIFIED,
        sources=base.sources if base is not None else (),
        attribution=base.attribution if base is not None else None,
    )


def _normalization(stretch: Stretch, card: ModelCard, start: Start | None) -> Normalization:
    """What was measured; of the bands of a model that does the same already, what that has."""
    measured = stretch.normalization
    if start is None or not start.fits:
        return measured
    own = start.card.normalization
    places = {name.casefold(): k for k, name in enumerate(start.card.bands)}
    found = [places.get(name.casefold()) for name in card.bands]

    def each(theirs: Sequence[T], ours: Sequence[T]) -> tuple[T, ...]:
        return tuple(ours[k] if place is None else theirs[place] for k, place in enumerate(found))

    return Normalization(
        each(own.band_ranges, measured.band_ranges),
        own.percentiles,
        each(own.mean, measured.mean),
        each(own.std, measured.std),
    )


def draft_data(pairs: Sequence[Pair], found: Survey, classes: Classes, *, card: ModelCard) -> DataConfig:
    """How labels become pixels."""
    gsd_m = card.gsd_m or 1.0
    lines = found.kinds["lines"] + found.kinds["points"] > 0
    least = 3 * gsd_m
    width = max(LINE_M, least) if classes.task == "roads" else least
    return DataConfig(
        train=tuple(SceneConfig(scene=one.scene, labels=one.labels, beside=one.beside) for one in pairs),
        attribute=classes.attribute or ("class" if found.is_raster else ""),
        classes=classes.mapping,
        ignored=classes.ignored,
        width_m=round_figure(width) if lines else 0.0,
        boundary_m=round_figure(2 * gsd_m) if card.auxiliary else 0.0,
    )


def _words(labels: Path, found: Survey, pairs: Sequence[Pair]) -> list[str]:
    """What may say what labels are of: the names of the layer, of the file or folder, and of one of its files."""
    stem = re.sub(r"[*?\[\]]", "", labels.stem).strip("_-. ")  # it may be a pattern
    words = [found.layer or "", stem, pairs[0].labels.stem]
    return [word for word in dict.fromkeys(words) if word]


def _as_asked(classes: Classes, model: str | None) -> Classes:
    """The classes, or, where nothing says what the one class is, what the model that was asked for finds."""
    if model is None or classes.attribute is not None or not classes.is_single or classes.task != "areas":
        return classes
    card = find(model).card
    own = tuple(name for name in card.classes if name not in card.auxiliary)
    if len(own) != 2:
        return classes
    mapping = {value: own[1] if name == classes.names[1] else name for value, name in classes.mapping.items()}
    return dataclasses.replace(classes, task=card.task, names=own, mapping=mapping)


def _as_the_model_calls_it(classes: Classes, card: ModelCard) -> Classes:
    """The classes with the names that a model has for them, where there is one to find."""
    own = tuple(name for name in card.classes if name not in card.auxiliary)
    if not classes.is_single or len(own) != 2 or own == classes.names:
        return classes
    mapping = dict(classes.mapping)
    if classes.attribute is not None:
        mapping |= {value: own[1] for value in classes.counts if value and value not in mapping}
    mapping = {value: own[1] if name == classes.names[1] else name for value, name in mapping.items()}
    return dataclasses.replace(classes, names=own, mapping=mapping)


def gsd_spread(images: Sequence[Image]) -> tuple[float, float]:
    """The finest and the coarsest of the scenes' metres per pixel."""
    found = [image.gsd_m for image in images]
    return min(found), max(found)


def is_near(one: float, other: float, *, factor: float = 1.25) -> bool:
    """Whether two sizes differ by no larger factor."""
    return abs(math.log(one / other)) <= math.log(factor)
