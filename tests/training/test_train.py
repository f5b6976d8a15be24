import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from geounet.errors import GeounetError, OutputError, SceneError, TrainingError
from geounet.models import bundle
from geounet.training import TrainConfig, train
from geounet.training.fitting import ending
from geounet.training.fitting.soup import mean_weights
from geounet.training.fitting.task import SegmentationTask
from geounet.training.report import gain_in_words
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.reading import training_scenes, validation_scenes
from geounet.training.validation.judge import judge
from geounet.training.validation.verdict import verdict


@pytest.fixture(scope="module")
def run(place, card, tmp_path_factory):
    """One short run, and where its tables put it."""
    out = tmp_path_factory.mktemp("run") / "bundle"
    tables = {
        "root": str(place), "card": card, "out": str(out), "seed": 3, "validate_every": 20, "device": "cpu",
        "data": {
            "train": [{"scene": "here.tif", "labels": "here.geojson"}],
            "validation": [{"scene": "there.tif", "labels": "there.geojson"}],
            "crop": 48, "gap_m": 1.0, "gap_weight": 2.0, "levels_m": [0.4, 0.6],
        },
        "augment": {"scale": [0.8, 1.2], "elastic": 1.0, "band": 0.1, "noise": 0.02},
        "optimizer": {"steps": 60, "batch": 4, "rate": 5e-3, "warmup": 5, "average": 0.9, "precision": "32-true"},
    }  # fmt: skip
    return tables, train(tables)


def test_a_run_learns_and_writes_a_bundle_that_loads(run):
    _, report = run
    assert report.steps == 60
    assert report.metrics["there"] > 0.8
    read = bundle.read(report.bundle)
    assert read.card.threshold == pytest.approx(report.threshold)
    assert read.card.metrics["iou"]["there"] == pytest.approx(report.metrics["there"], abs=1e-3)
    assert "here" in json.dumps(read.card.to_dict()["trained_on"])
    page = read.page.read_text(encoding="utf-8")
    assert "CC0-1.0" in page
    assert "drawn by the tests" in page


def test_the_written_weights_reach_the_reported_figure(run):
    tables, report = run
    read = bundle.read(report.bundle)
    (scene,) = validation_scenes(TrainConfig.from_dict(tables))
    found = judge(bundle.load(read).eval(), scene, read.card)
    assert verdict([found], read.card, read.card.threshold).iou == pytest.approx(
        report.metrics["there"], abs=1e-3
    )
    inside = (found.prediction == 1) & (found.truth != IGNORED)
    truth = found.truth == 1
    assert (inside & truth).sum() / (inside | truth).sum() == pytest.approx(report.metrics["there"], abs=1e-3)


