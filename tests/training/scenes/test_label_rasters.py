"""Label rasters on a grid, against GDAL's nearest neighbour."""

import warnings

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.warp import reproject, transform_bounds

from geounet.errors import GeounetWarning, LabelsError, MissingCRSError
from geounet.georeference import Georeference
from geounet.training.scenes.attributes import ClassNames
from geounet.training.scenes.label_rasters import read_label_raster
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.places import MOST, places

UTM = "EPSG:32737"
OWN = Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000)
THREE = ClassNames(("background", "building", "shed"))
ROADS = ClassNames(("background", "road"))


@pytest.fixture
def labels(rng):
    drawn = rng.integers(0, 3, (40, 52), dtype=np.uint8)
    drawn[:5, :9] = IGNORED
    return drawn


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def grid(
    transform: Affine = OWN, *, height: int = 40, width: int = 52, crs: str | None = UTM
) -> Georeference:
    return Georeference(transform, CRS.from_string(crs) if crs else None, height, width)


def warped(labels, where: Georeference):
    expected = np.full((where.height, where.width), IGNORED, labels.dtype)
    reproject(
        labels, expected, src_transform=OWN, dst_transform=where.transform, src_crs=UTM, dst_crs=where.crs,
        src_nodata=IGNORED, dst_nodata=IGNORED, init_dest_nodata=True, resampling=Resampling.nearest, tolerance=0,
    )  # fmt: skip
    return expected


@pytest.mark.parametrize(
    "transform",
    [
        Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000),
        Affine(0.13, 0, 500_001.234, 0, -0.21, 9_299_997.77),
        Affine(0.7, 0.21, 499_999.1, 0.2, -0.66, 9_300_003.3),
    ],
)
def test_labels_are_where_gdal_puts_the_nearest(make_raster, labels, transform):
    where = grid(transform, height=61, width=47)
    found = read_label_raster(make_raster(labels, nodata=IGNORED), where, names=THREE)
    np.testing.assert_array_equal(found, warped(labels, where))


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:4326", "EPSG:32736"])
def test_labels_of_another_crs_are_where_gdal_puts_the_nearest(make_raster, labels, crs):
    with_crs = CRS.from_string(crs)

    left, bottom, right, top = transform_bounds(UTM, with_crs, 499_998, 9_299_985, 500_018, 9_300_002)
    size = (right - left) / 60, (top - bottom) / 55
    where = Georeference(Affine(size[0], 0, left, 0, -size[1], top), with_crs, 55, 60)
    found = read_label_raster(make_raster(labels, nodata=IGNORED), where, names=THREE)
    expected = warped(labels, where)
    assert (found != expected).mean() < 5e-3  # a centre on a pixel's edge may fall either way
    assert {0, 1, 2, IGNORED} == set(np.unique(found).tolist())


def test_values_of_a_land_cover_raster_are_named_in_the_config(make_raster):
    cover = np.repeat(np.array([[111, 112, 211, -9, 523]], np.int16), 4, axis=0)
    names = ClassNames(
        ("background", "town", "water"),
        mapping={"111": "town", "112": "town", "523": "water", "211": "background"},
    )
    path = make_raster(cover, nodata=-9)
    found = read_label_raster(path, grid(height=4, width=5), names=names)
    np.testing.assert_array_equal(found[0], [1, 1, 0, IGNORED, 2])
    names = ClassNames(
        names.classes, mapping={"111": "town", "211": "background"}, ignored=("112", "523", "-9")
    )
    found = read_label_raster(path, grid(height=4, width=5), names=names)
    np.testing.assert_array_equal(found[0], [1, IGNORED, 0, IGNORED, IGNORED])
    with pytest.raises(
        LabelsError, match=r"hold 523, which has no class; add it to data.classes \(one of backgr"
    ):
        read_label_raster(path, grid(height=4, width=5), names=ClassNames(names.classes, mapping={
            "111": "town", "112": "town", "211": "background"
        }))  # fmt: skip


def test_numbers_that_are_mapped_are_no_indices(make_raster):
    """Value 1 of a land cover that the config does not name is no class 1."""
    path = make_raster(np.array([[1, 11]], np.uint8))
    with pytest.raises(LabelsError, match="hold 1, which has no class"):
        read_label_raster(
            path, grid(height=1, width=2), names=ClassNames(("background", "a"), mapping={"11": "a"})
        )


