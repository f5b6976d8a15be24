from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geounet.vector.squaring.fitting import ALONG, FREE, Rings
from geounet.vector.squaring.prices import Prices
from geounet.vector.squaring.walls import joined, walls_of

PIXEL = (1.0, 1.0)
PRICES = Prices.of(PIXEL, 1.75)


FOLLOWS = ~np.eye(3, dtype=bool)
FOLLOWS[FREE, FREE] = True
"""Whether a wall of one kind may follow one of another."""


def ring(points):
    points = np.array(points, np.float64)
    return Rings(points, np.array([len(points)]), np.full(len(points), -1))


def walls(points, angle, prices=PRICES):
    return walls_of(ring(points), np.array([angle]), asked=np.ones(1, np.bool_), prices=prices)


def staircase(length, run):
    """A slanted parallelogram's ring of pixel corners: steps of one pixel each `run` pixels."""
    steps = [(k * run + d * run, k) for k in range(length // run) for d in (0, 1)]
    top = [(x, y + 30) for x, y in steps]
    return [*steps, *top[::-1]]


def test_a_rectangle_has_four_walls_in_turn():
    found = walls([(0, 0), (30, 0), (30, 12), (0, 12)], 0.0)
    assert len(found) == 4
    assert np.ptp(found.kinds) == 1
    assert (np.diff(found.kinds) != 0).all()
    np.testing.assert_allclose(np.abs(found.chords).max(axis=1), [30, 12, 30, 12])


@pytest.mark.parametrize("run", [2, 3, 7])
def test_a_staircase_is_one_wall(run):
    found = walls(staircase(42, run), np.nan)
    long = np.hypot(*found.chords.T) > 20
    assert long.sum() == 4
    slope = np.arctan2(1, run)
    np.testing.assert_allclose(np.sort(found.angles[long] % np.pi)[:2], slope, atol=0.03)


@pytest.mark.parametrize("depth", [1, 3, 5])
def test_notches_deeper_than_the_tolerance_stay(depth):
    notched = [(0, 0), (20, 0), (20, depth), (26, depth), (26, 0), (50, 0), (50, 20), (0, 20)]
    assert len(walls(notched, 0.0)) == (8 if depth > 2 else 4)


def test_rings_that_are_not_asked_for_have_none():
    rings = Rings(np.array([(0, 0), (9, 0), (9, 9), (0, 9)] * 2, float), np.array([4, 8]), np.full(8, -1))
    one, other = (
        walls_of(rings, np.zeros(2), asked=np.array(asked), prices=PRICES)
        for asked in ([True, False], [False, True])
    )
    assert one.rings.tolist() == [4, 4]
    assert joined(one, other).begins.tolist() == list(range(8))


def test_a_corner_falls_on_a_node_nearby():
    points = np.array([(0, 0), (28, 0), (29, 0), (30, 0), (30, 20), (0, 20)], float)
    node = np.array([-1, -1, 5, -1, -1, -1])
    rings = Rings(points, np.array([6]), node)
    found = walls_of(rings, np.zeros(1), asked=np.ones(1, np.bool_), prices=PRICES)
    assert 2 in found.begins
    assert 3 not in found.begins


FINE = Prices.of((0.4, 0.4), 1.75)
"""Pixels so small that every corner of a skyline may be one of a wall."""


def price(points, kind, angle):
    """What a wall along points costs, in the words of the module."""
    u, v = np.cos(angle), np.sin(angle)
    if kind == FREE:
        # By the length of a densely sampled chain.
        fine = np.concatenate([np.linspace(a, b, 200) for a, b in pairwise(points)])
        weights = np.repeat(np.hypot(*np.diff(points, axis=0).T), 200)
        mean = np.average(fine, axis=0, weights=weights)
        u, v = np.linalg.eigh(np.cov((fine - mean).T, aweights=weights))[1][:, 1]
    elif kind != ALONG:
        u, v = -v, u
    along, across = points @ (u, v), points @ (-v, u)
    chord = along[-1] - along[0]
    if 2 * abs(chord) <= np.hypot(*(points[-1] - points[0])):
        return np.inf
    offset = (np.diff(along) * (across[1:] + across[:-1]) / 2).sum() / chord
    excess = np.maximum(np.abs(across - offset) - (abs(u) + abs(v)) * FINE.half_x, 0)
    if excess.max() > FINE.tolerance:
        return np.inf
    length = np.hypot(*np.diff(points, axis=0).T)
    weights = (np.append(0, length) + np.append(length, 0)) / 2
    short = 1 + 2 * max(0.0, 1 - abs(chord) / FINE.short)
    return FINE.wall * short + (FINE.free if kind == FREE else 0) + (weights * excess**2).sum()


def skyline(seed):
    """A ring of whole coordinates: a row of steps over a straight base."""
    rng = np.random.default_rng(seed)
    heights = np.repeat(2 * rng.integers(0, 4, 4), 2) + 12
    sides = np.sort(rng.choice(np.arange(2, 40, 2), 3, replace=False))
    xs = np.concatenate([[0], np.repeat(sides, 2), [44]])
    points = np.concatenate([np.stack([xs, heights], axis=1), [(44, 0), (0, 0)]]).astype(float)
    return points[np.any(points != np.roll(points, 1, axis=0), axis=1)]


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_the_walls_are_the_cheapest(seed):
    """Of all ways to cut a ring at its corners: enumerated."""
    points = skyline(seed)
    size, found = len(points), walls(points, 0.0, FINE)

    @cache
    def prices(begin, end):
        chain = points[np.arange(begin, end + 1) % size]
        return np.array([price(chain, kind, 0.0) for kind in range(3)])

    def cheapest(begins):
        """The cheapest kinds for cuts, of which only free ones may follow one another, round the ring."""
        first, *others = (prices(*ends) for ends in pairwise([*begins, begins[0] + size]))
        # By the kind of the first wall and of the last.
        best = np.where(np.eye(3, dtype=bool), first, np.inf)
        for wall in others:
            best = wall + np.stack(
                [np.where(FOLLOWS[:, k], best, np.inf).min(axis=1) for k in range(3)], axis=1
            )
        return best[FOLLOWS].min()

    ends = pairwise([*found.begins, found.begins[0] + size])
    total = sum(prices(*end)[kind] for end, kind in zip(ends, found.kinds, strict=True))
    start = int(np.argmax(points.sum(axis=1)))
    ways = [
        chosen for count in range(2, size) for chosen in combinations(range(start + 1, start + size), count)
    ]
    least = min(cheapest((start, *chosen)) for chosen in ways)
    assert total == pytest.approx(least, rel=1e-4)
