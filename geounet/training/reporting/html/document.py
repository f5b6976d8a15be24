"""A run's report as one HTML page that needs nothing else: no network, no scripts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np

from geounet import __version__
from geounet.evaluation.curve import ThresholdCurve
from geounet.evaluation.html.curves import curves_view
from geounet.evaluation.html.tables import classes_table, confusion_table
from geounet.figures import count, duration, ratio
from geounet.html.cards import Card, cards_view
from geounet.html.markup import Markup, joined, section, tag
from geounet.html.page import page as whole_page
from geounet.html.tables import facts_table, table
from geounet.models.card import ModelCard
from geounet.training.config import TrainConfig
from geounet.training.config.written import to_toml
from geounet.training.report import gain_in_words
from geounet.training.reporting.conclusion import Conclusion, total_confusion
from geounet.training.reporting.html.charts import iou_chart, loss_chart, reliability_chart
from geounet.training.reporting.html.gallery import augmentation_section, results_section
from geounet.training.reporting.html.style import STYLE
from geounet.training.reporting.model_page import COLUMNS, augmentation_in_words, loss_in_words
from geounet.training.reporting.pictures import Pictures
from geounet.training.validation.judge import Judged


def page(
    config: TrainConfig,
    card: ModelCard,
    found: Conclusion,
    *,
    pictures: Pictures,
    data: Mapping[str, Any] | None,
) -> str:
    """The page of a run; `data` is its record of files."""
    parts = (_header(card, found), cards_view(_cards(found)), *_sections(config, card, found, pictures, data))
    content = [part for part in parts if part is not None]
    return whole_page(f"Training of {card.name}", *content, style=STYLE, version=__version__)


def _sections(
    config: TrainConfig,
    card: ModelCard,
    found: Conclusion,
    pictures: Pictures,
    data: Mapping[str, Any] | None,
) -> Iterator[Markup | None]:
    yield _warnings(found.warnings)
    yield _curves(found)
    yield _places(found)
    yield results_section(pictures.rows, found.figures.classes)
    yield curves_view(_pooled_curves(found.judged), used=found.verdict.threshold)
    per_class = {name: counts.to_dict() for name, counts in found.figures.pooled().items()}
    yield section("By class", classes_table(per_class), words="Pixels of all places together.")
    yield tag("div", _confusion(found), _calibration(found), class_="pair")
    yield augmentation_section(pictures.augmentation)
    yield _made(config, card, found)
    yield _files(data)


def _header(card: ModelCard, found: Conclusion) -> Markup:
    places = len(found.figures.scores)
    last = found.history[-1] if found.history else None
    words = [f"judged at {places} place{'s' * (places != 1)}", f"{card.gsd_m:g} m a pixel"]
    words += [f"{last.step:,} steps", duration(last.seconds)] if last else []
    return tag(
        "header",
        tag("p", "Training", class_="over"),
        tag("h1", joined(card.name, tag("span", f" {card.version}"))),
        tag("p", card.description),
        tag("p", " · ".join(words)),
    )


def _cards(found: Conclusion) -> tuple[Card, ...]:
    mean, several = found.figures.mean(), len(found.figures.scores) > 1
    over = "over the places" if several else "at the one place"
    last = found.history[-1].step if found.history else found.step
    before = found.start_iou
    meant = "intersection over union" if before is None else gain_in_words(before, found.verdict.iou)
    return (
        Card("mean IoU", ratio(found.verdict.iou), f"{over}: {meant}"),
        Card("mean F1", ratio(mean["f1"]), "of precision and recall"),
        Card("relaxed F1", ratio(mean["relaxed_f1"]), "forgiving 3 px"),
        Card("threshold", f"{found.verdict.threshold:.3g}", "of probability"),
        Card(
            "calibration error",
            ratio(found.calibration.after.error),
            f"at temperature {found.calibration.temperature:.3g}",
        ),
        Card("step", count(found.step), f"of {count(last)}"),
    )


def _warnings(sentences: Sequence[str]) -> Markup | None:
    if not sentences:
        return None
    items = tag("ul", *(tag("li", sentence) for sentence in sentences))
    return tag("section", tag("h2", "To know"), items, class_="warnings")


def _curves(found: Conclusion) -> Markup | None:
    if not found.history:
        return None
    left = section("Loss over the steps", loss_chart(found.history, found.step))
    right = section("IoU over the steps", iou_chart(found.history, found.step))
    return tag("div", left, right, class_="pair")


def _places(found: Conclusion) -> Markup:
    """The figures of each place, and their mean."""
    figures = found.figures
    head = tag("tr", tag("th", "place"), *(tag("th", name) for name in COLUMNS.values()), tag("th", "pixels"))
    rows = [
        _row(one.name, figures.of_place(one.name), count(one.pixels))
        for one in sorted(found.judged, key=lambda one: found.verdict.by_place.get(one.name, -1.0))
    ]
    rows.append(_row("mean", figures.mean(), count(sum(one.pixels for one in found.judged))))
    words = "The worst first. Weights, threshold and temperature were chosen here: elsewhere figures may be lower."
    return section("By place", table(head, rows), words=words)


def _row(name: str, figures: Mapping[str, float | None], pixels: str) -> Markup:
    cells = [tag("td", ratio(figures[key])) for key in COLUMNS]
    return tag("tr", tag("th", name, scope="row"), *cells, tag("td", pixels))


def _pooled_curves(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """The curve of each class over the pixels of all places."""

    def summed(name: str, part: str) -> Any:  # noqa: ANN401 (an array)
        return np.sum([getattr(one.curves[name], part) for one in judged], axis=0)

    return {
        name: ThresholdCurve(summed(name, "outside"), summed(name, "inside")).to_dict()
        for name in judged[0].curves
    }


def _confusion(found: Conclusion) -> Markup:
    matrix = confusion_table(total_confusion(found.judged), found.figures.classes)
    return section("Confusion matrix", matrix, words="Where the pixels of each true class went.")


def _calibration(found: Conclusion) -> Markup:
    calibration = found.calibration
    words = f"Expected calibration error {ratio(calibration.after.error)}; on the diagonal it would be 0."
    if calibration.temperature != 1:
        words += (
            f" The temperature of {calibration.temperature:.3g} is the one that makes the labels likeliest: it brought "
            f"cross-entropy from {calibration.nll_before:.4f} to {calibration.nll:.4f}, and the error from "
            f"{ratio(calibration.before.error)}."
        )
    return section("Calibration", reliability_chart(calibration), words=words)


def _made(config: TrainConfig, card: ModelCard, found: Conclusion) -> Markup:
    """How the weights were made."""
    o = config.optimizer
    facts = {
        "network": _network(card),
        "first weights": config.start or PurePath(config.init).name,
        "crops": f"{config.data.crop} px, {o.batch * o.accumulate * config.devices} a step",
        "optimizer": f"{o.method}, rate {o.rate:g}, {o.schedule}, decay {o.decay:g}",
        "loss": loss_in_words(config.loss),
        "augmentation": augmentation_in_words(config.augment),
        "averages": _averages(config),
        "seed": config.seed,
        "weights of step": f"{found.step:,}",
        "geounet": __version__,
    }
    whole = tag("details", tag("summary", "The whole config"), tag("pre", to_toml(config)))
    return section("How it was trained", facts_table(facts), whole)


def _network(card: ModelCard) -> str:
    """The network's name, then its arguments."""
    arguments = dict(card.architecture or {})
    name = arguments.pop("name", "")
    return ", ".join([str(name), *(f"{key.replace('_', ' ')} {value}" for key, value in arguments.items())])


def _averages(config: TrainConfig) -> str:
    o = config.optimizer
    named = {
        "moving average": o.average,
        "equal average of the end": o.swa,
        "soup": o.soup if o.soup > 1 else 0,
    }
    return ", ".join(f"{name} {value:g}" for name, value in named.items() if value) or "none"


def _files(data: Mapping[str, Any] | None) -> Markup | None:
    if not data or not data["files"]:
        return None
    head = tag("tr", *(tag("th", name) for name in ("file", "for", "bytes", "sha256")))
    rows = [
        tag(
            "tr", tag("th", "/".join(PurePath(one["path"]).parts[-2:]), scope="row"), tag("td", one["use"]),
            tag("td", count(one["bytes"])), tag("td", tag("code", one["sha256"][:16])),
        )
        for one in data["files"]
    ]  # fmt: skip
    listed = tag("details", tag("summary", f"{len(rows)} files"), table(head, rows))
    return section("Data", listed, words="Whole digests are in data.json.")