def test_names_that_a_raster_gives_its_values_count_before_indices(make_raster):
    path = make_raster(np.array([[0, 1, 2]], np.uint8))

    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(GEOUNET_CLASSES='["background", "shed", "building"]')
    found = read_label_raster(path, grid(height=1, width=3), names=THREE)
    np.testing.assert_array_equal(found, [[0, 2, 1]])


def test_a_class_that_the_model_lacks_is_named(make_raster, labels):
    with pytest.raises(LabelsError, match="hold 2; expected 0 to 1"):
        read_label_raster(make_raster(labels, nodata=IGNORED), grid(), names=ROADS)
    with pytest.raises(LabelsError, match=r"hold 0\.5; expected whole numbers"):
        read_label_raster(make_raster(np.full((40, 52), 0.5, np.float32)), grid(), names=ROADS)


def test_several_bands_are_refused(make_raster, labels):
    with pytest.raises(LabelsError, match="have 2 bands"):
        read_label_raster(make_raster(np.stack([labels] * 2) % 2, "two.tif"), grid(), names=THREE)


def test_without_a_crs_pixels_must_be_the_same(make_raster, labels):
    path = make_raster(labels, crs=None, nodata=IGNORED)
    np.testing.assert_array_equal(read_label_raster(path, grid(), names=THREE), labels)
    with pytest.raises(MissingCRSError):
        read_label_raster(path, grid(crs=None, height=20), names=THREE)


def test_roads_whose_background_is_nodata_are_not_all_there_is(make_raster, rng):
    roads = rng.integers(0, 2, (40, 52), dtype=np.uint8)
    path = make_raster(roads, nodata=0)
    beyond = grid(Affine(0.3, 0, 499_999.1, 0, -0.3, 9_300_000.6), height=50, width=60)
    with pytest.warns(GeounetWarning, match="0 is taken for background"):
        found = read_label_raster(path, beyond, names=ROADS)
    expected = np.full((50, 60), IGNORED)
    expected[2:42, 3:55] = roads
    np.testing.assert_array_equal(found, expected)


def test_what_nodata_means_can_be_said(make_raster, rng):
    roads = rng.integers(0, 2, (40, 52), dtype=np.uint8)
    path = make_raster(roads, nodata=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", GeounetWarning)
        background = ClassNames(ROADS.classes, mapping={"0": "background", "1": "road"})
        np.testing.assert_array_equal(read_label_raster(path, grid(), names=background), roads)
        ignored = ClassNames(ROADS.classes, ignored=("0",))
        found = read_label_raster(path, grid(), names=ignored)
        np.testing.assert_array_equal(found, np.where(roads == 1, 1, IGNORED))


def test_nodata_of_zero_is_nodata_where_other_values_say_what_is_background(make_raster, labels):
    with warnings.catch_warnings():
        warnings.simplefilter("error", GeounetWarning)
        path = make_raster(labels, nodata=0)
        found = read_label_raster(path, grid(), names=THREE)
        np.testing.assert_array_equal(found, np.where(labels == 0, IGNORED, labels))
        nothing = make_raster(np.zeros((40, 52), np.uint8), "nothing.tif", nodata=0)
        assert (read_label_raster(nothing, grid(), names=ROADS) == IGNORED).all()


def test_places_are_labelled_pixels_and_not_too_many_of_each_class(rng):
    few = np.zeros((30, 40), np.uint8)
    few[3, 4], few[20, 39], few[0, 0] = 1, 2, IGNORED
    np.testing.assert_array_equal(places(few), [[3.5, 4.5], [20.5, 39.5]])
    many = rng.integers(0, 2, (300, 200), dtype=np.uint8)
    many[7, 7:9] = 2
    found = many[tuple(places(many).astype(int).T)]
    assert MOST / 2 < (found == 1).sum() <= MOST
    assert (found == 2).sum() == 2
    assert places(np.zeros((3, 3), np.uint8)).shape == (0, 2)
    within = np.zeros(few.shape, bool)
    within[:10] = True
    np.testing.assert_array_equal(places(few, within=within), [[3.5, 4.5]])
