"""A training run as one frozen, validated value.

The file's `[card]` is the card of the model that will be written; the other tables say what it is trained on
and how.
"""

import dataclasses
import os
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from geounet.errors import GeounetWarning, TrainingError
from geounet.models.card import ModelCard
from geounet.training.config.augment import AugmentConfig
from geounet.training.config.checks import check_choice, check_finite, check_ranges
from geounet.training.config.data import DataConfig
from geounet.training.config.loss import LossConfig
from geounet.training.config.optimizer import OptimizerConfig
from geounet.training.config.tables import build, card_of

DATA_VARIABLE = "GEOUNET_DATA"
"""The environment variable that names the data folder, before the file's own `root`."""

UNSAID = "Your scenes and labels: say whose they are, and under which licence"
"""What a proposed card has among its sources, until a person says it."""
UNSPECIFIED = "unspecified"
"""The license of a proposed card, until a person says which."""

LOGGERS = ("csv", "tensorboard", "wandb", "mlflow", "comet", "neptune")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """A training run; raises TrainingError (InvalidCardError for its card) on a value out of range."""

    card: ModelCard
    """The card of the model that is written; its metrics, threshold and trained_on are filled in by the run."""
    data: DataConfig
    optimizer: OptimizerConfig
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    out: Path = Path("runs/model")
    """The bundle's folder."""
    run: Path | None = None
    """The run's own folder: what it was told, its checkpoint, curves, report; None for `out` with -run behind it."""
    init: str = "none"
    """The encoder's first weights: a safetensors file, `imagenet` to fetch them from the hub, or `none` for He's, the
    only choice of a network without an encoder that others have trained."""
    start: str = ""
    """A model that the run goes on from, in the place of `init`: a shipped name, a bundle's folder or a URL. A layer whose
    shape the card changes (other classes, other bands) begins anew."""
    seed: int = 0
    validate_every: int = 200
    """Steps between validations; a checkpoint is written at each."""
    threshold: float | None = None
    """The card's threshold; None chooses the one with the highest mean IoU over the validation scenes."""
    calibrate: bool = True
    """Whether the card's temperature is chosen on the validation scenes too (Guo et al. 2017)."""
    about: str = ""
    """What MODEL.md says before the figures, in Markdown."""
    overwrite: bool = False
    """Replace a bundle that stands in `out`."""
    device: str = "auto"
    """Lightning's accelerator: `auto`, `cpu`, `gpu`, `mps`."""
    devices: int = 1
    """How many of them; several share each step's gradients."""
    deterministic: bool = False
    """Whether only kernels are used that give the same every time, on a GPU too; others raise an error."""
    logger: str = "csv"
    """Where Lightning logs besides the run's metrics.csv: `csv` for nowhere else, `tensorboard`, `wandb`, `mlflow`, `comet`,
    `neptune`."""
    source: str = ""
    """Name of the file that it was read from."""

    def __post_init__(self) -> None:
        check_finite(self)
        check_ranges(self, validate_every=(1, None), devices=(1, None), seed=(0, 2**32 - 1))
        if self.threshold is not None:
            check_ranges(self, threshold=(0, 1))
        check_choice(self, "logger", LOGGERS)
        _check_card(self)
        _check_classes(self)
        _check_ends(self)
        _check_apart(self.data)

    @property
    def run_folder(self) -> Path:
        """Where the run keeps what is not the model."""
        return self.run or self.out.with_name(f"{self.out.name}-run")

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
        config = cls.from_dict(data, folder=path.parent, source=path.name)
        _warn_of_unsaid(config.card)
        return config

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, folder: Path = Path(), source: str = "") -> Self:
        """A run from its tables.

        Scenes, labels and a file of first weights are looked for in the data folder: the one that GEOUNET_DATA
        names, else the file's `root`, relative to `folder`. `out` is relative to the working directory.
        """
        values = dict(data)
        root = Path(os.environ.get(DATA_VARIABLE) or folder / values.pop("root", "."))
        values.pop("root", None)
        values["card"] = card_of(values.get("card"))
        if source:
            values["source"] = source
        built: Self = build(cls, values, where="", root=root)
        if is_file_of_weights(built.init):
            built = dataclasses.replace(built, init=str(root / built.init))
        _warn_of_frozen(built)
        return built


