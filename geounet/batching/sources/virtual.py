"""What a virtual raster (VRT) that a person gave is made of."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

DEEPEST = 8
"""How many virtual rasters may lie in one another."""

LARGEST = 64 << 20
"""Bytes of a document that is still looked into; a longer one is known by itself alone."""


def is_virtual(path: Path) -> bool:
    """Whether a file is called as a virtual raster is."""
    return path.suffix.lower() == ".vrt"


def local_sources(path: Path) -> list[Path]:
    """Files on this machine that a virtual raster reads, and those that its sources read; sorted, each once.

    Files that are missing are among them; what lies on servers is not. A document that cannot be read has none:
    GDAL will say so when it is opened.
    """
    found: set[Path] = set()
    _collect(path, found, DEEPEST)
    return sorted(found)


def _collect(path: Path, found: set[Path], depth: int) -> None:
    for source in _named(path):
        if source in found:
            continue
        found.add(source)
        if is_virtual(source) and depth > 1:
            _collect(source, found, depth - 1)


def _named(path: Path) -> Iterator[Path]:
    """Files that a document names, as absolute paths."""
    try:
        text = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        tree = ET.fromstring(text)  # noqa: S314 (expat bounds what entities grow to)
    except (OSError, ET.ParseError):
        return
    for node in tree.iter():
        if node.tag not in ("SourceFilename", "SourceDataset", "IndexDataset"):
            continue
        name = (node.text or "").strip()
        if name and not name.startswith(("/vsi", "<")) and "://" not in name:
            relative = node.get("relativeToVRT", node.get("relativetoVRT")) == "1"
            yield (path.parent / name if relative else Path(name)).absolute()
