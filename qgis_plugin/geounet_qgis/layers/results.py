"""What a run gave, on the map: named, grouped, styled and described once Processing has loaded it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
)
from qgis.PyQt import sip

from geounet_qgis.layers.describing import Facts, describe, facts_of
from geounet_qgis.layers.fields import set_up_fields
from geounet_qgis.layers.grouping import KINDS, Place, put
from geounet_qgis.layers.styling import style
from geounet_qgis.translation import tr


@dataclass(frozen=True)
class _Presentation:
    """How a layer is to be shown."""

    kind: str
    title: str
    place: Place
    about: Mapping[str, str]


def present(  # noqa: PLR0913 (the contract with the algorithms)
    context: QgsProcessingContext,
    destination: str,
    *,
    kind: str,
    title: str,
    group: str,
    about: Mapping[str, str],
) -> None:
    """Have an output named, grouped, styled and described, where Processing will load it; otherwise do nothing.

    Call it once the output is written, in any thread.

    Args:
        context: the algorithm's.
        destination: what the algorithm gives back for the output.
        kind: `layer`, `class_raster` or `probability`.
        title: the layer's name.
        group: the name of the group in the layer tree that holds the run; empty for none.
        about: what the file may not say itself: `scene`, `licence`, `command` (without credentials), and, where the
            file says nothing, `model`, `attribution`, `task` and `classes` (a JSON list, the background first).
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; expected one of {', '.join(KINDS)}")
    if not context.willLoadLayerOnCompletion(destination):
        return  # run from a script, by qgis_process, or as an inner step of a model
    details = context.layerToLoadOnCompletionDetails(destination)
    details.name, details.forceName = title, True
    has_groups = hasattr(details, "groupName")  # QGIS 3.32; a model's designer may choose another group still
    if has_groups:
        details.groupName = group
    place = Place(kind=kind, group=group, is_moved=not has_groups)
    details.setPostProcessor(_Presenter.kept(_Presentation(kind, title, place, dict(about))))


class _Presenter(QgsProcessingLayerPostProcessorInterface):
    """Shows one layer when Processing has put it into the project, in the main thread.

    Its C++ half is QGIS's, and freed with the context or when another takes its place. The Python half must live as
    long, and nothing but this class holds it: without it QGIS would call nothing, or what is no longer there.
    """

    _kept: ClassVar[set[_Presenter]] = set()

    def __init__(self, presentation: _Presentation) -> None:
        super().__init__()
        self._presentation = presentation

    @classmethod
    def kept(cls, presentation: _Presentation) -> _Presenter:
        """Give a presenter that lives as long as QGIS may call it, and let go of those that QGIS has freed."""
        for presenter in tuple(cls._kept):
            if sip.isdeleted(presenter):
                cls._kept.discard(presenter)
        presenter = cls(presentation)
        cls._kept.add(presenter)
        return presenter

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Show a layer."""
        project = context.project() or QgsProject.instance()
        _show(layer, self._presentation, project=project, feedback=feedback)


def _show(
    layer: QgsMapLayer, shown: _Presentation, *, project: QgsProject, feedback: QgsProcessingFeedback
) -> None:
    """Style, describe and place a layer; what fails is told, and the rest is done."""
    facts = Facts()
    with _told(layer, feedback):
        facts = facts_of(layer, shown.about)
    with _told(layer, feedback):
        style(layer, shown.kind, facts=facts)
    with _told(layer, feedback):
        set_up_fields(layer)
    with _told(layer, feedback):
        describe(layer, title=shown.title, facts=facts)
    with _told(layer, feedback):
        put(layer, project, place=shown.place)
    layer.triggerRepaint()


@contextmanager
def _told(layer: QgsMapLayer, feedback: QgsProcessingFeedback) -> Iterator[None]:
    """Tell what fails, and go on: the layer is there, and nothing here may break QGIS, or hide the result."""
    try:
        yield
    except Exception as error:  # noqa: BLE001
        text = tr("{layer} was loaded, but could not be shown as it should be: {error}")
        feedback.pushWarning(text.format(layer=layer.name(), error=f"{type(error).__name__}: {error}"))
