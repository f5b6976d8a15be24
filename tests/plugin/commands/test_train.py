import argparse
import math
import tomllib
from pathlib import Path

import pytest

from geounet.cli import train as verb
from geounet.models.bundle import read
from geounet.models.card import ModelCard
from geounet.models.catalogue import shipped
from geounet.training.config import TrainConfig
from geounet.training.config.data import SplitConfig
from geounet_qgis.commands.new_card import MINE, NewCard
from geounet_qgis.commands.toml import toml
from geounet_qgis.commands.train import (
    CHECKPOINT,
    Begin,
    Labels,
    Place,
    Run,
    Schedule,
    Size,
    Train,
    has_checkpoint,
    meanings,
    run_folder,
)

BASES = {name: read(folder).card.to_dict() for name, folder in shipped().items()}
SCENE, OTHER = Place("/scenes/a b.tif", "/scenes/ü.gpkg"), Place("/scenes/c.tif", "/scenes/c.tif")


def understood(run: Run, folder: Path) -> TrainConfig:
    """The config as the library reads it from the file."""
    path = folder / "my config.toml"
    path.write_text(run.config(), encoding="utf-8")
    return TrainConfig.from_toml(path)


@pytest.mark.parametrize(
    "values",
    [
        {"a": 1, "b": 2.5, "c": True, "d": 'quotes " \\ and ü\n\x7f', "e": [1, 2], "f": []},
        {"x y": {"z.w": {"deep": [0.1]}, "plain": "s"}, "top": 1},
        {"data": {"train": [{"scene": "C:\\a b\\ü.tif"}, {"scene": "b"}], "crop": 256}},
    ],
)
def test_toml_reads_back(values):
    assert tomllib.loads(toml(values)) == values


def test_what_is_none_is_left_out():
    assert tomllib.loads(toml({"a": None, "t": {"b": None, "c": 1e-3}})) == {"t": {"c": 1e-3}}


@pytest.mark.parametrize("base", BASES)
def test_a_new_card_is_the_bases_without_what_its_weights_were(base):
    card = ModelCard.from_dict(NewCard("mine").on(BASES[base]))
    old = ModelCard.from_dict(BASES[base])
    assert (card.name, card.version, card.task, card.bands, card.gsd_m) == (
        "mine", "0.1.0", old.task, old.bands, old.gsd_m,
    )  # fmt: skip
    assert dict(card.architecture) == dict(old.architecture)
    assert card.finishing == old.finishing
    assert not MINE & card.to_dict().keys()


def test_all_that_can_be_changed_is_changed():
    new = NewCard("pools", "areas", ("nir", "red"), ("background", "pool", "pond"), 0.5, "CC0-1.0", ("mine",))
    card = ModelCard.from_dict(new.on(BASES["buildings"]))
    assert (card.task, card.bands, card.classes, card.gsd_m) == (
        "areas", ("nir", "red"), ("background", "pool", "pond"), 0.5,
    )  # fmt: skip
    assert (card.license, card.sources) == ("CC0-1.0", ("mine",))
    assert card.normalization.mean == (0.5, 0.5)
    assert "finishing" not in new.on(BASES["buildings"])


def test_a_base_of_any_resolution_asks_for_one():
    with pytest.raises(ValueError, match="metres per pixel"):
        NewCard("mine").on(BASES["roads"] | {"gsd_m": None})


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("steps", [1, 40, 1000])
def test_the_library_understands_the_config(tmp_path, base, steps):
    schedule = Schedule(steps=steps, batch=2, crop=64, max_minutes=30.0)
    run = Run(NewCard("mine").on(BASES[base]), SCENE, OTHER, Begin(init="none"), schedule=schedule)
    config = understood(run, tmp_path)
    assert [(str(p.scene), str(p.labels)) for p in config.data.train] == [
        ("/scenes/a b.tif", "/scenes/ü.gpkg")
    ]
    assert [str(p.scene) for p in config.data.validation] == ["/scenes/c.tif"]
    assert (config.optimizer.steps, config.optimizer.batch, config.optimizer.max_minutes) == (steps, 2, 30)
    assert (config.init, config.start, config.optimizer.freeze) == ("none", "", 0)
    assert (config.optimizer.rate, config.optimizer.encoder_rate) == (1e-3, 1)


@pytest.mark.parametrize("base", BASES)
def test_neighbours_are_parted_as_the_model_can(tmp_path, base):
    """Of buildings: by the class of their boundary where there is one, else by a gap."""
    card = {key: value for key, value in BASES[base].items() if key != "auxiliary"}
    card["classes"] = [name for name in card["classes"] if name not in BASES[base].get("auxiliary", ())]
    two, is_buildings = 2 * card["gsd_m"], card["task"] == "buildings"
    data = understood(Run(NewCard("mine").on(card), SCENE), tmp_path).data
    assert (data.boundary_m, data.gap_m) == pytest.approx((0, two if is_buildings else 0))
    three = {**card, "classes": [*card["classes"], "boundary"], "auxiliary": ["boundary"]}
    data = understood(Run(NewCard("mine").on(three), SCENE), tmp_path).data
    assert (data.boundary_m, data.gap_m) == pytest.approx((two, 0))
    other = NewCard("mine", classes=("background", "roof")).on(three)
    assert understood(Run(other, SCENE), tmp_path).data.boundary_m == 0


