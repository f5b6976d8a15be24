"""What a town says of itself is what it shows: labels, footprints and centrelines agree to the pixel."""

import hashlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.features import rasterize
from scipy import ndimage
from shapely import STRtree, box, points, union_all, within

from geounet.errors import OptionsError
from geounet.synthetic import Town, TownOptions, draw_town


def burnt(shapes, shape):
    return rasterize(shapes, shape).astype(bool) if shapes else np.zeros(shape, bool)


@pytest.mark.parametrize("seed", range(4))
def test_labels_are_the_footprints_pixel_centre_by_pixel_centre(seed):
    town = draw_town(TownOptions(seed=seed, size=(310, 420)))
    expected = burnt(town.buildings, town.labels.shape)
    assert expected.any()
    assert np.array_equal((town.labels == 1)[town.valid], expected[town.valid])


def test_a_pixel_is_built_where_shapely_finds_its_centre_in_a_footprint(town: Town):
    rows, cols = np.mgrid[200:300, 400:520]
    centres = points(cols + 0.5, rows + 0.5)
    found = within(centres.ravel(), union_all(town.buildings)).reshape(rows.shape)
    assert 0 < found.sum() < found.size
    assert np.array_equal((town.labels == 1)[200:300, 400:520], found & town.valid[200:300, 400:520])


def test_roads_are_labelled_to_half_their_width_of_the_centreline(town: Town):
    surface = burnt([line.buffer(width / 0.3 / 2, 64) for line, width in town.roads], town.labels.shape)
    inside = np.zeros_like(surface)
    inside[60:-60, 60:-60] = True
    # The corner's cut ends centrelines, as the scene's edge does.
    inside &= ndimage.distance_transform_edt(town.valid) > 60
    road = town.labels == 2
    assert (road & inside).any()
    # Round ends and bends are polygons of finitely many sides: their circles differ by less than a pixel's width.
    assert np.count_nonzero((road != surface) & inside) < 0.001 * np.count_nonzero(road & inside)


def test_roads_hang_together(town: Town):
    assert union_all([line.buffer(width / 0.3 / 2) for line, width in town.roads]).geom_type == "Polygon"


def test_roads_have_junctions_and_bends(town: Town):
    lines = [line for line, _ in town.roads]
    first, second = STRtree(lines).query(lines, predicate="dwithin", distance=1e-6)
    assert np.count_nonzero(first < second) >= 3
    assert max(_turning(line) for line in lines) > 0.1


def _turning(line) -> float:
    steps = np.diff(np.asarray(line.coords), axis=0)
    headings = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    return float(np.ptp(headings))


@pytest.mark.parametrize("seed", range(5))
def test_every_town_has_shared_walls_and_a_courtyard_and_no_overlap(seed):
    town = draw_town(TownOptions(seed=seed, size=(768, 768)))
    pairs = STRtree(town.buildings).query(town.buildings, predicate="dwithin", distance=1e-9)
    common = [
        town.buildings[i].buffer(1e-6).intersection(town.buildings[j].boundary).length
        for i, j in pairs.T
        if i < j and town.buildings[i].intersection(town.buildings[j]).area < 1e-6
    ]
    assert len(common) == np.count_nonzero(pairs[0] < pairs[1]), "two footprints overlap"
    assert max(common) > 10, "no two footprints share a wall of 3 m"
    assert any(polygon.interiors for polygon in town.buildings)


def test_footprints_are_valid_in_view_and_off_the_roads(town: Town):
    rows, cols = town.labels.shape
    view = box(0, 0, cols, rows)
    surface = union_all([line.buffer(width / 0.3 / 2) for line, width in town.roads])
    assert all(polygon.is_valid and view.covers(polygon) for polygon in town.buildings)
    assert all(view.buffer(1e-9).covers(line) for line, _ in town.roads)
    assert max(polygon.intersection(surface).area for polygon in town.buildings) < 1e-6


