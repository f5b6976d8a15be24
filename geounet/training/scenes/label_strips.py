"""A scene's labels drawn strip by strip, so that a large scene's are never held whole."""

from collections.abc import Iterator

import numpy as np

from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.training.config import TrainConfig
from geounet.training.config.data import SceneConfig
from geounet.training.scenes.bordering import BorderRules
from geounet.training.scenes.drawing import draw_labels
from geounet.training.scenes.drawn import Drawn
from geounet.training.scenes.label_rasters import is_raster

STRIP_PIXELS = 1 << 24
"""Pixels that are drawn at once, at 20 to 40 bytes each while they are."""


def label_strips(
    source: SceneConfig, config: TrainConfig, grid: Georeference, *, gsd_m: float, exact: bool
) -> Iterator[tuple[int, Drawn]]:
    """(first row, labels) of full-width strips from top to bottom; centres are in the strip's own rows.

    A strip is drawn with as much round it as can change it: areas come out as if all were drawn at once. (Lines that only
    hang together beyond that are objects of their own here.) A label raster is one strip: what its values mean is found out
    from all of it.
    """
    step = max(1, STRIP_PIXELS // grid.width)
    if is_raster(source.labels) or grid.height <= step:
        yield 0, draw_labels(source, config.data, config.card, grid, gsd_m=gsd_m, exact=exact)
        return
    # A gap can move what the other rules begin at, so they may reach twice as far.
    beyond = 2 + int(2 * BorderRules.of(config.data, edge_m=source.edge_m).reach_m / min(grid.gsd()))
    for row in range(0, grid.height, step):
        stop = min(row + step, grid.height)
        first, last = max(0, row - beyond), min(grid.height, stop + beyond)
        part = grid.window(Window(first, 0, last - first, grid.width))
        drawn = draw_labels(source, config.data, config.card, part, gsd_m=gsd_m, exact=exact)
        yield row, _rows(drawn, slice(row - first, stop - first))


def _rows(drawn: Drawn, rows: slice) -> Drawn:
    """Some rows of what was drawn."""
    here = (drawn.centres[:, 0] >= rows.start) & (drawn.centres[:, 0] < rows.stop)
    centres = drawn.centres[here] - np.array([rows.start, 0])
    return Drawn(drawn.labels[rows], drawn.weights[rows], centres, drawn.centre_classes[here])
