"""QGIS's enums are scoped where the plugin uses them: in QGIS 4 nothing promises the short names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import qgis.core
import qgis.gui

SOURCE = Path(__file__).parents[2] / "qgis_plugin" / "geounet_qgis"
FILES = sorted(SOURCE.rglob("*.py"))


def unscoped(tree: ast.AST) -> Iterator[str]:
    """Each `Class.Value` of a class of QGIS's whose value is of an enum of that class."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        owner = getattr(qgis.core, node.value.id, None) or getattr(qgis.gui, node.value.id, None)
        kind = type(getattr(owner, node.attr, None))
        scopes = (
            [name for name, value in vars(owner).items() if value is kind] if isinstance(owner, type) else []
        )
        if scopes:
            yield f"line {node.lineno}: {ast.unparse(node)} is {node.value.id}.{scopes[0]}.{node.attr}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_enums_of_qgis_are_scoped(path):
    assert list(unscoped(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("code", "is_unscoped"),
    [
        ("QgsProcessingParameterNumber.Double", True),
        ("QgsProcessingParameterNumber.Type.Double", False),
        ("QgsProcessingParameterDefinition.FlagAdvanced", True),
        ("QgsWkbTypes.PolygonGeometry", True),
        ("QgsWkbTypes.GeometryType.PolygonGeometry", False),
        ("QgsProcessing.TypeVectorPolygon", True),
        ("QgsProject.instance", False),
        ("QgsProcessing.TEMPORARY_OUTPUT", False),
    ],
)
def test_this_check_sees_what_it_should(code, is_unscoped):
    assert bool(list(unscoped(ast.parse(code)))) == is_unscoped
