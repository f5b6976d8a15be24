import numpy as np
import pytest
from affine import Affine

from geounet.errors import GeounetWarning, TrainingError
from geounet.training import TrainConfig
from geounet.training.scenes.overlap import copies_between, overlaps, overlaps_between
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


def test_pairs_of_two_lists_are_those_that_share_ground(scenes):
    config = scenes(*((500_000 + 45 * n, 9_000_000, "EPSG:32737") for n in range(4)))
    (a, b, c, d) = config.data.train
    assert list(overlaps_between([a, b], [c, d], config.card)) == [(b, c)]
    assert list(overlaps_between([a], [c, d], config.card)) == []


def test_a_person_is_told_when_what_is_judged_by_is_trained_on(scenes, tables, place):
    config = scenes((500_000, 9_000_000, "EPSG:32737"), (500_045, 9_000_000, "EPSG:32737"))
    shown = [{"scene": str(one.scene), "labels": "here.geojson"} for one in config.data.train]
    tables["data"] |= {"train": [{"scene": "here.tif", "labels": "here.geojson"}], "validation": shown}
    with pytest.warns(
        GeounetWarning, match=r"0.tif on that of here.tif, 1.tif on that of here.tif; .* too good"
    ):
        training_scenes(TrainConfig.from_dict(tables))


@pytest.mark.parametrize("crs", ["EPSG:32737", None])
def test_a_copy_is_no_place_to_judge_by(scenes, tables, tmp_path, crs):
    (own,) = scenes((500_000, 9_000_000, crs)).data.train
    copy, other = tmp_path / "copy.tif", tmp_path / "other.tif"
    copy.write_bytes(own.scene.read_bytes())
    other.write_bytes(own.scene.read_bytes()[:-1] + b"x")  # as large
    listed = [{"scene": str(path), "labels": "here.geojson"} for path in (own.scene, copy, other)]
    tables["data"] |= {"train": listed[:1], "validation": listed[1:]}
    config = TrainConfig.from_dict(tables)
    found = copies_between(config.data.train, config.data.validation)
    assert [(a.scene.name, b.scene.name) for a, b in found] == [(own.scene.name, "copy.tif")]
    with pytest.raises(TrainingError, match=r"copy.tif in data.validation is the same file as"):
        training_scenes(config)
