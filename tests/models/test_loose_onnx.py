"""An ONNX file in a bundle's place: it runs as the model that it was exported from, and says what it lacks."""

from pathlib import Path

import numpy as np
import pytest

from geounet.errors import ModelError, OutputError
from geounet.models import load_model, loose_onnx
from geounet.models.bundle import Bundle
from geounet.models.catalogue import find
from geounet.models.exchange import export_model
from geounet.models.exchange.import_onnx import import_onnx
from geounet.models.loose_onnx import bundle_of_file

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
        match=r"has no key 'model_type' .* pass --card card.json to: geounet models import '.*onnx' -o 'some model'",
    ):
        find(file)


def test_a_file_that_is_not_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone.onnx' is not known; shipped models"):
        find(tmp_path / "gone.onnx")


def test_another_version_reads_it_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = find(file).folder
    monkeypatch.setattr("geounet.models.loose_onnx.__version__", "another")
    assert find(file).folder != first


def test_what_another_process_made_meanwhile_stays(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*args: object, **options: object) -> Bundle:
        monkeypatch.setattr(loose_onnx, "import_onnx", import_onnx)
        made.append(bundle_of_file(file))  # the other process, which is done first
        (made[0] / "mark").touch()
        return import_onnx(*args, **options)  # type: ignore[arg-type]  # whatever it was called with

    made: list[Path] = []
    monkeypatch.setattr(loose_onnx, "import_onnx", slow)
    assert [bundle_of_file(file)] == made
    assert (made[0] / "mark").is_file()
    assert [path.name for path in made[0].parent.iterdir()] == [made[0].name]


def test_a_cache_that_cannot_be_written_is_one_line(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blocked").touch()
    monkeypatch.setenv("GEOUNET_CACHE", str(tmp_path / "blocked"))
    with pytest.raises(OutputError, match=r"cannot be written .*; set GEOUNET_CACHE"):
        bundle_of_file(file)
