"""Scenes on their working grid: which grid, which pixels, whatever the transform."""

import warnings

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.io import MemoryFile
from rasterio.vrt import WarpedVRT

from geounet.errors import OptionsError, SceneError
from geounet.grid import Window

TRANSFORMS = {
    "north-up": Affine(0.5, 0, 500_000, 0, -0.5, 5_000_000),
    "south-up": Affine(0.5, 0, 500_000, 0, 0.5, 5_000_000),
    "rotated": Affine.translation(500_000, 5_000_000) * Affine.rotation(33) * Affine.scale(0.5, -0.5),
    "mirrored": Affine(-0.5, 0, 500_000, 0, -0.5, 5_000_000),
}


def whole(scene):
    return scene.read(Window(0, 0, scene.height, scene.width))


@pytest.fixture
def smooth():
    """A scene that resampling can be judged on: (3, 60, 80), uint16."""
    rows, cols = np.mgrid[0:60, 0:80]
    waves = [np.sin(rows / 7 + k) + np.cos(cols / 9 - k) for k in range(3)]
    return (np.stack(waves) * 8000 + 20_000).astype("uint16")


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("factor", [1, 2, 4])
def test_reducing_by_whole_numbers_is_a_mean_of_blocks(make_raster, open_scene, rng, smooth, name, factor):
    valid = rng.random((60, 80)) > 0.2
    path = make_raster(smooth, transform=TRANSFORMS[name], valid=valid, crs="EPSG:32633")
    with open_scene(path, gsd=0.5 * factor) as scene:
        assert (scene.height, scene.width) == (60 // factor, 80 // factor)
        assert scene.native == (factor == 1)
        pixels = whole(scene)
    blocks = (3, 60 // factor, factor, 80 // factor, factor)
    sums = np.where(valid, smooth, 0).astype(float).reshape(blocks).sum(axis=(2, 4))
    counts = valid.reshape(blocks[1:]).sum(axis=(1, 3))
    centre = valid[factor // 2 :: factor, factor // 2 :: factor]
    assert (pixels.valid == centre).all()
    np.testing.assert_allclose(pixels.values[:, centre], (sums / np.maximum(counts, 1))[:, centre], rtol=1e-6)


@pytest.mark.parametrize("gsd", [0.2, 0.31])
def test_enlarging_is_bilinear(make_raster, open_scene, smooth, gsd):
    path = make_raster(smooth, transform=TRANSFORMS["north-up"], crs="EPSG:32633")
    with open_scene(path, gsd=gsd) as scene:
        pixels, height, width = whole(scene), scene.height, scene.width
    rows = (np.arange(height) + 0.5) * 60 / height - 0.5
    cols = (np.arange(width) + 0.5) * 80 / width - 0.5
    down = np.stack(
        [[np.interp(rows, np.arange(60), column) for column in band.T] for band in smooth.astype(float)]
    )
    expected = np.stack([[np.interp(cols, np.arange(80), row) for row in band.T] for band in down])
    np.testing.assert_allclose(pixels.values, expected, rtol=1e-6)
    assert pixels.valid.all()


@pytest.mark.parametrize("gsd", [0.2, 0.77, 1.3])
def test_resampling_is_close_to_gdals(make_raster, open_scene, smooth, gsd):
    path = make_raster(smooth, transform=TRANSFORMS["north-up"], crs="EPSG:32633")
    with open_scene(path, gsd=gsd) as scene, rasterio.open(path) as file:
        how = Resampling.average if gsd > 0.5 else Resampling.bilinear
        with WarpedVRT(
            file,
            crs=file.crs,
            transform=scene.grid.transform,
            height=scene.height,
            width=scene.width,
            resampling=how,
        ) as vrt:
            expected = vrt.read()
        inner = np.s_[:, 1:-1, 1:-1]
        np.testing.assert_allclose(whole(scene).values[inner], expected[inner], atol=30)  # of 16,000


def test_oblong_pixels_come_out_square_in_ground_metres(make_raster, open_scene):
    transform = Affine(4e-6, 0, 30, 0, -2.7e-6, 60)  # 0.223 m wide, 0.301 m high at 60 degrees north
    path = make_raster(np.zeros((1, 300, 400), "uint8"), transform=transform, crs="EPSG:4326")
    with open_scene(path, gsd_m=0.25) as scene:
        assert scene.grid.gsd() == pytest.approx((0.25, 0.25), rel=2e-3)
        top_left, bottom_right = (scene.grid.transform * at for at in ((0, 0), (scene.width, scene.height)))
        assert top_left == pytest.approx((30, 60))
        assert bottom_right == pytest.approx((30 + 400 * 4e-6, 60 - 300 * 2.7e-6))


@pytest.mark.parametrize(
    ("gsd_m", "gsd", "native"),
    [
        (None, None, True),
        (0.5, None, True),
        (0.52, None, True),
        (0.48, None, True),
        (0.54, None, False),
        (0.3, None, False),
        (0.3, "native", True),
        (0.3, 0.5, True),
        (None, 1.0, False),
    ],
)
def test_the_working_grid_is_native_within_five_percent(make_raster, open_scene, smooth, gsd_m, gsd, native):
    path = make_raster(smooth, transform=TRANSFORMS["north-up"], crs="EPSG:32633")
    with open_scene(path, gsd_m=gsd_m, gsd=gsd) as scene:
        assert scene.native is native
        assert whole(scene).values.dtype == ("uint16" if native else "float32")
        if native:
            assert scene.grid.transform == TRANSFORMS["north-up"]
            assert (whole(scene).values == smooth).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_window_is_bit_for_bit_that_of_the_whole(make_raster, open_scene, data):
    seed, gsd = (
        data.draw(st.integers(0, 5)),
        data.draw(st.sampled_from([0.17, 0.43, 0.5, 0.61, 1.0, 1.37, 4.1])),
    )
    rng = np.random.default_rng(seed)
    values = rng.normal(100, 30, (2, 37, 53)).astype("float32")
    path = make_raster(
        values, f"{seed}.tif", transform=TRANSFORMS["rotated"], valid=rng.random((37, 53)) > 0.3
    )
    with open_scene(path, gsd=gsd) as scene:
        row = data.draw(st.integers(0, scene.height - 1))
        col = data.draw(st.integers(0, scene.width - 1))
        height = data.draw(st.integers(0, scene.height - row))
        width = data.draw(st.integers(0, scene.width - col))
        part, all_of_it = scene.read(Window(row, col, height, width)), whole(scene)
    there = np.s_[row : row + height, col : col + width]
    assert part.values.tobytes() == all_of_it.values[:, *there].tobytes()
    assert (part.valid == all_of_it.valid[there]).all()


def test_reading_in_pieces_of_bounded_memory_changes_nothing(
    make_raster, open_scene, monkeypatch, smooth, rng
):
    path = make_raster(smooth, valid=rng.random((60, 80)) > 0.2)
    with open_scene(path, gsd=0.47) as scene:
        at_once = whole(scene)
        monkeypatch.setattr("geounet.raster.resampled._SOURCE_BYTES", 1)
        by_rows = whole(scene)
    assert at_once.values.tobytes() == by_rows.values.tobytes()
    assert (at_once.valid == by_rows.valid).all()


@pytest.mark.parametrize("gsd", ["native", 0.2, 0.8, 1.3])
@pytest.mark.parametrize("kind", ["nodata", "mask", "nan", "inf", "alpha"])
def test_what_lies_under_invalid_pixels_changes_nothing(make_raster, open_scene, rng, smooth, gsd, kind):
    valid = rng.random((60, 80)) > 0.3
    seen = []
    for number in range(2):
        values, profile = smooth.astype("float32"), {}
        noise = rng.normal(0, 1e6, smooth.shape)
        values[:, ~valid] = noise[:, ~valid]
        if kind == "nodata":
            values[number, ~valid] = -9999
            profile = {"nodata": -9999}
        elif kind in {"nan", "inf"}:
            values[number, ~valid] = float(kind)
        elif kind == "mask":
            profile = {"valid": valid}
        else:
            values = np.concatenate([values, valid[None].astype("float32")])
            profile = {"photometric": "minisblack"}
        path = make_raster(values, f"{number}.tif", **profile)
        if kind == "alpha":
            with rasterio.open(path, "r+") as file:
                file.colorinterp = (*(ColorInterp.undefined,) * 3, ColorInterp.alpha)
        with open_scene(path, gsd=gsd) as scene:
            pixels = whole(scene)
        seen.append((np.where(pixels.valid, pixels.values, 0).tobytes(), pixels.valid.tobytes()))
    assert seen[0] == seen[1]


def test_an_invalid_pixel_is_zero_when_resampled(make_raster, open_scene, smooth, rng):
    path = make_raster(smooth, valid=rng.random((60, 80)) > 0.5)
    with open_scene(path, gsd=1.3) as scene:
        pixels = whole(scene)
    assert not pixels.valid.all()
    assert (pixels.values[:, ~pixels.valid] == 0).all()


@pytest.mark.parametrize(("gsd", "value"), [(1.0, 20), (1.1, 0), (2.0, 40), (2.4, 20), (4.1, 40), (40.0, 80)])
def test_the_coarsest_fine_enough_overview_is_read(make_raster, open_scene, gsd, value):
    path = make_raster(
        np.zeros((1, 256, 256), "uint8"), transform=TRANSFORMS["north-up"], crs="EPSG:32633", tiled=True
    )
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4, 8])
    for level, paint in enumerate((20, 40, 80)):  # what no reduction of zeros would give
        with rasterio.open(path, "r+", overview_level=level) as file:
            file.write(np.full(file.shape, paint, "uint8"), 1)
    with open_scene(path, gsd=gsd) as scene:
        assert set(np.unique(whole(scene).values)) == {value}


def test_an_overview_has_the_same_extent(make_raster, open_scene, smooth):
    path = make_raster(smooth[:, :59, :77], transform=TRANSFORMS["rotated"], crs="EPSG:32633")
    with open_scene(path, gsd=1.0) as scene:
        expected, grid = whole(scene).values, scene.grid
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2], Resampling.average)
    with open_scene(path, gsd=1.0) as scene:
        assert scene.grid == grid
        np.testing.assert_allclose(whole(scene).values, expected, rtol=0.05)


