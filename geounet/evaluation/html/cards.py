"""The figures that a report begins with."""

from collections.abc import Mapping
from typing import Any

from geounet.evaluation.report import Report
from geounet.figures import count, difference, metres, percent, ratio, square_metres
from geounet.html.cards import Card


def cards(report: Report) -> tuple[Card, ...]:
    """The key figures, the first the one to quote."""
    found: list[Card] = []
    if report.labels is not None:
        found += _labels(report.labels)
    if report.objects is not None:
        found += _objects(report.objects)
    if report.lines is not None:
        found += _lines(report.lines)
    return tuple(found)


def _labels(labels: Mapping[str, Any]) -> list[Card]:
    classes = len(labels["class_names"]) - 1
    mean = "mean " if classes > 1 else ""
    of = f"over {classes} classes" if classes > 1 else f"of {labels['class_names'][-1]}"
    return [
        Card(f"{mean}IoU", ratio(labels["iou"]), f"overlap {of}: intersection over union"),
        Card(f"{mean}F1", ratio(labels["f1"]), "of precision and recall"),
        Card(f"{mean}precision", ratio(labels["precision"]), "of predicted pixels are true"),
        Card(f"{mean}recall", ratio(labels["recall"]), "of true pixels are predicted"),
        Card(
            "boundary IoU",
            ratio(labels["boundary_iou"]),
            f"overlap within {labels['boundary_px']} px of outlines",
        ),
        Card("relaxed F1", ratio(labels["relaxed_f1"]), f"forgiving {labels['relax_px']} px"),
    ]


def _objects(objects: Mapping[str, Any]) -> list[Card]:
    found, true, predicted = objects["tp"], objects["count_true"], objects["count_predicted"]
    return [
        Card("F1", ratio(objects["f1"]), f"at IoU {objects['iou_threshold']:g}, one to one"),
        Card("precision", ratio(objects["precision"]), f"{count(found)} of {count(predicted)} predicted are true"),
        Card("recall", ratio(objects["recall"]), f"{count(found)} of {count(true)} true ones are found"),
        Card("mean F1", ratio(objects["f1_average"]), "over IoU 0.50, 0.55 … 0.95"),
        Card("PoLiS", metres(objects["polis_m"]), "between outlines of matches"),
        Card("number", difference(objects["count_error"]), f"{count(predicted)} for {count(true)}"),
        Card(
            "area", difference(objects["area_error"]),
            f"{square_metres(objects['area_predicted_m2'])} for {square_metres(objects['area_true_m2'])}",
        ),
        Card(
            "cut · merged", f"{count(objects['over_segmented'])} · {count(objects['under_segmented'])}",
            "true ones in pieces · predictions over several",
        ),
    ]  # fmt: skip


def _lines(lines: Mapping[str, Any]) -> list[Card]:
    buffer = f"{lines['buffer_m']:g} m"
    return [
        Card("APLS", ratio(lines["apls"]), "routes as long as the true ones"),
        Card("completeness", percent(lines["completeness"]), f"of true length is found within {buffer}"),
        Card("correctness", percent(lines["correctness"]), f"of predicted length is true within {buffer}"),
        Card("quality", percent(lines["quality"]), "matched, of all that is either"),
        Card("length", metres(lines["length_predicted_m"]), f"for {metres(lines['length_true_m'])} of truth"),
    ]
