"""Outlines of buildings with straight walls and right angles, which neighbours share where they touch."""

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geounet.errors import OptionsError
from geounet.vector.features import FeatureBatch, concatenate
from geounet.vector.halo import HALO
from geounet.vector.ragged import Int64
from geounet.vector.shapes import to_shapes, with_shapes
from geounet.vector.squaring import EXACT, SQUARE, Scale, draw
from geounet.vector.squaring.arcs import arcs_of
from geounet.vector.squaring.common import common_areas
from geounet.vector.squaring.overlaps import overlapping, without_overlaps
from geounet.vector.squaring.regularity import is_regular

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

PIXELS = 1.75
"""The tolerance where none is chosen."""

RANK = 1e12
"""More than any area in pixels: of two that overlap, the one that is more regular keeps its outline, then the larger."""

BEYOND = 1e-6
"""Square pixels of nodata that a feature may cover: rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegularizeOptions:
    """How regular a building may be made."""

    min_iou: float = 0.9
    """Least intersection over union of any outline with the exact one, which is kept where no other reaches it."""
    tolerance: float | None = None
    """Metres that a pixel's corner may lie beyond half a pixel from its wall; None is 1.75 pixels."""
    agree: float = 3.0
    """Degrees by which the directions of buildings that touch may differ from one that they then share."""

    def __post_init__(self) -> None:
        if not 0 <= self.min_iou <= 1:
            raise OptionsError(f"min_iou is {self.min_iou}; it must be at least 0 and at most 1")
        if self.tolerance is not None and not 0 < self.tolerance < math.inf:
            raise OptionsError(f"tolerance is {self.tolerance}; it must be more than 0 metres")
        if not 0 <= self.agree < 45:
            raise OptionsError(f"agree is {self.agree}; it must be at least 0 and less than 45 degrees")

    def scale(self, gsd: tuple[float, float]) -> Scale:
        """The same in metres and radians, for pixels of `gsd` metres (down a column, along a row)."""
        tolerance = PIXELS * math.sqrt(gsd[0] * gsd[1]) if self.tolerance is None else self.tolerance
        return Scale(pixel=np.array([gsd[1], gsd[0]]), tolerance=tolerance, agree=math.radians(self.agree))

    def reach(self, gsd: tuple[float, float]) -> int:
        """Pixels of halo (`with_halo`) beyond which no outline comes."""
        return math.ceil(self.scale(gsd).tolerance / min(gsd)) + 1


def regularize(batch: FeatureBatch, options: RegularizeOptions, *, gsd: tuple[float, float]) -> FeatureBatch:
    """Draw buildings with straight walls, along and across each where it has a direction.

    Walls that neighbours share stay shared, and no two features of a band overlap; `gsd` is metres a pixel (down a
    column, along a row). A feature is `regularized` where most of its outline is along or across it, it has right
    angles, and it overlaps its exact outline by `min_iou`. Others have straight walls of any direction or, where even
    that would not do, stay exact. No outline crosses into nodata.

    The batch holds whole clusters of a trace with `clusters`, of strips with halos of `options.reach(gsd)` pixels; the
    halos are left out of what comes back. Then features of different batches do not overlap either.
    """
    bands = [np.flatnonzero(batch.band == band) for band in np.unique(batch.band)]
    if not bands:
        return batch
    pieces = [_of_band(batch.select(index), options, gsd) for index in bands]
    places = np.concatenate([index[batch.label[index] != HALO] for index in bands])
    return concatenate(pieces).select(np.argsort(places))


def _of_band(batch: FeatureBatch, options: RegularizeOptions, gsd: tuple[float, float]) -> FeatureBatch:
    """The features of one band, without the halos.

    Each is first drawn as regular as can be, then less so until it will do; what touches it is drawn again with it.
    """
    work = _Work(batch, options, gsd)
    todo = work.real
    while todo.any():
        refused = work.draw(todo)
        if not refused.any():
            refused = work.cut()
        work.manners[refused] -= 1
        todo = work.real & np.isin(work.groups, work.groups[refused])
    return work.done()


