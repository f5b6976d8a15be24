"""What is trained on and judged by, and how labels become pixels: the table `[data]`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geounet.errors import TrainingError
from geounet.training.config.checks import check_choice, check_finite, check_ranges

SPLITS = ("train", "validation")


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneConfig:
    """One scene with its labels."""

    scene: Path
    """The raster; in TOML a list too, of several that are read as one scene on the first one's grid."""
    labels: Path
    """A vector layer of the classes in any CRS, where a feature's attribute names its class if there are several; or a
    raster of class indices, 255 for nodata, in any CRS too, whose values `classes` and `ignored` may name."""
    layer: str | None = None
    """The layer in a file of several; None for the first."""
    weight: float = 1.0
    """How often crops are drawn from it, relative to the others."""
    edge_m: float = 0.0
    """Pixels this near a label's edge are ignored: for labels that lie a metre off."""
    aoi: Path | None = None
    """A vector file of the areas that were labelled; outside, nothing is learnt or judged. None is the whole scene."""
    beside: tuple[Path, ...] = ()
    """Further rasters of the same ground, whose bands count on: a height model, other dates."""

    def __post_init__(self) -> None:
        check_finite(self)
        check_ranges(self, weight=(0, None), edge_m=(0, None))

    @property
    def files(self) -> tuple[Path, ...]:
        """All rasters that it is read from."""
        return self.scene, *self.beside

    @staticmethod
    def unfolded(table: Mapping[str, Any]) -> Mapping[str, Any]:
        """A table whose `scene` is a list, as one of the first file and those beside it."""
        match table.get("scene"):
            case []:
                raise TrainingError(
                    "scene is a list of no files; expected one at least, the one whose grid is taken first"
                )
            case [first, *others] if "beside" not in table:
                return {**table, "scene": first, "beside": others}
        return table


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticConfig:
    """Towns drawn by `geounet.synthetic`, with exact labels."""

    towns: int = 0
    """How many; 0 for none."""
    side_m: float = 300.0
    """Side of each, in metres."""
    seed: int = 1000
    """The first town's seed; the next ones count on."""
    weight: float = 1.0
    """How often crops are drawn from all of them together, relative to the scenes."""
    task: str = "buildings"
    """What is labelled: the towns' `buildings` or their `roads`."""

    def __post_init__(self) -> None:
        check_finite(self)
        check_ranges(self, towns=(0, None), side_m=(1, None), weight=(0, None))
        check_choice(self, "task", ("buildings", "roads"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetConfig:
    """One of torchgeo's benchmark datasets, by its own official split."""

    name: str
    """The class's name in `torchgeo.datasets`."""
    root: Path
    """The folder that it lies in; nothing is downloaded."""
    split: str
    """The dataset's own name of a split, such as `train` or `val`."""
    use: str = "train"
    """What it is for: `train` or `validation`."""
    weight: float = 1.0
    """How often crops are drawn from all of its images together, relative to the scenes."""
    scale: float = 255.0
    """Counts that become 1 where the card's range is the type's (`dtype`): torchgeo gives floats in the file's counts."""
    gsd_m: float | None = None
    """Its metres per pixel; None for the card's."""
    options: Mapping[str, str | bool | int | tuple[str | int, ...]] = field(default_factory=dict)
    """Further arguments of the dataset's class, such as its bands."""

    def __post_init__(self) -> None:
        check_finite(self)
        check_choice(self, "use", SPLITS)
        check_ranges(self, weight=(0, None), scale=(1e-9, None))
        if self.gsd_m is not None and self.gsd_m <= 0:
            raise TrainingError(f"gsd_m of dataset {self.name} is {self.gsd_m}; expected metres above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitConfig:
    """How scenes are divided into places to train on and places to judge by, where no validation scenes are listed.

    Each scene is cut into square blocks; those that are kept for validation are invalid to training: a crop may reach
    into one, and sees nothing of it.
    """

    share: float = 0.2
    """Share of the labelled blocks that are kept for validation."""
    block_m: float | None = None
    """Side of a block in metres; None for four crops."""
    seed: int = 0
    """The order in which blocks are drawn."""
    fold: int = 0
    """Which of the 1 / share parts of that order is kept: cross-validation goes through all."""

    def __post_init__(self) -> None:
        check_finite(self)
        check_ranges(self, share=(0.01, 0.99))
        check_ranges(self, fold=(0, round(1 / self.share) - 1))
        if self.block_m is not None and self.block_m <= 0:
            raise TrainingError(f"split.block_m is {self.block_m}; expected above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """What is trained on, and what it is judged by."""

    train: tuple[SceneConfig, ...] = ()
    validation: tuple[SceneConfig, ...] = ()
    """Other places than those trained on; the best weights are chosen on them. Empty: `split` divides the scenes."""
    split: SplitConfig = SplitConfig()
    synthetic: SyntheticConfig = SyntheticConfig()
    datasets: tuple[DatasetConfig, ...] = ()
    crop: int = 256
    """Side of a training crop in pixels, a multiple of the card's stride."""
    labelled: float = 0.7
    """Share of crops that are centred on a label; the others are drawn anywhere."""
    balanced: bool = True
    """Whether those are centred on each class equally often; else as often as it has objects (pixels, of a raster)."""
    levels_m: tuple[float, ...] = ()
    """Metres per pixel at which scenes are kept; empty for the card's alone."""
    attribute: str = "class"
    """The attribute that names a feature's class, where the model has several; empty for none: every feature is of the one
    class to find."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """The model's class of each value of that attribute, where they are called otherwise."""
    ignored: tuple[str, ...] = ()
    """Values of that attribute whose pixels are not trained on, nor judged by."""
    width_m: float = 0.0
    """Width that labels which are lines or points are drawn with, one pixel at least."""
    gap_m: float = 0.0
    """Width of the background kept between objects that touch or nearly do; 0 leaves labels as they are."""
    gap_weight: float = 1.0
    """Weight of those pixels in the loss."""
    border_weight: float = 0.0
    """U-Net's w₀: how much more a pixel between two objects that nearly touch weighs; 0 for no such map."""
    border_sigma_m: float = 1.5
    """U-Net's σ: the distance at which that weight falls off, in metres."""
    boundary_m: float = 0.0
    """Width of the auxiliary class along the inner edge of each object; above 0 if the card has one."""
    cache: Path | None = None
    """Folder where scenes are kept as they were read, for the next run too: it only grows, and may be deleted at any time.
    None for one that ends with the run."""

    def __post_init__(self) -> None:
        check_finite(self)
        if not self.train and not any(dataset.use == "train" for dataset in self.datasets):
            raise TrainingError("config names no training scene; add [[data.train]] with scene and labels")
        check_ranges(self, crop=(1, None), labelled=(0, 1), gap_m=(0, None), gap_weight=(0, None))
        check_ranges(self, width_m=(0, None), border_weight=(0, None), boundary_m=(0, None))
        check_ranges(self, border_sigma_m=(1e-6, None))
        for gsd_m in self.levels_m:
            if gsd_m <= 0:
                raise TrainingError(f"data.levels_m holds {gsd_m}; expected metres per pixel above 0")
