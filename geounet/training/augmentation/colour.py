"""The changes of colour that a config turns on, in the order in which a surface, the air and a camera make them."""

from torch import nn

from geounet.training.augmentation.air import Haze, Shadow
from geounet.training.augmentation.sensor import Blur, Noise
from geounet.training.augmentation.tone import Tone
from geounet.training.config.augment import AugmentConfig
from geounet.training.libraries import kornia

_BENT = 0.4
"""Share of images whose gamma is changed."""


def colour_changes(config: AugmentConfig) -> nn.Sequential:
    """Modules from images (N, C, h, w) in 0 … 1 to such images; without any the images stay as they are."""
    c = config
    changes: list[nn.Module] = []
    if c.band or c.brightness or c.contrast or c.saturation or c.grey:
        changes.append(Tone(c))
    if c.gamma:
        changes.append(kornia.RandomGamma((1 / (1 + c.gamma), 1 + c.gamma), p=_BENT))
    if c.shadow:
        changes.append(Shadow(c.shadow))
    if c.haze:
        changes.append(Haze(c.haze))
    if c.blur:
        changes.append(Blur(c.blur))
    if c.noise:
        changes.append(Noise(c.noise))
    return nn.Sequential(*changes)
