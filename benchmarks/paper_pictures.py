"""Pictures for the table of U-Net's paper: the border-weight map, and predicted cells in the image or alone."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geounet.palette import PALETTE
from geounet.training.scenes.borders import border_weights
from geounet.training.scenes.pixel_size import PixelSize

WEIGHT, SIGMA = 10.0, 5.0
"""w₀ and σ of the paper, in pixels."""

_GAP = 6
"""White pixels between two pictures."""

_HEAT = np.array([(20, 20, 60), (40, 80, 200), (60, 200, 160), (250, 220, 60), (220, 40, 30)], np.float64)
"""The colours of weights, from none to WEIGHT."""

Picture = NDArray[np.uint8]
"""(rows, cols, 3)."""

Cells = NDArray[np.integer[Any]]


def weight_map(cells: Cells) -> NDArray[np.float32]:
    """The border weight of each pixel between numbered cells (rows, cols)."""
    return border_weights(cells.astype(np.int32), PixelSize(1.0, 1.0), weight=WEIGHT, sigma_m=SIGMA)


def weight_picture(cells: Cells) -> Picture:
    """The border weights between cells in colour, the cells themselves white."""
    places = weight_map(cells) / WEIGHT * (len(_HEAT) - 1)
    steps = range(len(_HEAT))
    colours = np.stack([np.interp(places, steps, _HEAT[:, band]) for band in range(3)], axis=-1)
    colours[cells > 0] = 255
    picture: Picture = np.rint(colours).astype(np.uint8)
    return picture


def cell_picture(cells: Cells) -> Picture:
    """Each cell in a colour of its own, their edges and the ground dark."""
    colours = np.array([(20, 20, 20), *PALETTE], np.uint8)
    picture: Picture = colours[np.where(cells > 0, (cells - 1) % len(PALETTE) + 1, 0)]
    picture[edges(cells)] //= 2
    return picture


def overlay(image: NDArray[Any], predicted: Cells, truth: Cells) -> Picture:
    """The image in grey, the edges of predicted cells red and those of true ones green; yellow where they are one."""
    low, high = np.percentile(image, [0.5, 99.5])
    grey = np.clip((image - low) / max(high - low, 1) * 255, 0, 255)
    picture = np.repeat(np.rint(grey).astype(np.uint8)[..., None], 3, axis=2)
    for band, cells in enumerate((predicted, truth)):
        at = edges(cells)
        picture[at] = np.where(edges(predicted)[at][:, None] & edges(truth)[at][:, None], (255, 255, 0), 0)
        picture[at, band] = 255
    return picture


def edges(cells: Cells) -> NDArray[np.bool_]:
    """The pixels of cells that share an edge with a pixel of another number."""
    padded = np.pad(cells, 1, mode="edge")
    around = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    found: NDArray[np.bool_] = (cells > 0) & np.any([beside != cells for beside in around], axis=0)
    return found


def side_by_side(pictures: list[Picture]) -> Picture:
    """Pictures of one height in a row."""
    gap = np.full((len(pictures[0]), _GAP, 3), 255, np.uint8)
    pieces = [piece for picture in pictures for piece in (picture, gap)]
    return np.concatenate(pieces[:-1], axis=1)


def save(picture: Picture, path: Path) -> Path:
    """Write a PNG; of at most 64 colours, so that it stays small."""
    image = Image.fromarray(picture)
    image.quantize(64).save(path, optimize=True)
    return path
