import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp
from rasterio.transform import Affine, from_origin

from geounet.errors import SceneError
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import read_header
from geounet.raster.mosaic import document, joinable, packed
from geounet.raster.virtual_document import with_sources

ORIGIN = from_origin(500_000, 9_300_000, 0.5, 0.5)
GREY_ALPHA = (ColorInterp.gray, ColorInterp.alpha)


def header_of(address):
    with opened(replace(address, drivers=None)) as dataset:
        return read_header(dataset)


def mosaic_of(members, build=document):
    """The mosaic of paths or addresses, the last on top."""
    addresses = [
        one if isinstance(one, RasterAddress) else RasterAddress(address=str(one)) for one in members
    ]
    text = build([(address, header_of(address)) for address in addresses])
    return RasterAddress(address="mosaic", document=text)


@pytest.fixture
def part(make_raster):
    """Write some rows and columns of an array as a file of its own."""

    def make(array, rows, cols, name, *, valid=None, colours=None, **profile):
        transform = ORIGIN * Affine.translation(cols.start, rows.start)
        mask = None if valid is None else valid[rows, cols]
        path = make_raster(array[..., rows, cols], name, transform=transform, valid=mask, **profile)
        if colours:
            with rasterio.open(path, "r+") as dataset:
                dataset.colorinterp = colours
        return path

    return make


@pytest.fixture
def quarters(part):
    """Write an array as four files of different sizes."""

    def make(array, **about):
        middle_row, middle_col = array.shape[-2] // 3, array.shape[-1] // 4
        rows = slice(0, middle_row), slice(middle_row, array.shape[-2])
        cols = slice(0, middle_col), slice(middle_col, array.shape[-1])
        return [part(array, r, c, f"{r.start}_{c.start}.tif", **about) for r in rows for c in cols]

    return make


@pytest.mark.parametrize(
    "dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"]
)
@pytest.mark.parametrize("masks", ["none", "nodata", "mask", "alpha"])
def test_a_mosaic_of_all_parts_is_the_whole(part, quarters, rng, open_scene, dtype, masks):
    array = rng.integers(0, 100, (2, 40, 50)).astype(dtype)
    valid = rng.random((40, 50)) > 0.3
    about = {
        "none": {},
        "nodata": {"nodata": 7},
        "mask": {"valid": valid},
        "alpha": {"colours": GREY_ALPHA},
    }[masks]
    if masks == "alpha":
        array[1] = np.where(valid, 255 if dtype == "uint8" else 100, 0)
    whole = part(array, slice(0, 40), slice(0, 50), "whole.tif", **about)
    with opened(mosaic_of(quarters(array, **about))) as mosaic, rasterio.open(whole) as single:
        assert read_header(mosaic).grid == read_header(single).grid
        assert mosaic.crs.to_wkt() == single.crs.to_wkt()
        assert mosaic.dtypes == single.dtypes
        assert mosaic.colorinterp == single.colorinterp
        assert mosaic.nodatavals == single.nodatavals
        np.testing.assert_array_equal(mosaic.read(), array)
        with open_scene(mosaic) as one, open_scene(single) as other:
            found, expected = one.rows(0, 40), other.rows(0, 40)
            np.testing.assert_array_equal(found.values, expected.values)
            np.testing.assert_array_equal(found.valid, expected.valid)


@pytest.mark.parametrize("masks", ["none", "nodata", "mask", "alpha", "nan"])
def test_what_no_part_covers_is_not_valid(part, open_scene, masks):
    array = np.full((2, 30, 30), 9, np.float32 if masks == "nan" else np.uint8)
    about = {
        "none": {},
        "nodata": {"nodata": 7},
        "mask": {"valid": np.ones((30, 30), bool)},
        "alpha": {"colours": GREY_ALPHA},
        "nan": {"nodata": np.nan},
    }[masks]
    parts = [
        part(array, slice(0, 10), slice(0, 10), "a.tif", **about),
        part(array, slice(10, 30), slice(10, 30), "b.tif", **about),
    ]
    expected = np.zeros((30, 30), bool)
    expected[:10, :10] = expected[10:, 10:] = True
    # With all bands as data alpha says nothing, and the gap must be known all the same.
    for numbers in [(1,), (1, 2)]:
        with opened(mosaic_of(parts)) as mosaic, open_scene(mosaic, numbers=numbers) as scene:
            pixels = scene.rows(0, 30)
            np.testing.assert_array_equal(pixels.valid, expected)
            assert (pixels.values[:, expected] == 9).all()


