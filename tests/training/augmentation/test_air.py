import numpy as np
import pytest
import torch
from scipy import ndimage

from geounet.training.augmentation.air import Haze, Shadow


def untouched(before: torch.Tensor, after: torch.Tensor) -> float:
    """Share of images that stay as they were."""
    return float((before == after).flatten(1).all(dim=1).float().mean())


@pytest.mark.parametrize("deepest", [0.3, 1.0])
@pytest.mark.parametrize("bands", [1, 3, 5])
def test_a_shadow_takes_at_most_its_depth_of_the_light(deepest, bands):
    torch.manual_seed(1)
    image = torch.rand(400, bands, 24, 24) * 0.9 + 0.1
    shaded = Shadow(deepest)(image)
    taken = 1 - shaded / image
    assert taken.min() >= -1e-6
    assert taken.max() <= deepest + 1e-6
    assert taken.max() > 0.85 * deepest
    assert 0.4 < untouched(image, shaded) < 0.75  # half have none; some fall beside


def test_a_shadow_takes_the_same_share_of_every_brightness():
    torch.manual_seed(2)
    dark = Shadow(0.8)(torch.full((50, 3, 16, 16), 0.2))
    torch.manual_seed(2)
    bright = Shadow(0.8)(torch.full((50, 3, 16, 16), 0.8))
    torch.testing.assert_close(dark * 4, bright)


def test_a_shadow_is_one_convex_patch_with_a_soft_edge():
    torch.manual_seed(3)
    cover = Shadow.cover(torch.zeros(300, 1, 64, 64))
    assert cover.min() == 0
    assert cover.max() == 1
    for one in cover.numpy():
        patch = one >= 0.5
        assert ndimage.label(patch)[1] <= 1
        runs = np.abs(np.diff(patch.astype(int), axis=1, prepend=0, append=0)).sum(axis=1)
        assert runs.max() <= 2  # a row meets a convex patch once
    steps = cover.diff(dim=2).abs().amax(dim=(1, 2))
    assert steps.max() <= 1.0
    assert 0.1 < (steps < 0.1).float().mean() < 0.9  # soft ones, and sharp ones too


def test_shadows_lie_in_every_direction_and_cover_every_share():
    torch.manual_seed(4)
    cover = Shadow.cover(torch.zeros(500, 1, 48, 48))
    mean = cover.mean(dim=0)
    assert mean.max() - mean.min() < 0.25  # nowhere never, nowhere always
    shares = cover.mean(dim=(1, 2))
    assert (shares < 0.1).any()
    assert (shares > 0.9).any()


def test_haze_draws_towards_a_bright_veil():
    torch.manual_seed(5)
    black, white = torch.zeros(200, 3, 8, 8), torch.ones(200, 3, 8, 8)
    torch.manual_seed(6)
    from_black = Haze(0.5)(black)
    torch.manual_seed(6)
    from_white = Haze(0.5)(white)
    density = 1 - (from_white - from_black)  # lerp(x, v, d) = x (1 − d) + v d
    assert density.min() >= -1e-6
    assert density.max() <= 0.5
    thick = density > 0.05
    veil = (from_black / density)[thick]
    assert veil.min() >= 0.75 - 1e-4
    assert veil.max() <= 0.95 + 1e-4
    assert 0.4 < untouched(black, from_black) < 0.6


def test_haze_varies_bilinearly():
    torch.manual_seed(7)
    hazed = Haze(1.0)(torch.zeros(20, 1, 9, 9))[:, 0]
    second = hazed.diff(n=2, dim=1).abs().max(), hazed.diff(n=2, dim=2).abs().max()
    assert max(second) < 1e-6
    assert hazed.amax(dim=(1, 2)).max() > hazed.amin(dim=(1, 2)).max()
