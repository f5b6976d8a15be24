"""The guided filter: values that are smooth where a picture is, and change where it does.

K. He, J. Sun and X. Tang, "Guided image filtering", ECCV 2010 (TPAMI 2013): in every square of pixels the values are fitted
as a linear function of the picture's bands, and a pixel takes the mean of the functions of all squares that it lies in.
"""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def guided_filter(
    guide: NDArray[np.float32], values: NDArray[np.float32], *, radius: int, eps: float
) -> NDArray[np.float32]:
    """Values (K, rows, cols), filtered by a picture (C, rows, cols); beyond the border both are mirrored.

    Squares have 2 · `radius` + 1 pixels a side. Where the picture varies by less than `eps` (a variance) within one, its
    values become their mean. What is the same everywhere stays so, and what sums to one over K does too.
    """
    picture, wanted = guide.astype(np.float64), values.astype(np.float64)
    means, centres = _mean(wanted, radius), _mean(picture, radius)
    slopes = _slopes(picture, wanted, centres=centres, means=means, radius=radius, eps=eps)
    levels = means - np.einsum("ckij,cij->kij", slopes, centres)
    filtered: Doubles = _mean(levels, radius) + np.einsum("ckij,cij->kij", _mean(slopes, radius), picture)
    return filtered.astype(np.float32)


def _slopes(  # noqa: PLR0913 (pictures, values and their means)
    picture: Doubles, wanted: Doubles, *, centres: Doubles, means: Doubles, radius: int, eps: float
) -> Doubles:
    """What a band's step is worth in each value, (C, K, rows, cols): ridge regression in the square round each pixel."""
    bands = len(picture)
    spread = np.empty((*picture.shape[1:], bands, bands))
    for one in range(bands):
        for other in range(one, bands):
            product = _mean(picture[one] * picture[other], radius) - centres[one] * centres[other]
            spread[..., one, other] = spread[..., other, one] = product
    spread += eps * np.eye(bands)
    common = _mean(picture[:, None] * wanted, radius) - centres[:, None] * means
    slopes = np.linalg.solve(spread, np.moveaxis(common, (0, 1), (2, 3)))
    return np.moveaxis(np.asarray(slopes, np.float64), (2, 3), (0, 1))


def _mean(values: Doubles, radius: int) -> Doubles:
    """Means over the square round each pixel of the last two axes."""
    from scipy.ndimage import uniform_filter1d  # a fifth of a second to load, and few ask for it

    side = 2 * radius + 1
    means = np.empty_like(values)
    uniform_filter1d(values, side, axis=-2, mode="mirror", output=means)
    uniform_filter1d(means, side, axis=-1, mode="mirror", output=means)
    return means
