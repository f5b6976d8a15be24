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
    "attribution": "© somebody", "x-lab": {"run": 7}, "metrics": {"iou": 0.7}, "axes": "byx",
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
