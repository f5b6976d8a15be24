"""What must hold of the plugin's source on every QGIS: Python 3.9 in 3.22, Qt 6 in 4, and nothing heavy or forbidden."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "qgis_plugin" / "geounet_qgis"
FILES = sorted(SOURCE.rglob("*.py"))
MOST_LINES = 300

OURS = {"geounet_qgis", "qgis", "processing"}
"""What the plugin may import besides the standard library: QGIS comes with nothing else for certain."""
WITHOUT_QGIS = ("child", "managed", "commands", "models.py", "layers/source.py")
"""What runs, and is tested, without QGIS."""
STARTS_PROCESSES = ("child", "managed")

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


def lies_in(path: Path, places: tuple[str, ...]) -> bool:
    inside = path.relative_to(SOURCE).as_posix()
    return any(inside == place or inside.startswith(f"{place}/") for place in places)


def imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Each import statement, with the module that it names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute here"
            yield node, node.module


def test_there_are_files():
    assert len(FILES) > 10


@each_file
def test_a_file_is_short_and_says_what_it_is(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES
    if path.stat().st_size:
        assert ast.get_docstring(parsed(path))


@each_file
def test_imports_are_of_the_standard_library_and_qgis_alone(path):
    for node, module in imports(parsed(path)):
        top = module.split(".")[0]
        assert top in OURS | sys.stdlib_module_names, f"line {node.lineno}: {module}"


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: no function's body, and nothing that is for type checkers alone."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING":
            continue
        yield inner
        yield from run_at_import(inner)


@each_file
def test_processing_is_imported_where_it_is_used(path):
    """It loads all of Processing's own algorithms, at QGIS's start."""
    tree = parsed(path)
    early = set(run_at_import(tree))
    found = [node for node, module in imports(tree) if module.split(".")[0] == "processing"]
    assert not [node.lineno for node in found if node in early]


@each_file
def test_processes_are_started_in_one_place(path):
    """Where the environment is cleaned and a cancel ends them; never in the GUI's thread."""
    if not lies_in(path, STARTS_PROCESSES):
        used = {ast.unparse(node) for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)}
        assert not used & {
            f"subprocess.{name}" for name in ("Popen", "run", "call", "check_call", "check_output")
        }
        assert not used & {
            "os.system",
            "os.popen",
            "os.startfile",
            "QProcess.startDetached",
            "QProcess.execute",
        }
        froms = {module for node, module in imports(parsed(path)) if isinstance(node, ast.ImportFrom)}
        assert not froms & {"subprocess", "multiprocessing"}


@each_file
def test_nothing_is_printed(path):
    assert "print" not in {node.id for node in ast.walk(parsed(path)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("place", WITHOUT_QGIS)
def test_what_needs_no_qgis_imports_none(place):
    """Imported for real, with no QGIS to be had, directly or by what it imports."""
    modules = [
        ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in FILES
        if lies_in(path, (place,))
    ]
    assert modules, f"found no {place}"
    script = "import importlib, sys; sys.modules['qgis'] = None\nfor name in sys.argv[1:]: importlib.import_module(name)"
    run = subprocess.run(
        [sys.executable, "-c", script, *modules],
        env=os.environ | {"PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def tool(*words: str) -> str:
    """What a checker says, run on all files; empty where it finds nothing."""
    script = (
        "import sys; from importlib import import_module; sys.exit(import_module(sys.argv.pop(1)).main())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, *words, *FILES], capture_output=True, text=True, check=False
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr


def test_it_runs_on_python_3_9():
    assert tool("vermin", "-t=3.9-", "--no-tips", "--violations", "--lint") == ""


TYPES = {"None", "str", "int", "float", "bool", "bytes", "list", "dict", "tuple", "set", "type", "Path"}


@each_file
def test_unions_are_written_with_a_bar_in_annotations_alone(path):
    """`X | Y` of types is of Python 3.10; in an annotation nobody computes it (`from __future__ import annotations`)."""
    tree = parsed(path)
    annotations = {
        inner
        for node in ast.walk(tree)
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if annotation
        for inner in ast.walk(annotation)
    }
    unions = [
        node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)
    ]
    computed = [node for node in unions if node not in annotations]
    assert not [
        ast.unparse(node) for node in computed if {ast.unparse(node.left), ast.unparse(node.right)} & TYPES
    ]
    if len(computed) < len(unions):
        assert "from __future__ import annotations" in path.read_text(encoding="utf-8")


def test_it_keeps_to_what_qgis_asks_of_plugins():
    """flake8-qgis; but iface is handed on (QGS105): a module that imports it cannot be tested, nor run without one."""
    assert tool("flake8.main.cli", "--isolated", "--select=QGS1,QGS4", "--extend-ignore=QGS105") == ""
