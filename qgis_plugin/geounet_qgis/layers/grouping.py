"""Where a result stands in the layer tree: in its run's group, the vector layer above the rasters."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsLayerTreeNode, QgsMapLayer, QgsProject

KINDS = ("layer", "class_raster", "probability")
"""What a run gives, from the top of its group to the bottom."""

_KIND = "geounet/kind"
"""The layer's custom property that remembers which of them it is."""


@dataclass(frozen=True)
class Place:
    """Where a layer is to stand."""

    kind: str
    group: str
    """The group's name; empty for none."""
    is_moved: bool
    """Whether it is brought into the group here; otherwise QGIS has done so, or put it where a model's designer wants it."""


def put(layer: QgsMapLayer, project: QgsProject, *, place: Place) -> None:
    """Put a layer of the project into its group, in order; do nothing where it is in no layer tree."""
    layer.setCustomProperty(_KIND, place.kind)
    root = project.layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is None or not place.group:
        return
    group = node.parent()
    if place.is_moved and group.name() != place.group:
        group = root.findGroup(place.group) or group.insertGroup(0, place.group)
    if group.name() == place.group:
        _move(node, group, KINDS.index(place.kind))


def _move(node: QgsLayerTreeLayer, group: QgsLayerTreeGroup, rank: int) -> None:
    """Move a node to its rank in a group, above those of an earlier run."""
    others = [child for child in group.children() if child is not node]
    index = next((i for i, other in enumerate(others) if _rank(other) >= rank), len(others))
    if node.parent() is group and group.children().index(node) == index:
        return
    copy = node.clone()  # the copy comes first: a layer that leaves the tree altogether leaves the project
    before = node.parent()
    group.insertChildNode(group.children().index(others[index]) if index < len(others) else -1, copy)
    before.removeChildNode(node)


def _rank(node: QgsLayerTreeNode) -> int:
    """The place of a node among the kinds; before all where it is no result."""
    layer = node.layer() if isinstance(node, QgsLayerTreeLayer) else None
    kind = layer.customProperty(_KIND) if layer is not None else None
    return KINDS.index(kind) if kind in KINDS else -1
