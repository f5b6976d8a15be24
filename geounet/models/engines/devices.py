"""Devices: what there is, whether it works, which one is meant, and which arithmetic it has in hardware."""

import ctypes.util
import platform
import sys
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from geounet.errors import DeviceError, GeounetWarning
from geounet.models.engines.threads import machine_threads

if TYPE_CHECKING:  # a light install has none
    import torch

DRIVERS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")
"""What Linux has where there is a driver of a GPU that torch may run on: NVIDIA's, that of Windows's Linux, AMD's."""


def may_have_gpu() -> bool:
    """Whether it is worth asking torch, which takes seconds to load, for a GPU: it is there, and so is a driver."""
    if find_spec("torch") is None:
        return False
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    return any(Path(driver).exists() for driver in DRIVERS)


def available() -> Mapping[str, str]:
    """Devices that a network can run on, the one that `auto` takes first, each with a line about it."""
    if find_spec("torch") is None:
        return {"cpu": f"{platform.machine()}, {machine_threads()} threads"}
    import torch

    found = {}
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        memory = torch.cuda.get_device_properties(index).total_memory / 2**30
        found[f"cuda:{index}"] = f"{torch.cuda.get_device_name(index)}, {memory:.0f} GiB"
    if torch.backends.mps.is_available():
        found["mps"] = f"Apple GPU, {platform.machine()}"
    half = ", bfloat16 in hardware" if cpu_has_bfloat16() else ""
    found["cpu"] = f"{platform.machine()}, {machine_threads()} threads{half}"
    return found


def gpus() -> list[str]:
    """The CUDA devices that there are, by name (`cuda:1`)."""
    return [name for name in available() if name.startswith("cuda:")]


def trouble(device: "str | torch.device") -> str | None:
    """Why a device cannot run a network, in one line; None where it ran a small convolution and got it right.

    A GPU may be listed and yet fail: its driver may be too old for this build of torch, or the build may lack kernels
    for its compute capability.
    """
    import torch

    try:
        with torch.inference_mode():
            image = torch.ones(1, 3, 8, 8, device=device)
            kernel = torch.ones(4, 3, 3, 3, device=device)
            total = float(torch.nn.functional.conv2d(image, kernel, padding=1).sum())
    except RuntimeError as error:
        return (str(error).strip().splitlines() or [type(error).__name__])[0]
    # Of the 8 × 8 pixels, (3 × 8 − 2)² pairs of pixel and kernel lie inside.
    return None if total == 4 * 3 * 22**2 else f"a convolution came to {total:g}, expected 5808"


def why_no_cuda() -> str | None:
    """Why this build of torch, made for CUDA, finds no GPU; None where it finds one, or is not made for CUDA."""
    if find_spec("torch") is None:
        return None
    import torch

    if torch.version.cuda is None:
        return None
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        if torch.cuda.is_available():
            return None
    reasons = [str(warning.message).strip().splitlines()[0] for warning in said]
    return (
        reasons[0]
        if reasons
        else f"no NVIDIA driver answers this build of torch for CUDA {torch.version.cuda}"
    )


def choose_device(name: str) -> "torch.device":
    """The device that a name (`auto`, `cpu`, `cuda`, `cuda:1`, `mps`) means; DeviceError where it is not there.

    `auto` is the first that works; a GeounetWarning says why one before it does not.
    """
    import torch

    present = available()
    if name == "auto":
        return _first_that_works(list(present))
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in present:
        raise DeviceError(
            f"device {name!r} is not there; found {', '.join(present)}: pass one of them, or auto"
        )
    return torch.device(wanted)


def _first_that_works(names: list[str]) -> "torch.device":
    import torch

    *gpus, cpu = names
    for name in gpus:
        why = trouble(name)
        if why is None:
            return torch.device(name)
        warnings.warn(f"{name} does not work ({why}); going on without it", GeounetWarning, stacklevel=3)
    return torch.device(cpu)


def choose_precision(name: str, device: "torch.device") -> "torch.dtype":
    """The arithmetic that a name (`auto`, `float32`, `bfloat16`, `float16`) means on a device.

    `auto` takes half precision where the device has it in hardware: bfloat16, on older CUDA devices float16, and
    float32 on MPS. Raises DeviceError for half precision that a device only emulates: on a CPU that is about a hundred
    times slower than float32.
    """
    import torch

    if name == "int8":
        raise DeviceError("PyTorch runs no network in int8 here; pass --engine onnx, openvino or auto")
    native = _native_half(device)
    if name == "auto":
        return native[0] if native else torch.float32
    wanted: torch.dtype = getattr(torch, name)
    if wanted is not torch.float32 and wanted not in native:
        names = ", ".join(["float32", *(str(dtype).removeprefix("torch.") for dtype in native)])
        raise DeviceError(
            f"device {device} has no {name} in hardware; it has {names}: pass one of them, or auto"
        )
    return wanted


def _native_half(device: "torch.device") -> "list[torch.dtype]":
    """Half precisions that the device has in hardware, the preferred first."""
    import torch

    if device.type == "cuda":
        with torch.cuda.device(device):
            bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
        return [torch.bfloat16, torch.float16] if bfloat16 else [torch.float16]
    if device.type == "cpu" and cpu_has_bfloat16():
        return [torch.bfloat16]
    return []


def cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware (AMX, or AVX-512 BF16)."""
    import torch

    # Private, but torch's own way to ask on every platform; a torch without them is taken to have no such kernels.
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(check() for check in (getattr(torch.cpu, name, None) for name in checks) if check is not None)
