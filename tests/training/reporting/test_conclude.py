import dataclasses
import json

import numpy as np
import pytest
import rasterio
import torch

import geounet
from geounet.models import bundle
from geounet.models.networks import build
from geounet.training import TrainConfig
from geounet.training.reporting import conclude as conclude_module
from geounet.training.reporting import run_folder
from geounet.training.reporting.conclude import conclude
from geounet.training.reporting.export import keep
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.reading import validation_scenes
from geounet.training.validation.history import Validation
from geounet.training.validation.judge import judge
from geounet.training.validation.verdict import verdict


def trained(card, level) -> torch.nn.Module:
    """A network that has seen the place for a few steps: it knows something, and is wrong about how sure it may be."""
    torch.manual_seed(0)
    network = build(card).train()
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    normal = torch.from_numpy((level.pixels(slice(0, 96), slice(0, 96)) - 0.5) / 0.25)[None]
    labels = torch.from_numpy(level.labels[:96, :96].astype(np.int64))[None]
    for _ in range(12):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(normal), labels, ignore_index=IGNORED).backward()
        optimizer.step()
    return network.eval()


def history() -> list[Validation]:
    return [
        Validation(
            step=step, loss=1 / step, rate=1e-3, seconds=step / 2, threshold=0.5, iou=iou, by_place={"there": iou},
            by_class={"building": iou}, nll=0.5 / step,
        )
        for step, iou in ((12, 0.4), (24, 0.6), (36, 0.5))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def concluded(place, card, tmp_path_factory):
    """A run's end, without the run: its config, scenes, and what it came to."""
    out = tmp_path_factory.mktemp("run") / "bundle"
    config = TrainConfig.from_dict(
        {
            "root": str(place), "card": card, "out": str(out), "about": "Only a <test>.",
            "data": {
                "train": [{"scene": "here.tif", "labels": "here.geojson"}],
                "validation": [{"scene": "there.tif", "labels": "there.geojson"}],
                "crop": 48,
            },
            "optimizer": {"steps": 36},
        }
    )  # fmt: skip
    scenes = validation_scenes(config)
    run_folder.begin(config, {"there": "validation"})
    network = trained(config.card, scenes[0].levels[0])
    return config, scenes, network, conclude(network, config, scenes, history=history(), step=24)


def test_the_bundle_reaches_the_reported_figures(concluded, place, tmp_path):
    """predict and evaluate, with the bundle that was written, on the validation scene itself."""
    config, (scene,), _, found = concluded
    out, truth = tmp_path / "class.tif", tmp_path / "truth.tif"
    geounet.predict(place / "there.tif", str(config.out), out, options=geounet.PredictOptions(output="class"))
    with (
        rasterio.open(out) as dataset,
        rasterio.open(truth, "w", **(dataset.profile | {"driver": "GTiff"})) as file,
    ):
        file.write(scene.levels[0].labels, 1)
    figures = geounet.evaluate(out, truth, options=geounet.EvaluateOptions(kind="labels")).labels[
        "per_class"
    ]["building"]
    ours = found.figures.of_place("there")
    for name in ("iou", "f1", "precision", "recall", "boundary_iou", "relaxed_f1"):
        assert ours[name] == pytest.approx(figures[name], abs=1e-3), name
    assert found.verdict.iou == pytest.approx(figures["iou"], abs=1e-3)
    card = bundle.read(config.out).card
    assert card.metrics["iou"]["there"] == pytest.approx(figures["iou"], abs=1e-3)
    assert card.metrics["by_class"]["building"]["f1"] == pytest.approx(figures["f1"], abs=1e-3)


def test_the_card_has_what_was_chosen(concluded):
    config, scenes, _, found = concluded
    card = bundle.read(config.out).card
    assert card.temperature == found.calibration.temperature
    assert card.threshold == found.verdict.threshold
    assert card.trained_on["steps"] == 24
    assert card.trained_on["scenes"] == ["here"]
    stored = bundle.load(bundle.read(config.out))
    judged = [judge(stored, scene, card) for scene in scenes]
    assert verdict(judged, card, None).threshold == pytest.approx(card.threshold)
    near = [judged[0].sample.nll(card.temperature * factor) for factor in (0.75, 1.0, 1.33)]
    assert near[1] == min(near) or card.temperature == 1  # left, where it would take IoU


def test_a_threshold_of_ones_own_is_kept(concluded, tmp_path):
    config, scenes, network, _ = concluded
    config = dataclasses.replace(config, threshold=0.437, calibrate=False, out=tmp_path / "bundle")
    found = conclude(network, config, scenes, history=(), step=3)
    card = bundle.read(config.out).card
    assert (card.threshold, card.temperature) == (0.437, 1.0)
    level = found.judged[0]
    assert found.verdict.iou == pytest.approx(
        level.confusion[1, 1] / (level.confusion.sum() - level.confusion[0, 0])
    )


@pytest.mark.parametrize("temperature", [0.1, 0.3, 8.0])
def test_no_temperature_takes_from_iou(concluded, tmp_path, monkeypatch, temperature):
    config, scenes, network, _ = concluded
    plain = conclude(
        network, dataclasses.replace(config, calibrate=False, out=tmp_path / "a"), scenes, history=(), step=3
    )
    monkeypatch.setattr(conclude_module, "best_temperature", lambda _: temperature)
    found = conclude(network, dataclasses.replace(config, out=tmp_path / "b"), scenes, history=(), step=3)
    assert found.verdict.iou >= plain.verdict.iou - 5e-4
    left = [words for words in found.warnings if "temperature was left at 1" in words]
    assert bool(left) == (found.calibration.temperature == 1)
    assert found.calibration.temperature in (1, temperature)


def test_a_temperature_at_which_no_threshold_is_as_good_is_left(concluded, tmp_path, monkeypatch):
    """Where every judgement at the new temperature is worse, the run ends as one without."""
    config, scenes, network, _ = concluded
    config = dataclasses.replace(config, out=tmp_path / "bundle", threshold=None)
    monkeypatch.setattr(conclude_module, "best_temperature", lambda _: 0.9)
    monkeypatch.setattr(
        conclude_module,
        "verdict",
        lambda judged, card, threshold: dataclasses.replace(
            verdict(judged, card, threshold), **({} if card.temperature == 1 else {"iou": 0.0})
        ),
    )
    found = conclude(network, config, scenes, history=(), step=3)
    assert found.calibration.temperature == bundle.read(config.out).card.temperature == 1
    assert any("temperature was left at 1" in words for words in found.warnings)


def test_model_md_says_what_where_and_from_what(concluded):
    config, _, _, found = concluded
    page = bundle.read(config.out).page.read_text(encoding="utf-8")
    data = json.loads((config.run_folder / "data.json").read_text(encoding="utf-8"))
    wanted = [
        "Only a <test>.", "there", f"{found.verdict.iou:.3f}", "CC0-1.0", "drawn by the tests", "step 24 of 36",
        *(file["sha256"][:12] for file in data["files"]),
    ]  # fmt: skip
    assert [words for words in wanted if words not in page] == []


def test_the_run_folder_has_figures_page_and_pictures(concluded):
    config, _, _, found = concluded
    folder = config.run_folder
    written = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert written["iou"] == found.verdict.iou
    assert written["figures"]["by_place"].keys() == {"there"}
    assert np.sum(written["confusion"]) == (found.judged[0].truth != IGNORED).sum()
    assert len(written["history"]) == 3
    assert found.report == folder / "report.html"
    with rasterio.open(folder / "results.png") as picture:
        assert picture.count == 3
        assert picture.width == 4 * 256 + 3 * 6


def test_weights_that_are_kept_on_the_way_make_a_whole_bundle(concluded, tmp_path):
    config, _, network, found = concluded
    config = dataclasses.replace(config, out=tmp_path / "runs" / "bundle")
    for step in (5, 10):
        keep(network, config, found.verdict, step)
    read = bundle.read(config.out)
    assert read.card.trained_on["steps"] == 10
    assert read.card.metrics["mean_iou"] == pytest.approx(found.verdict.iou, abs=1e-4)
    state = bundle.load(read).state_dict()
    name, kernel = next((n, v) for n, v in network.state_dict().items() if v.ndim == 4)
    torch.testing.assert_close(state[name], kernel.half().float())
