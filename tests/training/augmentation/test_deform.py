import math

import numpy as np
import pytest
import torch

from geounet.training.augmentation.deform import sampling_grid, source_side, warp
from geounet.training.config.augment import AugmentConfig

PLAIN = AugmentConfig(rotate=0.0)


def smooth_discs(count: int, side: int) -> torch.Tensor:
    """Soft discs: an image whose pixels at or above a half are its mask."""
    random = np.random.default_rng(5)
    y, x = np.mgrid[:side, :side]
    planes = []
    for _ in range(count):
        distances = [np.hypot(y - cy, x - cx) for cy, cx in random.uniform(0, side, (12, 2))]
        planes.append(np.clip((12 - np.min(distances, axis=0)) / 6 + 0.5, 0, 1))
    return torch.from_numpy(np.stack(planes)[:, None]).float()


@pytest.mark.parametrize("elastic", [0.0, 4.0])
@pytest.mark.parametrize("rotate", [0.0, 1.0])
def test_image_and_mask_move_together(elastic, rotate):
    torch.manual_seed(1)
    config = AugmentConfig(rotate=rotate, elastic=elastic)
    zoom = torch.tensor([0.7, 1.0, 1.4, 1.0])
    side = source_side(64, config, zoom=1.4)
    image = smooth_discs(4, side)
    grid = sampling_grid(zoom, config, final=64, side=side)
    moved, planes = warp(image, (image >= 0.5).float(), grid=grid)
    assert set(planes.unique().tolist()) == {0.0, 1.0}
    # Half a source pixel of the edge's slope is all that nearest and bilinear may differ by.
    differing = (moved >= 0.5) != (planes == 1)
    assert ((moved - 0.5).abs()[differing] <= 0.5 / 6 * math.sqrt(2)).all()
    assert differing.float().mean() < 0.03


def test_right_angles_and_flips_are_those_of_numpy():
    torch.manual_seed(2)
    image = torch.rand(16, 1, 20, 20)
    grid = sampling_grid(torch.ones(16), PLAIN, final=20, side=20)
    moved, planes = warp(image, image, grid=grid)
    seen = set()
    for before, image_after, plane_after in zip(image, moved, planes, strict=True):
        source = before[0].numpy()
        turns = {
            (k, flip): np.rot90(np.fliplr(source) if flip else source, k) for k in range(4) for flip in (0, 1)
        }
        same = [
            name for name, turned in turns.items() if np.allclose(turned, image_after[0].numpy(), atol=1e-4)
        ]
        assert len(same) == 1
        np.testing.assert_array_equal(turns[same[0]], plane_after[0].numpy())
        seen.update(same)
    assert len(seen) > 4


@pytest.mark.parametrize("zoom", [0.5, 1.0, 1.5])
def test_zoom_is_source_pixels_per_final_pixel(zoom):
    torch.manual_seed(3)
    side = 61
    places = torch.stack(torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")).float()[None]
    grid = sampling_grid(torch.tensor([zoom]), PLAIN, final=21, side=side)
    moved, _ = warp(places, places, grid=grid)
    steps = torch.hypot(*(moved[0, :, :, 1:] - moved[0, :, :, :-1]))
    torch.testing.assert_close(steps, torch.full_like(steps, zoom), atol=1e-3, rtol=0)


def test_past_the_crop_is_its_mirror():
    torch.manual_seed(4)
    image = torch.rand(1, 1, 8, 8)
    grid = sampling_grid(torch.ones(1), PLAIN, final=12, side=8)
    moved, planes = warp(image, image, grid=grid)
    inner = planes[0, 0, 2:10, 2:10].numpy()
    expected = np.pad(inner, 2, mode="symmetric")  # grid_sample mirrors at the pixel's outer edge
    np.testing.assert_array_equal(planes[0, 0].numpy(), expected)
    np.testing.assert_allclose(moved[0, 0].numpy(), expected, atol=1e-4)


def test_a_turned_square_stays_inside_its_crop():
    torch.manual_seed(5)
    config = AugmentConfig(rotate=1.0)
    side = source_side(64, config, zoom=1.3)
    grid = sampling_grid(torch.full((50,), 1.3), config, final=64, side=side)
    assert grid.abs().max() <= 1.0
