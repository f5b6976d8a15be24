"""The cheapest walls of a ring, as compiled code: `walls` says what for.

Everything that calls one another lies in this file, since machine code is kept for as long as its file does not change.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached
from geounet.vector.squaring.prices import Prices

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Int8 = NDArray[np.int8]

FREE, ALONG, ACROSS = range(3)
"""A wall of any direction, along its building's own, across it."""

NO_WALL = 3.0
"""How many times the price of a wall a single step costs that no wall fits."""

SHORT_WALL = 2.0
"""How many times its price a wall of no length costs besides."""


class Rings(NamedTuple):
    """Rings of points, without the closing ones."""

    points: Float64
    """(n, 2) in metres."""
    stops: Int64
    """The point after each ring."""
    node: Int64
    """≥ 0 at points where corners should rather fall."""


@cached
def fit_rings(
    rings: Rings, angles: Float64, asked: NDArray[np.bool_], prices: Prices
) -> tuple[Int64, Int8, Int64]:
    """Begins and kinds of the walls of each ring, at the places of the ring's first points, and their number."""
    begins, kinds = np.zeros(len(rings.points), np.int64), np.zeros(len(rings.points), np.int8)
    counts = np.zeros(len(rings.stops), np.int64)
    for ring in np.flatnonzero(asked):
        first = rings.stops[ring - 1] if ring else 0
        xy, node = rings.points[first : rings.stops[ring]], rings.node[first : rings.stops[ring]]
        where, kind = _fit(xy, node, _start(xy, node, angles[ring], prices), angles[ring], prices)
        corner = _corner(xy, where, kind)
        if corner >= 0 and (kind[0] == FREE or kind[-1] == FREE or kind[0] == kind[-1]):
            # It began where there may be no corner: once more, from one that it found.
            where, kind = _fit(xy, node, corner, angles[ring], prices)
        if len(where) >= 3:
            order = np.argsort(where)
            begins[first : first + len(where)] = first + where[order]
            kinds[first : first + len(where)] = kind[order]
            counts[ring] = len(where)
    return begins, kinds, counts


@cached
def measure_walls(rings: Rings, begins: Int64, stops: Int64) -> tuple[Float64, Float64, Float64]:
    """Moments, chords and best directions of walls, `stops` being the wall after each ring; see `Walls`."""
    moments, chords = np.zeros((len(begins), 4)), np.zeros((len(begins), 2))
    angles = np.zeros(len(begins))
    wall, first = 0, 0
    for ring in range(len(stops)):
        xy, first_wall = rings.points[first : rings.stops[ring]], wall
        while wall < stops[ring]:
            end = begins[wall + 1] if wall + 1 < stops[ring] else begins[first_wall] + len(xy)
            chain = _chain(xy, begins[wall] - first, end - begins[wall])
            sums = _sums(chain)
            moments[wall], chords[wall] = sums[-1, :4], chain[-1] - chain[0]
            angles[wall], _ = _best_line(sums, (0, len(chain) - 1))
            wall += 1
        first = rings.stops[ring]
    return moments, chords, angles


@cached
def _chain(xy: Float64, start: int, size: int) -> Float64:
    """The points of a ring from one on, over `size` edges."""
    chain = np.empty((size + 1, 2))
    for i in range(size + 1):
        chain[i] = xy[(start + i) % len(xy)]
    return chain


@cached
def _start(xy: Float64, node: Int64, angle: float, prices: Prices) -> int:
    """A point that is a corner for sure: the outermost one halfway between along and across."""
    best, start = -np.inf, 0
    x, y = xy[:, 0].mean(), xy[:, 1].mean()
    u, v = np.cos(angle + np.pi / 4), np.sin(angle + np.pi / 4)
    for i in range(len(xy)):
        out = xy[i, 0] * u + xy[i, 1] * v
        if np.isnan(angle):
            out = (xy[i, 0] - x) ** 2 + (xy[i, 1] - y) ** 2
        if out > best + 1e-9:
            best, start = out, i
    return _nearest_node(xy, node, start, prices.near)


