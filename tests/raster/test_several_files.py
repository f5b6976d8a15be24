"""Several files as one scene: which bands, on whose grid, valid where, each in its own counts."""

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp, Resampling
from rasterio.transform import Affine, from_origin
from rasterio.warp import reproject
from rasterio.warp import transform as project

from geounet.errors import BandError, MissingCRSError, SceneError
from geounet.grid import Window
from geounet.models.card import Normalization
from geounet.options import PredictOptions
from geounet.raster.normalize import Normalizer, scene_ranges
from geounet.raster.scene import Scene

UTM, NEXT = "EPSG:32633", "EPSG:32634"
HERE = from_origin(500_000, 5_100_000, 10, 10)
RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


def read(files, *, bands=(), numbers=None, gsd=None, window=None):
    options = PredictOptions(bands=numbers, gsd=gsd)
    with Scene.open(files, bands=bands, options=options, gsd_m=None, model="m") as scene:
        return scene.read(window or Window(0, 0, scene.height, scene.width))


def smooth(height, width, *, transform=HERE):
    """A plane in map coordinates, which bilinear interpolation gives back exactly."""
    rows, cols = np.mgrid[:height, :width] + 0.5
    x, y = transform * (cols, rows)
    return ((x - 500_000) / 10 + (5_100_000 - y) / 5).astype(np.float32)


@pytest.fixture
def rgb(make_raster, rng):
    path = make_raster(
        rng.integers(1, 255, (3, 40, 50), np.uint8), "rgb.tif", crs=UTM, transform=HERE, photometric="RGB"
    )
    with rasterio.open(path) as dataset:
        assert dataset.colorinterp == RGB
    return path


def test_files_of_one_grid_are_read_as_they_are(rgb, make_raster, rng):
    heights = rng.normal(100, 5, (40, 50)).astype(np.float32)
    dsm = make_raster(heights, "dsm.tif", crs=UTM, transform=HERE)
    pixels = read([rgb, dsm], bands=("height", "red", "blue"))
    with rasterio.open(rgb) as dataset:
        np.testing.assert_array_equal(pixels.values, [heights, dataset.read(1), dataset.read(3)])
    assert pixels.valid.all()


def test_a_pixel_is_valid_where_it_is_in_all(make_raster, rng):
    values = rng.integers(1, 9, (2, 8, 9), np.uint8)
    values[0, 2, 3], values[1, 5, 6] = 0, 255
    one = make_raster(values[0], "one.tif", crs=UTM, transform=HERE, nodata=0)
    other = make_raster(values[1], "other.tif", crs=UTM, transform=HERE, nodata=255)
    expected = (values[0] != 0) & (values[1] != 255)
    np.testing.assert_array_equal(read([one, other]).valid, expected)


@pytest.mark.parametrize(
    ("names", "numbers", "expected"),
    [
        (("red 1", "blue 2"), None, [0, 5]),
        (("blue_2", "Red-1", "green"), None, [5, 0, 1]),
        ((), None, [0, 1, 2, 3, 4, 5]),
        (("a", "b"), (6, 1), [5, 0]),
        (("a", "b"), (2,), [1, 4]),
        (("a", "b", "c", "d"), (3, 1), [2, 0, 5, 3]),
    ],
)
def test_bands_by_name_and_number(make_raster, rng, names, numbers, expected):
    values = rng.integers(0, 255, (6, 4, 5), np.uint8)
    files = [
        make_raster(part, f"{k}.tif", crs=UTM, transform=HERE, photometric="RGB")
        for k, part in enumerate((values[:3], values[3:]))
    ]
    np.testing.assert_array_equal(read(files, bands=names, numbers=numbers).values, values[expected])


