"""Exports as Deepness itself reads and runs them.

A re-statement of what its code does (github.com/PUTvision/qgis-plugin-deepness, `processing/models/model_base.py`,
`segmentor.py`, `preprocessing_utils.py`, `map_processor_segmentation.py` and its dock, as of its newest stored
version): keys by `json.loads` and a plain type, names by their numbers, tiles of 8 bits to labels.
"""

import ast
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray

from geounet.models import bundle, load_model
from geounet.models.card import ModelCard, Normalization
from geounet.models.exchange import export_model
from geounet.models.networks import build
from geounet.raster.normalize import Normalizer, Ranges

MakeCard = Callable[..., ModelCard]
BYTES = Normalization(range=(0.0, 255.0), percentiles=(2.0, 98.0), mean=(0.4, 0.5, 0.6), std=(0.2, 0.25, 0.3))
TYPES: Mapping[str, Callable[[Any], Any]] = {
    "model_type": str, "resolution": float, "tile_size": int, "tiles_overlap": int, "seg_thresh": float,
    "seg_small_segment": int,
}  # fmt: skip


class Deepness:
    """A model file as its ModelBase and Segmentor see it."""

    def __init__(self, path: Path) -> None:
        self.session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        (given,) = self.session.get_inputs()
        (taken,) = self.session.get_outputs()
        self.shape, self.output = given.shape, taken.shape
        assert len(self.output) == 4
        assert self.output[2] == self.output[3]
        self.keys = self.session.get_modelmeta().custom_metadata_map

    def value(self, key: str) -> Any:
        return TYPES[key](json.loads(self.keys[key]))

    @property
    def names(self) -> list[str]:
        text = self.keys["class_names"]
        try:
            found = json.loads(text)
        except json.JSONDecodeError:
            found = ast.literal_eval(text)
        ordered = sorted(found.items(), key=lambda pair: int(pair[0]))
        assert [int(number) for number, _ in ordered] == list(range(len(ordered)))
        return [name for _, name in ordered]

    def channels(self) -> list[str]:
        """Every class that its dock lists, and its names of them: of one output channel it makes two classes."""
        count = 2 if self.output[-3] == 1 else self.output[-3]
        return [self.names[k] for k in range(count)]

    def labels(self, tiles: NDArray[np.uint8]) -> NDArray[np.int64]:
        """(N, rows, cols, channels) of 8 bits → (N, rows, cols) classes."""
        mean, std = (
            [float(v) for v in json.loads(self.keys[f"standardization_{name}"])] for name in ("mean", "std")
        )
        pixels = tiles[:, :, :, : self.shape[-3]]
        pixels = np.float32(pixels * 1.0 / 255.0)
        pixels = (pixels - np.array(mean, np.float32)) / np.array(std, np.float32)
        (scores,) = self.session.run(None, {"patches": np.transpose(pixels, (0, 3, 1, 2))})
        scores[scores < self.value("seg_thresh")] = 0.0
        classes: NDArray[np.int64] = (
            (scores != 0).astype(int)[:, 0] if scores.shape[1] == 1 else np.argmax(scores, axis=1)
        )
        return classes


@pytest.fixture
def exported(unet_card: MakeCard, tmp_path: Path) -> Callable[..., tuple[Deepness, bundle.Bundle]]:
    def make(**changes: Any) -> tuple[Deepness, bundle.Bundle]:
        card = unet_card(normalization=BYTES, **changes)
        torch.manual_seed(4)
        saved = bundle.save(tmp_path / "model", card, state=build(card).state_dict(), page="")
        return Deepness(export_model(saved.folder, tmp_path / "model.onnx").files[0]), saved

    return make


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["background", "building"]),
        ({"classes": ("background", "road"), "activation": "sigmoid"}, ["background", "road"]),
        ({"classes": ("background", "a", "b"), "activation": "sigmoid"}, ["a", "b"]),
        ({"classes": ("background", "a", "b", "c")}, ["background", "a", "b", "c"]),
    ],
)
def test_every_key_is_read(exported: Any, changes: dict[str, Any], names: list[str]) -> None:
    model, saved = exported(**changes)
    assert model.channels() == names
    assert model.value("model_type").capitalize() == "Segmentor"
    assert model.value("tile_size") == saved.card.tile == model.shape[-1] == model.shape[-2]
    assert model.value("resolution") == pytest.approx(100 * saved.card.gsd_m)
    assert model.value("tiles_overlap") == 2 * 100 * saved.card.margin // saved.card.tile
    assert model.value("seg_thresh") == (0 if len(names) > 2 else saved.card.threshold)
    assert model.value("seg_small_segment") == 0
    assert isinstance(model.shape[0], str)  # it leaves the batch to its user
    assert isinstance(model.output[0], str)
    assert model.shape[1] == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 0.5},
        {"threshold": 0.55},
        {"classes": ("background", "road"), "activation": "sigmoid", "threshold": 0.45},
        {"classes": ("background", "a", "b")},
    ],
)
def test_its_labels_of_a_layer_of_bytes_are_ours(exported: Any, changes: dict[str, Any]) -> None:
    model, saved = exported(**changes)
    card, ours = saved.card, load_model(saved.folder, device="cpu", precision="float32")
    counts = np.random.default_rng(1).integers(0, 256, (2, card.tile, card.tile, 3), dtype=np.uint8)
    normalizer = Normalizer.of(card.normalization, Ranges((0.0,) * 3, (255.0,) * 3))
    valid = np.ones(counts.shape[1:3], np.bool_)
    scores = ours(np.stack([normalizer(one.transpose(2, 0, 1), valid) for one in counts]))
    second = scores[:, -1]
    expected = scores.argmax(1) if card.scores > 2 else (second >= card.threshold).astype(int)
    near = np.abs(second - card.threshold) < 1e-4
    if card.scores > 2:
        ordered = np.sort(scores, axis=1)
        near = ordered[:, -1] - ordered[:, -2] < 1e-4
    np.testing.assert_array_equal(model.labels(counts)[~near], expected[~near])
    assert len(np.unique(expected[~near])) > 1 or card.scores > 2
