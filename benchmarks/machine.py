"""What a figure was measured on: in the table beside it."""

import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("geounet", "torch", "onnxruntime", "openvino", "numba", "rasterio")


def machine() -> dict[str, str]:
    """The processor, its cores, what else it did, versions, and the day."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "instructions": _instructions(),
        "load before": load,
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name))),
        "gdal_translate": _gdal(),
        "day": datetime.now(UTC).date().isoformat(),
    }


def _processor() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _instructions() -> str:
    """Those that decide how fast a network is."""
    flags = _cpuinfo("flags").split()
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
    return ", ".join(flag for flag in wanted if flag in flags) or platform.machine()


def _cpuinfo(key: str) -> str:
    file = Path("/proc/cpuinfo")
    if sys.platform != "linux" or not file.exists():
        return ""
    lines = [line for line in file.read_text().splitlines() if line.startswith(key)]
    return lines[0].split(":", 1)[1].strip() if lines else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _gdal() -> str:
    if shutil.which("gdal_translate") is None:
        return "not here"
    told = subprocess.run(["gdal_translate", "--version"], capture_output=True, text=True, check=False)
    return told.stdout.split(",")[0]