def test_unnamed_dates_are_taken_in_order(make_raster, rng):
    values = rng.integers(0, 255, (6, 4, 5), np.uint16)
    files = [make_raster(values[2 * k : 2 * k + 2], f"{k}.tif", crs=UTM, transform=HERE) for k in range(3)]
    channels = ("red 1", "nir 1", "red 2", "nir 2", "red 3", "nir 3")
    np.testing.assert_array_equal(read(files, bands=channels).values, values)


@pytest.mark.parametrize(
    ("names", "numbers", "says"),
    [
        (
            ("red", "green", "blue", "nir"),
            None,
            "2 files, rgb.tif .*model 'm' expects 4 .*pass --bands 1,2,3,4",
        ),
        (("red",), None, "dsm.tif has none of the bands"),
        (("red", "height"), (1, 5), "band 5 was asked for of 2 files"),
        (("red", "height", "x"), (1, 4), "2 bands .* of 2 files were asked for, model 'm' expects 3"),
    ],
)
def test_bands_that_are_not_there(rgb, make_raster, names, numbers, says):
    dsm = make_raster(
        np.zeros((40, 50), np.float32), "dsm.tif", crs=UTM, transform=HERE, descriptions=("dsm",)
    )
    with pytest.raises(BandError, match=says):
        read([rgb, dsm], bands=names, numbers=numbers)


def test_alpha_says_what_is_valid_in_any_file(make_raster, rng):
    values = rng.integers(1, 255, (4, 6, 7), np.uint8)
    values[3] = np.where(rng.random((6, 7)) < 0.5, 0, 255)
    rgba = make_raster(values, "rgba.tif", crs=UTM, transform=HERE, photometric="RGB", alpha="YES")
    grey = make_raster(values[:1], "grey.tif", crs=UTM, transform=HERE)
    pixels = read([grey, rgba], bands=("other", "red", "green", "blue"))
    np.testing.assert_array_equal(pixels.valid, values[3] != 0)
    np.testing.assert_array_equal(pixels.values, values[[0, 0, 1, 2]])


def test_coarser_pixels_of_the_same_ground_are_those_of_one_scene(make_raster, rng):
    """20 m pixels beside 10 m ones, as Sentinel-2 has them: what a scene at 10 m alone is resampled to."""
    fine = make_raster(rng.integers(0, 99, (40, 60), np.uint16), "fine.tif", crs=UTM, transform=HERE)
    coarse = make_raster(
        rng.integers(0, 99, (20, 30), np.uint16), "coarse.tif", crs=UTM, transform=HERE * Affine.scale(2)
    )
    together = read([fine, coarse])
    with rasterio.open(fine) as dataset:
        np.testing.assert_array_equal(together.values[0], dataset.read(1))
    np.testing.assert_array_equal(together.values[1], read(coarse, gsd=10).values[0])


@pytest.mark.parametrize("shift", [(3.0, -2.0), (0.5, 0.25), (-2.3, 4.9)])
def test_another_grid_is_interpolated(make_raster, shift):
    moved = HERE * Affine.translation(*shift)
    one = make_raster(smooth(40, 50), "one.tif", crs=UTM, transform=HERE)
    other = make_raster(smooth(60, 70, transform=moved), "other.tif", crs=UTM, transform=moved)
    pixels = read([one, other])
    inner = (slice(None), slice(8, 32), slice(8, 42))  # further out a border pixel goes on as it is
    np.testing.assert_allclose(pixels.values[1][inner[1:]], pixels.values[0][inner[1:]], atol=1e-3)
    rows, cols = np.mgrid[:40, :50]
    inside = (
        (cols + 0.5 >= shift[0]) & (rows + 0.5 >= shift[1]) & (cols < 70 + shift[0]) & (rows < 60 + shift[1])
    )
    np.testing.assert_array_equal(pixels.valid, inside)


