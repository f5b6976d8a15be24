"""Rasters on another grid: against rasterio's own warp, pixel by pixel, and by hand."""

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from rasterio.enums import Resampling
from rasterio.warp import reproject

import geounet.raster.aligned as module
from geounet.errors import MissingCRSError
from geounet.georeference import Georeference, named_crs
from geounet.grid import Window
from geounet.raster.aligned import Sampling, aligned_labels, on_grid
from geounet.raster.labels import open_labels
from geounet.raster.source import Pixels

UTM = "EPSG:32737"
HERE = Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000)


def grid(transform=HERE, *, crs=UTM, height=70, width=90):
    return Georeference(transform, named_crs(crs) if crs else None, height, width)


def on(path, target, *, rows=16, assume_crs=None):
    with open_labels(path, assume_crs=assume_crs) as raster:
        strips = list(aligned_labels(raster, target).strips(rows))
    return np.concatenate([strip.labels for strip in strips], axis=1)


def warped(path, target):
    """What rasterio makes of it, 255 outside."""
    with rasterio.open(path) as file:
        out = np.full((file.count, target.height, target.width), 255, np.uint8)
        reproject(
            file.read(), out, src_transform=file.transform, src_crs=file.crs, dst_transform=target.transform,
            dst_crs=target.crs, resampling=Resampling.nearest, tolerance=0, init_dest_nodata=False, dst_nodata=255,
        )  # fmt: skip
    return out


GEOGRAPHIC = Affine(2.8e-6, 0, 39.00001, 0, -2.6e-6, -6.33288)


@pytest.mark.parametrize(
    ("transform", "crs"),
    [
        (HERE * Affine.translation(-7, 5), UTM),
        (HERE * Affine.translation(3.3, -4.8) * Affine.scale(0.77, 1.31), UTM),
        (HERE * Affine.translation(20, 4) * Affine.rotation(33), UTM),
        (HERE * Affine.translation(0, 70) * Affine.scale(1, -1), UTM),
        (GEOGRAPHIC, "EPSG:4326"),
        (Affine(0.31, 0, 4_341_463.5, 0, -0.31, -706_400), "EPSG:3857"),
    ],
)
def test_each_pixel_is_the_one_under_its_centre_as_rasterio_finds_it(make_raster, transform, crs):
    labels = np.random.default_rng(1).integers(0, 200, (1, 70, 90)).astype(np.uint8)
    path = make_raster(labels)
    target = grid(transform, crs=crs, height=61, width=83)
    found, expected = on(path, target), warped(path, target)
    assert (expected != 255).mean() > 0.3  # they do overlap
    assert (found != expected).mean() < 1e-3  # centres that lie on a pixel's edge may fall to either side


def test_how_it_is_cut_into_parts_changes_nothing(make_raster, monkeypatch):
    labels = np.random.default_rng(1).integers(0, 200, (1, 70, 90)).astype(np.uint8)
    path = make_raster(labels)
    target = grid(HERE * Affine.translation(20, 4) * Affine.rotation(33))
    whole = on(path, target, rows=70)
    monkeypatch.setattr(module, "_PART", 13)
    monkeypatch.setattr(module, "_MOST_PIXELS", 20)
    assert (on(path, target, rows=9) == whole).all()


def test_its_own_grid_is_itself(make_raster):
    with open_labels(make_raster(np.ones((1, 70, 90), np.uint8))) as raster:
        assert aligned_labels(raster, grid()) is raster
        assert aligned_labels(raster, grid(HERE * Affine.translation(1e-5, 0))) is raster
        assert aligned_labels(raster, grid(HERE * Affine.translation(1e-2, 0))) is not raster


def test_a_finer_raster_gives_every_third_pixel(make_raster):
    labels = np.random.default_rng(1).integers(0, 9, (1, 90, 60)).astype(np.uint8)
    coarse = grid(HERE * Affine.scale(3), height=30, width=20)
    assert (on(make_raster(labels), coarse) == labels[:, 1::3, 1::3]).all()


def test_a_centre_on_an_edge_falls_to_the_right_and_below(make_raster):
    labels = np.random.default_rng(1).integers(0, 9, (1, 70, 90)).astype(np.uint8)
    found = on(make_raster(labels), grid(HERE * Affine.translation(0.5, 0.5)))
    assert (found[:, :-1, :-1] == labels[:, 1:, 1:]).all()


