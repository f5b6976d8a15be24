"""Tiles with the rows that they are cut from, in the order in which they go through the model."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from geounet.grid import Tile, TileGrid
from geounet.inference.area import Area
from geounet.inference.patches import Block, tile_cols
from geounet.raster.normalize import Normalizer


@dataclass(frozen=True, slots=True)
class View:
    """How the tiles of one scene are cut and normalised, and how many go through the model at once."""

    grid: TileGrid
    normalizer: Normalizer
    batch_size: int


@dataclass(frozen=True, slots=True)
class PlacedTile:
    """A tile of the grid, and the block of rows that it is cut from."""

    tile: Tile
    block: Block
    view: View
    needed: bool
    """Whether it goes through the model: its core has a valid pixel and it reaches a wanted one."""


def place_tiles(
    blocks: Iterable[Block], view: View, area: Area, *, window: Literal["taper", "core"]
) -> Iterator[PlacedTile]:
    """The tiles that reach into the area, row by row, each with its block."""
    columns = tile_cols(view.grid, area)
    for block in blocks:
        for column in columns:
            tile = view.grid[block.tile_row, column]
            counts = tile.core if window == "core" else tile.window
            reached = counts.intersect(area.window)
            needed = block.any_valid(tile.core) and block.any_wanted(reached)
            yield PlacedTile(tile, block, view, needed)
