"""torchgeo's benchmark datasets, by their official splits: each image with its mask is a labelled scene.

Those that give whole images are taken (torchgeo's non-geo datasets); what is sampled by place is a raster, and so a scene.
"""

import difflib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from geounet.errors import MissingDependencyError, TrainingError
from geounet.models.card import ModelCard
from geounet.models.torchvision_ops import declare_missing_operators
from geounet.raster.resample import Axis, resample
from geounet.raster.scene import SAME_GSD
from geounet.training.config.data import DatasetConfig
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.places import places
from geounet.training.scenes.scene import FULL, LabelledScene, Level


class Images(Protocol):
    """What a dataset of torchgeo is, once it is open."""

    def __len__(self) -> int:
        """Number of images."""
        ...

    def __getitem__(self, index: int) -> Mapping[str, Any]:
        """An image and its mask as tensors."""
        ...


def dataset_scenes(dataset: DatasetConfig, card: ModelCard) -> Iterator[LabelledScene]:
    """A dataset's images as labelled scenes of one level each, in the dataset's order, read when they are asked for.

    Counts are stretched as the card says: from its own percentiles (of each image), its fixed range, or 0 … `scale`
    where it goes by the type. Mask values are the card's classes; 255 and what is below 0 is ignored. What is judged by is
    brought to the card's GSD, what is trained on stays as it is.

    Raises:
        MissingDependencyError: torchgeo, or what a dataset of it needs, is not installed.
        TrainingError: torchgeo has no such dataset or split, its files are not there, or its images and masks are not
            what the card expects.
    """
    images = _open(dataset)
    count = len(images)
    if count == 0:
        raise TrainingError(f"{_name(dataset)} has no images; check its root, {dataset.root}")
    for k in range(count):
        name = f"{dataset.name}_{dataset.split}_{k:05d}"
        yield LabelledScene(name, (_level(images[k], dataset, card),), dataset.weight / count)


def _open(dataset: DatasetConfig) -> Images:
    """The dataset, open; nothing is downloaded."""
    kind = _class_of(dataset.name)
    known = [name for name in inspect.signature(kind).parameters if name not in ("transforms", "download")]
    if "split" not in known:
        raise TrainingError(
            f"{dataset.name} of torchgeo has no splits; expected a dataset that has official ones"
        )
    for name in dataset.options:
        if name not in known or name in ("root", "split"):
            others = ", ".join(k for k in known if k not in ("root", "split")) or "none"
            raise TrainingError(f"options of dataset {dataset.name} hold {name!r}; it takes {others}")
    from torchgeo.datasets import DatasetNotFoundError
    from torchgeo.datasets.errors import DependencyNotFoundError

    try:
        opened: Images = kind(root=str(dataset.root), split=dataset.split, **dataset.options)
    except DatasetNotFoundError as error:
        raise TrainingError(
            f"{_name(dataset)} is not in {dataset.root}; expected its files there: geounet downloads none, so fetch it "
            f"first (torchgeo.datasets.{dataset.name}(root=…, download=True), or from its authors)"
        ) from error
    except DependencyNotFoundError as error:
        raise MissingDependencyError(f"{_name(dataset)} cannot be read: {_one_line(error)}") from error
    except (AssertionError, ValueError, TypeError, KeyError) as error:  # how torchgeo's classes say no
        raise TrainingError(
            f"{_name(dataset)} cannot be opened ({_one_line(error)}); expected a split and options that it has: see "
            f"torchgeo.datasets.{dataset.name}"
        ) from error
    return opened


def _class_of(name: str) -> Any:  # noqa: ANN401 (a class of torchgeo's)
    declare_missing_operators()
    try:
        import torchgeo.datasets as torchgeo
    except ImportError as error:
        raise MissingDependencyError(
            f"dataset {name} needs torchgeo; install it with: pip install 'geounet[train]'"
        ) from error
    kind = getattr(torchgeo, name, None)
    if isinstance(kind, type) and issubclass(kind, torchgeo.NonGeoDataset):
        return kind
    if isinstance(kind, type) and issubclass(kind, torchgeo.GeoDataset):
        raise TrainingError(
            f"{name} of torchgeo is sampled by place; expected a dataset of whole images: list its rasters as scenes instead"
        )
    named = {n: k for n, k in vars(torchgeo).items() if isinstance(k, type)}
    datasets = [n for n, k in named.items() if issubclass(k, torchgeo.NonGeoDataset)]
    folded = {n.casefold(): n for n in datasets}
    near = [folded[n] for n in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.4)]
    raise TrainingError(
        f"torchgeo has no dataset {name!r}; expected one such as {', '.join(near or ['LoveDA', 'LandCoverAI'])}"
    )


