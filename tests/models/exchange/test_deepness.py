"""Deepness's keys mean what Deepness makes of them, and what they lack is said."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.errors import InvalidCardError, ModelError
from geounet.models.card import ModelCard, Normalization
from geounet.models.engines.onnx_file import OnnxFile, read_onnx
from geounet.models.exchange.deepness import CARD_KEY, card_of, differences, metadata_of
from geounet.raster.normalize import Normalizer, Ranges

Write = Callable[..., Path]
MakeCard = Callable[..., ModelCard]

KEYS = {
    "model_type": '"Segmentor"',
    "class_names": '{"0": "dark", "1": "bright"}',
    "resolution": "30",
    "tiles_size": "512",
}


def file(
    metadata: dict[str, str], *, bands: int = 3, scores: int | None = 2, side: int | None = None
) -> OnnxFile:
    return OnnxFile(
        content=b"", input="x", bands=bands, batch=None, side=side, scores=scores, opset=13, metadata=metadata
    )


def refused(metadata: dict[str, str], message: str, **shape: int | None) -> None:
    with pytest.raises((ModelError, InvalidCardError), match=message) as caught:
        card_of(file(metadata, **shape), name="land.onnx")
    assert "\n" not in str(caught.value)


def test_a_card_comes_back_whole(unet_card: MakeCard) -> None:
    card = unet_card(threshold=0.4, finishing={"min_area": 4.0}, attribution="© somebody")
    assert card_of(file(metadata_of(card)), name="x.onnx") == card


def test_a_models_keys_are_those_that_deepness_reads(unet_card: MakeCard) -> None:
    # Names and units: deepness/processing/models/model_base.py, and its page on metadata.
    found = {key: json.loads(text) for key, text in metadata_of(unet_card(threshold=0.4)).items()}
    assert found.pop(CARD_KEY)["name"] == "tiny"
    assert found == {
        "model_type": "Segmentor",
        "class_names": {"0": "background", "1": "building"},
        "resolution": pytest.approx(30),  # centimetres
        "tile_size": 64,
        "tiles_size": 64,
        "tiles_overlap": 50,  # per cent of a tile: 2 × 16 of 64 pixels
        "seg_thresh": 0.4,
        "seg_small_segment": 0,
        "standardization_mean": [0.5] * 3,
        "standardization_std": [0.5] * 3,
    }


def test_classes_that_may_overlap_are_named_from_zero(unet_card: MakeCard) -> None:
    card = unet_card(classes=("background", "a", "b"), activation="sigmoid", gsd_m=None)
    found = metadata_of(card)
    assert json.loads(found["class_names"]) == {"0": "a", "1": "b"}
    assert "resolution" not in found
    assert any("one class" in note for note in differences(card))


def test_one_score_has_the_names_of_both_classes_that_deepness_makes_of_it(unet_card: MakeCard) -> None:
    card = unet_card(classes=("background", "road"), activation="sigmoid")
    found = metadata_of(card)
    assert json.loads(found["class_names"]) == {"0": "background", "1": "road"}
    theirs = {key: text for key, text in found.items() if key != CARD_KEY}
    read = card_of(file(theirs, scores=1), name="x.onnx")
    assert (read.classes, read.activation) == (card.classes, card.activation)


@pytest.mark.parametrize("limits", ["dtype", (10.0, 200.0), ((0.0, 255.0), (5.0, 90.0), "dtype")])
def test_deepness_normalises_as_the_card_says(unet_card: MakeCard, limits: object) -> None:
    """Counts within the range: Deepness divides by 255, subtracts and divides; it does not clip."""
    values = Normalization(range=limits, percentiles=(2.0, 98.0), mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4))
    found = metadata_of(unet_card(normalization=values))
    mean, std = (
        np.array(json.loads(found[f"standardization_{name}"]))[:, None, None] for name in ("mean", "std")
    )
    ends = [one if isinstance(one, tuple) else (0.0, 255.0) for one in values.band_ranges]
    counts = np.stack([np.linspace(low, high, 20).reshape(4, 5) for low, high in ends]).astype(np.float32)
    ranges = Ranges(tuple(low for low, _ in ends), tuple(high for _, high in ends))
    expected = Normalizer.of(values, ranges)(counts, np.ones((4, 5), bool))
    np.testing.assert_allclose((counts / 255 - mean) / std, expected, atol=1e-5)


def test_a_file_for_deepness_gets_a_card(write_onnx: Write) -> None:
    card = card_of(read_onnx(write_onnx()), name="land.onnx")
    assert (card.name, card.task, card.architecture) == ("land", "areas", None)
    assert (card.bands, card.classes, card.activation) == (
        ("red", "green", "blue"),
        ("dark", "bright"),
        "softmax",
    )
    assert (card.gsd_m, card.tile, card.threshold) == (0.3, 64, 0.5)
    assert (card.margin, card.stride) == (
        16,
        32,
    )  # 25 per cent of 64 is 16, and an overlap is a multiple of 32
    assert card.normalization == Normalization(
        range="dtype", percentiles=(2.0, 98.0), mean=(0.0,) * 3, std=(1.0,) * 3
    )


def test_a_files_own_side_and_standardization_count(write_onnx: Write) -> None:
    keys = {**KEYS, "standardization_mean": "[0.1, 0.2, 0.3]", "standardization_std": "[1, 2, 3]"}
    card = card_of(read_onnx(write_onnx(side=256, metadata=keys)), name="land.onnx")
    assert card.tile == 256
    assert (card.normalization.mean, card.normalization.std) == ((0.1, 0.2, 0.3), (1, 2, 3))


@pytest.mark.parametrize(
    ("names", "scores", "classes", "activation"),
    [
        ('{"0": "road"}', 1, ("background", "road"), "sigmoid"),
        ('{"0": "not_road", "1": "road"}', 1, ("not_road", "road"), "sigmoid"),
        ("{0: 'a', 1: 'b', 2: 'c'}", 3, ("a", "b", "c"), "softmax"),  # Python's own words
        ('[{"0": "a", "1": "b"}]', 2, ("a", "b"), "softmax"),  # one of several outputs
        ('{"1": "b", "0": "a"}', None, ("a", "b"), "softmax"),
        ('{"' + '", "'.join(f'{i}": "c{i}' for i in range(11)) + '"}', 11, tuple(f"c{i}" for i in range(11)), "softmax"),
    ],
)  # fmt: skip
def test_classes_are_read_in_every_spelling(
    names: str, scores: int | None, classes: tuple[str, ...], activation: str
) -> None:
    for key in ("class_names", "names"):
        keys = {name: text for name, text in KEYS.items() if name != "class_names"} | {key: names}
        card = card_of(file(keys, scores=scores), name="x.onnx")
        assert (card.classes, card.activation) == (classes, activation)


@pytest.mark.parametrize("key", ["model_type", "class_names", "resolution"])
def test_a_missing_key_is_one_line_with_the_remedy(key: str) -> None:
    keys = {name: text for name, text in KEYS.items() if name != key}
    refused(keys, rf"land.onnx has no key '{key}' in its metadata.*pass --card card.json")


def test_a_threshold_of_nothing_is_none() -> None:
    assert card_of(file({**KEYS, "seg_thresh": "0"}), name="x.onnx").threshold == 0.5


def test_a_tile_is_asked_for_where_the_graph_leaves_it_open() -> None:
    keys = {name: text for name, text in KEYS.items() if name != "tiles_size"}
    refused(keys, "has no key 'tile_size'")
    assert card_of(file(keys, side=96), name="x.onnx").tile == 96
    assert card_of(file({**keys, "tile_size": "320"}), name="x.onnx").tile == 320


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("model_type", '"Detector"', "is a Detector; expected a Segmentor"),
        ("class_names", '{"0": "a"}', r"names 1 classes \(a\) and gives 2 scores"),
        ("class_names", '{"0": "a", "2": "b"}', "expected the numbers 0, 1, 2"),
        ("class_names", '"a"', "expected an object of numbers and names"),
        ("class_names", '{"0": "a", "1": "a"}', "expected distinct names"),
        ("resolution", '"fine"', "has resolution .*fine.* in its metadata"),
        ("resolution", "0", "gsd_m is 0"),
        ("tiles_size", "[]", "has tiles_size"),
        ("seg_thresh", "7", "threshold is 7"),
        ("standardization_std", "[1, 1]", "expected 3 numbers"),
        (CARD_KEY, "{}", "format None"),
        (CARD_KEY, "__import__('os').system('touch ran')", "geounet_card"),
    ],
)
def test_a_key_that_cannot_be_meant_is_refused(key: str, text: str, message: str) -> None:
    refused({**KEYS, key: text}, message)
    assert not Path("ran").exists()


@given(tile=st.integers(1, 2048), percent=st.integers(0, 100))
def test_any_tile_and_overlap_make_a_card(tile: int, percent: int) -> None:
    keys = {**KEYS, "tiles_size": str(tile), "tiles_overlap": str(percent)}
    card = card_of(
        file(keys), name="x.onnx"
    )  # its own checks: a core is left, all are multiples of the stride
    assert card.tile == tile
    if percent == 0:
        assert card.margin == 0
    if tile % 32 == 0 and 2 * card.margin + 32 < tile:
        assert 2 * card.margin >= tile * percent / 100


def test_what_deepness_does_otherwise_is_said(unet_card: MakeCard) -> None:
    scene_range = differences(unet_card(threshold=0.4, gsd_m=None))
    assert [note.split(":")[0] for note in scene_range] == [
        "Deepness takes a layer of 8 bits as it is",
        "Deepness takes the largest score",
        "the card names no GSD",
    ]
    fixed = Normalization(range=(0.0, 255.0), percentiles=(2.0, 98.0), mean=(0.5,) * 3, std=(0.5,) * 3)
    assert differences(unet_card(normalization=fixed)) == []
    wide = Normalization(range=(0.0, 3000.0), percentiles=(2.0, 98.0), mean=(0.5,) * 3, std=(0.5,) * 3)
    assert "8 bits alone" in differences(unet_card(normalization=wide))[0]
