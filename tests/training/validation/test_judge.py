import dataclasses

import numpy as np
import pytest
import rasterio
import torch

import geounet
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.training import TrainConfig
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.reading import validation_scenes
from geounet.training.scenes.scene import LabelledScene
from geounet.training.validation.judge import judge
from geounet.training.validation.verdict import verdict


@pytest.fixture
def config(tables) -> TrainConfig:
    return TrainConfig.from_dict(tables)


@pytest.fixture
def scene(config) -> LabelledScene:
    (one,) = validation_scenes(config)
    return one


def random_network(card: ModelCard) -> torch.nn.Module:
    """A network that finds about half of everything."""
    torch.manual_seed(4)
    return build(card)


def whole(network, level, card) -> np.ndarray:
    """Scores (K, rows, cols) of the whole level at once, without tiles."""
    mean, std = (np.array(v)[:, None, None] for v in (card.normalization.mean, card.normalization.std))
    image = (level.pixels(slice(None), slice(None)) - mean) / std
    image[:, level.weights == 0] = 0
    with torch.inference_mode():
        return network(torch.from_numpy(image.astype(np.float32))[None]).softmax(dim=1)[0].numpy()


def test_tiles_are_put_where_they_belong(config, scene):
    """A network of receptive radius 0 gives the same tiled as whole."""
    level, card = scene.levels[0], config.card
    torch.manual_seed(1)
    network = torch.nn.Conv2d(3, 2, 1)
    found = judge(network, scene, card)
    probability, known = whole(network, level, card)[1], level.labels != IGNORED
    sure = known & (np.abs(probability - card.threshold) > 0.01)
    np.testing.assert_array_equal(found.prediction[sure], probability[sure] >= card.threshold)
    assert (found.prediction[~known] == IGNORED).all()


def test_figures_are_those_of_predict_and_evaluate(config, scene, place, tmp_path):
    """The bundle's own weights, over the scene's file, against labels on its grid."""
    card = dataclasses.replace(config.card, threshold=0.42, temperature=1.3)
    saved = bundle.save(tmp_path / "model", card, state=random_network(card).state_dict(), page="")
    found = judge(bundle.load(saved), scene, card)

    out, truth = tmp_path / "class.tif", tmp_path / "truth.tif"
    geounet.predict(
        place / "there.tif", str(saved.folder), out, options=geounet.PredictOptions(output="class")
    )
    with (
        rasterio.open(out) as dataset,
        rasterio.open(truth, "w", **(dataset.profile | {"driver": "GTiff"})) as file,
    ):
        file.write(scene.levels[0].labels, 1)
    report = geounet.evaluate(out, truth, options=geounet.EvaluateOptions(kind="labels"))
    assert report.labels["per_class"]["building"]["support"] > 500
    verdict_iou = verdict([found], card, card.threshold).iou
    assert verdict_iou == pytest.approx(report.labels["per_class"]["building"]["iou"], abs=1e-3)
    np.testing.assert_allclose(found.confusion, report.labels["confusion"], atol=12)
    assert found.pixels == np.sum(report.labels["confusion"])


def test_curve_confusion_and_labels_agree(config, scene):
    """A threshold that is a step of the curve: its hits and false alarms are those of the labels."""
    card = dataclasses.replace(config.card, threshold=0.48)
    found = judge(random_network(card), scene, card)
    curve = found.curves["building"]
    assert curve.inside[120:].sum() == found.confusion[1, 1]
    assert curve.outside[120:].sum() == found.confusion[0, 1]
    known = found.truth != IGNORED
    assert found.confusion[1, 0] == ((found.truth == 1) & (found.prediction == 0) & known).sum()


def test_what_an_auxiliary_class_scored_goes_to_the_others(config, scene):
    """Labels never hold it, and of two classes that are left the share decides."""
    card = dataclasses.replace(
        config.card, classes=("background", "boundary", "building"), auxiliary=("boundary",)
    )
    labels = np.where(scene.levels[0].labels == 1, np.uint8(2), scene.levels[0].labels)
    level = dataclasses.replace(scene.levels[0], labels=labels)
    torch.manual_seed(2)
    network = torch.nn.Conv2d(3, 3, 1)
    found = judge(network, LabelledScene("there", (level,), 1.0), card)
    assert found.classes == ("background", "building")
    assert found.confusion.shape == (2, 2)
    scores = whole(network, level, card)
    share, known = scores[2] / (scores[0] + scores[2]), labels != IGNORED
    sure = known & (np.abs(share - 0.5) > 0.01)
    np.testing.assert_array_equal(found.prediction[sure], share[sure] >= 0.5)
    assert (found.truth[known] == (labels[known] == 2)).all()


def test_of_more_classes_the_likeliest_is_the_label(config, scene):
    card = dataclasses.replace(config.card, classes=("background", "building", "tree"))
    torch.manual_seed(3)
    network = torch.nn.Conv2d(3, 3, 1)
    found = judge(network, scene, card)
    scores = whole(network, scene.levels[0], card)
    known = scene.levels[0].labels != IGNORED
    ranked = np.sort(scores, axis=0)
    sure = known & (ranked[2] - ranked[1] > 0.01)
    np.testing.assert_array_equal(found.prediction[sure], scores.argmax(axis=0)[sure])
    assert set(found.curves) == {"building", "tree"}


def test_the_sample_holds_logits_at_temperature_1(config, scene):
    """Whatever the card's temperature, softmax of the sample is that of the network's logits."""
    torch.manual_seed(1)
    network = torch.nn.Conv2d(3, 2, 1)
    sample = judge(network, scene, dataclasses.replace(config.card, temperature=2.5)).sample
    known = scene.levels[0].labels != IGNORED
    np.testing.assert_array_equal(sample.labels, scene.levels[0].labels[known])
    expected = whole(network, scene.levels[0], config.card)[:, known].T
    np.testing.assert_allclose(sample.probabilities(), expected, atol=5e-3)  # the arithmetic may be bfloat16


def test_modules_keep_their_modes_and_weights(config, scene):
    network = random_network(config.card).train()
    network.encoder.eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    judge(network, scene, config.card)
    assert network.decoder.training
    assert not network.encoder.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_tiles_without_a_label_never_reach_the_network(config, scene):
    """Of labels in one corner, one tile is looked at."""
    labels = np.full_like(scene.levels[0].labels, IGNORED)
    labels[:8, :8] = 1
    level = dataclasses.replace(scene.levels[0], labels=labels)
    network = torch.nn.Conv2d(3, 2, 1)
    seen = []
    network.register_forward_hook(lambda _module, args, _out: seen.append(len(args[0])))
    found = judge(network, LabelledScene("corner", (level,), 1.0), dataclasses.replace(config.card, tile=64))
    assert found.pixels == 64
    assert len(seen) == 1
