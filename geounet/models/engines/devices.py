"""Devices: what there is, which one is meant, and which arithmetic it has in hardware."""

import platform
from collections.abc import Mapping

import torch

from geounet.errors import DeviceError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def available() -> Mapping[str, str]:
    """Devices that a network can run on, the one that `auto` takes first, each with a line about it."""
    found = {}
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        memory = torch.cuda.get_device_properties(index).total_memory / 2**30
        found[f"cuda:{index}"] = f"{torch.cuda.get_device_name(index)}, {memory:.0f} GiB"
    if torch.backends.mps.is_available():
        found["mps"] = f"Apple GPU, {platform.machine()}"
    half = ", bfloat16 in hardware" if cpu_has_bfloat16() else ""
    found["cpu"] = f"{platform.machine()}, {torch.get_num_threads()} threads{half}"
    return found


def choose_device(name: str) -> torch.device:
    """The device that a name (`auto`, `cpu`, `cuda`, `cuda:1`, `mps`) means; DeviceError where it is not there."""
    present = available()
    if name == "auto":
        return torch.device(next(iter(present)))
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in present:
        raise DeviceError(
            f"device {name!r} is not there; found {', '.join(present)}: pass one of them, or auto"
        )
    return torch.device(wanted)


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """The arithmetic that a name (`auto`, `float32`, `bfloat16`, `float16`) means on a device.

    `auto` takes half precision where the device has it in hardware: bfloat16, on older CUDA devices float16, and
    float32 on MPS. Raises DeviceError for half precision that a device only emulates: on a CPU that is about a hundred
    times slower than float32.
    """
    native = _native_half(device)
    if name == "auto":
        return native[0] if native else torch.float32
    wanted = DTYPES[name]
    if wanted is not torch.float32 and wanted not in native:
        names = ", ".join(["float32", *(str(dtype).removeprefix("torch.") for dtype in native)])
        raise DeviceError(
            f"device {device} has no {name} in hardware; it has {names}: pass one of them, or auto"
        )
    return wanted


def _native_half(device: torch.device) -> list[torch.dtype]:
    """Half precisions that the device has in hardware, the preferred first."""
    if device.type == "cuda":
        with torch.cuda.device(device):
            bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
        return [torch.bfloat16, torch.float16] if bfloat16 else [torch.float16]
    if device.type == "cpu" and cpu_has_bfloat16():
        return [torch.bfloat16]
    return []


def cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware (AMX, or AVX-512 BF16)."""
    # Private, but torch's own way to ask on every platform; a torch without them is taken to have no such kernels.
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(check() for check in (getattr(torch.cpu, name, None) for name in checks) if check is not None)
