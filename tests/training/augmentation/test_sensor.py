import numpy as np
import pytest
import torch
from scipy import ndimage

from geounet.training.augmentation.sensor import Blur, Noise, mean_of_nine


def test_the_mean_of_nine_is_that_of_scipy():
    image = torch.rand(2, 3, 17, 12)
    expected = ndimage.uniform_filter(image.numpy(), size=(1, 1, 3, 3), mode="mirror")
    np.testing.assert_allclose(mean_of_nine(image).numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("most", [0.4, 1.0])
def test_blur_goes_from_the_image_towards_that_mean_on_half_of_them(most):
    torch.manual_seed(1)
    image = torch.rand(400, 2, 8, 8)
    mean = mean_of_nine(image)
    blurred = Blur(most)(image)
    share = ((blurred - image) * (mean - image)).sum((1, 2, 3)) / (mean - image).square().sum((1, 2, 3))
    torch.testing.assert_close(blurred, image.lerp(mean, share[:, None, None, None]), atol=1e-5, rtol=0)
    assert share.min() >= -1e-5
    assert 0.95 * most < share.max() <= most + 1e-5
    assert (share.abs() < 1e-6).float().mean() == pytest.approx(0.5, abs=0.08)


def test_noise_is_normal_up_to_its_strength():
    torch.manual_seed(2)
    grey = torch.full((300, 3, 32, 32), 0.5)
    added = Noise(0.1)(grey) - grey
    deviations = added.std(dim=(1, 2, 3))
    assert 0.09 < deviations.max() < 0.103
    assert deviations.median() == pytest.approx(0.1 / 4, rel=0.2)  # strength × u²
    strong = added[deviations.argmax()].flatten() / deviations.max()
    assert (strong.abs() < 1).float().mean() == pytest.approx(0.683, abs=0.03)
    bands = added[deviations.argmax()].flatten(1).corrcoef()
    assert bands.triu(1).abs().max() < 0.12


def test_noise_stays_in_range():
    torch.manual_seed(3)
    noisy = Noise(1.0)(torch.rand(8, 3, 16, 16))
    assert noisy.min() == 0
    assert noisy.max() == 1