def test_the_run_folder_says_how_it_was_made(run):
    tables, report = run
    folder = report.run_folder
    assert TrainConfig.from_toml(folder / "config.toml").optimizer == TrainConfig.from_dict(tables).optimizer
    assert report.report.is_file()
    names = {path.name for path in folder.iterdir()}
    assert {"metrics.csv", "packages.txt", "data.json", "split.json", "report.html", "checkpoint"} <= names
    rows = (folder / "metrics.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["step", "20", "40", "60"]


def test_the_same_seed_gives_the_same_weights(tables):
    digests = []
    for name in ("first", "second"):
        tables["out"] = f"{tables['out']}-{name}"
        tables["optimizer"] |= {"steps": 6}
        digests.append(bundle.read(train(tables).bundle).digest)
    assert digests[0] == digests[1]


@pytest.fixture(scope="module")
def onward(run):
    """Tables of a short run that goes on from that model."""
    tables, report = run
    optimizer = tables["optimizer"] | {"steps": 4, "warmup": 0}
    return tables | {"start": str(report.bundle), "validate_every": 2, "optimizer": optimizer}, report


def rows_of(report) -> list[dict[str, str]]:
    with (report.run_folder / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_that_ruins_its_start_keeps_it_and_says_so(onward, tmp_path, caplog):
    tables, before = onward
    optimizer = tables["optimizer"] | {"rate": 0.5, "average": 0.0}
    with caplog.at_level("INFO", logger="geounet.training"):
        found = train(tables | {"out": str(tmp_path / "worse"), "optimizer": optimizer})
    rows = rows_of(found)
    assert [row["step"] for row in rows] == ["0", "2", "4"]
    assert rows[0]["loss"] == ""
    # The start was judged uncalibrated, at the best threshold.
    assert found.start_iou == pytest.approx(before.metrics["mean"], abs=0.02)
    assert found.start_iou == float(rows[0]["iou"])
    assert found.best_step == 0
    assert found.metrics["mean"] >= found.start_iou - 1e-3
    ours, theirs = (bundle.load(bundle.read(one.bundle)).state_dict() for one in (found, before))
    assert all(torch.equal(value, theirs[name]) for name, value in ours.items())
    page = found.report.read_text(encoding="utf-8")
    for text in (
        caplog.text,
        page,
        json.loads((found.run_folder / "report.json").read_text())["warnings"][0],
    ):
        assert "gained nothing over the model that it started from" in text
    gain = gain_in_words(found.start_iou, found.metrics["mean"])
    assert gain in page
    assert gain in bundle.read(found.bundle).page.read_text(encoding="utf-8")
    assert (
        json.loads((found.run_folder / "checkpoint" / "checkpoint.json").read_text())["history"][0]["loss"]
        is None
    )


def interrupted(*_):
    raise KeyboardInterrupt


def test_a_run_that_stops_after_its_start_was_judged_goes_on_from_there(onward, tmp_path, monkeypatch):
    tables, _ = onward
    whole = train(tables | {"out": str(tmp_path / "whole")})
    broken = tables | {"out": str(tmp_path / "broken")}
    with monkeypatch.context() as patch:
        patch.setattr(SegmentationTask, "training_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(broken)
    judged = []
    monkeypatch.setattr(SegmentationTask, "judge_start", lambda *_: judged.append(1))
    again = train(broken, resume=True)
    assert not judged
    assert bundle.read(again.bundle).digest == bundle.read(whole.bundle).digest
    assert again.start_iou == whole.start_iou
    clock = {"seconds"}
    for one, other in zip(rows_of(again), rows_of(whole), strict=True):
        assert {k: v for k, v in one.items() if k not in clock} == {
            k: v for k, v in other.items() if k not in clock
        }


def test_a_start_is_an_ingredient_of_the_soup(onward, tmp_path, monkeypatch):
    tables, _ = onward
    seen = []
    monkeypatch.setattr(ending, "mean_weights", lambda states: seen.append(states) or mean_weights(states))
    found = train(tables | {"out": str(tmp_path / "soup"), "optimizer": tables["optimizer"] | {"soup": 3}})
    assert [len(states) for states in seen] == [3]
    assert found.start_iou is not None


@pytest.mark.parametrize("rate", [1e30, 1e8])
def test_a_rate_far_too_high_is_named(tables, rate):
    tables["optimizer"] |= {"rate": rate, "warmup": 0, "steps": 4}
    tables["validate_every"] = 2
    with pytest.raises(TrainingError, match=r"diverged.*lower optimizer\.rate"):
        train(tables)


def test_nodata_is_ignored_and_weighs_nothing(tables):
    (scene,) = training_scenes(TrainConfig.from_dict(tables))
    (level,) = scene.levels
    invalid = np.zeros(level.labels.shape, bool)
    invalid[:, -invalid.shape[1] // 8 :] = True
    np.testing.assert_array_equal(level.labels == IGNORED, invalid)
    np.testing.assert_array_equal(level.weights == 0, invalid)


def test_an_existing_bundle_is_kept(tables, tmp_path):
    (tmp_path / "bundle").mkdir()
    with pytest.raises(OutputError, match="overwrite"):
        train(tables)


def test_a_missing_scene_is_one_line(tables):
    tables["data"]["train"] = [{"scene": "nowhere.tif", "labels": "here.geojson"}]
    with pytest.raises(GeounetError) as caught:
        train(tables)
    assert isinstance(caught.value, SceneError)
    assert "\n" not in str(caught.value)


def test_the_clock_ends_a_run_that_still_validates(tables):
    tables["optimizer"] |= {"steps": 100_000, "max_minutes": 1e-3}  # over before the first step
    tables["validate_every"] = 100_000
    report = train(tables)
    assert 0 < report.steps < 100_000
    assert report.best_step == report.steps


class Bar:
    """tqdm's shape; interrupts the run at one of its steps."""

    def __init__(self, *, total, desc, unit, interrupt_at=None):
        self.total, self.done, self.closed, self.interrupt_at = total, 0, False, interrupt_at

    def update(self, n):
        self.done += n
        if self.done == self.interrupt_at:
            raise KeyboardInterrupt

    def close(self):
        self.closed = True


def test_progress_counts_the_steps(tables):
    bars = []
    train(tables, progress=lambda **shape: bars.append(Bar(**shape)) or bars[0])
    (bar,) = bars
    assert (bar.done, bar.total, bar.closed) == (24, 24, True)


def test_an_interrupted_run_keeps_its_best_weights(tables):
    bars = []
    with pytest.raises(KeyboardInterrupt):
        train(tables, progress=lambda **shape: bars.append(Bar(**shape, interrupt_at=15)) or bars[0])
    assert bars[0].closed
    assert bundle.read(Path(tables["out"])).card.trained_on["steps"] == 12


def test_importing_training_loads_no_torch():
    code = "import sys, geounet.training; print([m for m in ('torch', 'lightning', 'rasterio') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
