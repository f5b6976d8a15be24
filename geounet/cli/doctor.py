"""`geounet doctor`: what geounet needs, and whether it is there, a line each."""

import argparse
import importlib
import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geounet
from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter, Verdict
from geounet.dependencies import COMPLETE, RUNTIME_REMEDY, lacks_runtime
from geounet.errors import GeounetError, MissingDependencyError

HELP = "what geounet needs, and whether it is there"
USAGE = "[options]"

RASTER_DRIVERS = ("GTiff", "COG")
VECTOR_DRIVERS = ("GPKG", "GeoJSON", "FlatGeobuf", "ESRI Shapefile")
LEAST_FREE_GB = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what it came to."""

    name: str
    verdict: Verdict
    message: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:  # noqa: ARG001 (it has no arguments)
    """Look at everything; raises MissingDependencyError where something required is missing or broken."""
    checks: list[Check] = []
    for name, look in LOOKS.items():
        for check in _looked_at(name, look):
            checks.append(check)
            report.check(check.name, check.verdict, check.message)
    bad = [check for check in checks if check.verdict == "bad"]
    if bad:
        names = ", ".join(check.name for check in bad)
        raise MissingDependencyError(
            f"{len(bad)} of {len(checks)} checks failed ({names}); see their lines above"
        )
    return {"checks": [asdict(check) for check in checks]}


def _looked_at(name: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """What a look finds; one that fails is bad news itself."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 (a broken library may raise anything, and the doctor goes on)
        text = " ".join(str(error).split())
        yield Check(
            name, "bad", text if isinstance(error, GeounetError) else f"{type(error).__name__}: {text}"
        )


def look_at_system() -> Iterator[Check]:
    """Which geounet, Python and machine this is."""
    yield Check("geounet", "ok", geounet.__version__)
    fits = sys.version_info >= (3, 11)
    yield Check("python", "ok" if fits else "bad", f"{platform.python_version()}, {sys.executable}")
    yield Check("machine", "ok", f"{platform.platform()}, {os.cpu_count()} CPU cores")


