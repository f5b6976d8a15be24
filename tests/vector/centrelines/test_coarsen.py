import numpy as np
import pytest

from geounet.strip import LabelStrip
from geounet.vector.centrelines.coarsen import coarsened


@pytest.mark.parametrize("join", [1, 2, 3])
@pytest.mark.parametrize("strip", [1, 4, 100])
def test_a_joined_pixel_is_what_most_of_its_pixels_are(join, strip):
    rng = np.random.default_rng(1)
    labels = rng.choice(np.array([0, 1, 2, 255], np.uint8), (2, 13, 11))
    sure = rng.integers(0, 251, labels.shape).astype(np.uint8)
    sure[labels == 255] = 255
    strips = (
        LabelStrip(row, labels[:, row : row + strip], sure[:, row : row + strip])
        for row in range(0, 13, strip)
    )
    parts = list(coarsened(strips, join))
    got = np.concatenate([part.labels for part in parts], axis=1)
    got_sure = np.concatenate([part.confidence for part in parts], axis=1)
    assert [part.first_row for part in parts] == np.cumsum([0, *(part.rows for part in parts)])[:-1].tolist()
    assert got.shape == (2, -(-13 // join), -(-11 // join))
    for band, y, x in np.ndindex(got.shape):
        part = labels[band, y * join : (y + 1) * join, x * join : (x + 1) * join].ravel()
        scores = sure[band, y * join : (y + 1) * join, x * join : (x + 1) * join].ravel().astype(float)
        counts = np.bincount(part, minlength=256)
        best = 255 - counts[::-1].argmax()
        assert got[band, y, x] == best
        if best != 255:
            known = part != 255
            mean = np.where(part == best, scores, 250 - scores)[known].mean()
            assert abs(got_sure[band, y, x] - mean) <= 0.5
        else:
            assert got_sure[band, y, x] == 255 or join == 1


def test_without_scores_there_are_none():
    (part,) = coarsened([LabelStrip(0, np.ones((1, 4, 4), np.uint8))], 2)
    assert part.confidence is None
    assert (part.labels == 1).all()
