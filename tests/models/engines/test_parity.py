"""Whatever runs a network, its scores are torch's to 1e-4 in single precision."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from torch import nn

from geounet.errors import ModelError, OptionsError
from geounet.models import bundle, load_model
from geounet.models.card import ModelCard
from geounet.models.catalogue import shipped
from geounet.models.ensembles import Ensemble
from geounet.synthetic import TownOptions, draw_town

AT = {"device": "cpu", "precision": "float32", "threads": 1}
SMALL = {
    "softmax of two": {"architecture": {"name": "ClassicUnet", "channels": 4, "depth": 2}},
    "sigmoid after a temperature": {
        "architecture": {"name": "AttentionUnet", "channels": 4, "depth": 2},
        "classes": ("rest", "a", "b"), "activation": "sigmoid", "temperature": 1.7,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def town() -> NDArray[np.float32]:
    """A patch of a drawn town, as the shipped models see it."""
    image = draw_town(TownOptions(size=(256, 256), seed=3, nodata_corner=False)).image
    return ((image[None].astype(np.float32) / 255) - 0.5) / 0.5


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
@pytest.mark.parametrize("name", shipped())
def test_shipped_models(name: str, engine: str, town: NDArray[np.float32]) -> None:
    expected = load_model(name, engine="torch", **AT)(town)
    model = load_model(name, engine=engine, **AT)
    assert (model.describe()["engine"], model.describe()["dtype"]) == (engine, "float32")
    scores = model(town)
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    np.testing.assert_array_equal(scores, model(town))
    # A smaller tile through the same network.
    np.testing.assert_allclose(
        model(town[..., :64, :96]), load_model(name, engine="torch", **AT)(town[..., :64, :96]), atol=1e-4
    )


@pytest.mark.parametrize("kind", SMALL)
def test_networks_of_the_family_by_a_graph_that_is_made_now(
    kind: str,
    unet_card: Callable[..., ModelCard],
    network: Callable[[ModelCard], nn.Module],
    tmp_path: Path,
) -> None:
    card = unet_card(**SMALL[kind], stride=4)
    saved = bundle.save(tmp_path / "small", card, state=network(card).state_dict(), page="# small\n")
    patches = np.random.default_rng(2).normal(size=(3, 3, 64, 64)).astype(np.float32)
    expected = load_model(saved.folder, engine="torch", **AT)
    for engine in ("onnx", "openvino"):
        model = load_model(saved.folder, engine=engine, **AT)
        assert (model.card, model.digest, model.any_tile) == (expected.card, saved.digest, True)
        np.testing.assert_allclose(model(patches), expected(patches), atol=1e-4)
        np.testing.assert_allclose(model(patches[..., :32]), expected(patches[..., :32]), atol=1e-4)


def test_an_ensemble_runs_each_by_its_own_engine(town: NDArray[np.float32]) -> None:
    both = load_model("buildings+buildings", engine="torch+onnx", **AT)
    assert isinstance(both, Ensemble)
    assert both.describe()["engine"] == "torch+onnx"
    np.testing.assert_allclose(both(town), load_model("buildings", engine="torch", **AT)(town), atol=1e-4)
    alike = load_model("buildings+buildings", engine="onnx", **AT)
    assert alike.describe()["engine"] == "onnx"
    with pytest.raises(OptionsError, match=r"torch\+onnx is 2 choices for 3 models"):
        load_model("buildings+buildings+buildings", engine="torch+onnx", **AT)


def test_an_engine_that_is_none_is_refused() -> None:
    with pytest.raises(
        OptionsError, match="engine is 'tensorflow'; choose one of auto, torch, compile, onnx"
    ):
        load_model("buildings", engine="tensorflow")


@pytest.mark.parametrize("engine", ["torch", "compile"])
def test_torch_does_not_run_onnx(
    engine: str, write_onnx: Callable[..., Path], unet_card: Callable[..., ModelCard], tmp_path: Path
) -> None:
    card = unet_card(tile=32, margin=4, stride=8, architecture=None)
    saved = bundle.save_onnx(tmp_path / "land", card, model=write_onnx().read_bytes(), page="# land\n")
    with pytest.raises(
        ModelError, match="is in ONNX, which torch does not run; pass --engine onnx, openvino"
    ):
        load_model(saved.folder, engine=engine)
