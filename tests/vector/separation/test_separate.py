from unittest import mock

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.features import rasterize
from rasterio.transform import from_origin
from scipy import ndimage
from skimage.segmentation import watershed

from geounet.errors import OutputError
from geounet.strip import LabelStrip
from geounet.vector import separate as module
from geounet.vector.features import concatenate
from geounet.vector.separate import SeparateOptions, separate, with_labels
from geounet.vector.separation.basins import find_basins
from geounet.vector.separation.depth import depths
from geounet.vector.separation.parts import find_parts
from geounet.vector.trace import TraceOptions, trace

SEEDS = st.integers(0, 2**32 - 1)
LAW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ground(plane):
    """Pixels of a square metre each."""
    return plane(10_000, 10_000)


def coded(labels, plane, *, rows=1000, slab_rows=256, boundary=None, **options):
    """Codes and their labels, of a raster that comes `rows` rows at once and is cut every `slab_rows`."""
    labels = labels if labels.ndim == 3 else labels[None]
    boundary = boundary if boundary is None or boundary.ndim == 3 else boundary[None]
    strips = [
        LabelStrip(
            row,
            labels[:, row : row + rows],
            labels[:, row : row + rows] // 2,
            None if boundary is None else boundary[:, row : row + rows],
        )
        for row in range(0, labels.shape[1], rows)
    ]
    ground = plane(*labels.shape[1:])
    with (
        mock.patch.object(module, "SLAB_ROWS", slab_rows),
        separate(strips, ground, options=SeparateOptions(**options)) as separated,
    ):
        found = list(separated.strips)
    assert [strip.first_row for strip in found] == list(range(0, labels.shape[1], slab_rows))
    codes = np.concatenate([strip.labels for strip in found], axis=1)
    np.testing.assert_array_equal(separated.labels[codes], labels)
    np.testing.assert_array_equal(np.concatenate([strip.confidence for strip in found], axis=1), labels // 2)
    return codes


def parts(codes):
    """What the tracer takes for objects, each pixel by the place of its part's first pixel; −1 outside."""
    found = np.full(codes.shape, -1)
    for band in range(len(codes)):
        for code in set(np.unique(codes[band]).tolist()) - {0, 255}:
            numbers, count = ndimage.label(codes[band] == code)
            first = ndimage.minimum(
                np.arange(numbers.size).reshape(numbers.shape), numbers, range(1, count + 1)
            )
            found[band][numbers > 0] = np.array(first, int)[numbers[numbers > 0] - 1]
    return found


def count(labels, plane, **options):
    return len(np.unique(parts(coded(labels.astype(np.uint8), plane, **options)))) - 1


@given(seed=SEEDS, rows=st.sampled_from([1, 7, 64, 256, 1000]), slab_rows=st.integers(1, 12))
@LAW
def test_where_rows_are_cut_changes_no_part(seed, rows, slab_rows, blobs, plane):
    labels = blobs(seed)
    boundary = np.random.default_rng(seed).random(labels.shape) < 0.2 if seed % 2 else None
    whole = coded(labels, plane, boundary=boundary, min_part=5)
    cut = coded(labels, plane, boundary=boundary, min_part=5, rows=rows, slab_rows=slab_rows)
    np.testing.assert_array_equal(parts(cut), parts(whole))


@pytest.mark.parametrize("slab_rows", [32, 100])
def test_where_rows_are_cut_changes_no_part_deeper_than_distances_reach(slab_rows, plane):
    rng = np.random.default_rng(0)
    labels = ndimage.binary_opening(
        ndimage.gaussian_filter(rng.random((700, 300)), 30) > 0.4985, iterations=5
    )
    labels[300:500, 20:280] = True
    whole = coded(labels.astype(np.uint8), plane)
    assert len(np.unique(parts(whole))) > 3
    cut = coded(labels.astype(np.uint8), plane, slab_rows=slab_rows, rows=77)
    np.testing.assert_array_equal(parts(cut), parts(whole))


@pytest.mark.parametrize("with_boundary", [False, True])
def test_depths_are_those_of_the_whole_raster(with_boundary, plane):
    labels = (np.random.default_rng(0).random((500, 60)) > 2e-4).astype(np.uint8)
    boundary = np.broadcast_to(np.arange(500)[:, None] % 190 > 40, labels.shape) if with_boundary else None
    whole, seen = depths(labels, boundary, slice(0, 500)), 0

    def spy(relief, **kwargs):
        nonlocal seen
        first = relief.first_row - relief.core.start
        np.testing.assert_array_equal(relief.depth, whole[first : first + len(relief.depth)])
        seen += relief.core.stop - relief.core.start
        return find_basins(relief, **kwargs)

    with mock.patch.object(module, "find_basins", spy):
        coded(labels, plane, slab_rows=3, rows=10, boundary=boundary)
    assert seen == 500


@given(seed=SEEDS)
@LAW
def test_every_part_is_one_object_to_the_tracer(seed, blobs, plane):
    labels = blobs(seed)
    found = []

    def spy(*args, **kwargs):
        found.append(find_parts(*args, **kwargs))
        return found[-1]

    with mock.patch.object(module, "find_parts", spy):
        codes = coded(labels, plane, slab_rows=9, min_part=0, strength=1)
    assert len(np.unique(parts(codes))) - (parts(codes).min() < 0) == sum(len(one.label) for one in found)


@given(seed=SEEDS)
@LAW
def test_parts_are_not_too_small_and_objects_with_one_part_are_left(seed, blobs, plane):
    labels = blobs(seed)
    found = parts(coded(labels, plane, min_part=30, strength=1))[0]
    for label in (1, 2):
        objects, number = ndimage.label(labels == label)
        for one in range(1, number + 1):
            sizes = np.unique(found[objects == one], return_counts=True)[1]
            assert len(sizes) == 1 or sizes.min() >= 30


def test_traced_parts_have_their_labels_and_exact_confidences(strips, ground, plane):
    labels = dumbbell() * np.uint8(9)
    confidence = np.random.default_rng(0).integers(0, 251, labels.shape).astype(np.uint8)
    options = SeparateOptions()
    with separate(strips(labels, 8, confidence), plane(*labels.shape), options=options) as separated:
        batch = concatenate(list(trace(separated.strips, plane(*labels.shape), options=TraceOptions())))
        batch = with_labels(batch, separated.labels)
    (codes,) = coded(labels, plane)
    masks = [codes == code for code in np.unique(codes)[1:]]
    assert batch.label.tolist() == [9, 9]
    assert sorted(batch.pixels.tolist()) == sorted(int(mask.sum()) for mask in masks)
    expected = sorted(confidence[mask].mean() / 250 for mask in masks)
    np.testing.assert_allclose(np.sort(batch.confidence), expected, rtol=1e-12)


def dumbbell(neck=6, length=4, sides=(24, 30)):
    """Two squares joined by a neck."""
    labels = np.zeros((40, 10 + sum(sides) + length), bool)
    labels[5 : 5 + sides[0], 5 : 5 + sides[0]] = True
    labels[4 : 4 + sides[1], 5 + sides[0] + length : -5] = True
    labels[16 : 16 + neck, 10:-10] = True
    return labels.astype(np.uint8)


@pytest.mark.parametrize("neck", [1, 2, 6, 12])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_two_squares_with_a_neck_are_cut_where_a_watershed_cuts(neck, turns, plane):
    labels = np.rot90(dumbbell(neck), turns)
    found = parts(coded(labels, plane))[0]
    first, second = (place for place in np.unique(found) if place >= 0)
    distance = ndimage.distance_transform_edt(labels)
    seeds = np.zeros(labels.shape, int)
    for number, part in ((1, first), (2, second)):
        seeds[np.unravel_index(np.argmax(np.where(found == part, distance, 0)), labels.shape)] = number
    expected = watershed(-distance, seeds, mask=labels > 0)
    differs = (expected == 1) != (found == first)
    near_the_cut = ndimage.binary_dilation((expected == 1), iterations=2) & ndimage.binary_dilation(
        (expected == 2), iterations=2
    )
    assert not (differs & (labels > 0) & ~near_the_cut).any()


def drawn(shape, angle):
    turned = shapely.affinity.rotate(shape, angle)
    left, top, right, bottom = turned.bounds
    moved = shapely.affinity.translate(turned, 3.3 - left, 3.7 - top)
    return rasterize([moved], out_shape=(int(bottom - top) + 8, int(right - left) + 8)) > 0


@given(
    width=st.floats(2, 60),
    longer=st.floats(1, 6),
    angle=st.floats(0, 180),
)
@LAW
def test_rectangles_are_one_part(width, longer, angle, plane):
    assert count(ndimage.label(drawn(shapely.box(0, 0, width * longer, width), angle))[0] == 1, plane) == 1


def union(*boxes):
    return shapely.union_all([shapely.box(*box) for box in boxes])


HOUSES = {
    "square": union((0, 0, 20, 20)),
    "long": union((0, 0, 90, 14)),
    "L": union((0, 0, 45, 18), (0, 0, 12, 40)),
    "T": union((0, 0, 50, 20), (18, 0, 32, 45)),
    "U": union((0, 0, 60, 20), (0, 0, 16, 45), (44, 0, 60, 45)),
    "cross": union((0, 15, 50, 35), (17, 0, 33, 50)),
    "porch": union((0, 0, 40, 30), (15, 0, 25, 36)),
    "terrace": union(*((20 * k, 2 * (k % 2), 20 * k + 20, 26 + 2 * (k % 2)) for k in range(6))),
}


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize("angle", [0, 17, 45, 70])
@pytest.mark.parametrize("is_rough", [False, True])
def test_houses_without_a_neck_are_one_part(house, angle, is_rough, plane):
    labels = drawn(HOUSES[house], angle)
    if is_rough:
        chance = np.random.default_rng(angle).random(labels.shape)
        labels = np.where(chance < 0.25, ndimage.binary_erosion(labels), labels)
        labels = np.where(chance > 0.75, ndimage.binary_dilation(labels), labels)
        numbers, _ = ndimage.label(labels)
        labels = numbers == np.argmax(np.bincount(numbers[numbers > 0]))
    assert count(labels, plane) == 1


@pytest.mark.parametrize("slab_rows", [1, 16, 1000])
def test_a_spiral_through_many_slabs_is_one_part(slab_rows, plane):
    turns = np.linspace(1, 6, 500)
    way = 13 * turns * np.array([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)])
    labels = drawn(shapely.LineString(way.T).buffer(4), 0)
    assert ndimage.label(labels)[1] == 1
    assert count(labels, plane, slab_rows=slab_rows) == 1


