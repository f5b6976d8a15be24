import json

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geounet.errors import SceneError
from geounet.raster.stac import asset_fields, class_objects

pytest.importorskip("rio_stac")


@pytest.fixture
def written(tmp_path):
    def write(dtype: str, crs: str, **more: object) -> str:
        path = tmp_path / "a.tif"
        grid = {"crs": crs, "transform": from_origin(10, 50, 0.5, 0.25), "width": 5, "height": 3}
        with rasterio.open(path, "w", driver="GTiff", count=2, dtype=dtype, **grid, **more) as raster:
            raster.write(np.zeros((2, 3, 5), dtype))
            raster.descriptions = ("building", None)
            raster.scales = (0.004, 1.0)
        return str(path)

    return write


def test_bands_are_described_without_reading_them(written):
    fields = asset_fields(written("uint8", "EPSG:4326", nodata=255))
    assert fields["bands"] == [
        {
            "name": "building",
            "data_type": "uint8",
            "nodata": 255,
            "raster:scale": 0.004,
            "raster:offset": 0.0,
        },
        {"name": "band_2", "data_type": "uint8", "nodata": 255},
    ]
    assert fields["proj:code"] == "EPSG:4326"
    assert fields["proj:shape"] == [3, 5]
    assert fields["proj:bbox"] == [10, 49.25, 12.5, 50]
    assert fields["proj:transform"] == [0.5, 0, 10, 0, -0.25, 50]
    assert "classification:classes" not in fields


def test_what_json_has_no_number_for_is_a_word(written):
    fields = asset_fields(written("float32", "EPSG:4326", nodata=np.nan))
    assert fields["bands"][1]["nodata"] == "nan"
    json.dumps(fields, allow_nan=False)


def test_a_crs_without_a_code_is_written_out(written):
    fields = asset_fields(written("uint8", "+proj=laea +lat_0=12 +lon_0=34 +datum=WGS84"))
    assert fields["proj:code"] is None
    assert rasterio.crs.CRS.from_wkt(fields["proj:wkt2"]).to_dict()["proj"] == "laea"


def test_names_of_classes_are_made_safe():
    assert [each["name"] for each in class_objects(["back ground", "é", "a-b_1"])] == [
        "back_ground",
        "class_1",
        "a-b_1",
    ]
    assert class_objects(["x"], nodata=255)[-1]["value"] == 255


def test_what_is_no_raster_is_an_error(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"no")
    with pytest.raises(SceneError, match=r"a\.tif"):
        asset_fields(str(tmp_path / "a.tif"))
