"""A result's attribute table: names that a person reads, a verdict to give, and what was measured safe from slips."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsMapLayer,
    QgsValueMapFieldFormatter,
    QgsVectorLayer,
)

from geounet_qgis.layers.classes import FIELD as CLASS
from geounet_qgis.translation import tr

REVIEW = "review"
ACCEPTED, REJECTED = "accepted", "rejected"
"""What the library's training understands."""

_SHORT = {
    "conf": "confidence",
    "conf_p10": "confidence_p10",
    "perim_m": "perimeter_m",
    "edge": "touches_edge",
    "regular": "regularized",
}
"""A Shapefile's names, which have ten characters at most."""

_ROW_ID = "fid"


@dataclass(frozen=True)
class _Shown:
    """How a field is shown."""

    alias: str
    decimals: int | None = None


def set_up_fields(layer: QgsMapLayer) -> None:
    """Name a vector result's fields, let a person review its features, and keep the rest from being changed."""
    if not isinstance(layer, QgsVectorLayer):
        return
    form = layer.editFormConfig()
    shown = _shown()
    for number, name in enumerate(layer.fields().names()):
        field = shown.get(_SHORT.get(name, name))
        if field is not None:
            layer.setFieldAlias(number, field.alias)
            _set_decimals(layer, number, field.decimals)
        if name == REVIEW:
            layer.setEditorWidgetSetup(number, QgsEditorWidgetSetup("ValueMap", {"map": _verdicts()}))
        form.setReadOnly(number, name == _ROW_ID or (field is not None and name != REVIEW))
    layer.setEditFormConfig(form)
    _hide_row_id(layer)
    _name_features(layer)
    _fill_in_class(layer)


def _shown() -> dict[str, _Shown]:
    """The library's fields, which are all that is touched: others are a person's own."""
    return {
        "id": _Shown(tr("Number")),
        CLASS: _Shown(tr("Class")),
        "confidence": _Shown(tr("Confidence"), 3),
        "confidence_p10": _Shown(tr("Confidence, 10th percentile"), 3),
        "area_m2": _Shown(tr("Area (m²)"), 2),
        "perimeter_m": _Shown(tr("Perimeter (m)"), 2),
        "length_m": _Shown(tr("Length (m)"), 2),
        "width_m": _Shown(tr("Width (m)"), 2),
        "touches_edge": _Shown(tr("Touches the edge")),
        "regularized": _Shown(tr("Regularised")),
        "source": _Shown(tr("Scene")),
        "model": _Shown(tr("Model")),
        REVIEW: _Shown(tr("Review")),
    }


def _verdicts() -> list[dict[str, str]]:
    """What a person can say of a feature, in the order of the list; a dict each keeps that order."""
    return [
        {tr("Not reviewed yet"): QgsValueMapFieldFormatter.NULL_VALUE},
        {tr("Accepted"): ACCEPTED},
        {tr("Rejected"): REJECTED},
    ]


def _set_decimals(layer: QgsVectorLayer, number: int, decimals: int | None) -> None:
    """Round what is shown, not what is stored: a Shapefile would show fifteen decimals."""
    if decimals is not None:
        setup = {"Precision": decimals, "Style": "SpinBox", "AllowNull": True}
        layer.setEditorWidgetSetup(number, QgsEditorWidgetSetup("Range", setup))


def _hide_row_id(layer: QgsVectorLayer) -> None:
    """Hide the database's row number: `id` is the feature's."""
    config = layer.attributeTableConfig()
    config.update(layer.fields())
    columns = config.columns()
    for column in columns:
        column.hidden = column.hidden or column.name == _ROW_ID
    config.setColumns(columns)
    layer.setAttributeTableConfig(config)


def _name_features(layer: QgsVectorLayer) -> None:
    """Name features in lists and map tips."""
    names = layer.fields().names()
    if CLASS not in names or "id" not in names:
        return
    layer.setDisplayExpression(f'"{CLASS}" || \' \' || "id"')
    layer.setMapTipTemplate(
        _map_tip([name for name in ("confidence", "conf", "area_m2", "length_m", "width_m") if name in names])
    )


def _map_tip(names: list[str]) -> str:
    shown = _shown()
    lines = [
        f'{shown[_SHORT.get(name, name)].alias}: [% format_number("{name}", {2 if "conf" in name else 1}) %]'
        for name in names
    ]
    return "<br>".join([f'<b>[% "{CLASS}" %]</b>', *lines])


def _fill_in_class(layer: QgsVectorLayer) -> None:
    """Give what a person draws the layer's class, where it has but one: the form does not let them."""
    renderer = layer.renderer()
    categories = renderer.categories() if isinstance(renderer, QgsCategorizedSymbolRenderer) else []
    if len(categories) == 1:
        value = QgsDefaultValue(QgsExpression.quotedString(categories[0].value()))
        layer.setDefaultValueDefinition(layer.fields().indexOf(CLASS), value)
