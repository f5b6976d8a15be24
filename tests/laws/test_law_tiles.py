"""A scene cut into 37 tiles gives the labels and the layer of the whole scene (lossless, no overviews, masks kept)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from pandas.testing import assert_frame_equal
from rasterio.enums import ColorInterp
from rasterio.transform import Affine, from_origin
from scipy.ndimage import gaussian_filter, uniform_filter

import geounet
from geounet.batching.item import Item
from geounet.batching.sets.mosaics import mosaic_address
from geounet.batching.sets.touching import item_sets
from geounet.grid import Window
from geounet.models.card import Normalization
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import read_header

TILES = 37
BANDS = ("red", "green", "blue")
COLOURS = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
ORIGIN = from_origin(500_000, 9_300_000, 0.3, 0.3)


@dataclass(frozen=True)
class Picture:
    """A scene in memory."""

    counts: NDArray[Any]
    valid: NDArray[np.bool_]
    mask: str
    transform: Affine = ORIGIN
    crs: Any = "EPSG:32737"

    def write(self, path: Path, window: Window) -> Path:
        """A part of it as a file of its own: lossless, without overviews, its mask as `mask` says."""
        rows, cols = slice(window.row, window.row_stop), slice(window.col, window.col_stop)
        values, valid = self.counts[:, rows, cols], self.valid[rows, cols]
        if self.mask == "alpha":
            values = np.concatenate([values, valid[None] * np.iinfo(values.dtype).max]).astype(values.dtype)
        profile: dict[str, Any] = {"photometric": "rgb", "nodata": 0 if self.mask == "nodata" else None}
        with (
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(
                path, "w", driver="GTiff", count=len(values), dtype=values.dtype, height=window.height, width=window.width,
                crs=self.crs, transform=self.transform * Affine.translation(window.col, window.row), compress="deflate",
                **profile,
            ) as dataset,
        ):  # fmt: skip
            dataset.colorinterp = (*COLOURS, ColorInterp.alpha)[: len(values)]
            dataset.write(values)
            if self.mask == "mask":
                dataset.write_mask(valid)
        return path


def cut(whole: Window, count: int, rng: np.random.Generator) -> list[Window]:
    """A window cut into parts of uneven sizes, the largest one first, anywhere and either way."""
    parts = [whole]
    while len(parts) < count:
        parts.sort(key=lambda part: part.height * part.width)
        part = parts.pop()
        if part.height > part.width:
            rows = int(rng.integers(part.height // 4, part.height - part.height // 4))
            upper, lower = (part.row, rows), (part.row + rows, part.height - rows)
            parts += [Window(row, part.col, height, part.width) for row, height in (upper, lower)]
        else:
            cols = int(rng.integers(part.width // 4, part.width - part.width // 4))
            left, right = (part.col, cols), (part.col + cols, part.width - cols)
            parts += [Window(part.row, col, part.height, width) for col, width in (left, right)]
    return parts


def tiles_of(picture: Picture, windows: list[Window], folder: Path) -> list[Item]:
    """Files of those parts that have a valid pixel, as a batch finds them."""
    folder.mkdir()
    items = []
    for number, window in enumerate(windows):
        if picture.valid[window.row : window.row_stop, window.col : window.col_stop].any():
            path = picture.write(folder / f"tile_{number:02d}.tif", window)
            items.append(Item(name=f"scene/tile_{number:02d}", raster=RasterAddress(address=str(path))))
    return items


def mosaic_of(items: list[Item]) -> RasterAddress:
    headers = {}
    for item in items:
        with opened(item.raster) as dataset:
            headers[item.name] = read_header(dataset)
    (found,) = item_sets(items, headers, mosaic="auto")
    assert found.name == "scene/tile"
    return mosaic_address(found.items, [headers[item.name] for item in found.items])


def assert_same(whole: Path, tiled: Path) -> None:
    """Labels pixel for pixel; geometries and attributes, but where they come from, byte for byte."""
    with (
        rasterio.open(whole / "class.tif") as one,
        rasterio.open(tiled / "class.tif") as other,
    ):
        assert (one.transform, one.crs) == (other.transform, other.crs)
        np.testing.assert_array_equal(one.read(), other.read())
    first, second = (gpd.read_file(folder / "o.gpkg") for folder in (whole, tiled))
    assert len(first) > 5
    assert first.geometry.to_wkb().tolist() == second.geometry.to_wkb().tolist()
    assert_frame_equal(
        first.drop(columns=["source", "geometry"]),
        second.drop(columns=["source", "geometry"]),
        check_exact=True,
    )


def extract_both(picture: Picture, windows: list[Window], model: Any, folder: Path, **options: Any) -> None:
    height, width = picture.valid.shape
    whole = picture.write(folder / "whole.tif", Window(0, 0, height, width))
    items = tiles_of(picture, windows, folder / "tiles")
    for name in ("by_whole", "by_tiles"):
        (folder / name).mkdir()
    with opened(mosaic_of(items)) as mosaic:
        for name, scene in (("by_whole", whole), ("by_tiles", mosaic)):
            chosen = geounet.ExtractOptions(class_raster=folder / name / "class.tif", **options)
            geounet.extract(scene, model, folder / name / "o.gpkg", options=chosen)
    assert_same(folder / "by_whole", folder / "by_tiles")


@pytest.fixture
def segmenter(make_card: Any, two_classes: Any) -> Any:
    """Looks at 9 × 9 pixels, and at counts that are scaled by the scene's percentiles."""
    card = make_card(
        bands=BANDS, tile=64, margin=8, normalization=Normalization("scene", (2, 98), (0.4,) * 3, (0.2,) * 3)
    )

    def score(patches: NDArray[np.float32]) -> NDArray[np.float32]:
        local = patches.mean(axis=1) - uniform_filter(patches.mean(axis=1), (0, 9, 9), mode="mirror")
        return 1 / (1 + np.exp(-4 * local))

    return two_classes(card, score)


