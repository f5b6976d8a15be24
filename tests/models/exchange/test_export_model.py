"""What leaves gives the same scores wherever it is run, says what it is, and is there whole or not at all."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pystac
import pystac.validation
import pytest
import rasterio
import torch
from numpy.typing import NDArray
from stac_model.schema import MLModelExtension, MLModelProperties

import geounet
from geounet.errors import GeounetWarning, MissingDependencyError, ModelError, OptionsError, OutputError
from geounet.models import bundle
from geounet.models.bundle import Bundle
from geounet.models.exchange import Exported, export_model, import_model
from geounet.models.exchange.import_onnx import import_onnx
from geounet.models.openvino_core import openvino_core

Export = Callable[[str], Exported]
Scores = NDArray[np.float32]


def test_plain_onnxruntime_gives_the_same_scores(exported: Export, patches: Scores, scores: Scores) -> None:
    session = onnxruntime.InferenceSession(exported("onnx").files[0], providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"patches": patches})
    np.testing.assert_allclose(found, scores, atol=1e-4)
    (alone,) = session.run(None, {"patches": patches[:1]})  # any number of tiles
    np.testing.assert_allclose(alone, scores[:1], atol=1e-4)


def test_deepness_reads_its_keys_and_shape(exported: Export) -> None:
    """As its ModelBase and Segmentor do: json.loads of the custom metadata, and square shapes."""
    session = onnxruntime.InferenceSession(exported("onnx").files[0], providers=["CPUExecutionProvider"])
    keys = session.get_modelmeta().custom_metadata_map
    assert json.loads(keys["model_type"]).capitalize() == "Segmentor"
    assert json.loads(keys["class_names"]) == {"0": "background", "1": "pond"}
    assert float(json.loads(keys["resolution"])) == 50
    assert int(json.loads(keys["tile_size"])) == int(json.loads(keys["tiles_size"])) == 64
    (given,), (taken,) = session.get_inputs(), session.get_outputs()
    assert given.shape[1:] == [4, 64, 64]
    assert taken.shape[1:] == [2, 64, 64]
    assert isinstance(given.shape[0], str)  # any number of tiles at once


def test_the_file_tells_nothing_of_this_machine(exported: Export) -> None:
    content = exported("onnx").files[0].read_bytes()
    assert str(Path(geounet.__file__).parent).encode() not in content
    assert str(Path.home()).encode() + b"/" not in content


def test_openvino_gives_the_same_scores(exported: Export, patches: Scores, scores: Scores) -> None:
    files = exported("openvino").files
    assert [path.suffix for path in files] == [".xml", ".bin", ".json"]
    compiled = openvino_core().compile_model(files[0], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    np.testing.assert_allclose(compiled(patches)[0], scores, atol=1e-4)
    card = openvino_core().read_model(files[0]).get_rt_info(["geounet", "card"]).astype(str)
    assert json.loads(card)["name"] == "ponds"


def test_torchscript_gives_the_same_scores(
    exported: Export, patches: Scores, scores: Scores, small: Bundle
) -> None:
    extra = {"card.json": ""}
    loaded = torch.jit.load(exported("torchscript").files[0], _extra_files=extra)
    with torch.inference_mode():
        np.testing.assert_allclose(loaded(torch.from_numpy(patches)).numpy(), scores, atol=1e-4)
    assert json.loads(extra["card.json"]) == small.card.to_dict()


@pytest.mark.parametrize("to", ["onnx", "openvino", "torchscript", "mlm"])
def test_the_item_beside_it_is_valid_stac_and_mlm(exported: Export, small: Bundle, to: str) -> None:
    files = exported(to).files
    item = pystac.Item.from_file(str(files[-1]))
    # The core schema comes with pystac; that of the extension lies on the network, its rules in stac-model.
    assert len(pystac.validation.validate_dict(item.to_dict(), extensions=[])) == 1
    mlm = MLModelProperties.model_validate(item.properties)
    said = {key: value for key, value in item.properties.items() if key.startswith("mlm:")}
    assert json.loads(mlm.model_dump_json(by_alias=True, exclude_none=True)) == said
    extended = MLModelExtension.ext(
        item
    )  # the item says that it has the extension, by stac-model's own address
    assert extended.item.properties["mlm:name"] == mlm.name
    assert (mlm.name, mlm.architecture) == ("ponds", "Unet tu-test_efficientnet")
    assert mlm.input[0].input.shape == [-1, 4, 64, 64]
    assert list(mlm.input[0].bands or ()) == ["red", "green", "blue", "nir"]
    assert mlm.output[0].result.shape == [-1, 2, 64, 64]
    assert [one.name for one in mlm.output[0].classes or ()] == ["background", "pond"]
    network = bundle.load(small)
    assert mlm.total_parameters == sum(one.numel() for one in network.parameters())
    asset = item.assets["model"]
    assert "mlm:model" in (asset.roles or ())
    href = asset.get_absolute_href()
    assert href is not None
    assert Path(href).resolve() == (small.weights if to == "mlm" else files[0]).resolve()


def test_the_items_scaling_is_that_of_the_card(exported: Export) -> None:
    item = json.loads(exported("mlm").files[0].read_text(encoding="utf-8"))
    (given,) = item["properties"]["mlm:input"]
    assert given["value_scaling"] == [
        {"type": "z-score", "mean": pytest.approx(255 * mean), "stddev": pytest.approx(255 * std)}
        for mean, std in ((0.4, 0.2), (0.4, 0.2), (0.5, 0.25), (0.3, 0.1))
    ]


def test_a_scene_gets_the_same_labels_through_both(
    exported: Export, small: Bundle, scene: Path, tmp_path: Path
) -> None:
    imported = import_model(exported("onnx").files[0], out=tmp_path / "back")
    assert imported.card == small.card
    assert imported.is_onnx
    rasters = []
    for name, model in (("torch", small.folder), ("onnx", imported.folder)):
        out = tmp_path / f"{name}.tif"
        options = geounet.PredictOptions(
            output="both", dtype="float32", device="cpu", precision="float32" if name == "torch" else "auto"
        )
        geounet.predict(scene, model, out, options=options)
        with rasterio.open(out) as scores, rasterio.open(tmp_path / f"{name}_class.tif") as labels:
            rasters.append((scores.read(), labels.read()))
    (scores, labels), (found_scores, found_labels) = rasters
    np.testing.assert_allclose(found_scores, scores, atol=1e-4)
    assert len(np.unique(labels)) == 3  # both classes, and nodata
    near = np.abs(scores[1] - 0.5) < 1e-4
    np.testing.assert_array_equal(np.where(near, 0, found_labels[0]), np.where(near, 0, labels[0]))


def test_onnx_leaves_again_with_its_cards_keys(
    exported: Export, tmp_path: Path, patches: Scores, scores: Scores
) -> None:
    first = import_onnx(exported("onnx").files[0], out=tmp_path / "first")
    renamed = json.loads((first.folder / "card.json").read_text(encoding="utf-8")) | {"threshold": 0.25}
    (first.folder / "card.json").write_text(json.dumps(renamed), encoding="utf-8")
    again = export_model(first.folder, tmp_path / "again.onnx")
    session = onnxruntime.InferenceSession(again.files[0], providers=["CPUExecutionProvider"])
    assert json.loads(session.get_modelmeta().custom_metadata_map["seg_thresh"]) == 0.25
    np.testing.assert_allclose(session.run(None, {"patches": patches})[0], scores, atol=1e-4)
    with pytest.raises(ModelError, match="is in ONNX, which runs but can be neither trained nor changed"):
        export_model(first.folder, tmp_path / "other.pt", to="torchscript")
    assert not (tmp_path / "other.pt").exists()


def test_without_stac_model_a_model_leaves_without_its_item(
    small: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "stac_model", None)
    monkeypatch.setitem(sys.modules, "stac_model.schema", None)
    with pytest.warns(
        GeounetWarning, match=r"ponds.pt is written without a STAC item .* pip install 'geounet\[exchange\]'"
    ):
        files = export_model(small.folder, tmp_path / "ponds.pt", to="torchscript").files
    assert list(files) == list(tmp_path.iterdir()) == [tmp_path / "ponds.pt"]
    with pytest.raises(MissingDependencyError, match=r"geounet\[exchange\]"):
        export_model(small.folder, tmp_path / "ponds.json", to="mlm")
    assert not (tmp_path / "ponds.json").exists()


@pytest.mark.parametrize("there", ["ponds.json", "ponds.onnx"])
def test_nothing_is_written_over_unasked(small: Bundle, tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(OutputError, match=f"{there} exists; pass --overwrite"):
        export_model(small.folder, tmp_path / "ponds.onnx")
    assert [path.name for path in tmp_path.iterdir()] == [there]


def test_a_name_of_another_form_is_refused(small: Bundle, tmp_path: Path) -> None:
    with pytest.raises(OptionsError, match=r"is to be openvino; expected a name that ends in \.xml"):
        export_model(small.folder, tmp_path / "ponds.onnx", to="openvino")


def test_a_failed_export_leaves_nothing(
    small: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("unsupported operator aten::frobnicate\nat line 3")

    monkeypatch.setattr(torch.onnx, "export", fail)
    with pytest.raises(
        ModelError, match=r"'ponds' cannot be written in ONNX \(unsupported.*export to torchscript"
    ):
        export_model(small.folder, tmp_path / "ponds.onnx")
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_buildings_run_in_plain_onnxruntime(tmp_path: Path) -> None:
    """As Deepness runs it on a layer of 8 bits: divided by 255, standardised, the larger score."""
    path = export_model("buildings", tmp_path / "buildings.onnx").files[0]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    keys = session.get_modelmeta().custom_metadata_map
    assert json.loads(keys["class_names"]) == {"0": "background", "1": "building"}
    assert json.loads(keys["resolution"]) == pytest.approx(30)
    side = json.loads(keys["tile_size"]) // 16
    coarse = np.random.default_rng(4).integers(0, 256, (1, 3, side, side), dtype=np.uint8)
    counts = coarse.repeat(16, 2).repeat(16, 3)
    mean, std = (
        np.array(json.loads(keys[f"standardization_{name}"]), np.float32)[:, None, None]
        for name in ("mean", "std")
    )
    patches = (counts / np.float32(255) - mean) / std
    (found,) = session.run(None, {"patches": patches})
    model = geounet.load_model("buildings", device="cpu", precision="float32")
    np.testing.assert_allclose(found, model(patches), atol=1e-4)
