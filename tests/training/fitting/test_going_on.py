"""What a run goes on from, and what it does not."""

import shutil
from pathlib import Path

import pytest

from geounet.errors import TrainingError
from geounet.training import TrainConfig, train
from geounet.training.fitting.keeper import checkpoint_folder


class Stop:
    """A progress bar that is interrupted after so many steps."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, **_: object) -> "Stop":
        return self

    def __getattr__(self, _: str) -> object:
        return lambda *_, **__: None

    def update(self, n: int = 1) -> None:
        self.left -= n
        if self.left <= 0:
            raise KeyboardInterrupt


@pytest.fixture
def project(tables, place, tmp_path) -> dict:
    """A short run in a folder of its own, data and all, interrupted after its first validation."""
    folder = tmp_path / "project"
    shutil.copytree(place, folder / "data")
    tables |= {"root": str(folder / "data"), "out": str(folder / "model"), "validate_every": 2}
    tables["optimizer"] |= {"steps": 4, "batch": 2, "warmup": 1}
    with pytest.raises(KeyboardInterrupt):
        train(tables, progress=Stop(3))
    assert (checkpoint_folder(TrainConfig.from_dict(tables)) / "state-000002.safetensors").is_file()
    return tables


def test_a_project_that_was_moved_goes_on_to_the_same_bits(project, tmp_path):
    moved = project | {"root": str(tmp_path / "moved" / "data"), "out": str(tmp_path / "moved" / "model")}
    shutil.copytree(tmp_path / "project", tmp_path / "moved")
    weights = [
        (train(tables, resume=True).bundle / "weights.safetensors").read_bytes()
        for tables in (project, moved)
    ]
    assert weights[0] == weights[1]


def change(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def test_what_is_damaged_or_changed_is_named(project, tmp_path):
    folder = tmp_path / "project"
    change(folder / "model-run" / "checkpoint" / "state-000002.safetensors")
    with pytest.raises(TrainingError, match=r"damaged \(state-000002\.safetensors"):
        train(project, resume=True)
    change(folder / "model-run" / "checkpoint" / "state-000002.safetensors")
    change(folder / "data" / "here.geojson")
    with pytest.raises(TrainingError, match=r"labels here\.geojson changed since the run was begun"):
        train(project, resume=True)
