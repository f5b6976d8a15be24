"""Who may import whom, and who may use which library: docs/design.md as a test."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LEAVES = {
    "geounet",
    "errors",
    "options",
    "grid",
    "georeference",
    "strip",
    "results",
    "outputs",
    "progress",
    "palette",
    "dependencies",
    "digests",
    "figures",
    "html",
    "ticking",
    "interruption",
    "models.card",
}
"""Open to all. `geounet` itself holds the version, and resolves its public names lazily."""

MAY_IMPORT = {
    "raster": set(),
    "inference": {"raster", "models.segmenter"},
    "models": {"raster.normalize"},
    "vector": set(),
    "pipeline": {"raster", "models", "inference", "vector"},
    "evaluation": {"raster", "vector"},
    "batching": {"pipeline", "raster", "models", "vector"},
    "synthetic": {"raster", "vector.layers"},
    "training": {"pipeline", "raster", "models", "inference", "vector", "evaluation", "synthetic"},
    "quantization": {"pipeline", "raster", "models", "inference", "evaluation"},
    "cli": {
        "pipeline",
        "raster",
        "models",
        "inference",
        "vector",
        "evaluation",
        "batching",
        "synthetic",
        "training",
        "quantization",
    },
    "__main__": {"cli"},
}
"""What each part may import besides the leaves and itself."""

TORCH = {"torch", "torchvision", "segmentation_models_pytorch", "timm", "safetensors.torch"}
LIBRARIES = {
    **dict.fromkeys(TORCH, ("models", "training")),
    **dict.fromkeys(("lightning", "kornia", "torchmetrics"), ("training",)),
    "torchgeo": ("training", "models.torchgeo_hub"),
    "rasterio": ("raster", "georeference", "synthetic.town", "cli.doctor", "cli.demo"),
    "rasterio.crs": ("raster", "georeference", "vector", "synthetic", "evaluation", "cli.doctor"),
    "rasterio.enums": ("raster", "synthetic.town", "training.scenes"),
    "rasterio.features": ("raster", "synthetic", "training.scenes", "evaluation"),
    "rasterio.io": ("raster", "georeference", "pipeline", "batching"),
    "pyogrio": ("vector", "cli.doctor", "cli.demo", "evaluation"),
    "geopandas": ("vector", "synthetic.town", "training.scenes", "cli.demo", "evaluation"),
    "pyarrow": ("vector",),
    **dict.fromkeys(("networkx", "sklearn", "skimage", "matplotlib"), ()),
    "PIL": ("training",),
    **dict.fromkeys(("onnx", "onnxruntime", "onnxscript", "openvino", "stac_model"), ("models",)),
    "monai": ("models.networks",),
    "tqdm": ("cli.progress",),
    "argparse": ("cli",),
    **dict.fromkeys(
        ("obstore", "pystac", "pystac_client", "pmtiles", "prometheus_client", "distributed", "dask"),
        ("batching",),
    ),
    "rio_stac": ("raster", "batching"),
    "rich": ("cli",),
}
"""Where a library may be imported. rasterio.crs is a value and rasterio.io the type of an open scene; the drawn town
and the demo write and read whole files, and the doctor asks libraries what they can do."""

LIGHT = ("models.card", "models.segmenter", "errors", "options", "grid", "strip", "results", "outputs")
"""Never torch, wherever they lie."""


@dataclass(frozen=True)
class Import:
    """One name that a module imports, for use and not for its types alone."""

    module: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def modules(root: Path) -> dict[str, ast.Module]:
    """The package's modules by dotted name, a folder's `__init__` by the folder's."""
    found = {}
    for path in sorted((root / "geounet").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imports(name: str, tree: ast.Module, known: Mapping[str, ast.Module]) -> Iterator[Import]:
    """What a module imports, at its top and inside functions, but not under TYPE_CHECKING."""
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno} imports relatively; name the module in full"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = full in known or not str(node.module).startswith("geounet")
                yield Import(name, full if is_module else str(node.module), node.lineno)


def all_imports(trees: Mapping[str, ast.Module]) -> list[Import]:
    return [found for name, tree in trees.items() for found in imports(name, tree, trees)]


