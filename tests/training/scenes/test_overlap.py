import numpy as np
import pytest
from affine import Affine

from geounet.errors import GeounetWarning
from geounet.training import TrainConfig
from geounet.training.scenes.overlap import overlaps
from geounet.training.scenes.reading import training_scenes


@pytest.fixture
def scenes(make_raster, tables):
    """Config's scenes at these (east, north, CRS), 100 pixels of 0.5 m a side."""

    def make(*places):
        listed = []
        for number, (east, north, crs) in enumerate(places):
            transform = Affine(0.5, 0, east, 0, -0.5, north)
            path = make_raster(
                np.zeros((3, 100, 100), np.uint8), f"{number}.tif", crs=crs, transform=transform
            )
            listed.append({"scene": str(path), "labels": "here.geojson"})
        return TrainConfig.from_dict(tables | {"data": tables["data"] | {"train": listed}})

    return make


@pytest.mark.parametrize(
    ("east", "north", "crs", "found"),
    [
        (500_050, 9_000_000, "EPSG:32737", False),  # beside it
        (500_049.6, 9_000_000, "EPSG:32737", False),  # a pixel is shared
        (500_045, 9_000_000, "EPSG:32737", True),
        (500_020, 9_000_020, "EPSG:32737", True),
        (500_200, 9_000_000, "EPSG:32737", False),
        (500_000, 9_000_000, "EPSG:32736", False),  # another zone
        (500_000, 9_000_000, None, False),
    ],
)
def test_scenes_overlap_where_their_ground_does(scenes, east, north, crs, found):
    config = scenes((500_000, 9_000_000, "EPSG:32737"), (east, north, crs))
    pairs = [(a.scene.stem, b.scene.stem) for a, b in overlaps(config.data.train, config.card)]
    assert pairs == ([("0", "1")] if found else [])


def test_scenes_of_two_crs_overlap_too(scenes):
    """By pyproj, (500000, 9000171) in zone 37 south is (4341460, -1011096) in EPSG:3857."""
    config = scenes((499_975, 9_000_196, "EPSG:32737"), (4_341_435, -1_011_071, "EPSG:3857"))
    assert len(list(overlaps(config.data.train, config.card))) == 1


def test_a_person_is_told_when_scenes_that_are_divided_overlap(tables, place, tmp_path):
    copy = tmp_path / "copy.tif"
    copy.write_bytes((place / "here.tif").read_bytes())
    del tables["data"]["validation"]
    tables["data"]["train"] += [{"scene": str(copy), "labels": "here.geojson"}]
    tables["data"] |= {"crop": 16, "split": {"block_m": 20.0}}
    with pytest.warns(GeounetWarning, match=r"here.tif and copy.tif overlap"):
        training_scenes(TrainConfig.from_dict(tables))
