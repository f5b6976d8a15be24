"""A network as the run's bundle: its card with what was measured, and the page about it."""

import dataclasses
from typing import Any

from torch import nn

from geounet import __version__
from geounet.models import bundle
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.training.config import TrainConfig
from geounet.training.reporting.model_page import model_page, places_table
from geounet.training.validation.verdict import Verdict

_DIGITS = 4
"""Decimals of a card's figures."""


def keep(network: nn.Module, config: TrainConfig, verdict: Verdict, step: int) -> None:
    """Write a run's best weights so far as its bundle, in the place of those before."""
    card = measured_card(config, verdict, step=step, metrics=iou_metrics(verdict))
    figures = places_table({name: {"iou": iou} for name, iou in verdict.by_place.items()})
    write_bundle(network, config, card, page=model_page(card, config, figures=figures))


def write_bundle(network: nn.Module, config: TrainConfig, card: ModelCard, *, page: str) -> Bundle:
    """Write the network into the config's bundle; raises OutputError where that is not possible."""
    config.out.parent.mkdir(parents=True, exist_ok=True)
    return bundle.save(config.out, card, state=network.state_dict(), page=page, overwrite=True)


def measured_card(
    config: TrainConfig,
    verdict: Verdict,
    *,
    step: int,
    metrics: dict[str, Any],
    temperature: float | None = None,
) -> ModelCard:
    """The config's card with its threshold, temperature, figures and data filled in."""
    data = config.data
    trained_on = {
        "scenes": [scene.scene.stem for scene in data.train],
        "datasets": [f"{one.name} {one.split}" for one in data.datasets if one.use == "train"],
        "synthetic_towns": data.synthetic.towns,
        "steps": step,
        "seed": config.seed,
        "geounet": __version__,
    }
    return dataclasses.replace(
        config.card,
        threshold=round(verdict.threshold, _DIGITS),
        temperature=config.card.temperature if temperature is None else temperature,
        metrics=metrics,
        trained_on=trained_on,
    )


def iou_metrics(verdict: Verdict) -> dict[str, Any]:
    """What a card says of IoU: of each place, and their mean."""
    by_place = {name: round(iou, _DIGITS) for name, iou in verdict.by_place.items()}
    return {"iou": by_place, "mean_iou": round(verdict.iou, _DIGITS)}


def rounded(figures: dict[str, float | None]) -> dict[str, float | None]:
    """Figures as a card has them."""
    return {name: None if value is None else round(value, _DIGITS) for name, value in figures.items()}
