"""Files that are one output together: a Shapefile's parts, and what GDAL keeps beside a raster."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from geounet.digests import file_sha256

_SHAPEFILE = (".cpg", ".dbf", ".prj", ".qix", ".qpj", ".sbn", ".sbx", ".shp.xml", ".shx")
_BESIDE = (".aux.xml",)


def part_names(name: str) -> list[str]:
    """Names that an output's parts may have, the main one last; the others need not be there."""
    stem = name[: -len(".shp")] if name.lower().endswith(".shp") else None
    return (
        [name + end for end in _BESIDE]
        + ([] if stem is None else [stem + end for end in _SHAPEFILE])
        + [name]
    )


def parts_of(path: Path) -> list[Path]:
    """The parts of an output that are there, the main one last, which must be."""
    *beside, main = part_names(path.name)
    return [path.with_name(name) for name in beside if path.with_name(name).is_file()] + [
        path.with_name(main)
    ]


def renamed(part: Path, main: Path, name: str) -> str:
    """What a part of `main` is called where that is called `name`."""
    if part.name.startswith(main.name):
        return name + part.name[len(main.name) :]
    return name[: len(name) - len(main.suffix)] + part.name[len(main.stem) :]


def digest_of(parts: Sequence[Path]) -> str:
    """The sha256 of a file; of several, the main one last, that of their ends and sha256 in turn."""
    digests = [file_sha256(part) for part in parts]
    if len(parts) == 1:
        return digests[0]
    stem = parts[-1].stem
    ends = [part.name.removeprefix(stem) for part in parts]
    named = "".join(f"{end} {digest}\n" for end, digest in zip(ends, digests, strict=True))
    return hashlib.sha256(named.encode()).hexdigest()
