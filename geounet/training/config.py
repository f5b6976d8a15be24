"""What a training run is told: one TOML file as a frozen, validated value.

The file's `[card]` is the card of the model that will be written; the other tables say what it is trained on
and how. An unknown key is an error, so that a misspelt one does not pass in silence.
"""

import dataclasses
import os
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from geounet.errors import InvalidCardError, TrainingError
from geounet.models.card import FORMAT, ModelCard

DATA_VARIABLE = "GEOUNET_DATA"
"""The environment variable that names the data folder, before the file's own `root`."""


def _check(value: object, **ranges: tuple[float, float | None]) -> None:
    """Raise TrainingError unless the named fields lie in their ranges."""
    for name, (low, high) in ranges.items():
        found = getattr(value, name)
        if not low <= found <= (float("inf") if high is None else high):
            limit = f"at least {low}" if high is None else f"{low} to {high}"
            raise TrainingError(f"{name} is {found}; expected {limit}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneConfig:
    """One scene with its labels."""

    scene: Path
    """The raster."""
    labels: Path
    """A vector layer of the classes, where a feature's `class` names it if there are several; or a raster of class
    indices, 255 for nodata."""
    weight: float = 1.0
    """How often crops are drawn from it, relative to the others."""
    edge_m: float = 0.0
    """Pixels this near a label's edge are ignored: for labels that lie a metre off."""

    def __post_init__(self) -> None:
        _check(self, weight=(0, None), edge_m=(0, None))


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

    def __post_init__(self) -> None:
        _check(self, towns=(0, None), side_m=(1, None), weight=(0, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """What is trained on, and what it is judged by."""

    train: tuple[SceneConfig, ...]
    validation: tuple[SceneConfig, ...]
    """Other places than those trained on; the best weights are chosen on them."""
    synthetic: SyntheticConfig = SyntheticConfig()
    crop: int = 256
    """Side of a training crop in pixels, a multiple of the card's stride."""
    labelled: float = 0.7
    """Share of crops that are centred on a label; the others are drawn anywhere."""
    levels_m: tuple[float, ...] = ()
    """Metres per pixel at which scenes are kept in memory; empty for the card's alone."""
    gap_m: float = 0.0
    """Width of the background kept between objects that touch or nearly do; 0 leaves labels as they are."""
    gap_weight: float = 1.0
    """Weight of those pixels in the loss."""

    def __post_init__(self) -> None:
        if not self.train:
            raise TrainingError("config names no training scene; add [[data.train]] with scene and labels")
        if not self.validation:
            raise TrainingError(
                "config names no validation scene; add [[data.validation]] with scene and labels"
            )
        _check(self, crop=(1, None), labelled=(0, 1), gap_m=(0, None), gap_weight=(0, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentConfig:
    """How a crop is changed before it is trained on; 0 turns a change off."""

    scale: tuple[float, float] = (1.0, 1.0)
    """Range of the crop's GSD, relative to the card's."""
    rotate: float = 0.5
    """Share of crops that are turned freely; the others are turned by right angles. All are flipped half the time."""
    elastic: float = 0.0
    """Standard deviation, in pixels, of the displacement of a coarse grid's nodes."""
    elastic_nodes: int = 5
    """Nodes of that grid along a side."""
    brightness: float = 0.0
    """Largest change of brightness, as a share of the whole range."""
    contrast: float = 0.0
    """Largest relative change of contrast."""
    saturation: float = 0.0
    """Largest relative change of saturation: of each band's distance from their mean."""
    gamma: float = 0.0
    """Largest change of the exponent, as a factor: 0.5 is from 1 / 1.5 to 1.5."""
    band: float = 0.0
    """Largest relative gain of each band on its own: a change of hue."""
    grey: float = 0.0
    """Share of crops that lose their colour."""
    haze: float = 0.0
    """Densest haze."""
    blur: float = 0.0
    """Strongest blur: 1 is the mean of 3 × 3 pixels."""
    noise: float = 0.0
    """Strongest noise, its standard deviation as a share of the whole range."""

    def __post_init__(self) -> None:
        low, high = self.scale
        if not 0 < low <= high:
            raise TrainingError(f"augment.scale is [{low}, {high}]; expected [low, high] with 0 < low ≤ high")
        shares = ("rotate", "contrast", "saturation", "band", "grey", "haze", "brightness", "blur")
        _check(self, elastic_nodes=(2, None), **dict.fromkeys(shares, (0, 1)))
        _check(self, **dict.fromkeys(("elastic", "gamma", "noise"), (0, None)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LossConfig:
    """The loss: a weighted sum."""

    cross_entropy: float = 1.0
    dice: float = 1.0
    smoothing: float = 0.0
    """Label smoothing of the cross-entropy: labels are not perfect."""

    def __post_init__(self) -> None:
        _check(self, cross_entropy=(0, None), dice=(0, None), smoothing=(0, 0.5))
        if not self.cross_entropy + self.dice:
            raise TrainingError("loss has no part; give cross_entropy or dice a weight above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerConfig:
    """AdamW with a linear warm-up and a cosine decay."""

    steps: int
    """Steps of the whole run."""
    batch: int = 8
    rate: float = 1e-3
    """Learning rate at its highest."""
    encoder_rate: float = 1.0
    """The encoder's learning rate, relative to the others': below 1 for a pretrained one."""
    warmup: int = 100
    """Steps in which the rate rises."""
    decay: float = 1e-2
    """Weight decay."""
    average: float = 0.0
    """Decay of the exponential moving average of the weights, which is what is validated and kept; 0 for none."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    max_minutes: float | None = None
    """Ends the run early: the rate then decays by the clock where that is ahead of the steps."""
    precision: str = "auto"
    """Lightning's name; `auto` takes bfloat16 where the device has it in hardware."""

    def __post_init__(self) -> None:
        _check(self, steps=(1, None), batch=(1, None), average=(0, 1))
        _check(self, **dict.fromkeys(("encoder_rate", "warmup", "decay", "clip"), (0, None)))
        for name in ("rate", "max_minutes"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise TrainingError(f"optimizer.{name} is {value}; expected above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """A training run; raises TrainingError (InvalidCardError for its card) on a value out of range."""

    card: ModelCard
    """The card of the model that is written; its metrics, threshold and trained_on are filled in by the run."""
    data: DataConfig
    optimizer: OptimizerConfig
    augment: AugmentConfig = AugmentConfig()
    loss: LossConfig = LossConfig()
    out: Path = Path("runs/model")
    """The bundle's folder."""
    init: str = "none"
    """The encoder's first weights: a safetensors file, `imagenet` to fetch them from the hub, or `none` for He's."""
    seed: int = 0
    validate_every: int = 200
    """Steps between validations."""
    threshold: float | None = None
    """The card's threshold; None chooses the one with the highest mean IoU over the validation scenes."""
    about: str = ""
    """What MODEL.md says before the figures, in Markdown."""
    overwrite: bool = False
    """Replace a bundle that stands in `out`."""
    device: str = "auto"
    """Lightning's accelerator: `auto`, `cpu`, `gpu`, `mps`."""
    source: str = ""
    """Name of the file that it was read from."""

    def __post_init__(self) -> None:
        _check(self, validate_every=(1, None))
        if self.data.crop % self.card.stride:
            raise TrainingError(
                f"data.crop is {self.data.crop}; expected a multiple of the card's stride, {self.card.stride}"
            )
        if self.card.gsd_m is None or self.card.architecture is None:
            raise TrainingError("card has no gsd_m or no architecture; a model that is trained needs both")
        if self.card.activation != "softmax":
            raise TrainingError(f"card's activation is {self.card.activation!r}; training takes 'softmax'")

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """A run from its TOML file; paths in it are relative to the data folder (see `from_dict`)."""
        path = Path(path)
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise TrainingError(f"no config at {path}; give the path of a TOML file") from error
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise TrainingError(f"config {path.name} cannot be read: {error}; expected TOML") from error
        return cls.from_dict(data, folder=path.parent, source=path.name)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, folder: Path = Path(), source: str = "") -> Self:
        """A run from its tables.

        Scenes, labels and a file of first weights are looked for in the data folder: the one that GEOUNET_DATA
        names, else the file's `root`, relative to `folder`. `out` is relative to the working directory.
        """
        values = dict(data)
        root = Path(os.environ.get(DATA_VARIABLE) or folder / values.pop("root", "."))
        values.pop("root", None)
        values["card"] = _card(values.get("card"))
        built: Self = _build(cls, values | {"source": source}, where="", root=root)
        if built.init not in ("none", "imagenet"):
            built = dataclasses.replace(built, init=str(root / built.init))
        return built


def _card(table: object) -> ModelCard:
    if not isinstance(table, Mapping):
        raise TrainingError("config lacks [card]: the card of the model to be trained")
    try:
        return ModelCard.from_dict({"format": FORMAT} | dict(table))
    except InvalidCardError as error:
        raise InvalidCardError(f"config's [card]: {error}") from error


def _build(kind: Any, table: Mapping[str, Any], *, where: str, root: Path) -> Any:  # noqa: ANN401 (any of the values above)
    """A value of the dataclass `kind` from its table, checking keys and kinds."""
    known = {f.name: f for f in dataclasses.fields(kind)}
    hints = typing.get_type_hints(kind)
    unknown = sorted(table.keys() - known.keys())
    if unknown:
        raise TrainingError(
            f"config has unknown key {where + unknown[0]!r}; known are {', '.join(sorted(known))}"
        )
    missing = [
        n
        for n, f in known.items()
        if f.default is f.default_factory is dataclasses.MISSING and n not in table
    ]
    if missing:
        raise TrainingError(f"config lacks {where + missing[0]!r}")
    return kind(**{k: _value(hints[k], v, where=where + k, root=root) for k, v in table.items()})


def _value(hint: Any, value: Any, *, where: str, root: Path) -> Any:  # noqa: ANN401 (a type, and TOML's value for it)
    """TOML's value as what the field expects."""
    if dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        return _build(hint, value, where=f"{where}.", root=root)
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if typing.get_origin(hint) is tuple and isinstance(value, list | tuple):
        inner, *more = typing.get_args(hint)
        if more != [...] and len(value) != 1 + len(more):
            raise TrainingError(f"{where} has {len(value)} values; expected {1 + len(more)}")
        return tuple(_value(inner, v, where=f"{where}[{i}]", root=root) for i, v in enumerate(value))
    if Path in options and isinstance(value, str | Path):
        return root / value if where.startswith("data.") else Path(value)
    if float in options and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not any(isinstance(value, o) and not (isinstance(value, bool) and o is not bool) for o in options):
        expected = " or ".join(
            "nothing" if o is types.NoneType else getattr(o, "__name__", str(o)) for o in options
        )
        raise TrainingError(f"{where} is {value!r}; expected {expected}")
    return value