def test_neither_nodata_nor_the_rasters_edge_is_a_wall(plane):
    """A rectangle of which a corner is seen would have a neck if what hides the rest were a wall."""
    labels = np.ones((40, 60), np.uint8)
    labels[10:30, 25:35] = 255
    assert count(labels, plane) == 1
    labels[10:30, 25:35] = 0
    labels[:10] = labels[30:] = 0
    labels[18:22, 25:35] = 1
    assert count(labels, plane) == 2


def test_parts_that_meet_at_a_corner_only_are_two_objects_already(plane):
    labels = np.zeros((20, 20), np.uint8)
    labels[:10, :10] = labels[10:, 10:] = 1
    assert count(labels, plane) == 2


@pytest.mark.parametrize(
    "labels",
    [
        np.zeros((5, 4), np.uint8),
        np.full((5, 4), 255, np.uint8),
        np.ones((300, 200), np.uint8),
        np.ones((1, 1), np.uint8),
        np.array([[0, 255, 3, 0]], np.uint8),
    ],
)
def test_plain_rasters(labels, plane):
    codes = coded(labels, plane, slab_rows=64)
    assert len(np.unique(codes)) == len(np.unique(labels))


def test_no_strips(ground):
    with separate([], ground, options=SeparateOptions()) as separated:
        assert list(separated.strips) == []


