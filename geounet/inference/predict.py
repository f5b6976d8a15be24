"""Patches → scores: tiles in batches of one shape through a Segmenter."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geounet.errors import GeounetError, ModelError, OutOfMemoryError
from geounet.grid import Tile, TileGrid
from geounet.inference.area import Area
from geounet.inference.patches import Block, cut, tile_cols
from geounet.models.segmenter import Segmenter
from geounet.raster.normalize import Normalizer

HELD_BYTES = 256 << 20
"""Blocks of rows that a batch may keep waiting, beyond the two that it always may."""

DEFAULT_BATCH = 1
"""Tiles at once for a Segmenter that does not say what suits it (`suggest_batch`)."""


@dataclass(frozen=True, slots=True)
class PlacedTile:
    """A tile of the grid, and the block of rows that it is cut from."""

    tile: Tile
    block: Block
    needed: bool
    """Whether it goes through the model: its core has a valid pixel and it reaches a wanted one."""


@dataclass(frozen=True, slots=True)
class ScoredTile:
    """One tile's scores."""

    tile: Tile
    block: Block
    scores: NDArray[np.float32] | None
    """(K, tile, tile); None where the tile never reached the model."""


def place_tiles(
    blocks: Iterable[Block], grid: TileGrid, area: Area, *, window: Literal["taper", "core"]
) -> Iterator[PlacedTile]:
    """The tiles that reach into the area, row by row, each with its block."""
    columns = tile_cols(grid, area)
    for block in blocks:
        for column in columns:
            tile = grid[block.tile_row, column]
            counts = tile.core if window == "core" else tile.window
            reached = counts.intersect(area.window)
            needed = block.any_valid(tile.core) and block.any_wanted(reached)
            yield PlacedTile(tile, block, needed)


def score_tiles(
    tiles: Iterable[PlacedTile],
    segmenter: Segmenter,
    *,
    grid: TileGrid,
    normalizer: Normalizer,
    batch_size: int,
) -> Iterator[ScoredTile]:
    """Scores of every tile, in the order in which the tiles come.

    A batch that is not full, the last one or one whose tiles lie too many rows apart to wait for another, is
    padded to shape with zeros. When the device is out of memory the batch is halved, for the rest of the run.
    Raises ModelError when the Segmenter fails, or gives another shape than its card promises.
    """
    runner = _Runner(segmenter, grid=grid, normalizer=normalizer, batch_size=batch_size)
    pending: list[PlacedTile] = []
    work = 0
    for placed in tiles:
        if work and _is_too_far(pending[0].block, placed.block):
            yield from runner.run(pending)
            pending, work = [], 0
        if not placed.needed and not work:
            yield ScoredTile(placed.tile, placed.block, None)
            continue
        pending.append(placed)
        work += placed.needed
        if work == runner.batch_size:
            yield from runner.run(pending)
            pending, work = [], 0
    yield from runner.run(pending)


def _is_too_far(first: Block, last: Block) -> bool:
    """Whether the blocks from the first tile that waits to the last take too much memory together."""
    rows = last.tile_row - first.tile_row
    return rows > 1 and rows * first.nbytes > HELD_BYTES


class _Runner:
    """Fills batches, calls the Segmenter, and remembers the batch size that fits."""

    def __init__(
        self, segmenter: Segmenter, *, grid: TileGrid, normalizer: Normalizer, batch_size: int
    ) -> None:
        self.segmenter = segmenter
        self.grid = grid
        self.normalizer = normalizer
        self.batch_size = batch_size
        shape = (batch_size, len(segmenter.card.bands), grid.tile, grid.tile)
        self.patches = np.empty(shape, np.float32)

    def run(self, tiles: list[PlacedTile]) -> Iterator[ScoredTile]:
        """Tiles with their scores; those that are not needed pass through."""
        work = [placed for placed in tiles if placed.needed]
        scores: list[NDArray[np.float32]] = []
        while len(scores) < len(work):
            batch = work[len(scores) : len(scores) + self.batch_size]
            try:
                scores.extend(self._score(self._patches(batch))[: len(batch)])
            except OutOfMemoryError:
                if self.batch_size == 1:
                    raise
                self.batch_size //= 2
        results = iter(scores)
        for placed in tiles:
            yield ScoredTile(placed.tile, placed.block, next(results) if placed.needed else None)

    def _patches(self, tiles: list[PlacedTile]) -> NDArray[np.float32]:
        """A batch of normalised tiles, padded to shape with zeros, in memory that the next batch uses again."""
        patches = self.patches[: self.batch_size]
        patches[len(tiles) :] = 0
        for patch, placed in zip(patches, tiles, strict=False):
            size = (self.grid.height, self.grid.width)
            cut(placed.block, placed.tile, normalizer=self.normalizer, size=size, out=patch)
        return patches

    def _score(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        card = self.segmenter.card
        try:
            scores = np.asarray(self.segmenter(patches), np.float32)
        except (GeounetError, MemoryError):
            raise
        except Exception as error:
            raise ModelError(
                f"model {card.name!r} failed on patches of shape {patches.shape} ({type(error).__name__}: {error}); "
                "check that it takes its card's bands and tile"
            ) from error
        expected = (len(patches), card.scores, *patches.shape[2:])
        if scores.shape != expected:
            raise ModelError(
                f"model {card.name!r} gave scores of shape {scores.shape}; expected {expected} "
                "(N, K, h, w): check the card's classes and activation"
            )
        # A Segmenter may give a view of its patches, and those are overwritten.
        return scores.copy() if np.may_share_memory(scores, patches) else scores


def batch_size_for(segmenter: Segmenter, *, tile: int, chosen: int | None) -> int:
    """The batch size to run with: the one chosen, else what the Segmenter suggests for the tile."""
    if chosen is not None:
        return chosen
    suggest: Callable[[int], int] | None = getattr(segmenter, "suggest_batch", None)
    return DEFAULT_BATCH if suggest is None else suggest(tile)
