import json
from pathlib import Path

import pytest
import torch

from geounet.errors import TrainingError
from geounet.training.fitting.checkpoint import (
    Checkpoint,
    clear,
    read,
    read_state,
    read_step_weights,
    write,
    write_weights,
)
from geounet.training.validation.history import Validation

HISTORY = (
    Validation(
        step=3,
        loss=0.5,
        rate=1e-3,
        seconds=1.5,
        threshold=0.4,
        iou=0.7,
        nll=0.3,
        by_place={"a": 0.7},
        by_class={},
    ),
)


def checkpoint(step: int, *, kept: tuple[int, ...]) -> Checkpoint:
    return Checkpoint(
        config="a = 1",
        step=step,
        seconds=2.0,
        history=HISTORY,
        kept=kept,
        swa_from=None,
        scaler={"scale": 2.0},
    )


def tensors(value: float) -> dict[str, torch.Tensor]:
    kernel = torch.full((2, 3, 3, 3), value).to(memory_format=torch.channels_last)
    return {"network.kernel": kernel, "count": torch.tensor(7)}


def test_what_is_written_is_read(tmp_path):
    write_weights(tmp_path, 3, tensors(1.0))
    written = checkpoint(3, kept=(3,))
    write(tmp_path, written, tensors(2.0))
    assert read(tmp_path) == written
    for found, expected in ((read_state(tmp_path, written), 2.0), (read_step_weights(tmp_path, 3), 1.0)):
        assert torch.equal(found["network.kernel"], tensors(expected)["network.kernel"])
        assert found["count"] == 7


def test_only_what_a_checkpoint_names_is_kept(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for step in (3, 6, 9):
        write_weights(tmp_path, step, tensors(step))
        write(tmp_path, checkpoint(step, kept=(6,) if step > 3 else (3,)), tensors(step))
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"checkpoint.json", "notes.txt", "state-000009.safetensors", "weights-000006.safetensors"}
    clear(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt"}
    assert read(tmp_path) is None


def write_both(folder: Path, step: int) -> None:
    write_weights(folder, step, tensors(step))
    write(folder, checkpoint(step, kept=(step,)), tensors(step))


@pytest.mark.parametrize("at", range(1, 6))
def test_a_checkpoint_that_is_not_finished_leaves_the_one_before(tmp_path, monkeypatch, at):
    write_both(tmp_path, 3)
    calls = []

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) == at:
            raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(KeyboardInterrupt):
        write_both(tmp_path, 6)
    found = read(tmp_path)
    assert found.step == 3
    assert read_state(tmp_path, found)["network.kernel"].unique() == 3
    assert read_step_weights(tmp_path, 3)["network.kernel"].unique() == 3


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"format": 99})])
def test_what_is_no_checkpoint_is_one_line(tmp_path, text):
    (tmp_path / "checkpoint.json").write_text(text)
    with pytest.raises(TrainingError, match="begin anew") as caught:
        read(tmp_path)
    assert "\n" not in str(caught.value)


def test_nothing_that_can_run_code_is_written(tmp_path):
    write_weights(tmp_path, 3, tensors(1.0))
    write(tmp_path, checkpoint(3, kept=(3,)), tensors(2.0))
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".safetensors"}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
@pytest.mark.parametrize("name", ["state-000006", "weights-000003", "weights-000006"])
def test_a_damaged_file_is_named_and_not_gone_on_from(tmp_path, name, damage):
    write_both(tmp_path, 3)
    write_weights(tmp_path, 6, tensors(6))
    write(tmp_path, checkpoint(6, kept=(6, 3)), tensors(6))
    assert read(tmp_path).step == 6
    damage(tmp_path / f"{name}.safetensors")
    with pytest.raises(TrainingError, match=rf"damaged \({name}\.safetensors .*begin anew without --resume"):
        read(tmp_path)


def test_what_is_damaged_before_the_next_checkpoint_is_found_all_the_same(tmp_path):
    write_both(tmp_path, 3)
    flip(tmp_path / "weights-000003.safetensors")
    write(tmp_path, checkpoint(6, kept=(3,)), tensors(6))
    with pytest.raises(TrainingError, match="weights-000003"):
        read(tmp_path)


def test_the_checkpoint_of_an_older_format_is_refused(tmp_path):
    write_both(tmp_path, 3)
    path = tmp_path / "checkpoint.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    del index["sha256"]
    path.write_text(json.dumps(index | {"format": 1}), encoding="utf-8")
    with pytest.raises(TrainingError, match="another geounet; begin anew without --resume"):
        read(tmp_path)
    path.write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(TrainingError, match=r"damaged.*begin anew without --resume"):
        read(tmp_path)