def test_whole_pixels_apart_nothing_is_interpolated(make_raster, rng):
    values = rng.integers(0, 60_000, (30, 40), np.uint16)
    one = make_raster(values, "one.tif", crs=UTM, transform=HERE)
    part = make_raster(values[5:25, 7:31], "part.tif", crs=UTM, transform=HERE * Affine.translation(7, 5))
    pixels = read([one, part])
    expected = np.zeros((30, 40), np.bool_)
    expected[5:25, 7:31] = True
    np.testing.assert_array_equal(pixels.valid, expected)
    np.testing.assert_array_equal(pixels.values[1][expected], values[expected])


def test_another_crs_is_where_gdal_puts_it(make_raster):
    """Bilinear, as GDAL's own warp of a plane of its map coordinates, to a hundredth of a pixel."""
    one = make_raster(np.zeros((64, 80), np.float32), "one.tif", crs=UTM, transform=HERE)
    rows, cols = np.mgrid[:400, :400].astype(np.float32)
    x, y = project(UTM, NEXT, [500_400], [5_099_700])
    zone = from_origin(x[0] - 2000, y[0] + 2000, 10, 10)
    other = make_raster(np.stack([rows, cols]), "other.tif", crs=NEXT, transform=zone)
    found = read([one, other]).values[1:]
    expected = np.zeros_like(found)
    reproject(
        np.stack([rows, cols]), expected, src_transform=zone, src_crs=NEXT, dst_transform=HERE, dst_crs=UTM,
        resampling=Resampling.bilinear, tolerance=0, XSCALE=1, YSCALE=1,
    )  # fmt: skip
    np.testing.assert_allclose(found, expected, atol=0.03)


def test_finer_pixels_are_averaged_before(make_raster, rng):
    """Noise of 1 m under pixels of 10 m: what is left of it is what is left of a mean of about a hundred."""
    one = make_raster(np.zeros((20, 20), np.float32), "one.tif", crs=UTM, transform=HERE)
    fine = HERE * Affine.translation(0.3, 0.4) * Affine.scale(0.1)
    other = make_raster(
        rng.normal(50, 10, (200, 200)).astype(np.float32), "fine.tif", crs=UTM, transform=fine
    )
    inner = read([one, other]).values[1, 3:-3, 3:-3]
    assert inner.std() < 2
    assert abs(inner.mean() - 50) < 0.5


def test_what_lies_under_invalid_pixels_changes_nothing(make_raster, rng):
    moved = HERE * Affine.translation(0.4, -0.3)
    one = make_raster(smooth(40, 50), "one.tif", crs=UTM, transform=HERE)
    valid = rng.random((45, 55)) < 0.7
    plain = rng.integers(1, 1000, (45, 55), np.uint16)
    readings = []
    for k, below in enumerate((0, rng.integers(0, 60_000, (45, 55), np.uint16))):
        values = np.where(valid, plain, below).astype(np.uint16)
        path = make_raster(values, f"other{k}.tif", crs=UTM, transform=moved, valid=valid)
        pixels = read([one, path])
        readings.append((pixels.valid, np.where(pixels.valid, pixels.values, 0)))
    for first, second in zip(*readings, strict=True):
        np.testing.assert_array_equal(first, second)
    assert 0.5 < readings[0][0].mean() < 0.9


def test_a_window_is_the_same_as_in_the_whole(make_raster, rng):
    turned = HERE * Affine.rotation(7) * Affine.scale(0.7)
    one = make_raster(smooth(300, 320), "one.tif", crs=UTM, transform=HERE)
    other = make_raster(
        rng.integers(0, 255, (2, 500, 520), np.uint8), "other.tif", crs=UTM, transform=turned, nodata=7
    )
    whole = read([one, other])
    for window in (
        Window(0, 0, 1, 1),
        Window(250, 251, 20, 9),
        Window(13, 0, 100, 320),
        Window(299, 319, 1, 1),
    ):
        part = read([one, other], window=window)
        rows, cols = slice(window.row, window.row_stop), slice(window.col, window.col_stop)
        np.testing.assert_array_equal(part.valid, whole.valid[rows, cols])
        np.testing.assert_array_equal(part.values, whole.values[:, rows, cols])


