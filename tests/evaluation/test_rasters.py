"""Files of every kind as pairs of labels: against arrays that are known."""

import json
import warnings

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.features import rasterize
from shapely.geometry import box

from geounet.errors import GeounetWarning, LabelsError, MissingCRSError, OptionsError, SceneError
from geounet.evaluation import rasters as module
from geounet.evaluation.curve import CurveTally
from geounet.evaluation.labels import label_scores
from geounet.evaluation.rasters import open_pairs
from geounet.options import EvaluateOptions

UTM = "EPSG:32737"
HERE = Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000)
SHAPE = (70, 90)


def paired(prediction, truth, **options):
    """What was opened, and by band the prediction, truth and levels whole."""
    with open_pairs(prediction, truth, options=EvaluateOptions(**options)) as rasters:
        pairs = list(rasters.pairs())
    found = []
    for band in range(1 + max(pair.band for pair in pairs)):
        own = [pair for pair in pairs if pair.band == band]
        assert [pair.first_row for pair in own] == list(
            np.cumsum([0] + [len(pair.truth) for pair in own])[:-1]
        )
        levels = None if own[0].levels is None else np.concatenate([pair.levels for pair in own], axis=1)
        both = (np.concatenate([getattr(pair, side) for pair in own]) for side in ("prediction", "truth"))
        found.append((*both, levels))
    return rasters, found


def ignoring(prediction, truth, *, counted=True):
    """Both with 255 wherever one is, or nothing counts."""
    ignored = (prediction == 255) | (truth == 255) | ~np.broadcast_to(counted, truth.shape)
    return np.where(ignored, 255, prediction), np.where(ignored, 255, truth)


def same(found, expected):
    return all(np.array_equal(one, other) for one, other in zip(found[:2], expected, strict=True))


@pytest.fixture
def labels():
    """Two arrays of the labels 0, 1 and 255."""
    rng = np.random.default_rng(4)
    return [rng.choice([0, 1, 255], SHAPE, p=[0.5, 0.4, 0.1]).astype(np.uint8) for _ in range(2)]


@pytest.fixture
def footprints(make_layer):
    """A layer of boxes, and their labels on the grid."""
    rng = np.random.default_rng(5)
    corners = rng.random((30, 2)) * [27, 21]
    boxes = [box(500_000 + x, 9_300_000 - y - 2, 500_000 + x + 3, 9_300_000 - y) for x, y in corners]
    return make_layer(boxes), rasterize(boxes, SHAPE, transform=HERE)


def tag(path, **tags):
    with rasterio.open(path, "r+") as file:
        file.update_tags(**{name: json.dumps(value) for name, value in tags.items()})
    return path


def test_two_label_rasters(make_raster, labels):
    prediction, truth = labels
    files = make_raster(prediction, "p.tif", nodata=255), make_raster(truth, "t.tif", nodata=255)
    rasters, (found,) = paired(*files)
    assert same(found, ignoring(prediction, truth))
    assert (rasters.prediction_name, rasters.truth_name) == ("p.tif", "t.tif")
    assert rasters.class_names == ("background", "class_1")
    assert rasters.exclusive
    assert not rasters.probabilistic
    assert rasters.threshold is None
    assert (rasters.grid.crs, rasters.grid.height, rasters.grid.width) == (UTM, *SHAPE)


def test_bounded_strips_give_the_same(make_raster, labels, monkeypatch):
    files = [make_raster(array, f"{i}.tif", nodata=255) for i, array in enumerate(labels)]
    _, (whole,) = paired(*files)
    monkeypatch.setattr(module, "STRIP_BYTES", 1)
    with open_pairs(*files, options=EvaluateOptions()) as rasters:
        assert len(next(rasters.pairs()).truth) == module.FEWEST_ROWS
    _, (found,) = paired(*files)
    assert same(found, whole[:2])


def test_open_datasets_are_taken_and_left_open(make_raster, labels):
    files = [make_raster(array, f"{i}.tif", nodata=255) for i, array in enumerate(labels)]
    with rasterio.open(files[0]) as one, rasterio.open(files[1]) as other:
        _, (found,) = paired(one, other)
        assert not one.closed
    assert same(found, ignoring(*labels))