def is_file_of_weights(init: str) -> bool:
    """Whether `init` names a file, and not where weights come from otherwise."""
    return init not in ("none", "imagenet")


def _check_card(config: TrainConfig) -> None:
    """Raise TrainingError unless the card goes with the rest."""
    card, data, weights = config.card, config.data, config.loss.class_weights
    if data.crop % card.stride:
        raise TrainingError(
            f"data.crop is {data.crop}; expected a multiple of the card's stride, {card.stride}"
        )
    if card.gsd_m is None or card.architecture is None:
        raise TrainingError("card has no gsd_m or no architecture; a model that is trained needs both")
    if card.activation != "softmax":
        raise TrainingError(f"card's activation is {card.activation!r}; training takes 'softmax'")
    if not isinstance(weights, str) and len(weights) != len(card.classes):
        raise TrainingError(
            f"loss.class_weights has {len(weights)} values; the card has {len(card.classes)} classes"
        )
    if len(card.auxiliary) > 1 or bool(card.auxiliary) != bool(data.boundary_m):
        raise TrainingError(
            f"card has {len(card.auxiliary)} auxiliary classes and data.boundary_m is {data.boundary_m:g}; expected one "
            "class and a width, or neither"
        )


def _check_classes(config: TrainConfig) -> None:
    """Raise TrainingError unless the classes that labels are mapped to are the card's."""
    card, data = config.card, config.data
    named = [name for name in card.classes if name not in card.auxiliary]
    for value, name in data.classes.items():
        if name not in named:
            raise TrainingError(
                f"data.classes maps {value!r} to {name!r}; expected one of the card's: {', '.join(named)}"
            )
    for value in data.ignored:
        if value in data.classes:
            raise TrainingError(
                f"data.ignored names {value!r}, which data.classes maps to {data.classes[value]!r}; take it out of one"
            )


def _check_ends(config: TrainConfig) -> None:
    """Raise TrainingError where it is not clear what the run begins with, or how it is to end."""
    if config.start and config.init != "none":
        raise TrainingError(
            f"config has start ({config.start}) and init ({config.init}); expected one of them: a model brings its encoder"
        )
    if config.deterministic and config.optimizer.max_minutes is not None:
        raise TrainingError(
            f"config is deterministic and optimizer.max_minutes is {config.optimizer.max_minutes:g}; what ends by the clock "
            "is not the same every time: take one out"
        )


def _warn_of_frozen(config: TrainConfig) -> None:
    """Warn where an encoder stays for a while what nothing has trained."""
    if config.optimizer.freeze and not config.start and config.init == "none":
        warnings.warn(
            f"optimizer.freeze is {config.optimizer.freeze}, and the encoder begins at random: what is frozen knows "
            "nothing; give start or init, or set freeze to 0",
            GeounetWarning,
            stacklevel=3,
        )


def _warn_of_unsaid(card: ModelCard) -> None:
    """Warn where a card still says of its data and licence what was proposed: the model is passed on with it."""
    unsaid = ['sources ("Your scenes and labels …")'] * (UNSAID in card.sources)
    unsaid += [f'license ("{UNSPECIFIED}")'] * (card.license == UNSPECIFIED)
    if unsaid:
        warnings.warn(
            f"the card's {' and '.join(unsaid)} are as they were proposed, and would be published so in card.json; say in "
            "[card] whose data they are, and under which licence the model is",
            GeounetWarning,
            stacklevel=3,
        )


def _check_apart(data: DataConfig) -> None:
    """Raise TrainingError where a scene that is trained on is judged by, too."""
    for scene in sorted({s.scene for s in data.train} & {s.scene for s in data.validation}):
        raise TrainingError(
            f"{scene.name} is in data.train and in data.validation; expected other places to judge by: take it out of one, "
            "or list no validation scenes and blocks of each are kept for that"
        )
