"""The parts that paint: textures, roofs and shadows obey geometry."""

import math

import numpy as np
import pytest
from scipy import ndimage
from shapely import LineString, Polygon

from geounet.synthetic.buildings import Building
from geounet.synthetic.camera import _compressed
from geounet.synthetic.canvas import Canvas
from geounet.synthetic.character import Roofing, draw_character
from geounet.synthetic.light import cast_shadows
from geounet.synthetic.noise import blur, fractal
from geounet.synthetic.options import TownOptions
from geounet.synthetic.planar import subdivide, tightest_frame
from geounet.synthetic.roofs import paint_roofs


@pytest.fixture
def rng():
    return np.random.Generator(np.random.PCG64(1))


def test_noise_is_smooth_at_its_wavelength_and_within_bounds(rng):
    field = fractal((200, 300), 40, rng, octaves=1)
    assert field.shape == (200, 300)
    assert np.abs(field).max() <= 1
    assert np.ptp(field) > 0.8
    # A smoothstep climbs by at most 1.5 times its height over its width.
    assert np.abs(np.diff(field, axis=0)).max() <= 2 * 1.5 / 40 + 1e-6


def test_blur_is_the_mean_of_a_square(rng):
    field = rng.random((40, 50), np.float32)
    ones = np.ones_like(field)
    expected = ndimage.uniform_filter(field, 7, mode="constant") / ndimage.uniform_filter(
        ones, 7, mode="constant"
    )
    assert np.allclose(blur(field, 3), expected, atol=1e-6)


def test_subdivision_is_a_partition(rng):
    land = Polygon([(0, 0), (90, 10), (100, 70), (40, 95), (-10, 60)])
    pieces = subdivide(land, 200, rng)
    assert math.isclose(sum(piece.area for piece in pieces), land.area, rel_tol=1e-9)
    assert max(piece.area for piece in pieces) < 2 * 200
    assert all(piece.within(land.buffer(1e-9)) for piece in pieces)


def test_tightest_frame_is_shapelys_minimum_rotated_rectangle(rng):
    for _ in range(20):
        hull = Polygon(rng.uniform(0, 50, (9, 2))).convex_hull
        frame = tightest_frame(hull)
        # The smallest rectangle by brute force over a fine turn.
        areas = []
        for angle in np.linspace(0, math.pi, 721):
            xy = np.asarray(hull.exterior.coords)
            u, v = xy @ (math.cos(angle), math.sin(angle)), xy @ (-math.sin(angle), math.cos(angle))
            areas.append(np.ptp(u) * np.ptp(v))
        assert frame.rectangle().area <= min(areas) + 1e-6
        assert frame.rectangle().buffer(1e-6).covers(hull)


def _roof(kind: str, rng, corners=((4, 6), (24, 6), (24, 16), (4, 16))) -> Canvas:
    canvas = Canvas.blank((44, 56), 0.5, rng)
    house = Building(Polygon(corners), 0.0, 3.0, kind, Roofing("tile", (0.6, 0.4, 0.3)))
    character = draw_character(TownOptions(), rng)
    paint_roofs(canvas, canvas.burn([(house.footprint, 1)]), (house,), character, rng)
    return canvas


def test_a_hip_roof_rises_with_the_distance_from_its_edges(rng):
    canvas = _roof("hip", rng)
    roof = canvas.height > 0
    outline = LineString([(4, 6), (24, 6), (24, 16), (4, 16), (4, 6)])
    from shapely import distance, points

    rows, cols = np.nonzero(roof)
    away = distance(points((cols + 0.5) * 0.5, (rows + 0.5) * 0.5), outline)
    rise = canvas.height[roof] - 3.0
    pitch = rise.max() / away.max()
    assert np.allclose(rise, away * pitch, atol=1e-4)


def test_a_gable_has_the_same_profile_all_along_its_ridge(rng):
    canvas = _roof("gable", rng)
    roof = canvas.height[13:31, 9:47]
    assert (roof > 3).all()
    assert np.allclose(roof, roof[:, :1], atol=1e-5)
    assert np.argmax(roof[:, 0]) in (6, 7, 8)


@pytest.mark.parametrize("azimuth", [0.0, math.pi / 2, math.pi, -math.pi / 2])
def test_a_shadow_falls_away_from_the_sun_as_far_as_height_over_tangent(rng, azimuth):
    from dataclasses import replace

    canvas = Canvas.blank((200, 200), 0.25, rng)
    canvas.colour[:] = 1.0
    canvas.height[96:104, 96:104] = 10.0
    character = replace(
        draw_character(TownOptions(), rng), sun_azimuth=azimuth, sun_elevation=math.pi / 4, shade=0.2
    )
    cast_shadows(canvas, character)
    dark = canvas.colour[..., 1] < 0.4
    rows, cols = (np.argwhere(dark) - 99.5).T * 0.25
    toward = cols * math.cos(azimuth) + rows * math.sin(azimuth)
    assert toward.max() < 1.0, "no shadow on the sun's side"
    assert -12 < toward.min() < -10, "ten metres high under 45° reach ten metres beyond the wall"


def test_compression_keeps_a_flat_picture_and_loses_little(rng):
    flat = np.full((3, 21, 35), 0.4, np.float32)
    assert np.abs(_compressed(flat, 0.5) - flat).max() < 0.03
    smooth = np.stack([fractal((40, 40), 30, rng, octaves=1) * 0.2 + 0.5] * 3)
    assert np.abs(_compressed(smooth, 0.3) - smooth).mean() < 0.02
