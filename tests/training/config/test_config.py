import math
import warnings
from pathlib import Path

import pytest

from geounet.errors import GeounetError, GeounetWarning, InvalidCardError, TrainingError
from geounet.training import TrainConfig


def changed(tables: dict, where: str, value) -> dict:
    """The tables with one value set (or removed, where it is None)."""
    *path, last = where.split(".")
    copy = {k: dict(v) if isinstance(v, dict) else v for k, v in tables.items()}
    table = copy
    for name in path:
        table = table[name]
    if value is None:
        table.pop(last)
    else:
        table[last] = value
    return copy


def test_tables_become_a_config_with_defaults(tables, place):
    config = TrainConfig.from_dict(tables)
    assert config.data.train[0].scene == place / "here.tif"
    assert config.card.gsd_m == 0.5
    assert config.loss.dice == 1.0
    assert config.out == Path(tables["out"])


def test_an_architecture_may_be_one_word(tables):
    config = TrainConfig.from_dict(changed(tables, "card.architecture", "ClassicUnet"))
    assert config.card.architecture == {"name": "ClassicUnet"}


def test_a_toml_file_finds_its_data_beside_itself_or_where_the_environment_says(tmp_path, monkeypatch):
    toml = tmp_path / "run.toml"
    toml.write_text(
        """root = "data"
init = "first.safetensors"
[card]
name = "tiny"
version = "1"
description = ""
task = "areas"
architecture = {name = "Unet", encoder = "resnet18"}
bands = ["grey"]
classes = ["background", "field"]
activation = "softmax"
gsd_m = 10
normalization = {range = "dtype", percentiles = [2, 98], mean = [0.5], std = [0.25]}
tile = 64
margin = 16
stride = 32
license = "CC0-1.0"
sources = []
[optimizer]
steps = 1
[[data.train]]
scene = "a.tif"
labels = "a.gpkg"
[[data.validation]]
scene = "b.tif"
labels = "b.gpkg"
""",
        encoding="utf-8",
    )
    config = TrainConfig.from_toml(toml)
    assert config.data.train[0].labels == tmp_path / "data" / "a.gpkg"
    assert Path(config.init) == tmp_path / "data" / "first.safetensors"
    monkeypatch.setenv("GEOUNET_DATA", str(tmp_path / "elsewhere"))
    assert TrainConfig.from_toml(toml).data.validation[0].scene == tmp_path / "elsewhere" / "b.tif"


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("optimizer.step", 3, "optimizer.step"),
        ("optimizer.steps", None, "optimizer.steps"),
        ("optimizer.steps", 0, "steps is 0"),
        ("optimizer.steps", "many", "optimizer.steps is 'many'; expected int"),
        ("optimizer.rate", 0.0, "rate is 0.0"),
        ("optimizer.batch", True, "optimizer.batch is True; expected int"),
        ("data.crop", 50, "multiple of the card's stride, 8"),
        ("data.train", [], "no training scene"),
        ("data.train", [{"scene": "here.tif"}], "data.train[0].labels"),
        ("augment", {"scale": [2.0, 1.0]}, "augment.scale"),
        ("augment", {"scale": [1.0]}, "augment.scale has 1 values; expected 2"),
        ("augment", {"haze": 1.5}, "haze is 1.5"),
        ("loss", {"cross_entropy": 0, "dice": 0}, "no part"),
        (
            "data.validation",
            [{"scene": "here.tif", "labels": "there.geojson"}],
            "here.tif is in data.train and in",
        ),
        (
            "data.classes",
            {"house": "hut"},
            "maps 'house' to 'hut'; expected one of the card's: background, building",
        ),
        ("data.levels_m", [0.5, 0.0], "data.levels_m holds 0.0"),
        (
            "data.datasets",
            [{"name": "LoveDA", "root": ".", "split": "train", "gsd_m": 0.0}],
            "gsd_m of dataset LoveDA",
        ),
        ("data.split", {"share": 0.25, "fold": 4}, "fold is 4; expected 0 to 3"),
        ("loss", {"class_weights": [0.0, 0.0]}, "numbers of at least 0, one of them above"),
        ("loss", {"class_weights": [1.0, -1.0]}, "numbers of at least 0"),
        ("loss", {"class_weights": [1.0]}, "has 1 values; the card has 2 classes"),
        ("data.split", {"share": 0.0}, "share is 0.0; expected 0.01 to 0.99"),
        ("data.split", {"share": math.nan}, "share is nan; expected numbers"),
        ("data.split", {"block_m": math.inf}, "block_m is inf"),
        ("optimizer.rate", math.nan, "rate is nan; expected numbers, and finite ones"),
        ("optimizer.decay", math.inf, "decay is inf"),
        ("optimizer.max_minutes", math.nan, "max_minutes is nan"),
        ("augment", {"scale": [1.0, math.inf]}, "scale is (1.0, inf)"),
        ("augment", {"noise": math.nan}, "noise is nan"),
        ("loss", {"class_weights": [math.nan, 1.0]}, "class_weights is (nan, 1.0)"),
        ("loss", {"focal": math.inf}, "focal is inf"),
        ("data.levels_m", [math.nan], "levels_m is (nan,)"),
        ("data.synthetic", {"side_m": math.inf}, "side_m is inf"),
        ("threshold", math.nan, "threshold is nan"),
        ("threshold", 2.0, "threshold is 2.0; expected 0 to 1"),
        ("card.gsd_m", "fine", "gsd_m is 'fine'"),
        ("card.sauce", 1, "sauce"),
        ("card", None, "[card]"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tables, where, value, said):
    with pytest.raises(GeounetError) as caught:
        TrainConfig.from_dict(changed(tables, where, value))
    assert isinstance(caught.value, TrainingError | InvalidCardError)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_card_that_cannot_be_trained_is_refused(tables):
    for change in ({"gsd_m": None}, {"activation": "sigmoid"}, {"architecture": None}):
        with pytest.raises(TrainingError):
            TrainConfig.from_dict(tables | {"card": tables["card"] | change})