@pytest.mark.parametrize("masks", ["nodata", "mask", "alpha"])
@pytest.mark.parametrize("upper_first", [True, False])
def test_in_an_overlap_the_valid_pixel_shows_the_later_one_first(part, open_scene, rng, masks, upper_first):
    lower, upper = np.full((2, 20, 20), 50, np.uint8), np.full((2, 20, 20), 60, np.uint8)
    low_valid, up_valid = rng.random((2, 20, 20)) > 0.4
    for array, valid in ((lower, low_valid), (upper, up_valid)):
        if masks == "nodata":
            array[:, ~valid] = 7
        elif masks == "alpha":
            array[1] = valid * 255

    def about(valid):
        return {"nodata": {"nodata": 7}, "mask": {"valid": valid}, "alpha": {"colours": GREY_ALPHA}}[masks]

    all_rows = slice(0, 20)
    paths = [
        part(lower, all_rows, slice(0, 15), "lower.tif", **about(low_valid)),
        part(upper, all_rows, slice(5, 20), "upper.tif", **about(up_valid)),
    ]
    cols = np.arange(20)
    low_valid, up_valid = low_valid & (cols < 15), up_valid & (cols >= 5)
    if upper_first:
        paths, low_valid, up_valid, lower, upper = paths[::-1], up_valid, low_valid, upper, lower
    expected = np.where(up_valid, upper[0], lower[0])
    with opened(mosaic_of(paths)) as mosaic, open_scene(mosaic, numbers=(1,)) as scene:
        pixels = scene.rows(0, 20)
        np.testing.assert_array_equal(pixels.valid, low_valid | up_valid)
        np.testing.assert_array_equal(pixels.values[0][pixels.valid], expected[pixels.valid])


@pytest.mark.parametrize(
    ("dtype", "nodata", "value"),
    [
        ("uint32", 0, 2**32 - 3),
        ("int32", -(2**31), 2**31 - 7),
        ("uint16", 65535, 65534),
        ("float32", np.nan, 0.1),
        ("float64", -1e300, 1 / 3),
    ],
)
def test_in_an_overlap_values_of_every_type_are_exact(part, open_scene, dtype, nodata, value):
    array = np.full((1, 8, 12), value, dtype)
    upper = np.full((1, 8, 12), np.array(value, dtype) - np.array(1, dtype), dtype)
    upper[0, ::2] = nodata
    every = slice(0, 8)
    paths = [
        part(a, every, slice(c, c + 8), n, nodata=nodata)
        for a, c, n in ((array, 0, "a.tif"), (upper, 4, "b.tif"))
    ]
    with opened(mosaic_of(paths)) as mosaic, open_scene(mosaic) as scene:
        pixels = scene.rows(0, 8)
        assert (pixels.values[0, :, :4] == array[0, :, :4]).all()
        assert (pixels.values[0, ::2, 4:8] == array[0, ::2, 4:8]).all()
        assert (pixels.values[0, 1::2, 4:] == upper[0, 1::2, 4:]).all()
        assert pixels.valid[:, :8].all()
        assert not pixels.valid[::2, 8:].any()


@pytest.mark.parametrize("nodata", [-9999, 0.5])
def test_a_nodata_that_no_pixel_can_have_tells_no_gap(part, open_scene, nodata):
    array = np.ones((20, 20), np.uint8)
    paths = [part(array, slice(k, k + 10), slice(k, k + 10), f"{k}.tif") for k in (0, 10)]
    headers = [
        (RasterAddress(address=str(p)), replace(header_of(RasterAddress(address=str(p))), nodata=(nodata,)))
        for p in paths
    ]
    with (
        opened(RasterAddress(address="m", document=document(headers))) as mosaic,
        open_scene(mosaic) as scene,
    ):
        assert scene.rows(0, 20).valid.sum() == 200


def test_without_masks_the_later_one_lies_on_top(part):
    one, other = np.full((10, 10), 1, np.uint8), np.full((10, 10), 2, np.uint8)
    every = slice(0, 10)
    paths = [part(one, every, slice(0, 7), "a.tif"), part(other, every, slice(3, 10), "b.tif")]
    with opened(mosaic_of(paths)) as mosaic:
        assert mosaic.read(1)[0].tolist() == [1] * 3 + [2] * 7


