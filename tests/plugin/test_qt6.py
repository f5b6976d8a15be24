"""Every name of Qt that the plugin uses is there in Qt 6 as it is written: pip's PyQt6 says so in its stubs."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import files
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "qgis_plugin" / "geounet_qgis"
FILES = sorted(SOURCE.rglob("*.py"))

MOVED_BY_QGIS = {
    ("QtWidgets", name) for name in ("QAction", "QActionGroup", "QShortcut", "QUndoCommand", "QUndoStack")
}
"""In PyQt6's QtGui; qgis.PyQt has them where Qt 5 had them, on both."""


@dataclass
class Stub:
    """A class: its own names, its bases, and which enum each of its enums' members is in."""

    names: set[str] = field(default_factory=set)
    bases: list[str] = field(default_factory=list)
    enums: dict[str, str] = field(default_factory=dict)


@cache
def stubs() -> tuple[dict[str, Stub], dict[str, set[str]]]:
    """Read PyQt6's stubs: classes by name, and the names of each module."""
    classes, modules = {}, {}
    for path in files("PyQt6"):
        if path.suffix == ".pyi":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            modules[path.stem] = set(names(tree.body))
            classes |= {node.name: stub(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    return classes, modules


def names(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def stub(node: ast.ClassDef) -> Stub:
    found = Stub(set(names(node.body)), [ast.unparse(base).split(".")[-1] for base in node.bases])
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            found.enums |= dict.fromkeys(names(inner.body), inner.name)
    return found


def lineage(name: str) -> Iterator[Stub]:
    """A class and its bases."""
    if known := stubs()[0].get(name):
        yield known
        for base in known.bases:
            yield from lineage(base)


def mistake(owner: str, attribute: str) -> str | None:
    """What is wrong with `owner.attribute` in Qt 6, where `owner` is a class of Qt's."""
    family = list(lineage(owner))
    if not family or attribute.startswith("__") or any(attribute in known.names for known in family):
        return None
    for known in family:
        if attribute in known.enums:
            return f"{owner}.{attribute} is {owner}.{known.enums[attribute]}.{attribute} in Qt 6"
    return f"{owner}.{attribute} is not in Qt 6"


def mistakes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            if found := mistake(owner, node.attr):
                yield f"line {node.lineno}: {found}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt."):
            module = node.module.split(".")[-1]
            for alias in node.names:
                if alias.name not in stubs()[1].get(module, ()) and (module, alias.name) not in MOVED_BY_QGIS:
                    yield f"line {node.lineno}: {module} has no {alias.name} in Qt 6"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_name_of_qt_is_there_in_qt_6(path):
    assert list(mistakes(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Qt.UserRole", "Qt.UserRole is Qt.ItemDataRole.UserRole in Qt 6"),
        ("Qt.ItemDataRole.UserRole", None),
        ("QtCore.Qt.AlignLeft", "Qt.AlignLeft is Qt.AlignmentFlag.AlignLeft in Qt 6"),
        ("QMessageBox.Yes", "QMessageBox.Yes is QMessageBox.StandardButton.Yes in Qt 6"),
        ("QFileDialog.Accepted", "QFileDialog.Accepted is QFileDialog.DialogCode.Accepted in Qt 6"),
        ("QFileDialog.getOpenFileName", None),
        ("QVariant.Int", "QVariant.Int is not in Qt 6"),
        ("QWidget.staticMetaObject", None),
        ("from qgis.PyQt.QtCore import QRegExp", "QtCore has no QRegExp in Qt 6"),
        ("from qgis.PyQt.QtCore import pyqtSignal, QObject", None),
        ("from qgis.PyQt.QtWidgets import QAction", None),
    ],
)
def test_this_check_sees_what_it_should(code, found):
    assert list(mistakes(ast.parse(code))) == ([f"line 1: {found}"] if found else [])
