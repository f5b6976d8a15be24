import pytest
import torch

from geounet.training.augmentation.tone import Tone
from geounet.training.config.augment import AugmentConfig

BANDS = [1, 3, 6]


def draws(bands: int, count: int = 2000, **changes: float) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return Tone(AugmentConfig(**changes)).draw(torch.zeros(count, bands, 1, 1))


@pytest.mark.parametrize("bands", BANDS)
def test_it_is_the_affine_map_that_it_drew(bands):
    changes = AugmentConfig(brightness=0.2, contrast=0.3, saturation=0.5, band=0.2, grey=0.3)
    image = torch.rand(5, bands, 8, 9)
    torch.manual_seed(2)
    matrix, offset = Tone(changes).draw(image)
    torch.manual_seed(2)
    toned = Tone(changes)(image)
    expected = torch.einsum("nij,njhw->nihw", matrix, image) + offset[..., None]
    torch.testing.assert_close(toned, expected.clamp(0, 1))


@pytest.mark.parametrize("bands", BANDS)
def test_without_changes_it_is_the_identity(bands):
    matrix, offset = draws(bands, 4)
    torch.testing.assert_close(matrix, torch.eye(bands).expand(4, -1, -1))
    assert (offset == 0).all()


@pytest.mark.parametrize("bands", BANDS)
def test_brightness_moves_all_bands_by_up_to_a_share_of_the_range(bands):
    matrix, offset = draws(bands, brightness=0.3)
    torch.testing.assert_close(matrix, torch.eye(bands).expand_as(matrix))
    assert torch.equal(offset, offset[:, :1].expand_as(offset))
    assert -0.3 <= offset.min() < -0.29
    assert 0.29 < offset.max() <= 0.3
    assert offset[:, 0].mean() == pytest.approx(0, abs=0.02)


def test_contrast_stretches_about_the_middle():
    matrix, offset = draws(3, contrast=0.4)
    scale = matrix[:, 0, 0]
    torch.testing.assert_close(matrix, scale[:, None, None] * torch.eye(3))
    assert 0.6 <= scale.min() < 0.61
    assert 1.39 < scale.max() <= 1.4
    middle = matrix @ torch.full((3, 1), 0.5) + offset
    torch.testing.assert_close(middle, torch.full_like(middle, 0.5))


@pytest.mark.parametrize("bands", BANDS)
def test_saturation_stretches_distances_from_the_mean_of_bands(bands):
    matrix, offset = draws(bands, saturation=0.5)
    assert (offset == 0).all()
    colour = torch.rand(bands, 1)
    mapped = matrix @ colour
    mean = colour.mean()
    torch.testing.assert_close(mapped.mean(dim=1)[:, 0], mean.expand(len(matrix)))
    factor = (mapped - mean) / torch.where(colour == mean, 1.0, colour - mean)
    torch.testing.assert_close(factor, factor[:, :1].expand_as(factor), atol=1e-3, rtol=1e-3)
    if bands > 1:
        assert 0.5 - 1e-4 <= factor.min() < 0.51
        assert 1.49 < factor.max() <= 1.5 + 1e-4


def test_gains_and_offsets_are_each_bands_own():
    matrix, offset = draws(3, band=0.2)
    gains = matrix.diagonal(dim1=1, dim2=2)
    torch.testing.assert_close(matrix, torch.diag_embed(gains))
    assert 0.8 <= gains.min() < 0.81
    assert 1.19 < gains.max() <= 1.2
    assert -0.1 <= offset.min() < -0.099
    assert 0.099 < offset.max() <= 0.1
    assert gains.T.corrcoef().triu(1).abs().max() < 0.1


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_a_share_of_images_is_grey_whatever_else_is_changed(share):
    torch.manual_seed(3)
    image = torch.rand(1000, 3, 4, 4)
    toned = Tone(AugmentConfig(grey=share, band=0.3, saturation=0.5, contrast=0.2, brightness=0.2))(image)
    apart = (toned - toned.mean(dim=1, keepdim=True)).abs().amax(dim=(1, 2, 3))
    assert (apart < 1e-5).float().mean() == pytest.approx(share, abs=0.05)


def test_grey_alone_is_the_mean_of_bands():
    image = torch.rand(4, 3, 8, 8)
    expected = image.mean(dim=1, keepdim=True).expand_as(image)
    torch.testing.assert_close(Tone(AugmentConfig(grey=1.0))(image), expected)
