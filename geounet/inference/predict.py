"""Patches → scores: tiles in batches of one shape through a Segmenter."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from geounet.errors import GeounetError, ModelError, OutOfMemoryError
from geounet.grid import Tile
from geounet.inference.arithmetic import Array, OnDevice
from geounet.inference.patches import Block, BlockMask, cut
from geounet.inference.placing import PlacedTile, View
from geounet.models.segmenter import Segmenter

HELD_BYTES = 256 << 20
"""Blocks of rows that a batch may keep waiting, beyond the two that it always may."""

DEFAULT_BATCH = 1
"""Tiles at once for a Segmenter that does not say what suits it (`suggest_batch`)."""


@dataclass(frozen=True, slots=True)
class ScoredTile:
    """One tile's scores."""

    tile: Tile
    block: BlockMask
    scores: Array | None
    """(K, tile, tile), of the device where the model runs on one of its own; None where the tile never reached the model."""


class Mark:
    """What stands between the tiles of two scenes; it passes through in its place."""


def score_tiles(
    tiles: Iterable[PlacedTile | Mark],
    segmenter: Segmenter,
    *,
    across: bool = True,
    device: OnDevice | None = None,
) -> Iterator[ScoredTile | Mark]:
    """Scores of every tile, in the order in which the tiles come; marks keep their places.

    Batches are filled across scenes unless `across` is false. One that is not full, the last one, or one whose tiles
    lie too many rows apart to wait for another, is padded to shape with zeros. When the device is out of memory the
    batch is halved, for the rest of the run. With `device`, tiles are cut and run on it, and scores are its arrays.
    Raises ModelError when the Segmenter fails, or gives another shape than its card promises.
    """
    runner = _Runner(segmenter, device)
    waiting = _Waiting()
    for item in tiles:
        if not waiting.takes(item, across=across):
            yield from runner.run(waiting.items)
            waiting = _Waiting()
        if not waiting.work and (isinstance(item, Mark) or not item.needed):
            yield item if isinstance(item, Mark) else ScoredTile(item.tile, item.block.mask, None)
            continue
        waiting.add(item)
        if waiting.view is not None and waiting.work == runner.batch_size(waiting.view):
            yield from runner.run(waiting.items)
            waiting = _Waiting()
    yield from runner.run(waiting.items)


class _Waiting:
    """Tiles that wait for a batch to be full, and the marks among them."""

    def __init__(self) -> None:
        self.items: list[PlacedTile | Mark] = []
        self.view: View | None = None
        self.work = 0
        self._blocks = 0
        self._bytes = 0
        self._last: Block | None = None

    def takes(self, item: PlacedTile | Mark, *, across: bool) -> bool:
        """Whether one more may wait: a tile of the same shape whose block does not take too much memory."""
        if isinstance(item, Mark):
            return across or not self.work
        if self.view is None or not self.work:
            return True
        if item.needed and _shape(item.view) != _shape(self.view):
            return False
        fresh = item.block is not self._last
        return not (fresh and self._blocks > 1 and self._bytes + item.block.nbytes > HELD_BYTES)

    def add(self, item: PlacedTile | Mark) -> None:
        """Wait."""
        self.items.append(item)
        if isinstance(item, Mark):
            return
        if item.needed:
            self.view = self.view or item.view
            self.work += 1
        if item.block is not self._last:
            self._last = item.block
            self._blocks += 1
            self._bytes += item.block.nbytes


def _shape(view: View) -> tuple[int, int]:
    return view.batch_size, view.grid.tile


class _Runner:
    """Fills batches, calls the Segmenter, and remembers the batch size that fits."""

    def __init__(self, segmenter: Segmenter, device: OnDevice | None) -> None:
        self.segmenter, self.device = segmenter, device
        self._fitting: dict[tuple[int, int], int] = {}
        self._memory = np.empty((0, 0, 0, 0), np.float32)

    def batch_size(self, view: View) -> int:
        """Tiles at once: as many as were asked for, or as once did fit."""
        return self._fitting.get(_shape(view), view.batch_size)

    def run(self, items: list[PlacedTile | Mark]) -> Iterator[ScoredTile | Mark]:
        """Tiles with their scores; marks, and tiles that are not needed, pass through."""
        work = [item for item in items if isinstance(item, PlacedTile) and item.needed]
        scores: list[Array] = []
        while len(scores) < len(work):
            view = work[0].view
            batch = work[len(scores) : len(scores) + self.batch_size(view)]
            try:
                scores.extend(self._score(self._patches(batch, view))[: len(batch)])
            except OutOfMemoryError:
                if self.batch_size(view) == 1:
                    raise
                self._fitting[_shape(view)] = self.batch_size(view) // 2
        results = iter(scores)
        for item in items:
            if isinstance(item, Mark):
                yield item
            else:
                yield ScoredTile(item.tile, item.block.mask, next(results) if item.needed else None)

    def _patches(self, tiles: list[PlacedTile], view: View) -> Array:
        """A batch of normalised tiles, padded to shape with zeros, in memory that the next batch uses again."""
        side = view.grid.tile
        shape = (self.batch_size(view), self.segmenter.card.channels, side, side)
        if self.device is not None:
            return self.device.patches(tiles, shape)
        if self._memory.shape[1:] != shape[1:] or len(self._memory) < shape[0]:
            self._memory = np.empty(shape, np.float32)
        patches = self._memory[: shape[0]]
        patches[len(tiles) :] = 0
        for patch, placed in zip(patches, tiles, strict=False):
            grid = placed.view.grid
            size = (grid.height, grid.width)
            cut(placed.block, placed.tile, normalizer=placed.view.normalizer, size=size, out=patch)
        return patches

    def _score(self, patches: Array) -> Array:
        card = self.segmenter.card
        try:
            scores = self._scores(patches)
        except (GeounetError, MemoryError):
            raise
        except Exception as error:
            raise ModelError(
                f"model {card.name!r} failed on patches of shape {patches.shape} ({type(error).__name__}: {error}); "
                "check that it takes its card's bands and tile"
            ) from error
        expected = (len(patches), card.scores, *patches.shape[2:])
        if tuple(scores.shape) != expected:
            raise ModelError(
                f"model {card.name!r} gave scores of shape {tuple(scores.shape)}; expected {expected} "
                "(N, K, h, w): check the card's classes and activation"
            )
        return scores

    def _scores(self, patches: Array) -> Array:
        if self.device is not None:
            return self.device.scores(patches)
        scores = np.asarray(self.segmenter(patches), np.float32)
        # A Segmenter may give a view of its patches, and those are overwritten.
        return scores.copy() if np.may_share_memory(scores, patches) else scores


def batch_size_for(segmenter: Segmenter, *, tile: int, chosen: int | None) -> int:
    """The batch size to run with: the one chosen, else what the Segmenter suggests for the tile."""
    if chosen is not None:
        return chosen
    suggest: Callable[[int], int] | None = getattr(segmenter, "suggest_batch", None)
    return DEFAULT_BATCH if suggest is None else suggest(tile)
