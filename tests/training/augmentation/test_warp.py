import numpy as np
import pytest
import torch
from scipy import ndimage

from geounet.training.augmentation.deform import plain_grid, sampling_grid
from geounet.training.augmentation.warp import warp
from geounet.training.config.augment import AugmentConfig


def crops(count: int, side: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return (
        torch.rand(count, 3, side, side),
        torch.randint(4, (count, side, side), dtype=torch.uint8),
        torch.ones(count, side, side),
    )


def test_past_the_crop_is_its_mirror_as_in_inference():
    """numpy's `reflect`: the edge pixel is not repeated."""
    torch.manual_seed(1)
    image, labels, weights = crops(1, 8)
    grid = plain_grid(torch.ones(1), final=14, side=8)
    moved, classes, _ = warp(image, labels, weights, grid=grid)
    expected = np.pad(image[0].numpy(), ((0, 0), (3, 3), (3, 3)), mode="reflect")
    np.testing.assert_allclose(moved[0].numpy(), expected, atol=1e-5)
    np.testing.assert_array_equal(classes[0].numpy(), np.pad(labels[0].numpy(), 3, mode="reflect"))


@pytest.mark.parametrize("elastic", [0.0, 5.0])
def test_colours_are_interpolated_as_scipy_does(elastic):
    torch.manual_seed(2)
    image, labels, weights = crops(2, 40)
    config = AugmentConfig(rotate=1.0, elastic=elastic)
    grid = sampling_grid(torch.tensor([0.8, 1.3]), config, final=32, side=40)
    moved, classes, _ = warp(image, labels, weights, grid=grid)
    for i in range(2):
        places = ((grid[i].double().numpy()[..., ::-1] + 1) / 2 * 39).transpose(2, 0, 1)
        for band in range(3):
            expected = ndimage.map_coordinates(image[i, band].numpy(), places, order=1, mode="mirror")
            np.testing.assert_allclose(moved[i, band].numpy(), expected, atol=1e-4)
        clear = (np.abs(places % 1 - 0.5) > 1e-3).all(axis=0)
        nearest = ndimage.map_coordinates(labels[i].numpy(), places, order=0, mode="mirror")
        np.testing.assert_array_equal(classes[i].numpy()[clear], nearest[clear])


def test_what_lies_beside_invalid_pixels_is_a_mean_of_valid_ones():
    torch.manual_seed(3)
    image, labels, weights = torch.full((4, 3, 40, 40), 0.7), torch.zeros(4, 40, 40), torch.ones(4, 40, 40)
    invalid = torch.rand(4, 40, 40) < 0.3
    image[invalid[:, None].expand_as(image)] = 0
    weights[invalid] = 0
    grid = sampling_grid(torch.full((4,), 0.6), AugmentConfig(rotate=1.0, elastic=2.0), final=32, side=40)
    moved, _, weighed = warp(image, labels, weights, grid=grid)
    valid = weighed > 0
    assert 0.5 < valid.float().mean() < 0.9
    colours = moved.permute(0, 2, 3, 1)[valid]
    torch.testing.assert_close(colours, torch.full_like(colours, 0.7))
