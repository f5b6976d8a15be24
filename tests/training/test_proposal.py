"""Configs proposed from drawn data: what they say is what was drawn, and they load."""

import json
import math
import re
import tomllib
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from geounet.errors import (
    BandError,
    GeounetError,
    GeounetWarning,
    LabelsError,
    MissingCRSError,
    ModelError,
    TrainingError,
)  # fmt: skip
from geounet.training import TrainConfig
from geounet.training.proposal import propose
from geounet.training.proposal.document import Entry, Table, document
from geounet.training.proposal.pairing import pair
from geounet.training.proposal.sizes import Amount, round_figure, sizes

UTM = "EPSG:32737"
LEFT, TOP = 500_000.0, 9_300_000.0


def loaded(text: str, out: Path) -> TrainConfig:
    """The config as `geounet train` reads it from its file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    return TrainConfig.from_toml(out)


def comments(text: str) -> str:
    """All comments as one line."""
    return " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("#"))


@pytest.fixture
def boxes(tmp_path) -> Callable[..., Path]:
    """Writes boxes (row, col, height, width) of pixels of 0.3 m, with attributes, as a layer."""

    def write(where: list[tuple[int, int, int, int]], name: str = "labels.gpkg", **attributes: list) -> Path:
        shapes = [
            shapely.box(LEFT + c * 0.3, TOP - (r + h) * 0.3, LEFT + (c + w) * 0.3, TOP - r * 0.3)
            for r, c, h, w in where
        ]
        path = tmp_path / name
        geopandas.GeoDataFrame(attributes, geometry=shapes, crs=UTM).to_file(path)
        return path

    return write


def noise(bands: int, *, dtype: str = "uint8", high: int = 255, side: int = 128, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, high, (bands, side, side)).astype(dtype)


SIX = [(8 + 40 * r, 8 + 40 * c, 20, 20) for r in range(3) for c in range(2)]


def test_a_model_that_finds_the_same_is_gone_on_from(place, tmp_path, draw_place):
    folder = tmp_path / "data"
    folder.mkdir()
    scene = draw_place(folder, "roofs", seed=4)
    text = propose([scene], scene.with_suffix(".geojson"), out=tmp_path / "mine.toml")
    config = loaded(text, tmp_path / "mine.toml")
    assert config.start == "buildings"
    assert config.card.name == "mine"
    assert config.card.classes == ("background", "building")
    assert config.card.gsd_m == 0.3
    assert config.card.normalization.range == "scene"
    assert 0 < config.optimizer.freeze < config.optimizer.steps
    assert config.optimizer.rate < 1e-3
    assert config.data.train[0].scene == scene
    assert 'scene = "data/roofs.tif"' in text
    assert config.data.validation == ()
    assert config.card.attribution in text


def test_statistics_are_those_of_the_valid_pixels(make_raster, boxes, tmp_path):
    image = noise(1)
    valid = np.ones((128, 128), bool)
    valid[:, 90:] = False
    scene = make_raster(image, valid=valid)
    config = loaded(propose([scene], boxes(SIX), out=tmp_path / "a.toml"), tmp_path / "a.toml")
    seen = image[0][valid] / 255
    assert config.start == ""
    assert config.card.normalization.range == "dtype"
    assert config.card.normalization.mean == pytest.approx([seen.mean()], abs=6e-4)
    assert config.card.normalization.std == pytest.approx([seen.std()], abs=6e-4)
    assert config.card.bands == ("grey",)
    assert config.card.gsd_m == 0.3


def test_counts_of_one_scene_are_stretched_by_its_own_percentiles(make_raster, boxes, tmp_path):
    image = noise(4, dtype="uint16", high=4000) * np.array([1, 2, 3, 4], np.uint16)[:, None, None]
    scene = make_raster(image, descriptions=("blue", "green", "red", "nir"))
    text = propose([scene], boxes(SIX), out=tmp_path / "a.toml", model=None)
    config = loaded(text, tmp_path / "a.toml")
    assert set(config.card.bands) == {"red", "green", "blue"}  # the shipped model's
    assert "nir could be used too" in comments(text)
    pan = make_raster(noise(1, dtype="uint16", high=4000), "pan.tif")
    normalization = loaded(
        propose([pan], boxes(SIX), out=tmp_path / "b.toml"), tmp_path / "b.toml"
    ).card.normalization
    values = noise(1, dtype="uint16", high=4000).ravel().astype(float)
    low, high = np.percentile(values, [1, 99])
    stretched = np.clip((values - low) / (high - low), 0, 1)
    assert normalization.range == "scene"
    assert normalization.mean == pytest.approx([stretched.mean()], abs=6e-4)
    assert normalization.std == pytest.approx([stretched.std()], abs=6e-4)


def test_counts_that_all_scenes_share_are_fixed(make_raster, boxes, tmp_path):
    bands = {"descriptions": ("B2", "B8")}
    scenes = [make_raster(noise(2, dtype="uint16", high=9000, seed=k), f"{k}.tif", **bands) for k in range(2)]
    config = loaded(propose(scenes, boxes(SIX), out=tmp_path / "a.toml"), tmp_path / "a.toml")
    low, high = config.card.normalization.range
    both = np.concatenate([noise(2, dtype="uint16", high=9000, seed=k).ravel() for k in range(2)])
    assert (low, high) == pytest.approx(np.percentile(both, [1, 99]), rel=0.02)
    assert config.init == "none"
    assert config.card.bands == ("B2", "B8")
    dark = make_raster(noise(2, dtype="uint16", high=900), "dark.tif", **bands)
    config = loaded(propose([*scenes, dark], boxes(SIX), out=tmp_path / "b.toml"), tmp_path / "b.toml")
    assert config.card.normalization.range == "scene"


def test_classes_are_those_of_the_attribute_that_names_them(make_raster, boxes, tmp_path):
    names = ["wheat", "maize", "wheat", "wheat", "maize", "rye"]
    labels = boxes(SIX, "fields.gpkg", Class=names, id=list(range(6)))
    text = propose([make_raster(noise(1))], labels, out=tmp_path / "config.toml")
    config = loaded(text, tmp_path / "config.toml")
    assert config.card.classes == ("background", "wheat", "maize", "rye")
    assert config.card.task == "areas"
    assert config.data.attribute == "Class"
    assert config.data.balanced
    assert config.card.name == "wheat"
    assert "wheat: 3, maize: 2, rye: 1" in comments(text)
    assert config.data.gap_m == 0
    assert config.data.train[0].layer == "fields"


def test_what_a_layer_is_called_says_what_it_is_of(make_raster, boxes, tmp_path):
    scene, kinds = make_raster(noise(1)), ["house", "shed"] * 3
    text = propose([scene], boxes(SIX, "roofs.gpkg", type=kinds), out=tmp_path / "a.toml")
    config = loaded(text, tmp_path / "a.toml")
    assert config.card.classes == ("background", "building")
    assert config.data.attribute == ""
    assert config.card.finishing["regularize"]
    assert "Attributes that might: type" in comments(text)
    for labels in (
        boxes(SIX, "osm.gpkg", building=["yes"] * 6),
        boxes(SIX, "x.gpkg", **{"class": ["building"] * 6}),
    ):
        assert (
            loaded(propose([scene], labels, out=tmp_path / "b.toml"), tmp_path / "b.toml").card.task
            == "buildings"
        )
    ponds = loaded(
        propose([scene], boxes(SIX, "ponds.gpkg", type=kinds), out=tmp_path / "c.toml"), tmp_path / "c.toml"
    )
    assert ponds.card.classes == ("background", "house", "shed")
    plain = loaded(propose([scene], boxes(SIX, "ponds.gpkg"), out=tmp_path / "d.toml"), tmp_path / "d.toml")
    assert plain.card.classes == ("background", "ponds")


def test_a_single_class_takes_the_models_name(tmp_path, draw_place):
    scene = draw_place(tmp_path, "roofs", seed=4)
    labels = scene.with_suffix(".geojson")
    collection = json.loads(labels.read_text())
    for feature in collection["features"]:
        feature["properties"]["class"] = "Roof"
    labels.write_text(json.dumps(collection))
    config = loaded(propose([scene], labels, out=tmp_path / "a.toml"), tmp_path / "a.toml")
    assert config.card.classes == ("background", "building")
    assert config.data.classes == {"Roof": "building"}


def test_what_nothing_names_is_what_the_model_that_was_asked_for_finds(make_raster, boxes, tmp_path):
    scene, labels = make_raster(noise(3)), boxes(SIX, "labels.gpkg")
    plain = loaded(propose([scene], labels, out=tmp_path / "a.toml"), tmp_path / "a.toml").card
    assert (plain.task, plain.classes) == ("areas", ("background", "object"))
    asked = loaded(propose([scene], labels, out=tmp_path / "b.toml", model="buildings"), tmp_path / "b.toml")
    assert (asked.card.task, asked.card.classes) == ("buildings", ("background", "building"))


def test_lines_are_drawn_as_wide_as_roads_and_become_centrelines(make_raster, tmp_path):
    lines = [shapely.LineString([(LEFT, TOP - d), (LEFT + 38, TOP - d)]) for d in (8, 20, 31)]
    labels = tmp_path / "ways.geojson"
    geopandas.GeoDataFrame(geometry=lines, crs=UTM).to_file(labels)
    text = propose([make_raster(noise(1))], labels, out=tmp_path / "a.toml")
    config = loaded(text, tmp_path / "a.toml")
    assert config.card.task == "roads"
    assert config.card.classes == ("background", "road")
    assert config.data.width_m == 6.0
    assert 6 <= config.data.width_m / config.card.gsd_m <= 12
    assert "because the labels are lines" in comments(text)


def test_near_objects_get_gaps_and_far_ones_none(make_raster, boxes, tmp_path):
    scene = make_raster(noise(1))
    near = boxes([(10, 10, 20, 20), (10, 31, 20, 20), (10, 52, 20, 20)], "roofs.gpkg")
    config = loaded(propose([scene], near, out=tmp_path / "a.toml"), tmp_path / "a.toml")
    assert config.data.gap_m == pytest.approx(0.6)
    assert config.data.gap_weight > 1
    far = boxes(SIX, "more_roofs.gpkg")
    assert loaded(propose([scene], far, out=tmp_path / "b.toml"), tmp_path / "b.toml").data.gap_m == 0


@pytest.mark.parametrize(("side", "weights"), [(10, "balanced"), (30, "none")])
def test_a_rare_class_weighs_more(make_raster, boxes, tmp_path, side, weights):
    text = propose([make_raster(noise(1))], boxes([(20, 20, side, side)]), out=tmp_path / "a.toml")
    share = side**2 / 128**2
    assert (share < 0.02) == (weights == "balanced")
    assert loaded(text, tmp_path / "a.toml").loss.class_weights == weights
    assert f"{share:.1%} (of the pixels)" in comments(text)


def beside_one_another(make_raster, boxes, *, count: int, step: int = 128) -> tuple[Path, list[Path]]:
    """Labels, and scenes of 128 pixels with six of them each, a step of pixels apart."""
    labels = boxes([(r, c + 128 * k, h, w) for k in range(count) for r, c, h, w in SIX])
    places = [Affine(0.3, 0, LEFT + step * k * 0.3, 0, -0.3, TOP) for k in range(count)]
    return labels, [
        make_raster(noise(1, seed=k), f"s{k}.tif", transform=place) for k, place in enumerate(places)
    ]


def test_scenes_that_overlap_are_kept_together_or_not_at_all(make_raster, boxes, tmp_path):
    """Scenes 0 and 1, 2 and 3 … are the same ground: a pair is on one side; in pairs of six there are too few."""
    labels, scenes = beside_one_another(make_raster, boxes, count=6)
    twice = [
        make_raster(
            noise(1, seed=9), f"t{k}.tif", transform=Affine(0.3, 0, LEFT + k * 38.4 + 9, 0, -0.3, TOP)
        )
        for k in (0, 2, 4)
    ]
    data = loaded(propose([*scenes, *twice[:1]], labels, out=tmp_path / "a.toml"), tmp_path / "a.toml").data
    judged = {one.scene.stem for one in data.validation}
    assert judged
    together = {"s0", "s1", "t0"}  # t0 lies on both
    assert together <= judged or together.isdisjoint(judged)
    text = propose([*scenes, *twice], labels, out=tmp_path / "b.toml")
    assert loaded(text, tmp_path / "b.toml").data.validation == ()
    assert "Too few scenes apart from one another" in comments(text)
    assert "CAUTION: scenes overlap, such as s0.tif and t0.tif" in comments(text)


def test_comments_say_what_was_measured(make_raster, boxes, tmp_path):
    """Of 40 × 40 pixels, 32 × 25 are half; a crop is larger."""
    small = make_raster(noise(1, side=40), "small.tif")
    said = comments(propose([small], boxes([(0, 0, 32, 25)]), out=tmp_path / "a.toml"))
    assert "50% of the ground has one" in said
    assert "The scenes are smaller than a crop: the rest of it is their mirror image" in said
    assert "a crop may reach into one, and sees nothing of it" in said
    large = make_raster(noise(1), "large.tif")
    said = comments(propose([small, large], boxes([(0, 0, 32, 25)]), out=tmp_path / "b.toml"))
    assert "1 of 2 scenes are smaller than a crop" in said
    assert "CAUTION: scenes overlap" in said


def test_whose_data_it_is_must_be_said_before_a_run(make_raster, boxes, tmp_path):
    out = tmp_path / "a.toml"
    with warnings.catch_warnings():
        warnings.simplefilter("error", GeounetWarning)
        text = propose([make_raster(noise(1))], boxes(SIX), out=out)
    with pytest.warns(GeounetWarning, match="sources .* and license .* as they were proposed"):
        loaded(text, out)
    said = re.sub(r'license = "unspecified"', 'license = "CC-BY-4.0"', text)
    with pytest.warns(GeounetWarning, match="the card's sources"):
        loaded(said, out)
    said = re.sub(r"sources = \[.*?\]", 'sources = ["my own"]', said, flags=re.DOTALL)
    with warnings.catch_warnings():
        warnings.simplefilter("error", GeounetWarning)
        assert loaded(said, out).card.sources == ("my own",)


def test_whole_scenes_are_kept_where_there_are_many(make_raster, boxes, tmp_path):
    labels, scenes = beside_one_another(make_raster, boxes, count=6)
    config = loaded(propose(scenes, labels, out=tmp_path / "a.toml"), tmp_path / "a.toml")
    train, judged = ({s.scene for s in some} for some in (config.data.train, config.data.validation))
    assert len(judged) == 1
    assert train | judged == set(scenes)
    few = loaded(propose(scenes[:4], labels, out=tmp_path / "b.toml"), tmp_path / "b.toml")
    assert few.data.validation == ()
    assert few.data.split.block_m is not None
    blocks = 4 * (128 * 0.3 / few.data.split.block_m) ** 2
    assert blocks >= 8


def test_scenes_without_labels_are_there_to_be_switched_on(make_raster, boxes, tmp_path):
    away = make_raster(noise(1), "away.tif", transform=Affine(0.3, 0, LEFT + 500, 0, -0.3, TOP))
    text = propose([make_raster(noise(1), "here.tif"), away], boxes(SIX), out=tmp_path / "a.toml")
    assert [s.scene.name for s in loaded(text, tmp_path / "a.toml").data.train] == ["here.tif"]
    switched = text.replace("# [[data.train]]", "[[data.train]]").replace('# scene = "away', 'scene = "away')
    switched = switched.replace('# labels = "', 'labels = "').replace('# layer = "', 'layer = "')
    assert [s.scene.name for s in loaded(switched, tmp_path / "a.toml").data.train] == [
        "here.tif",
        "away.tif",
    ]


def test_reviewed_labels_are_noticed(make_raster, boxes, tmp_path):
    labels = boxes(SIX, review=["accepted"] * 4 + ["rejected", None])
    said = comments(propose([make_raster(noise(1))], labels, out=tmp_path / "a.toml"))
    assert "a field review (accepted: 4, rejected: 1, not looked at: 1)" in said
    assert "are understood" not in said
    labels = boxes(SIX, review=["accepted"] * 4 + ["denied", None])
    with pytest.warns(GeounetWarning, match="says denied; understood are accepted and rejected alone"):
        said = comments(propose([make_raster(noise(1))], labels, out=tmp_path / "a.toml"))
    assert "CAUTION: only accepted and rejected are understood." in said


def test_a_review_names_no_class(make_raster, boxes, tmp_path):
    labels = boxes(SIX, "ponds.gpkg", Review=["accepted", "rejected"] * 3)
    text = propose([make_raster(noise(1))], labels, out=tmp_path / "a.toml")
    assert loaded(text, tmp_path / "a.toml").card.classes == ("background", "ponds")
    assert "a field review (accepted: 3, rejected: 3)" in comments(text)


def test_label_rasters_are_found_by_their_names(make_raster, tmp_path):
    labels = np.zeros((128, 128), np.int16)
    labels[10:40, 10:40], labels[50:60, 50:60], labels[100:, :] = 1, 3, -1
    for name in ("a", "b"):
        make_raster(noise(1), f"tiles/{name}.tif")
        make_raster(labels, f"tiles/{name}_truth.tif")
    make_raster(noise(1), "tiles/c.tif")
    text = propose([tmp_path / "tiles"], tmp_path / "tiles", out=tmp_path / "a.toml")
    config = loaded(text, tmp_path / "a.toml")
    assert [(s.scene.name, s.labels.name) for s in config.data.train] == [
        ("a.tif", "a_truth.tif"),
        ("b.tif", "b_truth.tif"),
    ]
    assert config.card.classes == ("background", "class_1", "class_3")
    assert config.data.classes == {"0": "background", "1": "class_1", "3": "class_3"}
    assert config.data.ignored == ("-1",)
    assert "no labels of their names: c.tif" in comments(text)
    assert config.data.train[0].scene == tmp_path / "tiles" / "a.tif"


def test_names_in_a_label_raster_are_the_classes(make_raster, tmp_path):
    labels = np.zeros((128, 128), np.uint8)
    labels[10:40, 10:40], labels[50:90, 50:60] = 1, 2
    path = make_raster(labels, "truth.tif")
    with rasterio.open(path, "r+") as raster:
        raster.update_tags(GEOUNET_CLASSES=json.dumps(["background", "water", "ice"]))
    config = loaded(propose([make_raster(noise(1))], path, out=tmp_path / "a.toml"), tmp_path / "a.toml")
    assert config.card.classes == ("background", "water", "ice")
    assert config.data.classes == {}


def test_scenes_of_other_pixel_sizes_are_warned_of(make_raster, boxes, tmp_path):
    coarse = make_raster(noise(1, side=32), "coarse.tif", transform=Affine(1.2, 0, LEFT, 0, -1.2, TOP))
    text = propose([make_raster(noise(1)), coarse], boxes(SIX), out=tmp_path / "a.toml")
    assert "0.3 to 1.2 m" in comments(text)
    assert "CAUTION: the scenes differ much" in comments(text)


def test_large_objects_are_worked_on_coarser(make_raster, boxes, tmp_path):
    scene = make_raster(noise(1, side=600))
    labels = boxes([(10, 10, 180, 180), (10, 300, 180, 180), (300, 10, 180, 180)])
    config = loaded(propose([scene], labels, out=tmp_path / "a.toml"), tmp_path / "a.toml")
    assert 30 <= 54 / config.card.gsd_m <= 70


def test_paths_are_relative_to_where_the_config_looks(make_raster, boxes, tmp_path, monkeypatch):
    scene, labels = make_raster(noise(1), "data/scene.tif"), boxes(SIX)
    text = propose([scene], labels, out=tmp_path / "configs" / "a.toml")
    assert 'scene = "../data/scene.tif"' in text
    assert loaded(text, tmp_path / "configs" / "a.toml").data.train[0].scene.samefile(scene)
    monkeypatch.setenv("GEOUNET_DATA", str(tmp_path / "data"))
    text = propose([scene], labels, out=tmp_path / "a.toml")
    assert 'scene = "scene.tif"' in text
    data = loaded(text, tmp_path / "a.toml").data.train[0]
    assert data.scene == scene
    assert data.labels == labels


def test_a_model_can_be_chosen_and_must_take_the_bands(place, make_raster, boxes, tmp_path):
    text = propose([place / "here.tif"], place / "here.geojson", out=tmp_path / "a.toml", model="roads")
    config = loaded(text, tmp_path / "a.toml")
    assert config.start == "roads"
    assert config.optimizer.freeze == 0
    with pytest.raises(BandError, match="have the bands grey, model 'roads' expects red, green, blue"):
        propose([make_raster(noise(1))], boxes(SIX), out=tmp_path / "a.toml", model="roads")
    with pytest.raises(ModelError, match="is not known"):
        propose([place / "here.tif"], place / "here.geojson", out=tmp_path / "a.toml", model="rods")


def test_what_cannot_be_trained_on_is_said_in_one_line(make_raster, boxes, tmp_path):
    scene, labels, out = make_raster(noise(1)), boxes(SIX), tmp_path / "a.toml"
    away = make_raster(noise(1), "away.tif", transform=Affine(0.3, 0, LEFT + 5000, 0, -0.3, TOP))
    bare = make_raster(noise(1), "bare.tif", crs=None)
    named = make_raster(noise(2), "named.tif", descriptions=("red", "nir"))
    other = make_raster(noise(2), "other.tif", descriptions=("VV", "VH"))
    masked = make_raster(np.full((128, 128), 255, np.uint8), "masked.tif")
    numbers = make_raster(np.arange(128 * 128, dtype=np.uint16).reshape(128, 128), "numbers.tif")
    empty = tmp_path / "empty"
    empty.mkdir()
    cases: list[tuple[list[Path], Path, type[GeounetError], str]] = [
        ([away], labels, TrainingError, "no label lies in away.tif"),
        ([bare], labels, MissingCRSError, "bare.tif has no CRS"),
        ([named, other], labels, BandError, "named.tif has the bands red, nir, other.tif has VV, VH"),
        ([scene, named], labels, BandError, "expected"),
        ([scene], masked, LabelsError, "write the objects as 1"),
        ([scene], numbers, LabelsError, "besides 0"),
        ([scene], tmp_path / "none.gpkg", TrainingError, "no labels at"),
        ([tmp_path / "*.jp2"], labels, TrainingError, "no raster at"),
        ([empty], labels, TrainingError, "no raster at"),
        ([], labels, TrainingError, "no scene is given"),
        ([scene], scene, TrainingError, "as scene and as labels"),
        ([scene], empty, TrainingError, r"such as scene.geojson"),
    ]
    for scenes, where, kind, said in cases:
        with pytest.raises(kind, match=said) as caught:
            propose(scenes, where, out=out)
        assert "\n" not in str(caught.value)


def test_labels_that_could_be_either_are_refused(tmp_path):
    for name in ("a.tif", "labels/a_one.tif", "labels/a_two.tif"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with pytest.raises(TrainingError, match=r"a\.tif may have its labels in a_one\.tif, a_two\.tif"):
        pair([tmp_path / "a.tif"], tmp_path / "labels")
    (tmp_path / "labels" / "a.gpkg").touch()
    assert pair([tmp_path / "a.tif"], tmp_path / "labels").pairs[0].labels.name == "a.gpkg"


@pytest.fixture
def touched(tmp_path) -> Callable[..., Path]:
    """Makes empty files of these names in a folder, and returns it."""

    def touch(*names: str) -> Path:
        for name in names:
            (tmp_path / name).touch()
        return tmp_path

    return touch


def paired(scenes: list[Path], labels: Path) -> dict[str, str]:
    return {one.scene.name: one.labels.name for one in pair(scenes, labels).pairs}


def test_labels_may_be_a_pattern(touched):
    folder = touched("a.tif", "a_roads.tif", "a_roofs.tif", "b.tif", "b_roads.tif", "c.tif")
    expected = {"a.tif": "a_roads.tif", "b.tif": "b_roads.tif"}
    for scenes in ([folder], [folder / "*.tif"], [folder / "?.tif"]):
        assert paired(scenes, folder / "*_roads.tif") == expected
    assert {path.name for path in pair([folder / "?.tif"], folder / "*_roads.tif").bare} == {"c.tif"}
    with pytest.raises(TrainingError, match=r"no labels at .*\*_rods.tif; .* a pattern such as"):
        pair([folder], folder / "*_rods.tif")
    with pytest.raises(TrainingError, match=r"no file of .* has the name of a scene"):
        pair([folder / "c.tif"], folder / "*_roads.tif")


def test_label_rasters_among_the_scenes_are_no_scenes(touched):
    folder = touched("a.tif", "a_roads.tif", "a_1.tif", "a_1_roads.tif", "b_roads.tif")
    expected = {"a.tif": "a_roads.tif", "a_1.tif": "a_1_roads.tif"}
    assert paired([folder], folder) == paired([folder / "*.tif"], folder) == expected
    with pytest.raises(
        TrainingError, match=r"a_1_roads.tif among these look like labels too; .* such as '\*_roads.tif'"
    ):
        pair([folder], folder / "a_roads.tif")
    assert paired([folder / "a.tif"], folder / "a_roads.tif") == {"a.tif": "a_roads.tif"}


def test_patterns_are_expanded_and_nothing_is_named_twice(tmp_path):
    for name in ("b.tif", "a.tif", "c.txt"):
        (tmp_path / name).touch()
    (tmp_path / "all.gpkg").touch()
    found = pair([tmp_path / "*.tif", tmp_path / "a.tif", tmp_path], tmp_path / "all.gpkg")
    assert [one.scene.name for one in found.pairs] == ["a.tif", "b.tif"]


@given(st.floats(1e-3, 1e6))
def test_a_round_figure_is_near(value):
    assert abs(math.log(round_figure(value) / value)) <= math.log(1.5) / 2 + 1e-3
    assert round_figure(round_figure(value)) == round_figure(value)


@given(st.floats(1e3, 1e10), st.none() | st.floats(1, 1e3), st.floats(1, 1e5), st.booleans(), st.booleans())
def test_numbers_of_a_run_hold_together(pixels, object_px, side_px, pretrained, fits):
    found = sizes(Amount(pixels, object_px, 0.3, side_px), pretrained=pretrained or fits, fits=fits)
    assert found.crop % 32 == 0
    assert found.crop <= max(128, side_px)
    assert found.warmup < found.steps
    assert found.freeze < found.steps
    assert found.validate_every * 5 <= found.steps
    assert 0 < found.average < 1
    assert found.steps * (1 - found.average) >= 10  # the average forgets the beginning
    assert found.block_m <= 1.3 * 4 * found.crop * 0.3


@given(st.text(), st.text(st.characters(exclude_categories=["Cs"])))
def test_nothing_escapes_from_a_comment(why, value):
    text = document(
        [
            Table(
                "", [Entry("a", value, why), Entry("b", [value] * 30, why), Entry("c", 1, why, off=True)], why
            )
        ]
    )
    assert tomllib.loads(text) == {"a": value, "b": [value] * 30}


@pytest.mark.parametrize("name", ["philippines_west", "banepa"])
def test_on_real_scenes_the_proposal_is_that_of_the_shipped_model(data, tmp_path, name):
    folder = data / "train" / "buildings"
    text = propose([folder / f"{name}.tif"], folder / f"{name}.geojson", out=tmp_path / "a.toml")
    config = loaded(text, tmp_path / "a.toml")
    assert config.start == "buildings"
    assert config.card.task == "buildings"
    assert config.data.gap_m > 0


def test_on_a_real_multispectral_scene_all_bands_are_taken(data, tmp_path):
    flood = data / "bands" / "sen1floods11"
    labels = next((flood / "Labels").iterdir())
    config = loaded(propose([flood / "S2"], labels, out=tmp_path / "a.toml"), tmp_path / "a.toml")
    assert len(config.card.bands) == 13
    assert config.data.ignored == ("-1",)
    assert config.card.gsd_m == pytest.approx(10, rel=0.2)
