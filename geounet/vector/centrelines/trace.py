"""Label strips → the centrelines of roads, as a network: the one place where the steps are composed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from geounet.georeference import GroundScale
from geounet.strip import CONFIDENCE_SCALE, NODATA, LabelStrip
from geounet.vector.centrelines.blocks import blocks
from geounet.vector.centrelines.bridge import bridged
from geounet.vector.centrelines.canonical import concatenated, empty, in_order
from geounet.vector.centrelines.coarsen import coarsened
from geounet.vector.centrelines.draw import drawn
from geounet.vector.centrelines.extend import extended
from geounet.vector.centrelines.graph import RoadGraph, graph_of
from geounet.vector.centrelines.junctions import merged_junctions
from geounet.vector.centrelines.measure import at_edges, confidences, line_lengths, widths
from geounet.vector.centrelines.network import RoadNetwork
from geounet.vector.centrelines.options import RoadOptions
from geounet.vector.centrelines.plan import Plan
from geounet.vector.centrelines.prune import without_small_parts, without_spurs
from geounet.vector.centrelines.skeleton import Skeleton, joined, skeletons
from geounet.vector.centrelines.support import Support, Surface

_LIGHT = 0.5
"""Share of the pruning, and of the shortest road, before gaps are bridged: what is left of a road may bear a bridge."""


def centrelines(
    strips: Iterable[LabelStrip], ground: GroundScale, *, options: RoadOptions, gsd: tuple[float, float]
) -> RoadNetwork:
    """The centrelines of the roads in labels that come in strips from top to bottom.

    Every label but 0 (background) and 255 (nodata), in every band, is a network of its own; `gsd` are metres of a
    pixel (down a column, along a row) at the raster's centre. Neither how rows come in strips nor `block_rows`
    changes anything. Roads are not cut by nodata or by the raster's edge: a line goes on to where the road does.
    Pixels finer than 0.15 m are joined first.

    All lines are held, at 150 bytes or so a pixel of the skeleton: memory grows with the length of the roads and not with
    the raster, besides a block of rows with its surroundings.

    Raises ValueError when strips are not in order, not as wide as `ground`, or end too early.
    """
    plan = Plan.of(ground, options, gsd)
    seen = _Seen()
    working = coarsened(strips, plan.join)
    for block in blocks(working, plan.working_shape, rows=plan.block_rows, margin=plan.scale.margin):
        for band, label, pixels in skeletons(block, plan.scale, plan.working_shape[1]):
            seen.skeletons.setdefault((band, label), []).append(pixels)
        for band in range(len(block.labels)):
            seen.supports.setdefault(band, Support(plan.cell)).add(block, band)
        seen.scored = block.confidence is not None
    networks = []
    for band, label in sorted(seen.skeletons):
        surface = seen.supports[band].surface(plan.steps)
        # Under no name: pixels are many, and each step lets go of what the one before it made.
        graph = _cleaned(
            graph_of(joined(seen.skeletons.pop((band, label))), plan.steps), surface, plan, scored=seen.scored
        )
        if len(graph):
            networks.append(_measured(graph, plan, ground, kind=(band, label)))
    return in_order(concatenated(networks)) if networks else empty()


@dataclass(slots=True)
class _Seen:
    """What is kept of the blocks."""

    skeletons: dict[tuple[int, int], list[Skeleton]] = field(default_factory=dict)
    """By band and label."""
    supports: dict[int, Support] = field(default_factory=dict)
    """By band."""
    scored: bool = False


def _cleaned(graph: RoadGraph, surface: Surface, plan: Plan, *, scored: bool) -> RoadGraph:
    """The graph of the roads that a skeleton's graph shows."""
    options, reach = plan.options, plan.reach(scored=scored)
    graph = without_spurs(graph, _LIGHT * options.spur)
    graph = extended(merged_junctions(graph, plan.widest), plan.size)
    graph = without_small_parts(graph, _LIGHT * plan.least)
    graph = bridged(graph, reach.to_ends, surface.between)
    graph = without_small_parts(without_spurs(graph, options.spur), plan.least)
    graph = bridged(graph, reach, surface.between)
    graph = merged_junctions(graph, plan.widest)
    if scored:
        unseen = np.flatnonzero(graph.points.probability == NODATA)
        found = surface.at(graph.points.xy[unseen]) * CONFIDENCE_SCALE
        graph.points.probability[unseen] = np.round(found).astype(np.uint8)
    return graph


def _measured(graph: RoadGraph, plan: Plan, ground: GroundScale, *, kind: tuple[int, int]) -> RoadNetwork:
    """The network of a graph's smooth lines; `kind` is its band and label."""
    placed, lines, stops = drawn(graph, plan.tolerance, plan.size)
    # Metres and back may end a rounding error outside the raster.
    extent = np.array([ground.col_nodes[-1], ground.row_nodes[-1]])
    vertices = np.minimum(lines * plan.to_pixels, extent)
    mean, tenth = confidences(graph)
    return RoadNetwork(
        nodes=np.minimum(placed.place * plan.to_pixels, extent),
        ends=placed.ends,
        vertices=vertices,
        stops=stops,
        label=np.full(len(graph), kind[1], np.uint8),
        band=np.full(len(graph), kind[0], np.uint8),
        length_m=line_lengths(vertices, stops, ground),
        width_m=widths(graph, plan, ground),
        confidence=mean,
        confidence_p10=tenth,
        touches_edge=at_edges(graph),
    )