def test_a_model_to_go_on_from_brings_its_encoder(tmp_path):
    card, schedule = NewCard("mine").on(BASES["buildings"]), Schedule(steps=300)
    config = understood(Run(card, SCENE, OTHER, Begin("buildings"), schedule=schedule), tmp_path)
    assert (config.start, config.init) == ("buildings", "none")
    assert config.optimizer.freeze == 300 / 5
    assert (config.optimizer.rate, config.optimizer.encoder_rate) == (3e-4, 0.3)


def test_an_encoder_whose_first_layer_is_new_does_not_rest(tmp_path):
    card = NewCard("mine", bands=("nir", "red")).on(BASES["buildings"])
    config = understood(Run(card, SCENE, OTHER, Begin("buildings", same_bands=False)), tmp_path)
    assert (config.start, config.optimizer.freeze) == ("buildings", 0)


def test_a_chosen_rate_is_taken(tmp_path):
    card, schedule = NewCard("mine").on(BASES["roads"]), Schedule(rate=2e-4)
    for begin in (Begin("roads"), Begin()):
        assert understood(Run(card, SCENE, OTHER, begin, schedule=schedule), tmp_path).optimizer.rate == 2e-4


def test_fields_values_and_widths_of_labels(tmp_path):
    card = NewCard("mine", "roads", classes=("background", "road", "path")).on(BASES["roads"])
    labels = Labels("kind", "primary=road, 3 = road,track=path,planned= ", 7.0)
    data = understood(Run(card, SCENE, OTHER, labels=labels), tmp_path).data
    assert (data.attribute, data.width_m) == ("kind", 7)
    assert dict(data.classes) == {"primary": "road", "3": "road", "track": "path"}
    assert data.ignored == ("planned",)
    plain = understood(Run(card, SCENE, OTHER), tmp_path).data
    assert (plain.attribute, plain.width_m, dict(plain.classes), plain.ignored) == ("class", 0, {}, ())


@pytest.mark.parametrize("values", ["house", "house=building,shed", "=building"])
def test_a_value_that_means_nothing_is_an_error(values):
    with pytest.raises(ValueError, match=values.rpartition(",")[2]):
        meanings(values)


def test_without_another_place_the_library_divides_the_scene(tmp_path):
    card = NewCard("mine").on(BASES["buildings"])
    run = Run(card, SCENE, schedule=Schedule(crop=64), size=Size(200, 100))
    data = understood(run, tmp_path).data
    assert data.validation == ()
    assert data.split == SplitConfig(block_m=round(math.sqrt(200 * 100 / 25), 2))
    assert understood(Run(card, SCENE), tmp_path).data.split == SplitConfig()


@pytest.mark.parametrize(
    ("size", "side", "count"),
    [
        (Size(10_000, 10_000), 4 * 80, round(10_000 / 320) ** 2),  # four crops, as the library has it
        (Size(1000, 1000), 200, 25),
        (Size(100, 100), 40, 4),  # two are hardly more than a crop
        (Size(59, 59), 40, 1),
        (Size(400, 10), 40, 10),
    ],
)
def test_squares_fit_the_scene(size, side, count):
    assert size.block_m(80) == pytest.approx(side)
    assert size.blocks(80) == count


def test_the_library_understands_the_words():
    parser = argparse.ArgumentParser()
    verb.add_arguments(parser)
    words = Train("c.toml", "my folder", device="cpu", seed=0, overwrite=True, resume=True).words()
    args = parser.parse_args(words[1:])
    assert (words[0], str(args.config), str(args.out), args.device, args.seed) == (
        "train", "c.toml", "my folder", "cpu", 0,
    )  # fmt: skip
    assert (args.overwrite, args.resume) == (True, True)
    args = parser.parse_args(Train("c.toml", "my folder").words()[1:])
    assert (args.overwrite, args.resume) == (False, False)


def test_a_run_lies_where_the_library_has_it(tmp_path):
    tables = tomllib.loads(Run(NewCard("mine").on(BASES["roads"]), SCENE).config())
    out = tmp_path / "my.model"
    config = TrainConfig.from_dict({**tables, "out": str(out)})
    assert run_folder(out) == config.run_folder
    assert not has_checkpoint(out)
    (run_folder(out) / CHECKPOINT).parent.mkdir(parents=True)
    (run_folder(out) / CHECKPOINT).touch()
    assert has_checkpoint(out)


def test_the_library_keeps_its_checkpoint_there():
    from geounet.training.fitting import checkpoint, keeper

    config = TrainConfig.from_dict(tomllib.loads(Run(NewCard("mine").on(BASES["roads"]), SCENE).config()))
    assert keeper.checkpoint_folder(config) / checkpoint.INDEX == config.run_folder / CHECKPOINT
