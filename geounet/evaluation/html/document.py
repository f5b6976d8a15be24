"""A report as one HTML page that needs nothing else: no network, no scripts."""

from collections.abc import Mapping
from typing import Any

from geounet.evaluation.html.cards import cards
from geounet.evaluation.html.curves import curves_view
from geounet.evaluation.html.glossary import GLOSSARY
from geounet.evaluation.html.map import map_view
from geounet.evaluation.html.stylesheet import STYLE
from geounet.evaluation.html.tables import classes_table, confusion_table, sizes_table
from geounet.evaluation.picture import Picture
from geounet.evaluation.report import Report
from geounet.figures import fine, ratio
from geounet.html.cards import cards_view
from geounet.html.markup import Markup, joined, section, tag
from geounet.html.page import page as whole_page
from geounet.html.tables import facts_table

_TITLES = {"labels": "pixel by pixel", "objects": "object by object", "lines": "line by line"}

_OPTIONS = {
    "threshold": "threshold of probability", "boundary_px": "pixels along outlines", "relax_px": "pixels forgiven",
    "iou": "least IoU of a match", "buffer_m": "buffer in metres", "snap_m": "snapping in metres", "classes": "classes",
}  # fmt: skip
"""What the options that matter are called."""


def page(report: Report, picture: Picture | None = None) -> str:
    """The page of a report, and of its picture where there is one."""
    inputs = report.metadata["inputs"]
    title = f"{inputs['prediction']['file']} against {inputs['truth']['file']}"
    content = (_header(report), cards_view(cards(report)), *_sections(report, picture), _measured(report))
    return whole_page(title, *content, style=STYLE, version=report.metadata["version"])


def _header(report: Report) -> Markup:
    inputs = report.metadata["inputs"]
    heading = joined(inputs["prediction"]["file"], tag("span", " against "), inputs["truth"]["file"])
    return tag(
        "header",
        tag("p", f"Evaluation, {_TITLES[report.kind]}", class_="over"),
        tag("h1", heading),
        tag("p", " · ".join(_place(report.metadata))),
    )


def _place(metadata: Mapping[str, Any]) -> list[str]:
    """Where and at which pixels things were compared."""
    place = [metadata["crs"] or "no CRS"]
    grid = metadata["grid"]
    if grid:
        place.append(f"{grid['rows']:,} × {grid['cols']:,} pixels")
        if grid["gsd_m"]:
            place.append(f"{sum(grid['gsd_m']) / 2:.3g} m per pixel")
    inputs = metadata["inputs"]
    place += [f"within {inputs[name]['file']}" for name in ("aoi", "valid") if inputs[name]]
    return place


def _sections(report: Report, picture: Picture | None) -> list[Markup]:
    """What the page shows between the key figures and how they were measured."""
    sections = []
    if picture is not None:
        sections.append(section("Hits, misses and false alarms", map_view(picture)))
    if report.curves:
        sections.append(curves_view(report.curves, used=report.metadata["options"].get("threshold")))
    if report.labels is not None:
        words = (
            f"Accuracy {ratio(report.labels['accuracy'])}: the share of all pixels that have the right class."
        )
        sections.append(section("By class", classes_table(report.labels["per_class"]), words=words))
        sections.append(_confusion(report.labels))
        if report.labels["challenges"] is not None:
            sections.append(_challenges(report.labels["challenges"]))
    if report.objects is not None and report.objects["count_true"]:
        sections.append(section("Recall by size", sizes_table(report.objects["by_size"])))
    if report.lines is not None:
        sections.append(_directions(report.lines))
    return sections


def _confusion(labels: Mapping[str, Any]) -> Markup:
    """One matrix of all classes; where they may overlap, one of each class against the rest."""
    words = "Where the pixels of each true class went: shares of the row, and pixels."
    if labels["confusion"] is not None:
        matrix = confusion_table(labels["confusion"], labels["class_names"])
        return section("Confusion matrix", matrix, words=words)
    matrices = [
        confusion_table(figures["confusion"], (f"not {name}", name))
        for name, figures in labels["per_class"].items()
    ]
    return section("Confusion matrices", *matrices, words=words)


def _challenges(figures: Mapping[str, Any]) -> Markup:
    """What segmentation challenges count, of all that is not background."""
    facts = {
        "Rand error": f"{ratio(figures['rand_error'])}: pairs of pixels that are parted or joined wrongly (ISBI 2012).",
        "warping error": f"{fine(figures['warping_error'])}: pixels that differ when the truth is warped to the prediction "
        "as far as its topology allows (Jain et al. 2010).",
        "SEG": f"{ratio(figures['seg'])}: mean IoU of true objects, 0 for those of which half or more is missed "
        "(Cell Tracking Challenge).",
    }
    return section("As segmentation challenges count", facts_table(facts))


def _directions(lines: Mapping[str, Any]) -> Markup:
    """APLS both ways, and the tolerances."""
    facts = {
        "APLS, predicted paths in the truth": ratio(lines["apls_to_truth"]),
        "APLS, true paths in the prediction": ratio(lines["apls_to_prediction"]),
        "buffer": f"{lines['buffer_m']:g} m",
        "snapping": f"{lines['snap_m']:g} m",
    }
    return section("Routes in both directions", facts_table(facts))


def _measured(report: Report) -> Markup:
    """What the figures mean, and what was chosen."""
    meanings = [joined(tag("dt", name), tag("dd", text)) for name, text in GLOSSARY[report.kind].items()]
    inputs = report.metadata["inputs"]
    files = {name: _described(given) for name, given in inputs.items() if given}
    options = {
        _OPTIONS[name]: _chosen(value)
        for name, value in report.metadata["options"].items()
        if value is not None
    }
    return joined(
        section("What the figures mean", tag("dl", *meanings)),
        section("How it was measured", facts_table(files | options)),
    )


def _described(given: Mapping[str, Any]) -> str:
    """An input in words: its name, and what else is known of it."""
    counts = [f"{given[key]:,} {key}" for key in ("features", "missing", "mended") if given.get(key)]
    return ", ".join([given["file"], *filter(None, (given.get("crs"),)), *counts])


def _chosen(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else f"{value}"
