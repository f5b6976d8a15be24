"""Layers of the project whose file a run replaces: unsaved edits of it would be lost, and the map must show what is new."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from qgis.core import QgsMapLayer, QgsProcessingFeedback, QgsProject, QgsProviderRegistry, QgsVectorLayer

from geounet_qgis.translation import tr


def edits_refusal(project: QgsProject, path: str) -> str | None:
    """Why a file, or those of a folder, cannot be replaced, in a line for the person.

    That is where a layer has edits that are not saved.
    """
    for layer in _layers_of(project, {path}):
        if _has_edits(layer):
            return tr(
                "The layer “{layer}” has unsaved edits of {file}, which would be replaced: save or discard them, or write "
                "to another file."
            ).format(layer=layer.name(), file=_path_of(layer))
    return None


def reload_layers(project: QgsProject, paths: Iterable[str], feedback: QgsProcessingFeedback) -> None:
    """Have the layers of files that were replaced show what is in them now; in the main thread.

    Of a folder it is not known which of its files were.
    """
    paths = tuple(paths)
    replaced = {_same(path) for path in paths}
    for layer in _layers_of(project, paths):
        if _has_edits(layer):
            # They were begun while it ran: saved after a reload, they would change features that they are not of.
            if _same(_path_of(layer)) not in replaced:
                continue
            text = tr(
                "{file} was replaced while the layer “{layer}” was edited: discard these edits, they no longer fit."
            )
            feedback.pushWarning(text.format(file=_path_of(layer), layer=layer.name()))
            continue
        layer.reload()
        if isinstance(layer, QgsVectorLayer):
            layer.removeSelection()  # of features that are others now
            layer.updateExtents()
        layer.triggerRepaint()


def _has_edits(layer: QgsMapLayer) -> bool:
    return isinstance(layer, QgsVectorLayer) and layer.isEditable() and layer.isModified()


def _layers_of(project: QgsProject, paths: Iterable[str]) -> list[QgsMapLayer]:
    """The project's layers that show one of these files, or one in these folders."""
    wanted = {Path(_same(path)) for path in paths if path}
    return [layer for layer in project.mapLayers().values() if wanted & _with_parents(_path_of(layer))]


def _with_parents(path: str) -> set[Path]:
    """A path and the folders that it lies in; none for none."""
    return {Path(_same(path)), *Path(_same(path)).parents} if path else set()


def _path_of(layer: QgsMapLayer) -> str:
    """The file that a layer shows; empty where it is none."""
    if not layer.isValid():
        return ""  # of a provider that is not here, perhaps
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    return str(parts.get("path") or "")


def _same(path: str) -> str:
    """A path as all ways of writing it have in common; empty for none."""
    return os.path.normcase(os.path.realpath(path)) if path else ""