def test_ground_control_points_alone_place_a_scene(tmp_path, open_scene, rng):
    truth = Affine(0.5, 0.1, 500_000, 0.1, -0.5, 5_000_000)
    values = rng.integers(1, 200, (3, 50, 70)).astype("uint8")
    points = [
        GroundControlPoint(row, col, *(truth * (col, row))) for row in (0, 25, 50) for col in (0, 35, 70)
    ]
    path = tmp_path / "gcps.tif"
    with rasterio.open(path, "w", driver="GTiff", count=3, height=50, width=70, dtype="uint8") as file:
        file.write(values)
        file.gcps = (points, CRS.from_epsg(32633))
    with open_scene(path, bands=("red", "green", "blue")) as scene:
        assert scene.grid.crs == CRS.from_epsg(32633)
        pixels = whole(scene)
        assert pixels.values.shape[0] == 3
        assert 0.5 < pixels.valid.mean() < 1  # the corners that warping opens
        rows, cols = np.nonzero(pixels.valid)
        x, y = scene.grid.transform * (cols + 0.5, rows + 0.5)
        there_cols, there_rows = ~truth * (x, y)
        inside = (there_rows > 1) & (there_rows < 49) & (there_cols > 1) & (there_cols < 69)
        found = pixels.values[:, rows[inside], cols[inside]].astype(float)
        expected = values[:, there_rows[inside].astype(int), there_cols[inside].astype(int)]
        assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.7  # bilinear of noise