def test_what_is_not_valid_or_outside_is_nodata(make_raster):
    rng = np.random.default_rng(1)
    labels, valid = rng.integers(0, 4, (1, 70, 90)).astype(np.uint8), rng.random((70, 90)) > 0.3
    shifted = grid(HERE * Affine.translation(-2, -3))
    expected = np.full((1, 70, 90), 255)
    expected[:, 3:, 2:] = np.where(valid, labels, 255)[:, :-3, :-2]
    assert (on(make_raster(labels, valid=valid), shifted) == expected).all()
    nodata = np.where(valid, labels, 7).astype(np.int16)
    assert (on(make_raster(nodata, "n.tif", nodata=7), shifted) == expected).all()
    alpha = np.concatenate([labels, np.where(valid, 255, 0)[None]]).astype(np.uint8)
    path = make_raster(alpha, "a.tif")
    with rasterio.open(path, "r+") as file:
        file.colorinterp = (rasterio.enums.ColorInterp.gray, rasterio.enums.ColorInterp.alpha)
    assert (on(path, shifted) == expected).all()


def test_a_fourth_class_stays_a_class(make_raster):
    labels = np.random.default_rng(1).integers(0, 2, (4, 70, 90)).astype(np.uint8)
    path = make_raster(labels, descriptions=tuple("abcd"))  # GDAL calls the fourth of four bands alpha
    assert (on(path, grid(HERE * Affine.translation(2, 3)))[:, :-3, :-2] == labels[:, 3:, 2:]).all()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_without_a_crs_the_same_pixels_lie_on_one_another(make_raster):
    labels = np.random.default_rng(1).integers(0, 4, (1, 70, 90)).astype(np.uint8)
    plain = make_raster(labels, "plain.tif", crs=None, transform=Affine.identity())
    for target in (grid(), grid(Affine.identity(), crs=None)):
        assert (on(plain, target) == labels).all()
    placed = make_raster(labels, "placed.tif", crs=None)
    assert (on(placed, grid()) == labels).all()
    assert (
        on(placed, grid(HERE * Affine.translation(1, 0)), assume_crs=UTM)[..., :-1] == labels[..., 1:]
    ).all()


@pytest.mark.parametrize(
    "own", [grid(Affine.identity(), crs=None, height=69), grid(HERE * Affine.scale(2), crs=None)]
)
def test_what_cannot_be_placed_is_refused(own):
    with pytest.raises(MissingCRSError, match=r"truth\.tif has \d+ × 90 pixels and no CRS.*--assume-crs"):
        on_grid(own, grid(), name="truth.tif")


@pytest.mark.parametrize(
    "crs", ["EPSG:3857", "+proj=ortho +lat_0=20 +lon_0=30 +R=6371000"], ids=["no poles", "half a world"]
)
def test_a_map_of_the_world_shows_what_its_crs_has(crs):
    own = grid(Affine(1e5, 0, -2e7, 0, -1e5, 2e7), crs=crs, height=400, width=400)
    world = grid(Affine(1, 0, -180, 0, -1, 90), crs="EPSG:4326", height=180, width=360)
    valid, values = np.zeros((180, 360), np.bool_), np.zeros((1, 180, 360))

    def read(window):
        rows, cols = np.ogrid[window.row : window.row_stop, window.col : window.col_stop]
        return Pixels((1 + 1000 * rows + cols)[None], np.ones((window.height, window.width), bool))

    Sampling(own, world).fill(read, Window(0, 0, 180, 360), values=values, valid=valid)
    lat, lon = np.meshgrid(89.5 - np.arange(180), np.arange(360) - 179.5, indexing="ij")
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat)
    col, row = np.floor((np.stack([x, -y]) + 2e7) / 1e5)
    inside = np.isfinite(x) & (row >= 0) & (row < 400) & (col >= 0) & (col < 400)
    assert 0.2 < inside.mean() < 0.98
    assert (valid == inside).all()
    assert (values[0][inside] == 1 + 1000 * row[inside] + col[inside]).all()
