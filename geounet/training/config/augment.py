"""How crops are changed before they are trained on: the table `[augment]`."""

from dataclasses import dataclass

from geounet.errors import TrainingError
from geounet.training.config.checks import check_finite, check_ranges

_SHARES = (
    "flip",
    "rotate",
    "brightness",
    "contrast",
    "saturation",
    "band",
    "grey",
    "drop_band",
    "shadow",
    "haze",
    "blur",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentConfig:
    """How a crop is changed before it is trained on; 0 turns a change off."""

    scale: tuple[float, float] = (1.0, 1.0)
    """Range of the crop's GSD, relative to the card's."""
    flip: float = 0.5
    """Share of crops that are mirrored."""
    rotate: float = 0.5
    """Share of crops that are turned freely; the others are turned by right angles."""
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
    drop_band: float = 0.0
    """Share of crops that lose a band: it becomes 0."""
    shadow: float = 0.0
    """Deepest shadow: the share of light that it takes; half of the crops have one."""
    haze: float = 0.0
    """Densest haze."""
    blur: float = 0.0
    """Strongest blur: 1 is the mean of 3 × 3 pixels."""
    noise: float = 0.0
    """Strongest noise, its standard deviation as a share of the whole range."""
    mixup: float = 0.0
    """α of the Beta distribution that two crops' shares in a mixed one are drawn from (Zhang et al. 2018)."""

    def __post_init__(self) -> None:
        check_finite(self)
        low, high = self.scale
        if not 0 < low <= high:
            raise TrainingError(f"augment.scale is [{low}, {high}]; expected [low, high] with 0 < low ≤ high")
        check_ranges(self, elastic_nodes=(2, None), **dict.fromkeys(_SHARES, (0, 1)))
        check_ranges(self, **dict.fromkeys(("elastic", "gamma", "noise", "mixup"), (0, None)))
