"""What training does to labels where objects end: see `borders` for each of the four."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.training.config.data import DataConfig
from geounet.training.scenes.borders import SIGMAS, border_weights, boundaries, edges, gaps
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.objects import Objects
from geounet.training.scenes.pixel_size import PixelSize


@dataclass(frozen=True, slots=True)
class BorderRules:
    """How labels and weights change at the borders of objects; widths in metres, 0 for none."""

    edge_m: float = 0.0
    """Pixels this near an edge are IGNORED."""
    gap_m: float = 0.0
    """Width of the background between objects that touch or nearly do."""
    gap_weight: float = 1.0
    """Weight of those pixels."""
    border_weight: float = 0.0
    """U-Net's w₀."""
    border_sigma_m: float = 1.5
    """U-Net's σ."""
    boundary_m: float = 0.0
    """Width of the auxiliary class along the inner edge of each object."""

    @classmethod
    def of(cls, config: DataConfig, *, edge_m: float) -> "BorderRules":
        """Those of a config, for a scene whose edges are uncertain by so much."""
        return cls(
            edge_m,
            config.gap_m,
            config.gap_weight,
            config.border_weight,
            config.border_sigma_m,
            config.boundary_m,
        )

    @property
    def reach_m(self) -> float:
        """How far from a pixel an object can be that changes it."""
        sigmas = SIGMAS * self.border_sigma_m if self.border_weight else 0.0
        return max(self.edge_m, self.gap_m, sigmas, 2 * self.boundary_m)


@dataclass(frozen=True, slots=True)
class Bordered:
    """Labels as they are trained on, all (rows, cols)."""

    labels: NDArray[np.uint8]
    """Class indices; IGNORED where edges are uncertain."""
    weights: NDArray[np.float32]
    """1, that of a gap, and the border weight on top."""
    boundary: NDArray[np.bool_]
    """Pixels of the auxiliary class, which are still of their object's class in the labels."""


def bordered(objects: Objects, pixel: PixelSize, *, rules: BorderRules) -> Bordered:
    """Objects as labels and weights.

    Gaps come first: the border weight and the boundary class begin where a gap ends. Nothing that is IGNORED becomes
    anything else, and edges are those that objects had.
    """
    labels = objects.labels
    weights, boundary = np.ones(labels.shape, np.float32), np.zeros(labels.shape, np.bool_)
    if not rules.reach_m:
        return Bordered(labels, weights, boundary)
    things, regions = objects.things, objects.regions
    ignored = labels == IGNORED
    if rules.edge_m:
        ignored |= edges(regions, pixel, width_m=rules.edge_m)
    if rules.gap_m:
        between = gaps(things, pixel, width_m=rules.gap_m)
        weights[between] = rules.gap_weight
        labels[between], things[between], regions[between] = 0, 0, 1
    if rules.border_weight:
        weights += border_weights(things, pixel, weight=rules.border_weight, sigma_m=rules.border_sigma_m)
    labels[ignored] = IGNORED
    if rules.boundary_m:
        boundary = boundaries(regions, pixel, width_m=rules.boundary_m) & (things > 0) & ~ignored
    return Bordered(labels, weights, boundary)
