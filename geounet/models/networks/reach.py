"""How far a network sees: the receptive field of an output pixel, and the smallest tile that it takes."""

import copy

import torch
from torch import Tensor, nn

from geounet.errors import ModelError
from geounet.models.networks.registry import network_stride, takes_any_tile

SHORTEST, LONGEST = 1024, 4096
"""Rows that are looked at for the ends of a receptive field; what reaches on sees the whole tile."""


def receptive_field(module: nn.Module, channels: int, *, longest: int = LONGEST) -> int | None:
    """Rows of the input that the output pixel in the middle depends on, in pixels; None where that is the whole tile.

    It is measured: from the first row to the last where the gradient of the pixel's logits is not 0, for random weights
    and a random image, in evaluation mode. That is the theoretical field, whatever the share of its ends (Luo et al. 2016,
    "Understanding the effective receptive field"). The image is a strip as narrow as the network takes it: columns
    change nothing in how far rows are seen.

    Args:
        module: from (1, channels, h, w) to logits (1, scores, h, w).
        channels: of its input.
        longest: rows beyond which no end is looked for.
    """
    module = _awake(module)
    width = smallest_tile(module, channels)
    if not takes_any_tile(module):
        return _seen(module, torch.Size((1, channels, width, width)))
    stride = network_stride(module)
    rows = min(longest, max(SHORTEST // stride * stride, width))
    while rows <= longest:
        if (field := _seen(module, torch.Size((1, channels, rows, width)))) is not None:
            return field
        rows *= 2
    return None


def smallest_tile(module: nn.Module, channels: int, *, largest: int = 1024) -> int:
    """The least side of a square tile, a multiple of the stride, that the network takes in evaluation mode.

    Raises ModelError where none up to `largest` will do.
    """
    if not takes_any_tile(module):
        return int(module.tile_side)  # type: ignore[arg-type]  # a tensor or a module to mypy
    stride, reason = network_stride(module), "not tried"
    for side in range(stride, largest + 1, stride):
        try:
            logits = _logits(module, torch.zeros(1, channels, side, side))
        except (RuntimeError, ValueError) as error:  # a norm of one pixel, a window larger than the image
            reason = " ".join(str(error).split())
            continue
        if logits.shape[2:] == (side, side):
            return side
        reason = f"its logits are {logits.shape[2]} × {logits.shape[3]}"
    raise ModelError(
        f"the network takes no tile of {stride} to {largest} pixels ({reason}); mend its builder"
    )


def _awake(module: nn.Module) -> nn.Module:
    """A copy in which all counts: scales that begin with 0, so that their block begins as the identity, do not."""
    copied = copy.deepcopy(module)
    for name, parameter in copied.named_parameters():
        if not name.endswith("bias") and not bool(parameter.any()):
            nn.init.ones_(parameter)
    return copied


def _logits(module: nn.Module, image: Tensor) -> Tensor:
    with torch.inference_mode():
        logits: Tensor = module.eval()(image)
    return logits


def _seen(module: nn.Module, shape: torch.Size) -> int | None:
    """Rows of an image that its middle pixel depends on, or None where they go on to an end of the image."""
    image = torch.randn(shape, generator=torch.Generator().manual_seed(1)).requires_grad_()
    logits: Tensor = module.eval()(image)
    middle = logits[0, :, shape[2] // 2, shape[3] // 2].sum()
    (gradient,) = torch.autograd.grad(middle, image)
    rows = gradient[0].abs().amax((0, 2)).nonzero()[:, 0]
    first, last = int(rows[0]), int(rows[-1])
    return None if first == 0 or last == shape[2] - 1 else last - first + 1
