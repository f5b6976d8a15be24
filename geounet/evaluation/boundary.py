"""What counts along contours: the bands of boundary IoU, and pixels that lie beside their counterparts.

Boundary IoU (Cheng et al. 2021, "Boundary IoU: Improving Object-Centric Image Segmentation Evaluation"): of each mask
only the band within d pixels of its own contour counts, |G_d ∩ P_d| / |G_d ∪ P_d|. A pixel of a mask is in its band
where a pixel outside the mask is within d pixels, by Euclidean distance between centres (the authors' code erodes d
times by 3 × 3 pixels, which is the greatest of rows and columns: d at a straight contour in both).

Relaxed precision and recall (Mnih 2013, "Machine Learning for Aerial Image Labeling", section 6.1): the share of
predicted pixels of a class with a true one within ρ pixels, and of true ones with a predicted one.

What does not count is outside of every mask. So is what lies beyond the raster, as in the code of boundary IoU's
authors, who pad the image by background: a mask that is cut by the border, by the edge of the area of interest or by
nodata has a contour there, in the prediction and in the truth alike.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.margins import Block
from geounet.evaluation.nearby import near_label, near_other
from geounet.evaluation.pair import IGNORED

Counts = NDArray[np.int64]


def _zeros() -> Counts:
    return np.zeros(IGNORED + 1, np.int64)


@dataclass(slots=True)
class ContourCounts:
    """Pixels of each label, by what lies near them; blocks are added one by one."""

    boundary_px: int
    """Half the width of contours' bands, d: pixels from the contour inwards."""
    relax_px: int
    """Distance ρ within which a counterpart is looked for; 0 is the pixel itself."""
    predicted_band: Counts = field(default_factory=_zeros)
    """Predicted pixels near their contour."""
    true_band: Counts = field(default_factory=_zeros)
    """True pixels near their contour."""
    common_band: Counts = field(default_factory=_zeros)
    """Pixels in both."""
    predicted_near: Counts = field(default_factory=_zeros)
    """Predicted pixels that have a true one of their label within ρ."""
    true_near: Counts = field(default_factory=_zeros)
    """True pixels that have a predicted one of their label within ρ."""

    @property
    def margin(self) -> int:
        """Rows that must be known round those which are counted."""
        return max(self.boundary_px, self.relax_px) + 1

    def add(self, block: Block) -> None:
        """Count the core of a block."""
        self._add_bands(block)
        present = np.flatnonzero(_histogram(block.prediction) * _histogram(block.truth))
        for label in present[present != IGNORED].tolist():
            self.predicted_near[label] += self._near(block.truth, block.prediction, label, block)
            self.true_near[label] += self._near(block.prediction, block.truth, label, block)

    def _add_bands(self, block: Block) -> None:
        rows = block.core
        predicted, true = (
            np.where(
                near_other(labels, distance=self.boundary_px, margin=block.margin), labels[rows], IGNORED
            )
            for labels in (block.prediction, block.truth)
        )
        self.predicted_band += _histogram(predicted)
        self.true_band += _histogram(true)
        self.common_band += _histogram(predicted[predicted == true])

    def _near(self, there: NDArray[np.uint8], here: NDArray[np.uint8], label: int, block: Block) -> int:
        """Pixels of a label `here` in the core that have one `there` within ρ."""
        near = near_label(there, label, distance=self.relax_px, margin=block.margin)
        return int(np.count_nonzero(near & (here[block.core] == label)))


def _histogram(labels: NDArray[np.uint8]) -> Counts:
    return np.bincount(labels.ravel(), minlength=IGNORED + 1)
