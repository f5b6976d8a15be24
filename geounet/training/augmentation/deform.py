"""The shape part of augmentation: scale, rotation, flip and elastic deformation as one map.

The map leads from the final square into a larger crop, so that pixels are interpolated once:

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


def sampling_grid(zoom: Tensor, config: AugmentConfig, *, final: int, side: int) -> Tensor:
    """Where each pixel of the final squares lies in its crop, as `warp` takes it.

    Args:
        zoom: crop pixels per final pixel, (N,).
        config: how far to turn and deform; drawn from torch's generator.
        final: side of the final squares.
        side: side of the crops.

    Returns:
        (N, final, final, 2), x and y: −1 is the centre of the crop's first pixel, 1 that of its last.

    The elastic part is U-Net's: random displacements of a coarse grid's nodes, interpolated bicubically
    (Ronneberger et al. 2015, section 3.1).
    """
    turned = _turns(len(zoom), config, device=zoom.device) * zoom[:, None, None]
    points = _centred(final, zoom.device)
    if config.elastic:
        points = points + _displacements(len(zoom), config, final=final, device=zoom.device)
    return torch.einsum("nij,njhw->nhwi", turned, points.expand(len(zoom), -1, -1, -1)) * _unit(side)


def plain_grid(zoom: Tensor, *, final: int, side: int) -> Tensor:
    """The same grid of squares that are scaled alone: neither turned nor deformed."""
    points = _centred(final, zoom.device).permute(0, 2, 3, 1)
    return points * zoom[:, None, None, None] * _unit(side)


def _centred(final: int, device: torch.device) -> Tensor:
    """Each pixel's x and y from the middle of a square, (1, 2, final, final)."""
    steps = torch.arange(final, device=device) - (final - 1) / 2
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x, y])[None]


def _unit(side: int) -> float:
    """A pixel of a crop, where the centres of its first and last are 2 apart."""
    return 2 / max(side - 1, 1)


def _turns(count: int, config: AugmentConfig, *, device: torch.device) -> Tensor:
    """Rotations and flips, (N, 2, 2): shares of them by any angle and mirrored, the others by right angles.

    Right angles have whole numbers for sine and cosine, so that they move pixels onto pixels.
    """
    quarter = torch.randint(4, (count,), device=device)
    angle = torch.rand(count, device=device) * (2 * math.pi)
    free = torch.rand(count, device=device) < config.rotate
    flip = 1 - 2 * (torch.rand(count, device=device) < config.flip).float()
    cosines = torch.tensor([1.0, 0.0, -1.0, 0.0], device=device)
    cos = torch.where(free, angle.cos(), cosines[quarter])
    sin = torch.where(free, angle.sin(), cosines[quarter - 1])
    return torch.stack([torch.stack([cos * flip, -sin], dim=1), torch.stack([sin * flip, cos], dim=1)], dim=1)


def _displacements(count: int, config: AugmentConfig, *, final: int, device: torch.device) -> Tensor:
    """How far each pixel is moved in x and y, in final pixels, (N, 2, final, final)."""
    size = config.elastic_nodes
    nodes = torch.randn(count, 2, size, size, device=device) * config.elastic
    across = spread(size, final, device=device)
    return across @ nodes @ across.T


def spread(nodes: int, final: int, *, device: torch.device) -> Tensor:
    """The weight of each node in each pixel of a line, (final, nodes): bicubic, the outermost nodes on its ends.

    Two products with it are a bicubic interpolation in the plane, at a fiftieth of its time.
    """
    line = torch.eye(nodes, device=device)[:, None, :, None]
    across = functional.interpolate(line, (final, 1), mode="bicubic", align_corners=True)
    return across[:, 0, :, 0].T