def look_at_packages() -> Iterator[Check]:
    """The version of every dependency; those of extras may be absent, and what a light install goes without."""
    for requirement in importlib.metadata.requires("geounet") or []:
        name = re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]
        extra = re.search(r"extra\s*==\s*['\"](\w+)", requirement)
        if name == "geounet" or (extra and extra[1] == "dev"):
            continue
        try:
            yield Check(name, "ok", importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield _absent(name, requirement, extra=extra[1] if extra else None)


def _absent(name: str, requirement: str, *, extra: str | None) -> Check:
    """What it means that a dependency is not there."""
    if extra:
        return Check(name, "warn", f"not installed; needed for: pip install 'geounet[{extra}]'")
    if name in COMPLETE and _is_light():
        return Check(name, "warn", "not installed: a light install; needed for more: pip install geounet")
    return Check(name, "bad", f"not installed; install it: pip install '{requirement}'")


def _is_light() -> bool:
    """Whether this is an install without torch that has what runs a model without it."""
    return find_spec("torch") is None and any(find_spec(name) for name in ("onnxruntime", "openvino"))


def look_at_engines() -> Iterator[Check]:
    """What can run a network: each library is loaded."""
    from geounet.models.engines.libraries import LIBRARIES

    found = {
        library: [name for name, one in LIBRARIES.items() if one == library] for library in LIBRARIES.values()
    }
    working = 0
    for library, engines in found.items():
        if find_spec(library) is None:
            continue
        name = f"engine {', '.join(engines)}"
        try:
            version = importlib.import_module(library).__version__
        except (ImportError, OSError) as error:  # on Windows torch raises the system's own
            yield Check(name, "bad", _why_not_loaded(library, error))
        else:
            working += 1
            yield Check(name, "ok", f"{library} {version}")
    if not working:
        yield Check("engines", "bad", "nothing here runs a network; install one: pip install onnxruntime")


def _why_not_loaded(library: str, error: Exception) -> str:
    reason = " ".join(str(error).split())
    remedy = (
        RUNTIME_REMEDY
        if lacks_runtime(error)
        else f"install it again: pip install --force-reinstall {library}"
    )
    return f"{library} does not load ({reason}); {remedy}"


def look_at_devices() -> Iterator[Check]:
    """Which devices a network can run on: each runs a convolution, where torch is there to run it."""
    from geounet.models.engines.devices import available, trouble, why_no_cuda

    reason = why_no_cuda()
    if reason:
        yield Check("cuda", "warn", f"{reason}; networks run on the CPU")
    for device, about in available().items():
        why = trouble(device) if find_spec("torch") else None
        broken: Verdict = "bad" if device == "cpu" else "warn"  # without a GPU, the CPU serves
        yield Check(device, broken if why else "ok", f"{about}: does not work: {why}" if why else about)


def look_at_rasters() -> Iterator[Check]:
    """GDAL's raster drivers, and its database of coordinate reference systems."""
    import rasterio
    from rasterio.crs import CRS

    with rasterio.Env() as gdal:
        drivers = gdal.drivers()
        yield from _drivers(f"GDAL {rasterio.__gdal_version__} (rasterio)", RASTER_DRIVERS, drivers)
        # A PROJ_LIB or PROJ_DATA of another installation makes every EPSG code unknown.
        known = CRS.from_epsg(32637).to_epsg() == 32637
    yield Check(
        "PROJ (rasterio)",
        "ok" if known else "bad",
        "EPSG codes are known" if known else "EPSG codes are lost",
    )


def look_at_vectors() -> Iterator[Check]:
    """GDAL's vector drivers that can write, in the GDAL that vector files go through."""
    import pyogrio
    import pyproj

    version = ".".join(map(str, pyogrio.__gdal_version__))
    yield from _drivers(f"GDAL {version} (pyogrio)", VECTOR_DRIVERS, pyogrio.list_drivers(write=True))
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32637", always_xy=True)
    x, _ = to_metres.transform(39.0, 0.0)
    fits = abs(x - 500_000) < 1e-3
    yield Check(
        "PROJ (pyproj)", "ok" if fits else "bad", "transforms are right" if fits else f"39° E is at {x:.0f} m"
    )


def look_at_cache() -> Iterator[Check]:
    """Whether compiled kernels can be kept, so that the next run starts at once."""
    import numba

    try:
        numba.njit(cache=True)(_kernel)(1)
    except (RuntimeError, OSError) as error:
        yield Check(
            "numba cache",
            "warn",
            f"cannot be written ({error}); every run compiles anew: set NUMBA_CACHE_DIR",
        )
    else:
        yield Check("numba cache", "ok", "can be written")


def look_at_models() -> Iterator[Check]:
    """Whether each model that came with geounet can be loaded."""
    from geounet.models import load_model
    from geounet.models.catalogue import shipped

    for name in shipped():
        card = load_model(name, device="cpu").card
        yield Check(
            f"model {name}", "ok", f"{card.version}: {', '.join(card.bands)} at {card.gsd_m or 'any'} m"
        )


def look_at_run() -> Iterator[Check]:
    """Whether a small drawn town becomes a layer; an install's first run compiles its loops, and this may be it."""
    from geounet import extract
    from geounet.synthetic import TownOptions, draw_town

    with tempfile.TemporaryDirectory(prefix="geounet-doctor-") as folder:
        scene = Path(folder) / "town.tif"
        draw_town(TownOptions(size=(256, 256))).write(scene)
        found = extract(scene, "buildings", scene.with_suffix(".gpkg"))
    yield Check(
        "a whole run",
        "ok",
        f"{found.features} buildings of a drawn town of 256 × 256 pixels, as a GeoPackage",
    )


def look_at_disk() -> Iterator[Check]:
    """Room for temporary files."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free / 1e9
    enough = free >= LEAST_FREE_GB
    yield Check("disk", "ok" if enough else "warn", f"{free:.1f} GB free in {folder}")


def _drivers(name: str, needed: tuple[str, ...], found: object) -> Iterator[Check]:
    missing = [driver for driver in needed if driver not in found]  # type: ignore[operator] # names, or a mapping of them
    message = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(needed)}"
    yield Check(name, "bad" if missing else "ok", message)


def _kernel(value: int) -> int:
    """Something to compile."""
    return value + 1


LOOKS: dict[str, Callable[[], Iterator[Check]]] = {
    "system": look_at_system,
    "packages": look_at_packages,
    "engines": look_at_engines,
    "devices": look_at_devices,
    "rasters": look_at_rasters,
    "vectors": look_at_vectors,
    "numba cache": look_at_cache,
    "models": look_at_models,
    "disk": look_at_disk,
    "a whole run": look_at_run,
}
"""What the doctor looks at, in order."""