def test_a_colour_table_placed_by_control_points_gets_no_new_colours(tmp_path, open_scene, rng):
    truth = Affine(0.5, 0.1, 500_000, 0.1, -0.5, 5_000_000)
    points = [
        GroundControlPoint(row, col, *(truth * (col, row))) for row in (0, 25, 50) for col in (0, 35, 70)
    ]
    path = tmp_path / "palette.tif"
    table = {k: (20 * k, 255 - 20 * k, 7 * k, 255) for k in range(12)}
    with rasterio.open(path, "w", driver="GTiff", count=1, height=50, width=70, dtype="uint8") as file:
        file.write(rng.choice(np.array([0, 5, 11], "uint8"), (1, 50, 70)))
        file.write_colormap(1, table)
        file.gcps = (points, CRS.from_epsg(32633))
    with open_scene(path, bands=("red", "green", "blue")) as scene:
        pixels = whole(scene)
    found = {tuple(map(int, pixel)) for pixel in pixels.values[:, pixels.valid].T}
    assert found == {table[k][:3] for k in (0, 5, 11)}


def test_a_scene_without_crs_is_read_on_its_pixel_grid(make_raster, open_scene, smooth):
    path = make_raster(smooth, crs=None, transform=Affine.identity())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with open_scene(path, gsd_m=0.3) as scene:
            assert scene.grid.crs is None
            assert scene.native
            assert (whole(scene).values == smooth).all()