@pytest.mark.parametrize("count", [3, 5])
def test_alpha_that_gdal_does_not_take_for_a_mask_goes_with_its_colours(part, count):
    lower, upper = np.full((count, 8, 8), 50, np.uint8), np.full((count, 8, 8), 60, np.uint8)
    lower[-1], upper[-1] = 255, np.eye(8) * 255
    colours = [ColorInterp.gray, *[ColorInterp.undefined] * (count - 2), ColorInterp.alpha]
    every = slice(0, 8)
    paths = [part(a, every, every, n, colours=colours) for a, n in ((lower, "a.tif"), (upper, "b.tif"))]
    with opened(mosaic_of(paths)) as mosaic:
        np.testing.assert_array_equal(mosaic.read(), upper)


def test_a_part_without_a_mask_is_valid_beside_one_that_has_one(part, open_scene):
    array = np.ones((8, 16), np.uint8)
    valid = np.zeros((8, 16), bool)
    valid[2] = True
    every = slice(0, 8)
    paths = [part(array, every, slice(0, 8), "a.tif", valid=valid), part(array, every, slice(8, 16), "b.tif")]
    with opened(mosaic_of(paths)) as mosaic, open_scene(mosaic) as scene:
        valid[:, 8:] = True
        np.testing.assert_array_equal(scene.rows(0, 8).valid, valid)


def test_names_and_palettes_are_kept(part, open_scene, rng):
    array = rng.integers(0, 4, (1, 20, 20)).astype(np.uint8)
    paths = []
    for cols in (slice(0, 9), slice(9, 20)):
        path = part(
            array, slice(0, 20), cols, f"{cols.start}.tif", descriptions=('<R&D> "é"',), photometric="palette"
        )
        with rasterio.open(path, "r+") as dataset:
            dataset.write_colormap(1, {k: (k * 10, k * 20, 255 - k, 255 if k else 0) for k in range(4)})
        paths.append(path)
    with opened(mosaic_of(paths)) as mosaic, rasterio.open(paths[0]) as single:
        assert mosaic.descriptions == single.descriptions
        assert mosaic.colorinterp == single.colorinterp
        assert mosaic.colormap(1) == single.colormap(1)
        with open_scene(mosaic) as scene:
            assert scene.count == 3
            np.testing.assert_array_equal(scene.rows(0, 20).values[0], array[0] * 10)


def test_overviews_of_members_are_not_read(part):
    array = np.indices((64, 64)).sum(axis=0).astype(np.uint8)
    paths = [part(array, slice(0, 64), slice(c, c + 32), f"{c}.tif") for c in (0, 32)]
    for path in paths:
        with rasterio.open(path, "r+") as dataset:
            dataset.build_overviews([2, 4])
    with opened(mosaic_of(paths)) as mosaic:
        assert mosaic.overviews(1) == []


