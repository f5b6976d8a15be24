"""A network → GraphML, for routing."""

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.vector.centrelines.network import RoadNetwork
from geounet.vector.placement import Placement
from geounet.vector.ragged import starts
from geounet.vector.records import CONFIDENCE_DECIMALS, METRE_DECIMALS, LayerSpec

_DECIMALS = 9
"""Of coordinates: a tenth of a millimetre in degrees."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""

_KEYS = {
    "graph": {"crs": "string", "source": "string", "model": "string"},
    "node": {"x": "double", "y": "double"},
    "edge": {
        "line": "long", "class": "string", "length_m": "double", "width_m": "double",
        "confidence": "double", "geometry": "string",
    },
}  # fmt: skip
"""What is said of what, and its type."""

_BATCH = 4096
"""Lines whose geometry is made at once."""


def write_graphml(network: RoadNetwork, path: Path, *, spec: LayerSpec, placement: Placement) -> None:
    """Write a network as an undirected graph, which may have parallel edges and loops.

    Nodes have `x` and `y`, edges `line` (the feature's id in the layer), `class`, `length_m`, `width_m`, `confidence`
    (left out without scores) and `geometry` (WKT, from the edge's source to its target), the graph `crs`, `source` and
    `model`; coordinates are those of `placement`. What is at `path` is written over: see `outputs.atomic_target`.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        file.writelines(_keys())
        file.write('<graph edgedefault="undirected">\n')
        file.writelines(_data("graph", name, value) for name, value in _about(spec, placement))
        file.writelines(_nodes(placement.placed(network.nodes)))
        file.writelines(_edges(network, spec, placement))
        file.write("</graph>\n</graphml>\n")


def _keys() -> Iterator[str]:
    for kind, names in _KEYS.items():
        for name, sort in names.items():
            yield f'<key id="{kind}_{name}" for="{kind}" attr.name="{name}" attr.type="{sort}"/>\n'


def _data(kind: str, name: str, value: str) -> str:
    return f'<data key="{kind}_{name}">{escape(value)}</data>\n'


def _about(spec: LayerSpec, placement: Placement) -> Iterator[tuple[str, str]]:
    crs = placement.transformer.target_crs if placement.transformer is not None else spec.grid.crs
    if crs is not None:
        yield "crs", crs.to_string()
    yield "source", spec.source
    yield "model", spec.model


def _nodes(xy: NDArray[np.float64]) -> Iterator[str]:
    x, y = (_texts(values, _DECIMALS) for values in xy.T)
    row = '<node id="n{}"><data key="node_x">{}</data><data key="node_y">{}</data></node>\n'
    return map(row.format, range(len(xy)), x, y)


def _edges(network: RoadNetwork, spec: LayerSpec, placement: Placement) -> Iterator[str]:
    numbers = network.label if spec.exclusive else network.band + 1
    names = {number: escape(spec.class_name(number)) for number in np.unique(numbers).tolist()}
    columns = (
        (names[number] for number in numbers.tolist()),
        _texts(network.length_m, METRE_DECIMALS),
        _texts(network.width_m, METRE_DECIMALS),
        _texts(network.confidence, CONFIDENCE_DECIMALS),
        _geometries(network, placement),
    )
    for line, (ends, *values) in enumerate(zip(network.ends.tolist(), *columns, strict=True), 1):
        yield f'<edge id="e{line}" source="n{ends[0]}" target="n{ends[1]}">'
        for name, value in zip(_KEYS["edge"], (line, *values), strict=True):
            if value != "nan":
                yield f'<data key="edge_{name}">{value}</data>'
        yield "</edge>\n"


def _geometries(network: RoadNetwork, placement: Placement) -> Iterator[str]:
    """Each line as WKT."""
    begins = starts(network.stops)
    for first in range(0, len(network), _BATCH):
        stops = network.stops[first : first + _BATCH]
        vertices = network.vertices[begins[first] : stops[-1]]
        lines = shapely.from_wkb(placement.line_wkb(vertices, stops - begins[first]))
        yield from shapely.to_wkt(lines, rounding_precision=_DECIMALS).tolist()


def _texts(values: NDArray[np.float64], decimals: int) -> list[str]:
    return [repr(value) for value in np.round(values, decimals).tolist()]