@cached
def _nearest_node(xy: Float64, node: Int64, at: int, near: float) -> int:
    """The nearest node within a length of outline from a point, or else the point."""
    n, found, best = len(xy), at, near
    for step in (1, -1):
        i, length = at, 0.0
        while node[i] < 0:
            j = (i + step) % n
            length += np.hypot(xy[j, 0] - xy[i, 0], xy[j, 1] - xy[i, 1])
            i = j
            if length > best or i == at:
                break
        if node[i] >= 0 and length <= best and (found == at or length < best):
            found, best = i, length
    return found


@cached
def _corner(xy: Float64, where: Int64, kind: Int8) -> int:
    """The point between an along and an across wall of which the shorter is longest; −1 if there is none."""
    best, found, m = 0.0, -1, len(where)
    for i in range(m):
        before, after = (i - 1) % m, (i + 1) % m
        if kind[before] == FREE or kind[i] == FREE or kind[before] == kind[i]:
            continue
        here, a, b = xy[where[i]], xy[where[before]], xy[where[after]]
        shorter = min(np.hypot(here[0] - a[0], here[1] - a[1]), np.hypot(here[0] - b[0], here[1] - b[1]))
        if shorter > best:
            best, found = shorter, where[i]
    return found


@cached
def _candidates(chain: Float64, node: Int64, prices: Prices) -> Int64:
    """Points that may be corners: those that Douglas and Peucker (1973) keep, or a node near one; both ends."""
    n = len(chain) - 1
    kept = np.zeros(n + 1, np.bool_)
    stack = np.empty((n + 1, 2), np.int64)
    stack[0] = (0, n)
    depth = 1
    while depth:
        depth -= 1
        i, j = stack[depth]
        at = _furthest(chain, i, j, 2 * min(prices.half_x, prices.half_y))
        if at >= 0:
            kept[at] = True
            stack[depth], stack[depth + 1] = (i, at), (at, j)
            depth += 2
    moved = np.zeros(n + 1, np.bool_)
    moved[0] = moved[n] = True
    for k in np.flatnonzero(kept):
        moved[_nearest_node(chain[:n], node, int(k), prices.near)] = True
    return np.flatnonzero(moved)


@cached
def _furthest(chain: Float64, i: int, j: int, least: float) -> int:
    """The point furthest from the straight line between two others, −1 if that is no further than `least`."""
    at = -1
    x, y = chain[j] - chain[i]
    length = np.hypot(x, y)
    for k in range(i + 1, j):
        u, v = chain[k] - chain[i]
        away = np.hypot(u, v) if length == 0 else abs(u * y - v * x) / length
        if away > least:
            least, at = away, k
    return at


@cached
def _fit(xy: Float64, node: Int64, start: int, angle: float, prices: Prices) -> tuple[Int64, Int8]:
    """Where the cheapest walls of a ring that has a corner at `start` begin, and their kinds."""
    chain = _chain(xy, start, len(xy))
    corners = _candidates(chain, np.concatenate((node[start:], node[:start])), prices)
    sums = _sums(chain)
    m, kinds = len(corners), 1 if np.isnan(angle) else 3
    cost, came = np.full((m, kinds), np.inf), np.zeros((m, kinds), np.int64)
    came_kind = np.zeros((m, kinds), np.int8)
    for a in range(m - 1):
        least, least_kind = _least(cost[a], a)
        for b in range(a + 1, m):
            ends = (corners[a], corners[b])
            best, apart = _best_line(sums, ends)
            if apart > prices.tolerance + max(prices.half_x, prices.half_y) and b > a + 1:
                break
            for kind in range(kinds):
                more = prices.free if kind == FREE else 0.0
                direction = best if kind == FREE else angle + (kind - ALONG) * np.pi / 2
                price = _price(chain, sums, ends, (direction, cost[b, kind] - least[kind] - more), prices)
                if kind == FREE and b == a + 1 and price == np.inf:
                    price = NO_WALL * prices.wall
                if least[kind] + price + more < cost[b, kind]:
                    cost[b, kind] = least[kind] + price + more
                    came[b, kind], came_kind[b, kind] = a, least_kind[kind]
    return _traced_back(came, came_kind, int(np.argmin(cost[m - 1])), (corners, start, len(xy)))