def inside(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def within(name: str) -> str:
    """A module's name inside the package."""
    return name.removeprefix("geounet.")


def misplaced(found: list[Import]) -> list[str]:
    """Imports from one part of the project into another that it may not know."""
    wrong = []
    for one in found:
        if not inside(one.target, "geounet"):
            continue
        source, target = within(one.module), within(one.target)
        part = source.partition(".")[0]
        allowed = LEAVES if source in LEAVES else LEAVES | {part} | MAY_IMPORT.get(part, set())
        if not any(
            inside(target, place) and (place != "geounet" or target == "geounet") for place in allowed
        ):
            wrong.append(str(one))
    return wrong


def misused(found: list[Import]) -> list[str]:
    """Libraries imported where they do not belong."""
    wrong = []
    for one in found:
        library = max((name for name in LIBRARIES if inside(one.target, name)), key=len, default=None)
        source = within(one.module)
        if library is None:
            continue
        heavy = library in TORCH and any(inside(source, light) for light in LIGHT)
        if heavy or not any(inside(source, place) for place in LIBRARIES[library]):
            wrong.append(str(one))
    return wrong


def circle(found: list[Import], trees: Mapping[str, ast.Module]) -> list[str]:
    """A circle of modules that import one another, if there is one."""
    graph: dict[str, set[str]] = {name: set() for name in trees}
    for one in found:
        if one.target in graph and one.target != one.module:
            graph[one.module].add(one.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def definitions(trees: Mapping[str, ast.Module], root: Path) -> list[str]:
    """What a subfolder's `__init__` defines, which is nothing, or hands on beyond five names."""
    wrong = []
    for name, tree in trees.items():
        if name == "geounet" or not (root / name.replace(".", "/") / "__init__.py").exists():
            continue
        handed = [alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
        if len(handed) > 5:
            wrong.append(f"{name} hands on {len(handed)} names")
        wrong += [f"{name}:{node.lineno} defines something" for node in tree.body if not _is_plain(node)]
    return wrong


def _is_plain(node: ast.stmt) -> bool:
    """A docstring, an import, or `__all__`."""
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["__all__"]
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Import | ast.ImportFrom)


def unportable(trees: Mapping[str, ast.Module]) -> list[str]:
    """Calls that fork, or go through a shell."""
    wrong = []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            words = {ast.unparse(word) for word in [*node.args, *(k.value for k in node.keywords)]}
            shell = any(k.arg == "shell" and ast.unparse(k.value) != "False" for k in node.keywords)
            forks = called in ("os.fork", "os.forkpty", "os.system", "os.popen") or words & {
                "'fork'",
                "'forkserver'",
            }
            if shell or forks:
                wrong.append(f"{name}:{node.lineno} calls {called}")
    return wrong


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return modules(ROOT)


def test_every_part_imports_what_it_may(trees):
    assert misplaced(all_imports(trees)) == []


def test_every_part_is_in_the_design(trees):
    parts = {within(name).partition(".")[0] for name in trees}
    assert parts - LEAVES - {"geounet"} <= set(MAY_IMPORT)


def test_libraries_are_used_where_they_belong(trees):
    assert misused(all_imports(trees)) == []


def test_there_is_no_circle(trees):
    assert circle(all_imports(trees), trees) == []


def test_a_subfolder_hands_on_a_few_names_and_defines_nothing(trees):
    assert definitions(trees, ROOT) == []


def test_nothing_forks_or_needs_a_shell(trees):
    assert unportable(trees) == []


def planted(tmp_path: Path, **files: str) -> tuple[dict[str, ast.Module], list[Import]]:
    """A small package with what must be found."""
    for name, text in files.items():
        path = tmp_path / "geounet" / f"{name.replace('__', '/', 1)}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in {path.parent, tmp_path / "geounet"}:
            (folder / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")
    trees = modules(tmp_path)
    return trees, all_imports(trees)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vector__trace", "from geounet.raster import scene"),
        ("vector__trace", "def f():\n    import geounet.models.bundle"),
        ("inference__plan", "from geounet.models import load_model"),
        ("raster__scene", "from geounet import pipeline"),
        ("grid", "from geounet.raster.scene import Scene"),
        ("models__bundle", "from geounet.raster.scene import Scene"),
    ],
)
def test_the_checker_finds_a_misplaced_import(tmp_path, name, text):
    module = {"raster__scene": "", "models__bundle": "", "pipeline": ""} | {name: text}
    assert len(misplaced(planted(tmp_path, **module)[1])) == 1


def test_the_checker_lets_types_pass(tmp_path):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n    from geounet.raster import scene"
    found = planted(tmp_path, vector__trace=text)[1]
    assert misplaced(found) == misused(found) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vector__trace", "import torch"),
        ("models__card", "from torch import nn"),
        ("inference__stitch", "import rasterio.windows"),
        ("vector__trace", "from rasterio.features import shapes"),
        ("models__bundle", "import lightning"),
        ("raster__scene", "from tqdm import tqdm"),
    ],
)
def test_the_checker_finds_a_misused_library(tmp_path, name, text):
    assert len(misused(planted(tmp_path, **{name: text})[1])) == 1


def test_the_checker_finds_a_circle(tmp_path):
    trees, found = planted(
        tmp_path,
        raster__a="from geounet.raster import b",
        raster__b="def f():\n    from geounet.raster.a import x",
    )
    assert set(circle(found, trees)) == {"geounet.raster.a", "geounet.raster.b"}


def test_the_checker_finds_a_definition_in_an_init(tmp_path):
    trees, _ = planted(
        tmp_path, raster____init__='"""Doc."""\nfrom a import b\n__all__ = ["b"]\ndef f(): ...'
    )
    assert definitions(trees, tmp_path) == ["geounet.raster:4 defines something"]


@pytest.mark.parametrize(
    "call", ["os.fork()", "run('ls', shell=True)", "get_context('fork')", "set_start_method(method='fork')"]
)
def test_the_checker_finds_what_is_not_portable(tmp_path, call):
    assert len(unportable(planted(tmp_path, grid=call)[0])) == 1
