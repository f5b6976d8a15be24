import argparse
import tomllib

import pytest

from geounet.cli import train as verb
from geounet.models.bundle import read
from geounet.models.card import ModelCard
from geounet.models.catalogue import shipped
from geounet.training.config import TrainConfig
from geounet_qgis.commands.train import MINE, NewCard, Place, Run, Schedule, Train, toml

BASES = {name: read(folder).card.to_dict() for name, folder in shipped().items()}


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
    path = tmp_path / "my config.toml"
    run = Run(
        NewCard("mine").on(BASES[base]),
        [Place("/scenes/a b.tif", "/scenes/ü.gpkg")],
        [Place("/scenes/c.tif", "/scenes/c.tif")],
        Schedule(steps=steps, batch=2, crop=64, max_minutes=30.0, init="none"),
    )
    path.write_text(run.config(), encoding="utf-8")
    config = TrainConfig.from_toml(path)
    assert [(str(p.scene), str(p.labels)) for p in config.data.train] == [
        ("/scenes/a b.tif", "/scenes/ü.gpkg")
    ]
    assert [str(p.scene) for p in config.data.validation] == ["/scenes/c.tif"]
    assert (config.optimizer.steps, config.optimizer.batch, config.optimizer.max_minutes) == (steps, 2, 30)
    assert config.data.gap_m == pytest.approx(0.6 if base == "buildings" else 0)
    assert config.init == "none"


def test_the_library_understands_the_words():
    parser = argparse.ArgumentParser()
    verb.add_arguments(parser)
    words = Train("c.toml", "my folder", device="cpu", seed=0, overwrite=True).words()
    args = parser.parse_args(words[1:])
    assert (words[0], str(args.config), str(args.out), args.device, args.seed, args.overwrite) == (
        "train", "c.toml", "my folder", "cpu", 0, True,
    )  # fmt: skip