def test_what_does_not_go_together_is_refused(tables):
    one_of_both = tables | {"start": "buildings", "init": "imagenet"}
    by_the_clock = changed(tables | {"deterministic": True}, "optimizer.max_minutes", 5.0)
    twice = changed(changed(tables, "data.classes", {"ruin": "building"}), "data.ignored", ["ruin"])
    for wrong, said in (
        (one_of_both, "one of them"),
        (by_the_clock, "clock"),
        (twice, "data.ignored names 'ruin'"),
    ):
        with pytest.raises(TrainingError, match=said):
            TrainConfig.from_dict(wrong)


def test_an_encoder_that_is_frozen_should_be_pretrained(tables):
    with pytest.warns(GeounetWarning, match="the encoder begins at random"):
        TrainConfig.from_dict(changed(tables, "optimizer.freeze", 10))
    warnings.simplefilter("error")
    for beginning in ({"start": "buildings"}, {"init": "first.safetensors"}, {"init": "imagenet"}):
        config = TrainConfig.from_dict(changed(tables, "optimizer.freeze", 10) | beginning)
        assert config.optimizer.freeze == 10


@pytest.mark.parametrize("text", ["", "steps = = 3", "\x00"])
def test_a_file_that_is_no_config_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    for target in (path, tmp_path / "missing.toml"):
        with pytest.raises(TrainingError) as caught:
            TrainConfig.from_toml(target)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["buildings", "roads"])
def test_the_shipped_configs_are_valid(name):
    root = Path(__file__).parents[3]
    config = TrainConfig.from_toml(root / "configs" / f"{name}.toml")
    assert config.card.name == name
    assert {s.scene.parent.parent.name for s in config.data.train} == {"train"}
    assert {s.scene.parent.parent.name for s in config.data.validation} == {"validation"}
