"""Devices and arithmetic: what is there is taken, what is not is refused."""

import warnings

import pytest
import torch

from geounet.errors import DeviceError, GeounetWarning
from geounet.models.engines import devices
from geounet.models.engines.devices import available, choose_device, choose_precision

CPU = torch.device("cpu")


def test_auto_takes_cuda_then_mps_then_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert list(available())[-2:] == ["mps", "cpu"]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "a card")
    memory = type("Properties", (), {"total_memory": 2**35})
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: memory)
    assert list(available()) == ["cuda:0", "cuda:1", "mps", "cpu"]
    monkeypatch.setattr(devices, "trouble", lambda _: None)
    assert choose_device("auto") == choose_device("cuda") == torch.device("cuda:0")
    assert choose_device("cuda:1") == torch.device("cuda:1")


def test_auto_goes_on_without_a_gpu_that_does_not_work_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "available", lambda: {"cuda:0": "old", "cuda:1": "new", "cpu": ""})
    monkeypatch.setattr(devices, "trouble", {"cuda:0": "no kernel image", "cuda:1": None}.get)
    with pytest.warns(GeounetWarning, match=r"cuda:0 does not work \(no kernel image\)"):
        assert choose_device("auto") == torch.device("cuda:1")
    monkeypatch.setattr(devices, "trouble", lambda _: "no kernel image")
    with pytest.warns(GeounetWarning) as said:
        assert choose_device("auto") == CPU
    assert len(said) == 2


def test_a_convolution_tells_whether_a_device_works(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices.trouble("cpu") is None
    convolve = torch.nn.functional.conv2d
    monkeypatch.setattr(torch.nn.functional, "conv2d", lambda *a, **k: 2 * convolve(*a, **k))
    assert devices.trouble("cpu") == "a convolution came to 11616, expected 5808"

    def fail(*_: object, **__: object) -> torch.Tensor:
        raise RuntimeError("CUDA error: no kernel image is available\nfor execution on the device")

    monkeypatch.setattr(torch.nn.functional, "conv2d", fail)
    assert devices.trouble("cpu") == "CUDA error: no kernel image is available"


def test_a_build_for_cuda_says_why_it_finds_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_old() -> bool:
        warnings.warn("The NVIDIA driver on your system is too old (found 11040)", stacklevel=2)
        return False

    monkeypatch.setattr(torch.version, "cuda", None)
    assert devices.why_no_cuda() is None
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    monkeypatch.setattr(torch.cuda, "is_available", too_old)
    assert "driver on your system is too old" in (devices.why_no_cuda() or "")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "CUDA 12.8" in (devices.why_no_cuda() or "")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert devices.why_no_cuda() is None


@pytest.mark.parametrize("name", ["cuda:97", "tpu", "", "cuda:x"])
def test_a_missing_device_is_answered_with_what_there_is(name: str) -> None:
    with pytest.raises(DeviceError, match=r"is not there; found .*cpu.*auto"):
        choose_device(name)


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_auto_takes_bfloat16_where_the_processor_has_it(
    monkeypatch: pytest.MonkeyPatch, native: bool, expected: torch.dtype
) -> None:
    monkeypatch.setattr(devices, "cpu_has_bfloat16", lambda: native)
    assert choose_precision("auto", CPU) is expected
    assert choose_precision("float32", CPU) is torch.float32
    assert choose_precision("auto", torch.device("mps")) is torch.float32


def test_emulated_arithmetic_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "cpu_has_bfloat16", lambda: False)
    for name in ("bfloat16", "float16"):
        with pytest.raises(DeviceError, match=f"cpu has no {name} in hardware; it has float32"):
            choose_precision(name, CPU)


def test_a_torch_that_cannot_be_asked_has_no_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.delattr(torch.cpu, name, raising=False)
    assert devices.cpu_has_bfloat16() is False