def test_a_crs_is_assumed_where_there_is_none(make_raster, open_scene, smooth):
    nameless = make_raster(smooth, "nameless.tif", crs=None, transform=TRANSFORMS["north-up"])
    with open_scene(nameless, assume_crs="EPSG:32633", gsd=1.0) as scene:
        assert scene.grid.crs == CRS.from_epsg(32633)
        assert (scene.height, scene.width) == (30, 40)
    named = make_raster(smooth, crs="EPSG:32737")
    with open_scene(named, assume_crs="EPSG:32633") as scene:
        assert scene.grid.crs == CRS.from_epsg(32737)
    with pytest.raises(OptionsError, match="CRS 'nonsense' is unknown"):
        open_scene(nameless, assume_crs="nonsense")


@pytest.mark.parametrize("content", [None, b"", b"junk bytes, no raster" * 50, b"II*\x00\x08\x00\x00\x00"])
def test_what_is_no_raster_is_one_line_with_the_remedy(tmp_path, open_scene, content):
    path = tmp_path / "scene.tif"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        SceneError, match=r"cannot open scene\.tif \(.*\); expected a raster .*check the path"
    ) as caught:
        open_scene(path)
    assert "\n" not in str(caught.value)


def test_a_file_of_several_rasters_names_one(make_raster, tmp_path, open_scene, smooth):
    path = tmp_path / "several.nc"
    rasterio.shutil.copy(make_raster(smooth[:2]), path, driver="netCDF")
    with pytest.raises(
        SceneError, match=r"several\.nc holds no bands itself.* such as (netcdf:.*:Band1)"
    ) as caught:
        open_scene(path)
    with open_scene(str(caught.value).split(" such as ", 1)[1]) as scene:
        assert whole(scene).values.shape == (1, 60, 80)


def test_a_signature_in_a_url_is_not_shown(open_scene):
    url = "https://localhost:9/scenes/town.tif?signature=secret"
    with (
        rasterio.Env(GDAL_HTTP_MAX_RETRY=0, GDAL_HTTP_TIMEOUT=2),
        pytest.raises(SceneError, match=r"town\.tif") as caught,
    ):
        open_scene(url)
    assert "secret" not in str(caught.value)


def test_an_open_dataset_stays_open(make_raster, open_scene, smooth):
    with rasterio.open(make_raster(smooth)) as file:
        with open_scene(file) as scene:
            assert (whole(scene).values == smooth).all()
        assert not file.closed
        assert (file.read() == smooth).all()


def test_a_dataset_in_memory_is_a_scene(open_scene, smooth):
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            count=3,
            height=60,
            width=80,
            dtype="uint16",
            crs="EPSG:32633",
            transform=TRANSFORMS["north-up"],
        ) as file:
            file.write(smooth)
        with memory.open() as file, open_scene(file, gsd=1.0) as scene:
            assert whole(scene).values.shape == (3, 30, 40)


def test_a_window_outside_the_scene_is_a_mistake(make_raster, open_scene, smooth):
    with (
        open_scene(make_raster(smooth)) as scene,
        pytest.raises(ValueError, match="does not lie in a scene of 60 × 80"),
    ):
        scene.read(Window(0, 1, 1, 80))


@pytest.mark.parametrize("name", ["two words.tif", "Straße 地図.tif"])
def test_any_file_name_will_do(make_raster, open_scene, smooth, name):
    with open_scene(make_raster(smooth, name)) as scene:
        assert scene.name == name
        assert (scene.rows(5, 9).values == smooth[:, 5:9]).all()


def test_one_pixel_is_a_scene(make_raster, open_scene):
    path = make_raster(np.full((1, 1, 1), 7, "uint8"), transform=TRANSFORMS["north-up"])
    for gsd, shape in ((None, (1, 1, 1)), (10.0, (1, 1, 1)), (0.1, (1, 5, 5))):
        with open_scene(path, gsd=gsd) as scene:
            pixels = whole(scene)
            assert pixels.values.shape == shape
            assert (pixels.values == 7).all()
