"""A mosaic's layer as a layer for each of its tiles."""

from collections.abc import Mapping
from pathlib import Path

from geounet.batching.job import Job
from geounet.batching.opening import header_of
from geounet.vector.clip import clip_layer
from geounet.vector.records import LayerSpec

LAYER = "layer"
"""The kind of output that a layer is; of a tile's, the tile's name follows after a colon."""


def clip_to_tiles(
    job: Job, finished: Mapping[str, tuple[Path, str | None]], folder: Path, *, spec: LayerSpec
) -> dict[str, tuple[Path, str | None]]:
    """What a mosaic's job wrote, by kind, with a layer a tile in place of its own; features keep the mosaic's ids."""
    layer = finished[LAYER][0]
    grids = {item.name: header_of(item).grid for item in job.items}
    outs = {folder / "tiles" / f"{name}{layer.suffix}": grid for name, grid in grids.items()}
    for out in outs:
        out.parent.mkdir(parents=True, exist_ok=True)
    clip_layer(layer, outs, spec=spec, overwrite=True)
    tiles = {
        f"{LAYER}:{name}": (folder / "tiles" / f"{name}{layer.suffix}", f"{name}{layer.suffix}")
        for name in grids
    }
    return {kind: value for kind, value in finished.items() if kind != LAYER} | tiles