def _level(sample: Mapping[str, Any], dataset: DatasetConfig, card: ModelCard) -> Level:
    """An image and its mask at the one GSD that they have, or that they are judged at."""
    counts, labels = _arrays(sample, dataset, card)
    valid = np.logical_and.reduce(np.isfinite(counts))
    own = dataset.gsd_m or float(card.gsd_m or 1)
    gsd_m = own
    if dataset.use == "validation" and card.gsd_m and abs(own / card.gsd_m - 1) > SAME_GSD:
        gsd_m = card.gsd_m
        counts, labels, valid = _resampled(counts, labels, valid, factor=own / gsd_m)
    labels[~valid] = IGNORED
    image = _stretched(counts, valid, dataset=dataset, card=card)
    where = places(labels)
    rows, cols = where.astype(np.int64).T
    return Level(gsd_m, image, labels, valid.astype(np.float16), where, labels[rows, cols])


def _arrays(
    sample: Mapping[str, Any], dataset: DatasetConfig, card: ModelCard
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Counts (bands, rows, cols) and labels (rows, cols); raises TrainingError where they are not what the card expects."""
    if not {"image", "mask"} <= sample.keys():
        raise TrainingError(
            f"{_name(dataset)} gives {', '.join(sorted(map(str, sample)))}; expected image and mask: take a split with masks"
        )
    image, mask = (np.asarray(sample[key]) for key in ("image", "mask"))
    mask = mask[0] if mask.ndim == 3 and len(mask) == 1 else mask
    if image.ndim != 3 or mask.shape != image.shape[1:]:
        raise TrainingError(
            f"{_name(dataset)} has images of shape {image.shape} and masks of {mask.shape}; expected (bands, rows, cols) "
            "and (rows, cols)"
        )
    if len(image) != card.channels:
        raise TrainingError(
            f"{_name(dataset)} has images of {len(image)} bands; the card expects {card.channels} "
            f"({', '.join(card.bands)}): correct card.bands, or choose bands in the dataset's options, if it takes any"
        )
    return image.astype(np.float32), _labels(mask, dataset, card)


def _labels(mask: NDArray[Any], dataset: DatasetConfig, card: ModelCard) -> NDArray[np.uint8]:
    ignored = (mask < 0) | (mask == IGNORED)
    most = mask[~ignored].max(initial=0)
    if most >= len(card.classes):
        raise TrainingError(
            f"masks of {_name(dataset)} hold {most}; the card has {len(card.classes)} classes: expected 0 to "
            f"{len(card.classes) - 1}, and 255 for what is ignored; name all of the dataset's classes in card.classes"
        )
    return np.where(ignored, IGNORED, mask).astype(np.uint8)


def _stretched(
    counts: NDArray[np.float32], valid: NDArray[np.bool_], *, dataset: DatasetConfig, card: ModelCard
) -> NDArray[np.uint16]:
    """Counts stretched as the card says, 0 … 1 kept as 0 … 65535; 0 where not valid."""
    low, high = _range(counts[:, valid], dataset, card)
    span = np.where(high > low, high - low, 1)[:, None, None]
    share = np.where(high > low, 1, 0)[:, None, None] * (counts - low[:, None, None]) / span
    with np.errstate(invalid="ignore"):  # what is not valid may be no number
        kept = np.where(valid, np.clip(share, 0, 1) * FULL, 0)
    return np.rint(kept).astype(np.uint16)


def _range(
    values: NDArray[np.float32], dataset: DatasetConfig, card: ModelCard
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The counts (bands,) that become 0 and 1, of an image's valid values (bands, n)."""
    known, percentiles = values.shape[1] > 0, card.normalization.percentiles
    of_bands = values.reshape(card.steps, -1, values.shape[1]).swapaxes(0, 1)
    seen = [
        np.percentile(band, percentiles) if known else (0.0, dataset.scale) for band in of_bands
    ] * card.steps
    wanted = card.normalization.over(card.steps).band_ranges
    fixed = ((0.0, dataset.scale) if isinstance(one, str) else one for one in wanted)
    pairs = [own if one == "scene" else ends for one, own, ends in zip(wanted, seen, fixed, strict=True)]
    low, high = np.array(pairs, np.float64).T
    return low, high


def _resampled(
    counts: NDArray[np.float32], labels: NDArray[np.uint8], valid: NDArray[np.bool_], *, factor: float
) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.bool_]]:
    """The same ground in `factor` times as many rows and columns: counts averaged or bilinear, labels the nearest."""
    rows, cols = (Axis.between(n, max(1, round(n * factor))) for n in labels.shape)
    finite = np.where(valid, counts, 0).astype(np.float32)
    values, kept = resample(finite, valid, rows=rows, cols=cols)
    return values, labels[np.ix_(rows.nearest, cols.nearest)], kept


def _name(dataset: DatasetConfig) -> str:
    return f"dataset {dataset.name} (split {dataset.split})"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
