"""An ONNX file in a bundle's place: it runs as the model that it was exported from, and says what it lacks."""

from pathlib import Path

import numpy as np
import pytest

from geounet.errors import ModelError
from geounet.models import load_model
from geounet.models.bundle import Bundle
from geounet.models.catalogue import find
from geounet.models.exchange import export_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("stac_model")


@pytest.fixture
def file(tiny: Bundle, tmp_path: Path) -> Path:
    """A small model as ONNX."""
    return export_model(tiny.folder, tmp_path / "some model.onnx").files[0]


def test_an_exported_file_is_the_model_it_came_from(file: Path, tiny: Bundle) -> None:
    card = find(tiny.folder).card
    assert find(file).card == find(str(file)).card == card
    patches = np.random.default_rng(0).normal(size=(2, card.channels, card.tile, card.tile)).astype("float32")
    ours, theirs = (load_model(model, device="cpu", precision="float32") for model in (tiny.folder, file))
    np.testing.assert_allclose(ours(patches), theirs(patches), atol=1e-4)


def test_it_is_made_a_bundle_once_and_anew_where_it_changes(file: Path) -> None:
    first = find(file)
    made = first.weights.stat().st_mtime_ns
    assert find(file).folder == first.folder
    assert first.weights.stat().st_mtime_ns == made
    model = onnx.load(file)
    model.metadata_props.add(key="of", value="another")
    onnx.save(model, file)
    assert find(file).digest != first.digest


def test_a_file_that_does_not_say_what_it_is_is_one_line(file: Path) -> None:
    model = onnx.load(file)
    del model.metadata_props[:]
    onnx.save(model, file)
    with pytest.raises(
        ModelError,
        match=r"has no key 'model_type' .* pass --card card.json to: geounet models import .*onnx -o",
    ):
        find(file)


def test_a_file_that_is_not_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone.onnx' is not known; shipped models"):
        find(tmp_path / "gone.onnx")
