import dataclasses

import numpy as np
import pytest

from geounet.evaluation.picture import COLOURS
from geounet.models.card import ModelCard
from geounet.training.reporting.sheet import GAP, SIDE, block_row, chosen_blocks, outcomes, sheet
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import Level
from geounet.training.validation.judge import Judged
from geounet.training.validation.sample import Sample


def judged(truth: np.ndarray, prediction: np.ndarray) -> Judged:
    return Judged(
        name="a", classes=("background", "building", "tree"), threshold=0.5, curves={},
        confusion=np.zeros((3, 3), np.int64), prediction=prediction, truth=truth,
        sample=Sample(np.empty((0, 3), np.float32), np.empty(0, np.uint8)),
    )  # fmt: skip


def level(shape: tuple[int, int], bands: int = 3) -> Level:
    random = np.random.default_rng(1)
    image = random.integers(0, 65536, (bands, *shape), dtype=np.uint16)
    labels, weights = np.zeros(shape, np.uint8), np.ones(shape, np.float32)
    return Level(0.5, image, labels, weights, np.empty((0, 2)), np.empty(0, np.uint8))


@pytest.fixture
def model(card) -> ModelCard:
    return ModelCard.from_dict({"format": 1} | card)


def test_every_pixel_has_one_outcome_and_the_right_one():
    truth, prediction = (a.ravel() for a in np.meshgrid([0, 1, 2, IGNORED], [0, 1, 2]))
    found = outcomes(truth.astype(np.uint8), prediction.astype(np.uint8))
    names = [[name for name, where in found.items() if where[k]] for k in range(len(truth))]
    for true, guess, name in zip(truth, prediction, names, strict=True):
        if true == IGNORED:
            expected = ["not counted"]
        elif true == guess:
            expected = ["hits"] if true else []
        elif true and guess:
            expected = ["wrong class"]
        else:
            expected = ["misses"] if true else ["false alarms"]
        assert name == expected


def test_the_worst_the_middle_and_the_best_block_are_shown():
    """Five blocks, of which ever more rows are found; one without a class, and one labelled by a tenth."""
    shape = (SIDE, 7 * SIDE)
    truth, prediction = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for k, rows in enumerate([200, 50, 150, 100, 250]):
        truth[:, k * SIDE : (k + 1) * SIDE] = 1
        prediction[:rows, k * SIDE : (k + 1) * SIDE] = 1
    truth[: -SIDE // 10, 6 * SIDE :] = IGNORED
    truth[-SIDE // 10 :, 6 * SIDE :] = 1
    blocks = chosen_blocks(judged(truth, prediction))
    assert [(b.rank, b.window.col // SIDE) for b in blocks] == [("worst", 1), ("middle", 2), ("best", 4)]
    assert [b.iou for b in blocks] == pytest.approx([50 / SIDE, 150 / SIDE, 250 / SIDE])


def test_of_fewer_blocks_fewer_are_shown():
    one, two = np.ones((40, 30), np.uint8), np.ones((SIDE, 2 * SIDE), np.uint8)
    assert [b.rank for b in chosen_blocks(judged(one, one))] == ["only"]
    assert [b.rank for b in chosen_blocks(judged(two, np.eye(*two.shape, dtype=np.uint8)))] == [
        "worst",
        "best",
    ]
    assert chosen_blocks(judged(one * 0, one)) == []


def test_pictures_stand_in_their_places(model):
    """The scene in its own colours, errors in theirs, and paper where the block ends with the scene."""
    shape = (SIDE + 20, SIDE - 26)
    truth, prediction = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    truth[SIDE + 5, 3], prediction[SIDE + 5, 4] = 1, 1
    found = judged(truth, prediction)
    window = dataclasses.replace(chosen_blocks(found)[0].window, row=SIDE, height=20)
    block = dataclasses.replace(chosen_blocks(found)[0], window=window)
    scene = level(shape)
    row = block_row(scene, found, block, card=model)
    side = shape[1]
    assert row.shape == (3, side, 4 * side + 3 * GAP)
    expected = np.rint(scene.image[:, SIDE:] / 65535 * 255)
    np.testing.assert_array_equal(row[:, :20, :side], expected)
    assert (row[:, 20:] == 255).all()
    errors = row[:, :20, 3 * (side + GAP) :].astype(int)
    for col, name in ((3, "misses"), (4, "false alarms")):
        grey = int(0.75 * expected[:, 5, col].mean())
        np.testing.assert_allclose(errors[:, 5, col], 0.3 * grey + 0.7 * np.array(COLOURS[name]), atol=1.5)


def test_one_band_is_shown_as_grey(model):
    bands = {"mean": (0.5,), "std": (0.25,)}
    one = dataclasses.replace(
        model, bands=("pan",), normalization=dataclasses.replace(model.normalization, **bands)
    )
    truth = np.ones((SIDE, SIDE), np.uint8)
    found = judged(truth, truth)
    row = block_row(level(truth.shape, bands=1), found, chosen_blocks(found)[0], card=one)
    assert (row[:, :, :SIDE] == row[:1, :, :SIDE]).all()


def test_a_small_block_is_enlarged(model):
    truth = np.ones((100, 60), np.uint8)
    found, scene = judged(truth, truth), level(truth.shape)
    row = block_row(scene, found, chosen_blocks(found)[0], card=model)
    assert row.shape == (3, 300, 4 * 300 + 3 * GAP)
    expected = np.rint(scene.image / 65535 * 255).repeat(3, axis=1).repeat(3, axis=2)
    np.testing.assert_array_equal(row[:, :, :180], expected)
    assert (row[:, :, 180:300] == 255).all()


def test_rows_lie_below_one_another():
    row = np.full((3, SIDE, 4 * SIDE + 3 * GAP), 7, np.uint8)
    assert sheet([row, row]).shape == (3, 2 * SIDE + GAP, row.shape[2])
    assert sheet([]).shape == row.shape
    assert sheet([row, row[:, :100, :200]]).shape == (3, SIDE + GAP + 100, row.shape[2])
