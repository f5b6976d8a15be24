"""Pixels and validity of files of every kind, against rasterio's own reading."""

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp

from geounet.errors import BandError, SceneError
from geounet.grid import Window

DTYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"]


def whole(scene):
    return scene.read(Window(0, 0, scene.height, scene.width))


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_is_read_as_it_is(make_raster, open_scene, rng, dtype):
    values = rng.integers(0, 100, (3, 40, 50)).astype(dtype)
    with open_scene(make_raster(values)) as scene:
        pixels = whole(scene)
        assert pixels.values.dtype == scene.dtype == np.dtype(dtype)
        assert (pixels.values == values).all()
        assert pixels.valid.all()


@pytest.mark.parametrize(
    "profile",
    [
        {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate", "interleave": "band"},
        {"compress": "lzw", "interleave": "pixel"},
        {"tiled": True, "blockxsize": 32, "blockysize": 64, "compress": "zstd", "interleave": "pixel"},
    ],
)
def test_windows_are_rasterios(make_raster, open_scene, rng, profile):
    path = make_raster(rng.integers(0, 60_000, (4, 100, 130)).astype("uint16"), **profile)
    with rasterio.open(path) as file, open_scene(path, numbers=(4, 2)) as scene:
        for row, col, height, width in [
            (0, 0, 100, 130),
            (15, 31, 2, 3),
            (99, 129, 1, 1),
            (7, 0, 50, 130),
            (3, 4, 0, 5),
        ]:
            expected = file.read([4, 2], window=((row, row + height), (col, col + width)))
            assert (scene.read(Window(row, col, height, width)).values == expected).all()


@pytest.mark.parametrize(
    ("dtype", "nodata"),
    [
        ("uint8", 0),
        ("uint8", 255),
        ("int16", -32768),
        ("uint16", 65535),
        ("float32", -9999.0),
        ("float64", 7.5),
        ("int64", -9),
    ],
)
def test_nodata_in_any_band_is_not_valid(make_raster, open_scene, rng, dtype, nodata):
    values = rng.integers(1, 100, (2, 30, 40)).astype(dtype)
    values[0][rng.random((30, 40)) < 0.2] = nodata
    values[1][rng.random((30, 40)) < 0.2] = nodata
    path = make_raster(values, nodata=nodata)
    with rasterio.open(path) as file, open_scene(path) as scene:
        assert (whole(scene).valid == (file.read_masks() > 0).all(axis=0)).all()
    with rasterio.open(path) as file, open_scene(path, numbers=(2,)) as scene:
        assert (whole(scene).valid == (file.read_masks(2) > 0)).all()


def test_nodata_that_no_pixel_can_have_says_nothing(make_raster, open_scene, tmp_path):
    values = np.zeros((1, 5, 5), np.uint8)
    path = make_raster(values)
    for nodata in (-9999, 0.5, 256):
        vrt = tmp_path / f"{nodata}.vrt"
        with rasterio.open(path) as file:
            rasterio.shutil.copy(file, vrt, driver="VRT")
        text = vrt.read_text().replace(
            "<ColorInterp>", f"<NoDataValue>{nodata}</NoDataValue><ColorInterp>", 1
        )
        vrt.write_text(text)
        with open_scene(vrt) as scene:
            assert whole(scene).valid.all()


def test_what_is_not_finite_is_not_valid(make_raster, open_scene, rng):
    values = rng.random((2, 20, 20)).astype("float32")
    values[0, 3, 4], values[1, 5, 6], values[1, 7, 8] = np.nan, np.inf, -np.inf
    for nodata in (None, np.nan):
        with open_scene(make_raster(values, nodata=nodata)) as scene:
            assert (whole(scene).valid == np.isfinite(values).all(axis=0)).all()


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("count", [2, 4, 6])
def test_alpha_says_what_is_valid(make_raster, open_scene, rng, dtype, count):
    values = rng.integers(1, 200, (count, 30, 40)).astype(dtype)
    values[-1][rng.random((30, 40)) < 0.3] = 0
    path = make_raster(values, photometric="minisblack")
    with rasterio.open(path, "r+") as file:
        file.colorinterp = (*(ColorInterp.undefined,) * (count - 1), ColorInterp.alpha)
    with open_scene(path) as scene:
        assert scene.count == count - 1
        pixels = whole(scene)
        assert (pixels.valid == (values[-1] != 0)).all()
        assert (pixels.values == values[:-1]).all()
    with open_scene(path, numbers=tuple(range(1, count + 1))) as scene:  # the alpha is really infrared
        assert scene.count == count
        assert whole(scene).valid.all()


@pytest.mark.parametrize("internal", [True, False])
def test_a_mask_band_says_what_is_valid(make_raster, open_scene, rng, internal):
    values, valid = rng.integers(1, 200, (3, 30, 40)).astype("uint8"), rng.random((30, 40)) > 0.3
    path = make_raster(values)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=internal), rasterio.open(path, "r+") as file:
        file.write_mask(valid)
    with rasterio.open(path) as file, open_scene(path) as scene:
        assert (file.dataset_mask() > 0).tolist() == whole(scene).valid.tolist() == valid.tolist()


