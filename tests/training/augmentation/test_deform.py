import math

import numpy as np
import pytest
import torch
from scipy import interpolate

from geounet.training.augmentation.deform import plain_grid, sampling_grid, spread
from geounet.training.augmentation.warp import warp
from geounet.training.config.augment import AugmentConfig
from geounet.training.scenes.crops import source_side

RIGHT_ANGLES = AugmentConfig(rotate=0.0)
STRONG = AugmentConfig(rotate=0.5, elastic=4.0)


def pixels_of(grid: torch.Tensor, side: int) -> torch.Tensor:
    """Where a grid lies, in pixels of the crop, (N, h, w, 2): row and column."""
    return (grid.flip(-1) + 1) / 2 * (side - 1)


def test_image_and_mask_move_together_to_the_pixel():
    """The image tells its own coordinates, so it says from where each of its pixels came; so must the labels."""
    torch.manual_seed(1)
    count, side = 6, source_side(64, STRONG, zoom=1.4)
    labels = torch.randint(255, (count, side, side), dtype=torch.uint8)
    weights = torch.rand(count, side, side) + 0.1
    places = torch.stack(torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")).float()
    grid = sampling_grid(torch.linspace(0.6, 1.4, count), STRONG, final=64, side=side)
    image, moved, weighed = warp(places.expand(count, -1, -1, -1), labels, weights, grid=grid)
    assert pixels_of(grid, side).min() > 0  # none of them past the crop,
    assert pixels_of(grid, side).max() < side - 1  # where its mirror has other coordinates
    nearest = image.round().long()
    halfway = ((image - image.floor() - 0.5).abs() < 1e-3).any(dim=1)  # as near to one pixel as to the next
    index = torch.arange(count)[:, None, None], nearest[:, 0], nearest[:, 1]
    assert torch.equal(moved[~halfway], labels[index].long()[~halfway])
    assert torch.equal(weighed[~halfway], weights[index][~halfway])
    assert halfway.float().mean() < 0.01


@pytest.mark.parametrize("flip", [0.0, 1.0])
def test_right_angles_and_flips_are_those_of_numpy(flip):
    torch.manual_seed(2)
    config = AugmentConfig(rotate=0.0, flip=flip)
    image = torch.rand(32, 1, 21, 21)
    labels = torch.randint(255, (32, 21, 21), dtype=torch.uint8)
    grid = sampling_grid(torch.ones(32), config, final=21, side=21)
    moved, turned, weights = warp(image, labels, image[:, 0], grid=grid, between=False)
    seen = set()
    for i in range(32):
        source = np.fliplr(image[i, 0].numpy()) if flip else image[i, 0].numpy()
        same = [k for k in range(4) if np.array_equal(np.rot90(source, k), moved[i, 0].numpy())]
        assert len(same) == 1
        classes = np.fliplr(labels[i].numpy()) if flip else labels[i].numpy()
        np.testing.assert_array_equal(np.rot90(classes, same[0]), turned[i].numpy())
        np.testing.assert_array_equal(moved[i, 0].numpy(), weights[i].numpy())
        seen.update(same)
    assert seen == {0, 1, 2, 3}


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_flip_is_the_share_that_is_mirrored(share):
    torch.manual_seed(3)
    config = AugmentConfig(rotate=1.0, flip=share)
    grid = sampling_grid(torch.ones(4000), config, final=2, side=9)
    right = grid[:, 0, 1] - grid[:, 0, 0]
    down = grid[:, 1, 0] - grid[:, 0, 0]
    mirrored = right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0] < 0
    assert mirrored.float().mean() == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_rotate_is_the_share_that_is_turned_freely_and_by_any_angle(share):
    torch.manual_seed(4)
    grid = sampling_grid(torch.ones(4000), AugmentConfig(rotate=share), final=2, side=9)
    right = grid[:, 0, 1] - grid[:, 0, 0]
    angle = torch.rad2deg(torch.atan2(right[:, 1], right[:, 0])) % 360
    free = torch.minimum(angle % 90, 90 - angle % 90) > 1e-3
    assert free.float().mean() == pytest.approx(share, abs=0.03)
    for quadrant in range(4):
        inside = (angle[free] // 90 == quadrant).float()
        assert not len(inside) or inside.mean() == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("zoom", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("rotate", [0.0, 1.0])
def test_zoom_is_source_pixels_per_final_pixel(zoom, rotate):
    torch.manual_seed(5)
    grid = sampling_grid(torch.tensor([zoom]), AugmentConfig(rotate=rotate), final=21, side=61)
    places = pixels_of(grid, 61)[0]
    for one, next_one in ((places[:, :-1], places[:, 1:]), (places[:-1], places[1:])):
        steps = (next_one - one).norm(dim=-1)
        torch.testing.assert_close(steps, torch.full_like(steps, zoom), atol=1e-4, rtol=0)
    torch.testing.assert_close(places.mean(dim=(0, 1)), torch.tensor([30.0, 30.0]))


def test_a_plain_grid_is_the_middle_of_the_crop():
    image = torch.rand(2, 3, 20, 20)
    labels = torch.randint(3, (2, 20, 20), dtype=torch.uint8)
    grid = plain_grid(torch.ones(2), final=12, side=20)
    moved, classes, _ = warp(image, labels, torch.ones(2, 20, 20), grid=grid)
    torch.testing.assert_close(moved, image[..., 4:16, 4:16], atol=1e-5, rtol=0)
    assert torch.equal(classes, labels[..., 4:16, 4:16].long())


def test_a_turned_square_stays_inside_its_crop():
    torch.manual_seed(6)
    config = AugmentConfig(rotate=1.0)
    side = source_side(64, config, zoom=1.3)
    grid = sampling_grid(torch.full((50,), 1.3), config, final=64, side=side)
    assert grid.abs().max() <= 1.0


def test_elastic_nodes_are_displaced_by_their_deviation():
    torch.manual_seed(7)
    config = AugmentConfig(rotate=0.0, flip=0.0, elastic=3.0, elastic_nodes=5)
    zoom, final, side = torch.full((500,), 1.5), 65, 129
    grid = sampling_grid(zoom, config, final=final, side=side)
    at_nodes = pixels_of(grid, side)[:, ::16, ::16] - (side - 1) / 2
    undisplaced = torch.linspace(-1, 1, 5) * (final - 1) / 2 * 1.5
    # A right angle maps the nodes onto themselves, so each is displaced from the nearest of them.
    displaced = (at_nodes[..., None] - undisplaced).abs().amin(dim=-1)
    assert displaced.square().mean().sqrt() == pytest.approx(3.0 * 1.5, rel=0.05)


@pytest.mark.parametrize("nodes", [2, 3, 5, 9])
def test_between_nodes_a_displacement_is_interpolated_bicubically(nodes):
    """The kernel is Keys's (1981) with a = −3/4; torch's own interpolation in the plane is the oracle."""
    torch.manual_seed(8)
    values = torch.randn(2, 2, nodes, nodes)
    across = spread(nodes, 37, device=torch.device("cpu"))
    expected = torch.nn.functional.interpolate(values, (37, 37), mode="bicubic", align_corners=True)
    torch.testing.assert_close(across @ values @ across.T, expected, atol=1e-5, rtol=1e-5)
    smooth = interpolate.CubicSpline(np.linspace(0, 1, nodes), np.linspace(-1, 1, nodes))
    line = across @ torch.linspace(-1, 1, nodes)
    assert (line - torch.from_numpy(smooth(np.linspace(0, 1, 37)))).abs().max() < 0.3 / nodes


@pytest.mark.parametrize(("rotate", "expected"), [(0.0, 100), (0.5, math.ceil(100 * math.sqrt(2)))])
def test_the_crop_is_as_large_as_a_turned_square_needs(rotate, expected):
    assert source_side(100, AugmentConfig(rotate=rotate), zoom=1.0) == expected
