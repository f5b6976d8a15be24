"""A folder keeps the engine that its first run chose, whatever a later run would choose."""

import sys
from pathlib import Path
from typing import Any

import pytest

from geounet.batching.engine import check_kept, choose_engine, load_engine
from geounet.batching.options import BatchOptions
from geounet.batching.plain import deciding
from geounet.errors import MissingDependencyError, OptionsError
from geounet.models import load_model
from geounet.options import ExtractOptions

SMALL = ExtractOptions(tile=64, overlap=0, batch_size=1)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOUNET_CACHE", str(tmp_path / "cache"))


@pytest.fixture(params=["onnx", "openvino"])
def first(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a first run chose, with an engine that `auto` may or may not have picked."""
    model = load_model("buildings", engine=request.param, device="cpu", precision="float32", threads=1)
    return choose_engine(model, SMALL) | {"wanted": request.param}


def test_every_later_run_has_it(first: dict[str, Any], recwarn: pytest.WarningsRecorder) -> None:
    assert first["engine"] == first.pop("wanted")
    described = load_engine("buildings", first).describe()
    assert described == {name: first[name] for name in described}
    assert not recwarn.list


def test_batches_of_smaller_tiles_are_as_large_as_the_first_runs() -> None:
    model = load_model("buildings", engine="onnx", device="cpu", precision="float32", threads=1)
    here = model.suggest_batch(256)
    engine = choose_engine(model, ExtractOptions())
    assert load_engine("buildings", engine).suggest_batch(256) == here > 1


def test_an_ensembles_engines_are_kept_one_by_one() -> None:
    both = load_model(
        "buildings+buildings", engine="torch+onnx", device="cpu", precision="float32", threads=1
    )
    assert load_engine("buildings+buildings", choose_engine(both, SMALL)).describe() == both.describe()


def test_another_engine_is_refused(first: dict[str, Any]) -> None:
    check_kept(first, ExtractOptions())
    check_kept(first, ExtractOptions(engine=first["engine"]))
    with pytest.raises(
        OptionsError, match=f"chose engine {first['engine']}, and torch is asked for.*--overwrite"
    ):
        check_kept(first, ExtractOptions(engine="torch"))


def test_it_is_no_part_of_what_decides_the_outputs() -> None:
    assert deciding(BatchOptions(extract=ExtractOptions(engine="onnx"))) == deciding(BatchOptions())


def test_where_it_is_not_installed_the_run_says_so(
    first: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, {"onnx": "onnxruntime"}.get(first["engine"], first["engine"]), None)
    with pytest.raises(
        MissingDependencyError, match="the first run on this folder chose cpu with float32, and here"
    ):
        load_engine("buildings", first)