def test_the_corner_that_was_not_flown_is_255_and_black_and_without_truth(town: Town):
    assert 0 < np.count_nonzero(~town.valid) < 0.1 * town.valid.size
    assert np.array_equal(town.labels == 255, ~town.valid)
    assert not town.image[:, ~town.valid].any()
    assert not burnt(town.buildings, town.labels.shape)[~town.valid].any()
    corners = town.valid[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.count_nonzero(~corners) == 1


def test_without_the_corner_all_is_valid():
    town = draw_town(TownOptions(size=(64, 64), nodata_corner=False))
    assert town.valid.all()
    assert set(np.unique(town.labels)) <= {0, 1, 2}


def digest(town: Town) -> str:
    parts = [town.image.tobytes(), town.labels.tobytes(), *(shape.wkb for shape in town.buildings)]
    return hashlib.sha256(b"".join([*parts, *(line.wkb for line, _ in town.roads)])).hexdigest()


def test_the_same_options_give_the_same_bytes_and_another_seed_another_town():
    options = TownOptions(size=(200, 260), seed=5)
    assert digest(draw_town(options)) == digest(draw_town(options))
    assert digest(draw_town(options)) != digest(draw_town(TownOptions(size=(200, 260), seed=6)))


@settings(max_examples=12, deadline=None)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    gsd=st.sampled_from((0.05, 0.3, 1.0, 3.0)),
    seed=st.integers(0, 2**40),
)
def test_any_size_and_gsd_can_be_drawn(size, gsd, seed):
    town = draw_town(TownOptions(size=size, gsd_m=gsd, seed=seed))
    assert town.image.shape == (3, *size)
    assert town.image.dtype == town.labels.dtype == np.uint8
    assert town.valid.shape == town.labels.shape == size
    assert (town.grid.height, town.grid.width) == size
    assert np.array_equal((town.labels == 1), burnt(town.buildings, size) & town.valid)


def test_one_pixel_is_a_town():
    town = draw_town(TownOptions(size=(1, 1)))
    assert town.valid.all()
    assert town.labels.shape == (1, 1)


def test_density_builds_and_trees_hide():
    shares = [
        np.mean(draw_town(TownOptions(seed=3, size=(512, 512), density=d)).labels == 1)
        for d in (0.0, 0.4, 1.0)
    ]
    assert shares[0] == 0
    assert all(a < b for a, b in pairwise(shares))
    bare, wooded = (draw_town(TownOptions(seed=3, size=(512, 512), trees=t)) for t in (0.0, 1.0))
    assert np.array_equal(bare.labels, wooded.labels), "a tree hides a building; it does not fell it"
    hidden = np.abs(bare.image.astype(int) - wooded.image).max(axis=0) > 60
    assert hidden[bare.labels == 1].any()
    assert hidden[bare.labels == 2].any()


def test_what_is_drawn_can_be_told_apart(town: Town):
    """Ground, roofs and roads differ in the mean of some band by more than the noise of that mean."""
    means = [town.image[:, town.labels == label].mean(axis=1) for label in (0, 1, 2)]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(means[a] - means[b]).max() > 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": (0, 5)},
        {"gsd_m": 0.0},
        {"gsd_m": 30.0},
        {"seed": -1},
        {"density": 1.5},
        {"trees": -0.1},
        {"origin": (float("nan"), 0.0)},
    ],
)
def test_options_out_of_range_are_refused_by_name(wrong):
    with pytest.raises(OptionsError, match=next(iter(wrong))):
        TownOptions(**wrong)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), gsd=st.sampled_from((0.3, 1.0)), side=st.integers(20, 260))
def test_carriageways_are_the_pixels_of_roads(seed, gsd, side):
    town = draw_town(TownOptions(seed=seed, size=(side, side + 7), gsd_m=gsd))
    expected = burnt(town.carriageways, town.labels.shape)
    built = burnt(town.buildings, town.labels.shape)
    assert np.array_equal((town.labels == 2)[town.valid], (expected & ~built)[town.valid])
    assert not expected[~town.valid].any()


def test_carriageways_are_where_the_picture_shows_a_road(town: Town):
    """Pixels next to a road's edge differ across it more than along it: the drawn edge is the truth's."""
    surface = burnt(town.carriageways, town.labels.shape)
    near = ndimage.distance_transform_edt(surface), ndimage.distance_transform_edt(~surface)
    open_ground = town.valid & ~burnt([b.buffer(20) for b in town.buildings], surface.shape)
    ring = [open_ground & (d > low) & (d <= low + 2) for d in near for low in (2, 6)]
    inner, deep, outer, away = (np.median(town.image[:, mask], axis=1).astype(float) for mask in ring)
    assert np.abs(inner - outer).max() > 2 * np.abs(inner - deep).max()
    assert np.abs(inner - outer).max() > np.abs(outer - away).max()
