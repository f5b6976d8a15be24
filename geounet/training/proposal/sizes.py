"""How large, how long, how fast: numbers that follow from how much there is to learn from."""

import math
from dataclasses import dataclass

BLOCKS = 16
"""Blocks that the labelled ground is cut into at least, so that some can be kept for validation."""
STRIDE = 32
LEAST = 128
"""Side of the smallest crop: four pixels of what the encoder makes of it."""
_DIGITS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Amount:
    """What there is to learn from."""

    pixels: float
    """Valid pixels with labels round them, at the card's GSD."""
    object_px: float | None
    """Side of the typical object in those; None where objects are not known."""
    gsd_m: float
    side_px: float
    """The shorter side of the typical scene, in those pixels too."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The numbers of a run."""

    crop: int
    block_m: float
    batch: int
    steps: int
    validate_every: int
    warmup: int
    freeze: int
    rate: float
    encoder_rate: float
    average: float


def working_gsd(gsd_m: float, object_m: float | None, *, most: float, wanted: float) -> float:
    """Metres per pixel to work at: the scenes' own, unless objects are more than `most` pixels wide; then `wanted`."""
    if object_m is not None and object_m > most * gsd_m:
        return max(round_figure(object_m / wanted), gsd_m)
    return float(f"{gsd_m:.2g}")


def sizes(amount: Amount, *, pretrained: bool, fits: bool) -> Sizes:
    """The numbers for so much data; a run that goes on from a model that fits needs fewer and smaller steps."""
    block = math.sqrt(amount.pixels / BLOCKS)
    wanted = 384 if (amount.object_px or 0) > 96 else 256
    # A crop that is larger than its scene is filled up with the scene's mirror image.
    whole = amount.side_px // STRIDE * STRIDE
    crop = int(max(LEAST, min(wanted, whole, round(block / STRIDE) * STRIDE)))
    block = min(block, 4.0 * crop)
    batch = 8
    seen = (40 if fits else 80) * amount.pixels / crop**2 / batch
    least, most = (300, 4000) if fits else (600, 20_000)
    steps = round(min(most, max(least, seen)) / 100) * 100
    return Sizes(
        crop=crop,
        block_m=round_figure(block * amount.gsd_m),
        batch=batch,
        steps=steps,
        validate_every=max(25, round(steps / 12 / 25) * 25),
        warmup=min(150, steps // 10),
        freeze=steps // 5 if fits else 0,
        rate=3e-4 if fits else 1e-3,
        encoder_rate=0.3 if pretrained else 1.0,
        average=round(max(0.9, min(0.996, 1 - 20 / steps)), 3),
    )


def round_figure(value: float) -> float:
    """The nearest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 and their tenfolds."""
    power = 10.0 ** math.floor(math.log10(value))
    nearest = min(_DIGITS, key=lambda digit: abs(math.log(digit * power / value)))
    return float(f"{nearest * power:.2g}")
