"""A run that is killed and goes on comes to the bits of one that is not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geounet.errors import OutputError, TrainingError
from geounet.training import TrainConfig, train
from geounet.training.fitting.checkpoint import read
from geounet.training.fitting.keeper import checkpoint_folder

AUGMENT = {"scale": [0.8, 1.2], "elastic": 1.0, "noise": 0.05, "band": 0.1, "blur": 0.3, "mixup": 0.3}
RUNS = {
    "average": {
        "optimizer": {
            "accumulate": 2,
            "freeze": 3,
            "average": 0.8,
            "swa": 0.5,
            "soup": 2,
            "encoder_rate": 0.5,
        },
        "loss": {"deep": 0.5, "class_weights": "balanced", "lovasz": 0.5},
        "augment": AUGMENT,
    },
    "plateau": {
        "optimizer": {"method": "sgd", "schedule": "plateau", "rate": 0.05, "average": 0.0, "patience": 5},
        "augment": AUGMENT,
    },
}


def outcome(tables: dict) -> dict[str, object]:
    """All that a run wrote, the clock's figures apart."""
    config = TrainConfig.from_dict(tables)
    folder = checkpoint_folder(config)
    found = read(folder)
    history = [{k: getattr(one, k) for k in one.__slots__ if k != "seconds"} for one in found.history]
    files = {path.name: path.read_bytes() for path in folder.glob("*.safetensors")}
    rows = (config.run_folder / "metrics.csv").read_text().splitlines()
    assert [int(row.split(",")[0]) for row in rows[1:]] == [one.step for one in found.history]
    return files | {
        "history": history, "kept": found.kept, "bundle": (config.out / "weights.safetensors").read_bytes(),
        "card": (config.out / "card.json").read_bytes(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def ran(place, card, save_model, tmp_path_factory) -> dict[str, dict]:
    """Each of RUNS, unbroken and killed: the tables, and what was printed."""
    folder = tmp_path_factory.mktemp("killed")
    data = {
        "train": [{"scene": "here.tif", "labels": "here.geojson"}],
        "validation": [{"scene": "there.tif", "labels": "there.geojson"}],
        "crop": 48,
    }
    common = {
        "root": str(place), "card": card, "data": data, "start": str(save_model(card)), "validate_every": 4, "device": "cpu",
        "calibrate": False,
    }  # fmt: skip
    optimizer = {"steps": 12, "batch": 2, "warmup": 4, "precision": "32-true"}
    runs = {
        f"{name}-{how}": (
            common | own | {"optimizer": optimizer | own["optimizer"], "out": str(folder / f"{name}-{how}")},
            kills,
        )
        for name, own in RUNS.items()
        for how, kills in (("whole", 0), ("broken", 4))
    }
    written = folder / "runs.json"
    written.write_text(json.dumps(runs), encoding="utf-8")
    command = [sys.executable, str(Path(__file__).with_name("killed_runs.py")), str(written), "1"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    went_on = json.loads(done.stdout.splitlines()[-1])
    return {name: {"tables": tables, "went_on": went_on[name]} for name, (tables, _) in runs.items()}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("which", RUNS)
def test_a_killed_run_goes_on_to_the_same_bits(which, ran):
    whole, broken = (outcome(ran[f"{which}-{how}"]["tables"]) for how in ("whole", "broken"))
    assert ran[f"{which}-broken"]["went_on"], "no run was killed"
    assert broken.keys() == whole.keys()
    for name, value in whole.items():
        assert broken[name] == value, name


def test_a_run_that_is_over_is_not_run_again(tables):
    tables["optimizer"] |= {"steps": 2}
    first = train(tables)
    assert train(tables, resume=True) == first


def test_without_a_checkpoint_it_begins_anew_and_says_so(tables, caplog):
    tables["optimizer"] |= {"steps": 2}
    with caplog.at_level("INFO", logger="geounet.training"):
        assert train(tables, resume=True).steps == 2
    assert "no checkpoint" in caplog.text


def test_another_config_is_refused_and_named(tables):
    tables["optimizer"] |= {"steps": 2}
    train(tables)
    tables["optimizer"] |= {"steps": 3, "rate": 0.5}
    with pytest.raises(
        TrainingError, match=r"optimizer\.rate is 0\.5, was 0\.003; optimizer\.steps is 3, was 2"
    ):
        train(tables, resume=True)
    with pytest.raises(OutputError, match="resume"):
        train(tables)
