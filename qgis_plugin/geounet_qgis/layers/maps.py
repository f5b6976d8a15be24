"""Map layers that may be rasters or vectors, as `geounet evaluate` and `geounet train` take them."""

from __future__ import annotations

from typing import Union

from qgis.core import QgsMapLayer, QgsRasterLayer, QgsVectorLayer

from geounet_qgis.layers.sources import (
    RasterInput,
    VectorInput,
    is_picture,
    refusal,
    take_raster,
    take_vector,
)
from geounet_qgis.translation import tr

Taken = Union[RasterInput, VectorInput]


def labels_refusal(layer: QgsMapLayer | None, title: str) -> str | None:
    """Why a layer cannot be read as labels, in a line for the person, who knows it as `title`; None where it can."""
    if layer is None or not layer.isValid():
        return tr("“{title}” cannot be read: is its file, or its service, still there?").format(title=title)
    if isinstance(layer, QgsVectorLayer):
        return None
    if not isinstance(layer, QgsRasterLayer):
        return tr("“{title}” is neither a raster nor a vector layer").format(title=title)
    if is_picture(layer):
        text = tr(
            "“{title}” is a picture drawn by a service; expected a raster of classes, or a vector layer"
        )
        return text.format(title=title)
    return refusal(layer)


def take_labels(layer: QgsMapLayer, *, plain_file: bool = False) -> Taken:
    """Take a layer that `labels_refusal` has nothing against, in the main thread.

    With `plain_file`, all but a file on this machine is written out.
    """
    if isinstance(layer, QgsVectorLayer):
        return take_vector(layer)
    return take_raster(layer, plain_file=plain_file)
