"""A model in int8 by scenes: written where it is as good, refused in one line where it is not."""

import json
import shutil

import numpy as np
import onnx
import pytest
import rasterio

import geounet
from geounet.errors import BandError, ModelError, OptionsError, OutputError
from geounet.models.bundle import read
from geounet.models.catalogue import find
from geounet.models.quantization import CALIBRATION, Calibration, int8_graph
from geounet.quantization import QuantizeOptions, quantize


def test_the_bundle_runs_as_any_other(bright, scene, labels, tmp_path):
    source, out = bright(), tmp_path / "int8"
    found = quantize(source.folder, [scene], out, options=QuantizeOptions(labels=(labels,)))
    assert found.out == out
    assert found.digest == read(out).digest
    rasters = [tmp_path / "float.tif", tmp_path / "int.tif"]
    for folder, raster in zip((source.folder, out), rasters, strict=True):
        geounet.predict(scene, folder, raster, options=geounet.PredictOptions(output="class", device="cpu"))
    exact, near = (rasterio.open(raster).read(1) for raster in rasters)
    assert np.array_equal(exact == 255, near == 255)
    assert np.mean(exact == near) > 0.98
    kinds = {node.op_type for node in onnx.load(out / "model.onnx").graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds


def test_the_card_says_what_it_is(bright, scene, labels, tmp_path):
    source = bright()
    quantize(source.folder, [scene], tmp_path / "int8", options=QuantizeOptions(labels=(labels,)))
    card = find(tmp_path / "int8").card
    said = card.extras["x-quantization"]
    assert card.extras["x-precision"] == "int8"
    assert said["source"] == source.digest
    assert said["method"] == "percentile"
    assert said["tiles"]["scene"] >= 1
    assert said["verdict"]["against"] == "labels"
    assert said["verdict"]["iou_float32"] - said["verdict"]["iou_int8"] <= 0.005
    page = (tmp_path / "int8" / "MODEL.md").read_text(encoding="utf-8")
    assert source.digest in page
    assert "# bright" in page


def test_figures_are_those_of_evaluate(bright, scene, labels, make_raster, pixels, tmp_path):
    """On scenes of their own, where all tiles count."""
    other = make_raster(pixels[:, ::-1], "other.tif", descriptions=("red", "green", "blue"))
    truth = make_raster((pixels.mean(0) > 0.5)[::-1].astype(np.uint8), "truth.tif")
    options = QuantizeOptions(validation=(other,), labels=(truth,))
    verdict = quantize(bright().folder, [scene], tmp_path / "int8", options=options).verdict
    for model, found in ((tmp_path / "bright0", verdict.float32), (tmp_path / "int8", verdict.int8)):
        raster = tmp_path / f"{model.name}.tif"
        run = geounet.PredictOptions(output="class", device="cpu", tile=32, overlap=8)
        geounet.predict(other, model, raster, options=run)
        assert geounet.evaluate(raster, truth).labels["iou"] == pytest.approx(found)


def test_what_loses_is_refused_with_both_figures(bright, scene, labels, tmp_path):
    before = sorted(tmp_path.iterdir())
    source = bright(ballast=1000.0)
    with pytest.raises(
        ModelError, match=r"loses \d\.\d+ of IoU.*in int8 and .* in float32.*labels"
    ) as refused:
        quantize(source.folder, [scene], tmp_path / "bad", options=QuantizeOptions(labels=(labels,)))
    assert "\n" not in str(refused.value)
    assert not {path.name for path in tmp_path.iterdir()} - {path.name for path in before} - {"bright1000"}


def test_what_is_in_int8_already_is_refused(bright, scene, labels, tmp_path):
    options = QuantizeOptions(labels=(labels,))
    quantize(bright().folder, [scene], tmp_path / "int8", options=options)
    with pytest.raises(ModelError, match=r"is in int8 already; pass the model that it was made of"):
        quantize(tmp_path / "int8", [scene], tmp_path / "again", options=options)


def test_a_person_may_take_it_all_the_same(bright, scene, labels, tmp_path):
    options = QuantizeOptions(labels=(labels,), max_drop=1.0)
    assert (
        quantize(bright(ballast=1000.0).folder, [scene], tmp_path / "bad", options=options).verdict.drop
        > 0.005
    )


def test_without_labels_the_float_model_is_the_truth(bright, scene, tmp_path):
    options = QuantizeOptions(max_drop=0.05)
    verdict = quantize(bright().folder, [scene], tmp_path / "int8", options=options).verdict
    assert verdict.against == "float32"
    assert verdict.float32 == 1
    assert verdict.int8 > 0.95
    assert "no labels were given" in verdict.in_words()
    with pytest.raises(ModelError, match=r"may lose up to .*no labels were given.*pass --labels"):
        quantize(bright(ballast=1000.0).folder, [scene], tmp_path / "bad")


def test_a_calibration_alone_makes_the_same_graph(bright, scene, labels, tmp_path):
    source, options = bright(), QuantizeOptions(labels=(labels,))
    quantize(source.folder, [scene], tmp_path / "int8", options=options)
    found = quantize(source.folder, [scene], tmp_path / "made.json", options=options)
    text = (tmp_path / "made.json").read_text(encoding="utf-8")
    assert Calibration.from_json(text).digest == found.digest
    assert json.loads(text)["notes"]["verdict"]["against"] == "labels"
    (source.folder / CALIBRATION).write_text(text, encoding="utf-8")
    assert int8_graph(read(source.folder)).content == (tmp_path / "int8" / "model.onnx").read_bytes()


def test_it_is_the_same_each_time(bright, scene, labels, tmp_path):
    source, options = bright(), QuantizeOptions(labels=(labels,), method="entropy", tiles=2)
    digests = {quantize(source.folder, [scene], tmp_path / name, options=options).digest for name in "ab"}
    assert len(digests) == 1


def test_progress_counts(bright, scene, labels, tmp_path):
    bars = []

    class Bar:
        def __init__(self, *, total, desc, unit):
            self.left, self.unit = total, unit
            bars.append(self)

        def update(self, n):
            self.left -= n

        def close(self):
            pass

    quantize(
        bright().folder, [scene], tmp_path / "int8", options=QuantizeOptions(labels=(labels,)), progress=Bar
    )
    assert [bar.unit for bar in bars] == ["tiles", "px", "px"]
    assert all(bar.left == 0 for bar in bars)


@pytest.mark.parametrize(
    ("error", "said", "changes"),
    [
        (OptionsError, "2 labels for 1 scenes", {"labels": ("a.tif", "b.tif")}),
        (OptionsError, "2 labels for 1 validation", {"labels": ("a.tif", "b.tif"), "validation": ("v.tif",)}),
        (OptionsError, "tiles is 0", {"tiles": 0}),
        (OptionsError, "max_drop is -1", {"max_drop": -1}),
        (OptionsError, "method is 'guess'", {"method": "guess"}),
    ],
)
def test_what_does_not_go_together_is_refused(bright, scene, tmp_path, error, said, changes):
    with pytest.raises(error, match=said):
        quantize(bright().folder, [scene], tmp_path / "int8", options=QuantizeOptions(**changes))


def test_no_scene_no_class_and_other_bands_are_refused(bright, make_raster, tmp_path):
    source = bright().folder
    with pytest.raises(OptionsError, match="no scene"):
        quantize(source, [], tmp_path / "int8")
    dark = np.full((3, 96, 120), 0.1, np.float32)
    with pytest.raises(ModelError, match="no pixel of a class"):
        quantize(source, [make_raster(dark, "dark.tif")], tmp_path / "int8")
    with pytest.raises(BandError):
        quantize(source, [make_raster(dark[:1], "grey.tif")], tmp_path / "int8")


def test_an_output_is_not_replaced_unasked(bright, scene, tmp_path):
    source = bright().folder
    (tmp_path / "other").mkdir()
    with pytest.raises(OptionsError, match="exists"):
        quantize(source, [scene], tmp_path / "other")
    (tmp_path / "made.json").touch()
    with pytest.raises(OutputError, match="exists"):
        quantize(source, [scene], tmp_path / "made.json")


@pytest.mark.parametrize("out", ["bright0", "bright0/model.onnx", "bright0/card.json", "bright0/../bright0"])
def test_the_model_itself_is_not_replaced(bright, scene, tmp_path, out):
    source = bright()
    with pytest.raises(OutputError, match="is one of the files that are read; choose another") as refused:
        quantize(source.folder, [scene], tmp_path / out, options=QuantizeOptions(overwrite=True))
    assert "\n" not in str(refused.value)
    assert read(source.folder).digest == source.digest


def test_no_folder_round_an_input_is_replaced(bright, scene, tmp_path):
    source = bright()
    (tmp_path / "card.json").write_text("{}", encoding="utf-8")  # so that it looks like a bundle
    with pytest.raises(OutputError, match=r"is a folder that holds .*bright0, which is read"):
        quantize(source.folder, [scene], tmp_path, options=QuantizeOptions(overwrite=True))


def test_a_calibration_goes_into_the_models_own_folder(bright, scene, labels):
    source = bright()
    out = source.folder / CALIBRATION
    for overwrite in (False, True):
        quantize(source.folder, [scene], out, options=QuantizeOptions(labels=(labels,), overwrite=overwrite))
    assert geounet.load_model(source.folder, precision="int8").describe()["dtype"] == "int8"


def test_a_calibration_of_a_file_which_none_lies_beside_is_refused(bright, scene, card, tmp_path):
    file = tmp_path / "loose.onnx"
    model = onnx.load(bright().weights)
    model.metadata_props.add(key="geounet_card", value=json.dumps(card.to_dict()))
    onnx.save(model, file)
    with pytest.raises(OptionsError, match=r"is a file.*geounet models import .*loose\.onnx'? -o loose"):
        quantize(file, [scene], tmp_path / "cal.json")
    assert not (tmp_path / "cal.json").exists()


def test_scenes_of_one_name_are_told_apart(bright, scene, labels, tmp_path):
    (tmp_path / "second").mkdir()
    other = shutil.copy(scene, tmp_path / "second")
    options = QuantizeOptions(labels=(labels, labels))
    found = quantize(bright().folder, [scene, other], tmp_path / "int8", options=options)
    said = find(tmp_path / "int8").card.extras["x-quantization"]
    assert list(said["tiles"]) == list(said["verdict"]["scenes"]) == ["scene", "scene (2)"]
    assert sum(said["tiles"].values()) == found.tiles
