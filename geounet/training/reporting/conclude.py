"""The end of a run: temperature and threshold are chosen, and bundle, figures, page and pictures written."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

from torch import nn

from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.models.weights import fit, halve
from geounet.raster.thumbnail import png
from geounet.training.config import TrainConfig
from geounet.training.durable import write_durably
from geounet.training.report import gain_in_words
from geounet.training.reporting import run_folder
from geounet.training.reporting.advice import advice, left_advice, temperature_advice, threshold_advice
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
from geounet.training.validation.verdict import Verdict, moved_threshold, verdict

_FEW_PIXELS = 5e-4
"""IoU that a temperature may take: less than a figure shows."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Chosen:
    """What was chosen on the validation places, and what the weights score with it."""

    card: ModelCard
    judged: tuple[Judged, ...]
    verdict: Verdict
    calibration: Calibration
    words: tuple[str, ...]
    """What is to be said of the choice."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Tried:
    """What the weights score with a card's temperature and threshold."""

    card: ModelCard
    judged: tuple[Judged, ...]
    verdict: Verdict


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
            *chosen.words,
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
    """Choose the temperature, then at it the threshold; judge with both."""
    own = config.card.threshold if config.threshold is None else config.threshold
    first = _try(network, scenes, dataclasses.replace(config.card, threshold=own))
    before = Sample.joined([one.sample for one in first.judged])
    if config.calibrate:
        likeliest = round(best_temperature(before), 4)
        tried = _calibrated(network, config, scenes, first=first, temperature=likeliest)
    else:
        likeliest = first.card.temperature
        tried = _at_best_threshold(network, config, scenes, tried=first)
    after, temperature = Sample.joined([one.sample for one in tried.judged]), tried.card.temperature
    words: list[str] = []
    if likeliest != temperature:
        words.append(left_advice(likeliest, temperature))
    elif config.calibrate:
        words += temperature_advice(temperature)
    if config.threshold is None and len(tried.judged[0].classes) == 2:
        words += threshold_advice(tried.card.threshold, temperature)
    calibration = _calibration(before, after, temperature)
    return _Chosen(tried.card, tried.judged, tried.verdict, calibration, tuple(words))


def _calibrated(
    network: nn.Module,
    config: TrainConfig,
    scenes: Sequence[LabelledScene],
    *,
    first: _Tried,
    temperature: float,
) -> _Tried:
    """The weights at a temperature, with the threshold that is best there; `first` is at the temperature before.

    Far from 1, steps of 1/250 are too coarse a search: where IoU falls below that of the threshold before, that one is
    tried, moved as probabilities are; where it still falls, the temperature stays. Tiles' scores are blended after it, so
    that the same decisions may differ by a few pixels: so much may be lost.
    """
    plain = verdict(first.judged, first.card, config.threshold)
    warm = _try(network, scenes, dataclasses.replace(first.card, temperature=temperature))
    found = _at_best_threshold(network, config, scenes, tried=warm)
    if config.threshold is not None or found.verdict.iou >= plain.iou:
        return found
    if len(found.judged[0].classes) == 2:
        moved = round(moved_threshold(plain.threshold, temperature / first.card.temperature), 4)
        other = _try(network, scenes, dataclasses.replace(found.card, threshold=moved))
        found = max(found, other, key=lambda one: one.verdict.iou)
    if found.verdict.iou >= plain.iou - _FEW_PIXELS:
        return found
    return _at_best_threshold(network, config, scenes, tried=first)


def _at_best_threshold(
    network: nn.Module, config: TrainConfig, scenes: Sequence[LabelledScene], *, tried: _Tried
) -> _Tried:
    """The same temperature at the config's threshold, or at the best."""
    threshold = round(verdict(tried.judged, tried.card, config.threshold).threshold, 4)
    if threshold == tried.card.threshold:
        return tried
    return _try(network, scenes, dataclasses.replace(tried.card, threshold=threshold))


def _try(network: nn.Module, scenes: Sequence[LabelledScene], card: ModelCard) -> _Tried:
    judged = tuple(judge(network, scene, card) for scene in scenes)
    return _Tried(card, judged, verdict(judged, card, card.threshold))


def _calibration(before: Sample, after: Sample, temperature: float) -> Calibration:
    """What a temperature has changed, as scores come out: where tiles overlap, they are means of several."""
    return Calibration(
        temperature=temperature,
        before=reliability(before.probabilities(), before.labels),
        after=reliability(after.probabilities(temperature), after.labels),
        nll_before=before.nll(),
        nll=after.nll(temperature),
    )


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
        card,
        config,
        figures=_tables(figures),
        more=[*_start_words(found), _calibration_words(found)],
        data=_data_record(config),
    )
    write_bundle(network, config, card, page=page)
    return card


def _tables(figures: PlaceFigures) -> str:
    """By place, and where there are several classes, by class."""
    places = {name: figures.of_place(name) for name in figures.scores} | {"mean": figures.mean()}
    classes = {name: figures.of_class(name) for name in figures.classes[1:]}
    tables = [places_table(places), *([places_table(classes)] if len(classes) > 1 else [])]
    return "\n\n".join(tables)


def _start_words(found: Conclusion) -> Iterator[str]:
    if found.start_iou is not None:
        gain = gain_in_words(found.start_iou, found.verdict.iou)
        yield f"Mean IoU at these places: {gain}; before is that of the model that the run started from."


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
        "start_iou": found.start_iou,
        "iou_by_place": dict(found.verdict.by_place),
        "iou_by_class": dict(found.verdict.by_class),
        "figures": found.figures.to_dict(),
        "calibration": found.calibration.to_dict(),
        "classes": list(found.figures.classes),
        "confusion": total_confusion(found.judged),
        "history": [dataclasses.asdict(one) for one in found.history],
        "warnings": list(found.warnings),
    }