class _Work:
    """Features of one band on their way, each with the manner that it is drawn in."""

    def __init__(self, batch: FeatureBatch, options: RegularizeOptions, gsd: tuple[float, float]) -> None:
        self.batch, self.scale = batch, options.scale(gsd)
        self.min_iou, self.reach = options.min_iou, options.reach(gsd)
        self.real: Bool = batch.label != HALO
        self.exact = to_shapes(batch, batch.vertices.astype(np.float64))
        self.groups = _touching(batch, self.real)
        self.drawn, self.shapes = self.exact.copy(), self.exact
        self.directions = np.full(len(batch), np.nan)
        self.manners = np.where(self.real, SQUARE, EXACT)

    def draw(self, todo: Bool) -> Bool:
        """Draw some features, all of any that touch each other; which of them will not do?"""
        halos = ~self.real & np.isin(self.batch.cluster, self.batch.cluster[todo])
        index = np.flatnonzero(todo | halos)
        drawing = draw(self.batch.select(index), self.manners[index], self.scale)
        self.drawn[index], self.directions[index] = drawing.shapes, drawing.directions
        unfit = self._unfit(index, drawing.shapes, drawing.swept)
        unfit |= drawing.collapsed | (drawing.moved >= self.reach + 0.5)
        refused = np.zeros(len(self.real), np.bool_)
        refused[index] = unfit & (self.manners[index] > EXACT)
        return refused

    def cut(self) -> Bool:
        """Cut what overlaps of the features as they are drawn; which of them will not do then?"""
        self.shapes = self.drawn.copy()
        index = np.flatnonzero(self.real)
        flagged = index[overlapping(self.shapes[index])]
        refused = np.zeros(len(self.real), np.bool_)
        if not len(flagged):
            return refused
        near = index[_meeting(self.shapes[index], self.shapes[flagged])]
        ranks = self.manners[near] * RANK + shapely.area(self.exact[near])
        for group in _groups(self.shapes[near]):
            self.shapes[near[group]] = without_overlaps(self.shapes[near[group]], ranks[group])
        refused[near] = self._unfit(near, self.shapes[near], np.full(len(near), np.inf))
        refused[index] |= overlapping(self.shapes[index])
        # What is exact already has others to blame, and is never lost.
        blamed = refused & (self.manners == EXACT)
        refused[index[_meeting(self.shapes[index], self.exact[blamed])]] = True
        lost = blamed & shapely.is_empty(self.shapes)
        self.shapes[lost] = self.exact[lost]
        return refused & (self.manners > EXACT)

    def done(self) -> FeatureBatch:
        """The features as they were cut last."""
        kept = self.batch.select(self.real)
        if not len(kept):
            return kept
        kept = replace(kept, vertices=np.zeros((0, 2)), regularized=self.manners[self.real] == SQUARE)
        return with_shapes(kept, self.shapes[self.real], scale=np.ones(2))

    def _unfit(self, index: Int64, shapes: NDArray[np.object_], swept: Float64) -> Bool:
        """Which shapes of features are invalid, unlike their exact outline, over nodata, or to be regular and are not.

        At most `swept` square pixels are in one of both outlines alone.
        """
        exact, square = self.exact[index], self.manners[index] == SQUARE
        area, exact_area = shapely.area(shapes), shapely.area(exact)
        valid = shapely.is_valid(shapes) & (area > 0)
        unsure = valid & ~(1 - swept / np.maximum(area, exact_area) >= self.min_iou)
        common = common_areas(shapes[unsure], exact[unsure])
        unlike = np.zeros(len(index), np.bool_)
        unlike[unsure] = common / ((area + exact_area)[unsure] - common) < self.min_iou
        regular = is_regular(shapes, self.directions[index], pixel=self.scale.pixel)
        unfit: Bool = ~valid | unlike | (square & ~regular)
        return unfit | self._beyond(index, shapes, valid)

    def _beyond(self, index: Int64, shapes: NDArray[np.object_], valid: Bool) -> Bool:
        """Which valid shapes of features cover some of what is neither an object nor background near one."""
        beyond = np.zeros(len(index), np.bool_)
        cluster = self.batch.cluster
        for number in np.intersect1d(cluster[self.batch.touches_edge], cluster[index[valid]]):
            ground = shapely.coverage_union_all(self.exact[cluster == number])
            at = np.flatnonzero(valid & (cluster[index] == number))
            shapely.prepare(ground)
            at = at[~shapely.covers(ground, shapes[at])]
            beyond[at] = shapely.area(shapely.difference(shapes[at], ground)) > BEYOND
        return beyond


def _touching(batch: FeatureBatch, real: Bool) -> Int64:
    """The number of the group that each feature is in: of those that have a vertex in common."""
    arcs = arcs_of(batch)
    feature = np.repeat(arcs.features, np.diff(arcs.rings, prepend=0))
    at = (arcs.node >= 0) & real[feature]
    return _components(feature[at], len(batch) + arcs.node[at], len(batch) + arcs.nodes)[: len(batch)]


def _meeting(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> Int64:
    """The positions of shapes that meet one of others."""
    return np.unique(shapely.STRtree(shapes).query(others, predicate="intersects")[1])


def _groups(shapes: NDArray[np.object_]) -> list[Int64]:
    """The positions of shapes that meet, group by group."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    number = _components(one, other, len(shapes))
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def _components(one: Int64, other: Int64, count: int) -> Int64:
    """The number of the component that each of `count` items is in, by pairs of them."""
    pairs = coo_array((np.ones(len(one), np.bool_), (one, other)), shape=(count, count))
    numbers: Int64 = connected_components(pairs, directed=False)[1].astype(np.int64)
    return numbers