def test_all_that_speaks_against_a_pixel_counts(make_raster, open_scene, rng):
    values = rng.random((3, 30, 40)).astype("float32")
    values[2] = rng.random((30, 40)) > 0.2
    values[0][rng.random((30, 40)) < 0.1] = -1
    values[1][rng.random((30, 40)) < 0.1] = np.nan
    masked = rng.random((30, 40)) > 0.2
    path = make_raster(values, nodata=-1, valid=masked, photometric="minisblack")
    with rasterio.open(path, "r+") as file:
        file.colorinterp = (ColorInterp.gray, ColorInterp.undefined, ColorInterp.alpha)
    expected = masked & (values[2] != 0) & (values[0] != -1) & np.isfinite(values[1])
    with open_scene(path) as scene:
        assert (whole(scene).valid == expected).all()


def test_a_colour_table_is_read_as_its_colours(make_raster, open_scene, rng):
    index = rng.integers(0, 4, (1, 20, 30)).astype("uint8")
    table = {0: (9, 8, 7, 255), 1: (200, 100, 50, 255), 2: (0, 0, 0, 255), 3: (1, 1, 1, 255)}
    path = make_raster(index, nodata=3)
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, table)
    with open_scene(path, bands=("blue", "red")) as scene:
        pixels = whole(scene)
        assert (scene.count, scene.dtype) == (2, np.uint8)
    lookup = np.array([table[k] for k in range(4)])
    assert (pixels.values == lookup[index[0]].transpose(2, 0, 1)[[2, 0]]).all()
    assert (pixels.valid == (index[0] != 3)).all()


def test_tiled_jpeg_in_ycbcr_with_a_mask(make_raster, open_scene, rng):
    values = np.repeat(rng.integers(0, 255, (3, 64, 96)).astype("uint8"), 4, axis=2)
    valid = rng.random((64, 384)) > 0.1
    path = make_raster(
        values,
        valid=valid,
        compress="jpeg",
        photometric="ycbcr",
        tiled=True,
        blockxsize=64,
        blockysize=64,
        interleave="pixel",
    )
    with rasterio.open(path) as file, open_scene(path, bands=("red", "green", "blue")) as scene:
        pixels = whole(scene)
        assert (pixels.values == file.read()).all()
        assert (pixels.valid == valid).all()


def test_complex_numbers_are_refused_with_the_remedy(make_raster, open_scene):
    path = make_raster(np.ones((1, 4, 4), np.complex64))
    with pytest.raises(BandError, match=r"complex numbers \(complex64\).*DERIVED_SUBDATASET:AMPLITUDE"):
        open_scene(path)
    with open_scene(f"DERIVED_SUBDATASET:AMPLITUDE:{path}") as scene:  # the remedy is one
        assert (whole(scene).values == 1).all()


@pytest.mark.parametrize("profile", [{}, {"compress": "deflate"}, {"tiled": True, "compress": "zstd"}])
def test_a_truncated_file_is_one_line(make_raster, open_scene, rng, profile):
    path = make_raster(rng.integers(0, 255, (3, 400, 400)).astype("uint8"), **profile)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])

    def read():
        with open_scene(path) as scene:
            for row in range(0, 400, 50):
                scene.rows(row, row + 50)

    with pytest.raises(SceneError, match=r"scene\.tif") as caught:
        read()
    assert "\n" not in str(caught.value)
    assert str(path) not in str(caught.value) or "cannot open" in str(caught.value)
