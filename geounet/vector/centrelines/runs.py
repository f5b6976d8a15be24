"""Straight runs of points where a skeleton has none: past the ends of roads, and over gaps."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geounet.strip import NODATA
from geounet.vector.centrelines.graph import Float64, Int64, Points, RoadGraph
from geounet.vector.ragged import lengths, starts


def with_runs(
    points: Points, begin: Float64, end: Float64, *, radius: Float64
) -> tuple[Points, Int64, Int64]:
    """The points and, after them, those of straight runs from `begin` to `end` (runs, 2), about a pixel apart.

    Gives the points, the numbers of the new ones, and the position after each run; `radius` is that of a run's points.
    """
    pieces = np.ceil(np.hypot(*(end - begin).T)).astype(np.int64) + 1
    stops = np.cumsum(pieces)
    share = (np.arange(pieces.sum()) - np.repeat(starts(stops), pieces)) / np.repeat(
        np.maximum(pieces - 1, 1), pieces
    )
    xy = np.repeat(begin, pieces, axis=0) + np.repeat(end - begin, pieces, axis=0) * share[:, None]
    count = len(xy)
    new = Points(
        xy=np.concatenate([points.xy, xy]),
        radius=np.append(points.radius, np.repeat(radius, pieces).astype(np.float32)),
        width=np.append(points.width, np.full(count, np.nan, np.float32)),
        probability=np.append(points.probability, np.full(count, NODATA, np.uint8)),
        at_edge=np.append(points.at_edge, np.zeros(count, np.uint8)),
    )
    return new, len(points) + np.arange(count), stops


_NO_RUNS = (np.zeros(0, np.int64),) * 3


def spliced(graph: RoadGraph, skipped: Int64, runs: tuple[Int64, Int64, Int64] = _NO_RUNS) -> RoadGraph:
    """The graph with paths that lose `skipped` (edges, 2) points at their ends and gain runs.

    `runs` are points, the position after each run, and the end (2 · edge + end) that each run is put before: its
    last point comes next to the path.
    """
    items, stops, where = runs
    run_of = np.full(2 * len(graph), -1, np.int64)
    run_of[where] = np.arange(len(where))
    sizes = np.append(lengths(stops), 0)
    added = sizes[run_of].reshape(-1, 2)
    kept = lengths(graph.stops) - skipped.sum(axis=1)
    new_stops = np.cumsum(added.sum(axis=1) + kept)
    path = np.empty(new_stops[-1] if len(new_stops) else 0, np.int64)
    begins = starts(new_stops)
    inner = ranges(starts(graph.stops) + skipped[:, 0], kept)
    path[ranges(begins + added[:, 0], kept)] = graph.path[inner]
    run_starts = np.append(starts(stops), 0)
    path[ranges(begins, added[:, 0])] = items[ranges(run_starts[run_of[::2]], added[:, 0])]
    last = ranges(run_starts[run_of[1::2]], added[:, 1])
    path[ranges(new_stops - added[:, 1], added[:, 1])] = items[_mirrored(last, added[:, 1])]
    return replace(graph, path=path, stops=new_stops)


def ranges(first: Int64, count: Int64) -> Int64:
    """For each range, `count` whole numbers from `first` on."""
    stops = np.cumsum(count)
    total = int(stops[-1]) if len(stops) else 0
    return np.repeat(first - starts(stops), count) + np.arange(total)


def _mirrored(items: NDArray[np.int64], count: Int64) -> Int64:
    """Items, each range of them backwards."""
    stops = np.cumsum(count)
    position = np.repeat(starts(stops) + stops - 1, count) - np.arange(len(items))
    return items[position]
