"""What a run over a scene comes down to, once options, card and scene are put together."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from geounet.errors import OptionsError
from geounet.grid import TileGrid
from geounet.inference.ahead import ahead
from geounet.inference.area import Area
from geounet.inference.patches import Block, read_blocks, tile_cols, tile_rows
from geounet.inference.predict import ScoredTile, batch_size_for, place_tiles, score_tiles
from geounet.inference.stitch import Weights, stitch
from geounet.inference.tta import Augmented
from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions, PredictOptions
from geounet.progress import Progress, counting_pixels
from geounet.raster.normalize import Normalizer, scene_ranges
from geounet.raster.scene import Scene
from geounet.strip import ScoreStrip

T = TypeVar("T")

AHEAD_BYTES = 128 << 20
"""Scores that may wait to be stitched."""


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    tiles: int = 0
    tiles_skipped: int = 0
    pixels: int = 0
    valid_pixels: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A Segmenter, a scene, and how the one is run over the other."""

    scene: Scene
    segmenter: Segmenter
    grid: TileGrid
    area: Area
    window: Literal["taper", "core"]
    normalizer: Normalizer
    batch_size: int
    threshold: float
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def of(
        cls, scene: Scene, segmenter: Segmenter, options: PredictOptions | ExtractOptions, *, area: Area
    ) -> "Plan":
        """The plan that options and card call for; scene statistics are taken here, once."""
        card = segmenter.card
        tile = options.tile if options.tile is not None else card.tile
        overlap = options.overlap if options.overlap is not None else _own_overlap(card, tile)
        ranges = scene_ranges(scene, card.normalization, stats=options.stats)
        return cls(
            scene=scene,
            segmenter=Augmented(segmenter) if options.tta else segmenter,
            grid=TileGrid(scene.height, scene.width, tile=tile, overlap=overlap, stride=card.stride),
            area=area,
            window=options.window,
            normalizer=Normalizer.of(card.normalization, ranges),
            batch_size=batch_size_for(segmenter, tile=tile, chosen=options.batch_size),
            threshold=options.threshold if options.threshold is not None else card.threshold,
        )

    @property
    def shape(self) -> dict[str, int | float | str]:
        """What decides a run's arithmetic, besides the engine: kept in the outputs."""
        grid = self.grid
        return {
            "tile": grid.tile, "overlap": grid.overlap, "window": self.window, "batch_size": self.batch_size,
            "threshold": self.threshold, "tta": isinstance(self.segmenter, Augmented),
        }  # fmt: skip

    @contextmanager
    def run(
        self,
        bands: range,
        finish: Callable[[Iterator[ScoreStrip]], Iterator[T]],
        *,
        progress: Progress | None,
    ) -> Iterator[Iterator[T]]:
        """What `finish` makes of the strips of the area's scores (those of `bands`), ahead of whoever takes it.

        `finish` runs in the thread that stitches: it must not keep a strip beyond its turn.
        """
        weights = Weights.of(self.grid, self.window)
        blocks = read_blocks(self.scene, self.grid, self.area)
        stop = threading.Event()
        with (
            ahead(blocks, stop=stop) as read,
            ahead(self._counted(self._scored(read), progress), depth=self._tiles_ahead, stop=stop) as scored,
            ahead(
                finish(self._tallied(stitch(scored, weights, area=self.area.window, bands=bands))), stop=stop
            ) as done,
        ):
            yield done

    @property
    def _tiles_ahead(self) -> int:
        """Scored tiles that may wait to be stitched: two batches, as far as memory goes."""
        tile_bytes = 4 * self.segmenter.card.scores * self.grid.tile**2
        return max(2, min(2 * self.batch_size, AHEAD_BYTES // tile_bytes))

    def _scored(self, blocks: Iterator[Block]) -> Iterator[ScoredTile]:
        return score_tiles(
            place_tiles(blocks, self.grid, self.area, window=self.window),
            self.segmenter,
            grid=self.grid,
            normalizer=self.normalizer,
            batch_size=self.batch_size,
        )

    def _counted(self, tiles: Iterator[ScoredTile], progress: Progress | None) -> Iterator[ScoredTile]:
        """Pass tiles on, counting them and moving the progress bar by the pixels of their cores."""
        rows, cols = tile_rows(self.grid, self.area), tile_cols(self.grid, self.area)
        total = _extent(rows, self.grid.step, self.grid.height) * _extent(
            cols, self.grid.step, self.grid.width
        )
        with counting_pixels(progress, total=total, desc=self.scene.name) as move_on:
            for scored in tiles:
                self.tally.tiles += 1
                self.tally.tiles_skipped += scored.scores is None
                move_on(scored.tile.core.height * scored.tile.core.width)
                yield scored

    def _tallied(self, strips: Iterator[ScoreStrip]) -> Iterator[ScoreStrip]:
        for strip in strips:
            self.tally.pixels += strip.valid.size
            self.tally.valid_pixels += int(strip.valid.sum())
            yield strip


def _own_overlap(card: ModelCard, tile: int) -> int:
    """The overlap that the card's margin calls for; raises OptionsError where a chosen tile is too small for it."""
    if 2 * card.margin >= tile:
        raise OptionsError(
            f"tile is {tile}, and model {card.name!r} has a margin of {card.margin} on each side, which leaves no core; "
            f"pass a larger --tile, or an --overlap of your own"
        )
    return 2 * card.margin


def _extent(tiles: range, step: int, size: int) -> int:
    """Pixels of the raster that the cores of a range of tiles cover along an axis."""
    return max(0, min(size, tiles.stop * step) - tiles.start * step)
