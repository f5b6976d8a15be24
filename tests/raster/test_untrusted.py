"""What a raster that others made may claim."""

from dataclasses import dataclass

import numpy as np
import pytest
import rasterio
from rasterio.shutil import copy

from geounet.errors import SceneError
from geounet.raster import untrusted


@dataclass
class Claimed:
    """What a header claims."""

    driver: str = "GTiff"
    width: int = 10
    height: int = 10
    dtypes: tuple[str, ...] = ("uint8",)
    block_shapes: tuple[tuple[int, int], ...] = ((10, 10),)
    named: tuple[str, ...] = ()

    def tags(self, *, ns):
        return {"X": "/etc/passwd"} if ns in self.named else {}


@pytest.mark.parametrize(
    "claims",
    [
        {"width": 10**6, "height": 10**6},
        {"width": untrusted.MAX_SIDE + 1},
        {"height": untrusted.MAX_SIDE + 1},
        {"width": 1 << 17, "height": (1 << 16) + 1},
        {"dtypes": ("uint8",) * (untrusted.MAX_BANDS + 1)},
        {"block_shapes": ((1 << 15, 1 << 15),)},
        {"dtypes": ("complex_int16",), "block_shapes": ((1 << 13, 1 << 13),)},
        {"driver": "VRT"},
        {"named": ("OVERVIEWS",)},
        {"named": ("GEOLOCATION",)},
    ],
)
def test_a_header_that_claims_too_much_is_refused(claims):
    with pytest.raises(SceneError, match=r"^a\.zip/x\.tif .*; expected .*: unpack it yourself"):
        untrusted.check_header(Claimed(**claims), "a.zip/x.tif")


def test_a_large_scene_is_taken():
    fifty = {
        "width": 50_000,
        "height": 50_000,
        "dtypes": ("uint16",) * 3,
        "block_shapes": ((512, 512),) * 3,
    }
    untrusted.check_header(Claimed(**fifty), "x")


def test_a_thousand_bytes_that_claim_a_million_by_a_million_pixels_are_refused(tmp_path):
    path = tmp_path / "x.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=10**6, height=10**6, count=1, dtype="uint8", tiled=True, blockxsize=1 << 16,
        blockysize=1 << 16, SPARSE_OK=True,
    ):  # fmt: skip
        pass
    assert path.stat().st_size < 100_000
    with (
        rasterio.open(path) as dataset,
        pytest.raises(SceneError, match="claims 1,000,000 × 1,000,000 pixels"),
    ):
        untrusted.check_header(dataset, "x.tif")


@pytest.mark.parametrize("driver", ["GTiff", "JP2OpenJPEG"])
def test_a_file_that_names_its_overviews_elsewhere_is_refused_before_they_are_opened(
    make_raster, tmp_path, driver
):
    secret = make_raster(np.zeros((8, 8), np.uint8), "secret.tif")
    path = make_raster(np.zeros((16, 16), np.uint8), "x.tif")
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=str(secret))
    if driver != "GTiff":
        path = tmp_path / "x.jp2"
        copy(tmp_path / "x.tif", path, driver=driver, WRITE_METADATA="YES")
        (tmp_path / "x.jp2.aux.xml").unlink(missing_ok=True)
    with rasterio.open(path) as dataset, pytest.raises(SceneError, match="names other files in its metadata"):
        untrusted.check_header(dataset, "x")


def test_an_ordinary_raster_is_taken(make_raster):
    with rasterio.open(make_raster(np.zeros((3, 16, 16), np.uint16), tiled=True)) as dataset:
        untrusted.check_header(dataset, "x")
