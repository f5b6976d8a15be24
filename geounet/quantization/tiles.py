"""Which tiles of a scene are calibrated on, and which are held back; cut and normalised as inference cuts them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.errors import OptionsError
from geounet.grid import TileGrid, Window
from geounet.inference.area import Area
from geounet.inference.patches import cut, read_blocks
from geounet.inference.placing import PlacedTile, place_tiles
from geounet.inference.plan import Plan
from geounet.models.card import ModelCard
from geounet.models.quantization import FloatGraph
from geounet.options import PredictOptions
from geounet.raster.normalize import Ranges
from geounet.raster.scene import Scene

MOST_ROWS = 64
"""Rows of tiles that are looked at in a scene: others of a taller one are not read."""

LARGEST_TILE = 512
"""Side of a tile that all activations of a network are held of; larger ones show it nothing else."""

Scenes = Sequence[str | Path]
Index = tuple[int, int]


class Standing:
    """A card in the place of a Segmenter, where tiles are cut and none is scored."""

    def __init__(self, card: ModelCard) -> None:
        """Take the card of the model that the tiles are for."""
        self.card = card

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Refuse: nothing is scored here."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedScene:
    """A scene, and the tiles of it that are calibrated on."""

    source: str | Path
    grid: TileGrid
    ranges: Ranges
    """The counts that become 0 and 1."""
    tiles: tuple[Index, ...]
    """(row, col) of those tiles in the grid, row by row."""

    def held_back(self, window: Window) -> NDArray[np.bool_]:
        """Which pixels of a window are in the core of no tile that was calibrated on, (rows, cols)."""
        free = np.ones(self.grid.shape, np.bool_)
        for index in self.tiles:
            free[index] = False
        rows = np.arange(window.row, window.row_stop) // self.grid.step
        cols = np.arange(window.col, window.col_stop) // self.grid.step
        return free[np.ix_(rows, cols)]


def small_tiles(graph: FloatGraph) -> ModelCard:
    """The graph's card, with tiles of LARGEST_TILE at most where the graph takes any."""
    card = graph.card
    tile = LARGEST_TILE // card.stride * card.stride
    if graph.side is not None or not 2 * card.margin < tile < card.tile:
        return card
    return replace(card, tile=tile)


def fixed_tiles(card: ModelCard, bands: tuple[int, ...] | None) -> PredictOptions:
    """The card's own tiles and overlap, whatever the engine would take: those held back are then the same for all."""
    return PredictOptions(tile=card.tile, overlap=2 * card.margin, bands=bands, overwrite=True)


def choose_tiles(
    scenes: Scenes, card: ModelCard, *, most: int, bands: tuple[int, ...] | None, hold_back: bool
) -> list[CalibratedScene]:
    """`most` tiles at most, spread over the scenes; where some are to be held back, every second one at most.

    Of more scenes than that, some give none, and are held back as a whole. A tile counts where its core has a valid pixel.
    Raises OptionsError where there are too few, and what opening a scene raises.
    """
    chosen = [_chosen(scene, card, fixed_tiles(card, bands), hold_back=hold_back) for scene in scenes]
    if not any(scene.tiles for scene in chosen):
        raise OptionsError(
            f"{len(scenes)} scene(s) have no tile of {card.tile} pixels to calibrate on"
            f"{' and another one to hold back' if hold_back else ''}; pass larger scenes, or ones with valid pixels"
        )
    shares = _shares([bool(scene.tiles) for scene in chosen], most)
    return [
        replace(scene, tiles=_spread(scene.tiles, share)) for scene, share in zip(chosen, shares, strict=True)
    ]


def patches_of(
    scenes: Sequence[CalibratedScene], card: ModelCard, bands: tuple[int, ...] | None
) -> Iterator[NDArray[np.float32]]:
    """The tiles that are calibrated on, normalised, (C, tile, tile) each."""
    for chosen in scenes:
        wanted = set(chosen.tiles)
        with _opened(chosen.source, card, fixed_tiles(card, bands)) as scene:
            plan = _plan(scene, card, fixed_tiles(card, bands), ranges=chosen.ranges)
            for row in sorted({row for row, _ in wanted}):
                for placed in _tiles(plan, row):
                    if placed.tile.index in wanted:
                        yield _patch(placed, plan, card)


def _chosen(
    source: str | Path, card: ModelCard, options: PredictOptions, *, hold_back: bool
) -> CalibratedScene:
    """All tiles of a scene with something valid in their core, or every second one."""
    with _opened(source, card, options) as scene:
        plan = _plan(scene, card, options, ranges=None)
        rows = plan.grid.shape[0]
        looked_at = np.unique(np.linspace(0, rows - 1, min(rows, MOST_ROWS)).round().astype(int))
        valid = [
            placed.tile.index
            for row in looked_at.tolist()
            for placed in _tiles(plan, row)
            if placed.block.any_valid(placed.tile.core)
        ]
        # Of an odd number the larger part is held back; of one alone, that one.
        tiles = valid[1::2] if hold_back else valid
        ranges = Ranges(plan.normalizer.low, plan.normalizer.high)
        return CalibratedScene(source=source, grid=plan.grid, ranges=ranges, tiles=tuple(tiles))


def _opened(source: str | Path, card: ModelCard, options: PredictOptions) -> Scene:
    return Scene.open(source, bands=card.channel_names, options=options, gsd_m=card.gsd_m, model=card.name)


def _plan(scene: Scene, card: ModelCard, options: PredictOptions, *, ranges: Ranges | None) -> Plan:
    area = Area(Window(0, 0, scene.height, scene.width))
    return Plan.of(scene, Standing(card), options, area=area, ranges=ranges)


def _tiles(plan: Plan, row: int) -> Iterator[PlacedTile]:
    """The tiles of one row of the grid, from the rows of the scene that they need."""
    grid = plan.grid
    first = grid[row, 0].core
    middle = Window(first.row + first.height // 2, 0, 1, grid.width)  # so that few other tiles reach it
    area = Area(middle)
    for placed in place_tiles(read_blocks(plan.scene, grid, area), plan.view, area, window="core"):
        if placed.tile.index[0] == row:
            yield placed


def _patch(placed: PlacedTile, plan: Plan, card: ModelCard) -> NDArray[np.float32]:
    grid = plan.grid
    patch = np.empty((card.channels, grid.tile, grid.tile), np.float32)
    cut(placed.block, placed.tile, normalizer=plan.normalizer, size=(grid.height, grid.width), out=patch)
    return patch


def _shares(has_tiles: Sequence[bool], most: int) -> list[int]:
    """How many of `most` tiles each scene gives, as evenly as they go; one that has none gives none."""
    before = np.cumsum([0, *has_tiles])
    shares: list[int] = np.diff(before * most // before[-1]).tolist()
    return shares


def _spread(tiles: Sequence[Index], count: int) -> tuple[Index, ...]:
    """So many of them, evenly."""
    places = np.unique(np.linspace(0, len(tiles) - 1, min(count, len(tiles))).round().astype(int))
    return tuple(tiles[place] for place in places.tolist())
