"""What a network is trained to make small: the table `[loss]`."""

from dataclasses import dataclass

from geounet.errors import TrainingError
from geounet.training.config.checks import check_finite, check_ranges

PARTS = ("cross_entropy", "focal", "dice", "jaccard", "tversky", "lovasz")
"""The parts that a loss can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LossConfig:
    """The loss: a weighted sum of its parts."""

    cross_entropy: float = 1.0
    """Share of the cross-entropy, weighted by class and by pixel."""
    focal: float = 0.0
    """Share of the focal loss (Lin et al. 2017), weighted as the cross-entropy is."""
    dice: float = 1.0
    """Share of the Dice loss (Milletari et al. 2016, with plain sums), mean over the classes that are there."""
    jaccard: float = 0.0
    """Share of the Jaccard loss (Rahman and Wang 2016)."""
    tversky: float = 0.0
    """Share of the Tversky loss (Salehi et al. 2017)."""
    lovasz: float = 0.0
    """Share of the Lovász-Softmax loss (Berman et al. 2018)."""
    smoothing: float = 0.0
    """Label smoothing of the cross-entropy: labels are not perfect."""
    focal_gamma: float = 2.0
    """How much less the focal loss heeds what is already right."""
    tversky_alpha: float = 0.5
    """What Tversky's index makes of a false positive; 0.5 with beta 0.5 is Dice."""
    tversky_beta: float = 0.5
    """What it makes of a miss."""
    class_weights: tuple[float, ...] | str = "none"
    """Weight of each class in cross-entropy and focal loss: `none`, `balanced` (median frequency over the training
    labels, Eigen and Fergus 2015), or a number a class."""
    deep: float = 0.0
    """Deep supervision (Lee et al. 2015), of Unet and UnetPlusPlus: share of the loss of a stage at half the sides. Of a
    Unet, each one before it has half of that; of a UnetPlusPlus (Zhou et al. 2018), each nested decoder has it. The heads
    that this needs are not part of the model that is written."""

    def __post_init__(self) -> None:
        check_finite(self)
        check_ranges(
            self, **dict.fromkeys((*PARTS, "focal_gamma", "tversky_alpha", "tversky_beta"), (0, None))
        )
        check_ranges(self, smoothing=(0, 0.5), deep=(0, 1))
        if not any(getattr(self, part) for part in PARTS):
            raise TrainingError(f"loss has no part; give one of {', '.join(PARTS)} a share above 0")
        if isinstance(self.class_weights, str) and self.class_weights not in ("none", "balanced"):
            raise TrainingError(
                f"loss.class_weights is {self.class_weights!r}; expected none, balanced, or a number a class"
            )
        if self.tversky and not (self.tversky_alpha or self.tversky_beta):
            raise TrainingError("loss.tversky_alpha and tversky_beta are both 0; expected one above 0")
        _check_weights(self.class_weights)


def _check_weights(weights: tuple[float, ...] | str) -> None:
    """Raise TrainingError unless weights of classes are at least 0, and one is above."""
    if not isinstance(weights, str) and (min(weights, default=0) < 0 or not any(weights)):
        raise TrainingError(
            f"loss.class_weights is {list(weights)}; expected numbers of at least 0, one of them above"
        )