def terrace():
    """Three houses that share their walls, and the boundary between them, two pixels wide."""
    labels = np.zeros((50, 80), np.uint8)
    labels[10:40, 5:75] = 1
    boundary = np.zeros(labels.shape, bool)
    boundary[:, 29:31] = boundary[:, 50:52] = True
    return labels, boundary


def test_a_boundary_separates_what_has_no_neck_and_is_given_back(plane):
    labels, boundary = terrace()
    assert count(labels, plane) == 1
    found = parts(coded(labels, plane, boundary=boundary))[0]
    walls = [np.unique(np.flatnonzero(np.diff(row)) + 1) for row in found[10:40]]
    assert all(np.array_equal(wall, walls[0]) for wall in walls)
    np.testing.assert_array_equal(walls[0], [5, 30, 51, 75])


def test_a_boundary_with_a_gap_separates_unless_only_boundaries_do(plane):
    labels, boundary = terrace()
    boundary[20:23] = False
    assert count(labels, plane, boundary=boundary) == 3
    assert count(labels, plane, boundary=boundary, strength=0) == 1


def test_an_object_that_is_all_boundary_is_one_part(plane):
    comb = np.zeros((50, 80), np.uint8)
    comb[10:40, 5:20] = comb[10:20, 5:70] = comb[30:40, 5:75] = 1
    assert count(comb, plane, boundary=np.ones(comb.shape, bool)) == 1


