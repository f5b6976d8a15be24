"""The child's environment: ours without what belongs to QGIS's own Python, GDAL, PROJ, GRASS and Qt.

An inherited PROJ_LIB makes rasterio lose a raster's EPSG code without a word, PYTHONPATH brings QGIS's libraries into
the child, PYTHONHOME ends it at once. Proxies, certificates, credentials of cloud stores and CUDA's variables stay.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

FOREIGN = frozenset(
    {
        "__PYVENV_LAUNCHER__",
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "GDAL_DATA",
        "GDAL_DRIVER_PATH",
        "GDAL_PAM_PROXY_DIR",
        "OGR_DRIVER_PATH",
        "PROJ_LIB",
        "PROJ_DATA",
        "GEOTIFF_CSV",
        "GISBASE",
        "QT_PLUGIN_PATH",
        "QT_QPA_PLATFORM_PLUGIN_PATH",
        "QML2_IMPORT_PATH",
        "QGIS_PREFIX_PATH",
    }
)
"""Variables that name files of the parent's libraries."""

FOREIGN_PREFIXES = ("PYTHON", "DYLD_", "GRASS_", "O4W_")
"""Families of them. All of Python's: PYTHONINSPECT would wait for a prompt, PYTHONWARNINGS=error would fail."""

OURS = {
    "PYTHONNOUSERSITE": "1",  # what a person once installed for another Python
    "PYTHONSAFEPATH": "1",  # what lies in the folder that QGIS was started from
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
}
"""What every child gets."""

WINDOWS = sys.platform == "win32"


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child of ours, from that of this process."""
    return {name: value for name, value in environ.items() if not _is_foreign(name)} | OURS


def _is_foreign(name: str) -> bool:
    # Windows takes names in any case for the same; elsewhere `proj_lib` is nobody's variable.
    known = name.upper() if WINDOWS else name
    return known in FOREIGN or known.startswith(FOREIGN_PREFIXES)
