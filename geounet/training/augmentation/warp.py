"""Crops sampled along a grid: colours between pixels, labels from the nearest, both from the same places."""

import torch
from torch import Tensor
from torch.nn import functional


def warp(
    image: Tensor, labels: Tensor, weights: Tensor, *, grid: Tensor, between: bool = True
) -> tuple[Tensor, Tensor, Tensor]:
    """Images, labels and weights at the places of a grid.

    Args:
        image: (N, C, s, s), 0 where invalid.
        labels: (N, s, s) class indices.
        weights: (N, s, s), 0 where invalid and there alone.
        grid: (N, h, w, 2), see `sampling_grid`; what lies past a crop is its mirror, as in inference: the edge pixel
            is not repeated.
        between: whether colours are interpolated bilinearly; else they are the nearest pixel's, for a grid that
            meets pixels' centres.

    Returns:
        images (N, C, h, w) float32, labels (N, h, w) int64 and weights (N, h, w) float32, these two of the nearest
        pixel. Colours are means of valid pixels alone; they mean nothing where the weight is 0.
    """
    planes = _sample(torch.stack([labels.float(), weights.float()], dim=1), grid, "nearest")
    moved = planes[:, 0].long(), planes[:, 1]
    if not between:
        return (_sample(image, grid, "nearest"), *moved)
    valid = (weights > 0).to(image.dtype)
    sampled = _sample(torch.cat([image, valid[:, None]], dim=1), grid, "bilinear")
    # Where the nearest pixel is valid, at least a quarter of the four round a place is.
    return (sampled[:, :-1] / sampled[:, -1:].clamp_min(0.2), *moved)


def _sample(values: Tensor, grid: Tensor, mode: str) -> Tensor:
    return functional.grid_sample(values, grid, mode=mode, padding_mode="reflection", align_corners=True)
