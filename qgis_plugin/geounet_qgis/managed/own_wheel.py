"""The wheel of geounet that comes with the plugin's zip; a checkout has none."""

from __future__ import annotations

from pathlib import Path

from geounet_qgis.managed.versions import fits, parsed

FOLDER = Path(__file__).parents[1] / "wheels"


def own_wheel() -> Path | None:
    """Give the wheel: of several the latest that the plugin can work with."""
    found = [path for path in FOLDER.glob("geounet-*-py3-none-any.whl") if fits(_version(path))]
    return max(found, key=lambda path: parsed(_version(path)), default=None)


def _version(wheel: Path) -> str:
    return wheel.name.split("-")[1]
