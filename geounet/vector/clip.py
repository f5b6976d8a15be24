"""A mosaic's layer → a layer a tile, cut at the tiles' edges.

    batches ──cut──▶ pieces, by tile ──▶ spool (a file) ──a tile at a time──▶ layers

One pass over the layer, whatever the number of tiles; what is held is a batch, and where each tile's pieces lie.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geounet.errors import OutputError
from geounet.georeference import Georeference
from geounet.outputs import check_apart, hidden_folder
from geounet.vector.cutting import Cutter
from geounet.vector.layers import LayerResult, required_crs, write_layer
from geounet.vector.merging.fields import GEOMETRY_TYPES, Kind, conform, typed
from geounet.vector.merging.read import find_layer, record_batches
from geounet.vector.records import GEOMETRY, Counts, LayerSpec

_GEOMETRY_FIELD = pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})


def clip_layer(
    layer: Path, tiles: Mapping[Path, Georeference], *, spec: LayerSpec, overwrite: bool
) -> dict[Path, LayerResult]:
    """Write what a layer has in each tile as a layer of its own, in the format of the first.

    Tiles lie along the pixels of the scene's grid, on the scene's CRS. A feature that reaches across an edge is cut
    there: each piece keeps the id, and all that was measured over its pixels, of the whole; its area, perimeter or
    length are the piece's own, the cut itself a part of the perimeter; and it touches an edge. A line that leaves a
    tile and comes back is several. Where tiles overlap, both have what lies in both; what lies in none is lost.

    Args:
        layer: A layer that geounet wrote.
        tiles: The layer to write of each tile, and the tile's grid.
        spec: What the layer was written with; its grid is the scene's working grid.
        overwrite: Replace existing layers.

    Raises:
        OutputError: a tile's layer is of another format, or cannot be written.
        LabelsError: the layer cannot be read.
    """
    _check_names(layer, list(tiles))
    found = find_layer(layer)
    kind: Kind = found.kind or ("lines" if "length_m" in found.schema.names else "areas")
    schema = pa.schema([*typed(found.schema), _GEOMETRY_FIELD])
    cutter = Cutter.of(kind, list(tiles.values()), spec.grid, crs=required_crs(layer))
    results: dict[Path, LayerResult] = {}
    with hidden_folder(_place(tiles, layer), shown=layer) as folder:
        spool = _Spool(folder / "pieces.arrow", len(tiles))
        batches = (conform(batch, schema) for batch in record_batches(found))
        spool.fill((cutter.cut(batch) for batch in batches), schema)
        with pa.memory_map(str(spool.path)) as mapped:
            pieces = pa.ipc.open_file(mapped)
            for number, out in enumerate(tiles):
                records = _TileRecords(pieces, spool.parts[number], schema, GEOMETRY_TYPES[kind])
                results[out] = write_layer(out, records, spec, overwrite=overwrite)
    return results


@dataclass(slots=True)
class _Part:
    """Where some of a tile's pieces lie in the spool."""

    batch: int
    first: int
    stop: int


class _Spool:
    """Pieces on their way to their tiles, in a file."""

    def __init__(self, path: Path, tiles: int) -> None:
        self.path = path
        self.parts: list[list[_Part]] = [[] for _ in range(tiles)]

    def fill(self, cut: Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]], schema: pa.Schema) -> None:
        """Write batches of pieces, which are in the order of their tiles' numbers."""
        with pa.ipc.new_file(str(self.path), schema) as writer:
            for number, (batch, tiles) in enumerate(cut):
                writer.write_batch(batch)
                names, firsts = np.unique(tiles, return_index=True)
                for tile, first, stop in zip(names, firsts, [*firsts[1:], len(tiles)], strict=True):
                    self.parts[tile].append(_Part(number, int(first), int(stop)))


@dataclass(slots=True)
class _TileRecords:
    """The records of a tile, as they are taken from the spool."""

    pieces: pa.ipc.RecordBatchFileReader
    parts: Sequence[_Part]
    schema: pa.Schema
    geometry_type: str
    counts: Counts = field(default_factory=Counts)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The pieces in the order of the layer."""
        for part in self.parts:
            batch = self.pieces.get_batch(part.batch).slice(part.first, part.stop - part.first)
            self.counts.features += batch.num_rows
            for found in pc.value_counts(batch["class"]).to_pylist():
                name = found["values"] or ""
                self.counts.by_class[name] = self.counts.by_class.get(name, 0) + found["counts"]
            yield batch


def _check_names(layer: Path, outs: Sequence[Path]) -> None:
    check_apart(outs, [layer])
    for out in outs:
        if out.suffix.lower() != layer.suffix.lower():
            raise OutputError(
                f"{out.name} is to be cut from {layer.name}; expected the same format: {layer.suffix}"
            )


def _place(tiles: Mapping[Path, Georeference], layer: Path) -> Path:
    """The folder of the first tile's layer, where there is room for what is on its way."""
    return next(iter(tiles), layer).resolve().parent
