import numpy as np
import pytest

from geounet.errors import TrainingError
from geounet.training.losses import balanced_weights


def test_a_weight_is_the_median_number_over_the_class_s_own():
    np.testing.assert_array_equal(balanced_weights(np.array([800, 100, 200])), np.float32([0.25, 2, 1]))


def test_weighted_classes_of_an_odd_number_weigh_the_same():
    counts = np.array([900_000, 12_345, 7, 60, 3_000_000])
    np.testing.assert_allclose(balanced_weights(counts) * counts, np.median(counts), rtol=1e-6)


def test_a_class_without_pixels_weighs_what_the_rarest_does():
    np.testing.assert_array_equal(balanced_weights(np.array([30, 0, 10])), np.float32([2 / 3, 2, 2]))


def test_no_pixel_at_all_is_an_error():
    with pytest.raises(TrainingError, match="no training pixel has a label"):
        balanced_weights(np.zeros(3, np.int64))
