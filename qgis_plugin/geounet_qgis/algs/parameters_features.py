"""The parameters of features: which objects are kept, and how their outlines or centrelines are drawn.

Each maker gives one parameter, named as the option is; `finishing_of` reads those that an algorithm has. Algorithms that
have a model leave choices to it (`as_model`); those that start from a raster of classes have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
)

from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters import decimal, helped, one_of, tick, yes_no_own
from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.translation import tr

KINDS = ("", "buildings", "roads", "areas")
"""What labels are, as the command line calls it; the first is what the raster says."""


def finishing_of(given: Given, *, stem: str) -> Finishing:
    """Return the words' finishing, of the parameters that the algorithm has."""
    values: dict[str, Any] = {
        name.lower(): read(given, name) for name, read in _READERS.items() if given.has(name)
    }
    if given.has("GRAPH"):
        values["graph"] = given.output("GRAPH", stem=stem)
    return Finishing(**values)


def further() -> list[QgsProcessingParameterDefinition]:
    """Return what is seldom chosen where there is a model."""
    return [
        separate(as_model=True),
        regularize_iou(),
        fill_holes(),
        simplify(),
        min_confidence(),
        connectivity(),
        centerlines(),
        max_gap(),
        min_length(),
    ]


def min_area(default: float | None = None) -> QgsProcessingParameterDefinition:
    """Return the smallest area."""
    return helped(
        decimal("MIN_AREA", tr("Smallest object (m²)"), default=default, minimum=0),
        tr("Smaller objects are left out. Where none is set: the model's own, or none."),
    )


def fill_holes(default: float | None = None) -> QgsProcessingParameterDefinition:
    """Return the largest hole."""
    return helped(
        decimal("FILL_HOLES", tr("Largest hole that is filled (m²)"), default=default, minimum=0),
        tr("Holes up to this size are closed. Where none is set: the model's own, or none."),
    )


def regularize(*, as_model: bool) -> QgsProcessingParameterDefinition:
    """Return whether outlines are regularised."""
    title = tr("Regularise outlines")
    return helped(
        yes_no_own("REGULARIZE", title, own=tr("As the model has it"))
        if as_model
        else tick("REGULARIZE", title),
        tr("Gives buildings right angles and parallel walls; shared walls stay shared."),
    )


def separate(*, as_model: bool, default: bool = False) -> QgsProcessingParameterDefinition:
    """Return whether buildings that touch are split."""
    title = tr("Separate buildings that touch")
    return helped(
        yes_no_own("SEPARATE", title, own=tr("As the model has it"))
        if as_model
        else tick("SEPARATE", title, default=default),
        tr("Splits buildings that have grown together, at their necks."),
    )


def regularize_iou() -> QgsProcessingParameterDefinition:
    """Return how well a regularised outline fits."""
    return helped(
        decimal("REGULARIZE_IOU", tr("Least fit of a regularised outline"), minimum=0, maximum=1),
        tr("Its least overlap with the exact outline, 0 to 1; 0.9 where none is set. Others stay exact."),
    )


def min_confidence() -> QgsProcessingParameterDefinition:
    """Return the least confidence."""
    return helped(
        decimal("MIN_CONFIDENCE", tr("Least confidence"), minimum=0, maximum=1),
        tr("Objects whose mean probability is lower are left out."),
    )


def connectivity() -> QgsProcessingParameterDefinition:
    """Return whether corners connect."""
    return helped(
        one_of("CONNECTIVITY", tr("Connectivity"), ("4", "8"), default="4"),
        tr("Whether pixels that meet at a corner only are one object (8) or two (4)."),
    )


def kind() -> QgsProcessingParameterDefinition:
    """Return what labels are."""
    options = [tr("As the raster says"), tr("Buildings"), tr("Roads"), tr("Areas")]
    return helped(
        QgsProcessingParameterEnum("KIND", tr("What the classes are"), options=options, defaultValue=0),
        tr(
            "It decides what is done with them: roads become centrelines. A raster that says nothing has areas."
        ),
    )


def simplify() -> QgsProcessingParameterDefinition:
    """Return the tolerance of simplification."""
    return helped(
        decimal("SIMPLIFY", tr("Simplification (m)"), minimum=0),
        tr("How far a simplified outline, or a smoothed centreline, may lie from the exact one."),
    )


def centerlines() -> QgsProcessingParameterDefinition:
    """Return whether there are lines in place of areas."""
    return helped(
        yes_no_own("CENTERLINES", tr("Centrelines"), own=tr("For roads")),
        tr("Lines along the middle, with their width, in place of areas."),
    )


def max_gap() -> QgsProcessingParameterDefinition:
    """Return the longest gap."""
    return helped(
        decimal("MAX_GAP", tr("Longest gap that is bridged (m)"), minimum=0),
        tr("Where a road is interrupted, by a tree's shade perhaps, its centreline goes on over so much."),
    )


def min_length() -> QgsProcessingParameterDefinition:
    """Return the shortest line."""
    return helped(
        decimal("MIN_LENGTH", tr("Shortest centreline (m)"), minimum=0),
        tr("Centrelines of their own that are shorter are left out."),
    )


def graph() -> QgsProcessingParameterDefinition:
    """Return the graph that is written."""
    return helped(
        QgsProcessingParameterFileDestination(
            "GRAPH", tr("Road graph"), fileFilter="GraphML (*.graphml)", optional=True, createByDefault=False
        ),
        tr("The roads as a graph too, for routing: GraphML."),
    )


def _kind(given: Given, name: str) -> str:
    return KINDS[given.index(name)]


_READERS: Mapping[str, Callable[[Given, str], Any]] = {
    "KIND": _kind,
    "MIN_AREA": Given.number,
    "FILL_HOLES": Given.number,
    "SIMPLIFY": Given.number,
    "MIN_CONFIDENCE": Given.number,
    "CONNECTIVITY": Given.word,
    "SEPARATE": Given.yes_no,
    "REGULARIZE": Given.yes_no,
    "REGULARIZE_IOU": Given.number,
    "CENTERLINES": Given.yes_no,
    "MAX_GAP": Given.number,
    "MIN_LENGTH": Given.number,
}
"""How each parameter is read."""
