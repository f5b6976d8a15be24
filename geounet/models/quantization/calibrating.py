"""A float graph and tiles → its calibration."""

from collections.abc import Mapping
from typing import Any

from geounet.models.quantization.calibration import Calibration
from geounet.models.quantization.float_graph import FloatGraph
from geounet.models.quantization.observing import Patches, observe
from geounet.models.quantization.ranges import range_of
from geounet.models.quantization.scope import scope_of


def calibrate(
    graph: FloatGraph, patches: Patches, *, method: str = "percentile", notes: Mapping[str, Any] | None = None
) -> Calibration:
    """Run tiles (C, tile, tile) through a float graph, and note the range and means of what it holds between.

    `patches` gives the same tiles each time that it is called. Raises ModelError where the graph cannot be quantised, or
    there is no tile.
    """
    scope = scope_of(graph.model, name=graph.card.name)
    counted = _Counted(patches)
    held = observe(graph, scope.tensors, counted)
    taken = dict.fromkeys(scope.convolutions.values())
    made = Calibration(
        graph=graph.digest,
        method=method,
        tiles=counted.tiles,
        ranges={name: range_of(held[name], method) for name in scope.tensors},
        means={name: tuple(held[name].means.tolist()) for name in taken},
        notes=notes or {},
    )
    return Calibration.from_json(
        made.to_json()
    )  # to the digits that are kept, so that it is the same when read


class _Counted:
    """Tiles that are counted as they go by; the last time counts."""

    def __init__(self, patches: Patches) -> None:
        self.patches = patches
        self.tiles = 0

    def __call__(self) -> Any:  # noqa: ANN401 (an iterator of arrays)
        self.tiles = 0
        for patch in self.patches():
            self.tiles += 1
            yield patch
