"""The small environment: what runs a model that carries its graph on a processor, and no torch.

geounet itself is installed without what it depends on, after the packages that it does need. Those are its own
`requirements/light.txt` (tests/plugin/managed/test_light.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from geounet_qgis.managed import builds, environment
from geounet_qgis.managed.locate import VARIABLE

if TYPE_CHECKING:  # algorithms ask whether it is in use, and a plan brings the network with it
    from geounet_qgis.managed.plan import Job

PACKAGES = (
    "affine>=2.4",
    "numba>=0.61",
    "numpy>=2.1",
    "onnx>=1.17",
    "onnxruntime>=1.20",
    "psutil>=5.9",
    "pyarrow>=17",
    "pyogrio>=0.10",
    "pyproj>=3.6.1",
    "rasterio>=1.4",
    "rich>=13.7",
    "scipy>=1.13",
    "shapely>=2.1.2",
    "tqdm>=4.66",
)

ALONE = ("--no-deps",)


def rounds(job: Job) -> Iterator[tuple[str, ...]]:
    """Let the installer be called for the packages, then for geounet alone: the words that it needs beside its file."""
    wanted = job.requirement_file.read_text(encoding="utf-8")
    job.requirement_file.write_text("\n".join(PACKAGES) + "\n", encoding="utf-8")
    yield ()
    job.requirement_file.write_text(wanted, encoding="utf-8")
    yield ALONE


def is_in_use(environ: Mapping[str, str], *, chosen: str, folder: str | Path) -> bool:
    """Say whether what runs geounet is the private environment, and that is the small one; nothing is run."""
    if environ.get(VARIABLE) or chosen:
        return False
    installed = environment.current(folder)
    return installed is not None and installed.build == builds.LIGHT
