"""Outlines of buildings with straight walls: one attempt, each building in the manner that is asked of it."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geounet.vector.features import FeatureBatch
from geounet.vector.halo import HALO
from geounet.vector.ragged import Int64, chosen_items, lengths, starts
from geounet.vector.shapes import to_shapes
from geounet.vector.squaring.arcs import Arcs, arcs_of, with_rings
from geounet.vector.squaring.chains import Chains, chains_of, owners_of
from geounet.vector.squaring.directions import agreed_directions, dominant_directions
from geounet.vector.squaring.edges import Edges, Places, edges_of, without_flipped, without_straight
from geounet.vector.squaring.fitting import ACROSS, FREE, Rings
from geounet.vector.squaring.lines import Lines, Meetings, Sides, lines_of
from geounet.vector.squaring.moves import moves_of
from geounet.vector.squaring.outlines import rings_of
from geounet.vector.squaring.prices import Prices
from geounet.vector.squaring.vertices import vertices_of
from geounet.vector.squaring.walls import Walls, joined, walls_of

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

EXACT, PLAIN, SQUARE = range(3)
"""The manners: as it was traced, with straight walls of any direction, with walls along and across the building."""

JOG = 0.75
"""Length in pixels of an edge so short that the walls beside it may be one line, where they are of neighbours."""

PLAIN_PIXELS = 1.0
"""The largest tolerance, in pixels, of what is not to be square: it is left as it is, but for the staircase."""

ROUNDING = 1e-9
"""Pixels by which a whole coordinate may be off after it was in metres."""

SQUARE_WEIGHT, BORDER_WEIGHT = 10.0, 1e9
"""How much a metre of a wall of its building's direction, or of a straight edge of the data, weighs against a free one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What lengths mean."""

    pixel: Float64
    """(2,): metres along a row, and down a column."""
    tolerance: float
    """Metres that a pixel's corner may lie beyond half a pixel from its wall."""
    agree: float
    """Radians by which neighbours' directions may differ from one that they share."""

    @property
    def side(self) -> float:
        """Metres of a square pixel of the same area."""
        return math.sqrt(float(self.pixel.prod()))

    @property
    def far(self) -> float:
        """Metres that a vertex may go from its place on the exact outline."""
        return self.tolerance + self.side

    @property
    def prices(self) -> Prices:
        """What walls cost."""
        return Prices.of((float(self.pixel[0]), float(self.pixel[1])), self.tolerance)

    @property
    def plain_prices(self) -> Prices:
        """What walls cost where only the staircase is to go."""
        tolerance = min(self.tolerance, PLAIN_PIXELS * self.side)
        return Prices.of((float(self.pixel[0]), float(self.pixel[1])), tolerance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Features as they were drawn."""

    shapes: NDArray[np.object_]
    """A MultiPolygon each, in pixels; the exact one of a halo, and of what collapsed."""
    collapsed: Bool
    """Whether nothing was left of one of its rings."""
    moved: Float64
    """Pixels by which its outline may have moved, along rows or columns."""
    swept: Float64
    """Square pixels that are in one of it and the exact outline, at most."""
    directions: Float64
    """In [0, π/2); NaN of what was not to be square."""


def draw(batch: FeatureBatch, manners: Int64, scale: Scale) -> Drawing:
    """Draw the features of whole clusters, each in its manner; halos are there to tell background from nodata."""
    arcs = arcs_of(batch)
    rings = Rings(arcs.points * scale.pixel, arcs.rings, arcs.node)
    walls, directions = _walls(arcs, rings, manners, scale)
    plan = _plan(arcs, walls, batch, manners)
    chains = plan.chains
    sides = _sides(arcs, walls, plan, (rings.points, directions))
    lines, edges, places = _solved(arcs, plan, sides, scale)
    points, sizes = rings_of(edges, lines, places.placed, rings=len(arcs.rings))

    real = (batch.label != HALO)[arcs.features]
    collapsed = _most(arcs.features, (sizes < 3) & real, len(batch)) > 0
    redrawn = _redrawn(batch, _whole(points / scale.pixel), sizes, collapsed | (batch.label == HALO))
    moves = moves_of(arcs, chains, places.placed[: len(chains.origins)] / scale.pixel)
    side, count = arcs.sides.T.ravel(), len(batch)
    more = places.moved / scale.pixel.min()
    furthest = _most(side, np.tile(moves.furthest, 2), count) + _most(arcs.features, more, count)
    swept = _sums(side, np.tile(moves.swept, 2), count) + _sums(
        arcs.features, places.swept / scale.pixel.prod(), count
    )
    return Drawing(
        shapes=to_shapes(redrawn, np.asarray(redrawn.vertices, np.float64)),
        collapsed=collapsed,
        moved=furthest,
        swept=swept,
        directions=directions,
    )


def _walls(arcs: Arcs, rings: Rings, manners: Int64, scale: Scale) -> tuple[Walls, Float64]:
    """The walls of all rings that are not to stay exact, and the direction of each feature that is to be square."""
    manner = manners[arcs.features]
    nowhere = np.full(len(manner), np.nan)
    free = walls_of(rings, nowhere, asked=manner == SQUARE, prices=scale.prices)
    of_wall = np.repeat(arcs.features, lengths(free.rings))
    length = np.hypot(*free.chords.T) / scale.side
    directions, errors = dominant_directions(free.angles, length, of_wall, len(manners))
    pairs = np.sort(arcs.sides, axis=1)
    pairs = np.unique(pairs[pairs[:, 0] >= 0], axis=0)
    directions = agreed_directions(directions, errors, pairs, agree=scale.agree)
    square = walls_of(rings, directions[arcs.features], asked=manner == SQUARE, prices=scale.prices)
    plain = walls_of(rings, nowhere, asked=manner == PLAIN, prices=scale.plain_prices)
    return joined(plain, square), directions


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of each arc."""

    chains: Chains
    exact: Bool
    """Whether the arc stays as it is."""
    border: Int64
    """Edges of chains that lie on a straight edge of the data, and stay on it."""


def _plan(arcs: Arcs, walls: Walls, batch: FeatureBatch, manners: Int64) -> _Plan:
    """Follow a wall along each arc, or the arc itself where a feature is to stay exact or has nodata beside it."""
    real = np.append((batch.label != HALO)[arcs.features[arcs.piece_rings]], False)
    asked = (manners[arcs.features] > EXACT) & (lengths(walls.rings) > 0)
    stays = real[arcs.pieces] & ~np.append(asked[arcs.piece_rings], False)[arcs.pieces]
    one, other = arcs.sides.T
    # Background near an object is a halo: where there is nothing, there is no data.
    edge = (other < 0) & real[arcs.pieces[:, 0]] & batch.touches_edge[one]
    border = edge & ~stays.any(axis=1) & (arcs.sizes[arcs.pieces[:, 0]] == 1)
    exact = (stays.any(axis=1) | edge) & ~border
    anyone = np.where(real[arcs.pieces[:, 0]], arcs.pieces[:, 0], arcs.pieces[:, 1])
    owners = np.where(exact | border, anyone, owners_of(arcs, walls, asked))
    chains = chains_of(arcs, walls, owners=owners, exact=exact)
    at = starts(chains.stops)[border]
    followed = chains.walls.copy()
    followed[at] = len(walls) + np.arange(len(at))
    return _Plan(replace(chains, walls=followed), exact, at)


def _sides(arcs: Arcs, walls: Walls, plan: _Plan, known: tuple[Float64, Float64]) -> Sides:
    """The walls, and after them the edges on the border, with the direction that each should have."""
    xy, directions = known
    feature = np.repeat(arcs.features, lengths(walls.rings))
    quarter = np.where(walls.kinds == ACROSS, np.pi / 2, 0.0)
    free = walls.kinds == FREE
    begin, end = xy[plan.chains.points[plan.border]], xy[plan.chains.points[plan.border + 1]]
    chord, none = end - begin, np.zeros(len(begin))
    return Sides(
        begins=np.concatenate([xy[walls.begins], begin]),
        moments=np.concatenate([walls.moments, np.zeros((len(begin), 4))]),
        chords=np.concatenate([walls.chords, chord]),
        angles=np.concatenate(
            [
                np.where(free, walls.angles, directions[feature] + quarter),
                np.where(chord[:, 0] == 0, np.pi / 2, 0.0),
            ]
        ),
        weights=np.concatenate([np.where(free, 1.0, SQUARE_WEIGHT), none + BORDER_WEIGHT]),
        features=np.concatenate([feature, np.full(len(begin), -1)]),
    )


def _solved(arcs: Arcs, plan: _Plan, sides: Sides, scale: Scale) -> tuple[Lines, Edges, Places]:
    """The lines, the edges of all rings on them, and where their vertices lie."""
    chains = plan.chains
    origins = arcs.points[chains.origins] * scale.pixel
    edge = np.flatnonzero(chains.walls >= 0)
    meetings = Meetings(
        np.concatenate([chains.vertices[edge], chains.vertices[edge + 1]]),
        np.tile(chains.walls[edge], 2),
        origins,
    )
    fixed = np.zeros(len(origins), np.bool_)
    fixed[chains.vertices[np.repeat(plan.exact, lengths(chains.stops))]] = True
    lines = lines_of(sides, meetings, slack=scale.side)
    placed, _ = vertices_of(lines, meetings, fixed=fixed, far=scale.far)
    lines = lines_of(sides, _with_jogs(meetings, chains, placed, JOG * scale.side), slack=scale.side)
    placed, through = vertices_of(lines, meetings, fixed=fixed, far=scale.far)
    on = np.zeros((2, len(chains.walls)), np.bool_)
    on[:, edge] = through.reshape(2, -1)
    edges = without_straight(edges_of(arcs, chains, lines, on=(on[0], on[1])))
    places = Places(placed, origins, np.zeros(len(arcs.rings)), np.zeros(len(arcs.rings)))
    for _ in range(2):
        edges, places = without_flipped(edges, lines, places, far=scale.far)
        edges = without_straight(edges)
    return lines, edges, places


def _with_jogs(meetings: Meetings, chains: Chains, placed: Float64, longest: float) -> Meetings:
    """The meetings, and those of walls that a short edge would part: at both of its ends."""
    ends = chains.vertices[np.flatnonzero(chains.walls >= 0)[:, None] + np.array([0, 1])]
    short = np.hypot(*(placed[ends[:, 1]] - placed[ends[:, 0]]).T) <= longest
    here, there = np.concatenate([ends[short], ends[short][:, ::-1]]).T
    order = np.argsort(meetings.vertices, kind="stable")
    stops = np.cumsum(np.bincount(meetings.vertices, minlength=len(meetings.places)))
    found, of_here = chosen_items(stops, here)
    return Meetings(
        np.concatenate([meetings.vertices, np.repeat(there, lengths(of_here))]),
        np.concatenate([meetings.walls, meetings.walls[order][found]]),
        meetings.places,
    )


def _redrawn(batch: FeatureBatch, points: Float64, sizes: Int64, exact: Bool) -> FeatureBatch:
    """The batch with new rings, but for features that stay exact."""
    stays = exact[batch.ring_features()]
    inside = np.ones(len(batch.vertices), np.bool_)
    inside[batch.rings - 1] = False
    own = lengths(batch.rings) - 1
    result = np.where(stays, own, sizes)
    vertices = np.empty((result.sum(), 2))
    old = np.repeat(stays, result)
    vertices[old] = batch.vertices[inside][np.repeat(stays, own)]
    vertices[~old] = points[np.repeat(~stays, sizes)]
    return with_rings(batch, vertices, result)


def _whole(points: Float64) -> Float64:
    """Pixel coordinates, whole where only rounding is between."""
    whole = np.rint(points)
    return np.where(np.abs(points - whole) < ROUNDING, whole, points)


def _most(groups: Int64, values: NDArray[np.generic], count: int) -> Float64:
    """The largest value in each group, at least 0; those of group −1 do not count."""
    most = np.zeros(count + 1)
    np.maximum.at(most, groups, values)
    return most[:count]


def _sums(groups: Int64, values: Float64, count: int) -> Float64:
    """The sum of the values in each group; those of group −1 do not count."""
    return np.asarray(np.bincount(groups + 1, weights=values, minlength=count + 1)[1:], np.float64)
