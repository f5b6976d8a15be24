"""What a run keeps: the network as a bundle, its card with what was measured, and the page about it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn

from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.training.config import TrainConfig


@dataclass(frozen=True, slots=True)
class Kept:
    """How good the kept weights are."""

    step: int
    threshold: float
    iou: float
    """Mean over the validation scenes."""
    by_place: Mapping[str, float]
    """IoU of each validation scene at the threshold."""


def keep(network: nn.Module, config: TrainConfig, kept: Kept) -> Kept:
    """Write the network into the config's bundle, in place of an earlier one of this run."""
    card = measured_card(config, kept)
    page = model_page(card, config, kept)
    bundle.save(config.out, card, state=network.state_dict(), page=page, overwrite=True)
    return kept


def measured_card(config: TrainConfig, kept: Kept) -> ModelCard:
    """The config's card with its threshold, figures and data filled in."""
    figures = {"iou": {k: round(v, 4) for k, v in kept.by_place.items()}, "mean_iou": round(kept.iou, 4)}
    trained_on = {
        "scenes": [s.scene.stem for s in config.data.train],
        "synthetic_towns": config.data.synthetic.towns,
        "steps": kept.step,
        "seed": config.seed,
    }
    return dataclasses.replace(
        config.card, threshold=round(kept.threshold, 3), metrics=figures, trained_on=trained_on
    )


def model_page(card: ModelCard, config: TrainConfig, kept: Kept) -> str:
    """MODEL.md: what the config says about the model, its sources and licence, and the figures."""
    rows = [f"| {name} | {iou:.3f} |" for name, iou in kept.by_place.items()]
    lines = [
        f"# {card.name} {card.version}",
        "",
        card.description,
        "",
        *([config.about.strip(), ""] if config.about else []),
        "## Figures",
        "",
        f"Validation scenes: places that were not trained on, but on which step ({kept.step}) and threshold",
        f"({card.threshold:g}) were chosen, so that figures elsewhere may be lower.",
        "",
        "| place | IoU |",
        "|---|---|",
        *rows,
        f"| mean | {kept.iou:.3f} |",
        "",
        "## Sources and licence",
        "",
        *[f"- {source}" for source in card.sources],
        "",
        f"Licence of the weights: {card.license}.",
        "",
    ]
    return "\n".join(lines)
