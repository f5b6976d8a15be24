"""Devices and arithmetic: what is there is taken, what is not is refused."""

import pytest
import torch

from geounet.errors import DeviceError
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
    assert choose_device("auto") == choose_device("cuda") == torch.device("cuda:0")
    assert choose_device("cuda:1") == torch.device("cuda:1")


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
