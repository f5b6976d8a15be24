"""Configs proposed for scenes of several files each: a height model beside colours, dates beside one another."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from geounet.errors import BandError, OptionsError, TrainingError
from geounet.raster.beside import BesideRule
from geounet.training import TrainConfig
from geounet.training.proposal import propose
from geounet.training.proposal.imagery import look
from geounet.training.proposal.pairing import pair

Town = Callable[..., Path]


@pytest.fixture
def town(draw_place: Any, tmp_path: Path) -> Path:
    """Three places with heights in pixels twice as large, without a band's name."""
    folder = tmp_path / "town"
    folder.mkdir()
    for k in range(3):
        scene = draw_place(folder, f"p{k}_rgb", seed=k, west=500_000 + 1000 * k)
        with rasterio.open(scene) as dataset:
            heights = np.where(dataset.read(1) > 120, 6, 0.5).astype("float32")[::2, ::2]
            transform = dataset.transform @ Affine.scale(2)
            profile = {"height": heights.shape[0], "width": heights.shape[1], "crs": dataset.crs}
        with rasterio.open(
            folder / f"p{k}_height.tif", "w", driver="GTiff", count=1, dtype="float32", transform=transform, **profile
        ) as dataset:  # fmt: skip
            dataset.write(heights, 1)
    return folder


def test_heights_are_a_fourth_band_with_a_range_of_their_own(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    text = propose([town], town, out=out, beside=["_rgb=_height"])
    tables = tomllib.loads(text)
    assert tables["card"]["bands"] == ["red", "green", "blue", "height"]
    ranges = tables["card"]["normalization"]["range"]
    assert ranges[:3] == ["scene"] * 3  # as the model has it that the run goes on from
    assert ranges[3] == pytest.approx([0.5, 6])
    assert len(tables["card"]["normalization"]["mean"]) == 4
    assert tables["start"] == "buildings"
    assert tables["data"]["train"][0]["scene"] == ["town/p0_rgb.tif", "town/p0_height.tif"]
    assert tables["data"]["train"][0]["labels"] == "town/p0_rgb.geojson"
    config = TrainConfig.from_dict(tables, folder=tmp_path, source=out.name)
    assert {len(one.files) for one in (*config.data.train, *config.data.validation)} == {2}


def test_without_saying_so_they_are_scenes_of_other_bands(town: Path, tmp_path: Path) -> None:
    with pytest.raises(BandError, match="say with --beside which show one ground"):
        propose(
            [town / "p0_rgb.tif", town / "p0_height.tif"], town / "p0_rgb.geojson", out=tmp_path / "x.toml"
        )


def test_files_that_lie_beside_others_are_no_scenes(town: Path) -> None:
    rules = [BesideRule.of("_rgb=_height", Path.cwd())]
    found = pair([town], town, beside=rules)
    assert [[path.name for path in one.files] for one in found.pairs] == [
        [f"p{k}_rgb.tif", f"p{k}_height.tif"] for k in range(3)
    ]
    assert found.bare == ()


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        ("_rgb=_dsm", TrainingError, r"p0_rgb.tif has no file beside it at .*p0_dsm.tif"),
        ("_foo=_dsm", TrainingError, r"has no '_foo' in its path"),
        ("_rgb=_rgb", OptionsError, "changes no name"),
    ],
)
def test_what_is_not_there_is_said(
    town: Path, tmp_path: Path, rule: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        propose([town / "p0_rgb.tif"], town / "p0_rgb.geojson", out=tmp_path / "x.toml", beside=[rule])


@pytest.mark.parametrize(
    ("first", "other", "names"),
    [
        (("red", "green", "blue"), ("",), ("red", "green", "blue", "height")),
        (("",), ("",), ("grey", "height")),
        (("", ""), ("nir",), ("band_1", "band_2", "nir")),
        (("red", "nir"), ("red", "nir"), ("red", "nir", "red 2", "nir 2")),
        (("red",), ("", ""), ("red", "height_1", "height_2")),
    ],
)
def test_bands_of_all_files_have_names(
    make_raster: Callable[..., Path], first: tuple[str, ...], other: tuple[str, ...], names: tuple[str, ...]
) -> None:
    def write(name: str, bands: tuple[str, ...]) -> Path:
        return make_raster(np.zeros((len(bands), 8, 8), np.uint16), name, descriptions=bands)

    image = look(write("a_rgb.tif", first), write("a_height.tif", other))
    assert image.names == names
    assert image.parts == (0,) * len(first) + (1,) * len(other)


def test_a_layers_labels_go_with_it(town: Path) -> None:
    """Labels are the scene's, whatever lies beside it."""
    found = pair([town], town, beside=[BesideRule.of("_rgb=_height", Path.cwd())])
    assert all(json.loads(one.labels.read_text())["features"] for one in found.pairs)
