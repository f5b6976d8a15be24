"""What a light install is made of follows from what the project needs."""

import tomllib
from pathlib import Path

import pytest

from geounet.dependencies import COMPLETE, lacking, lacks_runtime

ROOT = Path(__file__).parents[2]
RUNTIME = {"onnx", "onnxruntime"}
"""What runs a graph, and what reads ONNX files of others."""


def bounds(lines: list[str]) -> dict[str, str]:
    """Least versions by name."""
    plain = [line.partition("#")[0].strip() for line in lines]
    return dict(tuple(line.split(">=")) for line in plain if line)


def test_light_is_the_project_without_what_makes_models():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines if ">=" in line]
    whole = bounds(project["dependencies"])
    expected = {name: version for name, version in whole.items() if name not in COMPLETE}
    expected |= {name: version for name, version in bounds(extras).items() if name in RUNTIME}
    light = bounds((ROOT / "requirements" / "light.txt").read_text(encoding="utf-8").splitlines())
    engines = {"onnxscript", "openvino"}  # a whole install may bring what makes graphs, and a second engine
    assert light == {name: version for name, version in expected.items() if name not in engines}
    assert set(COMPLETE) <= whole.keys()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("torch", "torch"),
        ("torch.nn", "torch"),
        ("segmentation_models_pytorch", "segmentation-models-pytorch"),
        ("pandas", "geopandas"),
    ],
)
def test_what_lacks_is_named_with_its_remedy(module, name):
    error = lacking(ModuleNotFoundError("no", name=module), what="geounet train")
    assert str(error) == (
        f"{name} is not installed, which geounet train needs: this is a light install; "
        "complete it with pip install geounet"
    )


@pytest.mark.parametrize("module", ["geounet.nothing", "numpy", "torchlike", None])
def test_other_modules_are_not_a_light_installs_lack(module):
    assert lacking(ModuleNotFoundError("no", name=module), what="geounet train") is None


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            ImportError(
                "DLL load failed while importing onnxruntime_pybind11_state: A dynamic link library …"
            ),
            True,
        ),
        (OSError("[WinError 126] The specified module could not be found. Error loading c10.dll"), True),
        (ImportError("libcudnn.so.9: cannot open shared object file"), False),
        (ValueError("DLL load failed"), False),
    ],
)
def test_windows_without_its_runtime_is_known_by_what_it_says(error, expected):
    assert lacks_runtime(error) is expected
