import pytest
import torch

from geounet.models.card import Normalization
from geounet.training.augmentation.augment import Augmentation, colour_changes
from geounet.training.config.augment import AugmentConfig
from geounet.training.scenes.labels import IGNORED

STRONG = AugmentConfig(
    scale=(0.5, 2.0), rotate=0.5, elastic=3.0, brightness=0.5, contrast=0.6, saturation=0.6, gamma=1.0, band=0.4,
    grey=0.2, haze=0.9, blur=1.0, noise=0.2,
)  # fmt: skip


def batch(bands: int, *, side: int = 96, count: int = 6) -> dict[str, torch.Tensor]:
    labels = torch.zeros(count, side, side, dtype=torch.uint8)
    labels[:, 20:60, 30:70] = 1
    weights = torch.ones(count, side, side)
    labels[:, :, :20] = IGNORED
    weights[:, :, :20] = 0
    return {
        "image": torch.rand(count, bands, side, side),
        "labels": labels,
        "weights": weights,
        "zoom": torch.linspace(0.7, 1.2, count),
    }


@pytest.mark.parametrize("bands", [1, 3, 5])
def test_every_number_of_bands_comes_out_in_range(bands):
    torch.manual_seed(1)
    normalization = Normalization("scene", (2, 98), (0.5,) * bands, (0.25,) * bands)
    augmentation = Augmentation(STRONG, normalization, final=48)
    images, labels, weights = augmentation(batch(bands))
    assert images.shape == (6, bands, 48, 48)
    assert images.dtype == torch.float32
    assert images.min() >= -2
    assert images.max() <= 2
    assert set(labels.unique().tolist()) <= {0, 1, IGNORED}
    assert set(weights.unique().tolist()) <= {0.0, 1.0}


def test_invalid_pixels_are_zero_after_normalisation_and_ignored():
    torch.manual_seed(2)
    normalization = Normalization("scene", (2, 98), (0.4,) * 3, (0.2,) * 3)
    images, labels, weights = Augmentation(STRONG, normalization, final=48)(batch(3))
    invalid = weights == 0
    assert invalid.any()
    assert (labels[invalid] == IGNORED).all()
    assert (images.permute(0, 2, 3, 1)[invalid] == 0).all()


def test_without_changes_an_image_stays_as_it_is():
    image = torch.rand(2, 3, 16, 16)
    assert torch.equal(colour_changes(AugmentConfig(), bands=3)(image), image)


@pytest.mark.parametrize(
    "change",
    [{n: 0.5} for n in ("brightness", "contrast", "band", "gamma", "haze", "blur", "noise", "saturation")],
)
def test_each_change_of_colour_changes_and_stays_in_range(change):
    torch.manual_seed(3)
    image = torch.rand(8, 3, 16, 16)
    changed = colour_changes(AugmentConfig(**change), bands=3)(image)
    assert not torch.equal(changed, image)
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_grey_makes_bands_equal():
    image = torch.rand(4, 3, 8, 8)
    grey = colour_changes(AugmentConfig(grey=1.0), bands=3)(image)
    expected = image.mean(dim=1, keepdim=True).expand_as(image)
    torch.testing.assert_close(grey, expected)


def test_haze_draws_towards_a_bright_veil():
    torch.manual_seed(4)
    black = torch.zeros(64, 3, 8, 8)
    hazed = colour_changes(AugmentConfig(haze=0.5), bands=3)(black)
    assert (hazed >= 0).all()
    assert hazed.amax() <= 0.5 * 0.95
    untouched = (hazed == 0).flatten(1).all(dim=1).float().mean()
    assert 0.3 < untouched < 0.7
