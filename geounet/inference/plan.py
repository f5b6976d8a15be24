"""What a run over a scene comes down to, once options, card and scene are put together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from geounet.errors import OptionsError
from geounet.grid import TileGrid
from geounet.inference.area import Area
from geounet.inference.arithmetic import Arithmetic
from geounet.inference.asked import asked, chosen_threshold
from geounet.inference.host import HOST
from geounet.inference.patches import tile_cols, tile_rows
from geounet.inference.placing import View
from geounet.inference.predict import ScoredTile, batch_size_for
from geounet.inference.stitch import Weights, stitch
from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions, PredictOptions
from geounet.raster.normalize import Normalizer, Ranges, scene_ranges
from geounet.raster.scene import Scene
from geounet.strip import ScoreStrip

_SMALLER = 4
"""By how much the tiles of a scene that takes several may be smaller than the card's."""


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
    tta: bool
    refine: str | None
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def of(
        cls,
        scene: Scene,
        segmenter: Segmenter,
        options: PredictOptions | ExtractOptions,
        *,
        area: Area,
        ranges: Ranges | None = None,
    ) -> "Plan":
        """The plan that options and card call for; scene statistics are taken here, once, unless `ranges` has them."""
        card = segmenter.card
        tile = options.tile if options.tile is not None else card.tile
        overlap = options.overlap if options.overlap is not None else _own_overlap(card, tile)
        if options.tile is None and getattr(segmenter, "any_tile", False):
            tile = cheapest_tile(tile, overlap, size=(scene.height, scene.width), stride=card.stride)
        ranges = ranges or scene_ranges(scene, card.normalization, stats=options.stats)
        return cls(
            scene=scene,
            segmenter=asked(segmenter, options),
            grid=TileGrid(scene.height, scene.width, tile=tile, overlap=overlap, stride=card.stride),
            area=area,
            window=options.window,
            normalizer=Normalizer.of(card.normalization, ranges),
            batch_size=batch_size_for(segmenter, tile=tile, chosen=options.batch_size),
            threshold=chosen_threshold(segmenter, options),
            tta=options.tta,
            refine=options.refine,
        )

    @property
    def shape(self) -> dict[str, int | float | str]:
        """What decides a run's arithmetic, besides the engine: kept in the outputs."""
        grid = self.grid
        return {
            "tile": grid.tile, "overlap": grid.overlap, "window": self.window, "batch_size": self.batch_size,
            "threshold": self.threshold, "tta": self.tta, "refine": self.refine or "none",
        }  # fmt: skip

    @property
    def tile_pixels(self) -> int:
        """Pixels in the cores of the tiles that reach into the area."""
        grid = self.grid
        rows, cols = tile_rows(grid, self.area), tile_cols(grid, self.area)
        return _extent(rows, grid.step, grid.height) * _extent(cols, grid.step, grid.width)

    @property
    def view(self) -> View:
        """How the scene's tiles are cut."""
        return View(self.grid, self.normalizer, self.batch_size)

    def scored(self, tile: ScoredTile) -> int:
        """Count a tile, and return the pixels of its core."""
        self.tally.tiles += 1
        self.tally.tiles_skipped += tile.scores is None
        return tile.tile.core.height * tile.tile.core.width

    def strips(
        self, tiles: Iterable[ScoredTile], bands: range, *, arithmetic: Arithmetic = HOST
    ) -> Iterator[ScoreStrip]:
        """The area's scores (those of `bands`) from its scored tiles, counted."""
        weights = Weights.of(self.grid, self.window)
        for strip in stitch(tiles, weights, area=self.area.window, bands=bands, arithmetic=arithmetic):
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


def cheapest_tile(largest: int, overlap: int, *, size: tuple[int, int], stride: int) -> int:
    """The side of tile, up to the largest, at which a scene of (rows, cols) takes the fewest pixels through a model.

    Larger tiles spend less on margins, but what of the last ones lies beyond the scene is work for nothing. A square
    scene smaller than a tile is one tile of just its size and context; other scenes have tiles of at least a quarter of
    the largest one's side, for more of them have more borders. Of equals it is the larger. Without overlap borders are
    not mended at all, and tiles are the largest that the scene fills.
    """

    def pixels(side: int) -> int:
        rows, cols = (-(-axis // (side - overlap)) for axis in size)
        return rows * cols * side**2

    whole = -(-(max(size) + overlap) // stride) * stride
    if overlap == 0:
        return min(largest, whole)
    sides = {
        side for side in range(largest, overlap, -stride) if side >= largest // _SMALLER or side == whole
    }
    return min(sorted(sides, reverse=True), key=pixels, default=largest)


def _extent(tiles: range, step: int, size: int) -> int:
    """Pixels of the raster that the cores of a range of tiles cover along an axis."""
    return max(0, min(size, tiles.stop * step) - tiles.start * step)
