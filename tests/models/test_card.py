"""The card: what the design lists is read, and nothing else."""

from typing import Any

import pytest

from geounet.errors import InvalidCardError
from geounet.models.card import ModelCard

CARD: dict[str, Any] = {
    "format": 1, "name": "buildings", "version": "1.0.0", "description": "", "task": "buildings",
    "architecture": {"name": "Unet", "encoder": "mobilenet_v2"}, "bands": ["red", "green", "blue"],
    "classes": ["background", "building"], "activation": "softmax", "gsd_m": 0.3,
    "normalization": {"range": "scene", "percentiles": [2, 98], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
    "tile": 512, "margin": 64, "license": "CC-BY-4.0", "sources": ["somewhere"],
}  # fmt: skip
OPTIONAL: dict[str, Any] = {
    "classes": ["background", "building", "boundary"], "auxiliary": ["boundary"],
    "threshold": 0.4, "temperature": 1.3, "finishing": {"min_area": 4}, "stride": 32, "gsd_range_m": [0.2, 0.5],
    "attribution": "© somebody", "x-lab": {"run": 7}, "metrics": {"iou": 0.7}, "axes": {"time": 12},
}  # fmt: skip


def test_a_card_is_the_same_after_a_round_trip() -> None:
    assert ModelCard.from_dict(CARD).to_dict() == CARD
    assert ModelCard.from_dict(CARD | OPTIONAL).to_dict() == CARD | OPTIONAL


@pytest.mark.parametrize("key", [key for key in CARD if key != "format"])
def test_a_missing_key_is_named(key: str) -> None:
    with pytest.raises(InvalidCardError, match=f"lacks '{key}'"):
        ModelCard.from_dict({k: v for k, v in CARD.items() if k != key})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"colour": 1}, "unknown key 'colour'"),
        ({"format": 2}, "upgrade geounet to a release that reads format 2"),
        ({"format": "1"}, "expected 1"),
        ({"task": "trees"}, "task is 'trees'"),
        ({"bands": []}, "bands"),
        ({"bands": ["red", "red", "blue"]}, "bands"),
        ({"bands": "red"}, "bands"),
        ({"bands": ["red"]}, "normalization"),
        ({"classes": ["background"]}, "classes"),
        ({"activation": "relu"}, "activation"),
        ({"gsd_m": 0}, "gsd_m"),
        ({"gsd_m": "0.3"}, "gsd_m"),
        ({"tile": 0}, "tile"),
        ({"tile": 512.0}, "tile"),
        ({"margin": 256}, "margin"),
        ({"stride": 7}, "stride"),
        ({"threshold": 1.1}, "threshold"),
        ({"temperature": 0}, "temperature"),
        ({"finishing": {"smooth": 1}}, "finishing"),
        ({"finishing": {"min_area": -1}}, "finishing"),
        ({"finishing": {"regularize": 1}}, "regularize true or false"),
        ({"auxiliary": ["boundary"]}, "auxiliary"),
        ({"auxiliary": ["building"]}, "every class after the first is auxiliary"),
        ({"architecture": "Unet"}, "architecture"),
        ({"normalization": {"range": "scene"}}, "normalization"),
        ({"normalization": CARD["normalization"] | {"range": [5, 5]}}, "normalization"),
        ({"normalization": CARD["normalization"] | {"std": [0, 1, 1]}}, "normalization"),
        ({"normalization": CARD["normalization"] | {"percentiles": [2, 101]}}, "normalization"),
        ({"normalization": CARD["normalization"] | {"range": ["scene", [0, 1]]}}, "normalization"),
        ({"normalization": CARD["normalization"] | {"range": ["scene", [1, 0], "dtype"]}}, "normalization"),
        ({"axes": "byx"}, "axes are 'byx'"),
        ({"axes": {"x": 3}}, "expected one of time and depth"),
        ({"axes": {"time": 3, "depth": 2}}, "axes"),
        ({"axes": {"time": 0}}, "axes"),
        ({"axes": {"depth": 2.0}}, "axes"),
        ({"name": ""}, "name"),
        ({"sources": "somewhere"}, "sources"),
    ],
)
def test_a_value_out_of_range_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidCardError, match=says):
        ModelCard.from_dict(CARD | change)


@pytest.mark.parametrize("nothing", [{}, [], None, "card"])
def test_an_empty_card_is_refused(nothing: Any) -> None:
    with pytest.raises(InvalidCardError):
        ModelCard.from_dict(nothing)


def test_score_names_follow_the_activation() -> None:
    assert ModelCard.from_dict(CARD).score_names == ("background", "building")
    assert ModelCard.from_dict(CARD | {"activation": "sigmoid"}).score_names == ("building",)


def test_a_band_may_have_a_range_of_its_own() -> None:
    ranges = ["scene", "dtype", [0, 30]]
    data = CARD | {"normalization": CARD["normalization"] | {"range": ranges}}
    card = ModelCard.from_dict(data)
    assert card.normalization.band_ranges == ("scene", "dtype", (0, 30))
    assert card.normalization.takes_statistics
    assert card.to_dict() == data


def test_one_range_is_that_of_each_band() -> None:
    fixed = ModelCard.from_dict(CARD | {"normalization": CARD["normalization"] | {"range": [0, 255]}})
    assert fixed.normalization.band_ranges == ((0, 255),) * 3
    assert not fixed.normalization.takes_statistics


def test_channels_of_a_volume_go_date_by_date() -> None:
    card = ModelCard.from_dict(CARD | {"axes": {"time": 2}})
    assert (card.steps, card.channels) == (2, 6)
    assert card.channel_names == ("red 1", "green 1", "blue 1", "red 2", "green 2", "blue 2")
    plain = ModelCard.from_dict(CARD)
    assert (plain.steps, plain.channels, plain.channel_names) == (1, 3, plain.bands)


def test_each_date_is_normalised_by_its_band() -> None:
    data = CARD["normalization"] | {"range": ["scene", "dtype", [0, 30]], "mean": [0.1, 0.2, 0.3]}
    over = ModelCard.from_dict(CARD | {"normalization": data}).normalization.over(2)
    assert over.band_ranges == ("scene", "dtype", (0, 30), "scene", "dtype", (0, 30))
    assert over.mean == (0.1, 0.2, 0.3, 0.1, 0.2, 0.3)
    assert over.over(1) == over
