import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.enums import Resampling
from rasterio.warp import reproject

from geounet.errors import LabelsError
from geounet.georeference import Georeference
from geounet.training import TrainConfig
from geounet.training.scenes.label_rasters import PLACES, places, read_label_raster
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import training_scenes

UTM = "EPSG:32737"


@pytest.fixture
def labels(rng):
    drawn = rng.integers(0, 3, (40, 52), dtype=np.uint8)
    drawn[:5, :9] = IGNORED
    return drawn


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def grid(transform: Affine, *, height: int, width: int, crs: str = UTM) -> Georeference:
    return Georeference(transform, rasterio.crs.CRS.from_string(crs), height, width)


@pytest.mark.parametrize(
    "transform",
    [
        Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000),
        Affine(0.13, 0, 500_001.234, 0, -0.21, 9_299_997.77),
        Affine(0.7, 0.21, 499_999.1, 0.2, -0.66, 9_300_003.3),
    ],
)
def test_labels_are_where_gdal_puts_the_nearest(make_raster, labels, transform):
    path = make_raster(labels, nodata=IGNORED)
    where = grid(transform, height=61, width=47)
    expected = np.full((61, 47), IGNORED, np.uint8)
    reproject(
        labels, expected, src_transform=Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000), dst_transform=transform,
        src_crs=UTM, dst_crs=UTM, src_nodata=IGNORED, dst_nodata=IGNORED, resampling=Resampling.nearest,
    )  # fmt: skip
    np.testing.assert_array_equal(read_label_raster(path, where, classes=3), expected)


def test_places_are_labelled_pixels_and_not_too_many(rng):
    few = np.zeros((30, 40), np.uint8)
    few[3, 4], few[20, 39], few[0, 0] = 1, 2, IGNORED
    np.testing.assert_array_equal(places(few), [[3.5, 4.5], [20.5, 39.5]])
    many = rng.integers(0, 2, (300, 200), dtype=np.uint8)
    found = places(many)
    assert PLACES / 2 < len(found) <= PLACES
    assert many[tuple(found.astype(int).T)].all()
    assert places(np.zeros((3, 3), np.uint8)).shape == (0, 2)


def test_a_class_that_the_model_lacks_is_named(make_raster, labels):
    where = grid(Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000), height=40, width=52)
    with pytest.raises(LabelsError, match="hold 2; expected 0 to 1"):
        read_label_raster(make_raster(labels, nodata=IGNORED), where, classes=2)


def test_another_crs_and_several_bands_are_refused(make_raster, labels):
    where = grid(Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000), height=40, width=52, crs="EPSG:32736")
    with pytest.raises(LabelsError, match="expected one CRS"):
        read_label_raster(make_raster(labels), where, classes=3)
    with pytest.raises(LabelsError, match="have 2 bands"):
        read_label_raster(make_raster(np.stack([labels] * 2) % 2, "two.tif"), where, classes=3)


def test_a_scene_with_a_label_raster_is_trained_on_as_one_with_footprints_is(place, tables):
    with_footprints = training_scenes(TrainConfig.from_dict(tables))[0].levels[0]
    with rasterio.open(place / "here.tif") as scene:
        profile = scene.profile | {"count": 1, "nodata": IGNORED, "photometric": "MINISBLACK"}
    with rasterio.open(place / "here_labels.tif", "w", **profile) as dataset:
        dataset.write(with_footprints.labels, 1)
    tables["data"]["train"] = [{"scene": "here.tif", "labels": "here_labels.tif"}]
    level = training_scenes(TrainConfig.from_dict(tables))[0].levels[0]
    for name in ("image", "labels", "weights"):
        np.testing.assert_array_equal(getattr(level, name), getattr(with_footprints, name))
    rows, cols = level.centres.astype(int).T
    assert (level.labels[rows, cols] == 1).all()
    assert len(level.centres)
