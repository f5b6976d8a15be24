"""Whether a FlatGeobuf has all of its features: GDAL does not always say that the disk was full before the last."""

from pathlib import Path

import pyogrio

_NODE, _FAN_OUT = 40, 16
"""Bytes of a node of the index (four bounds and an offset), and children of one."""


def has_its_features(path: Path) -> bool:
    """Whether the file ends where its last feature does, which its index names last (flatgeobuf.org, version 3)."""
    count = int(pyogrio.read_info(path)["features"])
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < 12:
            return False
        features = 12 + int.from_bytes(head[8:], "little") + _NODE * _nodes(max(count, 0))
        if count <= 0:  # unknown to GDAL where it is 0
            return path.stat().st_size == features
        file.seek(features - 8)
        offset = int.from_bytes(file.read(8), "little")
        file.seek(features + offset)
        length = int.from_bytes(file.read(4), "little")
    return path.stat().st_size == features + offset + 4 + length


def _nodes(count: int) -> int:
    """Nodes of the index over so many features."""
    nodes = level = count
    while count:
        level = -(-level // _FAN_OUT)
        nodes += level
        if level == 1:
            break
    return nodes
