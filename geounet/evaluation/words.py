"""A report as a small table for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from geounet.evaluation.report import Report
from geounet.figures import (
    count,
    difference,
    fine,
    metres,
    percent,
    ratio,
    size_range,
    square_metres,
)

_BY_CLASS = ("iou", "f1", "precision", "recall", "boundary_iou", "relaxed_precision", "relaxed_recall")
_HEADINGS = ("class", "IoU", "F1", "precision", "recall", "boundary IoU", "relaxed P", "relaxed R", "true px")


def in_words(report: Report) -> str:
    """The figures of a report in lines of text."""
    inputs = report.metadata["inputs"]
    lines = [f"{inputs['prediction']['file']} against {inputs['truth']['file']} ({report.kind})"]
    if report.labels is not None:
        lines += _labels(report.labels)
    lines += [_best(name, curve) for name, curve in (report.curves or {}).items()]
    if report.objects is not None:
        lines += _objects(report.objects)
    if report.lines is not None:
        lines += _lines(report.lines)
    return "\n".join(lines)


def _labels(labels: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (name, *(ratio(figures[key]) for key in _BY_CLASS), count(figures["support"]))
        for name, figures in labels["per_class"].items()
    ]
    if len(labels["class_names"]) > 2:
        rows.append(("mean", *(ratio(labels[key]) for key in _BY_CLASS), ""))
    yield from _table(_HEADINGS, rows)
    yield f"accuracy {ratio(labels['accuracy'])}; {count(labels['ignored'])} px do not count"
    challenges = labels["challenges"]
    if challenges is not None:
        yield (
            f"as challenges count: Rand error {ratio(challenges['rand_error'])}, warping error "
            f"{fine(challenges['warping_error'])}, mean object IoU (SEG) {ratio(challenges['seg'])}"
        )


def _best(name: str, curve: Mapping[str, Any]) -> str:
    if curve["best_threshold"] is None:
        return f"{name}: no true pixel, so no best threshold"
    return (
        f"{name}: best threshold {curve['best_threshold']:.3g}, F1 {ratio(curve['best_f1'])} there; "
        f"average precision {ratio(curve['average_precision'])}"
    )


def _objects(objects: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"F1 {ratio(objects['f1'])} at IoU {objects['iou_threshold']:g}: precision {ratio(objects['precision'])}, "
        f"recall {ratio(objects['recall'])}; mean F1 over IoU 0.50 to 0.95 {ratio(objects['f1_average'])}"
    )
    yield (
        f"{count(objects['tp'])} of {count(objects['count_predicted'])} predicted are among the "
        f"{count(objects['count_true'])} true ones; PoLiS {metres(objects['polis_m'])}"
    )
    yield (
        f"number {difference(objects['count_error'])}, area {difference(objects['area_error'])} "
        f"({square_metres(objects['area_predicted_m2'])} for {square_metres(objects['area_true_m2'])}); "
        f"{count(objects['over_segmented'])} cut in pieces, {count(objects['under_segmented'])} run together"
    )
    sizes = [
        (
            size_range(size["min_m2"], size["max_m2"]),
            ratio(size["recall"]),
            count(size["found"]),
            count(size["true"]),
        )
        for size in objects["by_size"]
        if size["true"]
    ]
    yield from _table(("true area", "recall", "found", "of"), sizes) if sizes else ()


def _lines(lines: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"APLS {ratio(lines['apls'])} (predicted paths in the truth {ratio(lines['apls_to_truth'])}, "
        f"true paths in the prediction {ratio(lines['apls_to_prediction'])})"
    )
    yield (
        f"within {lines['buffer_m']:g} m: completeness {percent(lines['completeness'])}, "
        f"correctness {percent(lines['correctness'])}, quality {percent(lines['quality'])}"
    )
    yield f"length {metres(lines['length_predicted_m'])} for {metres(lines['length_true_m'])} of truth"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows under their headings: the first column to the left, the others to the right."""
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    for row in (headings, *rows):
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join([row[0].ljust(widths[0]), *cells]).rstrip()
