import dataclasses
import tomllib
import typing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geounet.errors import TrainingError
from geounet.models.card import ModelCard
from geounet.training import TrainConfig
from geounet.training.config.data import DataConfig, DatasetConfig, SceneConfig, SplitConfig
from geounet.training.config.loss import LossConfig
from geounet.training.config.optimizer import OptimizerConfig
from geounet.training.config.written import to_toml, toml_value

ROOT = Path(__file__).parents[3]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
floats = st.floats(allow_nan=False)
plain = texts | floats | st.booleans() | st.integers(-(2**63), 2**63 - 1)
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


def read_back(text: str) -> TrainConfig:
    return TrainConfig.from_dict(tomllib.loads(text))


@given(values)
def test_a_value_reads_back(value):
    assert tomllib.loads(f"value = {toml_value(value)}") == {"value": value}


@pytest.mark.parametrize("value", [None, {"a": None}, [1, None], object(), 1j])
def test_what_toml_cannot_say_is_refused(value):
    with pytest.raises(TrainingError, match="no word"):
        toml_value(value)


@pytest.mark.parametrize("name", ["buildings", "roads"])
def test_the_shipped_configs_read_back(name):
    config = TrainConfig.from_toml(ROOT / "configs" / f"{name}.toml")
    absolute = dataclasses.replace(config, out=config.out.absolute())
    scenes = absolute.data.train
    assert read_back(to_toml(config)).data.train == tuple(
        dataclasses.replace(s, scene=s.scene.absolute(), labels=s.labels.absolute()) for s in scenes
    )
    assert read_back(to_toml(absolute)).card == config.card
    assert to_toml(read_back(to_toml(config))) == to_toml(config)


@st.composite
def configs(draw, tables: dict):
    """Configs with values all over the place, their paths absolute."""
    config = TrainConfig.from_dict(tables)
    share = st.floats(0, 1)
    scene = st.builds(
        SceneConfig, scene=texts.map(lambda name: Path("/a") / name.replace("\0", "").strip("/")),
        labels=st.just(Path("/labels.gpkg")), layer=st.none() | texts, weight=share, edge_m=share,
    )  # fmt: skip
    dataset = st.builds(
        DatasetConfig, name=texts, root=st.just(Path("/root")), split=texts, gsd_m=st.none() | st.floats(0.1, 9),
        options=st.dictionaries(texts, texts, max_size=2),
    )  # fmt: skip
    data = dataclasses.replace(
        config.data,
        train=tuple(draw(st.lists(scene, min_size=1, max_size=3))),
        validation=(),
        datasets=tuple(draw(st.lists(dataset, max_size=2))),
        split=SplitConfig(share=draw(st.floats(0.01, 0.99)), block_m=draw(st.none() | st.floats(1, 1e6))),
        classes=draw(st.dictionaries(texts, st.just("building"), max_size=2)),
        levels_m=tuple(draw(st.lists(st.floats(0.1, 20), max_size=3))),
    )
    weights = draw(st.sampled_from(["none", "balanced", (0.25, 1.0)]))
    return dataclasses.replace(
        config,
        data=data,
        loss=dataclasses.replace(config.loss, class_weights=weights, focal=draw(share)),
        augment=dataclasses.replace(config.augment, scale=(0.5, draw(st.floats(0.5, 3)))),
        optimizer=dataclasses.replace(config.optimizer, max_minutes=draw(st.none() | st.floats(0.1, 1e3))),
        threshold=draw(st.none() | share),
        run=draw(st.none() | st.just(Path("/runs/one"))),
        init=draw(st.sampled_from(["none", "imagenet", "/weights/first.safetensors"])),
        about=draw(texts | st.just('several\nlines, "quoted" \\ and """ more\n')),
        source=draw(texts),
    )


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_config_reads_back_to_an_equal_one(data):
    card = {
        "name": "t", "version": "1", "description": "", "task": "areas", "architecture": {"name": "Unet"},
        "bands": ["a"], "classes": ["background", "building"], "activation": "softmax", "gsd_m": 0.5, "tile": 64,
        "normalization": {"range": [0, 10000], "percentiles": [2, 98], "mean": [0.5], "std": [0.25]}, "license": "CC0",
        "margin": 16, "sources": [], "stride": 8,
        "finishing": {"min_area": 4.0, "separate": True}, "x-note": {"deep": [1, {"a": 2}]},
    }  # fmt: skip
    tables = {
        "card": card,
        "out": "/out",
        "data": {"train": [{"scene": "/a.tif", "labels": "/a.gpkg"}]},
        "optimizer": {"steps": 1},
    }
    config = data.draw(configs(tables))
    assert read_back(to_toml(config)) == config


def test_nothing_is_left_to_a_default_and_paths_are_absolute(tables):
    config = dataclasses.replace(TrainConfig.from_dict(tables), out=Path("runs/here"))
    written = tomllib.loads(to_toml(config))
    for table, value in {
        "augment": config.augment,
        "loss": config.loss,
        "optimizer": config.optimizer,
    }.items():
        missing = {f.name for f in dataclasses.fields(value)} - written[table].keys()
        assert all(getattr(value, name) is None for name in missing)
    assert written["card"]["threshold"] == 0.5
    assert Path(written["out"]) == Path.cwd() / "runs" / "here"


@pytest.mark.parametrize(
    "kind",
    [
        TrainConfig,
        DataConfig,
        SceneConfig,
        DatasetConfig,
        SplitConfig,
        OptimizerConfig,
        LossConfig,
        ModelCard,
    ],
)
def test_none_is_the_default_of_all_that_takes_it_but_what_training_needs(kind):
    hints = typing.get_type_hints(kind)
    for f in dataclasses.fields(kind):
        if type(None) in typing.get_args(hints[f.name]) and f.name not in ("architecture", "gsd_m"):
            assert f.default is None, f.name


def test_a_start_that_is_a_folder_is_absolute_and_a_name_stays_one(tables, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for start, written in {"./mine": str(tmp_path / "mine"), "buildings": "buildings"}.items():
        config = dataclasses.replace(TrainConfig.from_dict(tables), start=start)
        assert tomllib.loads(to_toml(config))["start"] == written


def test_a_card_that_toml_cannot_say_is_refused(tables):
    config = TrainConfig.from_dict(tables)
    with pytest.raises(TrainingError, match="no word"):
        to_toml(dataclasses.replace(config, card=dataclasses.replace(config.card, metrics={"iou": [None]})))
