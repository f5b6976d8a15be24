import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.features import rasterize
from scipy import ndimage

from benchmarks.paper_sets import Frame, beside, cell_areas, folds, shrunk, stack_frames, tracked_frames
from benchmarks.paper_training import Scale, fold_config
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.reading import training_scenes, validation_scenes

GROUPS = ("01", "02", "03")


@pytest.fixture
def frames(tmp_path):
    return [
        Frame(group, tmp_path / f"t{n}.tif", tmp_path / f"s{n}.tif") for group in GROUPS for n in range(10)
    ]


def write(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, cols = values.shape
    with rasterio.open(
        path, "w", driver="GTiff", count=1, height=rows, width=cols, dtype=values.dtype
    ) as out:
        out.write(values, 1)
    return path


def test_every_frame_is_judged_once_by_what_was_never_shown_it(frames):
    found = list(folds(frames))
    assert sorted(f.name for one in found for f in one.judged) == sorted(f.name for f in frames)
    for one in found:
        groups = {f.group for f in one.judged}
        assert len(groups) == 1
        assert not groups & {f.group for f in (*one.trained, *one.chosen_on)}
        assert not set(one.trained) & set(one.chosen_on)
        assert len(one.trained) + len(one.chosen_on) + len(one.judged) == len(frames)


def test_areas_of_cells_drawn_again_are_the_cells():
    random = np.random.default_rng(0)
    cells = ndimage.zoom(random.integers(0, 7, (8, 9)), 5, order=0).astype(np.uint16)
    numbers = [n for n in np.unique(cells) if n]
    areas = cell_areas(cells)
    assert len(areas) == len(numbers)
    drawn = rasterize(list(zip(areas, numbers, strict=True)), cells.shape, transform=Affine.identity())
    np.testing.assert_array_equal(drawn, cells)


def test_silver_is_what_gold_lacks():
    gold, silver = np.zeros((2, 6, 12), np.uint16)
    gold[1:5, 1:5] = 3
    silver[1:5, 2:6] = 7  # the same cell, drawn a pixel beside
    silver[1:5, 8:11] = 9
    expected = np.where(silver == 9, silver, 0)
    np.testing.assert_array_equal(beside(gold, silver), expected)


@pytest.fixture
def sequences(tmp_path):
    """Two sequences of six frames, with two cells that touch and one that silver truth alone has."""
    random = np.random.default_rng(1)
    for sequence in ("01", "02"):
        for n in range(6):
            gold = np.zeros((96, 96), np.uint16)
            gold[20:50, 20:40], gold[20:50, 40:60] = 1, 2
            silver = gold.copy()
            silver[70:90, 70:90] = 5
            noise = random.integers(0, 255, gold.shape).astype(np.uint8)
            write(tmp_path / sequence / f"t{n:03}.tif", noise)
            write(tmp_path / f"{sequence}_GT/SEG/man_seg{n:03}.tif", gold)
            write(tmp_path / f"{sequence}_ST/SEG/man_seg{n:03}.tif", silver)
    return tmp_path


def test_a_fold_is_read_by_training_as_the_paper_has_it(sequences, tmp_path):
    fold = next(iter(folds(tracked_frames(sequences))))
    config = fold_config(
        fold, name="cells", stack=False, folder=tmp_path / "run", scale=Scale(crop=32, channels=4)
    )
    level = training_scenes(config)[0].levels[0]
    labels, weights = np.asarray(level.labels), np.asarray(level.weights)
    assert (labels[71:89, 71:89] == IGNORED).all()
    assert (labels[30, 21:38] == 1).all()
    assert (labels[30, 42:58] == 1).all()
    assert (labels[30, 39:41] == 0).all()  # the gap between two that touch
    # Equation 2 in the middle of the gap: 1 and 2 pixels to the centres of the nearest of each.
    assert weights[30, 39] == pytest.approx(1 + 10 * np.exp(-((1 + 2) ** 2) / (2 * 5**2)), rel=1e-3)
    judged = np.asarray(validation_scenes(config)[0].levels[0].labels)
    assert (judged[30, 20:60] == 1).all()


def test_a_fold_is_read_at_larger_pixels(sequences, tmp_path):
    fold = next(iter(folds(tracked_frames(sequences))))
    scale = Scale(crop=32, channels=4, shrink=2)
    config = fold_config(fold, name="cells", stack=False, folder=tmp_path / "run", scale=scale)
    level = validation_scenes(config)[0].levels[0]
    gold = np.zeros((48, 48), np.uint8)
    gold[10:25, 10:30] = 1
    gold[35:45, 35:45] = IGNORED
    np.testing.assert_array_equal(level.labels, gold)


def test_a_larger_pixel_is_the_mean_of_those_that_it_covers():
    values = np.random.default_rng(2).integers(0, 255, (8, 13)).astype(np.uint8)
    means = [[values[r : r + 3, c : c + 3].mean() for c in (0, 3, 6, 9)] for r in (0, 3)]
    np.testing.assert_array_equal(shrunk(values, 3), np.rint(means))


def test_slices_come_in_the_order_of_their_numbers(tmp_path):
    for n in range(30):
        for folder in ("image", "label"):
            write(tmp_path / folder / f"{n}.png", np.zeros((2, 2), np.uint8))
    frames = stack_frames(tmp_path)
    assert [int(f.image.stem) for f in frames] == list(range(30))
    assert [f.group for f in frames] == ["part1"] * 10 + ["part2"] * 10 + ["part3"] * 10
    assert all(f.truth.name == f.image.name for f in frames)


@pytest.mark.data
def test_the_sets_are_whole(data):
    cells = data / "cells"
    for frames, count in (
        (tracked_frames(cells / "phc_u373"), 34),
        (tracked_frames(cells / "dic_hela"), 18),
        (stack_frames(cells / "em_isbi2012"), 30),
    ):
        assert len(frames) == count
        files = [file for f in frames for file in (f.image, f.truth, f.silver) if file is not None]
        assert all(file.is_file() for file in files)
