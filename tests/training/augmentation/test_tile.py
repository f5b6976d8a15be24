import numpy as np
import pytest

from geounet.palette import colour_of
from geounet.training.augmentation.tile import Tile, shown_bands

PLAIN = (0, 1, 2)


def tile(labels: np.ndarray, weights: np.ndarray | None = None, *more: np.ndarray) -> Tile:
    image = np.full((3, *labels.shape), 0.4, np.float32)
    weights = np.ones(labels.shape, np.float32) if weights is None else weights
    return Tile(image, (*more, labels), weights)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("red", "green", "blue"), (0, 1, 2)),
        (("Blue", "Green", "Red", "NIR"), (2, 1, 0)),
        (("B08", "B04", "B03", "B02"), (0, 1, 2)),
        (("vv", "vh"), (0, 1, 1)),
        (("pan",), (0, 0, 0)),
    ],
)
def test_bands_are_shown_by_name_or_in_order(names, expected):
    assert shown_bands(names) == expected


def test_pixels_are_the_images_own_where_nothing_is_drawn():
    image = np.random.default_rng(1).random((4, 6, 7), np.float32)
    drawn = Tile(image, (np.zeros((6, 7), np.int64),), np.ones((6, 7), np.float32)).drawn((3, 1, 0), zoom=2)
    expected = np.rint(image[[3, 1, 0]] * 255).astype(np.uint8).transpose(1, 2, 0)
    np.testing.assert_array_equal(drawn, expected.repeat(2, axis=0).repeat(2, axis=1))


def test_a_label_is_outlined_in_its_colour_with_pale_pixels_round_it():
    labels = np.zeros((12, 12), np.int64)
    labels[3:8, 4:9] = 1
    labels[10:, 10:] = 2
    drawn = tile(labels).drawn(PLAIN)
    assert (drawn[3, 4:9] == colour_of(1)).all()
    assert (drawn[4:7, 5:8] == 102).all()  # within, as it was
    assert (drawn[2, 4:9] == drawn[2, 4]).all()
    assert drawn[2, 4].min() > 200
    assert (drawn[10, 10] == colour_of(2)).all()
    assert (drawn[0] == 102).all()


def test_where_nothing_is_trained_on_is_hatched_and_where_nothing_is_known_dark():
    labels, weights = np.zeros((32, 32), np.int64), np.ones((32, 32), np.float32)
    labels[:, :16] = 255
    weights[:16, :16] = 0
    drawn = tile(labels, weights).drawn(PLAIN)
    assert (drawn[:, 16:] == 102).all()
    for part, ground in ((drawn[:16, :16], 70), (drawn[16:, :16], 102)):
        assert set(np.unique(part)) == {ground, 235}
        assert (part == 235).mean() == pytest.approx(1 / 8)


def test_of_a_mixture_both_crops_labels_are_drawn_and_what_is_known_of_either_is_bare():
    one, other = np.full((16, 16), 255), np.zeros((16, 16), np.int64)
    other[4:8, 4:8] = 1
    drawn = tile(one, None, other).drawn(PLAIN)
    assert (drawn[4, 4:8] == colour_of(1)).all()
    assert (drawn[12:] == 102).all()
