"""The shape part of augmentation: scale, rotation, flip and elastic deformation of image and labels together.

All four are put together as one map from the final square into a larger crop, so that pixels are interpolated once:

        ┌──────────── crop ────────────┐
        │         ╱╲                   │      side = final × zoom × √2, plus room for the elastic part
        │       ╱    ╲                 │      zoom = crop pixels per final pixel
        │     ╱ final  ╲               │
        │       ╲ square ╲             │
        │         ╲    ╱               │
        └───────────╲╱─────────────────┘
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from geounet.training.config.augment import AugmentConfig


def source_side(final: int, config: AugmentConfig, *, zoom: float) -> int:
    """Side of the crop that a final square is cut from, turned by 45°, scaled and deformed."""
    diagonal = final * zoom * (math.sqrt(2) if config.rotate else 1)
    return math.ceil(diagonal + 4 * config.elastic * zoom)


def sampling_grid(zoom: Tensor, config: AugmentConfig, *, final: int, side: int) -> Tensor:
    """Where each pixel of the final squares lies in its crop, as grid_sample takes it.

    Args:
        zoom: crop pixels per final pixel, (N,).
        config: how far to turn and deform; drawn from torch's generator.
        final: side of the final squares.
        side: side of the crops.

    Returns:
        (N, final, final, 2), x and y from −1 to 1 across the crop, edge to edge.

    The elastic part is U-Net's: random displacements of a coarse grid's nodes, interpolated bicubically
    (Ronneberger et al. 2015, section 3.1).
    """
    count, device = len(zoom), zoom.device
    steps = torch.arange(final, device=device) - (final - 1) / 2
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    points = torch.stack([x, y]).expand(count, 2, final, final)
    if config.elastic:
        nodes = (
            torch.randn(count, 2, config.elastic_nodes, config.elastic_nodes, device=device) * config.elastic
        )
        points = points + functional.interpolate(nodes, (final, final), mode="bicubic", align_corners=True)
    turns = _turns(count, config.rotate).to(device) * zoom[:, None, None]
    return torch.einsum("nij,njhw->nhwi", turns, points) * (2 / side)


def _turns(count: int, free: float) -> Tensor:
    """Rotations and flips, (N, 2, 2): a share `free` by any angle, the others by right angles."""
    quarter = torch.randint(4, (count,)) * (math.pi / 2)
    angle = torch.where(torch.rand(count) < free, torch.rand(count) * (2 * math.pi), quarter)
    cos, sin = torch.cos(angle), torch.sin(angle)
    flip = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    return torch.stack([torch.stack([cos * flip, -sin], dim=1), torch.stack([sin * flip, cos], dim=1)], dim=1)


def warp(images: Tensor, planes: Tensor, *, grid: Tensor) -> tuple[Tensor, Tensor]:
    """Images (N, C, s, s) bilinearly and planes (N, P, s, s) by the nearest pixel, by one grid; mirrored past the crop."""
    return _sample(images, grid, "bilinear"), _sample(planes, grid, "nearest")


def _sample(values: Tensor, grid: Tensor, mode: str) -> Tensor:
    return functional.grid_sample(values, grid, mode=mode, padding_mode="reflection", align_corners=False)
