"""ONNX from elsewhere is run as it is, by the same path as any model."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray

import geounet
from geounet.errors import InvalidCardError, ModelError, OutputError, WeightsError
from geounet.models import bundle, find, load_model
from geounet.models.bundle import CARD, ONNX, PAGE
from geounet.models.card import ModelCard
from geounet.models.exchange.import_onnx import import_onnx

Write = Callable[..., Path]
MakeCard = Callable[..., ModelCard]
Oracle = Callable[..., NDArray[np.float32]]


def patches() -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(size=(2, 3, 64, 64)).astype(np.float32)


def test_a_file_for_deepness_runs_on_a_scene(
    write_onnx: Write, oracle: Oracle, make_raster: Callable[..., Path], tmp_path: Path
) -> None:
    imported = import_onnx(write_onnx(), out=tmp_path / "land")
    pixels = np.random.default_rng(1).integers(0, 256, (3, 100, 70), dtype=np.uint8)
    valid = np.ones((100, 70), bool)
    valid[:9, :9] = False
    scene = make_raster(pixels, valid=valid)
    geounet.predict(
        scene, imported.folder, tmp_path / "out.tif",
        options=geounet.PredictOptions(output="both", dtype="float32", engine="onnx", device="cpu"),
    )  # fmt: skip
    expected = oracle(pixels[None] / np.float32(255))[0]
    with rasterio.open(tmp_path / "out.tif") as scores, rasterio.open(tmp_path / "out_class.tif") as labels:
        np.testing.assert_allclose(scores.read()[:, valid], expected[:, valid], atol=1e-5)
        np.testing.assert_array_equal(labels.read(1)[valid], expected.argmax(0)[valid])
        assert (labels.read(1)[~valid] == 255).all()
        assert json.loads(labels.tags()["GEOUNET_ENGINE"])["engine"] == "onnx"
        assert labels.tags()["GEOUNET_MODEL_DIGEST"] == imported.digest


def test_the_bundle_is_found_described_and_loaded(write_onnx: Write, oracle: Oracle, tmp_path: Path) -> None:
    imported = import_onnx(write_onnx(), out=tmp_path / "land")
    assert sorted(path.name for path in imported.folder.iterdir()) == sorted([CARD, ONNX, PAGE])
    assert "land.onnx" in imported.page.read_text(encoding="utf-8")
    assert find(imported.folder) == imported
    model = load_model(imported.folder, device="cpu", threads=1)
    assert (model.card, model.digest) == (imported.card, imported.digest)
    np.testing.assert_allclose(model(patches()), oracle(patches()), atol=1e-6)


def test_another_networks_bytes_are_another_model(write_onnx: Write, tmp_path: Path) -> None:
    digests = {
        import_onnx(write_onnx(kernel=kernel), out=tmp_path / str(number)).digest
        for number, kernel in enumerate((np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)))
    }
    assert len(digests) == 2


@pytest.mark.parametrize("opset", [11, 13])
def test_logits_get_the_softmax_that_is_asked_for(
    write_onnx: Write, oracle: Oracle, tmp_path: Path, opset: int
) -> None:
    """Before opset 13 a softmax went over rows and columns too."""
    path = write_onnx(last=None, opset=opset)
    with pytest.raises(
        ModelError, match=r"land.onnx gives values from -.*pass --activation softmax or sigmoid"
    ):
        import_onnx(path, out=tmp_path / "land")
    imported = import_onnx(path, out=tmp_path / "land", activation="softmax")
    np.testing.assert_allclose(
        load_model(imported.folder, device="cpu")(patches()), oracle(patches()), atol=1e-6
    )


def test_classes_that_overlap_need_a_card(write_onnx: Write, unet_card: MakeCard, tmp_path: Path) -> None:
    path = write_onnx(last="Sigmoid")
    with pytest.raises(ModelError, match=r"whose probabilities sum to .*; expected 1.*activation sigmoid"):
        import_onnx(path, out=tmp_path / "land")
    card = replace(unet_card(classes=("rest", "a", "b"), activation="sigmoid"), architecture=None)
    (tmp_path / "card.json").write_text(json.dumps(card.to_dict()), encoding="utf-8")
    imported = import_onnx(path, card=tmp_path / "card.json", out=tmp_path / "land")
    assert imported.card == card
    # A card that is given needs no key at all.
    assert import_onnx(write_onnx("bare.onnx", metadata={}), card=unet_card(), out=tmp_path / "bare")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ("a", "b", "c")}, "gives 2 scores; its card says 3"),
        ({"bands": ("grey",)}, "takes 3 bands; its card says 1"),
        ({"tile": 96, "margin": 16}, "takes tiles of 64; its card says 96"),
    ],
)
def test_a_card_that_does_not_fit_leaves_nothing(
    write_onnx: Write, unet_card: MakeCard, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        import_onnx(write_onnx(side=64), card=unet_card(**changes), out=tmp_path / "land")
    assert not (tmp_path / "land").exists()


def test_nan_is_no_probability(write_onnx: Write, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected probabilities"):
        import_onnx(write_onnx(kernel=np.full((2, 3), np.nan, np.float32)), out=tmp_path / "land")


def test_an_existing_bundle_stays(write_onnx: Write, tmp_path: Path) -> None:
    import_onnx(write_onnx(), out=tmp_path / "land")
    with pytest.raises(OutputError, match="exists"):
        import_onnx(write_onnx(), out=tmp_path / "land")
    import_onnx(write_onnx(), out=tmp_path / "land", overwrite=True)


def test_a_bundle_in_onnx_is_not_trained_from(write_onnx: Write, tmp_path: Path) -> None:
    imported = import_onnx(write_onnx(), out=tmp_path / "land")
    with pytest.raises(
        ModelError, match="'land' is in ONNX, which runs but can be neither trained nor changed"
    ):
        bundle.load(imported)


def test_weights_twice_are_refused(write_onnx: Write, tmp_path: Path) -> None:
    imported = import_onnx(write_onnx(), out=tmp_path / "land")
    (imported.folder / "weights.safetensors").write_bytes(b"x")
    with pytest.raises(WeightsError, match=r"has both weights.safetensors and model.onnx; remove"):
        bundle.read(imported.folder)


def test_a_bundles_file_is_looked_at_before_it_is_run(write_onnx: Write, tmp_path: Path) -> None:
    imported = import_onnx(write_onnx(), out=tmp_path / "land")
    imported.weights.write_bytes(b"junk")
    with pytest.raises(ModelError, match=r"model.onnx is not readable as ONNX"):
        load_model(imported.folder, device="cpu")


def test_a_card_that_is_none_is_refused(write_onnx: Write, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text("{}")
    with pytest.raises(InvalidCardError):
        import_onnx(write_onnx(), card=tmp_path / "card.json", out=tmp_path / "land")
