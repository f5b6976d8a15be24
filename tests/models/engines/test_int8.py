"""The shipped models in 8-bit integers: on request alone, by the engines of graphs, nearly the same labels."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from geounet.batching.engine import choose_engine, load_engine
from geounet.errors import DeviceError, ModelError
from geounet.models import load_model
from geounet.models.bundle import GRAPH
from geounet.models.catalogue import find, shipped
from geounet.models.engines.wanted import PRECISION
from geounet.models.quantization import CALIBRATION, Calibration, int8_graph
from geounet.options import ExtractOptions
from geounet.synthetic import TownOptions, draw_town

AT = {"device": "cpu", "threads": 1}


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOUNET_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def town() -> NDArray[np.float32]:
    image = draw_town(TownOptions(size=(256, 256), seed=3, nodata_corner=False)).image
    return ((image[None].astype(np.float32) / 255) - 0.5) / 0.5


@pytest.mark.parametrize("name", shipped())
def test_shipped_models_carry_their_calibration(name: str, town: NDArray[np.float32]) -> None:
    exact = load_model(name, engine="onnx", precision="float32", **AT)(town)
    for engine in ("onnx", "openvino"):
        model = load_model(name, engine=engine, precision="int8", **AT)
        assert (model.describe()["engine"], model.describe()["dtype"]) == (engine, "int8")
        scores = model(town)
        assert 0 < np.abs(scores - exact).mean() < 0.02
        assert ((scores[:, 1] >= 0.5) == (exact[:, 1] >= 0.5)).mean() > 0.97


def test_auto_never_takes_it_and_takes_no_torch_where_it_is_asked_for() -> None:
    assert load_model("buildings", precision="int8", **AT).describe()["engine"] in ("onnx", "openvino")
    assert load_model("buildings", **AT).describe()["dtype"] != "int8"
    with pytest.raises(DeviceError, match="no network in int8 here; pass --engine onnx"):
        load_model("buildings", engine="torch", precision="int8", **AT)


def test_a_batch_keeps_it() -> None:
    model = load_model("buildings", engine="onnx", precision="int8", **AT)
    kept = choose_engine(model, ExtractOptions(tile=64, overlap=0, batch_size=1))
    assert load_engine("buildings", kept).describe() == model.describe()


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_another_calibration_is_told_apart(engine: str, tmp_path: Path) -> None:
    copied = shutil.copytree(find("buildings").folder, tmp_path / "copied")
    written = Calibration.from_json((copied / CALIBRATION).read_text(encoding="utf-8"))
    ranges = {name: (2 * low, 2 * high) for name, (low, high) in written.ranges.items()}
    (copied / CALIBRATION).write_text(replace(written, ranges=ranges).to_json(), encoding="utf-8")
    one, other = (load_model(model, engine=engine, precision="int8", **AT) for model in ("buildings", copied))
    assert one.digest == other.digest
    assert one.describe()["calibration"] == written.digest[:12]
    assert one.describe() != other.describe()


def test_integers_that_are_kept_do_not_outlive_their_graph(tmp_path: Path) -> None:
    int8_graph(find("buildings"))
    copied = shutil.copytree(find("buildings").folder, tmp_path / "copied")
    graph = onnx.load(copied / GRAPH, load_external_data=False)
    graph.doc_string = "another"
    (copied / GRAPH).write_bytes(graph.SerializeToString())
    assert find(copied).digest == find("buildings").digest
    with pytest.raises(ModelError, match="calibration is of another graph"):
        load_model(copied, engine="onnx", precision="int8", **AT)


def test_a_bundle_of_integers_has_no_other_arithmetic(tmp_path: Path) -> None:
    found = find("buildings")
    for name, extras in (("integers", {PRECISION: "int8"}), ("floats", {})):
        folder = tmp_path / name
        folder.mkdir()
        card = found.card.to_dict() | {"architecture": None, "name": name} | extras
        (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
        (folder / "model.onnx").write_bytes(int8_graph(found).content)
    model = load_model(tmp_path / "integers", engine="onnx", **AT)
    assert model.describe()["dtype"] == "int8"
    assert "calibration" not in model.describe()  # its digest says it
    with pytest.raises(DeviceError, match="is in int8; float32 cannot be asked for: pass auto"):
        load_model(tmp_path / "integers", engine="onnx", precision="float32", **AT)
    with pytest.raises(ModelError, match="is an ONNX file in floats; make an int8 bundle of it"):
        load_model(tmp_path / "floats", engine="onnx", precision="int8", **AT)
