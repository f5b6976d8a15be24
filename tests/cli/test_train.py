"""`geounet train`: what the command line asks the library for, with the library's work replaced."""

import dataclasses
import json
import logging
from pathlib import Path

import pytest

from geounet.cli import main
from geounet.training import TrainReport
from geounet.training.cross_validation import CrossValidation

CONFIG = str(Path(__file__).parents[2] / "configs" / "buildings.toml")
REPORT = TrainReport(
    bundle=Path("mine"), metrics={"somewhere": 0.5, "mean": 0.5}, threshold=0.4, steps=10, best_step=5, seconds=60.0,
    temperature=1.2, run_folder=Path("mine-run"), report=Path("mine-run/report.html"),
)  # fmt: skip


@pytest.fixture
def trained(monkeypatch) -> list:
    """What `train` was asked for."""
    asked = []

    def train(config, *, progress, resume):
        asked.append((config, resume))
        logging.getLogger("geounet.training.fitting.steps").info("step 5: loss 0.1")
        progress(total=10, desc="training", unit="step").close()
        return REPORT

    monkeypatch.setattr("geounet.training.train", train)
    return asked


def test_what_the_command_line_says_goes_over_the_config(trained, capsys):
    asked = ["-o", "mine", "--seed", "7", "--device", "gpu", "--devices", "2", "--overwrite", "--resume"]
    assert main(["train", CONFIG, *asked]) == 0
    config, resume = trained[0]
    assert (config.out, config.seed, config.device, config.devices) == (Path("mine"), 7, "gpu", 2)
    assert (config.overwrite, resume) == (True, True)
    out = capsys.readouterr().out
    assert "step 5: loss 0.1" in out
    assert "mine: IoU somewhere 0.500, mean 0.500 at threshold 0.4" in out


def test_a_run_that_starts_from_a_model_says_what_it_gained(monkeypatch, capsys):
    monkeypatch.setattr(
        "geounet.training.train", lambda *_, **__: dataclasses.replace(REPORT, start_iou=0.7131)
    )
    assert main(["train", CONFIG]) == 0
    assert "before 0.713 → after 0.500" in capsys.readouterr().out


def test_events_name_what_was_written(trained, capfd):
    assert main(["train", CONFIG, "--json-events"]) == 0
    events = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    outputs = {event["kind"]: event["path"] for event in events if event["event"] == "output"}
    assert outputs == {"bundle": "mine", "report": str(Path("mine-run/report.html"))}
    assert {"event": "log", "level": "info", "message": "step 5: loss 0.1"} in events
    assert events[-1]["result"]["temperature"] == 1.2


@pytest.mark.parametrize(("flag", "name"), [("--folds", "cross_validate"), ("--seeds", "repeat")])
def test_several_runs_are_told_with_their_deviation(flag, name, monkeypatch, capsys):
    asked = []

    def several(config, number, *, progress, resume):
        asked.append((number, resume))
        return CrossValidation(kind=flag[2:-1], runs=(REPORT, REPORT), table=Path("table.csv"))

    monkeypatch.setattr(f"geounet.training.{name}", several)
    assert main(["train", CONFIG, flag, "2", "--resume"]) == 0
    assert asked == [(2, True)]
    assert f"IoU 0.500 ± 0.000 over 2 {flag[2:]}" in capsys.readouterr().out


def test_a_config_is_written_for_scenes_and_labels(monkeypatch, tmp_path, capsys):
    asked = []

    def propose(scenes, labels, *, out, model, beside):
        asked.append((scenes, labels, out, model, beside))
        return "# a config\n"

    monkeypatch.setattr("geounet.training.proposal.propose", propose)
    target = tmp_path / "mine.toml"
    argv = ["train", "--init", str(target), "a.tif", "b.tif", "labels.gpkg", "--model", "buildings"]
    argv += ["--beside", "_rgb=_height", "--beside", "all.tif"]
    assert main(argv) == 0
    beside = ["_rgb=_height", "all.tif"]
    assert asked == [([Path("a.tif"), Path("b.tif")], Path("labels.gpkg"), target, "buildings", beside)]
    assert target.read_text() == "# a config\n"
    assert main(argv) == 1
    assert "overwrite" in capsys.readouterr().err
    assert main([*argv, "--overwrite"]) == 0


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "no config"),
        (["--init", "mine.toml", "scene.tif"], "labels"),
        ([CONFIG, "--model", "buildings"], "--init"),
        ([CONFIG, "--beside", "_rgb=_height"], "--beside is for --init"),
    ],
)
def test_what_is_missing_is_one_line(argv, words, capsys):
    assert main(["train", *argv]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("checkpoint", "words"), [("mine-run/checkpoint", "--resume goes on"), (None, "nothing is kept")]
)
def test_an_interrupted_run_says_how_it_goes_on(checkpoint, words, tmp_path, monkeypatch, capsys):
    def train(config, **_):
        if checkpoint:
            (tmp_path / checkpoint).mkdir(parents=True)
            (tmp_path / checkpoint / "checkpoint.json").write_text("{}")
        raise KeyboardInterrupt

    monkeypatch.setattr("geounet.training.train", train)
    assert main(["train", CONFIG, "-o", str(tmp_path / "mine")]) == 130
    assert words in capsys.readouterr().out