@cached
def _least(cost: Float64, corner: int) -> tuple[Float64, Int8]:
    """What it costs to come to a corner (nothing to the first) so that a wall of each kind may follow, and the last kind.

    After a free wall another may follow; after one along, one across or a free one.
    """
    kinds = len(cost)
    least, last = np.full(kinds, np.inf if corner else 0.0), np.full(kinds, -1, np.int8)
    for kind in range(kinds):
        for other in range(kinds):
            if corner and (other != kind or kind == FREE) and cost[other] < least[kind]:
                least[kind], last[kind] = cost[other], other
    return least, last


@cached
def _traced_back(came: Int64, came_kind: Int8, last: int, ring: tuple[Int64, int, int]) -> tuple[Int64, Int8]:
    """The walls of the cheapest way, from its end; `ring` is the corners, the start and the size."""
    corners, start, n = ring
    at = len(corners) - 1
    where, kinds = np.zeros(at, np.int64), np.zeros(at, np.int8)
    count = at
    while at > 0:
        count -= 1
        begin, kinds[count] = came[at, last], last
        last = int(came_kind[at, last])
        where[count] = (start + corners[begin]) % n
        at = begin
    return where[count:], kinds[count:]


@cached
def _sums(chain: Float64) -> Float64:
    """(n, 10): integrals along a chain from its first point: x dx, x dy, y dx, y dy; of length, times x, y, xx, xy, yy."""
    sums = np.zeros((len(chain), 10))
    for i in range(len(chain) - 1):
        x, y = chain[i] - chain[0]
        dx, dy = chain[i + 1] - chain[i]
        mx, my, length = x + dx / 2, y + dy / 2, np.hypot(dx, dy)
        sums[i + 1] = sums[i]
        for k, step in enumerate((mx * dx, mx * dy, my * dx, my * dy, length, length * mx, length * my)):
            sums[i + 1, k] += step
        sums[i + 1, 7] += length * (mx * mx + dx * dx / 12)
        sums[i + 1, 8] += length * (mx * my + dx * dy / 12)
        sums[i + 1, 9] += length * (my * my + dy * dy / 12)
    return sums


@cached
def _best_line(sums: Float64, ends: tuple[int, int]) -> tuple[float, float]:
    """Direction of the line that fits a piece of a chain best, and how far the chain is from it (root mean square)."""
    total = sums[ends[1]] - sums[ends[0]]
    length, x, y = total[4], total[5] / total[4], total[6] / total[4]
    xx, xy, yy = total[7] / length - x * x, total[8] / length - x * y, total[9] / length - y * y
    across = (xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    return float(0.5 * np.arctan2(2 * xy, xx - yy)), float(np.sqrt(max(0.0, across)))


@cached
def _price(
    chain: Float64, sums: Float64, ends: tuple[int, int], asked: tuple[float, float], prices: Prices
) -> float:
    """What one wall from point to point costs, `asked` being its direction and a limit; infinity beyond it or the tolerance.

    The wall has as much of the outline on one side as on the other: its distance is the mean across by the way along.
    """
    i, j = ends
    u, v = np.cos(asked[0]), np.sin(asked[0])
    half = abs(v) * prices.half_x + abs(u) * prices.half_y
    chord_x, chord_y = chain[j] - chain[i]
    along, across = u * chord_x + v * chord_y, u * chord_y - v * chord_x
    if abs(across) > 2 * (prices.tolerance + half) or 2 * abs(along) <= np.hypot(chord_x, chord_y):
        return np.inf
    total = sums[j] - sums[i]
    offset = (u * u * total[2] + u * v * total[3] - v * u * total[0] - v * v * total[1]) / along
    cost = prices.wall * (1 + SHORT_WALL * max(0.0, 1 - abs(along) / prices.short))
    squares = u * u * total[9] - 2 * u * v * total[8] + v * v * total[7]
    squares += offset * (offset * total[4] - 2 * (u * total[6] - v * total[5]))
    # The excess costs no less than this, by the triangle inequality.
    least = max(0.0, np.sqrt(max(0.0, squares)) - half * np.sqrt(total[4]))
    if cost + least * least >= asked[1]:
        return np.inf
    for k in range(i, j + 1):
        x, y = chain[k] - chain[0]
        excess = abs(u * y - v * x - offset) - half
        if excess > prices.tolerance:
            return np.inf
        if excess > 0:
            cost += (sums[min(k + 1, j), 4] - sums[max(k - 1, i), 4]) / 2 * excess * excess
    return float(cost)