def test_truth_on_another_grid_is_laid_under_the_prediction(make_raster, labels):
    prediction, truth = labels
    moved = make_raster(truth, "t.tif", nodata=255, transform=HERE * Affine.translation(3, 2))
    _, (found,) = paired(make_raster(prediction, nodata=255), moved)
    expected = np.full(SHAPE, 255)
    expected[2:, 3:] = truth[:-2, :-3]
    assert same(found, ignoring(prediction, expected))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_without_a_crs_the_same_pixels_are_compared(make_raster, labels):
    prediction, truth = labels
    plain = [
        make_raster(a, f"{i}.tif", crs=None, transform=Affine.identity(), nodata=255)
        for i, a in enumerate(labels)
    ]
    assert same(paired(*plain)[1][0], ignoring(prediction, truth))
    placed = make_raster(prediction, "placed.tif", nodata=255)
    assert same(paired(placed, plain[1])[1][0], ignoring(prediction, truth))
    assert same(paired(placed, plain[1], assume_crs="EPSG:4326")[1][0], ignoring(prediction, truth))
    smaller = make_raster(truth[:-1], "s.tif", crs=None, transform=Affine.identity())
    with pytest.raises(MissingCRSError, match=r"s\.tif has 69 × 90 pixels and no CRS"):
        paired(placed, smaller)


def test_areas_are_burnt_on_the_rasters_grid(make_raster, labels, footprints):
    prediction = labels[0]
    layer, burnt = footprints
    raster = make_raster(prediction, "p.tif", nodata=255)
    rasters, (found,) = paired(raster, layer)
    assert same(found, ignoring(prediction, burnt))
    assert rasters.truth_name == "truth.gpkg"
    rasters, (found,) = paired(layer, raster)
    assert same(found, ignoring(burnt, prediction))
    assert (rasters.prediction_name, rasters.truth_name) == ("truth.gpkg", "p.tif")


def test_two_layers_are_no_rasters(footprints):
    with pytest.raises(OptionsError, match="both layers; expected a raster on one side"):
        paired(footprints[0], footprints[0])


def test_what_is_outside_the_areas_of_interest_or_not_valid_does_not_count(make_raster, make_layer, labels):
    prediction, truth = labels
    files = make_raster(prediction, "p.tif", nodata=255), make_raster(truth, "t.tif", nodata=255)
    area = box(500_003, 9_299_985, 500_021, 9_299_997)
    inside = rasterize([area], SHAPE, transform=HERE) == 1
    aoi = make_layer([area], "aoi.geojson")
    assert same(paired(*files, aoi=aoi)[1][0], ignoring(prediction, truth, counted=inside))
    valid = np.random.default_rng(6).random(SHAPE) > 0.3
    scene = make_raster(np.ones((3, *SHAPE), np.uint16), "scene.tif", valid=valid)
    assert same(paired(*files, valid=scene)[1][0], ignoring(prediction, truth, counted=valid))
    both = ignoring(prediction, truth, counted=valid & inside)
    assert same(paired(*files, aoi=aoi, valid=scene)[1][0], both)


def test_the_valid_scene_may_lie_on_another_grid(make_raster, labels):
    prediction, truth = labels
    fine = np.ones((3, 140, 180), np.uint8)
    fine[:, :20] = 0
    scene = make_raster(fine, "scene.tif", transform=HERE * Affine.scale(0.5), nodata=0)
    counted = np.ones(SHAPE, bool)
    counted[:10] = False
    files = make_raster(prediction, "p.tif", nodata=255), make_raster(truth, "t.tif", nodata=255)
    assert same(paired(*files, valid=scene)[1][0], ignoring(prediction, truth, counted=counted))


