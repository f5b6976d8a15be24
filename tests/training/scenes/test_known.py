import numpy as np
import pytest
from scipy import stats

from geounet.training.scenes.known import KnownPixels
from geounet.training.scenes.labels import IGNORED


@pytest.mark.parametrize("shape", [(1, 1), (64, 64), (65, 3), (200, 130)])
def test_every_known_pixel_is_counted(shape):
    labels = np.random.default_rng(5).choice(np.array([0, 1, IGNORED, IGNORED], np.uint8), shape)
    assert KnownPixels.of(labels).count == np.count_nonzero(labels != IGNORED)


def test_each_known_pixel_is_drawn_equally_often_and_no_other():
    labels = np.full((150, 140), IGNORED, np.uint8)
    where = np.random.default_rng(6).choice(labels.size, 40, replace=False)
    labels.flat[where] = 0
    known, random = KnownPixels.of(labels), np.random.default_rng(7)
    drawn = [row * 140 + col for row, col in (known.draw(labels, random) for _ in range(4000))]
    found, times = np.unique(drawn, return_counts=True)
    assert found.tolist() == sorted(where)
    assert stats.chisquare(times).pvalue > 1e-3
