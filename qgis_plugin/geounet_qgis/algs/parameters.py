"""Makes parameters: each with a help text, the rarer ones folded away.

Optional numbers have no default: where nothing is set, the choice is the model's own, or the library's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from geounet_qgis.compat import ADVANCED
from geounet_qgis.translation import tr

Parameter = TypeVar("Parameter", bound=QgsProcessingParameterDefinition)


def helped(parameter: Parameter, text: str) -> Parameter:
    """Return the parameter with its help text."""
    parameter.setHelp(text)
    return parameter


def advanced(parameter: Parameter) -> Parameter:
    """Return the parameter, folded away."""
    parameter.setFlags(parameter.flags() | ADVANCED)
    return parameter


def decimal(
    name: str, title: str, *, default: float | None = None, **range_: float
) -> QgsProcessingParameterNumber:
    """Return an optional number; `range_` is `minimum`, `maximum` or both."""
    parameter = _number(name, title, QgsProcessingParameterNumber.Type.Double, range_)
    parameter.setDefaultValue(default)
    return parameter


def whole(name: str, title: str, **range_: float) -> QgsProcessingParameterNumber:
    """Return an optional whole number; `range_` is `minimum`, `maximum` or both."""
    return _number(name, title, QgsProcessingParameterNumber.Type.Integer, range_)


def yes_no_own(name: str, title: str, *, own: str) -> QgsProcessingParameterEnum:
    """Return a choice between what is done without a choice, which `own` says, yes and no, in this order."""
    options = [own, tr("Yes"), tr("No")]
    return QgsProcessingParameterEnum(name, title, options=options, defaultValue=0)


def one_of(name: str, title: str, words: Sequence[str], *, default: str) -> QgsProcessingParameterEnum:
    """Return a choice of words that are no text to translate; the chosen word is the value."""
    return QgsProcessingParameterEnum(
        name, title, options=list(words), defaultValue=default, usesStaticStrings=True
    )


def text(name: str, title: str, *, default: str = "") -> QgsProcessingParameterString:
    """Return a text that may be empty."""
    return QgsProcessingParameterString(name, title, defaultValue=default, optional=True)


def tick(name: str, title: str, *, default: bool = False) -> QgsProcessingParameterBoolean:
    """Return a box to tick."""
    return QgsProcessingParameterBoolean(name, title, defaultValue=default)


def _number(name: str, title: str, type_: Any, range_: dict[str, float]) -> QgsProcessingParameterNumber:  # noqa: ANN401
    parameter = QgsProcessingParameterNumber(name, title, type=type_, optional=True)
    if "minimum" in range_:
        parameter.setMinimum(range_["minimum"])
    if "maximum" in range_:
        parameter.setMaximum(range_["maximum"])
    return parameter