def test_probabilities_serve_figures_and_curve_in_one_pass(make_raster, labels):
    truth = labels[1]
    stored = np.random.default_rng(6).integers(0, 251, (2, *SHAPE)).astype(np.uint8)
    stored[0] = 250 - stored[1]
    stored[:, :3] = 255
    path = make_raster(stored, "p.tif", nodata=255, descriptions=("background", "building"))
    with rasterio.open(path, "r+") as file:
        file.scales = (0.004, 0.004)
    files = path, make_raster(truth, "t.tif", nodata=255)
    with open_pairs(*files, options=EvaluateOptions(threshold=0.3)) as rasters:
        assert (rasters.class_names, rasters.threshold) == (("background", "building"), 0.3)
        assert rasters.probabilistic
        tally = CurveTally(rasters.class_names)
        scores = label_scores(
            tally.watched(rasters.pairs()), class_names=rasters.class_names, boundary_px=2, relax_px=3
        )
    known = (truth != 255) & (stored[1] != 255)
    taken, true = stored[1][known] >= 75, truth[known] == 1
    counts = scores.counts[1]
    assert (counts.tp, counts.fp, counts.fn) == (
        (taken & true).sum(),
        (taken & ~true).sum(),
        (~taken & true).sum(),
    )
    curve = tally.curves()["building"]
    assert curve.precision[74] == counts.precision
    assert curve.recall[74] == counts.recall


def overlapping(make_raster, name, rng, **tags):
    bands = rng.choice([0, 1, 255], (2, *SHAPE), p=[0.5, 0.4, 0.1]).astype(np.uint8)
    return bands, make_raster(bands, name, nodata=255, descriptions=("water", "wood"))


def test_classes_that_overlap_come_as_pairs_of_their_own(make_raster, make_layer):
    rng = np.random.default_rng(8)
    prediction, path = overlapping(make_raster, "p.tif", rng)
    truth, other = overlapping(make_raster, "t.tif", rng)
    rasters, found = paired(path, other)
    assert (rasters.exclusive, rasters.class_names) == (False, ("background", "water", "wood"))
    for band in range(2):
        assert same(found[band], ignoring(prediction[band], truth[band]))
    indices = rng.choice([0, 1, 2, 255], SHAPE).astype(np.uint8)
    _, found = paired(path, make_raster(indices, "i.tif", nodata=255))
    for band in range(2):
        expected = np.where(indices == 255, 255, indices == band + 1)
        assert same(found[band], ignoring(prediction[band], expected))
    shapes = [box(500_000, 9_299_990, 500_010, 9_300_000), box(500_005, 9_299_985, 500_020, 9_299_995)]
    layer = make_layer(shapes, **{"class": ["wood", "water"]})
    _, found = paired(path, layer)
    for band, shape in ((1, shapes[0]), (0, shapes[1])):
        assert same(found[band], ignoring(prediction[band], rasterize([shape], SHAPE, transform=HERE)))


def test_several_bands_may_be_chosen_as_one_class(make_raster, labels):
    truth, other = overlapping(make_raster, "t.tif", np.random.default_rng(8))
    path = make_raster(labels[0], "p.tif", nodata=255)
    rasters, (found,) = paired(path, other, classes=("water", "wood"))
    assert rasters.class_names == ("background", "water")
    either, unknown = (truth == 1).any(axis=0), (truth == 255).any(axis=0)
    assert same(found, ignoring(labels[0], np.where(either, 1, np.where(unknown, 255, 0))))


def test_probabilities_that_overlap_have_their_own_levels(make_raster):
    rng = np.random.default_rng(8)
    truth, other = overlapping(make_raster, "t.tif", rng)
    scores = rng.random((2, *SHAPE)).astype(np.float32)
    path = make_raster(scores, "p.tif", descriptions=("wood", "water"))
    rasters, found = paired(path, other)
    assert rasters.class_names == ("background", "wood", "water")
    for band in range(2):
        assert same(found[band], ignoring((scores[band] >= 0.5).astype(np.uint8), truth[1 - band]))
        assert (found[band][2] == np.floor(scores[band] * 250)).mean() > 0.999