@pytest.fixture
def scene() -> Callable[[str, str], Picture]:
    """A scene with blobs of every size, and a region that is not valid."""

    def make(mask: str, dtype: str) -> Picture:
        rng = np.random.default_rng(37)
        field = sum(gaussian_filter(rng.standard_normal((3, 210, 250)), (0, s, s)) * s for s in (1.5, 5))
        values = 110 + 60 * field / np.abs(field).max()
        values[:, :90] /= 2
        values = values * (257 if dtype == "uint16" else 1)
        valid = np.ones(values.shape[1:], bool)
        if mask != "none":
            valid[100:, 60:170] = False
            valid |= rng.random(valid.shape) < 0.0005
            valid &= rng.random(valid.shape) > 0.01
        values = np.where(valid | (mask != "nodata"), values, 0).astype(dtype)
        return Picture(values, valid, mask)

    return make


def windows_of(picture: Picture) -> Iterator[Window]:
    """37 parts; one reaches into its neighbours, where its pixels are theirs, and one has no valid pixel."""
    height, width = picture.valid.shape
    windows = cut(Window(0, 0, height, width), TILES, np.random.default_rng(6))
    for number, window in enumerate(windows):
        if number == 20 and picture.mask != "none":
            picture.valid[window.row : window.row_stop, window.col : window.col_stop] = False
            if picture.mask == "nodata":
                picture.counts[:, window.row : window.row_stop, window.col : window.col_stop] = 0
        grown = Window(window.row - 7, window.col - 11, window.height + 20, window.width + 20)
        yield grown.intersect(Window(0, 0, height, width)) if number == 5 else window


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("mask", ["none", "nodata", "alpha", "mask"])
def test_a_scene_cut_into_37_tiles_gives_the_same_layer(
    scene: Any, segmenter: Any, tmp_path: Path, mask: str, dtype: str
) -> None:
    picture = scene(mask, dtype)
    extract_both(picture, list(windows_of(picture)), segmenter, tmp_path)


@pytest.mark.parametrize("options", [{"gsd": 0.5}, {"connectivity": 8, "simplify": 0.5, "min_area": 1.0}])
def test_so_it_does_on_other_pixels_and_cleaned(
    scene: Any, segmenter: Any, tmp_path: Path, options: dict[str, Any]
) -> None:
    picture = scene("mask", "uint8")
    extract_both(picture, list(windows_of(picture)), segmenter, tmp_path, **options)


@pytest.mark.data
def test_a_real_scene_cut_into_37_tiles_gives_the_same_buildings(data: Path, tmp_path: Path) -> None:
    window = rasterio.windows.Window(0, 800, 1024, 1000)
    with rasterio.open(data / "validation" / "buildings" / "philippines_east.tif") as dataset:
        picture = Picture(
            dataset.read(window=window), dataset.dataset_mask(window=window) > 0, "mask",
            dataset.window_transform(window), dataset.crs,
        )  # fmt: skip
    windows = cut(Window(0, 0, 1000, 1024), TILES, np.random.default_rng(6))
    extract_both(picture, windows, "buildings", tmp_path)
