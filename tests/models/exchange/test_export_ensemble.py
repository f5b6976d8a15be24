"""An ensemble leaves as one file that gives the mean of its models' scores, and comes back as one model."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray

import geounet
from geounet.errors import ModelError, OutputError
from geounet.models import bundle
from geounet.models.bundle import Bundle
from geounet.models.exchange import export_model, import_model
from geounet.models.networks import build
from geounet.models.openvino_core import openvino_core

Scores = NDArray[np.float32]


@pytest.fixture(scope="module")
def other(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The small network with other weights and another temperature."""
    card = small.card.from_dict(
        small.card.to_dict() | {"name": "lakes", "temperature": 0.8, "threshold": 0.4}
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(23)
        state = build(card).state_dict()
    return bundle.save(tmp_path_factory.mktemp("other") / "lakes", card, state=state, page="")


@pytest.fixture(scope="module")
def both(small: Bundle, other: Bundle) -> str:
    return f"{small.folder}+{other.folder}"


@pytest.fixture
def mean_scores(small: Bundle, other: Bundle, patches: Scores) -> Scores:
    """What each gives by itself, averaged here."""
    found = [
        geounet.load_model(one.folder, device="cpu", precision="float32")(patches) for one in (small, other)
    ]
    return np.mean(found, axis=0, dtype=np.float32)


def test_one_onnx_file_gives_the_mean(
    both: str, mean_scores: Scores, patches: Scores, tmp_path: Path
) -> None:
    path = export_model(both, tmp_path / "both.onnx").files[0]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(None, {"patches": patches})[0], mean_scores, atol=1e-4)
    assert json.loads(session.get_modelmeta().custom_metadata_map["seg_thresh"]) == pytest.approx(0.45)
    back = import_model(path, out=tmp_path / "back")
    assert back.card.name == "ponds+lakes"
    model = geounet.load_model(back.folder, device="cpu")
    np.testing.assert_allclose(model(patches), mean_scores, atol=1e-4)


def test_openvino_and_torchscript_give_the_mean_too(
    both: str, mean_scores: Scores, patches: Scores, tmp_path: Path
) -> None:
    compiled = openvino_core().compile_model(
        export_model(both, tmp_path / "both.xml", to="openvino").files[0],
        "CPU", {"INFERENCE_PRECISION_HINT": "f32"},
    )  # fmt: skip
    np.testing.assert_allclose(compiled(patches)[0], mean_scores, atol=1e-4)
    traced = torch.jit.load(export_model(both, tmp_path / "traced.pt", to="torchscript").files[0])
    with torch.inference_mode():
        np.testing.assert_allclose(traced(torch.from_numpy(patches)).numpy(), mean_scores, atol=1e-4)


def test_an_item_alone_tells_of_one_model(both: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"ponds\+lakes are 2 files; mlm tells of one: export to onnx"):
        export_model(both, tmp_path / "both.json", to="mlm")
    assert list(tmp_path.iterdir()) == []


def test_models_that_do_not_agree_do_not_leave_together(small: Bundle, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be averaged"):
        export_model(f"{small.folder}+roads", tmp_path / "both.onnx")
    (tmp_path / "both.onnx").touch()
    with pytest.raises(OutputError, match="exists"):
        export_model(f"{small.folder}+{small.folder}", tmp_path / "both.onnx")