def test_classes_are_matched_by_name_and_chosen(make_raster):
    rng = np.random.default_rng(9)
    prediction, truth = rng.integers(0, 4, (2, *SHAPE)).astype(np.uint8)
    path = tag(make_raster(prediction, "p.tif"), GEOUNET_CLASSES=["background", "a", "b", "c"])
    other = tag(make_raster(truth, "t.tif"), GEOUNET_CLASSES=["background", "c", "a", "b"])
    _, (found,) = paired(path, other)
    assert same(found, (prediction, np.array([0, 3, 1, 2])[truth]))
    rasters, (found,) = paired(path, other, classes=("c", "a"))
    assert rasters.class_names == ("background", "a", "c")
    assert same(found, (np.array([0, 1, 0, 2])[prediction], np.array([0, 2, 1, 0])[truth]))


def test_auxiliary_classes_are_none_to_compare(make_raster, footprints):
    prediction = np.random.default_rng(9).integers(0, 2, SHAPE).astype(np.uint8)
    path = tag(
        make_raster(prediction, "p.tif"),
        GEOUNET_CLASSES=["background", "building", "edge"],
        GEOUNET_AUXILIARY=["edge"],
    )
    rasters, (found,) = paired(path, footprints[0])
    assert rasters.class_names == ("background", "building")
    assert same(found, (prediction, footprints[1]))


def test_of_several_classes_levels_are_those_of_each(make_raster):
    rng = np.random.default_rng(8)
    scores = rng.dirichlet([1, 1, 1], SHAPE).astype(np.float32).transpose(2, 0, 1)
    truth = rng.integers(0, 3, SHAPE).astype(np.uint8)
    path = make_raster(scores, "p.tif", descriptions=("background", "a", "b"))
    rasters, (found,) = paired(path, make_raster(truth, "t.tif"))
    assert rasters.exclusive
    assert same(found, (scores.argmax(axis=0), truth))
    assert (np.abs(found[2] - scores[1:] * 250 + 0.5) < 0.501).all()
    _, (chosen,) = paired(path, make_raster(truth, "t.tif"), classes=("b",))
    assert (chosen[2] == found[2][1:]).all()


def test_what_is_neither_raster_nor_layer_is_named(tmp_path, make_raster, labels):
    raster = make_raster(labels[0], nodata=255)
    (tmp_path / "t.tif").write_text("none")
    with pytest.raises(SceneError, match=r"cannot open t\.tif"):
        paired(raster, tmp_path / "t.tif")
    with pytest.raises(LabelsError, match=r"no\.gpkg"):
        paired(raster, tmp_path / "no.gpkg")


def test_probabilities_are_no_truth(make_raster, labels):
    raster = make_raster(labels[0], nodata=255)
    scaled = make_raster(labels[1], "t.tif")
    with rasterio.open(scaled, "r+") as file:
        file.scales = (0.004,)
    with pytest.raises(LabelsError, match=r"t\.tif holds numbers scaled by 0\.004"):
        paired(raster, scaled)


def test_a_mask_of_0_and_255_is_warned_of(make_raster, labels):
    mask = np.where(labels[1] == 1, 255, 0).astype(np.uint8)
    with pytest.warns(GeounetWarning, match=r"t\.tif holds no label but 0 and 255.*write it as 1"):
        paired(make_raster(labels[0], nodata=255), make_raster(mask, "t.tif"))
    with warnings.catch_warnings(action="error", category=GeounetWarning):
        paired(make_raster(labels[0], nodata=255), make_raster(mask, "t.tif", nodata=255))
        moved = make_raster(mask * 0, "m.tif", transform=HERE * Affine.translation(3, 2))
        paired(make_raster(labels[0], nodata=255), moved)


@pytest.mark.data
def test_a_real_road_tile_is_its_own_truth(data):
    tile = min((data / "validation" / "roads").glob("*_roads.tif"))
    with open_pairs(tile, tile, options=EvaluateOptions()) as rasters:
        scores = label_scores(rasters.pairs(), class_names=rasters.class_names, boundary_px=2, relax_px=3)
    assert scores.mean("iou") == scores.mean("boundary_iou") == scores.accuracy == 1
    assert scores.counts[1].support > 0
