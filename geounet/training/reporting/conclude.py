"""The end of a run: temperature and threshold are chosen, and bundle, figures, page and pictures written."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from torch import nn

from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.models.weights import fit, halve
from geounet.raster.thumbnail import png
from geounet.training.config import TrainConfig
from geounet.training.durable import write_durably
from geounet.training.reporting import run_folder
from geounet.training.reporting.advice import advice, temperature_advice
from geounet.training.reporting.conclusion import Calibration, Conclusion, total_confusion
from geounet.training.reporting.export import iou_metrics, measured_card, rounded, write_bundle
from geounet.training.reporting.html.document import page
from geounet.training.reporting.model_page import model_page, places_table
from geounet.training.reporting.pictures import pictures
from geounet.training.reporting.places import PlaceFigures, place_figures
from geounet.training.scenes.scene import LabelledScene
from geounet.training.validation.calibration import reliability
from geounet.training.validation.history import Validation
from geounet.training.validation.judge import Judged, judge
from geounet.training.validation.sample import Sample
from geounet.training.validation.temperature import best_temperature
from geounet.training.validation.verdict import Verdict, verdict


@dataclasses.dataclass(frozen=True, slots=True)
class _Chosen:
    """What was chosen on the validation places, and what the weights score with it."""

    card: ModelCard
    judged: tuple[Judged, ...]
    verdict: Verdict
    calibration: Calibration


def conclude(
    network: nn.Module,
    config: TrainConfig,
    scenes: Sequence[LabelledScene],
    *,
    history: Sequence[Validation],
    step: int,
) -> Conclusion:
    """Write a run's bundle for good, and all that is told of it.

    Weights are judged as the bundle holds them, with kernels in half precision, so that the figures are those of
    `geounet predict` and `geounet evaluate`. `step` is the one that they are of, or the best of several. The bundle's card
    gets threshold, temperature and figures; the run's folder gets report.html, report.json and results.png.
    """
    folder = config.run_folder
    chosen = _choose(_as_stored(network, config), config, scenes)
    figures = place_figures(chosen.judged)
    found = Conclusion(
        bundle=config.out,
        report=folder / run_folder.REPORT,
        step=step,
        verdict=chosen.verdict,
        figures=figures,
        calibration=chosen.calibration,
        judged=chosen.judged,
        history=tuple(history),
        warnings=(
            *advice(chosen.verdict, figures, chosen.judged, history=history, step=step),
            *(temperature_advice(chosen.calibration.temperature) if config.calibrate else ()),
        ),
    )
    card = _write_bundle(network, config, found)
    drawn = pictures(scenes, found, card=card)
    text = page(config, card, found, pictures=drawn, data=_data_record(config))
    write_durably(folder / run_folder.RESULTS, png(drawn.sheet))
    write_durably(folder / run_folder.FIGURES, run_folder.as_json(as_dict(found, card)).encode())
    write_durably(folder / run_folder.REPORT, text.encode())
    return found


def _as_stored(network: nn.Module, config: TrainConfig) -> nn.Module:
    """The network with its weights rounded as the bundle rounds them, on the same device."""
    device = next(network.parameters()).device
    stored = fit(build(config.card), halve(network.state_dict()), model=config.card.name)
    return stored.to(device)


def _choose(network: nn.Module, config: TrainConfig, scenes: Sequence[LabelledScene]) -> _Chosen:
    """Choose the temperature, then at it the threshold; judge with both. Each scene is gone through three times at most."""
    own = config.card.threshold if config.threshold is None else config.threshold
    card = dataclasses.replace(config.card, threshold=own)
    judged = _judge_all(network, scenes, card)
    before = Sample.joined([one.sample for one in judged])
    if config.calibrate:
        card = dataclasses.replace(card, temperature=round(best_temperature(before), 4))
        judged = _judge_all(network, scenes, card)
    threshold = round(verdict(judged, card, config.threshold).threshold, 4)
    if threshold != card.threshold:
        card = dataclasses.replace(card, threshold=threshold)
        judged = _judge_all(network, scenes, card)
    calibration = _calibration(before, Sample.joined([one.sample for one in judged]), card.temperature)
    return _Chosen(card, judged, verdict(judged, card, threshold), calibration)


def _calibration(before: Sample, after: Sample, temperature: float) -> Calibration:
    """What a temperature has changed, as scores come out: where tiles overlap, they are means of several."""
    return Calibration(
        temperature=temperature,
        before=reliability(before.probabilities(), before.labels),
        after=reliability(after.probabilities(temperature), after.labels),
        nll_before=before.nll(),
        nll=after.nll(temperature),
    )


def _judge_all(network: nn.Module, scenes: Sequence[LabelledScene], card: ModelCard) -> tuple[Judged, ...]:
    return tuple(judge(network, scene, card) for scene in scenes)


def _write_bundle(network: nn.Module, config: TrainConfig, found: Conclusion) -> ModelCard:
    """Write card, weights and MODEL.md, and return the card."""
    figures = found.figures
    metrics = iou_metrics(found.verdict) | {
        "mean": rounded(figures.mean()),
        "by_class": {name: rounded(figures.of_class(name)) for name in figures.classes[1:]},
        "calibration_error": rounded({"error": found.calibration.after.error})["error"],
    }
    card = measured_card(
        config, found.verdict, step=found.step, metrics=metrics, temperature=found.calibration.temperature
    )
    page = model_page(
        card, config, figures=_tables(figures), more=[_calibration_words(found)], data=_data_record(config)
    )
    write_bundle(network, config, card, page=page)
    return card


def _tables(figures: PlaceFigures) -> str:
    """By place, and where there are several classes, by class."""
    places = {name: figures.of_place(name) for name in figures.scores} | {"mean": figures.mean()}
    classes = {name: figures.of_class(name) for name in figures.classes[1:]}
    tables = [places_table(places), *([places_table(classes)] if len(classes) > 1 else [])]
    return "\n\n".join(tables)


def _calibration_words(found: Conclusion) -> str:
    calibration = found.calibration
    return (
        f"Expected calibration error {calibration.after.error:.3f}, at the temperature {calibration.temperature:.3g} "
        f"({calibration.before.error:.3f} at 1)."
    )


def _data_record(config: TrainConfig) -> dict[str, Any] | None:
    """What the run's folder says of its data; None where the run was not begun there."""
    path = config.run_folder / run_folder.DATA
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def as_dict(found: Conclusion, card: ModelCard) -> dict[str, Any]:
    """report.json."""
    return {
        "model": {"name": card.name, "version": card.version},
        "step": found.step,
        "threshold": found.verdict.threshold,
        "iou": found.verdict.iou,
        "iou_by_place": dict(found.verdict.by_place),
        "iou_by_class": dict(found.verdict.by_class),
        "figures": found.figures.to_dict(),
        "calibration": found.calibration.to_dict(),
        "classes": list(found.figures.classes),
        "confusion": total_confusion(found.judged),
        "history": [dataclasses.asdict(one) for one in found.history],
        "warnings": list(found.warnings),
    }