def test_files_apart_are_refused(make_raster):
    one = make_raster(smooth(20, 20), "one.tif", crs=UTM, transform=HERE)
    far = make_raster(smooth(20, 20), "far.tif", crs=UTM, transform=HERE * Affine.translation(500, 0))
    with pytest.raises(SceneError, match=r"far.tif lies elsewhere than one.tif"):
        read([one, far])
    with pytest.raises(SceneError, match="no files"):
        read([])


def test_without_a_crs_pixels_must_be_the_same(make_raster):
    plain = {"crs": None, "transform": Affine.identity()}
    one = make_raster(smooth(20, 20), "one.tif", **plain)
    same = make_raster(smooth(20, 20), "same.tif", **plain)
    larger = make_raster(smooth(21, 20), "larger.tif", **plain)
    assert read([one, same]).values.shape == (2, 20, 20)
    with pytest.raises(MissingCRSError, match=r"larger.tif has 21 × 20 pixels and no CRS"):
        read([one, larger])


def test_a_scene_of_several_files_says_so(rgb, make_raster):
    files = [
        rgb,
        *(make_raster(np.zeros((40, 50), np.uint8), f"{k}.tif", crs=UTM, transform=HERE) for k in range(4)),
    ]
    names = []
    for count in (1, 3, 5):
        with Scene.open(files[:count], bands=(), options=PredictOptions(), gsd_m=None) as scene:
            names.append(scene.name)
            assert {str(file) for file in files[:count]} <= set(scene.files)
            assert scene.native
    assert names == ["rgb.tif", "rgb.tif + 0.tif + 1.tif", "rgb.tif + 4 more"]


def test_each_file_is_normalised_in_its_own_counts(make_raster, rng):
    picture = rng.integers(0, 256, (20, 30), np.uint8)
    wide = (picture.astype(np.uint16) * 257)[None]
    heights = rng.uniform(0, 60, (20, 30)).astype(np.float32)
    files = [
        make_raster(array, f"{k}.tif", crs=UTM, transform=HERE)
        for k, array in enumerate((picture, wide, heights))
    ]
    normalization = Normalization(("dtype", "dtype", (0.0, 30.0)), (2, 98), (0.0,) * 3, (1.0,) * 3)
    with Scene.open(files, bands=(), options=PredictOptions(), gsd_m=None) as scene:
        ranges = scene_ranges(scene, normalization)
        pixels = scene.read(Window(0, 0, 20, 30))
    assert ranges.high == (255, 65535, 30)
    values = Normalizer.of(normalization, ranges)(pixels.values, pixels.valid)
    np.testing.assert_allclose(values[0], picture / 255, atol=1e-6)
    np.testing.assert_allclose(values[1], values[0], atol=1e-6)
    np.testing.assert_allclose(values[2], np.clip(heights / 30, 0, 1), atol=1e-6)


def test_a_bands_percentiles_are_of_all_dates(make_raster, rng):
    values = (
        rng.integers(0, 1000, (3, 2, 10, 12), np.uint16) * np.array([1, 3, 9], np.uint16)[:, None, None, None]
    )
    files = [make_raster(date, f"{k}.tif", crs=UTM, transform=HERE) for k, date in enumerate(values)]
    normalization = Normalization("scene", (2.0, 98.0), (0.1, 0.2), (1.0, 2.0))
    with Scene.open(files, bands=(), options=PredictOptions(), gsd_m=None) as scene:
        ranges = scene_ranges(scene, normalization)
    expected = [np.percentile(values[:, band], (2, 98)) for band in (0, 1)] * 3
    np.testing.assert_allclose(list(zip(ranges.low, ranges.high, strict=True)), expected)
    assert Normalizer.of(normalization, ranges).mean == (0.1, 0.2) * 3
