import kornia.enhance
import pytest
import torch

from geounet.training.augmentation.colour import colour_changes
from geounet.training.config.augment import AugmentConfig

CHANGES = ("brightness", "contrast", "band", "gamma", "haze", "blur", "noise", "saturation", "shadow", "grey")
OFF = AugmentConfig()


def test_without_changes_an_image_stays_as_it_is():
    image = torch.rand(2, 3, 16, 16)
    assert torch.equal(colour_changes(OFF)(image), image)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("bands", [2, 3, 5])
def test_each_change_changes_and_stays_in_range(name, bands):
    torch.manual_seed(3)
    image = torch.rand(16, bands, 16, 16)
    before = image.clone()
    changed = colour_changes(AugmentConfig(**{name: 0.5}))(image)
    assert not torch.equal(changed, image)
    assert changed.shape == image.shape
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert torch.equal(image, before)


def test_gamma_is_a_power_within_its_factor():
    torch.manual_seed(4)
    image = torch.rand(500, 1, 4, 4) * 0.8 + 0.1
    bent = colour_changes(AugmentConfig(gamma=0.5))(image)
    exponents = bent.log() / image.log()
    exponent = exponents.mean(dim=(1, 2, 3))
    expected = kornia.enhance.adjust_gamma(image, exponent)
    torch.testing.assert_close(bent, expected, atol=1e-4, rtol=1e-4)
    assert exponent.min() >= 1 / 1.5 - 1e-3
    assert exponent.max() <= 1.5 + 1e-3
    assert ((exponent - 1).abs() > 1e-3).float().mean() == pytest.approx(0.4, abs=0.08)