def test_a_speck_between_boundaries_goes_to_a_neighbour(plane):
    labels, boundary = terrace()
    boundary[:, 29:35] = True
    boundary[20, 31] = False
    assert count(labels, plane, boundary=boundary, min_part=0) == 4
    assert count(labels, plane, boundary=boundary, min_part=20) == 3


def test_bands_of_classes_that_overlap_are_separated_each_by_itself(plane):
    one, other = dumbbell(), np.zeros_like(dumbbell())
    other[10:30, 8:50] = 1
    both = coded(np.stack([one, other]), plane, slab_rows=16)
    np.testing.assert_array_equal(parts(both)[0], parts(coded(one, plane))[0])
    np.testing.assert_array_equal(parts(both)[1], parts(coded(other, plane))[0])


def test_classes_that_touch_shape_one_another(plane):
    """The other class is a wall: what is a neck between background is one between classes."""
    labels = np.where(dumbbell() == 1, 1, 2).astype(np.uint8)
    found = parts(coded(labels, plane))[0]
    assert len(np.unique(found[labels == 1])) == 2


def test_files_are_gone_however_it_ends(tmp_path, strips, plane):
    labels = np.ones((900, 10), np.uint8)
    with separate(
        strips(labels, 30), plane(900, 10), options=SeparateOptions(), folder=tmp_path
    ) as separated:
        next(separated.strips)
        assert len(list(tmp_path.glob("*/*"))) > 0
    assert list(tmp_path.iterdir()) == []


def matched(found, truth):
    """F1 of parts and footprints that overlap by more than half of their union (so one to one)."""
    pairs, shared = np.unique(np.stack([found[truth > 0], truth[truth > 0]]), axis=1, return_counts=True)
    sizes, expected = np.unique(found[found >= 0], return_counts=True), np.bincount(truth.ravel())
    size = dict(zip(*(values.tolist() for values in sizes), strict=True))
    hits = sum(
        3 * both > size[part] + expected[footprint]
        for part, footprint, both in zip(*pairs.tolist(), shared.tolist(), strict=True)
        if part >= 0
    )
    return 2 * hits / (len(size) + np.count_nonzero(expected[1:]))


@pytest.mark.data
@pytest.mark.parametrize("name", ["train/buildings/banepa", "validation/buildings/kenya_west"])
def test_real_footprints_are_found_again(data, name, plane):
    footprints = gpd.read_file(data / f"{name}.geojson")
    footprints = footprints.to_crs(footprints.estimate_utm_crs())
    left, bottom, right, top = footprints.total_bounds
    shape = int((top - bottom) / 0.3) + 10, int((right - left) / 0.3) + 10
    transform = from_origin(left - 1, top + 1, 0.3, 0.3)
    numbered = ((shape, number) for number, shape in enumerate(footprints.geometry, 1))
    truth = rasterize(numbered, out_shape=shape, transform=transform, dtype=np.int32)
    labels = (truth > 0).astype(np.uint8)
    before = matched(ndimage.label(labels)[0] - 1, truth)
    after = matched(parts(coded(labels, plane, min_part=4 / 0.09))[0], truth)
    assert after >= before
    assert after > 0.9


def test_a_closed_folder_is_one_line(strips, plane, tmp_path):
    gone = tmp_path / "gone"
    with (
        pytest.raises(OutputError, match=r"cannot write temporary files: .*choose a folder"),
        separate(strips(np.zeros((4, 4), np.uint8), 4), plane(4, 4), options=SeparateOptions(), folder=gone),
    ):
        pass
