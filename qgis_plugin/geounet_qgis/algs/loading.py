"""How the results of a run are shown where QGIS loads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorFileWriter

from geounet_qgis.algs.running import last_command
from geounet_qgis.models import Model
from geounet_qgis.translation import tr


@dataclass(frozen=True)
class Run:
    """What the results of one run have in common."""

    context: QgsProcessingContext
    feedback: QgsProcessingFeedback
    scene: str
    model: Model | None = None
    """None where it is not known."""
    task: str = ""
    """What was looked for; empty where the model or the file says."""

    @property
    def group(self) -> str:
        """The name of the group that they are loaded into."""
        return f"{self.scene} · {self.model.name}" if self.model else self.scene

    @property
    def about(self) -> Mapping[str, str]:
        """What a result may not say of itself."""
        known = {"scene": self.scene, "task": self.task, "command": last_command()}
        if self.model:
            known |= {
                "model": f"{self.model.name} {self.model.version}",
                "task": self.model.task,
                "classes": json.dumps(self.model.classes),
            }
        return known


def show(run: Run, destination: str | None, *, kind: str, title: str) -> None:
    """Name and style one result, if the person asked for it; `kind` is `layer`, `class_raster` or `probability`."""
    if not destination or not _can_be_loaded(run, destination):
        return
    from geounet_qgis.layers.results import present

    present(run.context, destination, kind=kind, title=title, group=run.group, about=run.about)


def load(context: QgsProcessingContext, path: str, *, name: str) -> None:
    """Have QGIS load a file that is no output parameter; `name` is the output's."""
    if context.project() is not None:
        details = QgsProcessingContext.LayerDetails(name, context.project(), name)
        context.addLayerToLoadOnCompletion(path, details)


def features_title(task: str, scene: str) -> str:
    """Return what a layer of features is called."""
    if task == "buildings":
        return tr("Buildings of {scene}").format(scene=scene)
    if task == "roads":
        return tr("Roads of {scene}").format(scene=scene)
    return tr("Features of {scene}").format(scene=scene)


def _can_be_loaded(run: Run, destination: str) -> bool:
    """Whether this QGIS reads such a file; where it does not, it is not asked to, and the person is told."""
    ending = Path(destination).suffix.lower()
    if ending != ".parquet" or not run.context.willLoadLayerOnCompletion(destination):
        return True
    if "parquet" in QgsVectorFileWriter.supportedFormatExtensions():
        return True
    others = run.context.layersToLoadOnCompletion()
    others.pop(destination)
    run.context.setLayersToLoadOnCompletion(others)
    run.feedback.pushWarning(
        tr("{file} was written, but this QGIS cannot read GeoParquet: it is not loaded.").format(
            file=destination
        )
    )
    return False