@pytest.mark.parametrize("name", ["a b&<>'é\".tif", "100%25.tif", "what?.tif", "日本.tif"])
def test_any_name_of_a_file_is_found(part, name):
    array = np.arange(100, dtype=np.uint8).reshape(10, 10)
    paths = [part(array, slice(0, 10), slice(0, 5), name), part(array, slice(0, 10), slice(5, 10), "b.tif")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with opened(mosaic_of(paths)) as mosaic:
            np.testing.assert_array_equal(mosaic.read(1), array)


def zipped(folder: Path, **members: Path) -> dict[str, RasterAddress]:
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        for name, path in members.items():
            archive.write(path, f"{name}.tif")
    place = f"/vsizip/{folder / 'archive.zip'}"
    return {
        name: RasterAddress(address=f"{place}/{name}.tif", drivers=("GTiff", "PNG"), siblings=False)
        for name in members
    }


def test_members_of_an_archive_are_read_in_place(part, tmp_path):
    array = np.arange(100, dtype=np.uint8).reshape(10, 10)
    valid = array % 3 > 0
    every = slice(0, 10)
    one, two = (part(array, every, slice(c, c + 5), f"{c}.tif", valid=valid) for c in (0, 5))
    members = zipped(tmp_path, one=one, two=two)
    with opened(mosaic_of(members.values())) as mosaic:
        np.testing.assert_array_equal(mosaic.read(1), array)
        np.testing.assert_array_equal(mosaic.dataset_mask(), valid * 255)


def test_a_virtual_raster_in_disguise_is_never_opened(part, tmp_path):
    """It took a good member's place after the headers were read; only the drivers that may open it are asked."""
    secret = part(np.full((10, 5), 42, np.uint8), slice(0, 10), slice(0, 5), "secret.tif")
    disguised = tmp_path / "disguised.tif"
    disguised.write_text(
        f"""<VRTDataset rasterXSize="5" rasterYSize="10"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
        <SourceFilename>{secret}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>""",
        encoding="utf-8",
    )
    with rasterio.open(disguised) as dataset:  # GDAL would
        assert dataset.read(1)[0, 0] == 42
    array = np.ones((10, 10), np.uint8)
    good = part(array, slice(0, 10), slice(5, 10), "good.tif")
    left = part(array, slice(0, 10), slice(0, 5), "left.tif")
    members = zipped(tmp_path, one=left, two=good)
    text = mosaic_of(members.values())
    zipped(tmp_path, one=disguised, two=good)
    with opened(text) as mosaic, pytest.raises(rasterio.errors.RasterioError):
        mosaic.read(1)


def test_what_cannot_be_restricted_is_refused(part):
    path = part(np.ones((4, 4), np.uint8), slice(0, 4), slice(0, 4), "a.tif")
    header = header_of(RasterAddress(address=str(path)))
    doubtful = RasterAddress(address="/vsizip/a.zip/what?.tif", drivers=("GTiff",))
    assert not joinable(doubtful, header)
    with pytest.raises(SceneError, match="--mosaic none"):
        document([(doubtful, header)])


def test_urls_are_named_as_gdal_names_them_and_signed_when_asked(part):
    path = part(np.ones((4, 4), np.uint8), slice(0, 4), slice(0, 4), "a.tif")
    header = header_of(RasterAddress(address=str(path)))
    text = document(
        [(RasterAddress(address=f"https://host/a&b/{k}.tif", signing="given"), header) for k in range(2)]
    )
    assert ">/vsicurl/https://host/a&amp;b/1.tif</SourceFilename>" in text
    told = with_sources(text, lambda name: f"{name}?s=1&t")
    assert ">/vsicurl/https://host/a&amp;b/1.tif?s=1&amp;t</SourceFilename>" in told


def test_virtual_rasters_of_our_own_are_members_too(part, open_scene):
    array = np.arange(200, dtype=np.uint8).reshape(10, 20)
    valid = array % 3 > 0
    every = slice(0, 10)
    paths = [part(array, every, slice(c, c + 5), f"{c}.tif", valid=valid) for c in (0, 5, 10, 15)]
    halves = [mosaic_of(paths[:2]), mosaic_of(paths[2:])]
    with opened(mosaic_of(halves)) as mosaic, open_scene(mosaic) as scene:
        pixels = scene.rows(0, 10)
        np.testing.assert_array_equal(pixels.values[0], array)
        np.testing.assert_array_equal(pixels.valid, valid)


def test_packed_has_every_pixel_once_and_little_else(part, rng):
    array = rng.integers(1, 200, (400, 400)).astype(np.uint8)
    paths, values = [], []
    for k in range(12):
        row, col = rng.integers(0, 370, 2)
        rows, cols = slice(row, row + rng.integers(5, 30)), slice(col, col + rng.integers(5, 30))
        paths.append(part(array, rows, cols, f"{k}.tif"))
        values.append(array[rows, cols].ravel())
    with opened(mosaic_of(paths, packed)) as mosaic:
        found = mosaic.read(1)
        assert found.size < 3 * sum(map(len, values))
        np.testing.assert_array_equal(np.sort(found[found > 0]), np.sort(np.concatenate(values)))


def test_a_member_that_is_gone_or_broken_is_an_error(part, open_scene):
    array = np.ones((64, 128), np.uint8)
    paths = [part(array, slice(0, 64), slice(c, c + 64), f"{c}.tif") for c in (0, 64)]
    address = mosaic_of(paths)
    paths[1].write_bytes(paths[1].read_bytes()[:2000])
    with (
        opened(address) as mosaic,
        open_scene(mosaic) as scene,
        pytest.raises(SceneError, match="cannot be read"),
    ):
        scene.rows(0, 64)
    paths[1].unlink()
    with (
        opened(address) as mosaic,
        open_scene(mosaic) as scene,
        pytest.raises(SceneError, match="cannot be read"),
    ):
        scene.rows(0, 64)
