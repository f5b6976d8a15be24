"""Who won is remembered for as long as nothing that decides it is another; what cannot be kept is no failure."""

import json
from pathlib import Path

import pytest

from geounet.models.engines import remembered
from geounet.models.engines.remembered import Outcome, keep, recall

TRIAL = {"model": "abc", "tile": 512, "precision": "auto", "threads": 2}


def test_what_was_kept_is_found(cache: Path) -> None:
    assert recall(TRIAL) is None
    keep(TRIAL, Outcome("onnx"), seconds={"onnx": 0.5, "torch": 0.7})
    assert recall(TRIAL) == Outcome("onnx")
    (record,) = (cache / "engines").iterdir()  # and no draft
    assert json.loads(record.read_text(encoding="utf-8"))["seconds"] == {"onnx": 0.5, "torch": 0.7}
    keep(TRIAL, Outcome("torch", ("onnx",)), seconds={})
    assert recall(TRIAL) == Outcome("torch", ("onnx",))


@pytest.mark.parametrize("change", [{"model": "b"}, {"tile": 64}, {"precision": "float32"}, {"threads": 1}])
def test_another_trial_is_not_it(change: dict[str, object]) -> None:
    keep(TRIAL, Outcome("onnx"), seconds={})
    assert recall(TRIAL | change) is None


def test_another_version_or_machine_is_not_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(TRIAL, Outcome("onnx"), seconds={})
    with monkeypatch.context() as patch:
        patch.setattr(remembered, "available_engines", lambda: {"onnx": "onnxruntime 99.0"})
        assert recall(TRIAL) is None
    with monkeypatch.context() as patch:
        patch.setattr(remembered, "_machine", lambda: "another")
        assert recall(TRIAL) is None
    assert recall(TRIAL) == Outcome("onnx")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[]", b"null", b'{"engines": "onnx"}'])
def test_a_damaged_record_is_none_and_is_replaced(cache: Path, content: bytes) -> None:
    keep(TRIAL, Outcome("onnx"), seconds={})
    (record,) = (cache / "engines").iterdir()
    record.write_bytes(content)
    assert recall(TRIAL) is None
    keep(TRIAL, Outcome("onnx"), seconds={})
    assert recall(TRIAL) == Outcome("onnx")


def test_a_cache_that_cannot_be_written_is_no_failure(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    keep(TRIAL, Outcome("onnx"), seconds={})
    assert recall(TRIAL) is None
    assert cache.read_text() == "a file where the folder should be"


def test_a_processor_is_told_by_what_linux_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "cpuinfo"
    core = "processor\t: {}\nmodel name\t: A CPU\nflags\t\t: fpu avx2\ncpu MHz\t\t: {}\n\n"
    monkeypatch.setattr(remembered, "CPUINFO", info)
    told = []
    for text in (
        core.format(0, 1000) + core.format(1, 1200),
        core.format(0, 1300) + core.format(1, 900),  # its clock moves
        core.format(0, 1000),  # fewer cores
        core.format(0, 1000) + core.format(1, 1200).replace("avx2", "avx512f"),
    ):
        info.write_text(text)
        remembered._machine.cache_clear()
        told.append(remembered._machine())
    remembered._machine.cache_clear()
    assert told[0] == told[1]
    assert len(set(told)) == 3
