"""Scene → blocks of rows → tiles: each row of the scene is read once, each tile is cut and mirrored from a block."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.grid import Tile, TileGrid, Window, mirror
from geounet.inference.area import Area
from geounet.raster.normalize import Normalizer
from geounet.raster.scene import Scene


@dataclass(frozen=True, slots=True)
class BlockMask:
    """Where the rows of a block are wanted: what is left to know of them once their tiles are scored."""

    tile_row: int
    """Which row of tiles they are for."""
    first_row: int
    """Row of the scene that they begin with."""
    first_col: int
    """Column of the scene that they begin with."""
    wanted: NDArray[np.bool_]
    """Which pixels are valid and inside the area, (rows, cols)."""


@dataclass(frozen=True, slots=True)
class Block:
    """All rows of the scene that one row of tiles needs."""

    tile_row: int
    """Which row of tiles it is for."""
    first_row: int
    """Row of the scene that the block begins with."""
    first_col: int
    """Column of the scene that it begins with: 0 unless the area needs fewer."""
    values: NDArray[Any]
    """Counts, (bands, rows, cols)."""
    valid: NDArray[np.bool_]
    """Which pixels are valid, (rows, cols)."""
    wanted: NDArray[np.bool_]
    """Which pixels are valid and inside the area, (rows, cols)."""

    @property
    def stop_row(self) -> int:
        """The row after the block's last."""
        return self.first_row + len(self.valid)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the block takes."""
        return self.values.nbytes + self.valid.nbytes

    @property
    def mask(self) -> BlockMask:
        """The block without its counts, so that these do not wait with the scores for what comes after."""
        return BlockMask(self.tile_row, self.first_row, self.first_col, self.wanted)

    def any_valid(self, window: Window) -> bool:
        """Whether a window has a valid pixel."""
        return bool(self._part(self.valid, window).any())

    def any_wanted(self, window: Window) -> bool:
        """Whether a window, as far as it lies in the scene, has a wanted pixel."""
        return bool(self._part(self.wanted, window).any())

    def _part(self, mask: NDArray[np.bool_], window: Window) -> NDArray[np.bool_]:
        rows = slice(max(0, window.row - self.first_row), max(0, window.row_stop - self.first_row))
        cols = slice(max(0, window.col - self.first_col), max(0, window.col_stop - self.first_col))
        return mask[rows, cols]


def tile_rows(grid: TileGrid, area: Area) -> range:
    """The rows of tiles that reach into the area."""
    return _reaching(area.window.row, area.window.row_stop, grid=grid, count=grid.shape[0])


def tile_cols(grid: TileGrid, area: Area) -> range:
    """The columns of tiles that reach into the area."""
    return _reaching(area.window.col, area.window.col_stop, grid=grid, count=grid.shape[1])


def _reaching(first: int, stop: int, *, grid: TileGrid, count: int) -> range:
    """Tiles k along an axis whose span [k·step − margin, k·step − margin + tile) meets [first, stop)."""
    low = (first + grid.margin - grid.tile) // grid.step + 1
    high = -(-(stop + grid.margin) // grid.step)
    return range(max(0, low), min(count, high))


def read_blocks(scene: Scene, grid: TileGrid, area: Area) -> Iterator[Block]:
    """Read what the area's tiles need of the scene, from top to bottom, each row once, a block for each row of tiles."""
    cols = _cols_needed(grid, area)
    spans = [_rows_needed(grid, row) for row in tile_rows(grid, area)]
    block: Block | None = None
    for number, row in enumerate(tile_rows(grid, area)):
        # A mirrored last tile may look further back than its own window does.
        first = min(span.start for span in spans[number:])
        block = _next_block(
            scene,
            area,
            Window(first, cols.start, spans[number].stop - first, len(cols)),
            above=block,
            row=row,
        )
        yield block


def _rows_needed(grid: TileGrid, tile_row: int) -> range:
    rows = mirror(tile_row * grid.step - grid.margin, grid.tile, size=grid.height)
    return range(min(rows), max(rows) + 1)


def _cols_needed(grid: TileGrid, area: Area) -> range:
    tiles = tile_cols(grid, area)
    first, count = tiles.start * grid.step - grid.margin, (len(tiles) - 1) * grid.step + grid.tile
    cols = mirror(first, count, size=grid.width)
    return range(min(cols), max(cols) + 1)


def _next_block(scene: Scene, area: Area, window: Window, *, above: Block | None, row: int) -> Block:
    """Rows that the block above has are copied from it, the others read."""
    kept = 0 if above is None else max(0, above.stop_row - window.row)
    fresh = Window(window.row + kept, window.col, window.height - kept, window.width)
    if above is not None and fresh.height <= 0:
        offset = window.row - above.first_row
        rows = slice(offset, offset + window.height)
        return Block(
            row, window.row, window.col, above.values[:, rows], above.valid[rows], above.wanted[rows]
        )
    pixels = scene.read(fresh)
    wanted = pixels.valid if area.inside is None else pixels.valid & area.inside(fresh)
    if above is None or kept == 0:
        return Block(row, window.row, window.col, pixels.values, pixels.valid, wanted)
    valid = np.concatenate([above.valid[-kept:], pixels.valid])
    return Block(
        row,
        window.row,
        window.col,
        np.concatenate([above.values[:, -kept:], pixels.values], axis=1),
        valid,
        valid if area.inside is None else np.concatenate([above.wanted[-kept:], wanted]),
    )


def cut(
    block: Block, tile: Tile, *, normalizer: Normalizer, size: tuple[int, int], out: NDArray[np.float32]
) -> None:
    """Write a tile's normalised pixels to `out` (bands, tile, tile), mirrored where it leaves the scene of `size`."""
    window, (height, width) = tile.window, size
    rows = np.array(mirror(window.row, window.height, size=height), np.int64) - block.first_row
    cols = np.array(mirror(window.col, window.width, size=width), np.int64) - block.first_col
    normalizer.into_tile(out, block.values, block.valid, rows, cols)
